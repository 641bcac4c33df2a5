"""`convene usage` and `convene model`: what was taken, told and counted; what is chosen."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.app.core import Core
from bot.commands.syncing import open_house
from bot.commands.usage import run_model, run_usage
from bot.commands.used import NO_MODEL
from bot.spending import Prices, Spent
from bot.usage import Usage
from bot.workspaces import Workspaces
from tests.bot.house import a_sender
from tests.builders import BERLIN

pytestmark = pytest.mark.usefixtures("configured_database")


def there(data: Path, do: Callable[[Core], Awaitable[object]]) -> object:
    """Do something in the house of that folder."""

    async def inside() -> object:
        async with open_house(data) as core:
            return await do(core)

    return asyncio.run(inside())


async def lived_in(core: Core) -> None:
    usage = Usage(core.database, core.clock)
    ana = await core.people.welcome(a_sender("Ana"), BERLIN)
    bo = await core.people.welcome(a_sender("Bo"), BERLIN)
    spent = Spent(calls=2, tokens_in=12_000, tokens_cached=8_000, tokens_out=500)
    await usage.record(ana.id, "large", spent, Prices(read=3, cached=0.3, written=15))
    await usage.record(ana.id, "large", spent, Prices(read=3, cached=0.3, written=15))
    await usage.record(bo.id, "small", Spent(calls=1, tokens_in=70, tokens_out=5), None)
    await usage.record(bo.id, "offline", Spent(), None)


def test_what_was_taken_is_told_by_day_person_and_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_usage(data=tmp_path, days=1, person=None, turns=False, as_json=False) == 0
    assert capsys.readouterr().out == f"{NO_MODEL}\n"
    there(tmp_path, lived_in)
    assert run_usage(data=tmp_path, days=2, person=None, turns=False, as_json=False) == 0
    heads, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert " ".join(heads) == (
        "day person model turns calls tokens read of those cached written cost"
    )
    assert [row[1:] for row in rows] == [
        ["Ana", "large", "2", "4", "24,000", "16,000", "1,000", "0.0438"],
        ["Bo", "small", "1", "1", "70", "0", "5", "unknown"],
        ["3", "5", "24,070", "16,000", "1,005", "≥", "0.0438"],
    ]
    assert run_usage(data=tmp_path, days=2, person="Bo", turns=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    for row in (*told["used"], *told["turns"]):
        assert (row["name"], row["tokens_in"], row["cost"]) == ("Bo", 70, None)
    assert (len(told["used"]), len(told["turns"])) == (1, 1)
    assert run_usage(data=tmp_path, days=2, person="Cleo", turns=False, as_json=False) == 1
    assert "I know nobody called 'Cleo'" in capsys.readouterr().err


def test_a_model_is_chosen_for_a_workspace_or_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_MODELS", "openai:a,anthropic:b")
    there(tmp_path, lived_in)
    assert run_model(None, None, None, data=tmp_path) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in listed] == [
        ["*", "offline"],
        ["openai:a", "openai:a"],
        ["anthropic:b", "anthropic:b"],
    ]
    assert run_model("openai:a", "slack/T1", None, data=tmp_path) == 0
    assert run_model("anthropic:b", None, "Ana", data=tmp_path) == 0
    assert run_model("openai:z", "slack/T1", None, data=tmp_path) == 1
    assert run_model("openai:a", None, None, data=tmp_path) == 1
    assert run_model("openai:a", "slack", None, data=tmp_path) == 1

    async def chosen(core: Core) -> tuple[str, str]:
        (ana,) = await core.people.called("Ana")
        there = await Workspaces(core.database, core.clock).model_of("slack", "T1")
        return there, ana.preferences.model

    assert there(tmp_path, chosen) == ("openai:a", "anthropic:b")
    assert run_model("none", "slack/T1", None, data=tmp_path) == 0
    assert there(tmp_path, chosen) == ("", "anthropic:b")
    assert "'openai:z' is not offered. There is: offline, openai:a" in capsys.readouterr().err
