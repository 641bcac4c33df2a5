"""Calling Discord: every call has its time, and every vendor's error becomes one of ours here.

discord.py waits for rate limits and repeats what failed on Discord's side; a call that this
takes too long for is given up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

from bot.chat.platform import PlaceGone, PlatformBusy

log = logging.getLogger("convene.discord")

PATIENCE = 40.0
"""Seconds that one call may take, waiting for rate limits included."""
LONGEST_WAIT = 30.0
"""Seconds of a rate limit that are waited for here; longer ones are the caller's to wait for."""
ACK_TIME = 2.8
"""Seconds for a first answer to an interaction: Discord forgets it after three."""

_ARCHIVED = 50083
_TOO_LATE = (10062, 10015, 50027)
"""Unknown interaction, unknown webhook, its token is invalid: an interaction's time is over."""
_ANSWERED = 40060

T = TypeVar("T")


class TooLate(PlaceGone):
    """An interaction cannot be answered any more; there are other ways to say it."""


async def call(doing: Callable[[], Awaitable[T]], *, within: float = PATIENCE) -> T:
    """What Discord answers. `doing` may be called again after a rate limit.

    Raises PlaceGone, PlatformBusy, and TooLate for an interaction that is over.
    """
    try:
        async with asyncio.timeout(within):
            while True:
                try:
                    return await doing()
                except discord.HTTPException as err:
                    # discord.py waits by itself unless the answer lacks the "Via" header, which
                    # it takes for a ban by a proxy; such a limit is waited for here.
                    wait = _told_to_wait(err)
                    if wait is None or wait > LONGEST_WAIT:
                        raise
                    log.warning("limited seconds=%.1f", wait)
                    await asyncio.sleep(wait)
    except discord.DiscordException as err:
        raise translated(err) from err
    except TimeoutError as err:
        raise PlatformBusy("Discord takes too long to answer.") from err
    except (OSError, aiohttp.ClientError) as err:
        raise PlatformBusy("Discord can't be reached.") from err


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
