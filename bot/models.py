"""The models that can be asked: made when they are first needed, and left alone while they fail.

Which are offered is `offers`; who uses which is `choosing`; what one is, is `bot.llm`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from types import AsyncGeneratorType

from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
)
from bot.offers import OFFLINE, Offer, Offers
from calendar_core.clock import Clock
from calendar_core.people import PersonId

FAILURES = 3
"""In a row: after so many a model is not asked for a while, so that nobody waits for it."""
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


class Guarded:
    """A model that is left alone for a while after it failed again and again.

    When the while is over, one request tries it; until that is answered, others still go without.
    """

    def __init__(self, model: LanguageModel, clock: Clock, name: str | None = None) -> None:
        self._model = model
        self._clock = clock
        self._name = name
        self._failures = 0
        self._rests_until: datetime | None = None
        self._told: set[PersonId] = set()

    @property
    def name(self) -> str:
        """By what it is offered."""
        return self._name or self._model.name

    @property
    def capabilities(self) -> ModelCapabilities:
        """What it can do."""
        return self._model.capabilities

    @property
    def rests(self) -> bool:
        """Whether it is not to be asked now."""
        return self._rests_until is not None and self._clock.now() < self._rests_until

    def is_news_to(self, person: PersonId) -> bool:
        """Whether somebody was not told yet that it does not answer; from now on they were."""
        is_news = person not in self._told
        self._told.add(person)
        return is_news

    async def close(self) -> None:
        """Let go of its connections."""
        close = getattr(self._model, "close", None)
        if close is not None:
            await close()

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Stream the reply. Raises ModelUnavailable, at once while it rests."""
        if self.rests:
            raise ModelUnavailable(f"{self.name} failed a moment ago and is left alone.")
        if self._rests_until is not None:
            self._rests_until = self._clock.now() + PAUSE
        events = self._model.reply(request)
        try:
            async for event in events:
                if isinstance(event, Finished):
                    self._answered()
                yield event
        except ModelUnavailable as err:
            self._failed(err)
            raise
        except asyncio.CancelledError:  # nobody waits any longer: too slow is down
            self._failed(None)
            raise
        finally:
            if isinstance(events, AsyncGeneratorType):
                await events.aclose()

    def _answered(self) -> None:
        self._failures, self._rests_until = 0, None
        self._told.clear()

    def _failed(self, error: ModelUnavailable | None) -> None:
        self._failures += 1
        told: float | None = getattr(error, "seconds", None)
        if told is not None:
            pause = min(max(timedelta(seconds=told), timedelta()), LONGEST_PAUSE)
            self._rests_until = self._clock.now() + pause
        elif self._failures >= FAILURES:
            self._rests_until = self._clock.now() + PAUSE


class Models:
    """All models that are offered, by name."""

    def __init__(
        self, offers: Offers, make: Callable[[Offer], LanguageModel], clock: Clock
    ) -> None:
        self._offers = offers
        self._make = make
        self._clock = clock
        self._made: dict[str, Guarded] = {}

    @classmethod
    def alone(cls, model: LanguageModel, rules: LanguageModel, clock: Clock) -> "Models":
        """A house with this one model, beside rules."""
        name = model.name
        made = {OFFLINE: rules, name: model}
        offers = Offers(house=name, by_name={one: Offer(name=one, model=one) for one in made})
        models = cls(offers, lambda offer: made[offer.name], clock)
        models._made[name] = Guarded(model, clock)
        return models

    @property
    def names(self) -> tuple[str, ...]:
        """What can be chosen, the house's first."""
        return self._offers.names

    @property
    def house(self) -> str:
        """The one for whoever chose none."""
        return self._offers.house

    @property
    def currency(self) -> str:
        """Of all prices."""
        return self._offers.currency

    def offer(self, name: str) -> Offer:
        """What was said of a model that is offered."""
        return self._offers.by_name[name]

    def named(self, name: str) -> Guarded:
        """A model that is offered, made now where it was not yet."""
        if name not in self._made:
            self._made[name] = Guarded(self._make(self.offer(name)), self._clock, name)
        return self._made[name]

    async def close(self) -> None:
        """Let go of all connections."""
        for model in self._made.values():
            await model.close()


__all__ = ["OFFLINE", "Guarded", "Models"]
