"""Invitations between local people: copies come, follow, are answered and go; nobody is mailed."""

from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.changes.change import (
    Amend,
    Bring,
    ChangeStatus,
    Create,
    PendingChange,
    Remove,
    Reply,
)
from calendar_core.events import Answer, CalendarId, Guest, Occurrence, Scope, Target
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.people import PersonId
from tests.calendar_core.house import (
    ANA,
    BERLIN,
    BO,
    ME,
    MONDAY,
    House,
    address,
    an_event,
    at,
    days,
    guest,
    span,
    weekly,
)

HOST = Guest(address=address(ME), name="Me")
STRANGER = Guest(address="mailto:boss@elsewhere.example")


async def _meeting(house: House, *guests: PersonId, **fields: Any) -> Target:
    """A meeting on Monday at 14:00, with its host as organizer."""
    invited = tuple(guest(one) for one in guests)
    return await house.create(an_event(organizer=HOST, guests=invited, **fields))


async def _only(house: House, owner: PersonId, number: int = 7) -> Occurrence:
    (one,) = await house.seen(owner, number=number)
    return one


async def _reply(
    house: House, who: PersonId, answer: Answer, scope: Scope | None = None, index: int = 0
) -> PendingChange:
    one = (await house.seen(who, number=14))[index]
    target = Target(event_id=one.event_id, recurrence_id=one.recurrence_id)
    return await house.do(Reply(target=target, answer=answer, scope=scope), owner=who)


async def _answers(house: House, calendar: CalendarId, owner: PersonId) -> dict[str, Answer]:
    (resource,) = await house.mirror.resources(calendar, (owner,))
    return {one.address: one.answer for one in read(resource.ics)[0].guests}


async def test_a_local_guest_gets_a_copy_to_answer(house: House) -> None:
    await _meeting(house, ANA)

    copy = await _only(house, ANA)

    assert (copy.title, copy.my_answer, copy.organizer) == ("Review", Answer.OPEN, "Me")
    assert copy.owner == ANA
    assert house.followed.told() == [("added", "made"), ("added", "invited")]


async def test_a_guest_is_known_by_their_mail_address_too(house: House) -> None:
    mailed = Guest(address="mailto:ana@example.org", name="Ana")
    await house.create(an_event(organizer=HOST, guests=(mailed, STRANGER)))

    copy = await _only(house, ANA)

    assert copy.my_answer is Answer.OPEN
    assert copy.guests == ("boss@elsewhere.example",)


async def test_an_answer_reaches_the_organizer_and_the_other_guests(house: House) -> None:
    bos = await house.mirror.add_calendar(BO, "Bo")
    await _meeting(house, ANA, BO)

    await _reply(house, ANA, Answer.ACCEPTED)

    wanted = {address(ANA): Answer.ACCEPTED, address(BO): Answer.OPEN}
    assert await _answers(house, house.mine.id, ME) == wanted
    assert await _answers(house, house.anas.id, ANA) == wanted
    assert await _answers(house, bos.id, BO) == wanted


async def _said(house: House, calendar: CalendarId, owner: PersonId) -> list[Guest]:
    (resource,) = await house.mirror.resources(calendar, (owner,))
    return [one for one in read(resource.ics)[0].guests if one.address == address(ANA)]


async def test_another_time_is_the_organizer_s_to_know_and_goes_when_they_move(
    house: House,
) -> None:
    bos = await house.mirror.add_calendar(BO, "Bo")
    target = await _meeting(house, ANA, BO)
    copy = await _only(house, ANA)
    instead = span("17:00", "18:00")
    edit = Reply(
        target=Target(event_id=copy.event_id),
        answer=Answer.DECLINED,
        note="in Rome",
        proposed=instead,
    )
    house.followed.told()
    await house.do(edit, owner=ANA)

    [at_the_host] = await _said(house, house.mine.id, ME)
    [at_bos] = await _said(house, bos.id, BO)
    [told] = [
        one for news in house.followed.news for change in news.changes for one in change.answers
    ]
    assert at_the_host == told
    assert (told.answer, told.note) == (Answer.DECLINED, "in Rome")
    assert told.proposed == instead.within(ZoneInfo("UTC"))
    assert (at_bos.answer, at_bos.note, at_bos.proposed) == (Answer.DECLINED, "", None)

    await house.amend(target, when=instead)
    [asked_again] = await _said(house, house.mine.id, ME)
    assert asked_again == guest(ANA)


async def test_a_taken_back_answer_takes_its_words_along(house: House) -> None:
    await _meeting(house, ANA)
    copy = await _only(house, ANA)
    edit = Reply(
        target=Target(event_id=copy.event_id),
        answer=Answer.DECLINED,
        note="in Rome",
        proposed=span("17:00", "18:00"),
    )
    change = await house.do(edit, owner=ANA)
    await house.desk.undo(change.id, ANA)
    assert await _said(house, house.mine.id, ME) == [guest(ANA)]


async def test_a_new_time_moves_the_copies_and_asks_again(house: House) -> None:
    target = await _meeting(house, ANA)
    await _reply(house, ANA, Answer.ACCEPTED)

    await house.amend(target, when=span("16:00", "17:00"))

    copy = await _only(house, ANA)
    assert (copy.when, copy.my_answer) == (span("16:00", "17:00"), Answer.OPEN)
    assert await _answers(house, house.mine.id, ME) == {address(ANA): Answer.OPEN}


async def test_a_new_title_keeps_the_answers(house: House) -> None:
    target = await _meeting(house, ANA)
    await _reply(house, ANA, Answer.TENTATIVE)

    await house.amend(target, title="Retro")

    copy = await _only(house, ANA)
    assert (copy.title, copy.my_answer) == ("Retro", Answer.TENTATIVE)


async def test_undoing_a_move_brings_the_answers_back(house: House) -> None:
    target = await _meeting(house, ANA)
    await _reply(house, ANA, Answer.ACCEPTED)
    moved = await house.amend(target, when=span("16:00", "17:00"))

    await house.desk.undo(moved.id, ME)

    copy = await _only(house, ANA)
    assert (copy.when, copy.my_answer) == (span("14:00", "15:00"), Answer.ACCEPTED)


async def test_a_cancelled_meeting_leaves_every_calendar(house: House) -> None:
    target = await _meeting(house, ANA)
    house.followed.told()

    await house.do(Remove(target=target))

    assert await house.agenda(ANA) == []
    assert house.followed.told() == [("removed", "made"), ("removed", "invited")]


async def test_a_guest_who_is_taken_off_loses_the_copy(house: House) -> None:
    target = await _meeting(house, ANA)

    await house.amend(target, guests_removed=(address(ANA),))

    assert await house.agenda(ANA) == []
    assert await house.agenda() == ["Mon 09 14:00 Review"]


async def test_removing_a_copy_is_a_no_and_undoing_that_takes_it_back(house: House) -> None:
    await _meeting(house, ANA)
    hers = await _only(house, ANA)

    gone = await house.do(Remove(target=Target(event_id=hers.event_id)), owner=ANA)

    assert gone.status is ChangeStatus.APPLIED
    assert await _answers(house, house.mine.id, ME) == {address(ANA): Answer.DECLINED}
    await house.desk.undo(gone.id, ANA)
    assert await _answers(house, house.mine.id, ME) == {address(ANA): Answer.OPEN}
    assert (await _only(house, ANA)).my_answer is Answer.OPEN


async def test_one_occurrence_is_answered_by_itself(house: House) -> None:
    await house.create(weekly("Standup", organizer=HOST, guests=(guest(ANA),)))
    await _reply(house, ANA, Answer.ACCEPTED, Scope.ALL)

    await _reply(house, ANA, Answer.DECLINED, Scope.THIS, index=1)

    assert [one.my_answer for one in await house.seen(ANA, number=21)] == [
        Answer.ACCEPTED,
        Answer.DECLINED,
        Answer.ACCEPTED,
    ]
    (resource,) = await house.mirror.resources(house.mine.id, (ME,))
    told = [one.guests[0].answer for one in read(resource.ics)]
    assert told == [Answer.ACCEPTED, Answer.DECLINED]


async def test_a_guest_of_one_occurrence_gets_that_alone(house: House) -> None:
    await house.create(weekly("Standup", organizer=HOST))
    second = (await house.seen(number=14))[1]
    target = Target(event_id=second.event_id, recurrence_id=second.recurrence_id)

    await house.amend(target, Scope.THIS, guests_added=(guest(ANA),))

    assert await house.agenda(ANA, number=21) == ["Mon 16 09:00 Standup"]


async def test_a_guest_who_is_left_out_of_one_occurrence_does_not_see_it(house: House) -> None:
    await house.create(weekly("Standup", organizer=HOST, guests=(guest(ANA),)))
    second = (await house.seen(number=14))[1]
    target = Target(event_id=second.event_id, recurrence_id=second.recurrence_id)

    await house.amend(target, Scope.THIS, guests_removed=(address(ANA),))

    assert await house.agenda(ANA, number=21) == ["Mon 09 09:00 Standup", "Mon 23 09:00 Standup"]


async def test_this_and_following_splits_the_copies_too(house: House) -> None:
    await house.create(weekly("Standup", organizer=HOST, guests=(guest(ANA),)))
    second = (await house.seen(number=14))[1]
    target = Target(event_id=second.event_id, recurrence_id=second.recurrence_id)

    change = await house.amend(target, Scope.FOLLOWING, title="Sync")

    split = ["Mon 09 09:00 Standup", "Mon 16 09:00 Sync", "Mon 23 09:00 Sync"]
    assert await house.agenda(ANA, number=21) == split
    await house.desk.undo(change.id, ME)
    assert await house.agenda(ANA, number=21) == [
        f"Mon {day} 09:00 Standup" for day in ("09", 16, 23)
    ]


async def test_what_a_guest_set_for_themselves_survives_the_organizers_edit(house: House) -> None:
    target = await _meeting(house, ANA)
    hers = await _only(house, ANA)
    own = Amend(target=Target(event_id=hers.event_id), patch=Patch(color="tomato"))
    await house.do(own, owner=ANA)

    await house.amend(target, title="Retro")

    (resource,) = await house.mirror.resources(house.anas.id, (ANA,))
    assert (read(resource.ics)[0].title, read(resource.ics)[0].color) == ("Retro", "tomato")


async def test_an_import_invites_nobody(house: House) -> None:
    event = an_event(organizer=HOST, guests=(guest(ANA),))

    await house.do(
        Bring(calendar_id=house.mine.id, resources=(new_resource(event, at=at("07:00")),))
    )

    assert await house.agenda(ANA) == []


async def test_an_event_from_elsewhere_invites_nobody(house: House) -> None:
    event = an_event(organizer=STRANGER, guests=(guest(ME), guest(ANA)))

    await house.create(event)

    assert await house.agenda(ANA) == []


async def test_a_channels_meeting_reaches_its_guests(house: House) -> None:
    channel = PersonId("channel:console/desk/team")
    teams = await house.mirror.add_calendar(channel, "#team")
    event = an_event(organizer=HOST, guests=(guest(ANA),))

    done = await house.do(Create(calendar_id=teams.id, event=event), also=(channel,))

    assert done.status is ChangeStatus.APPLIED
    assert await house.agenda(channel) == await house.agenda(ANA) == ["Mon 09 14:00 Review"]
    await house.desk.undo(done.id, ME)
    assert await house.agenda(channel) == await house.agenda(ANA) == []


async def test_an_answer_that_crossed_an_edit_is_kept(house: House) -> None:
    target = await _meeting(house, ANA)
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await _reply(house, ANA, Answer.ACCEPTED)

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    assert (await _answers(house, house.mine.id, ME))[address(ANA)] is Answer.ACCEPTED
    hers = await _only(house, ANA)
    assert (hers.title, hers.my_answer) == ("Retro", Answer.ACCEPTED)


async def test_undoing_an_edit_that_an_answer_crossed_keeps_the_answer(house: House) -> None:
    target = await _meeting(house, ANA)
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await _reply(house, ANA, Answer.ACCEPTED)
    done = await house.press(waiting.id)

    undone = await house.desk.undo(done.id, ME)

    assert undone.status is ChangeStatus.APPLIED, undone.detail
    hers = await _only(house, ANA)
    assert (hers.title, hers.my_answer) == ("Review", Answer.ACCEPTED)


async def test_an_answer_to_the_old_time_is_none_to_the_new_one(house: House) -> None:
    target = await _meeting(house, ANA)
    later = Patch(when=span("15:00", "16:00"))
    waiting = await house.propose(Amend(target=target, patch=later))
    await _reply(house, ANA, Answer.ACCEPTED)

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    assert await house.agenda(ANA) == ["Mon 09 15:00 Review"]
    assert (await _only(house, ANA)).my_answer is Answer.OPEN


async def test_two_guests_answer_at_once_and_both_are_heard(house: House) -> None:
    await house.mirror.add_calendar(BO, "Bo")
    await _meeting(house, ANA, BO)
    hers = await _only(house, ANA)
    yes = Reply(target=Target(event_id=hers.event_id), answer=Answer.ACCEPTED)
    waiting = await house.propose(yes, owner=ANA)
    await _reply(house, BO, Answer.DECLINED)

    done = await house.press(waiting.id, ANA)

    assert done.status is ChangeStatus.APPLIED, done.detail
    answers = await _answers(house, house.mine.id, ME)
    assert (answers[address(ANA)], answers[address(BO)]) == (Answer.ACCEPTED, Answer.DECLINED)


async def test_an_answer_does_not_hide_another_edit(house: House) -> None:
    target = await _meeting(house, ANA)
    waiting = await house.propose(Amend(target=target, patch=Patch(title="Retro")))
    await _reply(house, ANA, Answer.ACCEPTED)
    await house.amend(target, when=span("15:00", "16:00"))

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.STALE
    assert await house.agenda() == ["Mon 09 15:00 Review"]


async def test_a_meeting_that_was_answered_meanwhile_is_cancelled_all_the_same(
    house: House,
) -> None:
    target = await _meeting(house, ANA)
    waiting = await house.propose(Remove(target=target))
    await _reply(house, ANA, Answer.ACCEPTED)

    done = await house.press(waiting.id)

    assert done.status is ChangeStatus.APPLIED, done.detail
    assert await house.agenda() == await house.agenda(ANA) == []


async def test_each_sees_the_copy_on_their_own_calendar_only(house: House) -> None:
    await _meeting(house, ANA)

    mine = await house.mirror.occurrences((ME,), days(MONDAY).within(BERLIN), BERLIN)

    assert {one.owner for one in mine.occurrences} == {ME}
    assert {one.id for one in mine.calendars} == {house.mine.id}
