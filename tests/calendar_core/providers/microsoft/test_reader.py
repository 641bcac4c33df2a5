"""Reading a mailbox: what Graph tells, and what of that is news."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest

from calendar_core.errors import CursorDied, SignInNeeded, TryLater
from calendar_core.events import Answer, Occupancy, Status, Visibility
from calendar_core.ics.reading import read
from calendar_core.providers.microsoft.client import AT_ONCE
from calendar_core.providers.microsoft.mapping import Held
from calendar_core.providers.microsoft.rounds import mapped
from tests.calendar_core.house import BERLIN, ME, MONDAY, at, days, span
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.shapes import variants
from tests.contracts.calendar_provider import read_since
from tests.servers.graph.records import Record
from tests.servers.graph.server import Fault
from tests.servers.graph.shapes import Wishes, told
from tests.servers.graph.store import CUSTOM

BERLIN_WINDOWS = "W. Europe Standard Time"


def times(start: str, end: str, day: date = MONDAY, zone: str = BERLIN_WINDOWS) -> dict[str, Any]:
    return {
        "start": {"dateTime": f"{day.isoformat()}T{start}:00", "timeZone": zone},
        "end": {"dateTime": f"{day.isoformat()}T{end}:00", "timeZone": zone},
    }


def single(stand: Stand, title: str = "Dentist", day: date = MONDAY, **more: object) -> Record:
    return stand.server.add({"subject": title, **times("14:00", "15:00", day), **more})


def weekly_said(title: str = "Standup", count: int = 0) -> dict[str, Any]:
    """A series as it is posted; without an end, or of so many occurrences."""
    pattern = {
        "type": "weekly",
        "interval": 1,
        "daysOfWeek": ["monday"],
        "firstDayOfWeek": "monday",
    }
    range_: dict[str, Any] = {"type": "noEnd", "startDate": MONDAY.isoformat()}
    if count:
        range_ |= {"type": "numbered", "numberOfOccurrences": count}
    recurrence = {"pattern": pattern, "range": range_}
    return {"subject": title, **times("09:00", "09:15"), "recurrence": recurrence}


def weekly(stand: Stand, title: str = "Standup", **more: object) -> Record:
    return stand.server.add(weekly_said(title) | more)


async def titles(stand: Stand, cursor: str | None = None) -> list[str]:
    found = await read_since(stand.provider, cursor)
    return sorted(read(one)[0].title for one in found.changed.values())


async def test_an_event_is_told_with_all_that_people_know_it_by(stand: Stand) -> None:
    record = single(
        stand,
        body={"contentType": "html", "content": "<p>Bring the X-rays</p>"},
        location={"displayName": "3rd floor"},
        categories=["Health"],
        sensitivity="private",
        showAs="oof",
        isReminderOn=True,
        reminderMinutesBeforeStart=30,
        attendees=[
            {"emailAddress": {"address": "Bo@example.org", "name": "Bo"}, "type": "optional"}
        ],
    )
    stand.server.answered(record, "Bo@example.org", "tentativelyAccepted")

    (found,) = (await read_since(stand.provider, None)).changed.values()
    (event,) = read(found)

    assert (event.title, event.description, event.location) == (
        "Dentist",
        "Bring the X-rays",
        "3rd floor",
    )
    assert (event.when, event.zone) == (span("14:00", "15:00"), "Europe/Berlin")
    assert (event.visibility, event.occupancy) == (Visibility.PRIVATE, Occupancy.OUT_OF_OFFICE)
    assert (event.categories, event.alarms) == (("Health",), (timedelta(minutes=30),))
    assert [(one.email, one.name, one.answer) for one in event.guests] == [
        ("bo@example.org", "Bo", Answer.TENTATIVE)
    ]
    assert event.organizer is not None
    assert event.organizer.email == "me@contoso.example"
    assert event.link.startswith("https://outlook.office365.com/")


async def test_a_time_that_a_guest_proposes_is_told(stand: Stand) -> None:
    record = single(stand, attendees=[{"emailAddress": {"address": "bo@example.org"}}])
    stand.server.answered(record, "bo@example.org", "declined")
    proposed = times("16:00", "17:00", zone="UTC")
    record.fields["attendees"][0]["proposedNewTime"] = proposed

    (found,) = (await read_since(stand.provider, None)).changed.values()
    (guest,) = read(found)[0].guests

    assert guest.answer is Answer.DECLINED
    assert guest.proposed == span("17:00", "18:00")


async def test_whole_days_are_days_wherever_somebody_is(stand: Stand) -> None:
    until = MONDAY + timedelta(days=2)
    stand.server.add(
        {
            "subject": "Fair",
            "isAllDay": True,
            "start": {"dateTime": f"{MONDAY}T00:00:00", "timeZone": "Pacific Standard Time"},
            "end": {"dateTime": f"{until}T00:00:00", "timeZone": "Pacific Standard Time"},
        }
    )

    (found,) = (await read_since(stand.provider, None)).changed.values()

    assert read(found)[0].when == days(MONDAY, 2)


async def test_an_invitation_is_open_until_it_is_answered(stand: Stand) -> None:
    stand.server.invite({"subject": "All hands", **times("10:00", "11:00")})

    (found,) = (await read_since(stand.provider, None)).changed.values()
    (event,) = read(found)

    assert event.status is Status.CONFIRMED
    assert [(one.email, one.answer) for one in event.guests] == [
        ("me@contoso.example", Answer.OPEN)
    ]
    assert event.organizer is not None
    assert event.organizer.email == "boss@contoso.example"


async def test_a_series_is_one_event_with_its_exceptions(stand: Stand) -> None:
    record = weekly(stand)
    moved, gone = MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)
    stand.server.edit(record, moved, **times("11:00", "11:15", moved))
    stand.server.remove(record, gone)

    (found,) = (await read_since(stand.provider, None)).changed.values()
    master, override = read(found)

    assert master.repeat is not None
    assert master.repeat.rule == "FREQ=WEEKLY;BYDAY=MO;WKST=MO"
    assert master.repeat.skipped == (at("09:00", gone),)
    assert override.when == span("11:00", "11:15", moved)
    assert override.recurrence_id == at("09:00", moved).astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    "lacks", [set(), {"exceptions"}, {"exceptions", "instances", "filters", "properties"}]
)
async def test_a_server_that_tells_less_of_a_series_is_asked_another_way(
    stand: Stand, lacks: set[str]
) -> None:
    record = weekly(stand)
    stand.server.remove(record, MONDAY + timedelta(days=7))
    usual = await read_since(stand.provider, None)
    stand.server.lacks = lacks

    assert (await read_since(stand.provider, None)).changed == usual.changed


async def test_only_what_changed_is_asked_for_again(stand: Stand) -> None:
    for number in range(30):
        single(stand, f"Event {number}", MONDAY + timedelta(days=number))
    record = weekly(stand)
    first = await read_since(stand.provider, None)
    stand.server.asked.clear()
    stand.server.edit(record, subject="Stand-up")

    since = await read_since(stand.provider, first.cursor)

    assert [read(one)[0].title for one in since.changed.values()] == ["Stand-up"]
    # The list of changes, with its pages; the master; its exceptions.
    assert len(stand.server.asked) <= 3
    assert stand.server.box.most_in_flight <= AT_ONCE


async def test_a_deleted_occurrence_and_a_deleted_series_are_noticed(stand: Stand) -> None:
    standup, retro = weekly(stand), weekly(stand, "Retro")
    first = await read_since(stand.provider, None)
    stand.server.remove(standup, MONDAY + timedelta(days=7))
    stand.server.remove(retro)

    since = await read_since(stand.provider, first.cursor)

    (changed,) = since.changed.values()
    (master,) = read(changed)
    assert master.repeat is not None
    assert master.repeat.skipped == (at("09:00", MONDAY + timedelta(days=7)),)
    assert since.removed == [retro.ical_uid]


async def test_what_happens_outside_the_window_is_noise(stand: Stand) -> None:
    single(stand)
    first = await read_since(stand.provider, None)
    far = single(stand, "In ten years", date(2036, 3, 10))
    stand.server.edit(far, subject="In a decade")

    since = await read_since(stand.provider, first.cursor)

    assert (since.changed, since.removed) == ({}, [])


async def test_what_is_moved_out_of_the_window_is_not_gone(stand: Stand) -> None:
    record = single(stand)
    first = await read_since(stand.provider, None)
    stand.server.edit(record, **times("14:00", "15:00", date(2036, 3, 10)))

    since = await read_since(stand.provider, first.cursor)

    assert since.removed == []
    assert [read(one)[0].when for one in since.changed.values()] == [
        span("14:00", "15:00", date(2036, 3, 10))
    ]


async def test_what_goes_to_another_calendar_is_gone_from_this_one(stand: Stand) -> None:
    record = single(stand)
    first = await read_since(stand.provider, None)
    record.calendar = stand.server.store.add_calendar(stand.server.box, "Other")

    since = await read_since(stand.provider, first.cursor)

    assert since.removed == [record.ical_uid]


async def test_when_the_window_has_to_move_on_all_is_read_again(stand: Stand) -> None:
    single(stand)
    cursor = (await read_since(stand.provider, None)).cursor
    stand.clock.advance(timedelta(days=31))

    with pytest.raises(CursorDied):
        await read_since(stand.provider, cursor)
    assert await titles(stand) == ["Dentist"]


async def test_what_fell_out_of_the_window_is_kept(stand: Stand) -> None:
    """A reading of all names what it did not ask for, so that it does not pass for deleted."""
    record = single(stand)
    await read_since(stand.provider, None)
    stand.clock.advance(timedelta(days=450))
    stand.reader.held.far = frozenset({record.ical_uid})

    pages = [page async for page in stand.reader.changes_since(stand.calendar.id, None)]

    assert [one for page in pages for one in page.changed] == []
    assert pages[-1].kept == (record.ical_uid,)


async def test_pages_repetitions_and_empty_pages_tell_the_same(stand: Stand) -> None:
    for number in range(450):
        single(stand, f"Event {number:03}", MONDAY + timedelta(days=number % 100))
    stand.server.changes.repeats_items = stand.server.changes.empty_pages = True

    assert await titles(stand) == [f"Event {number:03}" for number in range(450)]


async def test_tokens_that_graph_forgot_begin_anew(stand: Stand) -> None:
    cursor = (await read_since(stand.provider, None)).cursor
    stand.server.changes.forget()

    with pytest.raises(CursorDied):
        await read_since(stand.provider, cursor)


@pytest.mark.parametrize("code", ["SyncStateNotFound", "syncStateInvalid", "resyncRequired"])
async def test_a_reset_comes_with_other_numbers_too(stand: Stand, code: str) -> None:
    cursor = (await read_since(stand.provider, None)).cursor
    stand.server.faults.append(Fault("GET", "delta", status=400, code=code))

    with pytest.raises(CursorDied):
        await read_since(stand.provider, cursor)


async def test_links_to_other_servers_are_not_followed(stand: Stand) -> None:
    body = '{"value": [], "@odata.nextLink": "https://graph.example.org/v1.0/me?$skiptoken=1"}'
    stand.server.faults.append(Fault("GET", "delta", status=200, body=body))

    with pytest.raises(TryLater):
        await read_since(stand.provider, None)


async def test_a_token_that_graph_refuses_is_renewed_once(stand: Stand) -> None:
    single(stand)
    stand.tokens.tokens = ["too old", *stand.tokens.tokens]

    assert await titles(stand) == ["Dentist"]

    stand.tokens.tokens = ["too old", "too old as well"]
    with pytest.raises(SignInNeeded):
        await titles(stand)


async def test_a_copy_of_an_event_that_was_made_here_is_another_event(stand: Stand) -> None:
    from tests.contracts.calendar_provider import a_write, confirmed

    await stand.writer.apply(confirmed(a_write(stand.provider)))
    (made,) = stand.server.box.records.values()
    first = await read_since(stand.provider, None)
    copy = single(stand, "Review, again")
    copy.properties, copy.transaction = dict(made.properties), made.transaction

    since = await read_since(stand.provider, first.cursor)

    assert list(first.changed) == ["review@test"]
    assert list(since.changed) == [copy.ical_uid]


async def test_a_zone_without_a_name_is_the_one_whose_hours_fit(stand: Stand) -> None:
    record = weekly(stand)
    record.named_zone = CUSTOM

    (found,) = (await read_since(stand.provider, None)).changed.values()

    assert read(found)[0].zone == "Europe/Berlin"
    assert read(found)[0].when == span("09:00", "09:15")


async def test_busy_leaves_out_what_takes_no_time(stand: Stand) -> None:
    single(stand, "Free", showAs="free")
    weekly(stand, showAs="tentative")
    declined = stand.server.invite({"subject": "No", **times("16:00", "17:00")})
    declined.response = "declined"

    taken = await stand.reader.busy(stand.calendar.id, days(MONDAY).within(BERLIN))

    assert [one.within(BERLIN) for one in taken] == [span("09:00", "09:15")]


async def test_what_can_not_be_told_is_not_free(stand: Stand) -> None:
    stand.server.faults.append(Fault("GET", "calendarView", status=503))

    with pytest.raises(TryLater):
        await stand.reader.busy(stand.calendar.id, days(MONDAY).within(BERLIN))


async def test_calendars_come_with_their_rights(stand: Stand) -> None:
    stand.server.store.add_calendar(stand.server.box, "Team", canEdit=False)

    listed = await stand.reader.calendars(ME)

    assert [(one.name, one.read_only) for one in listed] == [("Calendar", False), ("Team", True)]


async def test_whatever_an_event_lacks_it_and_others_are_read(stand: Stand) -> None:
    record = weekly(stand, attendees=[{"emailAddress": {"address": "bo@example.org"}}])
    full = told(record, None, Wishes.read(""))
    unread = []
    for how, item in variants(full):
        (found,) = mapped([Held(master={"id": "x", **item}, uid="u")], "mailto:me@contoso.example")
        if not found.ics:
            unread.append(how)
    lacking = [one for one in unread if one.endswith(("missing", "None", "besides"))]
    needed = ("start", "end", "recurrence.pattern", "recurrence.range")
    assert all(one.startswith(needed) for one in lacking), lacking
    assert 0 < len(unread) < 200, "what has another shape altogether"
