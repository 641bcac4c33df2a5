"""Taking changes back, within a day, through the same desk: word for word what stood before."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from calendar_core.changes.change import (
    Amend,
    Bring,
    ChangeStatus,
    Create,
    Edit,
    Remove,
    Reply,
    Target,
)
from calendar_core.errors import AlreadyDecided, Expired
from calendar_core.events import Answer, Resource, Scope
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from tests.calendar_core.house import ANA, ME, House, an_event, at, guest, span, weekly

LATER = span("15:00", "16:00")


async def _texts(house: House) -> dict[str, str]:
    found = {}
    for calendar, owner in ((house.mine, ME), (house.anas, ANA)):
        for one in await house.mirror.resources(calendar.id, (owner,)):
            found[f"{owner}/{one.uid}"] = one.ics
    return found


def _edits(target: Target) -> dict[str, Edit]:
    def amend(scope: Scope | None = None, **patch: Any) -> Edit:
        return Amend(target=target, patch=Patch(**patch), scope=scope)

    return {
        "title of all": amend(Scope.ALL, title="Retro"),
        "time of this": amend(Scope.THIS, when=LATER),
        "time of the following": amend(Scope.FOLLOWING, when=LATER),
        "time of all": amend(Scope.ALL, when=LATER),
        "guests of all": amend(Scope.ALL, guests_added=(guest(ANA),)),
        "no more guests": amend(Scope.ALL, guests_removed=(guest(ANA).address,)),
        "remove this": Remove(target=target, scope=Scope.THIS),
        "remove the following": Remove(target=target, scope=Scope.FOLLOWING),
        "remove all": Remove(target=target, scope=Scope.ALL),
    }


@pytest.mark.parametrize("name", list(_edits(Target(event_id="x"))))  # type: ignore[arg-type]
@pytest.mark.parametrize("repeats", [False, True], ids=["single", "series"])
async def test_undoing_leaves_what_stood_before(house: House, name: str, repeats: bool) -> None:
    guests = (guest(ANA),) if name == "no more guests" else ()
    event = (
        weekly("Review", span("14:00", "15:00"), guests=guests)
        if repeats
        else an_event(guests=guests)
    )
    await house.create(event)
    second = (await house.seen(number=14))[-1]
    target = Target(event_id=second.event_id, recurrence_id=second.recurrence_id)
    before = await _texts(house)

    change = await house.do(_edits(target)[name])
    assert change.status is ChangeStatus.APPLIED
    changed = await _texts(house)
    undone = await house.desk.undo(change.id, ME)

    assert changed != before
    assert (undone.status, undone.undoes) == (ChangeStatus.APPLIED, change.id)
    assert (await house.desk.get(change.id)).status is ChangeStatus.UNDONE
    assert _without_stamps(await _texts(house)) == _without_stamps(before)


def _without_stamps(texts: dict[str, str]) -> dict[str, list[str]]:
    passing = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
    return {
        key: [line for line in text.splitlines() if not line.startswith(passing)]
        for key, text in texts.items()
    }


async def test_undoing_a_new_event_removes_it(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))

    await house.desk.undo(change.id, ME)

    assert await house.agenda() == []
    assert house.followed.told() == [("added", "made"), ("removed", "made")]


async def test_undoing_can_be_undone(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))
    undone = await house.desk.undo(change.id, ME)

    redone = await house.desk.undo(undone.id, ME)

    assert redone.status is ChangeStatus.APPLIED
    assert await house.agenda() == ["Mon 09 14:00 Review"]


async def test_two_presses_on_undo_take_it_back_once(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))

    presses = await asyncio.gather(
        *(house.desk.undo(change.id, ME) for _ in range(3)), return_exceptions=True
    )

    assert sum(isinstance(one, AlreadyDecided) for one in presses) == 2
    assert await house.agenda() == []


async def test_after_a_day_nothing_is_undone(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))
    house.clock.advance(timedelta(hours=24))

    with pytest.raises(Expired):
        await house.desk.undo(change.id, ME)

    assert await house.agenda() == ["Mon 09 14:00 Review"]


async def test_what_was_changed_again_is_not_overwritten_by_undo(house: House) -> None:
    target = await house.create(an_event())
    change = await house.amend(target, title="Retro")
    await house.amend(target, when=LATER)

    refused = await house.desk.undo(change.id, ME)

    assert refused.status is ChangeStatus.STALE
    assert refused.detail == "This has changed meanwhile, so it can't be undone."
    assert await house.agenda() == ["Mon 09 15:00 Retro"]
    assert (await house.desk.get(change.id)).status is ChangeStatus.APPLIED


async def test_a_guests_answer_does_not_stand_in_the_way_and_is_kept(house: House) -> None:
    target = await house.create(an_event(guests=(guest(ANA),)))
    change = await house.amend(target, title="Retro")
    hers = (await house.seen(ANA))[0]
    await house.do(Reply(target=Target(event_id=hers.event_id), answer=Answer.ACCEPTED), owner=ANA)

    undone = await house.desk.undo(change.id, ME)

    assert undone.status is ChangeStatus.APPLIED
    (copy,) = await house.seen(ANA)
    assert (copy.title, copy.my_answer) == ("Review", Answer.ACCEPTED)


async def test_an_import_is_undone_as_one(house: House) -> None:
    standing = await house.create(an_event("Kept"))
    brought = [new_resource(an_event(f"Event {n}"), at=at("07:00")) for n in range(60)]
    changed = Resource(
        uid="kept@test", ics=new_resource(an_event("Replaced", uid="kept@test"), at=at("07:00")).ics
    )
    change = await house.do(Bring(calendar_id=house.mine.id, resources=(*brought, changed)))
    told = set(house.followed.told())

    undone = await house.desk.undo(change.id, ME)

    assert (change.count, len(change.glimpses)) == (61, 50)
    assert told == {("added", "made"), ("added", "imported"), ("changed", "imported")}
    assert undone.status is ChangeStatus.APPLIED
    assert [one.event_id for one in await house.seen()] == [standing.event_id]
    assert await house.agenda() == ["Mon 09 14:00 Kept"]


async def test_bringing_the_same_again_changes_nothing(house: House) -> None:
    brought = tuple(new_resource(an_event(f"Event {n}"), at=at("07:00")) for n in range(5))
    await house.do(Bring(calendar_id=house.mine.id, resources=brought))
    exported_later = tuple(new_resource(an_event(f"Event {n}"), at=at("07:30")) for n in range(5))

    again = await house.propose(Bring(calendar_id=house.mine.id, resources=exported_later))

    assert (again.count, again.writes) == (0, ())
