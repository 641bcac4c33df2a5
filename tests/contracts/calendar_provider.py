"""What every provider of calendars promises; readers, writers and the fakes inherit these tests."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import pytest

from calendar_core.changes.change import ChangeId, Write
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import CalendarWriter
from calendar_core.errors import ChangedMeanwhile, CursorDied, NotFound
from calendar_core.events import Calendar, CalendarId, Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.people import PersonId
from calendar_core.sync.reader import CalendarReader
from tests.calendar_core.house import BERLIN, ME, MONDAY, an_event, at, days, span


@dataclass(frozen=True)
class Provider:
    """The two doors of a provider, and an empty calendar of ME on it."""

    reader: CalendarReader
    writer: CalendarWriter
    calendar: Calendar


@dataclass(frozen=True)
class Read:
    """What a reader told since a cursor."""

    changed: dict[str, Resource]
    removed: list[str]
    cursor: str


async def read_since(provider: Provider, cursor: str | None) -> Read:
    """All pages since a cursor."""
    changed: dict[str, Resource] = {}
    removed: list[str] = []
    last = None
    async for page in provider.reader.changes_since(provider.calendar.id, cursor):
        assert last is None, "only the last page has a cursor"
        changed |= {one.uid: one for one in page.changed}
        removed += page.removed
        last = page.cursor
    assert last is not None, "the last page has a cursor"
    return Read(changed, removed, last)


def a_write(provider: Provider, title: str = "Review", **fields: str | None) -> Write:
    """The creation of an event."""
    made = new_resource(an_event(title), at=at("07:00"))
    fresh = Write(calendar_id=provider.calendar.id, uid=made.uid, before=None, after=made.ics)
    return replace(fresh, **fields)  # type: ignore[arg-type]


def confirmed(*writes: Write, id: str = "change") -> ConfirmedChange:
    """The ticket that only the desk makes, for its writer's own tests."""
    return ConfirmedChange(id=ChangeId(id), by=ME, at=at("08:00"), place="", writes=writes)


class CalendarReaderContract(ABC):
    """What holds for calendars that can be read alone, too; their provider's `writer` is a test's
    own, by which things come to stand there. Inherit, and give a `provider` fixture."""

    @abstractmethod
    async def provider(self) -> Provider:
        """A fixture: the provider with an empty calendar of ME."""

    async def test_a_cursor_tells_only_what_came_after(self, provider: Provider) -> None:
        await provider.writer.apply(confirmed(a_write(provider, "One"), id="1"))
        first = await read_since(provider, None)
        (two,) = await provider.writer.apply(confirmed(a_write(provider, "Two"), id="2"))
        gone = a_write(provider, "One", before=first.changed["one@test"].ics, after=None)
        await provider.writer.apply(
            confirmed(replace(gone, etag=first.changed["one@test"].etag), id="3")
        )

        since = await read_since(provider, first.cursor)
        nothing = await read_since(provider, since.cursor)

        assert (list(since.changed), since.removed) == ([two.uid], ["one@test"])
        assert (nothing.changed, nothing.removed) == ({}, [])

    async def test_a_cursor_of_another_kind_is_dead(self, provider: Provider) -> None:
        with pytest.raises(CursorDied):
            await read_since(provider, "what is that")

    async def test_a_calendar_that_is_none_is_not_found(self, provider: Provider) -> None:
        nowhere = replace(provider, calendar=replace(provider.calendar, id=CalendarId("none")))

        with pytest.raises(NotFound):
            await read_since(nowhere, None)
        with pytest.raises(NotFound):
            await provider.reader.busy(CalendarId("none"), span("08:00", "09:00"))

    async def test_calendars_are_listed_to_their_owner(self, provider: Provider) -> None:
        mine = await provider.reader.calendars(ME)

        assert provider.calendar.id in {one.id for one in mine}
        assert await provider.reader.calendars(PersonId("somebody else")) == ()

    async def test_busy_says_when_and_not_what(self, provider: Provider) -> None:
        await provider.writer.apply(confirmed(a_write(provider)))

        day = days(MONDAY).within(BERLIN)
        taken = await provider.reader.busy(provider.calendar.id, day)

        assert [one.within(BERLIN) for one in taken] == [span("14:00", "15:00")]
        assert await provider.reader.busy(provider.calendar.id, span("08:00", "14:00")) == ()


class CalendarProviderContract(CalendarReaderContract):
    """Inherit, and give a `provider` fixture."""

    async def test_what_is_written_is_read(self, provider: Provider) -> None:
        (written,) = await provider.writer.apply(confirmed(a_write(provider)))

        read_back = await read_since(provider, None)

        assert written.resource is not None
        assert written.resource.etag
        assert read_back.changed == {written.uid: written.resource}
        assert read(written.resource)[0].title == "Review"

    async def test_a_repeated_write_finds_its_own_work(self, provider: Provider) -> None:
        change = confirmed(a_write(provider))

        first = await provider.writer.apply(change)
        cursor = (await read_since(provider, None)).cursor
        second = await provider.writer.apply(change)

        assert second == first
        assert (await read_since(provider, cursor)).changed == {}

    async def test_an_outdated_version_is_refused_and_nothing_written(
        self, provider: Provider
    ) -> None:
        (one,) = await provider.writer.apply(confirmed(a_write(provider), id="1"))
        assert one.resource is not None
        retitled = new_resource(an_event("Retro", uid=one.uid), at=at("07:00")).ics
        edit = replace(
            a_write(provider), before=one.resource.ics, after=retitled, etag=one.resource.etag
        )
        await provider.writer.apply(confirmed(edit, id="2"))
        before = await read_since(provider, None)
        late = replace(edit, after=new_resource(an_event("Late", uid=one.uid), at=at("07:00")).ics)

        with pytest.raises(ChangedMeanwhile):
            await provider.writer.apply(confirmed(a_write(provider, "Other"), late, id="3"))

        assert await read_since(provider, None) == before

    async def test_a_new_event_does_not_overwrite(self, provider: Provider) -> None:
        await provider.writer.apply(confirmed(a_write(provider), id="1"))
        other = new_resource(an_event("Other", uid="review@test"), at=at("07:00")).ics

        with pytest.raises(ChangedMeanwhile):
            await provider.writer.apply(confirmed(a_write(provider, after=other), id="2"))

    async def test_removing_what_is_gone_is_done(self, provider: Provider) -> None:
        ics = a_write(provider).after
        gone = a_write(provider, before=ics, after=None, etag="any")

        (written,) = await provider.writer.apply(confirmed(gone))

        assert written.resource is None
