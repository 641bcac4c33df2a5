"""Reminders and the real mirror: what is absorbed is followed in the same unit of work."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calendar_core import capabilities
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.events import Answer, Calendar, Event, Guest, Repeat, Resource, Target, event_id
from calendar_core.ics.writing import new_resource
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.report import Report
from calendar_core.when import DaySpan, TimeSpan
from scheduler import arming, missed
from scheduler.embedded import EmbeddedQueue
from scheduler.following import ReminderFollower
from scheduler.missed import MissedTeller
from scheduler.reminders import Reminders
from scheduler.ringing import ReminderRinger
from scheduler.stepping import advance_to
from scheduler.worker import Worker
from tests.fakes.notifier import FakeNotifier
from tests.fakes.preferences import BERLIN, FakePreferences

ANA = PersonId("ana")
TEAM = PersonId("channel:console//team")
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class House:
    """Calendars and reminders joined as the application joins them."""

    def __init__(self, database: Database) -> None:
        self.clock, self.preferences = StandingClock(MONDAY), FakePreferences()
        self.queue, self.notifier = EmbeddedQueue(database), FakeNotifier(self.clock)
        self._follower: ReminderFollower | None = None
        self.mirror = Mirror(database, self.clock, [self])
        self._follower = ReminderFollower(self.queue, self.clock, self.mirror, self.preferences)
        self.reminders = Reminders(database, self.queue, self.clock, self.mirror, self.preferences)
        ringer = ReminderRinger(
            database, self.queue, self.clock, self.mirror, self.preferences, self.notifier
        )
        teller = MissedTeller(database, self.notifier)
        self.worker = Worker(database, self.clock, {arming.KIND: ringer, missed.KIND: teller})

    async def follow(self, report: Report, session: object) -> None:
        assert self._follower is not None
        await self._follower.follow(report, session)

    async def absorb(self, calendar: Calendar, *events: Event, origin: str = "made") -> None:
        resources = [new_resource(event, at=self.clock.now()) for event in events]
        await self.mirror.absorb(calendar.id, resources, origin=origin)

    async def advance(self, by: timedelta) -> None:
        await advance_to(self.clock.now() + by, self.clock, self.worker)

    @property
    def rung(self) -> list[str]:
        return [
            f"{one.occurrence.title if one.occurrence else one.text} {one.due:%a %H:%M}"
            for one in self.notifier.reminders
        ]


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
async def calendar(house: House) -> Calendar:
    return await house.mirror.add_calendar(ANA, "Personal", address="urn:uuid:ana")


def an_event(at: datetime = MONDAY + 6 * HOUR, **details: object) -> Event:
    """An hour in Berlin."""
    start = at.astimezone(BERLIN)
    words: dict[str, object] = {"uid": "e1", "title": "Dentist", "zone": BERLIN.key}
    words |= {"when": TimeSpan(start=start, end=start + HOUR)} | details
    return Event(**words)  # type: ignore[arg-type]


async def test_an_event_made_here_is_rung_at_its_new_time_once_moved(
    house: House, calendar: Calendar
) -> None:
    await house.absorb(calendar, an_event())
    await house.absorb(calendar, an_event(MONDAY + 8 * HOUR))
    await house.advance(DAY)
    assert house.rung == ["Dentist Mon 15:50"]


async def test_what_was_only_absorbed_is_not_rung(house: House, calendar: Calendar) -> None:
    await house.absorb(calendar, an_event(alarms=(HOUR,)), origin="imported")
    await house.advance(DAY)
    assert house.rung == []


async def test_the_leads_that_it_was_made_with_are_rung(house: House, calendar: Calendar) -> None:
    await house.absorb(calendar, an_event(alarms=(HOUR, 2 * HOUR)))
    await house.advance(DAY)
    assert house.rung == ["Dentist Mon 12:00", "Dentist Mon 13:00"]


async def test_with_guests_the_day_before_counts(house: House, calendar: Calendar) -> None:
    ana, ben = Guest(address="urn:uuid:ana"), Guest(address="mailto:ben@example.org")
    await house.absorb(calendar, an_event(MONDAY + 2 * DAY, organizer=ana, guests=(ana, ben)))
    await house.advance(3 * DAY)
    assert house.rung == ["Dentist Tue 08:00", "Dentist Wed 07:50"]


@pytest.mark.parametrize(
    ("provider", "rung"),
    [
        ("google", ["Dentist Wed 07:50"]),  # it mails the day before
        ("microsoft", ["Dentist Tue 08:00", "Dentist Wed 07:50"]),
        ("caldav", ["Dentist Tue 08:00", "Dentist Wed 07:50"]),
    ],
)
async def test_nobody_is_told_twice_of_what_the_calendars_maker_reminds_of(
    house: House, provider: str, rung: list[str]
) -> None:
    theirs = await house.mirror.add_calendar(ANA, "Work", provider, address="mailto:a@example.org")
    me, ben = Guest(address="mailto:a@example.org"), Guest(address="mailto:ben@example.org")
    traits = capabilities.of(provider)
    meeting = an_event(
        MONDAY + 2 * DAY,
        organizer=me,
        guests=(ben,),
        alarms=traits.booked_alarms,
        mail_alarms=traits.booked_mails,
    )
    await house.absorb(theirs, meeting)
    await house.advance(3 * DAY)
    assert house.rung == rung


async def test_a_lead_that_was_asked_for_is_rung_on_a_linked_calendar_too(house: House) -> None:
    theirs = await house.mirror.add_calendar(ANA, "Work", "google", address="mailto:a@example.org")
    await house.absorb(theirs, an_event(alarms=(HOUR,)))
    await house.advance(DAY)
    assert house.rung == ["Dentist Mon 13:00"]


async def test_a_series_goes_on_over_a_clock_change_and_leaves_out_what_is_skipped(
    house: House, calendar: Calendar
) -> None:
    first = datetime(2026, 3, 27, 10, tzinfo=BERLIN)
    skipped = datetime(2026, 3, 30, 10, tzinfo=BERLIN)
    daily = Repeat(rule="FREQ=DAILY;COUNT=6", skipped=(skipped,))
    await house.absorb(calendar, an_event(first, title="Standup", repeat=daily))
    await house.advance(40 * DAY)
    assert house.rung == [
        "Standup Fri 08:50",
        "Standup Sat 08:50",
        "Standup Sun 07:50",
        "Standup Tue 07:50",
        "Standup Wed 07:50",
    ]


async def test_a_removed_event_is_silent_and_comes_back_with_what_was_asked(
    house: House, calendar: Calendar
) -> None:
    await house.absorb(calendar, an_event())
    target = Target(event_id=event_id(calendar.id, "e1"))
    await house.reminders.remind_before(ANA, "", target, [HOUR])
    await house.mirror.absorb(calendar.id, removed=["e1"], origin="made")
    assert await house.worker.next_due() is None
    await house.absorb(calendar, an_event())
    await house.advance(DAY)
    assert house.rung == ["Dentist Mon 13:00", "Dentist Mon 13:50"]


async def test_a_declined_invitation_is_silent(house: House, calendar: Calendar) -> None:
    ben = Guest(address="mailto:ben@example.org")
    me = Guest(address="urn:uuid:ana", answer=Answer.DECLINED)
    await house.absorb(calendar, an_event(organizer=ben, guests=(me, ben)), origin="invited")
    await house.advance(DAY)
    assert house.rung == []


async def test_an_all_day_event_rings_in_the_morning_and_snoozes(
    house: House, calendar: Calendar
) -> None:
    fair = DaySpan(first=date(2026, 3, 11), until=date(2026, 3, 13))
    await house.absorb(calendar, an_event(title="Fair", when=fair, zone=None))
    await house.advance(2 * DAY)
    await house.reminders.snooze(house.notifier.reminders[0].key, ANA, HOUR)
    await house.advance(2 * DAY)
    assert house.rung == ["Fair Wed 08:00", "Fair Wed 09:00"]


async def test_one_is_reminded_of_a_channels_event(house: House) -> None:
    shared = await house.mirror.add_calendar(TEAM, "Team")
    await house.absorb(shared, an_event(title="Retro"), origin="synced")
    target = Target(event_id=event_id(shared.id, "e1"))
    await house.reminders.remind_before(ANA, "", target, [HOUR], whose=TEAM)
    await house.advance(DAY)
    assert house.rung == ["Retro Mon 13:00"]
    assert [one.owner for one in house.notifier.reminders] == [ANA]


async def test_an_absorb_that_fails_leaves_no_reminder(
    house: House, calendar: Calendar, database: Database
) -> None:
    async def break_off() -> None:
        async with database.session() as session:
            resource: Resource = new_resource(an_event(), at=MONDAY)
            await house.mirror.absorb(calendar.id, [resource], origin="made", session=session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert await house.worker.next_due() is None
