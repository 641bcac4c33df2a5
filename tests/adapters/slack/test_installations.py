"""Installations at rest, on both databases: sealed, found, renewed, deleted; states used once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation
from sqlalchemy import text

from adapters.slack.installations import STATE_LIVES, InstallationStore, SealedTokens, StateStore
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.vault import Vault, new_key
from tests.builders import NOW

CLIENT = "111.222"


def installed(
    team: str | None = "T1", enterprise: str | None = None, token: str = "xoxb-one"
) -> Installation:
    """What Slack answers when somebody agreed."""
    return Installation(
        app_id="A1",
        team_id=team,
        team_name="Acme" if team else None,
        enterprise_id=enterprise,
        enterprise_name="Acme Corp" if enterprise else None,
        bot_token=token,
        bot_id="B1",
        bot_user_id="U1",
        bot_scopes="chat:write,commands",
        bot_refresh_token="xoxe-1-one",
        bot_token_expires_at=1_800_000_000,
        user_id="U2",
        is_enterprise_install=team is None,
        installed_at=1_790_000_000.0,
    )


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


@pytest.fixture
def store(database: Database, vault: Vault) -> InstallationStore:
    return InstallationStore(database, vault, CLIENT)


async def found(
    store: InstallationStore, team: str | None = "T1", enterprise: str | None = None
) -> Bot | None:
    return await store.async_find_bot(
        enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None
    )


async def token_of(
    store: InstallationStore, team: str | None = "T1", enterprise: str | None = None
) -> str | None:
    bot = await found(store, team, enterprise)
    return bot.bot_token if bot is not None else None


async def rows(database: Database) -> str:
    """Everything that stands in the tables."""
    async with database.reading() as session:
        kept = await session.execute(text("SELECT * FROM slack_installations"))
        states = await session.execute(text("SELECT * FROM slack_states"))
        return str([*kept.all(), *states.all()])


async def test_what_is_kept_is_found_again_whole(store: InstallationStore) -> None:
    given = installed()
    await store.async_save(given)
    bot = await found(store)
    assert bot is not None
    assert bot.to_dict() == given.to_bot().to_dict()
    assert len(await store.places()) == 1


async def test_no_token_stands_in_the_database(
    database: Database, store: InstallationStore
) -> None:
    await store.async_save(installed())
    assert "T1" in await rows(database)
    assert "xox" not in await rows(database)


async def test_installing_again_takes_the_place(store: InstallationStore) -> None:
    await store.async_save(installed())
    await store.async_save(installed(token="xoxb-two"))
    assert await token_of(store) == "xoxb-two"
    assert len(await store.places()) == 1


async def test_installing_twice_at_once_is_installing(store: InstallationStore) -> None:
    await asyncio.gather(*(store.async_save(installed(token=f"xoxb-{n}")) for n in range(4)))
    assert await token_of(store) in {f"xoxb-{n}" for n in range(4)}
    assert len(await store.places()) == 1


async def test_workspaces_organizations_and_apps_are_kept_apart(
    database: Database, vault: Vault, store: InstallationStore
) -> None:
    await store.async_save(installed("T1", "E1", token="xoxb-team"))
    await store.async_save(installed(None, "E1", token="xoxb-org"))
    assert await token_of(store, "T1", "E1") == "xoxb-team"
    assert await token_of(store, "T1") == "xoxb-team", "also where the organization is not told"
    assert await token_of(store, None, "E1") == "xoxb-org"
    assert await token_of(store, "T2", "E1") is None
    assert set(await store.places()) == {("E1", "T1"), ("E1", None)}
    assert await token_of(InstallationStore(database, vault, "333.444"), "T1") is None


async def test_renewed_tokens_are_kept(store: InstallationStore) -> None:
    await store.async_save(installed())
    bot = await found(store)
    assert bot is not None
    bot.bot_token, bot.bot_refresh_token, bot.bot_token_expires_at = (
        "xoxb-2",
        "xoxe-2",
        1_900_000_000,
    )
    await store.async_save_bot(bot)
    again = await found(store)
    assert again is not None
    assert again.to_dict() == bot.to_dict()


async def test_what_is_uninstalled_is_gone_and_nothing_else(store: InstallationStore) -> None:
    await store.async_save(installed("T1", "E1"))
    await store.async_save(installed("T2"))
    await store.async_save(installed(None, "E1"))
    await store.async_delete_bot(enterprise_id="E1", team_id="T1")
    assert [await token_of(store, "T1"), await token_of(store, "T2")] == [None, "xoxb-one"]
    assert await token_of(store, None, "E1") == "xoxb-one"
    await store.async_delete_all(enterprise_id="E1", team_id=None)
    assert await token_of(store, None, "E1") is None
    assert len(await store.places()) == 1


async def test_a_person_who_takes_consent_back_leaves_the_bot(store: InstallationStore) -> None:
    await store.async_save(installed())
    await store.async_delete_installation(enterprise_id=None, team_id="T1", user_id="U2")
    assert await token_of(store) == "xoxb-one"


async def test_a_row_does_not_open_as_another_workspaces(
    database: Database, store: InstallationStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.async_save(installed("T1"))
    await store.async_save(installed("T2", token="xoxb-two"))
    async with database.session() as session:
        await session.execute(
            text(
                "UPDATE slack_installations SET sealed ="
                " (SELECT sealed FROM slack_installations WHERE place = 'T1') WHERE place = 'T2'"
            )
        )
    assert await token_of(store, "T2") is None
    assert "tokens not opened where=T2" in caplog.text
    assert "xox" not in caplog.text


async def test_without_a_good_key_installing_fails_with_a_page(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = InstallationStore(database, Vault(tmp_path, "no key"), CLIENT)
    with pytest.raises(BoltError):
        await store.async_save(installed())
    assert "Key 1 of CONVENE_KEYS" in caplog.text
    assert await store.places() == ()


async def test_keys_are_changed_and_done_again_does_the_rest(
    database: Database, vault: Vault, store: InstallationStore
) -> None:
    sealed = SealedTokens(database, vault)
    for team in ("T1", "T2", "T3"):
        await store.async_save(installed(team, token=f"xoxb-{team}"))
    vault.add_key()
    assert await sealed.old() == 3
    await store.async_save(installed("T2", token="xoxb-new"))
    assert await sealed.seal_anew() == 2
    assert (await sealed.old(), await sealed.seal_anew()) == (0, 0)
    newest = vault.file.read()[0]
    alone = InstallationStore(database, Vault(vault.file.path.parent, newest), CLIENT)
    tokens = [await token_of(alone, team) for team in ("T1", "T2", "T3")]
    assert tokens == ["xoxb-T1", "xoxb-new", "xoxb-T3"]


async def test_what_no_key_opens_is_counted_and_left(
    database: Database, tmp_path: Path, store: InstallationStore
) -> None:
    await store.async_save(installed())
    before = await rows(database)
    others = SealedTokens(database, Vault(tmp_path, new_key()))
    assert (await others.lost(), await others.seal_anew()) == (1, 0)
    assert await rows(database) == before


# States


async def test_a_state_is_good_once(database: Database) -> None:
    states = StateStore(database, StandingClock(NOW))
    state = await states.async_issue()
    assert state not in await rows(database)
    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    assert not await states.async_consume("forged")


async def test_a_state_that_is_used_twice_at_once_is_good_once(database: Database) -> None:
    states = StateStore(database, StandingClock(NOW))
    state = await states.async_issue()
    used = await asyncio.gather(*(states.async_consume(state) for _ in range(4)))
    assert sorted(used) == [False, False, False, True]


async def test_a_state_is_good_for_ten_minutes(database: Database) -> None:
    assert timedelta(minutes=10) == STATE_LIVES
    clock = StandingClock(NOW)
    states = StateStore(database, clock)
    in_time, too_late = await states.async_issue(), await states.async_issue()
    clock.move_to(NOW + STATE_LIVES - timedelta(seconds=1))
    assert await states.async_consume(in_time)
    clock.move_to(NOW + STATE_LIVES)
    assert not await states.async_consume(too_late)


async def test_old_states_are_forgotten(database: Database) -> None:
    clock = StandingClock(NOW)
    states = StateStore(database, clock)
    await states.async_issue()
    clock.move_to(NOW + STATE_LIVES)
    await states.async_issue()
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM slack_states")) == 1
