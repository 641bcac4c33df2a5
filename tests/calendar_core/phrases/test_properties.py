"""What holds for any text at any time in any zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_core.phrases import Found, Meaning, NotUnderstood, find, find_main, resolve
from calendar_core.phrases.finding import pieces_read
from calendar_core.phrases.reading import steps_read
from tests.calendar_core.phrases.telling import BERLIN, NOW

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Casablanca",
    ]
).map(ZoneInfo)
MOMENTS = st.integers(788_918_400, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC))
_WORDS = (
    "monday tuesday next last this 3 5 12 31 2026 pm am at on of the end first every "
    "other day week month year from to until 2 3:30 march may and for half an hour in 10 "
    "minutes before after between , - / . weekend noon tonight morning tomorrow twice 1st "
    "29th february easter quarter past weekday starting times later ago since by"
)
WORDS = st.sampled_from(_WORDS.split())
PHRASES = st.lists(WORDS, min_size=1, max_size=10).map(" ".join)


def meanings(told: Meaning | NotUnderstood) -> list[Meaning]:
    """The meaning and the other readings."""
    own = [told] if isinstance(told, Meaning) else []
    return own + list(told.alternatives)


def is_sound(meaning: Meaning) -> bool:
    """Aware instants, and an end that does not come before its start."""
    ends = [at for at in (meaning.start, meaning.end) if isinstance(at, datetime)]
    if any(at.tzinfo is None for at in ends):
        return False
    if isinstance(meaning.start, datetime) and isinstance(meaning.end, datetime):
        return meaning.start <= meaning.end
    if meaning.start is None or meaning.end is None or len(ends) == 1:
        return True
    return meaning.start < meaning.end


@settings(deadline=None, max_examples=300)
@given(PHRASES, MOMENTS, ZONES)
def test_any_row_of_time_words_is_sound_or_refused(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    told = resolve(text, now=now, zone=zone)
    assert all(is_sound(meaning) for meaning in meanings(told)), told


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=120), MOMENTS, ZONES)
def test_any_text_is_read_or_refused_and_twice_the_same(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    assert resolve(text, now=now, zone=zone) == resolve(text, now=now, zone=zone)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=30).map(" ".join))
def test_words_found_stand_where_they_are_said_to(text: str) -> None:
    found: list[Found] = list(find(text, now=NOW, zone=BERLIN))
    main = find_main(text, now=NOW, zone=BERLIN)
    for one in [*found, *([main] if main else [])]:
        assert text[one.at[0] : one.at[1]] == one.text
    ends = [one.at for one in found]
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@settings(deadline=None, max_examples=100)
@given(ZONES, MOMENTS, st.integers(0, 23), st.integers(0, 59))
def test_a_time_alone_is_in_the_coming_day_or_its_gap_is_told(
    zone: ZoneInfo, now: datetime, hour: int, minute: int
) -> None:
    told = resolve(f"{hour:02d}:{minute:02d}", now=now, zone=zone)
    if isinstance(told, NotUnderstood):
        assert "the clocks go from" in told.why
        return
    assert isinstance(told.start, datetime)
    assert (told.start.hour, told.start.minute) == (hour, minute)
    assert now - timedelta(hours=2) < told.start <= now + timedelta(hours=50)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "at 5 ",
        "the ",
        "end of ",
        "monday ",
        "every monday and ",
        "1st and ",
        "1-",
        "1/1 ",
        "from 3 to 4 ",
        "half ",
        "10 minutes before ",
        "'",
        '"',
        "(",
        "week of ",
        "2 and a half ",
        "a m ",
        "next ",
        "in ",
        "😀",
        "monday after ",
        "1:",
    ],
)
def test_no_text_makes_more_than_bounded_work(piece: str) -> None:
    text = (piece * 2000)[:2000]
    assert pieces_read(text) <= 4000
    assert steps_read(text[:390]) <= 2000
