"""Linking a Microsoft account: in the browser where it can be sent back to us (code and PKCE), else
by a code that is typed at Microsoft's page.

msal does both; here are their steps, and what is looked at before an account counts as linked.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from warnings import catch_warnings, simplefilter

import msal

from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.linking import Account, Begun, Credentials, Linked, Wish
from calendar_core.providers.microsoft.client import Graph, Mailbox
from calendar_core.providers.microsoft.connecting import PROVIDER
from calendar_core.providers.microsoft.login import CONFIDENTIAL, PUBLIC, Login, refused
from calendar_core.providers.microsoft.reader import calendars_of

_T = TypeVar("_T")
_TOO_LATE = "That took too long. Begin again."
_MISSING = (
    "Microsoft let me in, but not to your calendars. Link again and allow all that is asked for; "
    "it may be that your organization has to allow it first."
)


@dataclass(frozen=True, slots=True)
class _Got:
    """What signing in brought."""

    token: str
    cache: str
    granted: frozenset[str]


class MicrosoftLinking:
    """Links accounts of Microsoft 365 and Outlook.com."""

    def __init__(self, graph: Graph, login: Login) -> None:
        self._graph = graph
        self._login = login

    async def begin(self, wish: Wish) -> Begun:
        """The page where the person signs in, with a code to be typed where no browser comes back.

        Raises NotAllowed (the app is not set up for that), TryLater.
        """
        scopes = self._login.app.scopes(free_busy_only=wish.free_busy_only)
        # An app without a secret may be sent back to this machine alone.
        if wish.return_to and (self._login.app.secret or _is_loopback(wish.return_to)):
            return await _in_thread(lambda: self._page(scopes, wish))
        return await _in_thread(lambda: self._code(scopes))

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """Link with what the browser came back with; with a code, look whether it was typed.

        Raises TryLater (not yet, with the pause that Microsoft wants), NotAllowed (the person said
        no, it took too long, or a right is missing), SignInNeeded, NotFound (no calendars there).
        """
        try:
            flow = json.loads(begun.secrets["flow"])
            kind, scopes = begun.secrets["kind"], begun.secrets["scopes"].split()
        except (KeyError, ValueError) as err:
            raise NotAllowed("There is nothing to finish.") from err
        got = await _in_thread(lambda: self._got(kind, flow, dict(answer)))
        if not _allows(scopes, got.granted):
            raise NotAllowed(_MISSING)

        async def token(_refused: str) -> str:
            if _refused:
                raise SignInNeeded("Microsoft wants you to sign in again.")
            return got.token

        mailbox = self._graph.mailbox(f"linking {got.token[-16:]}", token)
        credentials = {"cache": got.cache, "kind": kind, "scopes": " ".join(scopes)}
        return await _linked(mailbox, credentials)

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Nothing that an app may do by itself: Microsoft lets people take a grant back at
        myaccount.microsoft.com (account.live.com for personal accounts). What is kept here is
        erased by whoever unlinks."""

    def _page(self, scopes: list[str], wish: Wish) -> Begun:
        kind = CONFIDENTIAL if self._login.app.secret else PUBLIC
        client = self._login.client(kind, msal.SerializableTokenCache())
        with catch_warnings():
            # It would rather have the answer posted; ours comes back in the address.
            simplefilter("ignore", UserWarning)
            flow = client.initiate_auth_code_flow(
                scopes,
                redirect_uri=wish.return_to,
                prompt="select_account",
                login_hint=wish.user or None,
            )
        if "error" in flow:
            raise refused(flow)
        return Begun(page=str(flow["auth_uri"]), secrets=_secrets(flow, kind, scopes))

    def _code(self, scopes: list[str]) -> Begun:
        client = self._login.client(PUBLIC, msal.SerializableTokenCache())
        flow = client.initiate_device_flow(scopes)
        if "user_code" not in flow:
            raise refused(flow)
        return Begun(
            page=str(flow["verification_uri"]),
            code=str(flow["user_code"]),
            secrets=_secrets(flow, PUBLIC, scopes),
        )

    def _got(self, kind: str, flow: dict[str, Any], answer: dict[str, str]) -> _Got:
        cache = msal.SerializableTokenCache()
        client = self._login.client(kind, cache)
        if "device_code" in flow:
            # Once, and not until somebody has typed it: whoever waits asks again.
            said = client.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
        else:
            if answer.get("error"):
                raise refused(answer)
            said = client.acquire_token_by_auth_code_flow(flow, answer)
        if "access_token" not in said:
            raise _finished(said, flow)
        return _Got(
            token=str(said["access_token"]),
            cache=cache.serialize(),
            granted=frozenset(_plain(one) for one in str(said.get("scope") or "").split()),
        )


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def _finished(said: Mapping[str, Any], flow: Mapping[str, Any]) -> CalendarError:
    """Why there is no token at the end of a flow."""
    if said.get("error") == "invalid_grant":
        return NotAllowed(_TOO_LATE)
    error = refused(said)
    if isinstance(error, TryLater) and "device_code" in flow and error.after is not None:
        return TryLater(str(error), timedelta(seconds=float(flow.get("interval") or 5)))
    return error


def _secrets(flow: Mapping[str, Any], kind: str, scopes: list[str]) -> Credentials:
    return {"flow": json.dumps(flow), "kind": kind, "scopes": " ".join(scopes)}


def _plain(scope: str) -> str:
    return scope.rpartition("/")[2].lower()


def _allows(scopes: list[str], granted: frozenset[str]) -> bool:
    """Whether all was granted that was asked for; more rights of the same kind do as well."""
    if not granted:
        return True
    wanted = {_plain(one) for one in scopes}
    if granted & {"calendars.readwrite", "calendars.read"}:
        wanted.discard("calendars.readbasic")
    return wanted - {"user.read"} <= granted


async def _linked(mailbox: Mailbox, credentials: Credentials) -> Linked:
    me = await mailbox.get("/me", {"$select": "mail,userPrincipalName"})
    address = str(me.get("mail") or me.get("userPrincipalName") or "").strip()
    if not address:
        raise NotFound("Microsoft does not say whose account that is.")
    own = (str(me.get(name) or "") for name in ("mail", "userPrincipalName"))
    calendars = await calendars_of(mailbox, *own)
    if not calendars:
        raise NotFound("There are no calendars in that account.")
    return Linked(
        provider=PROVIDER, address=address, url="", credentials=credentials, calendars=calendars
    )


async def _in_thread(work: Callable[[], _T]) -> _T:
    try:
        return await asyncio.to_thread(work)
    except (OSError, msal.exceptions.MsalError) as err:
        raise TryLater("Microsoft's sign-in does not answer.") from err
    except (ValueError, KeyError) as err:
        # msal's word for an answer that does not belong to what was begun, or that is none.
        raise NotAllowed("Microsoft's answer does not belong to this. Begin again.") from err
