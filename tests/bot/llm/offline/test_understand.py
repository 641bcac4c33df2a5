"""`convene understand`: a line in, a line out, in order, broken ones too."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.commands import understand
from bot.llm.model import Finished, Stop
from bot.prompt import prompt_for
from bot.tools.all import TOOLS
from tests.bot.llm.offline.transcripts import SETTING
from tests.fakes.models import ScriptedModel


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
    year_one = json.dumps({"text": "lunch", "reference": "0001-01-01", "tz": "Asia/Tokyo"})
    broken = ["{oops", '{"text": 3}', bad_zone, year_one, "", "[" * 90_000]
    found = lines(tmp_path, capsys, *broken, row("what's on tomorrow"))
    assert [line["tool"] for line in found] == [*[None] * len(broken), "get_schedule"]
    assert all(line["says"] for line in found[:-1])


def test_a_model_that_there_is_not_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text(row("lunch tomorrow") + "\n", encoding="utf-8")
    assert understand.run(str(file), "foo") == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "'foo'" in said.err


def test_a_setting_that_can_not_be_used_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONVENE_DATABASE_URL", "nowhere")
    assert understand.run("-", "openai:any") == 1
    assert "CONVENE_DATABASE_URL" in capsys.readouterr().err


def test_a_model_is_asked_as_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = ScriptedModel((Finished(stop=Stop.ANSWERED),))
    setting = replace(SETTING, speaker="me", people=(), calendars=())
    asyncio.run(understand.understand(listening, "lunch", now=setting.now, zone=setting.zone))
    [request] = listening.requests
    assert request.prompt == prompt_for(setting)
    assert [tool.name for tool in request.tools] == [tool.name for tool in TOOLS]


def test_a_missing_file_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert understand.run("no-such-file.jsonl", None) == 1
    assert "no-such-file.jsonl" in capsys.readouterr().err
