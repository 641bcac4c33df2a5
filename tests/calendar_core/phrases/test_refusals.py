"""What is refused: the whole phrase, with what to say instead, and never a guess at a fragment."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_core.phrases import NotUnderstood, resolve
from calendar_core.phrases.wire import as_json
from tests.calendar_core.phrases.telling import BERLIN, NOW, line, refused, understood


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "blah",
        "tomorrow blah",
        "friday with ana",
        "3pm or whenever suits",
        "two three",
        "the one",
        "may not",
        "30 february 2026",
        "32/13",
        "25:00",
        "13:75",
        "at 99",
        "100%",
        "$5",
        "555-1234-99",
        "next",
        "every",
        "from",
        "between 2",
        "next week at 3pm",
        "year 99999",
        "in 999999999 years",
        "a thousand centuries from now",
        "🎉",
        "tomorrow " * 40,
    ],
)
def test_words_left_over_refuse_the_whole_phrase(words: str) -> None:
    assert refused(words).why


def test_a_weekday_that_contradicts_its_date_offers_both_days() -> None:
    told = refused("sunday the 16th")
    assert told.why == "The 16th is a Monday. Do you mean Sun 15 March or Mon 16 March?"
    assert [line(other) for other in told.alternatives] == ["Sun 2026-03-15", "Mon 2026-03-16"]


def test_a_list_s_date_names_its_month_to_the_letter_and_is_asked_about_all_the_same() -> None:
    told = refused("sun 16th at 5pm")
    assert told.why == "The 16th is a Monday. Do you mean Sun 15 March or Mon 16 March?"
    assert told.to_the_letter is not None
    assert line(told.to_the_letter) == "Sun 2026-08-16 17:00"
    answer = as_json(told)
    assert answer["understood"] is True
    assert answer["start"] == "2026-08-16T17:00:00+02:00"
    assert answer["notes"] == [told.why]
    assert str(answer["alternatives"]).count("'start'") == 2
    assert refused("sunday the 16th").to_the_letter is None
    assert refused("sun 16 march at 5pm").to_the_letter is None


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        ("saturday the 20th at 5", ["Fri 2026-03-20 17:00", "Sat 2026-03-21 17:00"]),
        (
            "saturday the 20th 5-6pm",
            ["Fri 2026-03-20 17:00 > 18:00", "Sat 2026-03-21 17:00 > 18:00"],
        ),
        ("by saturday the 20th", ["open > Sat 2026-03-21", "open > Sun 2026-03-22"]),
    ],
)
def test_both_days_are_offered_with_the_time_that_was_said(words: str, choices: list[str]) -> None:
    assert [line(other) for other in refused(words).alternatives] == choices


def test_a_weekday_that_contradicts_tomorrow_is_refused_too() -> None:
    assert "Do you mean" in refused("tomorrow, friday").why


def test_a_weekday_picks_the_past_date_that_it_fits() -> None:
    assert line(understood("tuesday, march 3")) == "Tue 2026-03-03"


@pytest.mark.parametrize(
    "words", ["29 march at 2:30am", "at 2:30 on 29 march", "29 march half past two", "29/3 02:30"]
)
def test_an_hour_that_the_clocks_jump_over_is_asked_about(words: str) -> None:
    told = refused(words)
    assert told.why == (
        "02:30 does not exist on Sun 29 March, the clocks go from 02:00 to 03:00. 14:30, or 03:30?"
    )
    assert [line(other) for other in told.alternatives] == [
        "Sun 2026-03-29 14:30",
        "Sun 2026-03-29 03:30",
    ]


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (
            "29 march at 2:30 for 1 hour",
            ["Sun 2026-03-29 14:30 > 15:30", "Sun 2026-03-29 03:30 > 04:30"],
        ),
        ("29 march from 2 to 4", ["Sun 2026-03-29 14:00 > 16:00", "Sun 2026-03-29 03:00 > 04:00"]),
        ("29 march 1am-2:30am", ["Sun 2026-03-29 13:00 > 14:30", "Sun 2026-03-29 01:00 > 03:30"]),
    ],
)
def test_a_span_with_such_an_hour_offers_spans(words: str, choices: list[str]) -> None:
    assert [line(other) for other in refused(words).alternatives] == choices


@pytest.mark.parametrize("words", ["29 march at 2:30pm", "14:30 on 29 march", "29 march at 3"])
def test_an_hour_that_exists_is_not_asked_about(words: str) -> None:
    assert understood(words).start is not None


def test_a_jump_behind_us_or_behind_the_likely_hour_is_not_asked_about() -> None:
    saturday = datetime(2026, 3, 28, 8, tzinfo=BERLIN)
    assert line(understood("2:30", now=saturday)) == "Sat 2026-03-28 14:30"
    sunday = datetime(2026, 3, 29, 10, tzinfo=BERLIN)
    assert line(understood("today at 2:30", now=sunday)) == "Sun 2026-03-29 14:30"


def test_an_hour_that_comes_twice_is_the_first_and_says_so() -> None:
    told = understood("25 october 2026 at 2:30am")
    assert told.notes == ("02:30 comes twice on Sun 25 October: this is the first.",)
    assert [other.start for other in told.alternatives] == [
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)
    ]


@pytest.mark.parametrize(
    ("zone", "day", "words"),
    [
        ("America/New_York", "2026-03-01", "march 8 at 2:15am"),
        ("Australia/Lord_Howe", "2026-09-01", "october 4 at 2:10am"),
        ("America/Sao_Paulo", "2018-10-01", "november 4 2018 at 0:30"),
        ("Europe/London", "2026-03-01", "29 march at 01:30"),
    ],
)
def test_gaps_are_said_in_every_zone(zone: str, day: str, words: str) -> None:
    place = ZoneInfo(zone)
    now = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=place)
    told = resolve(words, now=now, zone=place)
    assert isinstance(told, NotUnderstood)
    assert "the clocks go from" in told.why


def test_a_day_that_is_gone_from_the_calendar_of_a_zone_still_has_a_start() -> None:
    apia = ZoneInfo("Pacific/Apia")
    told = resolve("30 december 2011", now=datetime(2011, 12, 1, tzinfo=apia), zone=apia)
    assert not isinstance(told, NotUnderstood)


def test_now_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zone"):
        resolve("tomorrow", now=NOW.replace(tzinfo=None), zone=BERLIN)
