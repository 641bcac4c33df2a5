"""`convene accounts` and `convene sync`, as somebody types them."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app.core import Core
from bot.app.providers import MakeProvider, Provider
from bot.app.sealed import make_vault
from bot.cli import app
from bot.settings import Settings
from calendar_core.clock import SystemClock
from calendar_core.database import Database
from calendar_core.errors import SignInNeeded, TryLater
from calendar_core.events import CalendarId
from calendar_core.ics.writing import new_resource
from calendar_core.linking import Connections
from calendar_core.opening import open_database
from tests.calendar_core.house import BERLIN, ME, an_event, at
from tests.calendar_core.sync.linked import LINKED
from tests.fakes.calendars import LISTING, FakeProvider


class Unknown:
    """A mirror of which a provider knows nothing."""

    async def versions(self, calendar_id: CalendarId) -> dict[str, str]:
        return {}

    async def written(self, calendar_id: CalendarId) -> dict[str, str]:
        return {}


class NoLinking:
    """Nothing is linked through it."""

    begin = finish = revoke = None


def run(*words: str) -> tuple[int, str]:
    """The exit code and all that was said."""
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, configured_database: str) -> FakeProvider:
    """A provider that this Convene knows."""
    fake = FakeProvider()

    def make(connections: Connections, database: Database) -> Provider:
        return Provider(
            name="fake",
            reader=fake.reader,
            writer=fake.writer,
            linking=NoLinking(),  # type: ignore[arg-type]
        )

    def makers(settings: Settings) -> dict[str, MakeProvider]:
        return {"fake": make}

    monkeypatch.setattr("bot.app.providers.makers", makers)
    return fake


async def link(data: Path, provider: FakeProvider, url: str = "") -> None:
    """An account with two events on its calendar."""
    database = await open_database(url or data)
    core = Core(database, SystemClock(), BERLIN, vault=make_vault(Settings(), data))
    account = await core.linked.link(ME, LINKED)
    provider.listed += await core.linked.calendars(account.id)
    for one in ("One", "Two"):
        provider.put(
            provider.listed[0].id, f"{one}@test", new_resource(an_event(one), at=at("07:00")).ics
        )
    await database.dispose()


def test_nothing_is_linked(tmp_path: Path, configured_database: str) -> None:
    data = ("--data", str(tmp_path))

    assert run("accounts", *data) == (0, "No account is linked.\n")
    assert run("sync", "--once", *data) == (0, "No account is linked.\n")
    assert run("sync", "--once", "--account", "ana", *data) == (1, "No account of ana is linked.\n")


def test_accounts_are_read_and_listed(
    tmp_path: Path, provider: FakeProvider, configured_database: str
) -> None:
    asyncio.run(link(tmp_path, provider, configured_database))
    data = ("--data", str(tmp_path))

    before = run("accounts", *data)
    first = run("sync", "--once", *data)
    again = run("sync", "--once", "--account", "ME@example.org", *data)
    provider.fail(LISTING, SignInNeeded("The password is no longer accepted."))
    refused = run("sync", "--once", *data)
    after = run("accounts", *data)

    named = "fake me@example.org"
    assert before == (0, f"{named}: well\n  Work: 0 events; never read\n")
    assert first == (0, f"{named}\n  Work: 2 added\n")
    assert again == (0, f"{named}\n  Work: nothing new\n")
    assert refused == (1, f"{named}\n  Work: not read. The password is no longer accepted.\n")
    assert after == (
        0,
        f"{named}: unwell for 1 minute: The password is no longer accepted.\n"
        "  Work: 2 events; read just now; The password is no longer accepted; "
        "next try in 1 minute; counts as unread\n",
    )


def test_what_was_read_is_told_though_the_look_behind_it_failed(
    tmp_path: Path, provider: FakeProvider, configured_database: str
) -> None:
    asyncio.run(link(tmp_path, provider, configured_database))
    data = ("--data", str(tmp_path))
    provider.mirrored = Unknown()

    provider.fail(LISTING, None, TryLater("The server does not answer."))
    cut = run("sync", "--once", *data)
    again = run("sync", "--once", *data)
    rounds = provider.reads
    third = run("sync", "--once", *data)

    named = "fake me@example.org"
    lost = "Looking for what changed since failed: The server does not answer."
    assert cut == (1, f"{named}\n  Work: 2 added. {lost}\n")
    assert again == third == (0, f"{named}\n  Work: nothing new\n")
    assert (rounds, provider.reads) == (3, 4)
