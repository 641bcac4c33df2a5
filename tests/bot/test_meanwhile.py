"""What became of an event while its change waited: every field is told as it was and as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.meanwhile import meanwhile_words
from calendar_core.changes.change import Meanwhile
from calendar_core.events import Answer, Event, Guest, Status
from calendar_core.when import TimeSpan

NOW = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("Europe/Berlin"))
LISBON = ZoneInfo("Europe/Lisbon")


def _at(hour: int) -> TimeSpan:
    return TimeSpan(
        start=datetime(2026, 3, 12, hour, tzinfo=UTC),
        end=datetime(2026, 3, 12, hour + 1, tzinfo=UTC),
    )


ANA = Guest(address="mailto:ana@example.org", name="Ana")
REVIEW = Event(
    uid="1", title="Review", when=_at(13), zone="Europe/Berlin", location="Attic", guests=(ANA,)
)
ANSWERED = replace(ANA, answer=Answer.ACCEPTED)


@pytest.mark.parametrize(
    ("now", "fields", "words"),
    [
        (
            replace(REVIEW, when=_at(15)),
            ("when",),
            '"Review" moved from Thu 12 March 13:00–14:00 to Thu 12 March 15:00–16:00',
        ),
        (replace(REVIEW, title="Retro"), ("title",), '"Review" is called "Retro" now'),
        (
            replace(REVIEW, location="Cellar"),
            ("location",),
            '"Review": its place is Cellar now, it was Attic',
        ),
        (
            replace(REVIEW, location=""),
            ("location",),
            '"Review": its place was Attic, now it has none',
        ),
        (replace(REVIEW, status=Status.CANCELLED), ("status",), '"Review" was cancelled'),
        (
            replace(REVIEW, guests=(ANA, Guest(address="urn:uuid:2", name="Bo"))),
            ("guests", "answers"),
            '"Review": its guests are joined by Bo now',
        ),
        (
            replace(REVIEW, guests=(ANSWERED,)),
            ("answers",),
            '"Review": its guests answered: Ana accepted',
        ),
        (replace(REVIEW, description="x"), ("description",), '"Review": its notes are others now'),
        (
            replace(REVIEW, when=_at(15), title="Retro", location="Cellar", description="x"),
            ("when", "title", "location", "description"),
            '"Review" moved from Thu 12 March 13:00–14:00 to Thu 12 March 15:00–16:00; '
            'is called "Retro" now; its place is Cellar now, it was Attic; and more',
        ),
        (None, (), '"Review" is no longer there'),
    ],
)
def test_was_and_is_are_told_in_the_readers_zone(
    now: Event | None, fields: tuple[str, ...], words: str
) -> None:
    became = Meanwhile(before=REVIEW, now=now, fields=fields)
    assert meanwhile_words(became, LISBON, NOW) == words


def test_an_event_where_none_was_is_named() -> None:
    became = Meanwhile(before=None, now=REVIEW)
    assert meanwhile_words(became, LISBON, NOW) == '"Review" stands there already'
