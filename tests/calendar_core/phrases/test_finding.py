"""Time words in sentences: where they stand and what they do there."""

import pytest

from calendar_core.phrases import Found, Meaning, find, find_main
from tests.calendar_core.phrases.telling import BERLIN, NOW, line


def roles(sentence: str) -> list[tuple[str, str]]:
    """What is found: role and words."""
    return [(one.role, one.text) for one in find(sentence, now=NOW, zone=BERLIN)]


def main_of(sentence: str) -> Found:
    """What the sentence is about."""
    found = find_main(sentence, now=NOW, zone=BERLIN)
    assert found is not None
    return found


def main_line(sentence: str) -> str:
    """What the sentence is about, as a line."""
    meaning = main_of(sentence).meaning
    assert isinstance(meaning, Meaning), meaning
    return line(meaning)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("lunch with ana on friday at one", [("when", "on friday at one")]),
        ("gym every tuesday night", [("when", "every tuesday night")]),
        ("new event tomorrow 9 to 11 yoga workshop", [("when", "tomorrow 9 to 11")]),
        ("sat 10-2 garage sale", [("when", "sat 10-2")]),
        ("every monday 6 to 7 karate", [("when", "every monday 6 to 7")]),
        ("lunch from 12 to 1 with kim", [("when", "from 12 to 1")]),
        ("tomorrow 2 to 4 people come", [("when", "tomorrow 2")]),
        (
            "friday starting at 2 pm and ending at 5 pm, study",
            [("when", "friday starting at 2 pm and ending at 5 pm")],
        ),
        ("yoga every friday afternoon for fun", [("when", "every friday afternoon")]),
        ("every weekday evening walk", [("when", "every weekday evening")]),
        ("move my 3pm to 4", [("from", "3pm"), ("to", "4")]),
        ("move it from 3 to 4", [("from", "from 3"), ("to", "4")]),
        ("book a room from 3 to 4", [("when", "from 3 to 4")]),
        ("make it half an hour later", [("shift", "half an hour later")]),
        ("push the review back by 30 minutes", [("shift", "by 30 minutes")]),
        ("remind me 10 minutes before", [("lead", "10 minutes before")]),
        ("a 2hr meeting tomorrow", [("length", "a 2hr"), ("when", "tomorrow")]),
        ("45 min with ana", [("length", "45 min")]),
        ("remind me the day before", [("lead", "the day before")]),
        ("push my 2pm back an hour", [("from", "2pm"), ("shift", "back an hour")]),
        ("lunch in room B2 tomorrow at 12:10", [("when", "tomorrow at 12:10")]),
        ("call R2D2 tomorrow at 9:15", [("when", "tomorrow at 9:15")]),
        ("meeting A4 today at 23:10", [("when", "today at 23:10")]),
        ("lunch at12 tomorrow", [("when", "at12 tomorrow")]),
        ("any day but not friday", [("not", "friday")]),
        ("what's on tomorrow?", [("when", "tomorrow")]),
        ("what is on thursday", [("when", "thursday")]),
        ("whats on this week", [("when", "this week")]),
        ("what have I got on on monday", [("when", "on monday")]),
        ("is the yoga class on today", [("when", "today")]),
        ("yoga class on monday", [("when", "on monday")]),
        ("meet at ten to eight", [("when", "at ten to eight")]),
        ("call at 9am new york time tomorrow", [("when", "at 9am new york time tomorrow")]),
        ("meet at 3pm in london", [("when", "at 3pm")]),
        ("yoga on june 5 and 7", [("when", "on june 5 and 7")]),
        ("move it to 5 or 7 june", [("to", "5 or 7 june")]),
        ("finish it by year end", [("when", "by year end")]),
        ("some time next week except monday", [("when", "some time next week"), ("not", "monday")]),
        ("anything that isn't on the weekend", [("not", "on the weekend")]),
        (
            "reschedule tea on thursday to monday at 1",
            [("from", "on thursday"), ("to", "monday at 1")],
        ),
    ],
)
def test_words_are_found_with_what_they_do(sentence: str, found: list[tuple[str, str]]) -> None:
    assert roles(sentence) == found


@pytest.mark.parametrize(
    "sentence",
    [
        "May I bring a friend?",
        "they march on in silence",
        "he sat down with April",
        "meet at 12 Second Street please",
        "this is the one",
        "we need 20 chairs for $45",
        "the score was 3-1",
        "call 555-1234",
        "the ratio is 3:1",
        "twenty people came",
        "in two places",
        "a great month for sales",
        "good morning everyone",
        "version 2.5 is out",
        "room 101",
        "for the first time",
        "the third item of the list",
        "ten to fifteen people",
        "the year-end report",
        "the w4 form",
        "20th century fox",
        "between 5 and 7 people",
        "the first one is better",
        "in the middle of the room",
        "",
    ],
)
def test_numbers_names_and_prices_are_left_alone(sentence: str) -> None:
    found = [words for role, words in roles(sentence) if role != "length"]
    assert [words for words in found if words != "at 12"] == []


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        ("move lunch to Friday at one", "Fri 2026-03-13 13:00"),
        ("a slot on Friday with Jan at 3:00pm", "Fri 2026-03-13 15:00"),
        ("dinner with mum at 8", "Wed 2026-03-11 20:00"),
        ("breakfast with dad at 8", "Thu 2026-03-12 08:00"),
        ('plan "Monday Blues" for saturday at 9pm', "Sat 2026-03-14 21:00"),
        ("can you put tea in for tomorow", "Thu 2026-03-12"),
        ("vacation from 3 to 7 may", "Sun 2026-05-03 > Fri 2026-05-08"),
        (
            "team sync every monday with all of us at 10",
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0 from Mon 2026-03-16 10:00",
        ),
    ],
)
def test_the_time_of_a_request_is_put_together(sentence: str, when: str) -> None:
    assert main_line(sentence) == when


def test_the_words_are_where_they_are_said_to_be() -> None:
    sentence = "a slot on Friday with Jan at 3:00pm"
    found = main_of(sentence)
    assert sentence[found.at[0] : found.at[1]] == found.text == "on Friday with Jan at 3:00pm"
    assert [sentence[a:b] for a, b in found.parts] == ["on Friday", "at 3:00pm"]


def test_earlier_is_a_negative_shift() -> None:
    found = main_of("can we start an hour earlier")
    assert isinstance(found.meaning, Meaning)
    assert (found.role, found.meaning.length_iso) == ("shift", "-PT1H")
    assert found.meaning.length is not None
    assert found.meaning.length.total_seconds() == -3600


def test_nothing_is_found_where_nothing_is_said() -> None:
    assert find_main("who organised the offsite?", now=NOW, zone=BERLIN) is None
