"""The whole program, killed at random instants while it is talked to through the script door.

What was promised ("I'll remind you …") comes; each reminder has one key, however often its line is
shown; what comes after its own instant is marked late.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

KILLS = int(os.environ.get("CONVENE_SOAK", "100")) // 4
TASKS = 5
"""New reminders in each life."""
FIRST = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - wall time, as the door takes it
APART = timedelta(minutes=20)
ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("configured_database")
def test_what_was_promised_comes_once(tmp_path: Path) -> None:
    chance = Random(2026)
    with _nursery() as nursery:
        _live(nursery, tmp_path, 0, None)  # makes the database
        whole = _live(nursery, tmp_path, 1, None)
        for life in range(2, KILLS + 2):
            _live(nursery, tmp_path, life, chance.uniform(0, whole))
        _live(nursery, tmp_path, KILLS + 2, None, tasks=0)
    lines = list(_lines(tmp_path / "said.jsonl"))
    promised = {line["task"] for line in lines if line["type"] == "message" and line["task"]}
    rung = [line for line in lines if line["type"] == "reminder"]

    killed = {task for task in promised if not task.startswith(("task0x", "task1x"))}
    assert killed, "some lives lasted long enough to promise something"
    assert promised <= {line["task"] for line in rung}
    assert len({line["key"] for line in rung}) == len({line["task"] for line in rung})
    assert [line for line in rung if _is_wrongly_marked(line)] == []


@contextmanager
def _nursery() -> Iterator[subprocess.Popen[str]]:
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.door"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with nursery:
        yield nursery


def _live(
    nursery: subprocess.Popen[str],
    folder: Path,
    life: int,
    lasts: float | None,
    *,
    tasks: int = TASKS,
) -> float:
    """One life, killed after so many seconds, or left to its end; how many seconds it took."""
    now, script = FIRST + life * APART, folder / f"script-{life}.jsonl"
    script.write_text("".join(f"{json.dumps(line)}\n" for line in _script(life, now, tasks)))
    data, at = str(folder / "data"), now.isoformat()
    arguments = ["chat", "--data", data, "--script", "-", "--json", "--now", at, "--tz", "UTC"]
    said = folder / "said.jsonl"
    order = {"arguments": arguments, "script": str(script), "said": str(said)}
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    with said.open("a") as file:
        file.write(f'\n{{"type": "life", "now": "{at}"}}\n')
    nursery.stdin.write(json.dumps(order) + "\n")
    nursery.stdin.flush()
    begun = time.monotonic()
    pid = int(nursery.stdout.readline())
    if lasts is not None:
        time.sleep(lasts)
        with suppress(ProcessLookupError):  # it may have come to its end by itself
            os.kill(pid, signal.SIGKILL)
    assert nursery.stdout.readline() == "ended\n"
    return time.monotonic() - begun


def _script(life: int, now: datetime, tasks: int) -> Iterator[dict[str, str]]:
    for task in range(1, tasks + 1):
        due = now + timedelta(minutes=task)
        yield {"say": f"remind me at {due:%H:%M} to do task{life}x{task}"}
    yield {"advance": "PT10M"}


def _lines(said: Path) -> Iterator[dict[str, Any]]:
    """What all lives said, each line with its task; a line that a kill cut off says nothing."""
    life = -1
    for text in said.read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if line["type"] == "life":
            life += 1
            continue
        yield line | {"task": _task(line, life)}


def _task(line: dict[str, Any], life: int) -> str | None:
    if line["type"] == "message" and line["text"].startswith("I'll remind you"):
        # Step 0 shows again what the life before was killed over.
        return f"task{life}x{line['step']}" if line["step"] else None
    words = str(line["text"]).rstrip(".").split()
    return next((word for word in words if word.startswith("task")), None)


def _is_wrongly_marked(line: dict[str, Any]) -> bool:
    if line["step"] == 0 and not line["late"]:
        return False  # said in time, and shown again because the life before was killed over it
    return bool(line["late"] != (_at(line) > _due(line)))


def _due(line: dict[str, Any]) -> datetime:
    return datetime.strptime(f"{line['key'].rpartition(':')[2]}+0000", "%Y%m%dT%H%M%S.%fZ%z")


def _at(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"])
