"""Guests of ours, invitations of others: answered, called off, removed; what came between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_core.changes.change import Write
from calendar_core.errors import ChangedMeanwhile, NotAllowed
from calendar_core.events import Answer, RecurrenceId, Scope
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.recurrence import amend
from tests.calendar_core.house import an_event, at, span
from tests.calendar_core.providers.microsoft.stand import Stand
from tests.calendar_core.providers.microsoft.test_reader import single, times
from tests.calendar_core.providers.microsoft.writes import (
    BO,
    HOST,
    NOW,
    create,
    edit,
    mirrored,
    writes,
)
from tests.contracts.calendar_provider import confirmed


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
