"""`convene understand`: a line in, a line out, in order, broken ones too."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands import understand


def lines(tmp_path: Path, capsys: pytest.CaptureFixture[str], *rows: str) -> list[dict[str, Any]]:
    file = tmp_path / "requests.jsonl"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert understand.run(str(file), None) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def row(text: str) -> str:
    return json.dumps({"text": text, "reference": "2026-03-10T08:00", "tz": "Europe/Berlin"})


def test_a_request_is_shown_with_its_times_resolved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [line] = lines(tmp_path, capsys, row("lunch with Ana friday at 12"))
    assert line["tool"] == "create_event"
    assert line["arguments"]["title"] == "Lunch with Ana"
    assert line["arguments"]["when"]["start"] == "2026-03-13T12:00:00+01:00"
    assert (line["asks"], line["more"]) == (None, [])


def test_a_question_names_its_tool_and_what_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [line] = lines(tmp_path, capsys, row("dentist"))
    assert line["tool"] == "create_event"
    assert line["asks"] == 'When is "Dentist"?'
    assert line["arguments"] == {"title": "Dentist"}


def test_further_calls_stand_in_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [line] = lines(tmp_path, capsys, row("cancel the review and cancel the standup"))
    assert line["arguments"] == {"event": "review"}
    assert line["more"] == [{"tool": "delete_event", "arguments": {"event": "standup"}}]


def test_broken_lines_keep_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad_zone = json.dumps({"text": "lunch", "tz": "Mars/North"})
    found = lines(tmp_path, capsys, "{oops", '{"text": 3}', bad_zone, row("what's on tomorrow"))
    assert [line["tool"] for line in found] == [None, None, None, "get_schedule"]
    assert all(line["says"] for line in found[:3])


def test_a_missing_file_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert understand.run("no-such-file.jsonl", None) == 1
    assert "no-such-file.jsonl" in capsys.readouterr().err
