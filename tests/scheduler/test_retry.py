"""Whether failed work is tried again."""

from datetime import UTC, datetime, timedelta

from calendar_core.errors import TryLater
from scheduler.retry import GiveUp, TryAgain, judge

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def after(seconds: int) -> TryAgain:
    return TryAgain(at=NOW + timedelta(seconds=seconds))


def test_who_says_when_is_asked_again_then() -> None:
    busy = TryLater("slow down", timedelta(seconds=7))
    assert judge(busy, attempts=9, faults=0, now=NOW) == after(7)


def test_who_is_away_is_asked_ever_more_rarely_and_never_given_up() -> None:
    away = TryLater("away")
    waits = [judge(away, attempts=n, faults=0, now=NOW) for n in (0, 1, 2, 3, 10, 1000)]
    assert waits == [after(10), after(20), after(40), after(80), after(600), after(600)]


def test_a_bug_is_tried_five_times() -> None:
    verdicts = [judge(KeyError(), attempts=n, faults=n + 1, now=NOW) for n in range(5)]
    assert verdicts == [after(10), after(20), after(40), after(80), GiveUp()]


def test_an_outage_does_not_use_up_the_tries_of_a_bug() -> None:
    assert judge(KeyError(), attempts=50, faults=1, now=NOW) == after(600)
