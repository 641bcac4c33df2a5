"""Series by example: what occurs, what is left, when clocks change, and what each scope does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_core.errors import NotFound
from calendar_core.events import Event, Guest, RecurrenceId, Repeat, Resource, Scope
from calendar_core.ics.reading import master_of, read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import (
    Edited,
    ScopeRefused,
    amend,
    crosses_dst,
    expand,
    remaining,
    remove,
)
from calendar_core.rules import TooManyOccurrences
from calendar_core.when import DaySpan, TimeSpan, When

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = (datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2027, 1, 1, tzinfo=BERLIN))


def at(day: str, clock: str = "09:30", minutes: int = 30) -> TimeSpan:
    start = datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=BERLIN)
    return TimeSpan(start=start, end=start + timedelta(minutes=minutes))


def a_series(rule: str, when: When | None = None, repeat: Repeat | None = None) -> Resource:
    event = Event(
        uid="series",
        title="Stand-up",
        when=when or at("03-11"),
        zone=None if isinstance(when, DaySpan) else "Europe/Berlin",
        repeat=repeat or Repeat(rule=rule),
        guests=(Guest(address="mailto:ana@example.org"),),
    )
    return new_resource(event, at=AT)


WEDNESDAYS = a_series("FREQ=WEEKLY;BYDAY=WE;COUNT=6")


def rid(day: str, clock: str = "09:30") -> RecurrenceId:
    return RecurrenceId(at(day, clock).start.astimezone(UTC).isoformat())


def starts(edits: tuple[Edited, ...] | Resource) -> list[str]:
    """All starts of the year, as in Berlin, with the title where it is another one."""
    listed = (edits,) if isinstance(edits, Resource) else tuple(map(as_resource, edits))
    return [
        f"{_start(one.when)}{'' if one.event.title == 'Stand-up' else ' ' + one.event.title}"
        for resource in listed
        for one in expand(resource, *YEAR)
    ]


def _start(when: When) -> str:
    if isinstance(when, DaySpan):
        return f"{when.first:%m-%d}"
    return f"{when.start.astimezone(BERLIN):%m-%d %H:%M}"


def as_resource(edit: Edited) -> Resource:
    assert edit.after is not None
    return Resource(uid=edit.uid, ics=edit.after)


def test_one_occurrence_moves_and_the_rest_stay() -> None:
    edits = amend(WEDNESDAYS, Scope.THIS, rid("03-25"), Patch(when=at("03-26", "11:00")), at=AT)
    assert starts(edits) == [
        *("03-11 09:30", "03-18 09:30", "03-26 11:00"),
        *("04-01 09:30", "04-08 09:30", "04-15 09:30"),
    ]


def test_following_makes_a_second_series_with_the_same_name_at_every_try() -> None:
    asked = Patch(when=at("03-25", "10:30"), title="Later")
    edits = amend(WEDNESDAYS, Scope.FOLLOWING, rid("03-25"), asked, at=AT)
    assert [(one.uid, one.before is None) for one in edits] == [
        ("series", False),
        ("series_R20260325T093000", True),
    ]
    assert starts(edits) == [
        *("03-11 09:30", "03-18 09:30"),
        *("03-25 10:30 Later", "04-01 10:30 Later", "04-08 10:30 Later", "04-15 10:30 Later"),
    ]
    assert edits == amend(WEDNESDAYS, Scope.FOLLOWING, rid("03-25"), asked, at=AT)


def test_following_from_the_first_one_on_is_all() -> None:
    edits = amend(WEDNESDAYS, Scope.FOLLOWING, rid("03-11"), Patch(title="New"), at=AT)
    assert [one.uid for one in edits] == ["series"]
    assert len(starts(edits)) == 6


def test_moving_all_to_another_weekday_moves_the_rule_too() -> None:
    edits = amend(WEDNESDAYS, Scope.ALL, rid("03-25"), Patch(when=at("03-26", "08:00")), at=AT)
    assert starts(edits)[:4] == ["03-12 08:00", "03-19 08:00", "03-26 08:00", "04-02 08:00"]
    repeat = master_of(as_resource(edits[0]).ics).repeat
    assert repeat is not None
    assert repeat.rule == "FREQ=WEEKLY;BYDAY=TH;COUNT=6"


def test_a_rule_that_has_no_place_for_the_new_day_refuses_with_the_next_step() -> None:
    second = a_series("FREQ=MONTHLY;BYDAY=2WE")
    with pytest.raises(ScopeRefused, match="Say how it shall repeat instead"):
        amend(second, Scope.ALL, rid("03-11"), Patch(when=at("03-12")), at=AT)
    edits = amend(second, Scope.ALL, rid("03-11"), Patch(when=at("03-18")), at=AT)
    assert starts(edits)[:3] == ["03-18 09:30", "04-15 09:30", "05-20 09:30"]


def test_changed_and_skipped_occurrences_follow_their_series() -> None:
    [skipped] = remove(WEDNESDAYS, Scope.THIS, rid("03-18"), at=AT)
    [moved] = amend(
        as_resource(skipped), Scope.THIS, rid("03-25"), Patch(when=at("03-25", "15:00")), at=AT
    )
    [named] = amend(as_resource(moved), Scope.THIS, rid("04-01"), Patch(title="Demo"), at=AT)
    edits = amend(
        as_resource(named),
        Scope.ALL,
        rid("03-11"),
        Patch(when=at("03-11", "10:00"), location="Hall"),
        at=AT,
    )
    assert starts(edits) == [
        *("03-11 10:00", "03-25 15:00", "04-01 10:00 Demo", "04-08 10:00", "04-15 10:00"),
    ]
    assert {one.location for one in read(as_resource(edits[0]))} == {"Hall"}


def test_removing_following_ends_the_series_before() -> None:
    edits = remove(WEDNESDAYS, Scope.FOLLOWING, rid("03-25"), at=AT)
    assert starts(edits) == ["03-11 09:30", "03-18 09:30"]


def test_removing_the_last_occurrence_removes_the_event() -> None:
    twice = a_series("FREQ=WEEKLY;COUNT=2")
    [once] = remove(twice, Scope.THIS, rid("03-11"), at=AT)
    assert starts((once,)) == ["03-18 09:30"]
    [gone] = remove(as_resource(once), Scope.THIS, rid("03-18"), at=AT)
    assert gone.after is None


def test_an_occurrence_that_is_gone_is_not_found() -> None:
    [rest] = remove(WEDNESDAYS, Scope.THIS, rid("03-11"), at=AT)
    for day in ("03-11", "03-12"):
        with pytest.raises(NotFound):
            amend(as_resource(rest), Scope.THIS, rid(day), Patch(title="X"), at=AT)


def test_parts_of_a_series_of_several_rules_are_left_to_the_program_it_came_from() -> None:
    two = WEDNESDAYS.ics.replace("RRULE:", "RRULE:FREQ=YEARLY\r\nRRULE:")
    with pytest.raises(ScopeRefused):
        remove(Resource(uid="series", ics=two), Scope.FOLLOWING, rid("03-18"), at=AT)


def test_a_new_rule_begins_where_it_first_can() -> None:
    mondays = Patch(repeat=Repeat(rule="FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3"))
    edits = amend(WEDNESDAYS, Scope.ALL, rid("03-11"), mondays, at=AT)
    assert starts(edits) == ["03-13 09:30", "03-16 09:30", "03-20 09:30"]


def test_repeating_stops_at_the_occurrence_that_was_seen() -> None:
    stop = Patch(repeat=Repeat())
    assert starts(amend(WEDNESDAYS, Scope.ALL, rid("03-25"), stop, at=AT)) == ["03-25 09:30"]
    edits = amend(WEDNESDAYS, Scope.FOLLOWING, rid("03-25"), stop, at=AT)
    assert starts(edits) == ["03-11 09:30", "03-18 09:30", "03-25 09:30"]


def test_one_occurrence_cannot_repeat_on_its_own() -> None:
    with pytest.raises(ScopeRefused):
        amend(WEDNESDAYS, Scope.THIS, rid("03-25"), Patch(repeat=Repeat(rule="FREQ=DAILY")), at=AT)


def test_a_series_becomes_one_of_whole_days_and_back() -> None:
    days = DaySpan(first=date(2026, 3, 25), until=date(2026, 3, 26))
    [whole] = amend(WEDNESDAYS, Scope.ALL, rid("03-25"), Patch(when=days), at=AT)
    assert starts((whole,)) == ["03-11", "03-18", "03-25", "04-01", "04-08", "04-15"]
    back = amend(
        as_resource(whole),
        Scope.ALL,
        RecurrenceId("2026-03-18"),
        Patch(when=at("03-18", "14:00")),
        at=AT,
    )
    assert starts(back)[:3] == ["03-11 14:00", "03-18 14:00", "03-25 14:00"]


def test_another_zone_keeps_the_hour_on_the_wall() -> None:
    edits = amend(WEDNESDAYS, Scope.ALL, rid("03-25"), Patch(zone="America/New_York"), at=AT)
    event = master_of(as_resource(edits[0]).ics)
    assert event.zone == "America/New_York"
    assert starts(edits)[:4] == ["03-11 14:30", "03-18 14:30", "03-25 14:30", "04-01 15:30"]


def test_extra_dates_go_with_their_half() -> None:
    extra = (at("03-20").start, at("04-10").start)
    series = a_series("", repeat=Repeat(rule="FREQ=WEEKLY;COUNT=4", extra=extra))
    edits = amend(series, Scope.FOLLOWING, rid("03-20"), Patch(title="B"), at=AT)
    assert starts(edits) == [
        *("03-11 09:30", "03-18 09:30"),
        *("03-20 09:30 B", "03-25 09:30 B", "04-01 09:30 B", "04-10 09:30 B"),
    ]


def test_a_series_through_the_hour_that_is_skipped_can_be_cut_there() -> None:
    nights = a_series("FREQ=DAILY;COUNT=4", at("03-27", "02:30"))
    night = rid("03-29", "03:30")
    assert starts(remove(nights, Scope.THIS, night, at=AT)) == [
        *("03-27 02:30", "03-28 02:30", "03-30 02:30"),
    ]
    edits = amend(nights, Scope.FOLLOWING, night, Patch(title="B"), at=AT)
    assert starts(edits) == ["03-27 02:30", "03-28 02:30", "03-29 03:30 B", "03-30 02:30 B"]


def test_single_events_need_no_scope() -> None:
    event = Event(uid="one", title="Stand-up", when=at("03-11"), zone="Europe/Berlin")
    single = new_resource(event, at=AT)
    for scope in Scope:
        assert starts(amend(single, scope, rid("03-11"), Patch(title="B"), at=AT)) == [
            "03-11 09:30 B"
        ]
        assert remove(single, scope, RecurrenceId(""), at=AT)[0].after is None


@pytest.mark.parametrize(
    ("rule", "left"),
    [("FREQ=WEEKLY;COUNT=6", 4), ("FREQ=WEEKLY;UNTIL=20260401T073000Z", 2), ("FREQ=WEEKLY", None)],
)
def test_what_is_left_of_a_series_is_counted(rule: str, left: int | None) -> None:
    assert remaining(a_series(rule), at("03-25").start) == left


def test_the_first_clock_change_inside_a_series_is_found() -> None:
    assert crosses_dst(WEDNESDAYS, *YEAR) == date(2026, 3, 29)
    assert crosses_dst(a_series("FREQ=WEEKLY;COUNT=2"), *YEAR) is None
    whole = DaySpan(first=date(2026, 3, 11), until=date(2026, 3, 12))
    assert crosses_dst(a_series("FREQ=WEEKLY", whole), *YEAR) is None


def test_no_look_yields_more_than_anyone_can_look_at() -> None:
    hourly = a_series("FREQ=HOURLY")
    with pytest.raises(TooManyOccurrences):
        expand(hourly, YEAR[0], YEAR[0] + timedelta(days=4000))
    assert len(expand(hourly, at("05-01").start, at("05-02").start)) == 24


def test_an_old_series_is_not_walked_from_its_beginning() -> None:
    ancient = at("03-11").start.replace(year=1601)
    when = TimeSpan(start=ancient, end=ancient + timedelta(hours=1))
    assert len(expand(a_series("FREQ=DAILY;INTERVAL=2", when), *YEAR)) in (182, 183)


FED = a_series("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;UNTIL=20260331T003000Z", at("03-29", "03:30", 20))
"""Begins on the day on which the clocks skip 02:30."""


def test_only_the_day_without_its_hour_is_moved_where_a_series_begins_with_it() -> None:
    assert starts(FED) == ["03-29 03:30", "03-30 02:30", "03-31 02:30"]


def test_an_edit_of_one_day_leaves_the_hour_of_such_a_series() -> None:
    edits = remove(FED, Scope.THIS, rid("03-30", "02:30"), at=AT)
    assert starts(edits) == ["03-29 03:30", "03-31 02:30"]
    moved = Patch(when=at("03-31", "05:00", 20))
    edits = amend(FED, Scope.THIS, rid("03-31", "02:30"), moved, at=AT)
    assert starts(edits) == ["03-29 03:30", "03-30 02:30", "03-31 05:00"]


def test_a_series_moved_to_an_hour_that_its_first_day_skips_keeps_that_hour() -> None:
    series = a_series("FREQ=DAILY;COUNT=3", at("03-29", "09:00", 20))
    moved = Patch(when=at("03-30", "02:30", 20))
    edits = amend(series, Scope.ALL, rid("03-30", "09:00"), moved, at=AT)
    assert starts(edits) == ["03-29 03:30", "03-30 02:30", "03-31 02:30"]
