"""A joined house at work: what is overdue is done first, then it ticks until it is stopped."""

import gc
from datetime import datetime

from bot.app.core import Core
from bot.engine import Engine
from bot.llm.model import LanguageModel
from bot.models import Models
from calendar_core.clock import StandingClock
from scheduler.ticker import Ticker

_MADE = 10_000
"""Things made and not let go, after which the garbage collector looks at them: some messages."""


class RunningHouse:
    """Starts and stops what goes on by itself. Doors are somebody else's."""

    def __init__(self, core: Core, engine: Engine, model: LanguageModel | Models) -> None:
        self._core = core
        self._engine = engine
        self._model = model
        self._tickers: list[Ticker] = []

    async def start(self) -> None:
        """Run overdue work; with a running clock, begin to tick."""
        await self._engine.begin()
        await self._core.finishing.begin()
        await self._core.upkeep.begin()
        await self._core.worker.start_up()
        if not isinstance(self._core.clock, StandingClock):
            await self._core.syncing.begin()
            await self._core.watching.begin()
            workers = (self._core.worker, self._core.reader)
            self._tickers = [Ticker(one, self._core.clock) for one in workers]
            self._core.queue.tell(self._wake)
            for ticker in self._tickers:
                ticker.start()

    async def rest(self) -> None:
        """End the ticking; what runs comes to its end. People are still answered."""
        tickers, self._tickers = self._tickers, []
        for ticker in tickers:
            await ticker.stop()
        await self._core.worker.stop()
        await self._core.reader.stop()

    async def stop(self) -> None:
        """End everything; a second time does nothing."""
        await self.rest()
        close = getattr(self._model, "close", None)
        if close is not None:
            await close()
        for provider in self._core.providers.values():
            provider.close()
        await self._core.meanings.stop()

    def _wake(self, due: datetime) -> None:
        for ticker in self._tickers:
            ticker.wake(due)


def set_apart() -> None:
    """Leave alone, from now on, what the start has made: modules, patterns, statements.

    For a process that serves, once all is open: the garbage collector would look through all of it
    every hundred messages and find nothing, and through each message several times. Together that
    is an eighth of what a message costs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE)
