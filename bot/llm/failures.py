"""What goes wrong between here and a model's server, and what is done about it: for every vendor.

Vendors' own errors become a `Failure` in their own file; here it is decided whether to try again,
whether plainer words may help, and how to say it. A vendor's text may hold private things: it tells
cases apart and is never shown.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from bot.llm.model import ModelUnavailable

PATIENCE = timedelta(seconds=60)
"""How long to wait for the next piece of an answer."""
CONNECT = 5.0
"""Seconds to wait for a connection."""
TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds; a server that asks for more is unavailable: a person waits."""

_TOO_LONG = (
    "context_length_exceeded",
    "context length",
    "context size",
    "context_size",
    "context window",
    "prompt is too long",
    "maximum context",
    "context limit",
    "too many tokens",
)
_LIMITS = ("max_tokens", "max_completion_tokens")
_NO_MONEY = ("insufficient_quota", "credit balance", "billing", "spend limit", "spend_limit")
_FILTERED = ("content_filter", "content_policy", "content management policy")

T = TypeVar("T")


class Kind(StrEnum):
    """How far a request came."""

    LATE = "late"
    """No answer in time."""
    AWAY = "away"
    """No connection."""
    REFUSED = "refused"
    """An answer that says no, with a status."""
    BROKEN = "broken"
    """An answer that broke off, or was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What went wrong with a request."""

    kind: Kind
    status: int = 0
    """With `REFUSED`: the HTTP status, or what a vendor's own name for it stands for."""
    hint: str = ""
    """The vendor's codes and words, in small letters: to tell cases apart, never to be shown."""
    param: str = ""
    """The parameter that it complains about, where it says so."""
    retry_after: str | None = None
    """The header of that name."""

    @property
    def seconds_to_wait(self) -> float | None:
        """What the server asks to wait; None when it does not say, or says it as a date."""
        try:
            return max(0.0, float(self.retry_after or ""))
        except ValueError:
            return None

    @property
    def is_too_long(self) -> bool:
        """Whether the conversation does not fit."""
        return self.status == 413 or (self.status == 400 and self._names(_TOO_LONG))

    @property
    def names_limit(self) -> bool:
        """Whether the answer's own limit is what does not fit, as small servers say."""
        return self.status in (400, 422) and self._names(_LIMITS)

    @property
    def is_over_quota(self) -> bool:
        """Whether somebody has to pay first."""
        return self.status == 402 or (self.status in (400, 403, 429) and self._names(_NO_MONEY))

    @property
    def is_filtered(self) -> bool:
        """Whether the vendor's filter refused what was asked."""
        return self.status in (400, 403) and self._names(_FILTERED)

    @property
    def is_picky(self) -> bool:
        """Whether the same may be taken in plainer words."""
        cannot_help = self.is_too_long or self.is_over_quota or self.is_filtered
        return self.status in (400, 422) and not cannot_help

    def _names(self, words: tuple[str, ...]) -> bool:
        return any(word in self.hint for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A vendor's door, as the settings name it."""

    key: str
    """The setting that holds its key."""
    address: str
    """The setting that holds its address."""
    library_error: type[Exception]
    """What its library raises."""
    read: Callable[[Exception], Failure]
    """That, as a failure."""


def wait_before_next(failure: Failure, attempt: int) -> float | None:
    """Seconds until another try makes sense; None: it never does."""
    if failure.kind is Kind.AWAY:
        return 0.2 * attempt
    if failure.kind is not Kind.REFUSED or failure.is_over_quota:
        return None
    if failure.status not in (408, 409, 429) and failure.status < 500:
        return None
    wait = failure.seconds_to_wait if failure.retry_after else 0.1 * 2**attempt
    return wait if wait is not None and wait <= LONGEST_WAIT else None


async def tried(ask: Callable[[], Awaitable[T]], door: Door) -> T:
    """Ask; what may pass by itself is asked again, as soon as the server allows.

    Raises the library's own error when it does not pass.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return await ask()
        except door.library_error as err:
            wait = wait_before_next(door.read(err), attempt)
            if attempt == TRIES or wait is None:
                raise
        await asyncio.sleep(wait)
    raise AssertionError("the last try returns or raises")


@contextmanager
def unavailable(name: str, door: Door) -> Iterator[None]:
    """Turn whatever a vendor's library raises into `ModelUnavailable`, in our words."""
    import httpx2

    try:
        yield
    except door.library_error as err:
        failure = door.read(err)
        raise ModelUnavailable(
            f"{name} {why(failure, door)}", seconds=failure.seconds_to_wait
        ) from err
    except httpx2.TimeoutException as err:
        raise ModelUnavailable(f"{name} took too long to answer.") from err
    except (httpx2.HTTPError, httpx2.StreamError) as err:
        raise ModelUnavailable(f"{name} broke off in the middle.") from err
    except ValueError as err:  # A malformed chunk is a bare JSONDecodeError.
        raise ModelUnavailable(f"{name} sent something that is no answer.") from err


def why(failure: Failure, door: Door) -> str:
    """What is wrong and where to look, in half a sentence."""
    match failure.kind:
        case Kind.LATE:
            return "took too long to answer."
        case Kind.AWAY:
            return f"can't be reached: check {door.address} and the network."
        case Kind.BROKEN:
            return "broke off in the middle."
    if failure.is_over_quota:
        return f"is over its quota: check the plan behind {door.key}."
    if failure.is_too_long:
        return "can't take a conversation this long."
    match failure.status:
        case 401 | 403:
            return f"refused the key: check {door.key}."
        case 404:
            return f"is not there: check CONVENE_MODEL and {door.address}."
        case 429:
            return "is asked too often just now."
        case 503 | 529:
            return f"is overloaded just now (status {failure.status})."
        case status:
            return f"refused the request with status {status}."
