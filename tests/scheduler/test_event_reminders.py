"""Reminders before events: made, moved, cancelled, declined, all-day, in series."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from calendar_core.database import Database
from calendar_core.events import Answer, EventId, RecurrenceId, Status, Target
from calendar_core.when import DaySpan, TimeSpan
from tests.fakes.occasions import a_series, an_occurrence
from tests.fakes.preferences import BERLIN
from tests.scheduler.rig import ANA, MONDAY, Rig

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
E1 = Target(event_id=EventId("e1"))
THREE = MONDAY + 6 * HOUR
"""14:00 UTC, 15:00 in Berlin."""


@pytest.fixture
def rig(database: Database) -> Rig:
    return Rig(database)


async def test_an_event_made_here_rings_ten_minutes_before(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:50")]


async def test_with_guests_it_rings_a_day_before_too(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE + 2 * DAY, guests=("Ben",)))
    await rig.advance(7 * DAY)
    assert rig.rung == [("Dentist", "Tue 14:00"), ("Dentist", "Wed 13:50")]


async def test_a_guest_is_reminded_of_an_invitation_too(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE, owner="ben", guests=("Ana",)), origin="invited")
    await rig.advance(DAY)
    assert [(one.owner, f"{one.due:%H:%M}") for one in rig.notifier.reminders] == [("ben", "13:50")]


@pytest.mark.parametrize("origin", ["imported", "synced"])
async def test_what_was_not_made_here_rings_only_if_asked(rig: Rig, origin: str) -> None:
    rig.occasions.leads[EventId("e1")] = (HOUR,)
    await rig.add(an_occurrence(THREE), origin=origin)
    await rig.advance(timedelta())
    await rig.reminders.remind_before(ANA, "", E1, [30 * MINUTE])
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:30")]


async def test_the_leads_that_an_event_is_made_with_replace_the_usual_ones(rig: Rig) -> None:
    rig.occasions.leads[EventId("e1")] = (HOUR, 2 * HOUR)
    await rig.add(an_occurrence(THREE))
    assert [one.lead for one in await rig.reminders.listed(ANA)] == [2 * HOUR, HOUR]
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 12:00"), ("Dentist", "Mon 13:00")]


async def test_several_leads_of_ones_own(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE), origin="synced")
    kept = await rig.reminders.remind_before(ANA, "", E1, [HOUR, 2 * HOUR, HOUR], "bring papers")
    assert len(kept) == 2
    await rig.advance(DAY)
    assert rig.rung == [("bring papers", "Mon 12:00"), ("bring papers", "Mon 13:00")]


async def test_asking_for_a_usual_lead_does_not_double_it(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    assert await rig.reminders.listed(ANA) == ()
    await rig.reminders.remind_before(ANA, "", E1, [10 * MINUTE])
    assert len(await rig.reminders.listed(ANA)) == 1
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:50")]


async def test_a_lead_that_has_passed_when_the_event_is_made_does_not_ring(rig: Rig) -> None:
    await rig.add(an_occurrence(MONDAY + 5 * MINUTE, guests=("Ben",)))
    (kept,) = await rig.reminders.remind_before(ANA, "", E1, [HOUR])
    assert kept.due is None
    await rig.advance(DAY)
    assert rig.rung == []


async def test_a_moved_event_is_reminded_of_at_its_new_time(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    rig.occasions.put(an_occurrence(THREE + 2 * HOUR))
    await rig.news("e1")
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 15:50")]


async def test_an_event_moved_after_its_ring_rings_again(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    await rig.advance(THREE - 5 * MINUTE - rig.clock.now())
    rig.occasions.put(an_occurrence(THREE + DAY))
    await rig.news("e1")
    await rig.advance(2 * DAY)
    assert rig.rung == [("Dentist", "Mon 13:50"), ("Dentist", "Tue 13:50")]


async def test_an_edit_that_moves_nothing_does_not_ring_twice(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    await rig.advance(THREE - 5 * MINUTE - rig.clock.now())
    rig.occasions.amend("e1", title="Dr. Meyer")
    await rig.news("e1")
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:50")]


async def test_moved_without_a_word_it_is_seen_when_looked_at_again(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    rig.occasions.put(an_occurrence(THREE + HOUR, title="Dr. Meyer"))
    await rig.advance(DAY)
    assert rig.rung == [("Dr. Meyer", "Mon 14:50")]


async def test_a_deleted_event_is_not_rung_until_undo_brings_it_back(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    await rig.reminders.remind_before(ANA, "", E1, [HOUR])
    rig.occasions.drop("e1")
    await rig.news("e1", "removed")
    assert await rig.worker.next_due() is None
    await rig.add(an_occurrence(THREE))
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:00"), ("Dentist", "Mon 13:50")]


async def test_a_reminder_taken_back_stays_away_when_its_event_changes(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE))
    (kept,) = await rig.reminders.remind_before(ANA, "", E1, [10 * MINUTE])
    await rig.reminders.cancel(kept.id, ANA)
    rig.occasions.put(an_occurrence(THREE + HOUR))
    await rig.news("e1")
    await rig.news("e1", "added")
    await rig.advance(DAY)
    assert rig.rung == []


@pytest.mark.parametrize("change", [{"status": Status.CANCELLED}, {"my_answer": Answer.DECLINED}])
@pytest.mark.parametrize("told", [True, False])
async def test_cancelled_and_declined_events_do_not_ring(
    rig: Rig, change: dict[str, object], told: bool
) -> None:
    await rig.add(an_occurrence(THREE))
    rig.occasions.amend("e1", **change)
    if told:
        await rig.news("e1")
    await rig.advance(DAY)
    assert rig.rung == []


async def test_a_declined_invitation_rings_once_accepted(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE), origin="invited")
    rig.occasions.amend("e1", my_answer=Answer.DECLINED)
    await rig.news("e1")
    rig.occasions.amend("e1", my_answer=Answer.ACCEPTED)
    await rig.news("e1")
    await rig.advance(DAY)
    assert rig.rung == [("Dentist", "Mon 13:50")]


async def test_guests_who_join_bring_the_day_before(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE + 2 * DAY))
    rig.occasions.amend("e1", guests=("Ben",))
    await rig.news("e1")
    await rig.advance(7 * DAY)
    assert rig.rung == [("Dentist", "Tue 14:00"), ("Dentist", "Wed 13:50")]


async def test_an_imported_event_that_is_edited_here_gets_no_usual_leads(rig: Rig) -> None:
    await rig.add(an_occurrence(THREE), origin="imported")
    await rig.news("e1", "changed", "made")
    await rig.advance(DAY)
    assert rig.rung == []


async def test_a_series_is_armed_again_after_each_ring(rig: Rig) -> None:
    await rig.add(*a_series([THREE + n * DAY for n in range(3)], title="Standup"))
    await rig.advance(9 * DAY)
    assert rig.rung == [("Standup", f"{day} 13:50") for day in ("Mon", "Tue", "Wed")]
    keys = {one.key.rpartition(":")[0] for one in rig.notifier.reminders}
    assert len(keys) == 1, "one reminder for the whole series"


async def test_occurrences_that_are_out_are_left_out(rig: Rig) -> None:
    days = a_series([THREE + n * DAY for n in range(4)], title="Standup")
    days[1] = an_occurrence(
        THREE + DAY + HOUR, recurrence=days[1].recurrence_id, title="Standup, later"
    )
    rig.occasions.put(*days[:3])
    await rig.news("e1", "added")
    rig.occasions.put(days[0], days[1], days[3])
    await rig.news("e1")
    await rig.advance(9 * DAY)
    assert rig.rung == [
        ("Standup", "Mon 13:50"),
        ("Standup, later", "Tue 14:50"),
        ("Standup", "Thu 13:50"),
    ]


async def test_one_occurrence_alone_can_be_asked_for(rig: Rig) -> None:
    days = a_series([THREE + n * DAY for n in range(3)], title="Standup")
    await rig.add(*days, origin="synced")
    one = Target(event_id=EventId("e1"), recurrence_id=RecurrenceId(days[1].recurrence_id))
    await rig.reminders.remind_before(ANA, "", one, [HOUR])
    await rig.advance(9 * DAY)
    assert rig.rung == [("Standup", "Tue 13:00")]


async def test_a_lead_longer_than_the_series_interval(rig: Rig) -> None:
    await rig.add(*a_series([THREE + n * DAY for n in range(4)], title="Standup"), origin="synced")
    await rig.reminders.remind_before(ANA, "", E1, [47 * HOUR])
    await rig.advance(9 * DAY)
    assert rig.rung == [("Standup", "Mon 15:00"), ("Standup", "Tue 15:00")]


async def test_a_lead_is_elapsed_time_over_a_clock_change(rig: Rig) -> None:
    rig.clock.move_to(datetime(2026, 3, 27, tzinfo=UTC))
    sunday = datetime(2026, 3, 29, 12, tzinfo=BERLIN)
    await rig.add(
        an_occurrence(TimeSpan(start=sunday, end=sunday + HOUR), guests=("Ben",), title="Lunch")
    )
    await rig.advance(4 * DAY)
    assert rig.rung == [("Lunch", "Sat 10:00"), ("Lunch", "Sun 09:50")]


class TestAllDay:
    """An all-day event is reminded of at the person's own hour."""

    HOLIDAY = DaySpan(first=date(2026, 3, 11), until=date(2026, 3, 13))

    async def test_in_the_morning_of_its_first_day(self, rig: Rig) -> None:
        await rig.add(an_occurrence(self.HOLIDAY, title="Fair"))
        await rig.advance(9 * DAY)
        assert rig.rung == [("Fair", "Wed 08:00")]

    async def test_at_the_hour_that_the_person_wants(self, rig: Rig) -> None:
        rig.preferences.set("ana", all_day_at=time(18, 30))
        await rig.add(an_occurrence(self.HOLIDAY, title="Fair", guests=("Ben",)))
        await rig.advance(9 * DAY)
        assert rig.rung == [("Fair", "Tue 17:30"), ("Fair", "Wed 17:30")]

    async def test_a_new_hour_counts_and_does_not_ring_twice(self, rig: Rig) -> None:
        await rig.add(an_occurrence(self.HOLIDAY, title="Fair"))
        rig.preferences.set("ana", all_day_at=time(7))
        await rig.reminders.retime(ANA)
        await rig.advance(2 * DAY)
        assert rig.rung == [("Fair", "Wed 06:00")]
        rig.preferences.set("ana", all_day_at=time(15))
        await rig.reminders.retime(ANA)
        await rig.advance(2 * DAY)
        assert rig.rung == [("Fair", "Wed 06:00")]

    async def test_made_on_the_day_after_the_hour_it_does_not_ring(self, rig: Rig) -> None:
        today = DaySpan(first=date(2026, 3, 9), until=date(2026, 3, 10))
        rig.clock.advance(MINUTE)
        await rig.add(an_occurrence(today))
        await rig.advance(DAY)
        assert rig.rung == []

    async def test_quiet_hours_put_it_off(self, rig: Rig) -> None:
        rig.preferences.set("ana", quiet=(time(20), time(10)))
        await rig.add(an_occurrence(self.HOLIDAY, title="Fair"))
        await rig.advance(9 * DAY)
        assert rig.rung == [("Fair", "Wed 08:00")]
        assert rig.notifier.at[rig.notifier.reminders[0].key] == datetime(
            2026, 3, 11, 10, tzinfo=BERLIN
        )

    async def test_snoozed_by_its_ring(self, rig: Rig) -> None:
        await rig.add(an_occurrence(self.HOLIDAY, title="Fair"))
        await rig.advance(2 * DAY)
        await rig.reminders.snooze(rig.notifier.reminders[0].reminder_id, ANA, HOUR)
        await rig.advance(HOUR)
        assert rig.rung == [("Fair", "Wed 08:00"), ("Fair", "Wed 09:00")]


class TestSnooze:
    """A ring that is put off stays bound to its occurrence."""

    async def ring(self, rig: Rig) -> str:
        await rig.add(*a_series([THREE + n * DAY for n in range(2)], title="Standup"))
        await rig.advance(THREE - 10 * MINUTE - rig.clock.now())
        return rig.notifier.reminders[0].key

    async def test_it_rings_again_and_the_series_goes_on(self, rig: Rig) -> None:
        await rig.reminders.snooze(await self.ring(rig), ANA, 5 * MINUTE)
        await rig.advance(2 * DAY)
        assert rig.rung == [
            ("Standup", "Mon 13:50"),
            ("Standup", "Mon 13:55"),
            ("Standup", "Tue 13:50"),
        ]

    async def test_not_if_the_event_is_gone_meanwhile(self, rig: Rig) -> None:
        await rig.reminders.snooze(await self.ring(rig), ANA, 5 * MINUTE)
        rig.occasions.drop("e1")
        await rig.news("e1", "removed")
        await rig.advance(2 * DAY)
        assert len(rig.rung) == 1

    async def test_not_if_the_event_has_moved_meanwhile(self, rig: Rig) -> None:
        await rig.reminders.snooze(await self.ring(rig), ANA, 5 * MINUTE)
        (moved,) = a_series([THREE + 3 * HOUR], title="Standup")
        rig.occasions.put(moved)
        await rig.advance(2 * DAY)
        assert rig.rung == [("Standup", "Mon 13:50"), ("Standup", "Mon 16:50")][: len(rig.rung)]
        assert ("Standup", "Mon 13:55") not in rig.rung

    async def test_done_keeps_it_from_coming_again(self, rig: Rig) -> None:
        key = await self.ring(rig)
        await rig.reminders.snooze(key, ANA, 5 * MINUTE)
        await rig.reminders.done(key, ANA)
        await rig.advance(2 * DAY)
        assert rig.rung == [("Standup", "Mon 13:50"), ("Standup", "Tue 13:50")]


class TestOutage:
    """What fell due while nothing ran."""

    async def test_before_the_events_end_it_comes_late(self, rig: Rig) -> None:
        await rig.add(an_occurrence(THREE))
        await rig.sleep(THREE + 20 * MINUTE - rig.clock.now())
        assert [one.late_by for one in rig.notifier.reminders] == [30 * MINUTE]
        assert rig.notifier.missed == []

    async def test_events_that_have_ended_are_named_together(self, rig: Rig) -> None:
        await rig.add(an_occurrence(THREE, event="e1", title="Dentist", guests=("Ben",)))
        await rig.add(an_occurrence(THREE + HOUR, event="e2", title="Gym"))
        await rig.add(an_occurrence(THREE, event="e3", owner="ben", title="Ben's"))
        await rig.reminders.remind_at(ANA, "", "send the report", THREE)
        await rig.sleep(DAY)
        assert rig.rung == [("send the report", "Mon 14:00")]
        assert {one.owner: one.titles for one in rig.notifier.missed} == {
            "ana": ("Dentist", "Gym"),
            "ben": ("Ben's",),
        }
        assert len(rig.notifier.missed) == 2

    async def test_a_missed_series_is_named_once_and_goes_on(self, rig: Rig) -> None:
        await rig.add(*a_series([THREE + n * DAY for n in range(5)], title="Standup"))
        await rig.sleep(3 * DAY)
        assert [one.titles for one in rig.notifier.missed] == [("Standup",)]
        await rig.advance(9 * DAY)
        assert rig.rung == [("Standup", "Thu 13:50"), ("Standup", "Fri 13:50")]

    async def test_an_event_moved_during_the_outage_is_still_owed(self, rig: Rig) -> None:
        await rig.add(an_occurrence(THREE))
        rig.clock.move_to(THREE + 30 * MINUTE)
        rig.occasions.put(an_occurrence(THREE + 35 * MINUTE))
        await rig.news("e1", origin="synced")
        await rig.sleep(timedelta())
        assert rig.rung == [("Dentist", "Mon 14:25")]

    async def test_a_crash_while_naming_says_it_once(self, rig: Rig) -> None:
        await rig.add(an_occurrence(THREE))
        rig.notifier.dies_after = [RuntimeError("killed")]
        await rig.sleep(DAY)
        await rig.advance(HOUR)
        assert [one.titles for one in rig.notifier.missed] == [("Dentist",)]
        assert len(rig.notifier.tries) == 2
