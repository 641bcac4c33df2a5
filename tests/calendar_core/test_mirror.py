"""The mirror against brute force, and by example: windows, zones, horizons, owners, search."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.events import Answer, Event, Guest, Repeat, Resource, Scope, Target
from calendar_core.ics.writing import new_resource
from calendar_core.mirror import Mirror
from calendar_core.when import DaySpan, TimeSpan
from tests.calendar_core.house import (
    ANA,
    BERLIN,
    ME,
    MONDAY,
    House,
    an_event,
    at,
    days,
    guest,
    span,
    told,
    weekly,
)

DAY = timedelta(days=1)
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Australia/Lord_Howe",
        "UTC",
    )
]
RULES = (
    "FREQ=DAILY;COUNT=30",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY",
    "FREQ=WEEKLY;UNTIL=20260601T000000Z",
)
Seen = tuple[str, datetime | date, datetime | date]


def _some_event(chance: random.Random, number: int) -> Event:
    zone = chance.choice(ZONES)
    first = date(2024, 1, 1) + DAY * chance.randrange(1100)
    fields: dict[str, Any] = {"uid": f"e{number}@test", "zone": None}
    kind = chance.choice(("timed", "timed", "timed", "days", "floating", "long", "mark"))
    if kind == "days":
        fields["when"] = days(first, chance.choice((1, 1, 3)))
    else:
        clock = UTC if kind == "floating" else zone
        length = {"long": timedelta(hours=60), "mark": timedelta()}.get(kind, timedelta(minutes=45))
        start = datetime(first.year, first.month, first.day, chance.randrange(24), 30, tzinfo=clock)
        begin = start.astimezone(UTC).astimezone(clock)
        fields["when"] = TimeSpan(
            start=begin, end=(begin.astimezone(UTC) + length).astimezone(clock)
        )
        fields["zone"] = None if kind == "floating" else zone.key
        fields["floating"] = kind == "floating"
    if chance.random() < 0.4:
        rule = chance.choice(RULES)
        if "UNTIL" in rule and fields["zone"] is None:
            rule = "FREQ=WEEKLY;COUNT=9"
        fields["repeat"] = Repeat(rule=rule)
    return an_event(f"Event {number}", **fields)


def _brute_force(resources: Iterable[Resource], window: TimeSpan, zone: ZoneInfo) -> set[Seen]:
    """What recurring-ical-events finds around the window, cut exactly in the viewer's zone."""
    found: set[Seen] = set()
    for one in resources:
        calendar = icalendar.Calendar.from_ical(one.ics.encode())
        around = recurring_ical_events.of(calendar).between(
            window.start.astimezone(UTC) - 4 * DAY, window.end.astimezone(UTC) + 4 * DAY
        )
        for event in around:
            start, end = event.start, event.end
            if isinstance(start, datetime):
                start, end = (
                    at.astimezone(UTC) if at.tzinfo else _walled(at, zone) for at in (start, end)
                )
                taken = TimeSpan(start=start, end=end)
            else:
                taken = DaySpan(first=start, until=end).within(zone)
            begin, last = taken.start.astimezone(UTC), taken.end.astimezone(UTC)
            since, until = window.start.astimezone(UTC), window.end.astimezone(UTC)
            if begin < until and (last > since or begin == last == since):
                found.add((one.uid, start, end))
    return found


def _walled(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=zone).astimezone(UTC)


async def _seen(mirror: Mirror, window: TimeSpan, zone: ZoneInfo) -> set[Seen]:
    agenda = await mirror.occurrences((ME,), window, zone)
    spans: list[Seen] = []
    for one in agenda.occurrences:
        if isinstance(one.when, DaySpan):
            spans.append((one.uid, one.when.first, one.when.until))
        else:
            spans.append((one.uid, one.when.start.astimezone(UTC), one.when.end.astimezone(UTC)))
    assert len(spans) == len(set(spans))
    return set(spans)


WINDOWS = {
    "a day": [(date(2026, 3, 10), 1), (date(2026, 5, 31), 1), (date(2025, 12, 31), 1)],
    "clock changes": [(date(2026, 3, 8), 1), (date(2026, 3, 29), 1), (date(2026, 10, 25), 1)],
    "a month": [(date(2026, 2, 1), 28)],
    "over the edges": [(date(2024, 3, 1), 12), (date(2028, 3, 5), 8)],
    "beyond the edges": [(date(2021, 1, 1), 5), (date(2031, 5, 1), 9), (date(2024, 1, 9), 3)],
}


@pytest.mark.parametrize("name", list(WINDOWS))
async def test_the_mirror_sees_what_brute_force_sees(house: House, name: str) -> None:
    chance = random.Random(f"mirror {name}")
    resources = [new_resource(_some_event(chance, n), at=at("07:00")) for n in range(60)]
    await house.mirror.absorb(house.mine.id, resources)

    for first, number in WINDOWS[name]:
        zone = chance.choice(ZONES)
        window = days(first, number).within(zone)
        assert await _seen(house.mirror, window, zone) == _brute_force(resources, window, zone)


async def test_after_the_horizon_moved_the_same_is_seen_from_the_index(house: House) -> None:
    chance = random.Random("later")
    resources = [new_resource(_some_event(chance, n), at=at("07:00")) for n in range(60)]
    await house.mirror.absorb(house.mine.id, resources)
    window = days(date(2029, 6, 1), 5).within(BERLIN)
    live = await _seen(house.mirror, window, BERLIN)

    house.clock.advance(timedelta(days=600))
    await house.mirror.extend_horizon()

    assert (
        await _seen(house.mirror, window, BERLIN) == live == _brute_force(resources, window, BERLIN)
    )


async def test_days_and_floating_times_follow_the_viewer(house: House) -> None:
    await house.create(an_event("Holiday", days(MONDAY)))
    await house.create(
        an_event("Pill", span("08:00", "08:05", zone=ZoneInfo("UTC")), floating=True)
    )
    await house.create(an_event("Call", span("14:00", "15:00")))

    for zone in ZONES:
        seen = [told(one) for one in await house.seen(first=MONDAY, number=1, zone=zone)]
        call = at("14:00").astimezone(zone)
        here = [f"{call:%a %d %H:%M} Call"] if call.date() == MONDAY else []
        assert sorted(seen) == sorted(["Mon 09 1d Holiday", "Mon 09 08:00 Pill", *here])


async def test_an_agenda_is_in_order_and_bounded(house: House) -> None:
    for title, when in (
        ("Late", span("16:00", "17:00")),
        ("Early", span("09:00", "10:00")),
        ("All day", days(MONDAY)),
        ("Since yesterday", TimeSpan(start=at("09:00") - 2 * DAY, end=at("12:00"))),
    ):
        await house.create(an_event(title, when))
    window = days(MONDAY).within(BERLIN)

    all_of_it = await house.mirror.occurrences((ME,), window, BERLIN)
    two = await house.mirror.occurrences((ME,), window, BERLIN, limit=2)

    wanted = ["Since yesterday", "All day", "Early", "Late"]
    assert [one.title for one in all_of_it.occurrences] == wanted
    assert [one.title for one in two.occurrences] == wanted[:2]


async def test_a_calendar_that_could_not_be_read_is_named(house: House) -> None:
    await house.mirror.update_calendar(replace(house.mine, unread_since=at("07:00")))

    agenda = await house.mirror.occurrences((ME, ANA), days(MONDAY).within(BERLIN), BERLIN)

    assert {one.name for one in agenda.calendars} == {"Ana", "Personal"}
    assert [one.name for one in agenda.unread] == ["Personal"]


async def test_nobody_sees_anothers_events(house: House) -> None:
    hers = await house.create(weekly("Secret"), ANA)
    window = days(MONDAY, 3000).within(BERLIN)

    assert (await house.mirror.occurrences((ME,), window, BERLIN)).occurrences == ()
    other = await house.mirror.occurrences((ME,), window, BERLIN, calendars=(house.anas.id,))
    assert (other.occurrences, other.calendars) == ((), ())
    assert await house.mirror.search((ME,), "secret", zone=BERLIN) == ()
    assert await house.mirror.resources(house.anas.id, (ME,)) == ()
    assert await house.mirror.calendars((ME,)) == (house.mine,)
    for question in (
        house.mirror.event(hers.event_id, (ME,)),
        house.mirror.find_occurrence(hers, BERLIN, (ME,)),
        house.mirror.next_occurrences(hers.event_id, at("07:00"), 3, BERLIN, (ME,)),
        house.mirror.update_calendar(replace(house.anas, owner=ME)),
    ):
        with pytest.raises(NotFound):
            await question
    assert (await house.mirror.occurrences((), window, BERLIN)).calendars == ()


async def test_taking_in_the_same_again_is_no_news(house: House) -> None:
    resources = [new_resource(an_event(f"Event {n}"), at=at("07:00")) for n in range(7)]
    shown: list[tuple[int, int]] = []
    await house.mirror.absorb(
        house.mine.id, resources, progress=lambda done, of: shown.append((done, of))
    )
    first = house.followed.told()

    await house.mirror.absorb(house.mine.id, resources, ["never-there@test"])

    assert (len(first), shown) == (7, [(7, 7)])
    assert house.followed.told() == []


async def test_only_new_times_are_told_as_such(house: House) -> None:
    resource = new_resource(an_event(), at=at("07:00"))
    moved = new_resource(an_event(when=span("16:00", "17:00")), at=at("07:00"))
    renamed = new_resource(
        an_event(when=span("16:00", "17:00"), title="Retro", uid=resource.uid), at=at("07:00")
    )

    reports = [
        await house.mirror.absorb(house.mine.id, [one]) for one in (resource, moved, renamed)
    ]

    assert [(n.what, n.times_changed) for report in reports for n in report.news] == [
        ("added", True),
        ("changed", True),
        ("changed", False),
    ]


async def test_what_cannot_be_read_is_named_and_the_rest_comes_in(house: House) -> None:
    good = new_resource(an_event(), at=at("07:00"))

    report = await house.mirror.absorb(
        house.mine.id, [Resource(uid="bad@test", ics="BEGIN:VCALENDAR\nnonsense"), good]
    )

    assert report.unreadable == ("bad@test",)
    assert await house.agenda() == ["Mon 09 14:00 Review"]


async def test_a_series_of_every_second_neither_fills_nor_hangs_the_mirror(house: House) -> None:
    event = weekly("Tick", span("09:00", "09:01"), "FREQ=SECONDLY")

    await house.mirror.absorb(house.mine.id, [new_resource(event, at=at("07:00"))])

    window = TimeSpan(start=at("12:00"), end=at("12:00") + timedelta(seconds=5))
    agenda = await house.mirror.occurrences((ME,), window, BERLIN)
    assert 5 <= len(agenda.occurrences) <= 70


async def test_an_occurrence_is_found_by_its_original_start(house: House) -> None:
    target = await house.create(weekly())
    second = (await house.seen(number=14))[1]
    await house.amend(
        Target(event_id=target.event_id, recurrence_id=second.recurrence_id),
        Scope.THIS,
        when=span("11:00", "11:15", MONDAY + 8 * DAY),
    )

    moved = await house.mirror.find_occurrence(
        Target(event_id=target.event_id, recurrence_id=second.recurrence_id), BERLIN, (ME,)
    )
    coming = await house.mirror.next_occurrences(target.event_id, at("10:00"), 2, BERLIN, (ME,))

    assert told(moved) == "Tue 17 11:00 Standup"
    assert [told(one) for one in coming] == ["Tue 17 11:00 Standup", "Mon 23 09:00 Standup"]


async def test_far_away_occurrences_are_found_too(house: House) -> None:
    target = await house.create(weekly())
    window = days(date(2036, 3, 3), 7).within(BERLIN)
    (far,) = (await house.mirror.occurrences((ME,), window, BERLIN)).occurrences

    found = await house.mirror.find_occurrence(
        Target(event_id=target.event_id, recurrence_id=far.recurrence_id), BERLIN, (ME,)
    )

    assert found == far


async def test_words_are_found_without_case_and_accents_best_first(house: House) -> None:
    texts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Lunch", {"description": "with the Café crew about the review"}),
        ("Review", {"uid": "exact@test"}),
        ("Review of the budget", {}),
        ("Budget", {"location": "Review room"}),
        ("Quarterly review", {}),
        ("Dentist", {}),
    )
    for title, fields in texts:
        await house.create(an_event(title, **fields))

    found = await house.mirror.search((ME,), "REVIEW", zone=BERLIN)
    cafe = await house.mirror.search((ME,), "cafe", zone=BERLIN)
    both = await house.mirror.search((ME,), "budget review", zone=BERLIN)

    titles = [one.title for one in found]
    assert titles[:3] == ["Review", "Review of the budget", "Quarterly review"]
    assert set(titles[3:]) == {"Lunch", "Budget"}
    assert [one.title for one in cafe] == ["Lunch"]
    assert {one.title for one in both} == {"Review of the budget", "Budget"}
    assert await house.mirror.search((ME,), "100%", zone=BERLIN) == ()


async def test_a_series_is_found_by_its_next_occurrence_and_people_by_name(house: House) -> None:
    await house.create(
        weekly("Standup", span("07:00", "07:15"), guests=(guest(ANA, "Ana Müller"),))
    )

    (next_one,) = await house.mirror.search((ME,), "standup", zone=BERLIN)
    (past,) = await house.mirror.search(
        (ME,), "standup", zone=BERLIN, span=days(MONDAY).within(BERLIN)
    )
    (by_name,) = await house.mirror.search((ME,), "", person="muller", zone=BERLIN)

    assert told(next_one) == "Mon 16 07:00 Standup"
    assert told(past) == "Mon 09 07:00 Standup"
    assert by_name.guests == ("Ana Müller",)
    assert by_name.my_answer is None


async def test_a_removed_calendar_takes_all_with_it(house: House, database: Database) -> None:
    await house.create(weekly())

    await house.mirror.remove_calendar(house.mine.id, ANA)
    assert await house.agenda() == ["Mon 09 09:00 Standup"]
    await house.mirror.remove_calendar(house.mine.id, ME)

    assert await house.mirror.calendars((ME,)) == ()
    assert await house.mirror.search((ME,), "standup", zone=BERLIN) == ()


async def test_a_new_address_of_the_owner_is_found_among_the_guests(house: House) -> None:
    invited = Guest(address="mailto:me@example.org", name="Me", answer=Answer.ACCEPTED)
    await house.create(an_event(guests=(invited,)))

    await house.mirror.update_calendar(replace(house.mine, address="mailto:Me@example.org"))

    (one,) = await house.seen()
    assert (one.my_answer, one.guests) == (Answer.ACCEPTED, ())
    assert await house.mirror.calendar_of("mailto:me@example.org") == house.mine.id
