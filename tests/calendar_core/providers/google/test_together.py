"""Linked, synced and written through the desk: a small Google, the real engine, the real mirror."""

from datetime import date, timedelta

import pytest

from calendar_core.changes.change import Amend, Create, Edit, Remove, Reply
from calendar_core.errors import SignInNeeded
from calendar_core.events import Answer, Guest, Scope
from calendar_core.patch import Patch
from tests.calendar_core.house import ME, an_event, span, weekly
from tests.calendar_core.providers.google.stand import MAIL
from tests.calendar_core.providers.google.together import Together, an_item


async def test_what_google_holds_is_on_the_agenda(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    linked.theirs("insert", body=an_item("standup", "Standup", recurrence=["RRULE:FREQ=WEEKLY"]))

    first = await linked.sync()
    nothing = await linked.sync()
    linked.theirs("patch", "dentist", {"summary": "Dentist, at last"})
    linked.theirs("delete", "standup")
    then = await linked.sync()

    assert (first.added, first.full) == (2, True)
    assert not nothing.is_news
    assert not nothing.full
    assert (then.changed, then.removed) == (1, 1)
    assert await linked.house.agenda() == ["Mon 09 14:00 Dentist, at last"]


async def test_a_confirmed_change_stands_at_google_and_is_taken_back(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    await linked.sync()
    house = linked.house

    target = linked.target("dentist@google.com")
    done = await house.amend(target, when=span("16:00", "17:00"))
    moved = await house.agenda()
    assert not (await linked.sync()).is_news
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, moved) == ("applied", ["Mon 09 16:00 Dentist"])
    assert undone.status == "applied"
    assert await house.agenda() == ["Mon 09 14:00 Dentist"]
    assert not (await linked.sync()).is_news


SECOND = "2026-03-16T08:00:00+00:00"


WHOLE = ["Mon 09 09:00 Standup", "Mon 16 09:00 Standup", "Mon 23 09:00 Standup"]


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(
    "edit",
    [
        Patch(title="Sync"),
        Patch(when=span("11:00", "11:30", day=date(2026, 3, 16))),
        Patch(location="Room 4", guests_added=(Guest(address="mailto:ana@example.org"),)),
        None,
    ],
)
async def test_every_edit_of_a_series_is_made_and_taken_back(
    linked: Together, scope: Scope, edit: Patch | None
) -> None:
    house = linked.house
    await house.do(
        Create(calendar_id=linked.calendar.id, event=weekly(uid="standup", title="Standup"))
    )
    await linked.sync()
    target = linked.target("standup", SECOND)
    change: Edit = Remove(target=target, scope=scope)
    if edit is not None:
        change = Amend(target=target, patch=edit, scope=scope)

    done = await house.do(change)
    made = await house.agenda(number=21)
    there = await linked.there()
    came = await linked.sync()
    linked.uids += ["standup", "standup_R20260316T090000"]
    mirrored = await linked.mirrored()
    undone = await house.desk.undo(done.id, ME)

    assert (done.status, undone.status, done.detail) == ("applied", "applied", "")
    assert (came.added, came.changed, came.removed) == (0, 0, 0)
    assert mirrored == there
    assert made != WHOLE or (edit is not None and edit.location)
    assert await house.agenda(number=21) == WHOLE
    assert await linked.there() == {"standup": told_whole()}


def told_whole() -> list[str]:
    hours = {True: "+01:00", False: "+02:00"}
    days = [date(2026, 3, 9) + timedelta(days=7 * week) for week in range(6)]
    return [f"{day} 09:00:00{hours[day < date(2026, 3, 29)]} Standup" for day in days]


async def test_an_invitation_is_answered_and_the_answer_taken_back(linked: Together) -> None:
    guests = [{"email": "ana@example.org", "responseStatus": "accepted"}, {"email": MAIL}]
    linked.server.world.calendars[MAIL].put(
        {
            **an_item("board", "Board", attendees=guests),
            "status": "confirmed",
            "iCalUID": "board@elsewhere",
            "organizer": {"email": "ana@example.org"},
        },
        linked.server.world.now(),
    )
    await linked.sync()
    target = linked.target("board@elsewhere")

    done = await linked.house.do(Reply(target=target, answer=Answer.ACCEPTED))
    there = await linked.there()
    undone = await linked.house.desk.undo(done.id, ME)

    assert (done.status, undone.status) == ("applied", "applied")
    assert there["board@elsewhere"][0].endswith("Board AA")
    assert (await linked.there())["board@elsewhere"][0].endswith("Board AN")


async def test_a_word_and_another_time_go_with_an_answer(linked: Together) -> None:
    guests = [{"email": "ana@example.org", "responseStatus": "accepted"}, {"email": MAIL}]
    held = linked.server.world.calendars[MAIL]
    held.put(
        {
            **an_item("board", "Board", attendees=guests),
            "status": "confirmed",
            "iCalUID": "board@elsewhere",
            "organizer": {"email": "ana@example.org"},
        },
        linked.server.world.now(),
    )
    await linked.sync()

    done = await linked.house.do(
        Reply(
            target=linked.target("board@elsewhere"),
            answer=Answer.DECLINED,
            note="I'm on a train",
            proposed=span("16:00", "16:30"),
        )
    )

    assert done.status == "applied"
    assert held.events["board"]["attendees"][1] == {
        "email": MAIL,
        "responseStatus": "declined",
        "comment": "I'm on a train; I propose 2026-03-09 16:00-16:30 (Europe/Berlin) instead",
    }
    assert linked.server.world.mails == [("board", "ana@example.org", "updated")]


async def test_a_change_that_came_too_late_says_so(linked: Together) -> None:
    linked.theirs("insert", body=an_item("dentist", "Dentist"))
    await linked.sync()
    house = linked.house
    asked = await house.propose(
        Amend(target=linked.target("dentist@google.com"), patch=Patch(title="Dentist, 3rd floor"))
    )
    linked.theirs("patch", "dentist", {"summary": "Cancelled by the practice"})

    late = await house.press(asked.id)

    assert late.status == "stale"
    assert [one.split(" ", 2)[2] for one in (await linked.there())["dentist@google.com"]] == [
        "Cancelled by the practice"
    ]


async def test_a_guests_answer_meanwhile_is_kept(linked: Together) -> None:
    house = linked.house
    event = an_event(
        uid="review",
        organizer=Guest(address=f"mailto:{MAIL}"),
        guests=(Guest(address="mailto:ana@example.org"),),
    )
    await house.do(Create(calendar_id=linked.calendar.id, event=event))
    asked = await house.propose(
        Amend(target=linked.target("review"), patch=Patch(description="Bring numbers"))
    )
    (id_,) = linked.server.world.calendars[MAIL].events
    answered = [{"email": "ana@example.org", "responseStatus": "accepted"}]
    linked.theirs("patch", id_, {"attendees": answered})
    await linked.sync()

    done = await house.press(asked.id)

    item = linked.server.world.calendars[MAIL].events[id_]
    assert done.status == "applied"
    assert (item["description"], item["attendees"]) == ("Bring numbers", answered)


async def test_a_link_that_was_ended_is_told(linked: Together) -> None:
    for one in list(linked.server.world.refresh):
        linked.server.world.revoke(one)

    with pytest.raises(SignInNeeded):
        await linked.sync()
