"""Calling Discord: every call has its time, and every vendor's error becomes one of ours here.

discord.py waits for rate limits and repeats some of what failed on Discord's side; the rest is
repeated here. A call that this takes too long for is given up. Repeating says nothing twice: what
is sent carries a nonce.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
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

_ARCHIVED = 50083
_TOO_LATE = (10062, 10015, 50027)
"""Unknown interaction, unknown webhook, its token is invalid: an interaction's time is over."""
_ANSWERED = 40060

T = TypeVar("T")


class TooLate(PlaceGone):
    """An interaction cannot be answered any more; there are other ways to say it."""


async def call(
    doing: Callable[[], Awaitable[T]], *, within: float = PATIENCE, again: bool = True
) -> T:
    """What Discord answers. `doing` is called again after a rate limit, and where Discord fails
    unless `again` is False.

    Raises PlaceGone, PlatformBusy, and TooLate for an interaction that is over.
    """
    try:
        async with asyncio.timeout(within):
            return await _insist(doing, OUTAGE if again else ())
    except discord.DiscordException as err:
        raise translated(err) from err
    except TimeoutError as err:
        raise PlatformBusy("Discord takes too long to answer.") from err
    except (OSError, aiohttp.ClientError) as err:
        raise PlatformBusy("Discord can't be reached.") from err


async def _insist(doing: Callable[[], Awaitable[T]], waits: Sequence[float]) -> T:
    outage = iter(waits)
    while True:
        try:
            return await doing()
        except discord.HTTPException as err:
            # discord.py waits by itself unless the answer lacks the "Via" header, which it takes
            # for a ban by a proxy; such a limit is waited for here.
            wait = _told_to_wait(err)
            if err.status >= 500:
                wait = next(outage, None)
            if wait is None or wait > LONGEST_WAIT:
                raise
            log.warning("again status=%d seconds=%.1f", err.status, wait)
        except (OSError, aiohttp.ClientError) as err:
            wait = next(outage, None)
            if wait is None:
                raise
            log.warning("again error=%s seconds=%.1f", type(err).__name__, wait)
        await asyncio.sleep(wait)


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


def _told_to_wait(err: discord.HTTPException) -> float | None:
    if err.status != 429:
        return None
    headers = getattr(err.response, "headers", {})
    for name in ("Retry-After", "X-RateLimit-Reset-After"):
        try:
            return max(0.0, float(headers[name]))
        except (KeyError, ValueError):
            continue
    return None


def translated(err: discord.DiscordException) -> Exception:
    """Our error for the vendor's; what is a bug of ours stays as it is."""
    if isinstance(err, discord.RateLimited):
        return PlatformBusy("Discord asks for patience.", err.retry_after)
    if isinstance(err, discord.InteractionResponded):
        return TooLate("This was answered already.")
    if not isinstance(err, discord.HTTPException):
        return err
    if err.code in _TOO_LATE or err.code == _ANSWERED:
        return TooLate("The time to answer this is over.")
    if err.status == 429:
        return PlatformBusy("Discord asks for patience.", _told_to_wait(err))
    if err.status >= 500:
        return PlatformBusy("Discord has trouble at the moment.")
    if err.status == 401:
        return PlatformBusy("Discord refuses the bot's token.")
    if err.status in (403, 404) or err.code == _ARCHIVED:
        return PlaceGone(f"Discord refuses: {err.text or 'no access'}.")
    return err
