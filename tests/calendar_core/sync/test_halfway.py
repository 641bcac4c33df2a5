"""Rounds that are broken off: what the next one may take from them, and what it may not."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_core.database import Database
from calendar_core.errors import TryLater
from calendar_core.events import CalendarId, Resource
from calendar_core.people import PersonId
from calendar_core.sync.plan import LOOK_AGAIN, Came
from calendar_core.sync.reader import Page
from calendar_core.when import TimeSpan
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house
from tests.fakes.calendars import PAGE

LOST = TryLater("The server does not answer.")


@pytest.fixture
async def house(database: Database) -> LinkedHouse:
    made = await a_linked_house(database)
    made.provider.page_size, made.provider.resumes = 4, True
    return made


class Telling:
    """A reader that tells these pages, whatever it is asked, and then fails where it has no
    cursor."""

    def __init__(self, *pages: Page) -> None:
        self._pages = pages
        self.asked: list[str | None] = []

    async def calendars(self, owner: PersonId) -> tuple[()]:
        return ()

    async def changes_since(
        self, calendar_id: CalendarId, cursor: str | None
    ) -> AsyncIterator[Page]:
        self.asked.append(cursor)
        for page in self._pages:
            yield page
        if not self._pages or self._pages[-1].cursor is None:
            raise LOST

    async def busy(self, calendar_id: CalendarId, span: TimeSpan) -> tuple[TimeSpan, ...]:
        return ()


def there(house: LinkedHouse, *numbers: int) -> Sequence[Resource]:
    """Events that the provider holds."""
    held = house.provider.of(house.calendar.id)
    return tuple(held[f"e{number}@test"] for number in numbers)


async def told(house: LinkedHouse, *pages: Page) -> tuple[Came | None, list[str | None]]:
    """A round that is told so, and what was asked; None: it was broken off."""
    reader = Telling(*pages)
    try:
        return await house.engine.sync(house.calendar.id, reader), reader.asked
    except TryLater:
        return None, reader.asked


async def test_half_of_a_list_of_losses_is_not_weighed_alone(house: LinkedHouse) -> None:
    """A server says of all that it is gone, and is healthy again after the first page of that."""
    house.many(8)
    await house.sync()
    for _ in range(3):
        house.provider.has_lost_all = True
        house.provider.fail(PAGE, None, LOST)
        with pytest.raises(TryLater):
            await house.sync()
        house.provider.has_lost_all = False
        await house.sync()

    assert len(await house.mirrored()) == 8
    assert await house.is_in_step()


async def test_what_was_said_before_the_second_look_was_due_is_no_second_look(
    house: LinkedHouse,
) -> None:
    house.many(8)
    await house.sync()
    house.provider.let_cursors_die()
    house.provider.has_lost_all = True
    doubted = await house.sync()
    begun = await told(house, Page(resume="there"))
    house.clock.advance(LOOK_AGAIN)
    house.provider.has_lost_all = False

    ended = await told(house, Page(cursor="9"))
    house.provider.let_cursors_die()
    healthy = await house.sync()

    assert (doubted.doubted, begun) == (8, (None, [None]))
    assert ended == (Came(doubted=8, full=True), ["there"])
    assert healthy == Came(read=8, full=True)
    assert await house.is_in_step()


async def test_the_rest_of_a_list_that_ends_at_once_is_doubted(house: LinkedHouse) -> None:
    house.many(8)
    await house.sync()
    house.provider.let_cursors_die()
    house.provider.fail(PAGE, None, LOST)
    with pytest.raises(TryLater):
        await house.sync()
    cut = await told(house, Page(cursor="9"))
    house.provider.let_cursors_die()

    assert cut[0] == Came(read=4, doubted=4, full=True)
    assert await house.sync() == Came(read=8, full=True)
    assert await house.is_in_step()


async def test_the_list_of_all_is_not_gone_on_with_as_one_of_changes(house: LinkedHouse) -> None:
    """A write whose outcome is open has all read beside the cursor, which stays good."""
    house.many(3)
    await house.sync()
    (standing,) = there(house, 0)
    await _read_back(house, replace(standing, etag="another"), drawn_from="a third")
    all_of_it = await told(house, Page(changed=(standing,), resume="there"))
    await _read_back(house, standing, drawn_from=standing.etag)
    house.remove("e2@test")

    assert all_of_it == (None, [None])
    assert await house.sync() == Came(removed=1)
    assert await house.is_in_step()


async def test_a_round_goes_on_where_it_was_broken_off(house: LinkedHouse) -> None:
    house.many(8)
    house.provider.fail(PAGE, None, LOST)
    with pytest.raises(TryLater):
        await house.sync()
    house.clock.advance(timedelta(hours=1))

    assert await house.sync() == Came(added=8, read=8, full=True)
    assert await house.is_in_step()


async def _read_back(house: LinkedHouse, one: Resource, *, drawn_from: str) -> None:
    """What a write of ours left there, drawn up from a version."""
    await house.mirror.absorb(house.calendar.id, (one,), written={one.uid: drawn_from})
