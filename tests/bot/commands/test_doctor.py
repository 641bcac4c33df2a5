"""`convene doctor` against stand-ins: all is well, and each fault by its name with what to do."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import text

from adapters.discord.client import mark_of
from adapters.slack.installations import InstallationStore
from bot.doctor import finding, outside
from bot.doctor.discord import _current_tree
from bot.doctor.examine import examine
from bot.doctor.finding import Finding, Mark, side_by_side, well
from bot.doctor.slack import check_manifest
from bot.settings import Settings
from calendar_core.clock import Clock, StandingClock, SystemClock
from calendar_core.opening import DATABASE_FILE, database_at, open_database
from calendar_core.vault import KEY_FILE, Vault, new_key
from scheduler.embedded import EmbeddedQueue
from scheduler.jobs import Job
from tests.adapters.slack.house import MANIFEST
from tests.bot.commands.serving import OPEN, of_slack, serving
from tests.servers.discord.rest import Fault
from tests.servers.discord.server import TOKEN, DiscordServer
from tests.servers.discord.server import serving as serving_discord
from tests.servers.slack import SlackServer, Workspace

CLIENT = "111.222"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(MANIFEST) as server:
        yield server


@pytest.fixture
def acme(slack: SlackServer) -> Workspace:
    return slack.workspace("acme")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with serving_discord() as server:
        yield server


@pytest.fixture
def data(tmp_path: Path, configured_database: str) -> Path:
    """A data folder with a database of this version."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def of_discord(discord: DiscordServer) -> dict[str, str]:
    return {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": discord.api_url}


async def looked(
    data: Path, settings: Mapping[str, str] | None = None, clock: Clock | None = None
) -> dict[str, Finding]:
    """What the doctor finds, by part; the last of a part's findings."""
    told: dict[str, Any] = {"_env_file": None, **(settings or {})}
    found = await examine(Settings(**told), data, clock or SystemClock())
    return {one.part: one for one in found}


def assert_wrong(found: Finding, words: str, todo: str, mark: Mark = Mark.WRONG) -> None:
    assert (found.mark, words in found.words, todo in found.todo) == (mark, True, True), str(found)


async def changed(data: Path, *statements: str, **values: object) -> None:
    """Meddle with the database, of whatever version it is."""
    database = database_at(os.environ.get("CONVENE_DATABASE_URL") or data)
    async with database.session() as session:
        for statement in statements:
            await session.execute(text(statement), values)
    await database.dispose()


# All together


async def test_where_all_is_well_it_says_so(
    data: Path, slack: SlackServer, acme: Workspace, discord: DiscordServer
) -> None:
    found = await looked(data, of_slack(slack, acme) | of_discord(discord))
    odd = [str(one) for one in found.values() if one.mark is not Mark.WELL]
    assert odd == [
        "! Discord commands: Discord was not told them yet. "
        "The next start of convene serve tells Discord."
    ]
    assert list(found) == [
        "data folder",
        "database",
        "keys",
        "time zones",
        "web door",
        "Slack bot token",
        "Slack scopes",
        "Slack app token",
        "Slack manifest",
        "Discord token",
        "Discord application",
        "Discord intents",
        "Discord commands",
        "model",
        "search",
        "due work",
        "calendars",
        "linking",
        "linked accounts",
        "other assistants",
        "clock",
    ]


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    found = await looked(tmp_path / "data")
    assert [str(one) for one in found.values() if one.mark is Mark.WRONG] == []
    assert_wrong(found["doors"], "nothing but the terminal", "README", Mark.ODD)
    assert os.listdir(tmp_path) == []


async def test_it_runs_beside_a_serving_convene_and_prints_nothing_secret(
    tmp_path: Path, slack: SlackServer, acme: Workspace, discord: DiscordServer
) -> None:
    settings = of_slack(slack, acme) | of_discord(discord)
    settings |= {"DISCORD_GATEWAY_URL": discord.gateway_url, "CONVENE_KEYS": new_key()}
    async with serving(tmp_path, settings) as served:
        await served.says(OPEN)
        async with serving(tmp_path, settings, command="doctor") as doctor:
            assert await doctor.ends() == 0
        assert "✓ Discord commands: Discord knows them as they are" in doctor.said
        assert {line[0] for line in doctor.said} == {"✓"}
        assert doctor.logged == []
        secrets = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "CONVENE_KEYS")
        assert [name for name in secrets if settings[name] in doctor.words] == []
        assert await served.stops() == 0


async def test_with_a_fault_it_exits_with_one(
    tmp_path: Path, slack: SlackServer, acme: Workspace
) -> None:
    settings = of_slack(slack, acme) | {"SLACK_BOT_TOKEN": "xoxb-bad"}
    async with serving(tmp_path, settings, command="doctor") as doctor:
        assert await doctor.ends() == 1
    assert [line for line in doctor.said if line.startswith("✗")] == [
        "✗ Slack bot token: refused by Slack (invalid_auth). On the app's page at "
        "api.slack.com/apps: OAuth & Permissions, Install to Workspace, then set SLACK_BOT_TOKEN "
        "to the Bot User OAuth Token (xoxb-…)."
    ]


async def test_a_broken_setting_is_a_fault(tmp_path: Path) -> None:
    settings = {"CONVENE_WEB_PORT": "no number"}
    async with serving(tmp_path, settings, command="doctor") as doctor:
        assert await doctor.ends() == 1
    [line] = doctor.said
    assert line.startswith("✗ settings:")
    assert "CONVENE_WEB_PORT" in line


async def test_a_part_that_hangs_is_a_finding_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finding, "ALL_AT_MOST", 0.1)

    async def hangs() -> list[Finding]:
        await asyncio.sleep(60)
        return []

    async def answers() -> list[Finding]:
        return [well("model", "fine")]

    first, second = await side_by_side(due_work=hangs(), model=answers())
    assert_wrong(first, "no answer", "Try again")
    assert (first.part, str(second)) == ("due work", "✓ model: fine")


# Slack


@pytest.mark.parametrize(
    ("name", "value", "part", "words", "todo"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-bad", "Slack bot token", "invalid_auth", "OAuth & Permissions"),
        ("SLACK_BOT_TOKEN", "xapp-1", "Slack bot token", "holds no bot token", "xoxb-"),
        ("SLACK_APP_TOKEN", "xapp-bad", "Slack app token", "invalid_auth", "connections:write"),
        ("SLACK_APP_TOKEN", "xoxb-1", "Slack app token", "no app-level token", "App-Level"),
        ("SLACK_API_URL", "http://127.0.0.1:1/api/", "Slack bot token", "no connection", "proxy"),
    ],
)
async def test_a_bad_setting_of_slack_is_named(
    data: Path,
    slack: SlackServer,
    acme: Workspace,
    name: str,
    value: str,
    part: str,
    words: str,
    todo: str,
) -> None:
    found = await looked(data, of_slack(slack, acme) | {name: value})
    assert_wrong(found[part], words, todo)


@pytest.mark.parametrize(
    ("fault", "mark", "words"),
    [
        ({"status": 503}, Mark.WRONG, "troubles (HTTP 503)"),
        ({"retry_after": 30}, Mark.ODD, "limits"),
        ({"garbage": True}, Mark.WRONG, "not Slack"),
        ({"error": "account_inactive"}, Mark.WRONG, "removed"),
        ({"cut": True}, Mark.WRONG, "no answer"),
        ({"delay": 30.0}, Mark.WRONG, "no answer in"),
    ],
)
async def test_what_slack_does_to_a_token_is_told(
    data: Path,
    slack: SlackServer,
    acme: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
    mark: Mark,
    words: str,
) -> None:
    monkeypatch.setattr(outside, "AT_MOST", 1.0)
    slack.fault("auth.test", **fault)
    begun = time.monotonic()
    found = await looked(data, of_slack(slack, acme))
    assert (found["Slack bot token"].mark, words in found["Slack bot token"].words) == (mark, True)
    assert found["Slack app token"].mark is Mark.WELL
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("without", "besides", "mark", "words"),
    [
        ({"commands"}, set(), Mark.WRONG, "missing: commands"),
        (set(), {"files:read"}, Mark.ODD, "not needed: files:read"),
    ],
)
async def test_scopes_are_compared_with_the_manifest(
    data: Path,
    slack: SlackServer,
    acme: Workspace,
    without: set[str],
    besides: set[str],
    mark: Mark,
    words: str,
) -> None:
    token = slack.backend.world.tokens[acme.bot_token]
    token.scopes = frozenset(token.scopes - without | besides)
    found = await looked(data, of_slack(slack, acme))
    assert (found["Slack scopes"].mark, found["Slack scopes"].words) == (mark, words)


@pytest.mark.parametrize(
    ("setting", "todo"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_APP_TOKEN": "xapp-1"}, "Set SLACK_CLIENT_SECRET."),
    ],
)
async def test_slack_in_part_is_a_fault(data: Path, setting: dict[str, str], todo: str) -> None:
    assert_wrong((await looked(data, setting))["Slack"], "in part", todo)


def test_the_manifest_is_compared_both_ways(tmp_path: Path) -> None:
    file = tmp_path / "app_manifest.yml"
    manifest = deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"].remove("commands")
    manifest["oauth_config"]["scopes"]["bot"].append("files:read")
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("app_mention")
    manifest["features"]["shortcuts"].pop()
    manifest["features"]["slash_commands"][0]["command"] = "/calendar"
    manifest["settings"]["interactivity"]["is_enabled"] = False
    file.write_text(yaml.safe_dump(manifest), encoding="utf-8")
    assert check_manifest(file).words.split("; ") == [
        "scope commands is missing",
        "scope files:read is not needed",
        "event app_mention is missing",
        "command /cal is missing",
        "command /calendar is not needed",
        "shortcut event_of_message is missing",
        "interactivity is off",
    ]


@pytest.mark.parametrize(
    ("content", "mark"), [(None, Mark.ODD), ("a: [", Mark.WRONG), ("a: 1", Mark.WRONG)]
)
def test_a_manifest_that_cannot_be_read_is_told(
    tmp_path: Path, content: str | None, mark: Mark
) -> None:
    file = tmp_path / "app_manifest.yml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert check_manifest(file).mark is mark


async def test_http_needs_a_secret_and_an_address(data: Path, acme: Workspace) -> None:
    settings = {
        "SLACK_BOT_TOKEN": acme.bot_token,
        "SLACK_API_URL": f"{acme.slack.base_url}/api/",
        "SLACK_SIGNING_SECRET": "0" * 32,
    }
    found = await looked(data, settings)
    assert_wrong(found["Slack over HTTP"], "no public address", "CONVENE_PUBLIC_URL", Mark.ODD)
    found = await looked(data, settings | {"SLACK_SIGNING_SECRET": "what?"})
    assert_wrong(found["Slack over HTTP"], "does not look", "Signing Secret", Mark.ODD)
    found = await looked(data, settings | {"CONVENE_PUBLIC_URL": "https://localhost:1"})
    assert "https://localhost:1/slack/events" in found["Slack over HTTP"].words


def installs(slack: SlackServer, **more: str) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_CLIENT_ID": CLIENT,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        **more,
    }


async def install(data: Path, workspace: Workspace) -> None:
    """Keep an installation, as if somebody had agreed to it."""
    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    store = InstallationStore(database, Vault(data), CLIENT)
    await store.async_save_bot(
        Bot(
            team_id=workspace.id,
            bot_token=workspace.bot_token,
            bot_id="B1",
            bot_user_id=workspace.bot_user,
            installed_at=time.time(),
        )
    )
    await database.dispose()


async def test_every_installation_is_tried(data: Path, slack: SlackServer, acme: Workspace) -> None:
    found = await looked(data, installs(slack))
    assert_wrong(found["Slack installations"], "without a public address", "CONVENE_PUBLIC_URL")
    settings = installs(slack, CONVENE_PUBLIC_URL="https://localhost:1")
    found = await looked(data, settings)
    assert "none yet; to install: https://localhost:1/slack/install" in str(
        found["Slack installations"]
    )
    club = slack.workspace("club")
    for workspace in (acme, club):
        await install(data, workspace)
    found = await looked(data, settings)
    assert "2, 2 tried and good" in found["Slack installations"].words
    assert "1 in convene.keys, 2 sealed secrets open" in found["keys"].words
    club.revokes_token()
    found = await looked(data, settings)
    assert_wrong(found[f"Slack installation {club.id}"], "token_revoked", "/slack/install")
    assert f"Slack installation {acme.id}" not in found


# Discord


@pytest.mark.parametrize(
    ("path", "status", "body", "part", "mark", "words"),
    [
        ("/users/@me", 401, {}, "Discord token", Mark.WRONG, "refuses"),
        ("/users/@me", 503, {}, "Discord token", Mark.WRONG, "troubles"),
        ("/users/@me", 429, {}, "Discord token", Mark.ODD, "limits"),
        ("/users/@me", 404, {}, "Discord token", Mark.WRONG, "not Discord"),
        ("/oauth2/applications/@me", 500, {}, "Discord application", Mark.WRONG, "HTTP 500"),
        (
            "/oauth2/applications/@me",
            200,
            {"id": "1000", "flags": 1 << 19},
            "Discord intents",
            Mark.ODD,
            "Message Content",
        ),
        (
            "/oauth2/applications/@me",
            200,
            {"id": "1000", "flags": 0, "bot_require_code_grant": True},
            "Discord application",
            Mark.WRONG,
            "nobody can bring it",
        ),
    ],
)
async def test_what_is_wrong_with_discord_is_told(
    data: Path,
    discord: DiscordServer,
    path: str,
    status: int,
    body: dict[str, Any],
    part: str,
    mark: Mark,
    words: str,
) -> None:
    discord.rest.faults.append(Fault("GET", path, status, body))
    found = (await looked(data, of_discord(discord)))[part]
    assert (found.mark, words in found.words, bool(found.todo)) == (mark, True, True), str(found)


async def test_several_connections_to_discord_are_told(data: Path, discord: DiscordServer) -> None:
    assert "Discord connections" not in await looked(data, of_discord(discord))
    discord.rest.shards = 3
    found = (await looked(data, of_discord(discord)))["Discord connections"]
    assert (found.mark, found.words) == (Mark.WELL, "3 are opened, as Discord recommends")


async def test_commands_of_another_version_are_noticed(data: Path, discord: DiscordServer) -> None:
    await changed(data, "INSERT INTO discord_commands (application, mark) VALUES ('1000', 'old')")
    found = await looked(data, of_discord(discord))
    assert_wrong(found["Discord commands"], "another version", "next start", Mark.ODD)


async def test_commands_that_discord_lost_are_noticed(data: Path, discord: DiscordServer) -> None:
    nobody: Any = None
    mark = mark_of(_current_tree(nobody))
    await changed(
        data, "INSERT INTO discord_commands (application, mark) VALUES ('1000', :mark)", mark=mark
    )
    found = await looked(data, of_discord(discord))
    assert_wrong(found["Discord commands"], "has lost them", "next start", Mark.ODD)
    discord.world.commands = [
        {"name": "cal"},
        *(
            {"type": kind, "name": name}
            for kind, name in ((3, "Make an event of this"), (2, "Find a time with …"))
        ),
    ]
    assert (await looked(data, of_discord(discord)))["Discord commands"].mark is Mark.WELL


async def test_too_many_connections_of_a_day_are_told(data: Path, discord: DiscordServer) -> None:
    discord.rest.starts = 0
    found = await looked(data, of_discord(discord))
    assert_wrong(found["Discord connections"], "too often today", "started again")


# Here


async def test_a_database_of_another_version_is_told(data: Path) -> None:
    await changed(data, "UPDATE alembic_version SET version_num = '0001'")
    found = await looked(data)
    assert_wrong(found["database"], "of version 0001", "backup", Mark.ODD)
    assert found["due work"].mark is Mark.WELL, "what can't be looked at yet is no fault"
    await changed(data, "UPDATE alembic_version SET version_num = '9999'")
    assert_wrong((await looked(data))["database"], "newer Convene", "Update")


async def test_a_damaged_database_is_told(data: Path, configured_database: str) -> None:
    if configured_database:
        pytest.skip("a server looks after its own files")
    for name in os.listdir(data):
        os.unlink(data / name)
    (data / DATABASE_FILE).write_bytes(b"no database, but long enough to look like one" * 50)
    assert_wrong((await looked(data))["database"], "not usable", "restore a copy")


async def test_either_database_is_looked_over(tmp_path: Path, database_url: str) -> None:
    found = await looked(tmp_path, {"CONVENE_DATABASE_URL": database_url})
    kind = "SQLite" if database_url.startswith("sqlite") else "PostgreSQL"
    assert str(found["database"]).startswith(f"✓ database: {kind}, answers, can be written")
    assert found["due work"].words == "0 waiting, none overdue"


async def test_a_database_server_that_is_away_is_told(data: Path) -> None:
    address = "postgresql+psycopg://nobody:hidden@127.0.0.1:1/x"
    found = await looked(data, {"CONVENE_DATABASE_URL": address})
    assert_wrong(found["database"], "not usable", "CONVENE_DATABASE_URL")
    assert "hidden" not in str(list(found.values()))


async def test_a_folder_that_others_may_look_into_is_told(data: Path, tmp_path: Path) -> None:
    os.chmod(data, 0o755)
    assert_wrong((await looked(data))["data folder"], "others may look", "chmod 700", Mark.ODD)
    file = tmp_path / "file"
    file.write_text("")
    assert_wrong((await looked(file))["data folder"], "is no folder", "--data")


async def test_keys_are_looked_over(data: Path, slack: SlackServer, acme: Workspace) -> None:
    await install(data, acme)
    file = data / KEY_FILE
    kept = file.read_text()
    os.chmod(file, 0o644)
    assert_wrong((await looked(data))["keys"], "others may read", "chmod 600", Mark.ODD)
    os.chmod(file, 0o600)
    Vault(data).add_key()
    found = (await looked(data))["keys"]
    assert_wrong(found, "1 of 1 secrets are sealed with an older", "keys rotate", Mark.ODD)
    file.write_text("no key\n")
    assert_wrong((await looked(data))["keys"], "not usable", "convene keys new")
    file.write_text(f"{new_key()}\n")
    assert_wrong((await looked(data))["keys"], "1 of 1 sealed", "CONVENE_KEYS")
    file.unlink()
    assert_wrong((await looked(data))["keys"], "1 of 1 sealed", "backup")
    found = (await looked(data, {"CONVENE_KEYS": kept.strip()}))["keys"]
    assert str(found) == "✓ keys: 1 in CONVENE_KEYS, 1 sealed secrets open"


async def test_a_clock_that_is_off_is_told(data: Path, slack: SlackServer, acme: Workspace) -> None:
    now = SystemClock().now()
    for minutes, mark, words in ((0.5, Mark.ODD, "ahead of"), (-10, Mark.WRONG, "behind")):
        clock = StandingClock(now + timedelta(minutes=minutes))
        found = (await looked(data, of_slack(slack, acme), clock))["clock"]
        assert_wrong(found, words, "NTP", mark)


async def test_overdue_and_dead_work_is_told(data: Path) -> None:
    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    now = SystemClock().now()
    queue = EmbeddedQueue(database)
    late = Job(kind="reminder", run_at=now - timedelta(hours=1), key="a", payload={})
    await queue.enqueue(late)
    found = (await looked(data))["due work"]
    assert_wrong(found, "overdue since", "convene serve", Mark.ODD)
    await queue.enqueue(replace(late, key="b", kind="digest"))
    await queue.cancel("a")
    await changed(data, "UPDATE jobs SET is_dead = true, incident = '1a2b3c4d' WHERE key = 'b'")
    found = (await looked(data))["due work"]
    assert_wrong(found, "1 given up, the newest: digest 1a2b3c4d", "log", Mark.ODD)
    await database.dispose()


async def test_calendars_that_cannot_be_read_are_told_without_their_names(data: Path) -> None:
    from calendar_core.mirror import Mirror
    from calendar_core.people import PersonId

    database = await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)
    mirror = Mirror(database, SystemClock(), [])
    calendar = await mirror.add_calendar(PersonId("p1"), "Secret club")
    await database.dispose()
    await changed(data, "UPDATE calendars SET unread_since = '2026-03-10 08:00:00'")
    found = (await looked(data))["calendars"]
    assert_wrong(found, f"{calendar.id} can't be read since 2026-03-10 08:00 UTC", "link", Mark.ODD)
    assert "Secret club" not in str(found)


# Model and web door


@pytest.fixture
async def models() -> AsyncIterator[str]:
    """A server of chat completions that knows one model, or a proxy in front of nothing."""

    async def listed(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") == "Bearer bad":
            return web.json_response({"error": {}}, status=401)
        return web.json_response({"data": [{"id": "small"}]})

    app = web.Application()
    app.router.add_get("/v1/models", listed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("settings", "mark", "words"),
    [
        ({"CONVENE_MODEL": "clever"}, Mark.WRONG, "'clever' is none"),
        ({"CONVENE_MODELS": "clever"}, Mark.WRONG, "what is offered can't be used"),
        ({"CONVENE_MODEL": "openai:small"}, Mark.WRONG, "has no key"),
        ({"CONVENE_MODELS": "anthropic:small"}, Mark.WRONG, "anthropic:small has no key"),
        (
            {"CONVENE_MODEL": "anthropic:small", "ANTHROPIC_BASE_URL": "{}"},
            Mark.WELL,
            "anthropic:small is reachable",
        ),
        ({"CONVENE_MODEL": "openai:small", "OPENAI_BASE_URL": "{}/v1"}, Mark.WELL, "reachable"),
        ({"CONVENE_MODEL": "openai:big", "OPENAI_BASE_URL": "{}/v1"}, Mark.ODD, "'big'"),
        ({"CONVENE_MODEL": "openai:x", "OPENAI_BASE_URL": "{}/none"}, Mark.WELL, "reachable"),
        (
            {"CONVENE_MODEL": "openai:x", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"},
            Mark.WRONG,
            "no connection",
        ),
        (
            {"CONVENE_MODEL": "openai:x", "OPENAI_BASE_URL": "{}/v1", "OPENAI_API_KEY": "bad"},
            Mark.WRONG,
            "key is refused",
        ),
    ],
)
async def test_the_model_is_tried(
    data: Path, models: str, settings: dict[str, str], mark: Mark, words: str
) -> None:
    pointed = {name: value.replace("{}", models) for name, value in settings.items()}
    found = (await looked(data, pointed))["model"]
    assert (found.mark, words in found.words) == (mark, True), str(found)


@pytest.mark.parametrize(
    ("settings", "words", "todo"),
    [
        ({"CONVENE_WEB_HOST": "0.0.0.0"}, "listens on 0.0.0.0", "proxy"),
        ({"CONVENE_PUBLIC_URL": "https://localhost:1"}, "no connection", "proxy"),
        ({"CONVENE_PUBLIC_URL": "{}"}, "is not Convene", "pass on"),
    ],
)
async def test_the_web_door_is_looked_over(
    data: Path, models: str, settings: dict[str, str], words: str, todo: str
) -> None:
    pointed = {name: value.replace("{}", models) for name, value in settings.items()}
    assert_wrong((await looked(data, pointed))["web door"], words, todo, Mark.ODD)
