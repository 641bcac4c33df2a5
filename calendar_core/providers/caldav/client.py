"""The way to CalDAV servers: one `Door` an account, over the caldav library's client, in threads.

The library signs in and asks; here its errors become ours, in one function. What is asked is
`reader`, `writer` and `discovery`; reading the answers is `multistatus`.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

import niquests
from caldav.davclient import DAVClient
from caldav.lib import error as dav

from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import Account, Credentials
from calendar_core.providers.caldav.wire import Outside, UnknownName, Wire

_T = TypeVar("_T")
_THREADS = 16
_OPEN = 64
"""Doors kept open, with their connections."""
_AGENT = "Convene"
APPLE = (
    "iCloud refused the password. It wants an app-specific one: make it at account.apple.com "
    "under Sign-In and Security, and link again with that."
)
_REFUSED = "The calendar server refused the user name or the password. Link the account again."

# A variable of the environment would have it write whole exchanges, passwords too, to files.
dav.debug_dump_communication = False
for _name in ("caldav", "caldav.response"):
    # The second decides by its own level whether to log what could not be read, as it is.
    logging.getLogger(_name).setLevel(logging.ERROR)


_DECIDED = (501, 507)
"""Above 500, and yet no doubt that nothing was done: not implemented, no room left."""


class Refused(NotAllowed):
    """The server does not do that, for the preconditions that it names (RFC 4918 §16)."""

    def __init__(self, message: str, preconditions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.preconditions = preconditions


class Unanswered(TryLater):
    """No answer came, or none that says anything: what was asked may have been done."""


class NoSuchHost(Unanswered):
    """The server's name leads nowhere, here and now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; never a 401, a 429 or its own failure, which are errors."""

    status: int
    headers: Mapping[str, str]
    """By names in any case."""
    tree: Any
    """The body as lxml's element; None when it is no XML."""
    text: str = ""
    """The body of what is no XML."""
    preconditions: tuple[str, ...] = ()
    """Of a refusal: what the server names as reason, in Clark's notation."""


class Door:
    """One account on one server. Asks one thing at a time: servers like it gentle."""

    def __init__(self, url: str, user: str, password: str, outside: Outside, run: "Runner") -> None:
        self._client = DAVClient(
            url=url,
            username=user,
            password=password,
            headers={"User-Agent": _AGENT},
            enable_rfc6764=False,
        )
        self._client.session.close()
        self._client.session = Wire(outside)  # type: ignore[assignment]
        self.patience = outside.patience
        """Seconds to wait where much is asked at once."""
        self._run = run
        self._turn = asyncio.Lock()

    async def ask(
        self,
        method: str,
        url: str,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        within: float | None = None,
    ) -> Answer:
        """One request, its answer whatever it says; `within` so many seconds of silence, or as
        many as usual.

        Raises SignInNeeded (401), TryLater (429, or busy), Unanswered (no answer, 5xx), NotAllowed
        (an address that may not be reached).
        """
        async with self._turn:
            self._client.timeout = within  # type: ignore[assignment]
            return await self._run(lambda: self._ask(method, url, body, dict(headers or {})))

    def close(self) -> None:
        """End its connections."""
        self._client.session.close()

    def _ask(self, method: str, url: str, body: str, headers: dict[str, str]) -> Answer:
        try:
            said = self._client.request(url, method, body, headers)
        except dav.AuthorizationError as err:
            if err.status == 401:
                raise translated(err, url) from err
            return Answer(status=403, headers={}, tree=None, preconditions=tuple(err.preconditions))
        except _EXPECTED as err:
            raise translated(err, url) from err
        if said.status >= 500 and said.status not in _DECIDED:
            raise Unanswered(f"The calendar server has a problem of its own ({said.status}).")
        named = dav.parse_preconditions(said._raw) if said.status >= 400 else []
        return Answer(
            status=said.status,
            headers=said.headers,
            tree=said.tree,
            text=said.raw if said.tree is None else "",
            preconditions=tuple(named),
        )


_EXPECTED = (dav.DAVError, niquests.exceptions.RequestException, NotImplementedError, OSError)


def translated(err: Exception, url: str) -> CalendarError:
    """What an exception of the libraries means for our callers."""
    match err:
        case dav.AuthorizationError():
            return SignInNeeded(APPLE if is_apple(url) else _REFUSED)
        case dav.RateLimitError(retry_after_seconds=seconds):
            after = None if seconds is None else timedelta(seconds=min(seconds, 86_400))
            return TryLater("The calendar server asks to wait.", after)
        case NotImplementedError():
            return NotAllowed("The calendar server wants a way to sign in that I do not know.")
        case UnknownName():
            return NoSuchHost(str(err))
        case niquests.exceptions.SSLError():
            return NotAllowed("The calendar server's certificate is not to be trusted.")
        case niquests.exceptions.InvalidURL() | niquests.exceptions.InvalidSchema():
            return NotFound("That is no address of a calendar server.")
        case _:
            return Unanswered("The calendar server does not answer.")


def refused(answer: Answer) -> CalendarError:
    """What an answer that is no success means."""
    match answer.status:
        case 403 | 405 | 501:
            named = ", ".join(one.rpartition("}")[2] for one in answer.preconditions)
            why = f" ({named})" if named else ""
            return Refused(f"The calendar server does not allow that{why}.", answer.preconditions)
        case 404 | 410:
            return NotFound("The calendar server no longer has that calendar.")
        case 507 | 413:
            return NotAllowed("The calendar server has no room left.")
        case status if 300 <= status < 400:
            return NotFound("The calendar has moved to another address. Link the account again.")
        case status:
            return Refused(
                f"The calendar server does not take that ({status}).", answer.preconditions
            )


def is_apple(url: str) -> bool:
    """Whether it is iCloud that is asked."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return host == "icloud.com" or host.endswith(".icloud.com")


class Runner:
    """Runs what blocks in threads of its own, so that slow servers hold up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="caldav")

    async def __call__(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let no new work begin."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Doors:
    """Keeps the doors of accounts open for a while: signing in and connecting cost time."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self._run = Runner()
        self._open: OrderedDict[str, Door] = OrderedDict()

    def of(self, account: Account, credentials: Credentials) -> Door:
        """The door of an account. Raises NotAllowed for an address that may not be reached."""
        return self.to(account.url, credentials.get("user", account.address), credentials)

    def to(self, url: str, user: str, credentials: Credentials) -> Door:
        """A door to a server for somebody."""
        password = credentials.get("password", "")
        key = sha256("\0".join((url, user, password)).encode()).hexdigest()
        door = self._open.pop(key, None) or Door(url, user, password, self.outside, self._run)
        self._open[key] = door
        if len(self._open) > _OPEN:
            self._open.popitem(last=False)[1].close()
        return door

    def close(self) -> None:
        """Close all of them."""
        for door in self._open.values():
            door.close()
        self._open.clear()
        self._run.close()
