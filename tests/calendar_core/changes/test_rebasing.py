"""What came between a card and its press: where the change still holds; what a late one tells."""

from datetime import timedelta
from typing import Any

import pytest

from calendar_core.changes.change import Amend, ChangeStatus, Edit, Remove, Reply, Target
from calendar_core.changes.confirmed import ConfirmedChange
from calendar_core.changes.writer import CalendarWriter, Written
from calendar_core.errors import TryLater
from calendar_core.events import Answer, Scope
from calendar_core.patch import Patch
from tests.calendar_core.house import ANA, ME, House, an_event, guest, span, weekly


async def _meeting(house: House, **fields: Any) -> Target:
    return await house.create(
        an_event(guests=(guest(ME), guest(ANA)), organizer=guest(ME), **fields)
    )


async def _standing(house: House) -> tuple[str, str, str]:
    one = (await house.seen())[0]
    return f"{one.when.start:%H:%M}", one.title, one.location  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("mine", "others", "stands"),
    [
        ({"title": "Retro"}, {"location": "Attic"}, ("14:00", "Retro", "Attic")),
        ({"when": span("15:00", "16:00")}, {"location": "Attic"}, ("15:00", "Review", "Attic")),
        ({"location": "Attic"}, {"description": "Bring data."}, ("14:00", "Review", "Attic")),
    ],
)
async def test_what_a_change_neither_touches_nor_shows_is_kept(
    house: House, mine: dict[str, Any], others: dict[str, Any], stands: tuple[str, str, str]
) -> None:
    target = await house.create(an_event())
    waiting = await house.propose(Amend(target=target, patch=Patch(**mine)))
    await house.amend(target, **others)

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    assert await _standing(house) == stands
    [stored] = await house.mirror.resources(house.mine.id, (ME,))
    assert ("Bring data." in stored.ics) is ("description" in others)
    assert done.writes[0].after == stored.ics


@pytest.mark.parametrize(
    ("edit", "others"),
    [
        ({"location": "Attic"}, {"location": "Cellar"}),
        ({"description": "Mine"}, {"description": "Theirs"}),
        ({"title": "Retro"}, {"title": "Rebuild"}),
        ({"title": "Retro"}, {"when": span("14:00", "15:30")}),
        ({"when": span("15:00", "16:00")}, {"title": "Retro"}),
        ({"title": "Retro"}, {"guests_added": (guest(ANA),)}),
        (None, {"description": "Important now."}),
        (None, {"location": "Attic"}),
    ],
)
async def test_what_it_touches_or_shows_makes_it_stale(
    house: House, edit: dict[str, Any] | None, others: dict[str, Any]
) -> None:
    target = await house.create(an_event())
    wanted: Edit = Remove(target=target)
    if edit is not None:
        wanted = Amend(target=target, patch=Patch(**edit))
    waiting = await house.propose(wanted)
    await house.amend(target, **others)
    [before] = await house.mirror.resources(house.mine.id, (ME,))

    late = await house.press(waiting.id)

    assert late.status is ChangeStatus.STALE
    assert await house.mirror.resources(house.mine.id, (ME,)) == (before,)


async def test_a_late_change_tells_every_field_that_differs(house: House) -> None:
    target = await house.create(an_event(location="Attic"))
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await house.amend(target, when=span("15:00", "16:00"), location="Cellar")

    await house.press(waiting.id)

    [told] = (await house.desk.get(waiting.id)).meanwhile
    assert told.fields == ("when", "location")
    assert told.before is not None
    assert told.now is not None
    assert (told.before.when, told.before.location) == (span("14:00", "15:00"), "Attic")
    assert (told.now.when, told.now.location) == (span("15:00", "16:00"), "Cellar")


async def test_a_late_change_of_what_is_gone_tells_what_it_was(house: House) -> None:
    target = await house.create(an_event())
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await house.do(Remove(target=target))

    [told] = (await house.press(waiting.id)).meanwhile

    assert told.before is not None
    assert (told.before.title, told.now, told.fields) == ("Review", None, ())


async def test_of_a_series_the_occurrence_that_was_meant_is_told_of(house: House) -> None:
    target = await house.create(weekly())
    patch = Patch(title="Sync")
    waiting = await house.propose(Amend(target=target, patch=patch, scope=Scope.THIS))
    await house.amend(target, Scope.THIS, when=span("10:00", "10:15"))

    [told] = (await house.press(waiting.id)).meanwhile

    assert told.fields == ("when",)
    assert told.now is not None
    assert told.now.when == span("10:00", "10:15")


async def test_an_answer_to_one_occurrence_is_kept_when_the_series_is_edited(house: House) -> None:
    target = await house.create(weekly(guests=(guest(ME), guest(ANA)), organizer=guest(ME)))
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Sync"), scope=Scope.ALL))
    hers = (await house.seen(ANA, number=14))[1]
    where = Target(event_id=hers.event_id, recurrence_id=hers.recurrence_id)
    await house.do(Reply(target=where, answer=Answer.DECLINED, scope=Scope.THIS), owner=ANA)

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    seen = [(one.title, one.my_answer) for one in await house.seen(ANA, number=21)]
    assert seen == [("Sync", Answer.OPEN), ("Sync", Answer.DECLINED), ("Sync", Answer.OPEN)]


async def test_taking_back_keeps_an_answer_to_one_occurrence(house: House) -> None:
    target = await house.create(weekly(guests=(guest(ME), guest(ANA)), organizer=guest(ME)))
    hers = (await house.seen(ANA, number=14))[1]
    where = Target(event_id=hers.event_id, recurrence_id=hers.recurrence_id)
    await house.do(Reply(target=where, answer=Answer.TENTATIVE, scope=Scope.THIS), owner=ANA)
    done = await house.amend(target, Scope.ALL, title="Sync")
    await house.do(Reply(target=where, answer=Answer.DECLINED, scope=Scope.THIS), owner=ANA)

    undone = await house.desk.undo(done.id, ME)

    assert undone.status is ChangeStatus.APPLIED, undone.detail
    seen = [(one.title, one.my_answer) for one in await house.seen(ANA, number=14)]
    assert seen == [("Standup", Answer.OPEN), ("Standup", Answer.DECLINED)]


async def test_another_answer_of_ones_own_makes_a_reply_stale(house: House) -> None:
    await _meeting(house)
    [hers] = await house.seen(ANA)
    target = Target(event_id=hers.event_id)
    waiting = await house.propose(Reply(target=target, answer=Answer.DECLINED), owner=ANA)
    await house.do(Reply(target=target, answer=Answer.ACCEPTED), owner=ANA)

    late = await house.press(waiting.id, ANA)

    assert late.status is ChangeStatus.STALE
    assert [one.fields for one in late.meanwhile] == [("answers",)]


async def test_a_crash_after_drawing_up_again_is_finished_upon_what_stood(house: House) -> None:
    class Leaving:
        """Away from the second write on, as often as told."""

        def __init__(self, real: CalendarWriter) -> None:
            self._real, self.calls = real, 0

        async def apply(self, change: ConfirmedChange) -> tuple[Written, ...]:
            self.calls += 1
            if self.calls == 2:
                raise TryLater("Not now.", timedelta(minutes=1))
            return await self._real.apply(change)

    target = await _meeting(house)
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    [hers] = await house.seen(ANA)
    yes = Reply(target=Target(event_id=hers.event_id), answer=Answer.ACCEPTED)
    await house.do(yes, owner=ANA)
    house.writers["local"] = Leaving(house.writers["local"])

    assert (await house.press(waiting.id)).status is ChangeStatus.CONFIRMED
    assert (await house.desk.finish(waiting.id)).status is ChangeStatus.APPLIED

    [hers] = await house.seen(ANA)
    assert (hers.title, hers.my_answer) == ("Retro", Answer.ACCEPTED)
    trail = [(one.outcome.value, one.detail) for one in await house.desk.audit_of(ME, 2)]
    assert trail == [("applied", ""), ("confirmed", "drawn up again upon what changed meanwhile")]
    undone = await house.desk.undo(waiting.id, ME)
    assert undone.status is ChangeStatus.APPLIED, undone.detail
    assert [(one.title, one.my_answer) for one in await house.seen(ANA)] == [
        ("Review", Answer.ACCEPTED)
    ]


async def test_many_answers_at_once_do_not_hold_up_a_move(house: House) -> None:
    target = await _meeting(house, location="Attic")
    move = Patch(when=span("15:00", "16:00"))
    waiting = await house.propose(Amend(target=target, patch=move))
    for answer in (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE):
        [hers] = await house.seen(ANA)
        await house.do(Reply(target=Target(event_id=hers.event_id), answer=answer), owner=ANA)
        house.clock.move_to(house.clock.now() + timedelta(minutes=1))

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    [mine] = await house.seen()
    assert mine.when == span("15:00", "16:00")
    assert [one.my_answer for one in await house.seen(ANA)] == [Answer.OPEN]
