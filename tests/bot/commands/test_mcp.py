"""`convene mcp`: a real process that the protocol's own client starts, beside the terminal that
shows its cards; and tokens."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from bot.commands import mcp as command
from bot.commands.mcp import run_list, run_new, run_revoke
from calendar_core.folder import FolderLock, is_held
from tests.benchmarks.bench_start import ROOT
from tests.bot.commands.test_chat import convene, objects

LUNCH = {"title": "Lunch", "when": "tomorrow 12:30"}


def started(data: Path, **more: str) -> StdioServerParameters:
    """How an assistant starts us."""
    kept = ("PATH", "CONVENE_DATABASE_URL", "SYSTEMROOT", "HOME")
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp", "--data", str(data)],
        env={**{name: os.environ[name] for name in kept if name in os.environ}, **more},
        cwd=ROOT,
    )


def spoken(data: Path, *steps: dict[str, str]) -> list[dict[str, Any]]:
    """What is said in the terminal meanwhile."""
    typed = "".join(json.dumps(step) + "\n" for step in steps)
    # The clock of a script stands; an assistant's process runs on the machine's.
    done = convene("chat", "--data", data, "--tz", "Europe/Berlin", "--script", "-", "--json",
                   typed=typed)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return objects(done.stdout)


async def test_a_card_of_a_process_is_pressed_in_the_terminal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with Client(started(data), read_timeout_seconds=30) as client:
        proposed = (await client.call_tool("create_event", LUNCH)).structured_content
        assert proposed["card"].startswith("No card is shown yet")
        said = await asyncio.to_thread(spoken, data, {"press": "Confirm"})
        told = (await client.call_tool("pending_changes", {"id": proposed["id"]})).content
    words = json.dumps(said, ensure_ascii=False)
    assert 'Create \\"Lunch\\"?' in words
    assert "an assistant on this machine (mcp)" in words
    assert '✓ Created "Lunch"' in told[0].model_dump()["text"].replace('\\"', '"')


def test_tokens_are_told_once_listed_and_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_new(data=tmp_path, person=None, name="Desk", may_propose=False) == 0
    made = capsys.readouterr()
    assert made.out.startswith("convene-")
    assert "shown this once" in made.err
    assert run_new(data=tmp_path, person="me", name=None, may_propose=True) == 0
    assert run_list(data=tmp_path, person=None) == 0
    listed = capsys.readouterr().out
    assert "“Desk”, reads alone, since" in listed
    assert "“assistant 2”, reads and proposes" in listed
    assert made.out.strip() not in listed

    assert run_revoke(data=tmp_path, person=None, name=None) == 1
    assert run_revoke(data=tmp_path, person=None, name="desk") == 0
    assert run_revoke(data=tmp_path, person=None, name=None) == 0
    assert run_revoke(data=tmp_path, person=None, name=None) == 1
    assert run_new(data=tmp_path, person="Nobody", name=None, may_propose=True) == 1
    assert capsys.readouterr().err.splitlines()[-3:] == [
        "Say which one with --name: “Desk”, “assistant 2”.",
        "No other assistant is connected.",
        "I know nobody called 'Nobody'. Give a name, a mail address or an id.",
    ]


def test_a_token_that_is_none_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_MCP_TOKEN", "convene-none")
    monkeypatch.setattr(command, "log_to_stderr", lambda **_: None)
    assert command.run(data=tmp_path, person=None) == 1
    assert command.run(data=tmp_path, person="me") == 1
    assert capsys.readouterr().err.splitlines() == [
        "CONVENE_MCP_TOKEN is not valid, or was revoked. Make one with convene mcp token new.",
        "CONVENE_MCP_TOKEN says whose assistant it is. Leave --person out.",
    ]


def test_whether_somebody_serves_a_folder_is_seen_without_taking_it(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with FolderLock(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
