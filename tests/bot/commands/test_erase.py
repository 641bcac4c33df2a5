"""`convene erase`: who is meant, what is said and asked first, and going on after a break."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from bot.app.core import Core
from bot.commands.erase import run
from bot.people import Person
from calendar_core.clock import SystemClock
from calendar_core.opening import open_database
from tests.bot.house import a_sender
from tests.builders import BERLIN

pytestmark = pytest.mark.usefixtures("configured_database")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CONVENE_KEYS", raising=False)
    monkeypatch.chdir(tmp_path)


async def _with_core(data: Path, work: Any) -> Any:
    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    try:
        return await work(Core(database, SystemClock(), BERLIN))
    finally:
        await database.dispose()


def people(data: Path, *names: str) -> list[Person]:
    """Some who are known here, each with a calendar."""

    async def made(core: Any) -> list[Person]:
        found = [await core.people.welcome(a_sender(name), BERLIN) for name in names]
        for one in found:
            await core.mirror.add_calendar(one.id, "Personal")
        return found

    found: list[Person] = asyncio.run(_with_core(data, made))
    return found


def known(data: Path) -> list[str]:
    """Who is known."""

    async def names(core: Any) -> list[str]:
        return [one.name for name in ("Ana", "Bo") for one in await core.people.called(name)]

    found: list[str] = asyncio.run(_with_core(data, names))
    return found


def test_it_says_what_goes_and_wants_the_name_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people(tmp_path, "Ana", "Bo")
    monkeypatch.setattr("builtins.input", lambda prompt: "Ann")
    assert run("ana", yes=False, data=tmp_path) == 1
    said = capsys.readouterr().out
    assert "Everything of Ana will be erased:\n  calendar\n" in said
    assert "who they are on Fake (Ana)" in said
    assert said.endswith("Left as it was: nothing was erased.\n")
    assert known(tmp_path) == ["Ana", "Bo"]

    monkeypatch.setattr("builtins.input", lambda prompt: "Ana")
    assert run("ana", yes=False, data=tmp_path) == 0
    assert known(tmp_path) == ["Bo"]


def test_yes_asks_nothing_and_an_id_will_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ana, _ = people(tmp_path, "Ana", "Bo")
    assert run(ana.id, yes=True, data=tmp_path) == 0
    assert capsys.readouterr().out.endswith("Erased. Whoever they were is a stranger now.\n")
    assert run("Ana", yes=True, data=tmp_path) == 1
    assert "I know nobody called 'Ana'" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(prompt: str) -> str:
        raise EOFError

    people(tmp_path, "Ana")
    monkeypatch.setattr("builtins.input", ended)
    assert run("Ana", yes=False, data=tmp_path) == 1
    assert known(tmp_path) == ["Ana"]


def test_several_of_one_name_are_told_apart_by_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = people(tmp_path, "Ana", "ANA ")
    asyncio.run(_with_core(tmp_path, lambda core: _renamed(core, other)))
    assert run("Ana", yes=True, data=tmp_path) == 1
    said = capsys.readouterr().err
    assert one.id in said
    assert other.id in said


async def _renamed(core: Any, person: Person) -> None:
    from dataclasses import replace

    await core.people.save(replace(person, name="Ana"))


def test_what_was_broken_off_is_gone_on_with_by_the_same_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ana, _ = people(tmp_path, "Ana", "Bo")
    asyncio.run(_with_core(tmp_path, lambda core: core.erasing.begin(ana.id)))
    assert run("Ana", yes=False, data=tmp_path) == 0
    assert capsys.readouterr().out.startswith("Going on with what was begun before.\nErased.")
    assert run("Ana", yes=True, data=tmp_path) == 1
