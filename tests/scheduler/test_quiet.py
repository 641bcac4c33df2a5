"""Quiet hours, weekends off, pause: where a reminder's moment is put."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from scheduler.quiet import ReminderPreferences, ring_at
from tests.fakes.preferences import BERLIN

NIGHT = (time(22), time(7))


def berlin(text: str) -> datetime:
    """A wall time of March 2026, a Monday being the 9th: "09 23:30"."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-03-{day}T{clock}").replace(tzinfo=BERLIN)


def rung(due: str, *, begins: str = "", asked: bool = True, **wishes: Any) -> str | None:
    """When it rings, as a wall time of March."""
    at = ring_at(
        berlin(due),
        begins=berlin(begins) if begins else None,
        asked=asked,
        preferences=ReminderPreferences(zone=BERLIN, **wishes),
    )
    return None if at is None else f"{at.astimezone(BERLIN):%d %H:%M}"


def test_without_wishes_it_rings_at_its_moment() -> None:
    assert rung("09 23:30") == "09 23:30"


@pytest.mark.parametrize(
    ("due", "rings"),
    [
        ("09 21:59", "09 21:59"),
        ("09 22:00", "10 07:00"),
        ("10 03:00", "10 07:00"),
        ("10 06:59", "10 07:00"),
        ("10 07:00", "10 07:00"),
    ],
)
def test_quiet_hours_put_it_off_to_their_end(due: str, rings: str) -> None:
    assert rung(due, quiet=NIGHT) == rings


def test_quiet_hours_by_day_do_not_pass_midnight() -> None:
    assert rung("09 12:30", quiet=(time(12), time(13))) == "09 13:00"
    assert rung("09 23:30", quiet=(time(12), time(13))) == "09 23:30"


def test_before_an_event_after_the_night_it_rings_when_the_night_ends() -> None:
    assert rung("10 06:50", begins="10 07:00", asked=False, quiet=NIGHT) == "10 07:00"
    assert rung("10 06:50", begins="10 09:00", asked=False, quiet=NIGHT) == "10 07:00"


def test_before_an_event_in_the_night_a_usual_lead_rings_before_the_night() -> None:
    assert rung("10 05:50", begins="10 06:00", asked=False, quiet=NIGHT) == "09 21:59"


def test_before_an_event_in_the_night_one_that_was_asked_for_rings_at_its_moment() -> None:
    assert rung("10 05:50", begins="10 06:00", asked=True, quiet=NIGHT) == "10 05:50"


def test_equal_ends_are_no_quiet_hours() -> None:
    assert rung("09 22:00", quiet=(time(22), time(22))) == "09 22:00"


def test_over_a_clock_change_quiet_hours_end_by_the_wall() -> None:
    assert rung("29 01:30", quiet=NIGHT) == "29 07:00"


def test_while_paused_what_was_asked_for_waits_for_the_end_of_the_pause() -> None:
    assert rung("09 12:00", paused_until=berlin("11 09:00")) == "11 09:00"
    assert rung("11 12:00", paused_until=berlin("11 09:00")) == "11 12:00"


def test_while_paused_a_usual_lead_rings_only_if_its_event_comes_after_the_pause() -> None:
    until = berlin("11 09:00")
    assert rung("09 12:00", begins="09 12:10", asked=False, paused_until=until) is None
    assert rung("10 12:00", begins="11 12:00", asked=False, paused_until=until) == "11 09:00"


def test_a_pause_that_ends_in_the_night_gives_way_to_it() -> None:
    assert rung("09 12:00", paused_until=berlin("10 03:00"), quiet=NIGHT) == "10 07:00"


def test_with_weekends_off_usual_leads_do_not_ring_on_saturday() -> None:
    assert rung("14 11:50", begins="14 12:00", asked=False, weekends=False) is None
    assert rung("14 11:50", begins="14 12:00", asked=False) == "14 11:50"


def test_with_weekends_off_the_day_before_monday_is_monday_morning() -> None:
    assert rung("15 15:00", begins="16 15:00", asked=False, weekends=False) == "16 09:00"
    assert rung("15 08:00", begins="16 08:00", asked=False, weekends=False) is None


def test_what_somebody_asked_for_rings_on_saturday() -> None:
    assert rung("14 11:50", weekends=False) == "14 11:50"


def test_an_hour_that_comes_twice_is_compared_by_instants() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    quiet = ReminderPreferences(zone=BERLIN, quiet=(time(2, 15), time(2, 45)))
    assert ring_at(first, begins=None, asked=True, preferences=quiet) == (
        first + timedelta(minutes=15)
    )
    second = first + timedelta(hours=1)
    assert ring_at(second, begins=None, asked=True, preferences=quiet) == second
