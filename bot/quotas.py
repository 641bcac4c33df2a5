"""How much of Convene one person, and everybody together, may use; and what is said when it is
over. What was used stands in `usage`, so that limits hold over restarts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.people import Person
from bot.wording import say_clock
from calendar_core.people import PersonId

HOUR = timedelta(hours=1)
_AGAIN = timedelta(hours=1)
"""How often somebody is told that their turns are read by rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be used; None: as much as one likes."""

    messages_per_hour: int | None = None
    """Of one person."""
    model_calls_per_hour: int | None = None
    """Of one person."""
    tokens_per_day: int | None = None
    """Of one person, on their own day."""
    house_tokens_per_day: int | None = None
    """Of everybody together, within 24 hours."""


class Used(Protocol):
    """What was used so far."""

    async def turns_since(self, person: PersonId, since: datetime) -> list[tuple[datetime, int]]:
        """When somebody's turns were, and how often a model was asked in each; oldest first."""
        ...

    async def tokens_since(self, since: datetime, person: PersonId | None = None) -> int:
        """Tokens that were read and written; of everybody where nobody is named."""
        ...


class Quotas:
    """Says what is over, and until when."""

    def __init__(self, limits: Limits, used: Used) -> None:
        self._limits = limits
        self._used = used
        self._told: dict[PersonId, datetime] = {}

    @property
    def counts_messages(self) -> bool:
        """Whether every message is to be kept count of, also those that no model heard."""
        return self._limits.messages_per_hour is not None

    async def too_many_messages(self, me: Person, now: datetime) -> str | None:
        """What somebody is told who wrote too much; None: they may go on."""
        most = self._limits.messages_per_hour
        if most is None:
            return None
        turns = [at for at, _ in await self._used.turns_since(me.id, now - HOUR)]
        if len(turns) < most:
            return None
        free = turns[-most] + HOUR
        many = "1 message" if most == 1 else f"{most} messages"
        return f"I answer {many} an hour here. Write again from {_clock(free, me)} on, please."

    async def without_model(self, me: Person, now: datetime) -> str | None:
        """Why this turn is for rules: words for the person, empty when they were told within the
        hour; None: a model may be asked."""
        over = await self._over(me, now)
        if over is None:
            return None
        told = self._told.get(me.id)
        if told is not None and now - told < _AGAIN:
            return ""
        self._told = {who: at for who, at in self._told.items() if now - at < _AGAIN}
        self._told[me.id] = now
        return f"({over})"

    async def _over(self, me: Person, now: datetime) -> str | None:
        limits = self._limits
        if limits.model_calls_per_hour is not None:
            turns = await self._used.turns_since(me.id, now - HOUR)
            free = _free_again(turns, limits.model_calls_per_hour)
            if free is not None:
                return (
                    "You asked my language model as often as one person may within an hour; "
                    f"until {_clock(free, me)} I read by rules."
                )
        if limits.tokens_per_day is not None:
            today = now.astimezone(me.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            if await self._used.tokens_since(today, me.id) >= limits.tokens_per_day:
                return (
                    "You have used what one person may of my language model today; until "
                    "midnight I read by rules."
                )
        if limits.house_tokens_per_day is not None:
            since = now - timedelta(days=1)
            if await self._used.tokens_since(since) >= limits.house_tokens_per_day:
                return (
                    "What my language model may take within 24 hours is used up here; for now I "
                    "read by rules."
                )
        return None


def _free_again(turns: list[tuple[datetime, int]], most: int) -> datetime | None:
    """When fewer than `most` calls lie within an hour; None: now."""
    left = sum(calls for _, calls in turns)
    if left < most:
        return None
    for at, calls in turns:
        left -= calls
        if left < most:
            return at + HOUR
    return None


def _clock(at: datetime, me: Person) -> str:
    """The minute from which on it is so."""
    rounded = (at + timedelta(seconds=59)).astimezone(me.zone)
    return say_clock(rounded, clock_24h=me.preferences.clock_24h)
