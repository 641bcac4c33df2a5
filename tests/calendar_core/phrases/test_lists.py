"""Times joined by "and" or "or", seen from Wednesday 11 March 2026 at 09:30."""

import pytest

from calendar_core.phrases import Kind, Meaning, find_main
from tests.calendar_core.phrases.telling import BERLIN, NOW, line, refused, understood


def all_of(told: Meaning) -> list[str]:
    """The first time and the others."""
    return [line(told), *(line(other) for other in told.alternatives)]


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("thu and sat at 6pm", ["Thu 2026-03-12 18:00", "Sat 2026-03-14 18:00"]),
        ("sat and thu at 6pm", ["Thu 2026-03-12 18:00", "Sat 2026-03-14 18:00"]),
        ("sat or thu at 6pm", ["Sat 2026-03-14 18:00", "Thu 2026-03-12 18:00"]),
        ("friday at 1pm or 2pm", ["Fri 2026-03-13 13:00", "Fri 2026-03-13 14:00"]),
        ("at 10am and 4pm", ["Wed 2026-03-11 10:00", "Wed 2026-03-11 16:00"]),
        ("the 2nd and 9th of april", ["Thu 2026-04-02", "Thu 2026-04-09"]),
        (
            "friday morning or evening",
            ["Fri 2026-03-13 08:00 > 12:00", "Fri 2026-03-13 17:00 > 21:00"],
        ),
        ("tuesday or thursday next week", ["Tue 2026-03-17", "Thu 2026-03-19"]),
        ("june 3rd or 4th", ["Wed 2026-06-03", "Thu 2026-06-04"]),
        ("5 and 7 june", ["Fri 2026-06-05", "Sun 2026-06-07"]),
        ("5, 6 and 9 june", ["Fri 2026-06-05", "Sat 2026-06-06", "Tue 2026-06-09"]),
        ("june 8 or 10", ["Mon 2026-06-08", "Wed 2026-06-10"]),
        ("either 3pm or 4pm", ["Wed 2026-03-11 15:00", "Wed 2026-03-11 16:00"]),
        ("next friday and monday", ["Fri 2026-03-20"]),
        ("next tue, thu and fri at 3pm", ["Tue 2026-03-17 15:00", "Thu 2026-03-19 15:00"]),
        ("mon, wed or fri", ["Mon 2026-03-16", "Wed 2026-03-18", "Fri 2026-03-13"]),
    ],
)
def test_the_first_stands_and_the_others_are_beside_it(words: str, times: list[str]) -> None:
    assert all_of(understood(words))[: len(times)] == times


def test_of_several_wanted_ones_the_first_says_that_there_are_more() -> None:
    assert understood("thu and sat at 6pm").notes
    assert not understood("thu or sat at 6pm").notes


def test_days_in_a_row_are_one_stretch() -> None:
    told = understood("saturday and sunday")
    assert (told.kind, line(told)) == (Kind.DAYS, "Sat 2026-03-14 > Mon 2026-03-16")
    assert line(understood("next thursday and friday")) == "Thu 2026-03-19 > Sat 2026-03-21"
    assert line(understood("june and july")) == "Mon 2026-06-01 > Sat 2026-08-01"


@pytest.mark.parametrize("words", ["two and four", "5 and 7", "friday and bo", "an hour or two"])
def test_other_lists_are_refused(words: str) -> None:
    assert refused(words).why


def test_a_list_is_found_in_a_sentence() -> None:
    found = find_main("yoga on thu and sat at 6pm with Jo", now=NOW, zone=BERLIN)
    assert found is not None
    assert isinstance(found.meaning, Meaning)
    assert (found.text, line(found.meaning)) == ("on thu and sat at 6pm", "Thu 2026-03-12 18:00")
