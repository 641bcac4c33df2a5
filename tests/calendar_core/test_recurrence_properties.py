"""Occurrences before and after an edit are the same but for what was asked, at every scope (law 6).

What occurs afterwards is asked of recurring-ical-events, which knows nothing of us.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_core.events import Event, RecurrenceId, Repeat, Resource, Scope
from calendar_core.ics.reading import master_of
from calendar_core.ics.writing import new_resource, patch
from calendar_core.patch import Patch
from calendar_core.recurrence import Edited, Expanded, ScopeRefused, amend, expand, remove
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

AT = datetime(2026, 1, 1, tzinfo=UTC)
FAR = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
NEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", None)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=YEARLY",
)
checked = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

Happening = tuple[str, str, str]
"""Start and end in UTC (or days), and title."""


@st.composite
def a_series(draw: st.DrawFn) -> Resource:
    """A series with skipped and changed occurrences."""
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 200)))
    start = datetime.combine(first, time(draw(st.sampled_from((1, 2, 9, 23))), 30))
    zone = draw(st.sampled_from(ZONES))
    days = draw(st.booleans()) if zone is None else False
    rule = draw(st.sampled_from(RULES)) + draw(st.sampled_from(_ends(start, zone, days)))
    numbers = draw(st.lists(st.integers(1, 90), max_size=2, unique=True))
    extra = [_extra(start + timedelta(days=number), zone, days) for number in numbers]
    event = Event(
        uid="series@example.org",
        title="Choir",
        when=_span(start, start + timedelta(minutes=90), zone, days),
        zone=None if days else zone,
        floating=zone is None and not days,
        repeat=Repeat(rule=rule, extra=tuple(one for one in extra if one is not None)),
    )
    resource = new_resource(event, at=AT)
    listed = expand(resource, *FAR)[:40]
    skipped = draw(st.sets(st.integers(0, len(listed) - 1), max_size=2)) if len(listed) > 3 else ()
    changed = draw(st.sets(st.integers(0, len(listed) - 1), max_size=3))
    for number in sorted({*skipped, *changed}):
        one = listed[number]
        if number in skipped:
            done = remove(resource, Scope.THIS, one.recurrence_id, at=AT)[0].after
        else:
            done = patch(resource.ics, one.recurrence_id, draw(_small_patch(one.when)), at=AT)
        resource = Resource(uid=resource.uid, ics=done or resource.ics)
    return resource


def _ends(start: datetime, zone: str | None, days: bool) -> tuple[str, ...]:
    last = start + timedelta(days=170)
    if days:
        return "", ";COUNT=9", f";UNTIL={last:%Y%m%d}"
    utc = at_wall(last, ZoneInfo(zone or "UTC")).astimezone(UTC)
    return "", ";COUNT=9", f";UNTIL={utc:%Y%m%dT%H%M%S}" + ("Z" if zone else "")


def _extra(start: datetime, zone: str | None, days: bool) -> date | None:
    """An extra date at the series' hour; none where the clocks skip it, for then it has another."""
    if days:
        return start.date()
    moment = at_wall(start, ZoneInfo(zone or "UTC"))
    return moment if moment.replace(tzinfo=None) == start else None


def _span(start: datetime, end: datetime, zone: str | None, days: bool) -> When:
    if days:
        return DaySpan(first=start.date(), until=end.date() + timedelta(days=1))
    home = ZoneInfo(zone or "UTC")
    return TimeSpan(start=at_wall(start, home), end=at_wall(end, home))


def _small_patch(when: When) -> st.SearchStrategy[Patch]:
    moved = [_later(when, timedelta(days=days)) for days in (-1, 1)]
    return st.sampled_from(
        [Patch(title="Rehearsal"), Patch(when=moved[0]), Patch(when=moved[1], title="Concert")]
    )


def _later(when: When, step: timedelta) -> When:
    if isinstance(when, DaySpan):
        return DaySpan(first=when.first + step, until=when.until + step)
    return TimeSpan(start=when.start + step, end=when.end + step)


def happening(when: When, title: str) -> Happening:
    """An occurrence as both sides can tell it."""
    if isinstance(when, DaySpan):
        return when.first.isoformat(), when.until.isoformat(), title
    return when.start.astimezone(UTC).isoformat(), when.end.astimezone(UTC).isoformat(), title


def told_by_the_library(edits: tuple[Edited, ...]) -> list[Happening]:
    """What occurs after the edits, as recurring-ical-events has it."""
    found = []
    for edit in edits:
        if edit.after is None:
            continue
        tree = icalendar.Calendar.from_ical(edit.after.encode())
        for one in recurring_ical_events.of(tree).between(*FAR):
            start, end = one["DTSTART"].dt, one["DTEND"].dt
            end = end + _late(start)
            found.append((_told(start), _told(end), str(one["SUMMARY"])))
    return sorted(found)


def _late(start: date) -> timedelta:
    """How much later a start is that the clocks skip: there the library leaves the end where it
    is, and RFC 5545 §3.8.5.3 keeps the length."""
    if not isinstance(start, datetime) or start.tzinfo is None:
        return timedelta()
    back = start.astimezone(UTC).astimezone(start.tzinfo)
    return back.replace(tzinfo=None) - start.replace(tzinfo=None)


def _told(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return (
        moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    ).isoformat()


def near(listed: list[Happening]) -> list[Happening]:
    """Those well inside the window, so that its edges do not matter."""
    return [one for one in listed if NEAR[0].isoformat() <= one[0] < NEAR[1].isoformat()]


def affected(before: tuple[Expanded, ...], scope: Scope, rid: RecurrenceId) -> set[RecurrenceId]:
    """Which occurrences a scope is about."""
    if scope is Scope.THIS:
        return {rid}
    return {one.recurrence_id for one in before if scope is Scope.ALL or one.recurrence_id >= rid}


@checked
@given(resource=a_series(), scope=st.sampled_from(list(Scope)), data=st.data())
def test_removing_takes_out_what_was_asked_and_nothing_else(
    resource: Resource, scope: Scope, data: st.DataObject
) -> None:
    before = expand(resource, *FAR)
    one = data.draw(st.sampled_from(before[:30]))
    gone = affected(before, scope, one.recurrence_id)

    edits = remove(resource, scope, one.recurrence_id, at=AT)

    kept = [happening(o.when, o.event.title) for o in before if o.recurrence_id not in gone]
    assert near(told_by_the_library(edits)) == near(sorted(kept))


@checked
@given(resource=a_series(), scope=st.sampled_from(list(Scope)), data=st.data())
def test_renaming_reaches_what_was_asked_and_nothing_else(
    resource: Resource, scope: Scope, data: st.DataObject
) -> None:
    before = expand(resource, *FAR)
    one = data.draw(st.sampled_from(before[:30]))
    meant = affected(before, scope, one.recurrence_id)

    edits = amend(resource, scope, one.recurrence_id, Patch(title="Orchestra"), at=AT)

    def title(o: Expanded) -> str:
        own = o.event.title != "Choir" and o.recurrence_id != one.recurrence_id
        return o.event.title if own or o.recurrence_id not in meant else "Orchestra"

    assert near(told_by_the_library(edits)) == near(
        sorted(happening(o.when, title(o)) for o in before)
    )


STEPS = (timedelta(hours=1), timedelta(minutes=-45), timedelta(days=1), timedelta(days=7, hours=2))


@checked
@given(
    resource=a_series(),
    scope=st.sampled_from(list(Scope)),
    step=st.sampled_from(STEPS),
    data=st.data(),
)
def test_moving_moves_what_was_asked_and_nothing_else(
    resource: Resource, scope: Scope, step: timedelta, data: st.DataObject
) -> None:
    before = expand(resource, *FAR)
    one = data.draw(st.sampled_from(before[:30]))
    master = master_of(resource.ics)
    if isinstance(master.when, DaySpan):
        step = timedelta(days=step.days or 1)
    meant = affected(before, scope, one.recurrence_id)
    wanted = _planned(master, one.recurrence_id, step)

    try:
        edits = amend(resource, scope, one.recurrence_id, Patch(when=wanted), at=AT)
    except ScopeRefused:
        assert scope is not Scope.THIS
        return

    def when(o: Expanded) -> When:
        own = o.when != _planned(master, o.recurrence_id, timedelta())
        if o.recurrence_id not in meant or (own and o.recurrence_id != one.recurrence_id):
            return o.when
        return _planned(master, o.recurrence_id, step)

    expected = sorted(happening(when(o), o.event.title) for o in before)
    assert near(told_by_the_library(edits)) == near(expected)


def _planned(master: Event, rid: RecurrenceId, step: timedelta) -> When:
    """Where the rule puts an occurrence, a step later on the clock; by plain arithmetic."""
    if isinstance(master.when, DaySpan):
        first = date.fromisoformat(rid) + step
        return DaySpan(first=first, until=first + (master.when.until - master.when.first))
    home = ZoneInfo(master.zone or "UTC")
    moment = datetime.fromisoformat(rid)
    real = moment if moment.tzinfo is None else moment.astimezone(home).replace(tzinfo=None)
    hour = master.when.start.replace(tzinfo=None).time()
    start = datetime.combine(real.date(), hour) + step
    late = at_wall(start, home).replace(tzinfo=None) - start
    end = start + late + timedelta(minutes=90)
    return TimeSpan(start=at_wall(start, home), end=at_wall(end, home))
