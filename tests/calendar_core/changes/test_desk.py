"""The life of a change at the desk: every status, every press, and who may press."""

import asyncio
from datetime import timedelta

import pytest

from calendar_core.changes.change import (
    Amend,
    ChangeStatus,
    Create,
    Edit,
    PendingChange,
    Remove,
    Reply,
    Target,
)
from calendar_core.errors import (
    AlreadyDecided,
    Expired,
    NotAllowed,
    NotFound,
    NotYours,
    Undecidable,
)
from calendar_core.events import Answer, CalendarId, Scope
from calendar_core.patch import Patch
from tests.calendar_core.house import ANA, ME, PLACE, House, an_event, at, guest, span, weekly

DAY = timedelta(days=1)


async def test_nothing_is_written_before_the_press(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    assert change.status is ChangeStatus.PROPOSED
    assert len(change.writes) == 1
    assert await house.agenda() == []
    assert await house.desk.get(change.id) == change


async def test_a_confirmed_change_is_written_and_seen(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    confirmed = await house.desk.confirm(change.id, ME)
    applied = await house.desk.apply(confirmed)

    assert confirmed.writes == change.writes
    assert applied.status is ChangeStatus.APPLIED
    assert applied.decided_by == ME
    assert applied.undo_until == house.clock.now() + DAY
    assert await house.agenda() == ["Mon 09 14:00 Review"]
    assert house.followed.told() == [("added", "made")]


async def test_two_presses_at_once_have_one_winner(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    presses = await asyncio.gather(
        *(house.desk.confirm(change.id, ME) for _ in range(5)), return_exceptions=True
    )

    losers = [one for one in presses if isinstance(one, AlreadyDecided)]
    assert len(losers) == 4
    assert all(one.change.status is ChangeStatus.CONFIRMED for one in losers)


async def test_a_second_press_is_shown_the_outcome(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    await house.press(change.id)

    with pytest.raises(AlreadyDecided) as refused:
        await house.desk.confirm(change.id, ME)

    assert refused.value.change.status is ChangeStatus.APPLIED
    assert await house.agenda() == ["Mon 09 14:00 Review"]


@pytest.mark.parametrize("press", ["confirm", "decline", "undo"])
async def test_a_stranger_decides_nothing(house: House, press: str) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    with pytest.raises(NotYours):
        await getattr(house.desk, press)(change.id, ANA)

    assert (await house.desk.get(change.id)).status is ChangeStatus.PROPOSED


async def test_a_declined_change_stays_unwritten(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    declined = await house.desk.decline(change.id, ME)

    assert declined.status is ChangeStatus.DECLINED
    with pytest.raises(AlreadyDecided):
        await house.desk.confirm(change.id, ME)
    assert await house.agenda() == []


async def test_a_proposal_waits_until_its_event_starts(house: House) -> None:
    soon = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    late = await house.propose(
        Create(
            calendar_id=house.mine.id,
            event=an_event("Later", span("9:00", "10:00", at("0:00").date() + 3 * DAY)),
        )
    )

    assert soon.expires_at == at("14:00")
    assert late.expires_at == house.clock.now() + DAY


async def test_a_press_that_comes_too_late_finds_it_expired(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    house.clock.move_to(at("14:00"))

    with pytest.raises(Expired) as refused:
        await house.desk.confirm(change.id, ME)

    assert refused.value.change.status is ChangeStatus.EXPIRED
    assert await house.desk.expire_due() == ()


async def test_what_waited_too_long_is_closed_once(house: House) -> None:
    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    house.clock.advance(DAY)

    assert [one.id for one in await house.desk.expire_due()] == [change.id]
    assert await house.desk.expire_due() == ()
    assert await house.desk.open_of(ME) == ()


async def test_a_better_idea_supersedes_the_first(house: House) -> None:
    first = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    second = await house.propose(
        Create(calendar_id=house.mine.id, event=an_event(when=span("16:00", "17:00"))),
        supersedes=first.id,
    )

    old = await house.desk.get(first.id)
    assert (old.status, old.superseded_by) == (ChangeStatus.SUPERSEDED, second.id)
    assert [one.id for one in await house.desk.open_in(PLACE, ME)] == [second.id]
    with pytest.raises(AlreadyDecided):
        await house.desk.confirm(first.id, ME)


async def test_nobody_supersedes_for_another(house: House) -> None:
    first = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))

    await house.propose(
        Create(calendar_id=house.anas.id, event=an_event()), owner=ANA, supersedes=first.id
    )

    assert (await house.desk.get(first.id)).status is ChangeStatus.PROPOSED


async def test_a_series_is_asked_about_and_the_answer_is_the_proposal(house: House) -> None:
    target = await house.create(weekly())

    asked = await house.propose(Remove(target=target))
    chosen = await house.desk.choose(asked.id, Scope.THIS, ME)
    done = await house.press(chosen.id)

    assert (asked.status, asked.writes) == (ChangeStatus.ASKED, ())
    assert asked.glimpses[0].is_series
    assert (chosen.status, chosen.glimpses[0].scope) == (ChangeStatus.PROPOSED, Scope.THIS)
    assert (await house.desk.get(asked.id)).superseded_by == chosen.id
    assert done.status is ChangeStatus.APPLIED
    assert await house.agenda(number=14) == ["Mon 16 09:00 Standup"]


async def test_a_question_is_answered_once(house: House) -> None:
    asked = await house.propose(Remove(target=await house.create(weekly())))

    answers = await asyncio.gather(
        *(house.desk.choose(asked.id, scope, ME) for scope in (Scope.THIS, Scope.ALL)),
        return_exceptions=True,
    )

    assert [type(one) for one in answers if isinstance(one, Exception)] == [AlreadyDecided]
    assert len(await house.desk.open_of(ME)) == 1


async def test_a_question_cannot_be_confirmed(house: House) -> None:
    asked = await house.propose(Remove(target=await house.create(weekly())))

    with pytest.raises(Undecidable):
        await house.desk.confirm(asked.id, ME)

    assert await house.agenda() == ["Mon 09 09:00 Standup"]


async def test_a_change_of_what_changed_meanwhile_is_stale_and_says_how(house: House) -> None:
    target = await house.create(an_event())
    change = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await house.amend(target, when=span("15:00", "16:00"))

    stale = await house.press(change.id)

    assert stale.status is ChangeStatus.STALE
    assert stale.detail == 'This has changed meanwhile: "Review" now starts at 15:00.'
    assert await house.agenda() == ["Mon 09 15:00 Review"]


async def test_a_change_of_what_is_gone_is_stale(house: House) -> None:
    target = await house.create(an_event())
    change = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await house.do(Remove(target=target))

    stale = await house.press(change.id)

    assert stale.detail == 'This has changed meanwhile: "Review" is no longer there.'


async def test_what_came_between_is_told_by_order_where_the_clock_stands(house: House) -> None:
    target = await house.create(an_event())
    await house.amend(target, location="Attic")
    change = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    assert await house.desk.came_between(change) is None

    between = await house.amend(target, when=span("15:00", "16:00"))
    assert await house.desk.came_between(change) == between


async def test_what_came_too_late_is_left_or_replaced_once(house: House) -> None:
    target = await house.create(an_event())
    wish = Amend(target=target, patch=Patch(title="Retro"))
    left, replaced = await house.propose(wish), await house.propose(wish)
    await house.amend(target, when=span("15:00", "16:00"))
    await house.press(left.id)
    await house.press(replaced.id)

    house.clock.advance(timedelta(days=2))
    await house.desk.decline(left.id, ME)
    fresh = await house.propose(wish, supersedes=replaced.id)

    assert (await house.desk.get(left.id)).status is ChangeStatus.DECLINED
    assert (await house.desk.get(replaced.id)).superseded_by == fresh.id
    for settled in (left, replaced):
        with pytest.raises(AlreadyDecided):
            await house.desk.decline(settled.id, ME)


async def test_a_provider_that_may_not_write_fails_the_change(house: House) -> None:
    class Forbidden:
        async def apply(self, change: object) -> tuple[()]:
            raise NotAllowed("Your account may only read this calendar.")

    change = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    house.writers["local"] = Forbidden()

    failed = await house.press(change.id)

    assert failed.status is ChangeStatus.FAILED
    assert failed.detail == "Your account may only read this calendar."


@pytest.mark.parametrize("edit", ["create", "amend", "remove", "reply"])
async def test_nobody_proposes_on_a_strangers_calendar(house: House, edit: str) -> None:
    target = await house.create(an_event(guests=(guest(ME),)), ANA)
    hers = Target(event_id=target.event_id)
    edits: dict[str, Edit] = {
        "create": Create(calendar_id=house.anas.id, event=an_event()),
        "amend": Amend(target=hers, patch=Patch(title="Mine now")),
        "remove": Remove(target=hers),
        "reply": Reply(target=hers, answer=Answer.ACCEPTED),
    }

    with pytest.raises(NotFound):
        await house.propose(edits[edit])


async def test_what_is_not_there_cannot_be_changed(house: House) -> None:
    with pytest.raises(NotFound):
        await house.propose(Create(calendar_id=CalendarId("none"), event=an_event()))


async def test_the_trail_tells_every_step(house: House) -> None:
    change = await house.do(Create(calendar_id=house.mine.id, event=an_event()))
    await house.desk.undo(change.id, ME)

    trail = [(one.what, one.outcome.value) for one in reversed(await house.desk.audit_of(ME))]

    assert trail == [
        ('create "Review"', "proposed"),
        ('create "Review"', "confirmed"),
        ('create "Review"', "applied"),
        ('undo "Review"', "confirmed"),
        ('undo "Review"', "applied"),
        ('create "Review"', "undone"),
    ]
    assert await house.desk.audit_of(ANA) == ()


async def test_the_newest_in_a_place_is_the_speakers_own(house: House) -> None:
    mine = await house.propose(Create(calendar_id=house.mine.id, event=an_event()))
    await house.propose(Create(calendar_id=house.anas.id, event=an_event()), owner=ANA)

    latest = await house.desk.latest_in(PLACE, ME)

    assert isinstance(latest, PendingChange)
    assert latest.id == mine.id
    assert await house.desk.latest_in("elsewhere", ME) is None


async def test_several_edits_are_one_change(house: House) -> None:
    target = await house.create(weekly())
    first, second = await house.seen(number=14)
    where = [
        Target(event_id=one.event_id, recurrence_id=one.recurrence_id) for one in (first, second)
    ]

    done = await house.do(*(Remove(target=one, scope=Scope.THIS) for one in where))

    assert target == where[0]
    assert (done.count, len(done.writes)) == (2, 1)
    assert await house.agenda(number=21) == ["Mon 23 09:00 Standup"]


async def test_what_waits_is_told_newest_first(house: House) -> None:
    first = await house.propose(Create(calendar_id=house.mine.id, event=an_event("One")))
    second = await house.propose(Create(calendar_id=house.mine.id, event=an_event("Two")))
    await house.propose(Create(calendar_id=house.mine.id, event=an_event("Three")), place="there")

    assert [one.id for one in await house.desk.open_in(PLACE, ME)] == [second.id, first.id]
    assert len(await house.desk.open_of(ME)) == 3


async def test_many_people_press_at_once_and_all_are_served(house: House) -> None:
    proposals = [
        await house.propose(
            Create(calendar_id=house.mine.id, event=an_event(f"Event {n}", guests=(guest(ANA),)))
        )
        for n in range(30)
    ]

    done = await asyncio.gather(*(house.press(one.id) for one in proposals))

    assert {one.status for one in done} == {ChangeStatus.APPLIED}
    assert len(await house.agenda(ANA)) == len(await house.agenda()) == 30
