"""Changes at rest: what is read back is what was written down, to the zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from calendar_core.changes.change import (
    Amend,
    Bring,
    ChangeId,
    ChangeStatus,
    Create,
    Glimpse,
    PendingChange,
    Remark,
    Remove,
    Reply,
    Target,
    Write,
)
from calendar_core.changes.paper import from_row, read_back, to_row, written_down
from calendar_core.events import (
    Answer,
    Attendance,
    CalendarId,
    Event,
    EventId,
    Guest,
    Occupancy,
    RecurrenceId,
    Repeat,
    Resource,
    Scope,
    Status,
    Visibility,
)
from calendar_core.patch import Patch
from calendar_core.when import DaySpan, TimeSpan
from tests.calendar_core.house import ME, an_event, at, guest, span, weekly

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
WORDS = some.text(max_size=8)
DAYS = some.dates(date(1990, 1, 1), date(2090, 1, 1))
LENGTHS = some.timedeltas(timedelta(), timedelta(days=9))


@some.composite
def moments(draw: some.DrawFn) -> datetime:
    zone = ZoneInfo(draw(some.sampled_from(ZONES)))
    drawn = draw(some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
    return drawn.replace(tzinfo=UTC).astimezone(zone)


@some.composite
def whens(draw: some.DrawFn) -> TimeSpan | DaySpan:
    if draw(some.booleans()):
        first = draw(DAYS)
        return DaySpan(first=first, until=first + timedelta(days=draw(some.integers(1, 9))))
    start = draw(moments())
    end = (start.astimezone(UTC) + draw(LENGTHS)).astimezone(start.tzinfo)
    return TimeSpan(start=start, end=end)


GUESTS = some.builds(
    Guest,
    address=WORDS,
    name=WORDS,
    answer=some.sampled_from(Answer),
    attendance=some.sampled_from(Attendance),
)
REPEATS = some.builds(
    Repeat,
    rule=WORDS,
    skipped=some.lists(moments() | DAYS, max_size=2).map(tuple),
    extra=some.lists(moments() | DAYS, max_size=2).map(tuple),
)
EVENTS = some.builds(
    Event,
    uid=WORDS,
    title=WORDS,
    when=whens(),
    zone=some.none() | some.sampled_from(ZONES),
    floating=some.booleans(),
    repeat=some.none() | REPEATS,
    status=some.sampled_from(Status),
    occupancy=some.sampled_from(Occupancy),
    visibility=some.sampled_from(Visibility),
    organizer=some.none() | GUESTS,
    guests=some.lists(GUESTS, max_size=2).map(tuple),
    alarms=some.lists(LENGTHS, max_size=2).map(tuple),
)
TARGETS = some.builds(Target, event_id=WORDS.map(EventId), recurrence_id=WORDS.map(RecurrenceId))
SCOPES = some.none() | some.sampled_from(Scope)
PATCHES = some.builds(
    Patch,
    title=some.none() | WORDS,
    when=some.none() | whens(),
    repeat=some.none() | REPEATS,
    answers=some.dictionaries(WORDS, some.sampled_from(Answer), max_size=2),
    guests_added=some.lists(GUESTS, max_size=2).map(tuple),
    alarms=some.none() | some.lists(LENGTHS, max_size=2).map(tuple),
)
EDITS = some.one_of(
    some.builds(Create, calendar_id=WORDS.map(CalendarId), event=EVENTS),
    some.builds(Amend, target=TARGETS, patch=PATCHES, scope=SCOPES),
    some.builds(Remove, target=TARGETS, scope=SCOPES),
    some.builds(Reply, target=TARGETS, answer=some.sampled_from(Answer), scope=SCOPES),
    some.builds(
        Bring,
        calendar_id=WORDS.map(CalendarId),
        resources=some.lists(some.builds(Resource, uid=WORDS, ics=WORDS), max_size=2).map(tuple),
    ),
)


@given(EDITS)
def test_an_edit_comes_back_as_it_was(edit: Any) -> None:
    back = read_back(written_down(edit))

    assert back == edit
    assert _zones(back) == _zones(edit)


def _zones(value: Any) -> list[Any]:
    """The zones of all instants in a value: equal instants of two zones are not the same wall."""
    if isinstance(value, datetime):
        return [value.tzinfo]
    if isinstance(value, tuple):
        return [zone for one in value for zone in _zones(one)]
    fields = getattr(value, "__dataclass_fields__", ())
    return [zone for name in fields for zone in _zones(getattr(value, name))]


@pytest.mark.parametrize("status", list(ChangeStatus))
def test_a_change_comes_back_as_it_was(status: ChangeStatus) -> None:
    change = PendingChange(
        id=ChangeId("c"),
        owner=ME,
        place="console/desk",
        status=status,
        edits=(Remove(target=Target(event_id=EventId("e"))),),
        writes=(
            Write(calendar_id=CalendarId("k"), uid="u", before="a\r\nb", after=None, etag="1"),
        ),
        glimpses=(
            Glimpse(
                calendar_id=CalendarId("k"),
                before=weekly(guests=(guest(ME),)),
                after=an_event(when=span("15:00", "16:00")),
                scope=Scope.THIS,
                remaining=4,
            ),
        ),
        count=1,
        remarks=(Remark(kind="past", text="That was yesterday."),),
        public=True,
        also=(ME,),
        proposed_at=at("08:00"),
        expires_at=at("09:00"),
    )

    row = to_row(change)
    row.detail = ""

    assert from_row(row) == change
