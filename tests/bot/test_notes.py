"""Notes: done at once or after a press, decided once, taken back."""

import asyncio
from datetime import timedelta

import pytest

from bot.app.house import make_notes
from bot.notes import LIVES, Notes, NoteStatus
from bot.tools.noting import NoteAction
from calendar_core.errors import AlreadyDecided, Expired, NotFound, NotYours
from tests.bot.seeded import Seeded

REMIND = NoteAction(
    kind="remind",
    body={"place": "", "text": "stretch", "at": "2026-03-10T11:00:00+01:00", "rule": ""},
    done="I'll remind you today at 11:00.",
    question='Remind you: "stretch"?',
)
CLOCK = NoteAction(
    kind="preferences", body={"clock_24h": False}, done="Noted: 12 h clock.", question="12 h clock?"
)
WEEK = NoteAction(
    kind="preferences", body={"week_start": 6}, done="Noted: Sunday.", question="Sunday?"
)


@pytest.fixture
def notes(there: Seeded) -> Notes:
    return make_notes(there.house.core)


async def waiting(there: Seeded) -> list[str]:
    return [one.text for one in await there.house.reminders.listed(there.ana.id)]


STOOD = ["send the report", "water the plants"]


async def test_what_is_done_at_once_can_be_taken_back(there: Seeded, notes: Notes) -> None:
    undo = await notes.perform(there.ana.id, REMIND)
    assert await waiting(there) == ["stretch", *STOOD]
    verb, _, note = undo.partition(":")
    assert verb == "unnote"
    kept = await notes.take_back(note, there.ana.id)
    assert kept.status is NoteStatus.UNDONE
    assert await waiting(there) == STOOD


async def test_what_is_asked_is_not_done_before_the_press(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    assert await waiting(there) == STOOD
    assert [one.id for one in await notes.waiting_in("place", there.ana.id)] == [asked.id]
    await notes.confirm(asked.id, there.ana.id)
    assert await waiting(there) == ["stretch", *STOOD]
    assert await notes.waiting_in("place", there.ana.id) == ()


async def test_a_note_is_decided_once(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    await notes.confirm(asked.id, there.ana.id)
    for decide in (notes.confirm, notes.decline):
        with pytest.raises(AlreadyDecided):
            await decide(asked.id, there.ana.id)
    assert await waiting(there) == ["stretch", *STOOD]


async def test_two_presses_at_once_do_it_once(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    both = [notes.confirm(asked.id, there.ana.id) for _ in range(2)]
    came = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in came) == ["AlreadyDecided", "tuple"]
    assert await waiting(there) == ["stretch", *STOOD]


async def test_a_declined_note_is_never_done(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    assert (await notes.decline(asked.id, there.ana.id)).status is NoteStatus.DECLINED
    with pytest.raises(AlreadyDecided):
        await notes.confirm(asked.id, there.ana.id)
    assert await waiting(there) == STOOD


async def test_only_its_owner_decides(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    undo = await notes.perform(there.ana.id, CLOCK)
    for decide in (notes.confirm, notes.decline):
        with pytest.raises(NotYours):
            await decide(asked.id, there.bo.id)
    with pytest.raises(NotYours):
        await notes.take_back(undo.partition(":")[2], there.bo.id)
    assert await notes.waiting_in("place", there.bo.id) == ()


async def test_a_note_waits_for_a_day(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    undo = await notes.perform(there.ana.id, CLOCK)
    there.house.clock.advance(LIVES + timedelta(seconds=1))
    assert await notes.waiting_in("place", there.ana.id) == ()
    with pytest.raises(Expired):
        await notes.confirm(asked.id, there.ana.id)
    with pytest.raises(Expired):
        await notes.take_back(undo.partition(":")[2], there.ana.id)


async def test_what_can_not_be_done_is_not_done_and_waits_on(there: Seeded, notes: Notes) -> None:
    gone = NoteAction(
        kind="remind_before",
        body={
            "place": "",
            "event_id": "0" * 24,
            "recurrence_id": "",
            "leads": [600],
            "text": "",
            "whose": there.ana.id,
        },
        done="I'll remind you.",
        question="Remind you?",
    )
    asked = await notes.ask(there.ana.id, "place", gone)
    with pytest.raises(NotFound):
        await notes.confirm(asked.id, there.ana.id)
    assert (await notes.get(asked.id)).status is NoteStatus.ASKED


async def test_a_late_yes_does_not_undo_what_came_after(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", CLOCK)
    await notes.perform(there.ana.id, WEEK)
    await notes.confirm(asked.id, there.ana.id)
    kept = (await there.house.people.person(there.ana.id)).preferences
    assert (kept.clock_24h, kept.week_start) == (False, 6)


async def test_what_a_crash_left_is_finished_once(there: Seeded, notes: Notes) -> None:
    asked = await notes.ask(there.ana.id, "place", REMIND)
    await notes._decide(asked.id, there.ana.id, NoteStatus.ASKED, NoteStatus.DONE)
    assert await waiting(there) == STOOD
    for _ in range(2):
        await make_notes(there.house.core).finish_left()
    assert await waiting(there) == ["stretch", *STOOD]


async def test_an_unknown_note_is_told_as_one(notes: Notes) -> None:
    with pytest.raises(NotFound, match="no longer know this card"):
        await notes.get("nothing")
