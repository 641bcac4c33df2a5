"""Daily digests at one's own hour."""

from datetime import date, datetime, time, timedelta

import pytest

from calendar_core.database import Database
from calendar_core.errors import TryLater
from tests.fakes.preferences import BERLIN
from tests.scheduler.rig import ANA, MONDAY, Rig

DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> Rig:
    return Rig(database)


def days(rig: Rig) -> list[str]:
    """When each digest came, on the wall."""
    said = rig.notifier
    return [f"{said.at[one.key].astimezone(BERLIN):%a %d %H:%M}" for one in said.digests]


async def test_it_is_off_by_default(rig: Rig) -> None:
    assert await rig.digests.retime(ANA) is None
    await rig.advance(3 * DAY)
    assert days(rig) == []


async def test_it_comes_every_day_at_the_hour(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30))
    await rig.digests.retime(ANA)
    await rig.advance(3 * DAY)
    assert days(rig) == ["Tue 10 07:30", "Wed 11 07:30", "Thu 12 07:30"]
    assert next(one.day for one in rig.notifier.digests) == date(2026, 3, 10)


async def test_it_keeps_to_its_weekdays(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30), digest_days=(0, 4))
    await rig.digests.retime(ANA)
    await rig.advance(8 * DAY)
    assert days(rig) == ["Fri 13 07:30", "Mon 16 07:30"]


async def test_with_weekends_off_it_rests(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30), weekends=False)
    await rig.digests.retime(ANA)
    await rig.advance(7 * DAY)
    assert len(days(rig)) == 5


async def test_it_keeps_its_wall_time_over_a_clock_change(rig: Rig) -> None:
    rig.clock.move_to(datetime(2026, 3, 28, tzinfo=BERLIN))
    rig.preferences.set("ana", digest_at=time(2, 30))
    await rig.digests.retime(ANA)
    await rig.advance(3 * DAY)
    assert days(rig) == ["Sat 28 02:30", "Sun 29 03:30", "Mon 30 02:30"]


async def test_an_hour_that_comes_twice_brings_one(rig: Rig) -> None:
    rig.clock.move_to(datetime(2026, 10, 25, tzinfo=BERLIN))
    rig.preferences.set("ana", digest_at=time(2, 30))
    await rig.digests.retime(ANA)
    await rig.advance(DAY)
    assert days(rig) == ["Sun 25 02:30"]


async def test_a_new_hour_counts_at_once_and_off_is_off(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30))
    await rig.digests.retime(ANA)
    rig.preferences.set("ana", digest_at=time(18))
    await rig.digests.retime(ANA)
    await rig.advance(DAY)
    rig.preferences.set("ana", digest_at=None)
    await rig.advance(3 * DAY)
    assert days(rig) == ["Mon 09 18:00"]


async def test_after_an_outage_todays_comes_late_and_yesterdays_not_at_all(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30))
    await rig.digests.retime(ANA)
    await rig.sleep(2 * DAY)
    await rig.advance(DAY)
    assert days(rig) == ["Wed 11 09:00", "Thu 12 07:30"]
    assert [one.late_by for one in rig.notifier.digests] == [timedelta(minutes=90), None]


async def test_after_an_outage_a_weeks_comes_late_as_long_as_it_helps(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30), digest_days=(2,))  # Wednesdays
    await rig.digests.retime(ANA)
    await rig.sleep(3 * DAY)
    [late] = rig.notifier.digests
    assert late.key.endswith(":2026-03-11")  # told again after midnight, it is the same
    await rig.advance(6 * DAY)
    assert days(rig) == ["Thu 12 09:00", "Wed 18 07:30"]
    await rig.sleep(11 * DAY)
    assert days(rig) == ["Thu 12 09:00", "Wed 18 07:30"]


async def test_before_the_hour_of_the_day_nothing_is_late(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(18))
    await rig.digests.retime(ANA)
    await rig.sleep(2 * DAY)
    assert days(rig) == []
    await rig.advance(DAY)
    assert days(rig) == ["Wed 11 18:00"]


async def test_a_pause_is_a_pause(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30), paused_until=MONDAY + 2 * DAY)
    await rig.digests.retime(ANA)
    await rig.advance(3 * DAY)
    assert days(rig) == ["Thu 12 07:30"]


async def test_a_platform_that_is_away_gets_it_once_it_is_back(rig: Rig) -> None:
    rig.preferences.set("ana", digest_at=time(7, 30))
    rig.notifier.refuses = [TryLater("away")]
    await rig.digests.retime(ANA)
    await rig.advance(DAY)
    assert len(days(rig)) == 1
