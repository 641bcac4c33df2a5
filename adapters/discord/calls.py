"""Calling Discord: every call has its time, and every vendor's error becomes one of ours here.

discord.py waits for rate limits and repeats some of what failed on Discord's side; the rest is
repeated here. A call that this takes too long for is given up. Repeating says nothing twice: what
is sent carries a nonce, and what cannot carry one is repeated only where it did not arrive.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import Any, TypeVar

import aiohttp
import discord

from bot.chat.platform import PlaceGone, PlatformBusy

log = logging.getLogger("convene.discord")

PATIENCE = 120.0
"""Seconds that one call may take, waiting for rate limits included."""
LONGEST_WAIT = 60.0
"""Seconds of a rate limit that are waited for here; longer ones are the caller's to wait for."""
ONE_ANSWER = 15.0
"""Seconds that Discord may take for one answer, before it is asked again."""
OUTAGE = (0.5, 1.5, 4.0, 8.0, 15.0, 20.0)
"""Seconds after which what failed at Discord, or on the way there, is tried again."""
ACK_TIME = 2.8
"""Seconds for a first answer to an interaction: Discord forgets it after three."""

_TOO_LATE = (10062, 10015, 50027, 40094)
"""Unknown interaction, unknown webhook, its token is invalid, no more follow-ups: an interaction
says nothing more."""
_ANSWERED = 40060
_GONE = (50007, 50008, 50024, 50033, 50083, 40058, 160005, 200000, 200001)
"""What is refused for good though it is told as a bad request: direct messages that are closed or
cannot be (with another bot), channels for no text, threads that are archived or locked, and what a
server's own rules do not let through."""
_BUSY = (130000, 40003, 40004)
"""Overloaded; too many direct conversations were opened; sending is switched off for a while."""

T = TypeVar("T")


class TooLate(PlaceGone):
    """An interaction cannot be answered any more; there are other ways to say it."""


class Answered(TooLate):
    """An interaction has its first answer: another, or this one, whose receipt was lost."""


class Again(StrEnum):
    """When a call that failed on the way is made again."""

    FREELY = "freely"
    """Always: twice is as once."""
    UNSENT = "unsent"
    """Only where it cannot have arrived."""
    NEVER = "never"


async def call(
    doing: Callable[[], Awaitable[T]], *, within: float = PATIENCE, again: Again = Again.FREELY
) -> T:
    """What Discord answers. `doing` is called again after a rate limit, and where Discord fails.

    Raises PlaceGone, PlatformBusy, TooLate for an interaction that is over, and Answered for one
    that has its answer.
    """
    try:
        async with asyncio.timeout(within):
            return await _insist(doing, again)
    except discord.DiscordException as err:
        ours = translated(err, await _limit_of(err))
        if ours is None:
            raise
        raise ours from err
    except TimeoutError as err:
        raise PlatformBusy("Discord takes too long to answer.") from err
    except (OSError, aiohttp.ClientError) as err:
        raise PlatformBusy("Discord can't be reached.") from err


async def _insist(doing: Callable[[], Awaitable[T]], again: Again) -> T:
    outage = iter(OUTAGE if again is not Again.NEVER else ())
    while True:
        try:
            return await doing()
        except (discord.HTTPException, OSError, aiohttp.ClientError) as err:
            wait = await _wait_after(err, again, outage)
            if wait is None or wait > LONGEST_WAIT:
                raise
            log.warning("again error=%s seconds=%.1f", type(err).__name__, wait)
        await asyncio.sleep(wait)


async def _wait_after(
    err: discord.HTTPException | OSError | aiohttp.ClientError,
    again: Again,
    outage: Iterator[float],
) -> float | None:
    """Seconds until a call is made again; None for one that failed for good."""
    if isinstance(err, discord.HTTPException):
        # discord.py waits for limits by itself unless the answer lacks the "Via" header, which it
        # takes for a ban by a proxy; such a limit is waited for here.
        return next(outage, None) if err.status >= 500 else await _limit_of(err)
    arrived = not isinstance(err, aiohttp.ClientConnectorError)
    return next(outage, None) if again is Again.FREELY or not arrived else None


def bound(http: Any) -> None:
    """Give each request of a client its time; and let nobody who is broken off keep others
    waiting."""
    request = http.request

    async def bounded(route: Any, **parts: Any) -> Any:
        parts.setdefault("timeout", aiohttp.ClientTimeout(total=ONE_ANSWER))
        try:
            return await request(route, **parts)
        except asyncio.CancelledError:
            # discord.py 2.7.1: what is broken off while it waits for a limit of all calls would
            # never say that the limit is over, and nothing would be sent any more.
            over: asyncio.Event = http._global_over
            if not over.is_set():
                asyncio.get_running_loop().call_later(LONGEST_WAIT, over.set)
            raise

    http.request = bounded


async def _limit_of(err: discord.DiscordException) -> float | None:
    """Seconds that a rate limit asks to wait, by the answer's headers or its body."""
    if not isinstance(err, discord.HTTPException) or err.status != 429:
        return None
    response: Any = err.response
    told = dict(getattr(response, "headers", {}))
    try:
        # discord.py has read the body, and keeps no more of it than the message
        told["retry_after"] = json.loads(await response.text())["retry_after"]
    except (AttributeError, LookupError, TypeError, ValueError, aiohttp.ClientError):
        log.info("a limit without its seconds")
    for name in ("Retry-After", "retry_after", "X-RateLimit-Reset-After"):
        try:
            return max(0.0, float(told[name]))
        except (LookupError, TypeError, ValueError):
            continue
    return None


def translated(err: discord.DiscordException, limit: float | None = None) -> Exception | None:
    """Our error for the vendor's; None for what is a bug of ours."""
    if isinstance(err, discord.RateLimited):
        return PlatformBusy("Discord asks for patience.", err.retry_after)
    if isinstance(err, discord.InteractionResponded):
        return TooLate("This was answered already.")
    if not isinstance(err, discord.HTTPException):
        return None
    if err.code == _ANSWERED:
        return Answered("This was answered already.")
    if err.code in _TOO_LATE:
        return TooLate("The time to answer this is over.")
    if err.status == 429:
        return PlatformBusy("Discord asks for patience.", limit)
    if err.status >= 500 or err.code in _BUSY:
        return PlatformBusy("Discord has trouble at the moment.")
    if err.status == 401:
        return PlatformBusy("Discord refuses the bot's token.")
    if err.status in (403, 404) or err.code in _GONE:
        return PlaceGone(f"Discord refuses: {err.text or 'no access'}.")
    return None
