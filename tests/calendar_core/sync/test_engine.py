"""Rounds of syncing: what comes, what goes, what fails in between."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from calendar_core.changes.change import Amend, Create, Proposal, Remove
from calendar_core.database import Database
from calendar_core.errors import NotFound, SignInNeeded, TryLater
from calendar_core.events import Answer, CalendarId, Guest, Target, event_id
from calendar_core.ics.writing import new_resource
from calendar_core.patch import Patch
from calendar_core.sync.plan import LOOK_AGAIN, STALE, Came
from calendar_core.sync.state import Overtaken
from tests.calendar_core.house import (
    BERLIN,
    ME,
    MONDAY,
    PLACE,
    an_event,
    at,
    days,
    span,
    told,
    weekly,
)
from tests.calendar_core.sync.linked import LinkedHouse, a_linked_house
from tests.fakes.calendars import LISTING, PAGE, WROTE

LOST = TryLater("The server does not answer.")


@pytest.fixture
async def house(database: Database) -> LinkedHouse:
    return await a_linked_house(database)


async def press(house: LinkedHouse, *edits: Create | Amend | Remove) -> str:
    """Propose and confirm; the status it came to."""
    change = await house.desk.propose(Proposal(owner=ME, place=PLACE, edits=edits))
    return (await house.desk.settle(change.id, ME)).status


def target(house: LinkedHouse, uid: str) -> Target:
    return Target(event_id=event_id(house.calendar.id, uid))


async def test_the_first_round_reads_all_and_the_next_only_what_came(house: LinkedHouse) -> None:
    house.many(25)
    first = await house.sync()
    house.remote(an_event("E3", span("20:00", "21:00")), an_event("New"))
    house.remove("e4@test")
    second = await house.sync()
    third = await house.sync()

    assert first == Came(added=25, read=25, full=True)
    assert second == Came(added=1, moved=1, removed=1, read=2)
    assert third == Came()
    assert await house.is_in_step()
    assert (await house.state()).last == second


async def test_a_change_of_words_alone_is_told_from_a_move(house: LinkedHouse) -> None:
    house.remote(an_event("Review"))
    await house.sync()
    house.remote(an_event("Retro", uid="review@test"))

    assert await house.sync() == Came(changed=1, read=1)


async def test_a_dead_cursor_begins_anew_and_finds_what_went_meanwhile(house: LinkedHouse) -> None:
    house.many(12)
    await house.sync()
    house.remove("e1@test")
    house.remote(an_event("New"))
    house.provider.let_cursors_die()
    house.followed.told()

    came = await house.sync()

    assert came == Came(added=1, removed=1, read=12, full=True)
    assert house.followed.told() == [("added", "synced"), ("removed", "synced")]
    assert await house.is_in_step()


async def test_what_came_between_all_and_the_first_cursor_is_found(house: LinkedHouse) -> None:
    house.tell_cursors_late()
    house.many(12)
    first = await house.sync()
    house.remove("e1@test")
    house.remote(an_event("E2", span("20:00", "21:00")), an_event("New"))
    second = await house.sync()
    in_step = await house.is_in_step()
    house.remote(an_event("Newer"))
    third = await house.sync()

    assert first == Came(added=12, read=12, full=True, again=True)
    assert second == Came(added=1, moved=1, removed=1, read=2, full=True)
    assert third == Came(added=1, read=1)
    assert in_step
    assert first.followed_by(second) == Came(added=13, moved=1, removed=1, read=14, full=True)


async def test_what_was_changed_here_before_the_first_cursor_stays(house: LinkedHouse) -> None:
    house.tell_cursors_late()
    house.many(3)
    await house.sync()
    amend = Amend(target=target(house, "e1@test"), patch=Patch(title="Ours"))
    await press(house, amend, Remove(target=target(house, "e2@test")))
    house.followed.told()

    assert await house.sync() == Came(full=True)
    assert await house.is_in_step()
    assert house.followed.told() == []


async def test_a_calendar_that_is_empty_when_its_first_cursor_is_made_is_looked_at_again(
    house: LinkedHouse,
) -> None:
    house.tell_cursors_late()
    house.many(12)
    await house.sync()
    house.provider.has_lost_all = True

    assert await house.sync() == Came(doubted=12, full=True)
    house.provider.has_lost_all = False
    again = [await house.sync() for _ in range(2)]

    assert again == [Came(read=12, full=True, again=True), Came(full=True)]
    assert len(await house.mirrored()) == 12


async def test_a_page_that_fails_leaves_the_rest_to_the_next_round(house: LinkedHouse) -> None:
    house.many(25)
    house.provider.fail(PAGE, None, LOST)

    with pytest.raises(TryLater):
        await house.sync()
    half = len(await house.mirrored())
    came = await house.sync()

    assert half == 10
    assert came == Came(added=15, read=25, full=True)
    assert await house.is_in_step()


async def test_a_calendar_that_is_suddenly_empty_is_not_believed_at_once(
    house: LinkedHouse,
) -> None:
    house.many(25)
    await house.sync()
    house.provider.has_lost_all = True

    doubted = await house.sync()
    still = await house.sync()

    assert (doubted, still) == (Came(doubted=25), Came(doubted=25, full=True))
    assert len(await house.mirrored()) == 25
    assert (await house.state()).doubted_since == house.clock.now()
    house.provider.has_lost_all = False
    assert await house.sync() == Came(read=25, full=True)
    assert (await house.state()).doubted_since is None


async def test_what_is_gone_at_a_second_look_is_gone(house: LinkedHouse) -> None:
    events = house.many(25)
    await house.sync()
    house.remove(*(one.uid for one in events[:20]))

    first = await house.sync()
    house.clock.advance(LOOK_AGAIN)
    second = await house.sync()

    assert (first.doubted, first.removed) == (20, 0)
    assert (second.doubted, second.removed) == (0, 20)
    assert await house.is_in_step()


async def test_what_changes_here_during_a_round_is_not_overwritten(house: LinkedHouse) -> None:
    house.many(5)
    await house.sync()
    house.provider.let_cursors_die()

    async def changes_here() -> None:
        house.provider.hooks.clear()
        later = Patch(when=span("20:00", "21:00"))
        made = Create(calendar_id=house.calendar.id, event=an_event("Mine"))
        assert await press(house, Remove(target=target(house, "e2@test"))) == "applied"
        assert await press(house, Amend(target=target(house, "e3@test"), patch=later)) == "applied"
        assert await press(house, made) == "applied"

    house.provider.hooks[PAGE] = changes_here
    house.followed.told()
    await house.sync()

    assert house.followed.told() == [("removed", "made"), ("changed", "made"), ("added", "made")]
    assert await house.is_in_step()
    await house.sync()
    assert house.followed.told() == []


async def test_a_listing_does_not_take_away_what_is_made_while_it_is_read(
    house: LinkedHouse,
) -> None:
    house.many(15)

    async def made_here() -> None:
        house.provider.hooks.clear()
        made = Create(calendar_id=house.calendar.id, event=an_event("Mine"))
        assert await press(house, made) == "applied"

    house.provider.hooks[PAGE] = made_here
    await house.sync()

    assert "mine@test" in await house.mirrored()
    assert await house.is_in_step()


async def test_a_read_back_that_a_sync_overtook_is_looked_at_again(house: LinkedHouse) -> None:
    house.remote(an_event("Review"))
    await house.sync()

    async def overtaken() -> None:
        house.provider.hooks.clear()
        house.remote(an_event("Elsewhere", uid="review@test"))
        await house.sync()

    house.provider.hooks[WROTE] = overtaken
    renamed = Amend(target=target(house, "review@test"), patch=Patch(title="Retro"))
    assert await press(house, renamed) == "applied"
    await house.sync()

    assert await house.is_in_step()
    assert await house.sync() == Came()


async def test_an_event_made_here_is_news_of_ones_own_though_a_sync_saw_it_first(
    house: LinkedHouse,
) -> None:
    await house.sync()

    async def seen() -> None:
        house.provider.hooks.clear()
        await house.sync()

    house.provider.hooks[WROTE] = seen
    await press(house, Create(calendar_id=house.calendar.id, event=an_event("Mine")))

    assert house.followed.told() == [("added", "synced"), ("added", "made")]
    assert await house.sync() == Came()
    assert house.followed.told() == []


async def test_a_round_that_another_overtook_stores_nothing_more(house: LinkedHouse) -> None:
    house.many(25)

    async def another() -> None:
        house.provider.hooks.clear()
        await house.sync()
        house.remote(an_event("E20", span("20:00", "21:00")))

    house.provider.hooks[PAGE] = another

    with pytest.raises(Overtaken):
        await house.sync()
    await house.sync()

    assert await house.is_in_step()


async def test_a_calendar_that_is_unlinked_meanwhile_is_given_up(house: LinkedHouse) -> None:
    house.many(25)

    async def unlinked() -> None:
        house.provider.hooks.clear()
        await house.accounts.unlink(house.account.id, ME)

    house.provider.hooks[PAGE] = unlinked
    with pytest.raises((Overtaken, NotFound)):
        await house.sync()

    with pytest.raises(NotFound):
        await house.sync()
    assert [one.name for one in await house.mirror.calendars((ME,))] == ["Personal"]


async def test_unknown_is_not_free(house: LinkedHouse) -> None:
    async def unread() -> list[str]:
        window = days(MONDAY).within(BERLIN)
        agenda = await house.mirror.occurrences((ME,), window, BERLIN)
        return [one.name for one in agenda.unread]

    never = await unread()
    await house.sync()
    read = await unread()
    await house.states.failed(house.calendar.id, LOST)
    busy_server = await unread()
    house.clock.advance(STALE)
    await house.states.failed(house.calendar.id, LOST)
    too_old = await unread()
    await house.sync()
    again = await unread()
    await house.states.failed(house.calendar.id, SignInNeeded("Link it again."))

    assert (never, read, busy_server) == (["Work"], [], [])
    assert (too_old, again, await unread()) == (["Work"], [], ["Work"])


async def test_failures_are_waited_out_longer_each_time(house: LinkedHouse) -> None:
    now = house.clock.now()
    error = TryLater("Slow down.", timedelta(hours=3))

    waits = [await house.states.failed(house.calendar.id, LOST) for _ in range(3)]
    asked = await house.states.failed(house.calendar.id, error)
    failed = await house.state()
    await house.sync()

    minutes = [one - now for one in (*waits, asked) if one is not None]
    assert minutes == [timedelta(minutes=one) for one in (1, 2, 4, 180)]
    assert (failed.failures, failed.why) == (4, "Slow down.")
    assert ((await house.state()).failures, (await house.state()).why) == (0, "")
    assert await house.states.failed(CalendarId("none"), LOST) is None


async def test_what_is_no_calendar_text_is_counted_and_left_out(house: LinkedHouse) -> None:
    house.many(5)
    house.provider.put(house.calendar.id, "broken@test", "BEGIN:VCALENDAR\nwhat is that")

    assert await house.sync() == Came(added=5, read=6, unreadable=1, full=True)


async def test_free_busy_only_keeps_times_and_nothing_else(database: Database) -> None:
    house = await a_linked_house(database, free_busy_only=True)
    me = Guest(address="mailto:me@example.org", answer=Answer.DECLINED)
    boss = Guest(address="mailto:boss@example.org", name="The Boss", answer=Answer.ACCEPTED)
    secret: dict[str, Any] = {"description": "Salaries", "location": "Room 7", "organizer": boss}
    house.remote(
        an_event("Layoffs", uid="1", guests=(boss, replace(me, answer=Answer.ACCEPTED)), **secret),
        an_event("Declined talk", span("16:00", "17:00"), uid="2", guests=(boss, me), **secret),
        weekly("Therapy", uid="3", alarms=(timedelta(minutes=5),)),
    )
    house.provider.put(
        house.calendar.id,
        "4",
        new_resource(an_event("Odd", uid="4"), at=at("07:00")).ics.replace(
            "SUMMARY:", "X-SECRET:Codename Blue\r\nCOMMENT:Layoffs too\r\nSUMMARY:"
        ),
    )

    came = await house.sync()
    again = await house.sync()
    house.provider.let_cursors_die()
    anew = await house.sync()

    assert (came, again) == (Came(added=4, read=4, full=True), Came())
    assert anew == Came(read=4, full=True)
    window = days(MONDAY).within(BERLIN)
    found = (await house.mirror.occurrences((ME,), window, BERLIN)).occurrences
    assert [(told(one), one.occupancy) for one in found] == [
        ("Mon 09 09:00 Busy", "busy"),
        ("Mon 09 14:00 Busy", "busy"),
        ("Mon 09 14:00 Busy", "busy"),
        ("Mon 09 16:00 Busy", "free"),
    ]
    kept = await all_rows(database)
    words = "Layoffs|Salaries|Room 7|Boss|boss@|Declined|Therapy|Odd|Codename|X-SECRET|VALARM"
    assert [word for word in words.split("|") if word.lower() in kept] == []


async def all_rows(database: Database) -> str:
    """Everything that stands in the tables of the mirror, in small letters."""
    found = []
    async with database.reading() as session:
        for table in ("events", "components", "occurrences", "calendars", "sync_state"):
            found += [str(row) for row in await session.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(found).lower()


async def test_a_provider_that_refuses_is_not_asked_in_vain(house: LinkedHouse) -> None:
    house.provider.fail(LISTING, SignInNeeded("The password is no longer accepted."))

    with pytest.raises(SignInNeeded):
        await house.sync()

    assert house.provider.reads == 1
