"""Writing to a mailbox: only what differs, with everything else as it was."""

from datetime import timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import NotAllowed
from calendar_core.events import Guest, Occupancy
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from tests.calendar_core.house import MONDAY, an_event, days
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import single
from tests.calendar_core.providers.microsoft.test_reader import weekly as their_weekly
from tests.calendar_core.providers.microsoft.writes import (
    BO,
    HOST,
    NOW,
    asked,
    create,
    create_series,
    edit,
    mirrored,
)
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.graph.records import Box, Record


async def test_a_new_event_has_all_that_was_said_of_it(stand: Stand) -> None:
    record = await create(
        stand,
        title="Review",
        description="Bring <slides>\nand coffee",
        location="Room 4",
        occupancy=Occupancy.OUT_OF_OFFICE,
        alarms=(timedelta(minutes=10),),
        categories=("Work",),
        organizer=HOST,
        guests=(HOST, BO),
    )

    assert record.fields["subject"] == "Review"
    assert record.fields["location"]["displayName"] == "Room 4"
    assert (record.fields["showAs"], record.fields["categories"]) == ("oof", ["Work"])
    assert (record.fields["isReminderOn"], record.fields["reminderMinutesBeforeStart"]) == (
        True,
        10,
    )
    assert [one["emailAddress"]["address"] for one in record.fields["attendees"]] == [
        "bo@example.org"
    ]
    assert record.zone == "W. Europe Standard Time"
    (event,) = read(await mirrored(stand))
    assert event.description == "Bring <slides>\nand coffee"


async def test_an_event_without_a_reminder_gets_none(stand: Stand) -> None:
    """Exchange would set one of its own."""
    record = await create(stand)

    assert record.fields["isReminderOn"] is False


async def test_whole_days_and_series_of_days(stand: Stand) -> None:
    record = await create(stand, title="Fair", when=days(MONDAY, 3), zone=None)

    assert record.all_day
    assert read(await mirrored(stand))[0].when == days(MONDAY, 3)


async def test_an_edit_sends_only_what_differs(stand: Stand) -> None:
    record = single(
        stand,
        importance="high",
        attendees=[
            {"emailAddress": {"address": "bo@example.org", "name": "Bo"}},
            {"emailAddress": {"address": "room4@example.org", "name": "4"}, "type": "resource"},
        ],
    )
    stand.server.answered(record, "bo@example.org", "accepted")
    before = dict(record.fields)

    (written,) = await edit(stand, Patch(title="Dentist, at last"))

    assert record.fields == {**before, "subject": "Dentist, at last"}
    assert written.resource is not None
    assert written.resource == await mirrored(stand)


async def test_guests_come_and_go_and_those_who_stay_keep_their_answers(stand: Stand) -> None:
    record = single(
        stand,
        attendees=[
            {"emailAddress": {"address": "bo@example.org", "name": "Bo"}},
            {"emailAddress": {"address": "room4@example.org", "name": "4"}, "type": "resource"},
            {"emailAddress": {"address": "cy@example.org", "name": "Cy"}},
        ],
    )
    stand.server.answered(record, "bo@example.org", "accepted")
    dee = Guest(address="mailto:dee@example.org", name="Dee")

    await edit(stand, Patch(guests_added=(dee,), guests_removed=("mailto:cy@example.org",)))

    listed = {one["emailAddress"]["address"]: one for one in record.fields["attendees"]}
    assert list(listed) == ["bo@example.org", "room4@example.org", "dee@example.org"]
    assert listed["bo@example.org"]["status"]["response"] == "accepted"
    assert listed["room4@example.org"]["type"] == "resource"


async def test_teams_keeps_its_part_of_the_notes(stand: Stand) -> None:
    record = await create(stand, video_wanted=True, description="Agenda")
    assert record.join_url is not None
    (event,) = read(await mirrored(stand))
    assert (event.video_url, event.description) == (record.join_url, "Agenda")

    await edit(stand, Patch(description="Another agenda\n& more"))

    assert record.join_url in record.body
    assert record.fields["isOnlineMeeting"]
    assert "Another agenda" in record.body
    assert read(await mirrored(stand))[0].description == "Another agenda\n& more"


async def test_a_meeting_of_teams_is_made_when_it_is_wished_for(stand: Stand) -> None:
    record = single(stand)

    (written,) = await edit(stand, Patch(video_wanted=True))

    assert record.join_url is not None
    assert written.resource is not None
    (event,) = read(written.resource)
    assert (event.video_url, event.video_wanted) == (record.join_url, False)


async def test_an_account_without_teams_says_so(stand: Stand) -> None:
    stand.server.box.calendars[stand.server.calendar]["allowedOnlineMeetingProviders"] = []

    with pytest.raises(NotAllowed, match="Teams"):
        await create(stand, video_wanted=True)

    assert stand.server.titles() == []


async def test_a_meeting_of_teams_can_not_be_taken_off(stand: Stand) -> None:
    await create(stand, video_wanted=True)

    with pytest.raises(NotAllowed, match="Teams"):
        await edit(stand, Patch(video_url=""))


async def test_another_meetings_address_is_where_it_takes_place(stand: Stand) -> None:
    await create(stand, video_url="https://meet.example.org/x")

    (event,) = read(await mirrored(stand))

    assert (event.video_url, event.location) == ("https://meet.example.org/x", "")


async def test_what_was_made_here_comes_back_under_its_own_uid(stand: Stand) -> None:
    """Graph chooses UIDs of its own; a mirror that lost everything still sees one event."""
    record = await create(stand)
    series = await create_series(stand)
    stand.reader.held.resources.clear()

    found = await read_since(stand.provider, None)

    assert set(found.changed) == {"review@test", "standup@test"}
    assert not {record.ical_uid, series.ical_uid} & set(found.changed)


async def test_many_that_were_made_here_are_asked_for_at_once(stand: Stand) -> None:
    made = [new_resource(an_event(f"Event {number}"), at=NOW) for number in range(25)]
    change = [
        Write(calendar_id=stand.calendar.id, uid=one.uid, before=None, after=one.ics)
        for one in made
    ]
    await stand.writer.apply(confirmed(*change))
    stand.reader.held.resources.clear()
    stand.server.asked.clear()

    found = await read_since(stand.provider, None)

    assert set(found.changed) == {one.uid for one in made}
    assert len(stand.server.asked) <= 3


async def test_a_server_that_keeps_no_properties_is_still_no_reason_to_double(stand: Stand) -> None:
    """What the mirror knows an event by comes first."""
    stand.server.lacks = {"properties", "filters"}
    first = await read_since(stand.provider, None)
    made = new_resource(an_event(), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    (written,) = await stand.writer.apply(confirmed(write))
    assert written.resource is not None
    stand.reader.held.resources[written.uid] = written.resource

    since = await read_since(stand.provider, first.cursor)

    assert since.changed == {"review@test": written.resource}


async def test_nothing_is_written_where_nothing_differs(stand: Stand) -> None:
    their_weekly(stand, body={"contentType": "html", "content": "<b>Bold</b>"})

    standing = await mirrored(stand)
    same = Write(
        calendar_id=stand.calendar.id, uid=standing.uid, before=standing.ics, after=standing.ics,
        etag=standing.etag,
    )  # fmt: skip
    await stand.writer.apply(confirmed(same))

    assert asked(stand, "PATCH") == asked(stand, "POST") == []


async def test_colours_and_floating_times_are_refused(stand: Stand) -> None:
    for fields in ({"color": "tomato"}, {"floating": True, "zone": None}):
        made = new_resource(an_event(**fields), at=NOW)
        write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
        with pytest.raises(NotAllowed):
            await stand.writer.apply(confirmed(write))


async def test_what_is_told_back_otherwise_than_it_was_made_is_made(stand: Stand) -> None:
    store = stand.server.store
    make = store.create

    def told_otherwise(box: Box, calendar: str, said: dict[str, Any]) -> Record:
        return make(box, calendar, {**said, "subject": "REVIEW", "categories": ["Blue"]})

    store.create = told_otherwise  # type: ignore[method-assign]
    await create(stand, description="Agenda")

    assert [one for one in stand.server.asked if one.startswith("PATCH")] == []
    (event,) = read(await mirrored(stand))
    assert (event.title, event.categories) == ("REVIEW", ("Blue",))
