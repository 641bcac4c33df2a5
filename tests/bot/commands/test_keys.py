"""`convene keys`: keys that seal, and changing them so that nothing is lost, wherever it breaks."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store import Bot

from adapters.slack.installations import InstallationStore, SealedTokens
from bot.commands.keys import run_new, run_rotate
from calendar_core.opening import open_database
from calendar_core.vault import KEY_FILE, Vault, new_key

CLIENT = "111.222"
TEAMS = [f"T{number}" for number in range(30)]


pytestmark = pytest.mark.usefixtures("configured_database")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CONVENE_KEYS", raising=False)
    monkeypatch.chdir(tmp_path)


async def _kept(data: Path, given: str | None = None) -> None:
    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    store = InstallationStore(database, Vault(data, given), CLIENT)
    for team in TEAMS:
        await store.async_save_bot(
            Bot(
                team_id=team,
                bot_token=f"xoxb-{team}",
                bot_id="B1",
                bot_user_id="U1",
                installed_at=time.time(),
            )
        )
    await database.dispose()


def keep(data: Path, given: str | None = None) -> None:
    """Seal a token for every team."""
    asyncio.run(_kept(data, given))


async def _opened(data: Path, keys: str) -> int:
    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    store = InstallationStore(database, Vault(data, keys), CLIENT)
    found = [
        await store.async_find_bot(enterprise_id=None, team_id=team, is_enterprise_install=False)
        for team in TEAMS
    ]
    await database.dispose()
    told = zip(TEAMS, found, strict=True)
    return sum(bot is not None and bot.bot_token == f"xoxb-{team}" for team, bot in told)


def opened(data: Path, keys: str) -> int:
    """How many of the tokens open with these keys alone."""
    return asyncio.run(_opened(data, keys))


def keys_of(data: Path) -> list[str]:
    return (data / KEY_FILE).read_text().split()


def test_a_new_key_is_one_and_another_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run_new(), run_new()) == (0, 0)
    first, second = capsys.readouterr().out.split()
    assert first != second
    assert Vault(tmp_path, f"{first},{second}").check() == 2


def test_after_a_change_the_newest_key_alone_opens_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path)
    [old] = keys_of(tmp_path)
    assert run_rotate(data=tmp_path) == 0
    newest, *others = keys_of(tmp_path)
    assert others == [old]
    assert (opened(tmp_path, newest), opened(tmp_path, old)) == (len(TEAMS), 0)
    told = capsys.readouterr()
    assert f"Sealed {len(TEAMS)} secrets anew" in told.out
    assert [key for key in (old, newest) if key in told.out + told.err] == []


def test_without_a_key_the_first_is_made(tmp_path: Path) -> None:
    assert run_rotate(data=tmp_path) == 0
    assert len(keys_of(tmp_path)) == 1


def test_a_change_that_was_broken_off_is_finished_without_a_further_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path)
    [old] = keys_of(tmp_path)
    seal_anew, done = Vault.seal_anew, 0

    def breaks_off(self: Vault, token: str) -> str:
        nonlocal done
        done += 1
        if done > 10:
            raise KeyboardInterrupt
        return seal_anew(self, token)

    with monkeypatch.context() as for_now:
        for_now.setattr(Vault, "seal_anew", breaks_off)
        assert run_rotate(data=tmp_path) == 130
    both = ",".join(keys_of(tmp_path))
    assert len(keys_of(tmp_path)) == 2
    assert opened(tmp_path, both) == len(TEAMS)
    assert 0 < opened(tmp_path, old) < len(TEAMS)
    assert run_rotate(data=tmp_path) == 0
    assert ",".join(keys_of(tmp_path)) == both
    assert opened(tmp_path, keys_of(tmp_path)[0]) == len(TEAMS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("after", [0, 1, 17])
def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path, after: int) -> None:
    keep(tmp_path)
    child = os.fork()
    if child == 0:
        seal_anew, done = Vault.seal_anew, 0

        def dies(self: Vault, token: str) -> str:
            nonlocal done
            if done == after:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1
            return seal_anew(self, token)

        Vault.seal_anew = dies  # type: ignore[method-assign]
        run_rotate(data=tmp_path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    newest, old = keys_of(tmp_path)
    assert opened(tmp_path, f"{newest},{old}") == len(TEAMS)
    assert opened(tmp_path, newest) == after
    assert run_rotate(data=tmp_path) == 0
    assert keys_of(tmp_path) == [newest, old]
    assert opened(tmp_path, newest) == len(TEAMS)


def test_what_is_renewed_meanwhile_keeps_its_new_token(tmp_path: Path) -> None:
    keep(tmp_path)

    async def played() -> str:
        database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or tmp_path)
        vault = Vault(tmp_path)
        store = InstallationStore(database, vault, CLIENT)
        vault.add_key()
        places = SealedTokens(database, vault)
        read = places._all

        async def read_before_it_was_renewed() -> list[tuple[str, str, str]]:
            rows = await read()
            await store.async_save_bot(
                Bot(
                    team_id="T0",
                    bot_token="xoxb-renewed",
                    bot_id="B1",
                    bot_user_id="U1",
                    installed_at=1.0,
                )
            )
            return rows

        places._all = read_before_it_was_renewed  # type: ignore[method-assign]
        assert await places.seal_anew() == len(TEAMS) - 1
        found = await store.async_find_bot(
            enterprise_id=None, team_id="T0", is_enterprise_install=False
        )
        await database.dispose()
        assert found is not None
        return found.bot_token

    assert asyncio.run(played()) == "xoxb-renewed"


def test_given_keys_are_changed_in_two_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = new_key()
    keep(tmp_path, old)
    monkeypatch.setenv("CONVENE_KEYS", old)
    assert run_rotate(data=tmp_path) == 0
    told = capsys.readouterr().out
    assert "CONVENE_KEYS" in told
    assert old not in told
    newest = told.split()[-1]
    monkeypatch.setenv("CONVENE_KEYS", f"{newest},{old}")
    assert run_rotate(data=tmp_path) == 0
    assert opened(tmp_path, newest) == len(TEAMS)
    assert not (tmp_path / KEY_FILE).exists()


def test_what_no_key_opens_is_said_and_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path)
    [old] = keys_of(tmp_path)
    (tmp_path / KEY_FILE).unlink()
    assert run_rotate(data=tmp_path) == 1
    assert "30 secrets open with none" in capsys.readouterr().err
    assert not (tmp_path / KEY_FILE).exists(), "no new key hides that the old one is missing"
    assert opened(tmp_path, old) == len(TEAMS)
    (tmp_path / KEY_FILE).write_text(f"{new_key()}\n")
    assert run_rotate(data=tmp_path) == 1
    assert opened(tmp_path, old) == len(TEAMS)


def test_a_bad_key_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONVENE_KEYS", "no key")
    keep(tmp_path, new_key())
    assert run_rotate(data=tmp_path) == 1
    assert "Key 1 of CONVENE_KEYS is not a key" in capsys.readouterr().err
