"""`convene free`: the published problems, and lines that are broken."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.commands.free import answer, run

GOOD = {
    "busy": {"Ana": [["Monday", "9:00", "10:00"]], "Bo": [["Tuesday", "9:30", "11:00"]]},
    "days": ["Monday", "Tuesday"],
    "hours": ["9:00", "11:00"],
    "length_minutes": 60,
    "avoid": [["Tuesday", "before", "9:30"]],
}


def problems() -> list[dict[str, Any]]:
    folder = os.environ.get("CONVENE_CASES")
    if not folder:
        pytest.skip("CONVENE_CASES is not set")
    lines = Path(folder, "free_time_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def holds(problem: dict[str, Any], day: str, start: int) -> bool:
    """The problem's own definition of a right slot."""
    end = start + problem["length_minutes"]
    if start < minutes(problem["hours"][0]) or end > minutes(problem["hours"][1]):
        return False
    for on, side, at in problem["avoid"]:
        if on == day and (
            side is None
            or (side == "before" and start < minutes(at))
            or (side == "after" and end > minutes(at))
        ):
            return False
    return not any(
        on == day and start < minutes(until) and minutes(since) < end
        for taken in problem["busy"].values()
        for on, since, until in taken
    )


def test_every_published_problem_is_solved_exactly() -> None:
    for problem in problems():
        gold = problem.pop("gold")

        slots = answer(json.dumps(problem))["slots"]

        assert isinstance(slots, list)
        expected = [
            (day, start)
            for day in problem["days"]
            for start in range(0, 24 * 60, 30)
            if holds(problem, day, start)
        ]
        assert [(slot["day"], minutes(slot["start"])) for slot in slots] == expected
        assert gold in slots
        assert slots[0] == gold or not problem["earliest"]


def test_all_slots_are_printed_in_the_form_of_the_line() -> None:
    assert answer(json.dumps(GOOD)) == {
        "slots": [{"day": "Monday", "start": "10:00", "end": "11:00"}]
    }
    padded = GOOD | {"hours": ["09:00", "24:00"], "length_minutes": 900, "avoid": [], "busy": {}}
    assert answer(json.dumps(padded)) == {
        "slots": [
            {"day": "Monday", "start": "09:00", "end": "24:00"},
            {"day": "Tuesday", "start": "09:00", "end": "24:00"},
        ]
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "This line is not a JSON object."),
        ("[1]", "This line is not a JSON object."),
        ("[" * 100_000, "This line is not a JSON object."),
        ("{}", "busy: Field required."),
        (json.dumps(GOOD | {"hours": ["9:00", "25:00"]}), "hours.1: 25:00 is no time of day."),
        (json.dumps(GOOD | {"hours": ["11:00", "9:00"]}), "11:00 to 9:00 ends before it starts."),
        (
            json.dumps(GOOD | {"length_minutes": 0}),
            "length_minutes: Input should be greater than 0.",
        ),
        (
            json.dumps(GOOD | {"avoid": [["Monday", "before", None]]}),
            "what to avoid needs both a side and a time, or neither.",
        ),
    ],
)
def test_a_broken_line_says_why(line: str, why: str) -> None:
    assert answer(line) == {"slots": [], "why": why}


def test_a_batch_answers_line_by_line_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\xfe\n" + json.dumps(GOOD).encode())

    assert run(str(batch)) == 0

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(one["slots"]) for one in answers] == [1, 0, 1]


def test_a_batch_is_read_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(GOOD) + "\n"))

    assert run("-") == 0

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / "none.jsonl")) == 1

    assert "none.jsonl can't be read: No such file or directory." in capsys.readouterr().err
