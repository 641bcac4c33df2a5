"""`convene serve`, run for real: what it says, what it survives, how it ends."""

import asyncio
import io
import json
import os
import re
import signal
import socket
import time
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import text
from yarl import URL

from adapters.slack.installations import InstallationStore
from bot.commands.serve import Stop
from calendar_core.database import Database
from calendar_core.opening import open_database
from calendar_core.vault import KEY_FILE, Vault
from tests.adapters.slack.house import MANIFEST
from tests.bot.commands.serving import (
    OPEN,
    Serving,
    in_a_python_of_its_own,
    of_slack,
    serving,
)
from tests.servers.discord.server import TOKEN, DiscordServer
from tests.servers.discord.server import serving as serving_discord
from tests.servers.slack import Member, SlackServer, Workspace

QUICKLY = 12.0
"""Seconds in which a stopped process is gone."""
on_both = pytest.mark.usefixtures("configured_database")
"""What touches the database goes on SQLite and on PostgreSQL."""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(MANIFEST, retry_after=(0.0, 0.2, 0.2)) as server:
        yield server


@pytest.fixture
def acme(slack: SlackServer) -> Workspace:
    return slack.workspace("acme")


@pytest.fixture
def ana(acme: Workspace) -> Member:
    return acme.user("Ana Ash")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with serving_discord() as server:
        yield server


def of_discord(discord: DiscordServer) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def fetched(served: Serving, path: str) -> tuple[int, str]:
    """What its web door answers."""
    address = (await served.says("web: http")).split()[-1]
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(timeout=timeout) as browser,
        browser.get(f"{address}{path}") as answer,
    ):
        return answer.status, await answer.text()


# What it says, and that it works


@on_both
async def test_it_says_what_it_is_connected_to_answers_and_stops(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member, discord: DiscordServer
) -> None:
    settings = of_slack(slack, acme) | of_discord(discord)
    async with serving(tmp_path, settings, begin=in_a_python_of_its_own) as served:
        await served.says(OPEN)
        told = [line.strip() for line in served.said[1:]]
        assert told[:3] == [
            "database: answers",
            "Slack: acme, Socket Mode connected",
            "Discord: connected as Convene, 1 server",
        ]
        invited = await served.says("onto a Discord server")
        assert "client_id=1000&scope=bot+applications.commands&permissions=" in invited
        await ana.dms("am I free tomorrow at 10?")
        await ana.sees("ree")
        await discord.say_directly("am I free tomorrow at 10?")
        await until(lambda: "ree" in "".join(said_by_bot(discord)))
        assert await served.stops(QUICKLY) == 0
        assert served.said[-2:] == [
            "Stopping: what is being answered comes to its end. Once more stops at once.",
            "Stopped.",
        ]
        assert served.logged == [line for line in served.logged if " INFO " in line]
    assert slack.complaints == []


def said_by_bot(discord: DiscordServer) -> list[str]:
    return [json.dumps(one) for one in discord.world.messages.values() if one["author"].get("bot")]


async def until(is_so: object, within: float = 15.0) -> None:
    assert callable(is_so)
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 (it is another's state)
            await asyncio.sleep(0.02)


@on_both
async def test_health_and_figures_are_told_over_http(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        status, text = await fetched(served, "/healthz")
        told = json.loads(text)
        assert (status, told["well"]) == (200, True)
        assert told["parts"]["Slack"] == {"well": True, "is": "acme, Socket Mode connected"}
        assert set(told["parts"]) == {"database", "Slack", "due work"}
        await ana.dms("am I free tomorrow at 10?")
        await ana.sees("ree")
        status, figures = await fetched(served, "/metrics")
        assert status == 200
        assert 'convene_incoming_total{kind="message"} 1.0' in figures
        assert 'convene_door_up{door="slack"} 1.0' in figures
        assert "convene_database_up 1.0" in figures
        assert "Ana" not in figures
        assert await served.stops(QUICKLY) == 0


@on_both
async def test_nothing_that_people_say_is_logged(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme), "--verbose") as served:
        await served.says(OPEN)
        await ana.dms("create Zanzibar dinner tomorrow at 19:00")
        shown = await ana.sees("Zanzibar")
        await ana.clicks(shown, "Confirm")
        await ana.sees("Created")
        slack.fault("*", error="internal_error", times=2)
        await ana.dms("when is the Zanzibar dinner")
        await until(lambda: any("internal_error" in str(one.answer) for one in slack.backend.calls))
        assert await served.stops(QUICKLY) == 0
        assert len(served.logged) > 5
        assert [line for line in served.words.split("\n") if "anzibar" in line] == []
        tokens = (acme.bot_token, slack.app_token)
        assert [token for token in tokens if token in served.words] == []


# Ending


@on_both
async def test_what_is_being_answered_comes_to_its_end(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        begun = hold_answers(slack, 1.5)
        await ana.dms("am I free tomorrow at 10?")
        await until(begun)
        assert await served.stops(QUICKLY) == 0
        await ana.sees("ree")


async def test_what_takes_too_long_is_broken_off_and_said(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        begun = hold_answers(slack, 60)
        await ana.dms("am I free tomorrow at 10?")
        await until(begun)
        assert await served.stops(within=20) == 0
        await ana.sees("I was stopped before I could answer")


async def test_told_twice_it_ends_at_once(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        begun = hold_answers(slack, 60)
        await ana.dms("am I free tomorrow at 10?")
        await until(begun)
        served.tell(signal.SIGTERM)
        await served.says("Stopping")
        assert await served.stops(within=3) == 128 + signal.SIGTERM


def hold_answers(slack: SlackServer, seconds: float) -> object:
    """Let Slack take so long with whatever is said; whether something is being said."""
    faults = slack.backend.faults
    taken = []
    take = faults.take

    def note(method: str) -> object:
        if method in ("chat.postMessage", "chat.startStream"):
            taken.append(method)
        return take(method)

    faults.take = note  # type: ignore[assignment,method-assign]
    slack.fault("chat.postMessage", delay=seconds)
    slack.fault("chat.startStream", delay=seconds)
    return lambda: bool(taken)


async def test_it_stops_where_nobody_reads_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    stop = Stop()
    monkeypatch.setattr("sys.stdout", Gone())
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await stop.told.wait()


async def test_it_can_be_stopped_while_it_opens(tmp_path: Path) -> None:
    settings = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    with nobody_answers() as port:
        settings["SLACK_API_URL"] = f"http://127.0.0.1:{port}/api"
        async with serving(tmp_path, settings) as served:
            await served.says("opening its doors")
            await asyncio.sleep(1.5)
            assert await served.stops(QUICKLY) == 0
            assert OPEN not in served.said


class nobody_answers:
    """A port where somebody listens and says nothing."""

    def __enter__(self) -> int:
        self._socket = socket.create_server(("127.0.0.1", 0))
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._socket.close()


# What it survives


@on_both
async def test_a_lost_connection_is_made_anew(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        await slack.sockets.cut()
        await slack.connected(times=2, within=20)
        await ana.dms("am I free tomorrow at 10?")
        await ana.sees("ree", within=15)
        assert await served.stops(QUICKLY) == 0


async def test_without_a_network_it_goes_on_trying_and_says_so(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    with nobody_answers() as port:
        pass
    settings = of_slack(slack, acme) | {"SLACK_API_URL": f"http://127.0.0.1:{port}/api/"}
    async with serving(tmp_path, settings) as served:
        await served.says(OPEN, within=45)
        assert "not reachable" in await served.says("Slack:")
        status, text = await fetched(served, "/healthz")
        assert (status, json.loads(text)["parts"]["Slack"]["well"]) == (503, False)
        upstream = int(slack.api_url.split(":")[2].split("/")[0])
        async with forwarding(port, upstream):
            await served.says("Slack: acme, Socket Mode connected", within=60)
            await ana.dms("am I free tomorrow at 10?")
            await ana.sees("ree", within=15)
            assert await served.stops(QUICKLY) == 0


class forwarding:
    """A network that came back: what goes to one port goes to another."""

    def __init__(self, port: int, upstream: int) -> None:
        self._port, self._upstream = port, upstream

    async def __aenter__(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()


# One clear sentence


async def refused(folder: Path, settings: dict[str, str], command: str = "serve") -> str:
    """The one sentence of a start that fails."""
    begun = time.monotonic()
    async with serving(folder, settings, command=command) as served:
        assert await served.ends() == 1
    assert time.monotonic() - begun < 25
    sentences = [line for line in served.logged if not re.match(r"\d{4}-", line)]
    assert len(sentences) == 1, served.words
    assert "Traceback" not in served.words
    return sentences[0]


async def test_with_nothing_configured_it_says_what_to_set(tmp_path: Path) -> None:
    assert "SLACK_BOT_TOKEN" in await refused(tmp_path, {})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-bad", "Slack refuses"),
        ("SLACK_APP_TOKEN", "xapp-bad", "SLACK_APP_TOKEN"),
        ("DISCORD_TOKEN", "bad", "Discord refuses the token"),
        ("CONVENE_WEB_PORT", "no number", "CONVENE_WEB_PORT"),
        ("CONVENE_WEB_HOST", "203.0.113.1", "can't listen on 203.0.113.1"),
        ("CONVENE_MODEL", "clever", "CONVENE_MODEL"),
        ("CONVENE_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/x", "DATABASE_URL"),
    ],
)
async def test_what_cannot_be_used_is_one_sentence(
    tmp_path: Path,
    slack: SlackServer,
    acme: Workspace,
    discord: DiscordServer,
    name: str,
    value: str,
    words: str,
) -> None:
    settings = of_slack(slack, acme) | of_discord(discord) | {name: value}
    told = await refused(tmp_path, settings)
    assert words in told
    assert value not in told or name in ("CONVENE_WEB_HOST", "CONVENE_MODEL")


async def test_a_taken_port_is_told(tmp_path: Path, slack: SlackServer, acme: Workspace) -> None:
    with nobody_answers() as port:
        told = await refused(tmp_path, of_slack(slack, acme) | {"CONVENE_WEB_PORT": str(port)})
    assert f"127.0.0.1:{port}" in told
    assert "CONVENE_WEB_PORT" in told


async def test_many_workspaces_need_a_public_address(tmp_path: Path, slack: SlackServer) -> None:
    told = await refused(
        tmp_path,
        {
            "SLACK_API_URL": slack.api_url,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_CLIENT_ID": slack.client_id,
            "SLACK_CLIENT_SECRET": slack.client_secret,
        },
    )
    assert "CONVENE_PUBLIC_URL" in told


@pytest.mark.parametrize("command", ["serve", "chat"])
async def test_a_folder_serves_one(
    tmp_path: Path, slack: SlackServer, acme: Workspace, command: str
) -> None:
    async with serving(tmp_path, of_slack(slack, acme)) as served:
        await served.says(OPEN)
        told = await refused(tmp_path, of_slack(slack, acme), command)
        assert "already runs" in told
        assert await served.stops(QUICKLY) == 0


# Slack over HTTP


@on_both
async def test_slack_may_call_instead(
    tmp_path: Path, slack: SlackServer, acme: Workspace, ana: Member
) -> None:
    settings = of_slack(slack, acme) | {"SLACK_SIGNING_SECRET": slack.signing_secret}
    del settings["SLACK_APP_TOKEN"]
    async with serving(tmp_path, settings) as served:
        address = (await served.says("web: http")).split()[-1]
        await served.says(OPEN)
        assert "Slack: acme, over HTTP" in await served.says("Slack:")
        http = slack.use_http(f"{address}/slack/events")
        await ana.dms("am I free tomorrow at 10?")
        await ana.sees("ree")
        http.secret = "0" * 32
        await ana.dms("am I free on Friday?")
        assert slack.deliveries[-1].failures
        status, _ = await fetched(served, "/slack/install")
        assert status == 404
        assert await served.stops(QUICKLY) == 0
        assert len(said_to(ana)) == 1


# Many workspaces


@on_both
@pytest.mark.parametrize("rotating", [False, True])
async def test_workspaces_install_it_and_stay_installed_over_a_restart(
    tmp_path: Path, rotating: bool
) -> None:
    rules = {**MANIFEST["settings"], "token_rotation_enabled": rotating}
    with nobody_answers() as port:
        pass
    site = f"http://localhost:{port}"
    async with SlackServer({**MANIFEST, "settings": rules}) as slack:
        settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_CLIENT_ID": slack.client_id,
            "SLACK_CLIENT_SECRET": slack.client_secret,
            "CONVENE_PUBLIC_URL": site,
            "CONVENE_WEB_PORT": str(port),
        }
        club = slack.workspace("club", installed=False)
        ben = club.user("Ben")
        async with serving(tmp_path, settings) as served:
            await served.says(f"into a Slack workspace: {site}/slack/install")
            await served.says(OPEN)
            assert await carried_off(site, club) == 400
            assert await installed(site, club) == 200
            await ben.dms("am I free tomorrow at 10?")
            await ben.sees("ree")
            assert await served.stops(QUICKLY) == 0
        at_rest = await kept(tmp_path / "data")
        assert club.id in at_rest
        assert "xoxb-" not in at_rest
        before = await nearly_over(tmp_path / "data", slack.client_id, club)
        async with serving(tmp_path, settings) as served:
            await served.says(OPEN)
            await ben.dms("am I free on Friday?")
            await until(lambda: len(said_to(ben)) == 2)
            after = await token_of(tmp_path / "data", slack.client_id, club)
            assert (after != before) is rotating
            await club.uninstalls()
            await until(lambda: f"uninstalled where={club.id}" in served.words)
            assert await served.stops(QUICKLY) == 0
        assert slack.complaints == []


async def opened(data: Path) -> Database:
    """The database that the process works on."""
    return await open_database(os.environ.get("CONVENE_DATABASE_URL") or data)


async def nearly_over(data: Path, client: str, where: Workspace) -> str:
    """Let the workspace's token come to its end, if it has one; the token."""
    database = await opened(data)
    async with database.session() as session:
        await session.execute(
            text(
                "UPDATE slack_installations SET token_ends = '2026-01-01 00:00:00'"
                " WHERE token_ends IS NOT NULL"
            )
        )
    await database.dispose()
    return await token_of(data, client, where)


async def token_of(data: Path, client: str, where: Workspace) -> str:
    """The token that is kept for a workspace."""
    database = await opened(data)
    store = InstallationStore(database, Vault(data), client)
    bot = await store.async_find_bot(
        enterprise_id=None, team_id=where.id, is_enterprise_install=False
    )
    await database.dispose()
    assert bot is not None
    return bot.bot_token


async def kept(data: Path) -> str:
    """All that is at rest of the installations, in the folder and in the database."""
    database = await opened(data)
    async with database.session() as session:
        rows = await session.execute(text("SELECT * FROM slack_installations"))
        told = [str(tuple(row)) for row in rows]
    await database.dispose()
    return "\n".join([*told, *contents(data)])


def contents(folder: Path) -> list[str]:
    return [one.read_bytes().decode("latin-1") for one in folder.iterdir() if one.is_file()]


def said_to(member: Member) -> list[str]:
    return [one.text for one in member.messages(member.dm) if one.bot_id is not None]


async def installed(site: str, where: Workspace) -> int:
    """Somebody of a workspace installs the app in a browser; the status."""
    cookies = aiohttp.CookieJar(treat_as_secure_origin=URL(site))
    async with aiohttp.ClientSession(cookie_jar=cookies) as browser:
        async with browser.get(f"{site}/slack/install") as shown:
            words = await shown.text()
        link = unescape(re.findall(r'href="(http[^"]+)"', words)[0])
        async with browser.get(f"{link}&team={where.id}") as end:
            return end.status


async def carried_off(site: str, where: Workspace) -> int:
    """What somebody else's browser gets for an installation that another began; the status."""
    async with aiohttp.ClientSession() as browser, aiohttp.ClientSession() as another:
        async with browser.get(f"{site}/slack/install") as shown:
            words = await shown.text()
        link = unescape(re.findall(r'href="(http[^"]+)"', words)[0])
        async with browser.get(f"{link}&team={where.id}", allow_redirects=False) as agreed:
            back = agreed.headers["Location"]
        async with another.get(back) as end:
            return end.status


@on_both
async def test_lost_keys_are_said_at_the_start(tmp_path: Path, slack: SlackServer) -> None:
    data, club = tmp_path / "data", slack.workspace("club")
    database = await opened(data)
    store = InstallationStore(database, Vault(data), slack.client_id)
    bot = Bot(
        team_id=club.id,
        bot_token=club.bot_token,
        bot_id="B1",
        bot_user_id=club.bot_user,
        installed_at=1.0,
    )
    await store.async_save_bot(bot)
    await database.dispose()
    os.unlink(data / KEY_FILE)
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "CONVENE_PUBLIC_URL": "https://localhost:1",
    }
    async with serving(tmp_path, settings) as served:
        assert "There is no key in" in await served.says("keys:")
        assert KEY_FILE not in os.listdir(data)
        assert await served.stops() == 0
