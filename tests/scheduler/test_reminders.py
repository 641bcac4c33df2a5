"""Reminders of one's own: set, listed, taken back, put off, rung."""

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from calendar_core.database import Database
from calendar_core.errors import NotFound, NotYours, TryLater
from calendar_core.people import PersonId
from scheduler.embedded import EmbeddedQueue
from scheduler.errors import RuleRefused
from scheduler.reminder import ReminderStatus
from scheduler.reminders import Reminders
from tests.fakes.preferences import BERLIN
from tests.scheduler.rig import ANA, MONDAY, Rig

BEN = PersonId("ben")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> Rig:
    return Rig(database)


async def test_a_reminder_rings_at_its_instant_once(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "send the report", MONDAY + 2 * HOUR)
    await rig.advance(3 * HOUR)
    await rig.advance(3 * HOUR)
    (one,) = rig.notifier.reminders
    assert (one.text, one.due, one.late_by, one.place) == (
        "send the report",
        MONDAY + 2 * HOUR,
        None,
        "",
    )
    assert one.key == f"reminder:{kept.id}:20260309T100000.000000Z"
    assert await rig.reminders.listed(ANA) == ()


async def test_it_rings_in_the_channel_that_it_was_set_for(rig: Rig) -> None:
    rig.preferences.set("ana", quiet=(time(9), time(18)))
    await rig.reminders.remind_at(ANA, "console//team/", "stand up", MONDAY + HOUR)
    assert [one.text for one in await rig.reminders.listed_in("console//team/")] == ["stand up"]
    await rig.advance(HOUR)
    assert [one.place for one in rig.notifier.reminders] == ["console//team/"]


async def test_waiting_ones_are_listed_soonest_first_and_only_ones_own(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "later", MONDAY + 2 * HOUR)
    await rig.reminders.remind_at(ANA, "", "sooner", MONDAY + HOUR)
    await rig.reminders.remind_at(BEN, "", "somebody else's", MONDAY + HOUR)
    assert [one.text for one in await rig.reminders.listed(ANA)] == ["sooner", "later"]


async def test_a_cancelled_one_does_not_ring_and_comes_back_by_undo(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "call Ben", MONDAY + HOUR)
    assert (await rig.reminders.cancel(kept.id, ANA)).status is ReminderStatus.CANCELLED
    await rig.reminders.cancel(kept.id, ANA)
    await rig.advance(30 * MINUTE)
    await rig.reminders.restore(kept.id, ANA)
    await rig.advance(HOUR)
    assert rig.rung == [("call Ben", "Mon 09:00")]


async def test_one_brought_back_after_its_moment_rings_at_once(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "call Ben", MONDAY + HOUR)
    await rig.reminders.cancel(kept.id, ANA)
    await rig.advance(2 * HOUR)
    await rig.reminders.restore(kept.id, ANA)
    await rig.advance(timedelta())
    assert rig.rung == [("call Ben", "Mon 09:00")]


async def test_only_its_owner_may_touch_it(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "private", MONDAY + HOUR)
    for touch in (rig.reminders.cancel, rig.reminders.restore, rig.reminders.done):
        with pytest.raises(NotYours):
            await touch(kept.id, BEN)
    with pytest.raises(NotYours):
        await rig.reminders.snooze(kept.id, BEN, HOUR)
    with pytest.raises(NotFound):
        await rig.reminders.cancel("nothing", ANA)


async def test_it_repeats_on_the_wall_over_a_clock_change(rig: Rig) -> None:
    friday = datetime(2026, 3, 27, 9, tzinfo=BERLIN)
    rig.clock.move_to(friday - HOUR)
    await rig.reminders.remind_at(
        ANA, "", "stretch", friday, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0", BERLIN
    )
    await rig.advance(4 * DAY)
    assert rig.rung == [
        ("stretch", "Fri 08:00"),
        ("stretch", "Mon 07:00"),
        ("stretch", "Tue 07:00"),
    ]


async def test_a_repetition_that_ends_is_over(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "pill", MONDAY + HOUR, "FREQ=DAILY;COUNT=2")
    await rig.advance(9 * DAY)
    assert rig.rung == [("pill", "Mon 09:00"), ("pill", "Tue 09:00")]
    assert await rig.reminders.listed(ANA) == ()


async def test_a_rule_that_cannot_be_followed_is_refused_and_nothing_kept(rig: Rig) -> None:
    with pytest.raises(RuleRefused):
        await rig.reminders.remind_at(ANA, "", "drip", MONDAY + HOUR, "FREQ=SECONDLY")
    assert await rig.reminders.listed(ANA) == ()


async def test_quiet_hours_put_it_off_to_the_morning(rig: Rig) -> None:
    rig.preferences.set("ana", quiet=(time(22), time(7)))
    late = datetime(2026, 3, 9, 23, tzinfo=BERLIN)
    kept = await rig.reminders.remind_at(ANA, "", "lock the door", late)
    morning = datetime(2026, 3, 10, 7, tzinfo=BERLIN)
    assert kept.rings_at == morning
    await rig.advance(morning - rig.clock.now() - MINUTE)
    assert rig.rung == []
    await rig.advance(MINUTE)
    assert [one.late_by for one in rig.notifier.reminders] == [None]


async def test_new_quiet_hours_count_for_what_waits_already(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "lock the door", datetime(2026, 3, 9, 23, tzinfo=BERLIN))
    rig.preferences.set("ana", quiet=(time(22), time(7)))
    await rig.advance(20 * HOUR)
    assert rig.rung == []
    rig.preferences.set("ana")
    await rig.reminders.retime(ANA)
    await rig.advance(timedelta())
    assert rig.rung == [("lock the door", "Mon 22:00")]


async def test_a_snoozed_one_rings_again_and_snoozing_twice_is_once(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.advance(HOUR)
    (ring,) = rig.notifier.reminders
    await rig.reminders.snooze(ring.key, ANA, 5 * MINUTE)
    again = await rig.reminders.snooze(ring.key, ANA, 5 * MINUTE)
    assert [one.id for one in await rig.reminders.listed(ANA)] == [again.id]
    await rig.advance(HOUR)
    assert rig.rung == [("tea", "Mon 09:00"), ("tea", "Mon 09:05")]
    assert again.snoozes == kept.id


async def test_a_snoozed_ring_can_be_snoozed_again(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.advance(HOUR)
    for _ in range(2):
        await rig.reminders.snooze(rig.notifier.reminders[-1].key, ANA, 5 * MINUTE)
        await rig.advance(5 * MINUTE)
    assert rig.rung == [("tea", "Mon 09:00"), ("tea", "Mon 09:05"), ("tea", "Mon 09:10")]


async def test_done_ends_it_and_what_was_put_off(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.advance(HOUR)
    await rig.reminders.snooze(kept.id, ANA, 5 * MINUTE)
    assert (await rig.reminders.done(kept.id, ANA)).status is ReminderStatus.DONE
    await rig.advance(HOUR)
    assert rig.rung == [("tea", "Mon 09:00")]


async def test_done_before_its_moment_means_no_ring(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.reminders.done(kept.id, ANA)
    await rig.advance(2 * HOUR)
    assert rig.rung == []


async def test_done_with_one_of_a_repetition_goes_on(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "pill", MONDAY + HOUR, "FREQ=DAILY")
    await rig.advance(HOUR)
    await rig.reminders.done(rig.notifier.reminders[0].key, ANA)
    await rig.advance(DAY)
    assert rig.rung == [("pill", "Mon 09:00"), ("pill", "Tue 09:00")]


async def test_after_an_outage_it_comes_at_once_marked_late(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "send the report", MONDAY + HOUR)
    await rig.sleep(80 * MINUTE)
    assert [one.late_by for one in rig.notifier.reminders] == [20 * MINUTE]
    await rig.sleep(HOUR)
    assert len(rig.notifier.reminders) == 1


async def test_a_repeating_one_missed_several_times_rings_once_and_goes_on(rig: Rig) -> None:
    await rig.reminders.remind_at(ANA, "", "pill", MONDAY + HOUR, "FREQ=DAILY")
    await rig.sleep(3 * DAY)
    await rig.advance(DAY)
    assert rig.rung == [("pill", "Mon 09:00"), ("pill", "Thu 09:00")]


async def test_while_the_platform_is_away_nothing_is_lost(rig: Rig) -> None:
    rig.notifier.refuses = [TryLater("away")] * 3
    await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.advance(2 * HOUR)
    assert rig.rung == [("tea", "Mon 09:00")]
    assert len(rig.notifier.tries) == 4


async def test_a_crash_after_delivery_says_it_once(rig: Rig) -> None:
    rig.notifier.dies_after = [RuntimeError("killed")]
    await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    await rig.advance(2 * HOUR)
    assert len(rig.notifier.tries) == 2
    assert len(set(rig.notifier.tries)) == 1
    assert rig.rung == [("tea", "Mon 09:00")]


async def test_what_was_changed_during_its_delivery_has_the_last_word(rig: Rig) -> None:
    kept = await rig.reminders.remind_at(ANA, "", "pill", MONDAY + HOUR, "FREQ=DAILY")

    async def cancelled_meanwhile(notice: object) -> None:
        await rig.reminders.cancel(kept.id, ANA)

    rig.notifier.meanwhile = cancelled_meanwhile
    await rig.advance(3 * DAY)
    assert rig.rung == [("pill", "Mon 09:00")]


async def test_what_is_taken_back_while_all_are_retimed_stays_taken_back(rig: Rig) -> None:
    class Pausing(EmbeddedQueue):
        """Stands still in the midst of a unit of work."""

        inside, go = asyncio.Event(), asyncio.Event()

        async def cancel(self, key: str, *, session: Any = None) -> None:
            await super().cancel(key, session=session)
            self.inside.set()
            await self.go.wait()

    kept = await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    queue = Pausing(rig.database)
    slow = Reminders(rig.database, queue, rig.clock, rig.occasions, rig.preferences)
    cancelling = asyncio.create_task(slow.cancel(kept.id, ANA))
    await queue.inside.wait()
    retiming = asyncio.create_task(rig.reminders.retime(ANA))
    await asyncio.wait({retiming}, timeout=0.2)
    queue.go.set()
    await asyncio.gather(cancelling, retiming)

    assert (await rig.reminders.find(kept.id, ANA)).status is ReminderStatus.CANCELLED
    await rig.advance(2 * HOUR)
    assert rig.rung == []


async def test_what_is_over_is_forgotten_after_three_months(rig: Rig) -> None:
    old = await rig.reminders.remind_at(ANA, "", "tea", MONDAY + HOUR)
    daily = await rig.reminders.remind_at(ANA, "", "pill", MONDAY + HOUR, "FREQ=DAILY")
    await rig.advance(80 * DAY)
    await rig.reminders.forget_old()
    assert (await rig.reminders.find(old.id, ANA)).status is ReminderStatus.RUNG
    await rig.advance(20 * DAY)
    await rig.reminders.forget_old()
    with pytest.raises(NotFound):
        await rig.reminders.find(old.id, ANA)
    assert (await rig.reminders.find(daily.id, ANA)).status is ReminderStatus.WAITING
