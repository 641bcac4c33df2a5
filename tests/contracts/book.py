"""What every `Book` of what models took promises: the real one and the fake inherit this."""

from abc import ABC, abstractmethod
from datetime import timedelta

from bot.quotas import Book
from bot.spending import Prices, Spent, Taken
from calendar_core.clock import StandingClock
from calendar_core.people import PersonId
from tests.builders import NOW

ANA, BO = PersonId("ana"), PersonId("bo")
PRICES = Prices(read=3, cached=0.3, written=15, stored=3.75)
SPENT = Spent(calls=2, tokens_in=1_000, tokens_cached=500, tokens_stored=300, tokens_out=40)
COST = 200 * 3 + 500 * 0.3 + 300 * 3.75 + 40 * 15


class BookContract(ABC):
    """The promises of the port."""

    clock: StandingClock

    @abstractmethod
    def book(self) -> Book:
        """A fixture: an empty book on `clock`."""

    async def test_an_empty_book_has_nothing(self, book: Book) -> None:
        assert await book.taken_since(NOW) == Taken()
        assert await book.turns_since(ANA, NOW) == []

    async def test_what_was_taken_is_one_sum_of_tokens_and_cost(self, book: Book) -> None:
        await book.record(ANA, "large", SPENT, PRICES)
        await book.record(BO, "large", SPENT, PRICES)
        await book.record(ANA, "small", SPENT, None)
        assert await book.taken_since(NOW) == Taken(tokens=3 * 1_040, cost=round(2 * COST))
        assert await book.taken_since(NOW, ANA) == Taken(tokens=2 * 1_040, cost=round(COST))

    async def test_only_what_was_taken_since_then_counts(self, book: Book) -> None:
        await book.record(ANA, "large", SPENT, PRICES)
        self.clock.advance(timedelta(minutes=1))
        await book.record(ANA, "offline", Spent(), None)
        later = NOW + timedelta(minutes=1)
        assert await book.taken_since(later) == Taken()
        assert await book.turns_since(ANA, NOW - timedelta(seconds=1)) == [(NOW, 2), (later, 0)]
        assert await book.turns_since(ANA, NOW) == [(later, 0)]
        assert await book.turns_since(BO, NOW - timedelta(hours=1)) == []
