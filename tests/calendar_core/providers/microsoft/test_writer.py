"""Writing to a mailbox: only what differs, with everything else as it was."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Write
from calendar_core.changes.writer import Written
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import Answer, Guest, Occupancy, RecurrenceId, Repeat, Resource, Scope
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import Edited, amend, remove
from tests.calendar_core.house import MONDAY, an_event, at, days, span, weekly
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import single, times
from tests.calendar_core.providers.microsoft.test_reader import weekly as their_weekly
from tests.contracts.calendar_provider import confirmed, read_since
from tests.servers.graph.store import Record

NOW = at("07:00")
BO = Guest(address="mailto:bo@example.org", name="Bo")
HOST = Guest(address="mailto:me@contoso.example", name="Me", answer=Answer.ACCEPTED)
WEEK = timedelta(days=7)


async def mirrored(stand: Stand) -> Resource:
    """The one event of the calendar, as a sync brings it."""
    (found,) = (await read_since(stand.provider, None)).changed.values()
    return found


def writes(stand: Stand, edited: Iterable[Edited], standing: Resource | None) -> list[Write]:
    return [
        Write(
            calendar_id=stand.calendar.id,
            uid=one.uid,
            before=one.before,
            after=one.after,
            etag=standing.etag if standing is not None and one.before is not None else "",
        )
        for one in edited
    ]


async def edit(
    stand: Stand,
    patch: Patch,
    rid: RecurrenceId = RecurrenceId(""),  # noqa: B008 - an empty one
    scope: Scope = Scope.ALL,
    id: str = "edit",
) -> tuple[Written, ...]:
    standing = await mirrored(stand)
    edited = amend(standing, scope, rid, patch, at=NOW)
    return await stand.writer.apply(confirmed(*writes(stand, edited, standing), id=id))


async def create(stand: Stand, **fields: Any) -> Record:
    """An event of ours."""
    made = new_resource(an_event(**fields), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id=f"make {made.uid}"))
    return last(stand)


async def create_series(stand: Stand, rule: str = "FREQ=WEEKLY;BYDAY=MO", **more: Any) -> Record:
    made = new_resource(weekly(rule=rule, **more), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write, id="make series"))
    return last(stand)


def last(stand: Stand) -> Record:
    return list(stand.server.box.records.values())[-1]


def rid(day: date, clock: str = "09:00") -> RecurrenceId:
    return RecurrenceId(at(clock, day).astimezone(UTC).isoformat())


def asked(stand: Stand, method: str) -> list[str]:
    return [one for one in stand.server.asked if one.startswith(method)]


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


async def test_one_occurrence_changes_and_the_others_stay(stand: Stand) -> None:
    record = await create_series(stand)
    second = MONDAY + WEEK

    await edit(
        stand, Patch(title="Long standup", when=span("10:00", "11:00", second)), rid(second),
        Scope.THIS,
    )  # fmt: skip

    assert record.exceptions.keys() == {second}
    master, override = read(await mirrored(stand))
    assert (master.title, override.title) == ("Standup", "Long standup")
    assert override.when == span("10:00", "11:00", second)


async def test_one_occurrence_goes(stand: Stand) -> None:
    record = await create_series(stand)
    standing = await mirrored(stand)
    second = MONDAY + WEEK

    gone = remove(standing, Scope.THIS, rid(second), at=NOW)
    (written,) = await stand.writer.apply(confirmed(*writes(stand, gone, standing)))

    assert record.deleted == {second}
    assert written.resource == await mirrored(stand)


async def test_a_series_is_parted_and_keeps_its_exceptions(stand: Stand) -> None:
    record = await create_series(stand)
    second, fourth = MONDAY + WEEK, MONDAY + 3 * WEEK
    await edit(stand, Patch(title="Special"), rid(second), Scope.THIS, "one")

    written = await edit(
        stand, Patch(when=span("11:00", "11:15", fourth)), rid(fourth), Scope.FOLLOWING, "two"
    )

    head, tail = written
    assert head.resource is not None
    assert tail.resource is not None
    assert [one.title for one in read(head.resource)] == ["Standup", "Special"]
    assert record.recurrence is not None
    assert record.recurrence["range"]["endDate"] == (MONDAY + 2 * WEEK).isoformat()
    assert read(tail.resource)[0].when == span("11:00", "11:15", fourth)
    assert set((await read_since(stand.provider, None)).changed) == {head.uid, tail.uid}


async def test_all_of_a_series_moves_and_keeps_its_exceptions(stand: Stand) -> None:
    record = await create_series(stand)
    second, third = MONDAY + WEEK, MONDAY + 2 * WEEK
    await edit(stand, Patch(title="Special"), rid(second), Scope.THIS, "one")
    standing = await mirrored(stand)
    gone = remove(standing, Scope.THIS, rid(third), at=NOW)
    await stand.writer.apply(confirmed(*writes(stand, gone, standing), id="two"))

    await edit(stand, Patch(when=span("10:00", "10:15")), rid(MONDAY), Scope.ALL, "three")

    master, special = read(await mirrored(stand))
    assert master.when == span("10:00", "10:15")
    assert (special.title, special.when) == ("Special", span("10:00", "10:15", second))
    assert record.deleted == {third}


async def test_a_rule_that_outlook_has_not_is_refused_before_anything_is_written(
    stand: Stand,
) -> None:
    made = new_resource(weekly(rule="FREQ=MONTHLY;BYMONTHDAY=9,23"), at=NOW)
    other = new_resource(an_event("Other"), at=NOW)
    change = [
        Write(calendar_id=stand.calendar.id, uid=one.uid, before=None, after=one.ics)
        for one in (other, made)
    ]

    with pytest.raises(NotAllowed, match="several days of a month"):
        await stand.writer.apply(confirmed(*change))

    assert stand.server.titles() == []


@pytest.mark.parametrize(
    ("answer", "response"),
    [(Answer.ACCEPTED, "accepted"), (Answer.TENTATIVE, "tentativelyAccepted")],
)
async def test_an_invitation_is_answered(stand: Stand, answer: Answer, response: str) -> None:
    record = stand.server.invite({"subject": "All hands", **times("10:00", "11:00")})

    (written,) = await edit(
        stand, Patch(answers={HOST.address: answer}, notes={HOST.address: "With pleasure"})
    )

    assert record.response == response
    assert stand.server.store.mails[-1][:2] == ("boss@contoso.example", response)
    assert '"comment": "With pleasure"' in stand.server.store.mails[-1][2]
    assert written.resource is not None
    assert [one.answer for one in read(written.resource)[0].guests] == [answer]


@pytest.mark.parametrize("go", [True, False])
async def test_an_invitation_that_is_declined_may_leave_the_calendar(
    stand: Stand, go: bool
) -> None:
    stand.server.declined_go = go
    stand.server.invite({"subject": "All hands", **times("10:00", "11:00")})
    standing = await mirrored(stand)
    edited = amend(
        standing,
        Scope.ALL,
        RecurrenceId(""),
        Patch(answers={HOST.address: Answer.DECLINED}),
        at=NOW,
    )
    change = confirmed(*writes(stand, edited, standing))

    (first,) = await stand.writer.apply(change)
    (second,) = await stand.writer.apply(change)

    assert first == second
    assert (first.resource is None) == go
    assert len([one for one in stand.server.store.mails if one[1] == "declined"]) == 1


async def test_another_time_is_proposed_with_an_answer(stand: Stand) -> None:
    stand.server.invite({"subject": "All hands", **times("10:00", "11:00")})

    await edit(
        stand,
        Patch(
            answers={HOST.address: Answer.TENTATIVE},
            proposals={HOST.address: span("15:00", "16:00")},
        ),
    )

    assert (
        '"proposedNewTime": {"start": {"dateTime": "2026-03-09T14:00:00"'
        in (stand.server.store.mails[-1][2])
    )


async def test_an_invitation_is_its_organizers_to_move_and_ones_own_to_be_reminded_of(
    stand: Stand,
) -> None:
    record = stand.server.invite({"subject": "All hands", **times("10:00", "11:00")})

    with pytest.raises(NotAllowed, match="organizer"):
        await edit(stand, Patch(when=span("12:00", "13:00")), id="one")
    await edit(stand, Patch(alarms=(timedelta(minutes=5),)), id="two")

    assert record.start == at("10:00")
    assert record.fields["reminderMinutesBeforeStart"] == 5


async def test_calling_off_tells_the_guests(stand: Stand) -> None:
    await create(stand, organizer=HOST, guests=(HOST, BO))
    standing = await mirrored(stand)
    gone = Write(
        calendar_id=stand.calendar.id, uid=standing.uid, before=standing.ics, after=None,
        etag=standing.etag,
    )  # fmt: skip

    (written,) = await stand.writer.apply(confirmed(gone))

    assert written.resource is None
    assert any("/cancel" in one for one in stand.server.asked)
    assert stand.server.store.mails[-1][:2] == ("bo@example.org", "cancellation")


async def test_taking_a_deletion_back_makes_the_event_anew(stand: Stand) -> None:
    await create(stand, description="Slides")
    standing = await mirrored(stand)
    gone = Write(
        calendar_id=stand.calendar.id, uid=standing.uid, before=standing.ics, after=None,
        etag=standing.etag,
    )  # fmt: skip
    await stand.writer.apply(confirmed(gone, id="gone"))
    back = replace(gone, before=None, after=standing.ics, etag="")

    (written,) = await stand.writer.apply(confirmed(back, id="back"))

    assert written.resource is not None
    now = await mirrored(stand)
    assert (now.uid, read(now)[0].description) == (standing.uid, "Slides")


async def test_an_import_invites_nobody(stand: Stand) -> None:
    made = new_resource(an_event(organizer=BO, guests=(BO, HOST)), at=NOW)
    write = Write(
        calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics, quiet=True
    )

    await stand.writer.apply(confirmed(write))
    (again,) = await stand.writer.apply(confirmed(write))

    assert stand.server.store.mails == []
    assert stand.server.titles() == ["Review"]
    assert again.resource is not None


async def test_an_invitation_that_was_removed_is_not_sent_out_as_ones_own(stand: Stand) -> None:
    made = new_resource(an_event(organizer=BO, guests=(BO, HOST)), at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)

    with pytest.raises(NotAllowed, match="invitation"):
        await stand.writer.apply(confirmed(write))

    assert stand.server.titles() == []


async def test_a_guests_answer_in_between_is_no_hindrance(stand: Stand) -> None:
    record = single(stand, attendees=[{"emailAddress": {"address": "bo@example.org"}}])
    standing = await mirrored(stand)
    edited = amend(standing, Scope.ALL, RecurrenceId(""), Patch(title="New"), at=NOW)
    stand.server.answered(record, "bo@example.org", "declined")

    await stand.writer.apply(confirmed(*writes(stand, edited, standing)))

    assert record.fields["subject"] == "New"
    assert record.fields["attendees"][0]["status"]["response"] == "declined"


async def test_something_else_in_between_is(stand: Stand) -> None:
    record = single(stand)
    standing = await mirrored(stand)
    edited = amend(standing, Scope.ALL, RecurrenceId(""), Patch(title="New"), at=NOW)
    stand.server.edit(record, location={"displayName": "Elsewhere"})

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(*writes(stand, edited, standing)))

    assert record.fields["subject"] == "Dentist"


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


async def test_a_series_of_days_is_written_and_its_occurrences_too(stand: Stand) -> None:
    event = an_event(
        "Cleaning", days(MONDAY), zone=None, repeat=Repeat(rule="FREQ=WEEKLY;BYDAY=MO;COUNT=4")
    )
    made = new_resource(event, at=NOW)
    write = Write(calendar_id=stand.calendar.id, uid=made.uid, before=None, after=made.ics)
    await stand.writer.apply(confirmed(write))
    second = MONDAY + WEEK

    await edit(
        stand, Patch(when=days(second + timedelta(days=1))),
        RecurrenceId(second.isoformat()), Scope.THIS,
    )  # fmt: skip

    _, override = read(await mirrored(stand))
    assert override.recurrence_id == second.isoformat()
    assert override.when == days(second + timedelta(days=1))
