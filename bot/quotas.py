"""How much of Convene one turn, one person, and everybody together, may use; and what is said when
it is over. What was used stands in `usage`, so that limits hold over restarts; what turns use that
are being played is counted here, so that they hold for turns side by side.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.people import Person
from bot.settings import Settings
from bot.spending import MILLION, Prices, Spent, Taken, taken
from bot.wording import say_clock
from calendar_core.people import PersonId

TOKENS_PER_TURN = 200_000
"""Where nothing else is said: six rounds with a whole conversation in each."""
QUESTION = 7_000
"""Tokens of the shortest question with all tools, about."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_AGAIN = timedelta(hours=1)
"""How often somebody is told that their turns are read by rules."""
_LEAST = Spent(calls=1, tokens_in=1)
"""What asking takes at least, before it is known what is asked."""

TURN_OVER = (
    "(That was more than my language model may do for one message, so I read this one by rules.)"
)
_CALLS_OVER = (
    "(You asked my language model as often as one person may within an hour; until {clock} I read "
    "by rules.)"
)
_DAY_OVER = (
    "(One more answer would take more of my language model than one person may today; until "
    "midnight I read by rules.)"
)
_HOUSE_OVER = (
    "(One more answer would take more of my language model than we all may here within 24 hours; "
    "for now I read by rules.)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be used; None: as much as one likes. Costs are millionths of the operator's
    currency, and are counted for models whose prices are known."""

    messages_per_hour: int | None = None
    """Of one person."""
    model_calls_per_hour: int | None = None
    """Of one person."""
    tokens_per_turn: int | None = None
    """Of one message, from the first question to a model until its answer."""
    cost_per_turn: int | None = None
    tokens_per_day: int | None = None
    """Of one person, on their own day."""
    cost_per_day: int | None = None
    """The same."""
    house_tokens_per_day: int | None = None
    """Of everybody together, within 24 hours."""
    house_cost_per_day: int | None = None
    """The same."""

    @property
    def bounds_cost(self) -> bool:
        """Whether prices have to be known for a limit to be kept."""
        costs = (self.cost_per_turn, self.cost_per_day, self.house_cost_per_day)
        return any(one is not None for one in costs)

    def lets_ask(self, prices: Prices | None) -> bool:
        """Whether even one short question fits into each limit."""
        least = taken(Spent(tokens_in=QUESTION), prices)
        bounds = (
            (self.tokens_per_turn, self.cost_per_turn),
            (self.tokens_per_day, self.cost_per_day),
            (self.house_tokens_per_day, self.house_cost_per_day),
        )
        return not any(least.exceeds(tokens, cost) for tokens, cost in bounds)


def limits_of(settings: Settings) -> Limits:
    """The limits that an operator set, and those that hold anyway."""
    return Limits(
        messages_per_hour=settings.messages_per_hour,
        model_calls_per_hour=settings.model_calls_per_hour,
        tokens_per_turn=settings.tokens_per_turn or max(TOKENS_PER_TURN, 8 * settings.context),
        cost_per_turn=_millionths(settings.cost_per_turn),
        tokens_per_day=settings.tokens_per_day,
        cost_per_day=_millionths(settings.cost_per_day),
        house_tokens_per_day=settings.house_tokens_per_day,
        house_cost_per_day=_millionths(settings.house_cost_per_day),
    )


def _millionths(cost: Decimal | None) -> int | None:
    return None if cost is None else int(cost * MILLION)


class Book(Protocol):
    """What was used, at rest."""

    async def record(
        self, person: PersonId, model: str, spent: Spent, prices: Prices | None
    ) -> None:
        """Keep what a turn took."""
        ...

    async def turns_since(self, person: PersonId, since: datetime) -> list[tuple[datetime, int]]:
        """When somebody's turns were, and how often a model was asked in each; oldest first."""
        ...

    async def taken_since(self, since: datetime, person: PersonId | None = None) -> Taken:
        """What was taken; by everybody where nobody is named."""
        ...


class Allowance:
    """What one turn may take, and what it took so far. Implements `bot.turn.Budget` by shape.

    What a model is about to read counts from before it is asked.
    """

    def __init__(self, quotas: "Quotas", me: Person, began: datetime) -> None:
        self.me = me
        self.began = began
        self.model = ""
        """By what it is offered; the rest is said by whoever chooses it."""
        self.prices: Prices | None = None
        self.refused: str | None = None
        """What the person is told who wrote too much; None: they are answered."""
        self.is_over = False
        """Whether the model was not asked any more."""
        self._quotas = quotas
        self._settled = Spent()
        self._coming = Spent()

    @property
    def spent(self) -> Spent:
        """All that it took, an answer that is being written about."""
        return self._settled + self._coming

    async def refusal(self, reads: int) -> str | None:
        """Why a model may not be asked that would read about so many tokens: words for the person,
        empty when they were told; None: it may be, and that counts until `took`."""
        # As if the vendor kept all of it, which costs most.
        coming = Spent(calls=1, tokens_in=reads, tokens_stored=reads)
        over = await self._quotas.refusal(self, coming)
        self.is_over = over is not None
        return over

    def holds(self, coming: Spent) -> None:
        """Count what is about to be taken."""
        self._coming = coming

    def took(self, spent: Spent) -> None:
        """What it was in the end."""
        self._settled, self._coming = self._settled + spent, Spent()


class Quotas:
    """Says what is over, and until when."""

    def __init__(self, limits: Limits, book: Book) -> None:
        self._limits = limits
        self._book = book
        self._told: dict[PersonId, datetime] = {}
        self._at_work: list[Allowance] = []
        # What is at rest and what is at work is one sum: nobody moves between the two meanwhile.
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, me: Person, now: datetime) -> AsyncIterator[Allowance]:
        """The allowance of one turn; what it took is kept in the end, however that comes."""
        one = Allowance(self, me, now)
        async with self._lock:
            one.refused = await self._too_many_messages(one)
            if one.refused is None:
                self._at_work.append(one)
        if one.refused is not None:
            yield one
            return
        try:
            yield one
        finally:
            async with self._lock:
                self._at_work.remove(one)
                await self._keep(one)

    async def without_model(self, turn: Allowance) -> str | None:
        """Why this turn is for rules: words for the person, empty when they were told within the
        hour; None: a model may be asked."""
        async with self._lock:
            over = await self._over(turn, _LEAST)
        return over if over is None else self._once(turn, over)

    async def refusal(self, turn: Allowance, coming: Spent) -> str | None:
        """Why a model may not be asked that would take so much, as `Allowance.refusal`."""
        limits, whole = self._limits, taken(turn.spent + coming, turn.prices)
        if whole.exceeds(limits.tokens_per_turn, limits.cost_per_turn):
            return TURN_OVER
        async with self._lock:
            over = await self._over(turn, coming)
            if over is None:
                turn.holds(coming)
                return None
        return self._once(turn, over)

    def _once(self, turn: Allowance, over: str) -> str:
        told = self._told.get(turn.me.id)
        if told is not None and turn.began - told < _AGAIN:
            return ""
        self._told = {who: at for who, at in self._told.items() if turn.began - at < _AGAIN}
        self._told[turn.me.id] = turn.began
        return over

    async def _keep(self, one: Allowance) -> None:
        if one.spent.calls or self._limits.messages_per_hour is not None:
            await self._book.record(one.me.id, one.model, one.spent, one.prices)

    async def _too_many_messages(self, one: Allowance) -> str | None:
        most = self._limits.messages_per_hour
        if most is None:
            return None
        turns = [at for at, _ in await self._turns(one)]
        if len(turns) < most:
            return None
        many = "1 message" if most == 1 else f"{most} messages"
        free = _clock(turns[-most] + HOUR, one.me)
        return f"I answer {many} an hour here. Write again from {free} on, please."

    async def _over(self, turn: Allowance, coming: Spent) -> str | None:
        limits, me, now = self._limits, turn.me, turn.began
        if limits.model_calls_per_hour is not None:
            free = _free_again(await self._turns(turn), limits.model_calls_per_hour)
            if free is not None:
                return _CALLS_OVER.format(clock=_clock(free, me))
        more = taken(coming, turn.prices)
        if limits.tokens_per_day is not None or limits.cost_per_day is not None:
            today = now.astimezone(me.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            mine = more + await self._taken(today, me.id)
            if mine.exceeds(limits.tokens_per_day, limits.cost_per_day):
                return _DAY_OVER
        if limits.house_tokens_per_day is not None or limits.house_cost_per_day is not None:
            all_ = more + await self._taken(now - DAY)
            if all_.exceeds(limits.house_tokens_per_day, limits.house_cost_per_day):
                return _HOUSE_OVER
        return None

    async def _turns(self, of: Allowance) -> list[tuple[datetime, int]]:
        """Somebody's turns within the hour, those at work last, `of` by what it took so far."""
        turns = await self._book.turns_since(of.me.id, of.began - HOUR)
        mine = [one for one in self._at_work if one.me.id == of.me.id]
        return turns + [(one.began, one.spent.calls) for one in mine]

    async def _taken(self, since: datetime, person: PersonId | None = None) -> Taken:
        """What was taken, and is being taken."""
        mine = [one for one in self._at_work if person in (None, one.me.id)]
        kept = await self._book.taken_since(since, person)
        return sum((taken(one.spent, one.prices) for one in mine), kept)


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
