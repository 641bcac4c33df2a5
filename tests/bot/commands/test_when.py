"""`convene when`: what is printed, and which exit code comes back."""

import json
from pathlib import Path

import pytest

from bot.commands.when import run

AT = "2026-03-11T09:00"


def when(
    text: str | None,
    *,
    at: str | None = AT,
    tz: str | None = "Europe/Berlin",
    as_json: bool = False,
    within: bool = False,
    batch: str | None = None,
) -> int:
    """The command as somebody would call it on a Wednesday morning in Berlin."""
    return run(text, at=at, tz=tz, as_json=as_json, within=within, batch=batch)


def test_a_phrase_is_answered_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert when("next tuesday 2-3:30") == 0
    assert capsys.readouterr().out == (
        "Tue 17 March 2026 14:00–15:30 (Europe/Berlin)\n"
        "or: Tue 17 March 2026 02:00–03:30 (Europe/Berlin)\n"
    )


def test_a_refusal_says_why_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert when("sunday the 16th") == 1
    assert capsys.readouterr().out == (
        "The 16th is a Monday. Do you mean Sun 15 March or Mon 16 March?\n"
        "or: Sun 15 March 2026; Mon 16 March 2026\n"
    )


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert when("tomorrow at 15:00", as_json=True) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed) == {
        "understood": True,
        "kind": "instant",
        "start": "2026-03-12T15:00:00+01:00",
        "end": None,
        "grain": "minute",
        "length": None,
        "rule": None,
        "alternatives": [],
    }


def test_a_sentence_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert when("move lunch to Friday at one", within=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["start"], told["text"], told["at"]) == (
        "2026-03-13T13:00:00+01:00",
        "Friday at one",
        [14, 27],
    )


def test_a_sentence_without_a_time_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert when("who is coming?", within=True) == 1
    assert capsys.readouterr().out == "I find no time in that sentence.\n"


@pytest.mark.parametrize(
    ("at", "tz", "text", "sentence"),
    [
        (AT, "Mars/Base", "today", "I don't know the time zone 'Mars/Base'."),
        (AT, "../etc/passwd", "today", "I don't know the time zone"),
        ("soon", "UTC", "today", "I can't read 'soon' as a moment."),
        (AT, "UTC", None, "Say a time"),
        (AT, "UTC", "  ", "Say a time"),
    ],
)
def test_misuse_is_one_sentence_on_stderr(
    capsys: pytest.CaptureFixture[str], at: str, tz: str, text: str | None, sentence: str
) -> None:
    assert when(text, at=at, tz=tz) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(sentence)


def test_a_batch_answers_every_line_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        {"text": "tomorrow", "reference": "2026-03-27T09:00", "tz": "Europe/Berlin"},
        {"text": "3pm", "reference": "2026-03-27T09:00"},
        {"text": "blah", "reference": "2026-03-27T09:00"},
        {"text": "tomorrow", "reference": "nonsense"},
        {"text": "tomorrow", "reference": "2026-03-27T09:00", "tz": "Nowhere"},
        {"reference": "2026-03-27T09:00"},
        ["no", "object"],
        {"text": "6pm", "reference": "2026-03-27T23:30:00+00:00", "tz": "Europe/Berlin"},
    ]
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join([*map(json.dumps, lines), "{broken", ""]), encoding="utf-8")
    assert when(None, tz=None, batch=str(path)) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["understood"] for one in told] == [
        True, True, False, False, False, False, False, True, False,
    ]  # fmt: skip
    assert (told[0]["start"], told[1]["start"]) == ("2026-03-28", "2026-03-27T15:00:00+00:00")
    assert told[7]["start"] == "2026-03-28T18:00:00+01:00"
    assert all(one["why"] for one in told if not one["understood"])


def test_a_batch_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert when(None, batch="/nowhere/asked.jsonl") == 1
    assert capsys.readouterr().err.startswith("I can't read /nowhere/asked.jsonl")
