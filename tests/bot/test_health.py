"""How the house is: signs for an operator, figures for monitoring, and what is counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app.core import Core
from bot.app.house import make_engine
from bot.chat.messages import IncomingMessage
from bot.health import BEHIND, Counts, Health, Sign
from bot.llm.model import ModelCapabilities, ModelEvent, ModelRequest, TextDelta
from bot.settings import BadSettings, read_settings
from bot.spending import Spent
from bot.usage import Usage
from calendar_core.clock import StandingClock
from calendar_core.database import Database
from calendar_core.errors import DatabaseUnusable
from calendar_core.people import PersonId
from scheduler.embedded import DueWork
from tests.bot.house import a_sender, direct
from tests.builders import BERLIN, NOW
from tests.fakes.platform import FakePlatform

QUIET = DueWork(waiting=2, dead=0, oldest=None)


@dataclass
class Work:
    """Due work that a test decides; none means that the database does not answer."""

    told: DueWork | None = QUIET

    async def count(self) -> DueWork:
        if self.told is None:
            raise DatabaseUnusable("The disk is full.")
        return self.told


@dataclass
class Door:
    """A door that a test opens and shuts."""

    is_well: bool = True

    async def look(self) -> Sign:
        return Sign(part="Slack", is_well=self.is_well, words="acme")


def a_health(database: Database, work: Work, door: Door, counts: Counts | None = None) -> Health:
    return Health(database, work, StandingClock(NOW), {"slack": door.look}, counts or Counts())


async def test_every_part_is_told(database: Database) -> None:
    assert await a_health(database, Work(), Door()).signs() == [
        Sign(part="database", is_well=True, words="answers"),
        Sign(part="Slack", is_well=True, words="acme"),
        Sign(part="due work", is_well=True, words="2 waiting, none overdue"),
    ]


@pytest.mark.parametrize(
    ("told", "is_well", "words"),
    [
        (DueWork(waiting=1, dead=0, oldest=NOW - BEHIND), True, "1 waiting, none overdue"),
        (
            DueWork(waiting=1, dead=0, oldest=NOW - BEHIND - timedelta(minutes=2)),
            False,
            "7 minutes behind",
        ),
        (
            DueWork(waiting=0, dead=3, oldest=None),
            True,
            "0 waiting, none overdue; 3 given up, see convene doctor",
        ),
        (None, False, "unknown: DatabaseUnusable"),
    ],
)
async def test_due_work_that_is_behind_is_unwell(
    database: Database, told: DueWork | None, is_well: bool, words: str
) -> None:
    signs = await a_health(database, Work(told), Door()).signs()
    assert signs[-1] == Sign(part="due work", is_well=is_well, words=words)


class Gone(Database):
    """A database that does not answer."""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        raise DatabaseUnusable("The disk is full.")
        yield


async def test_a_database_that_is_gone_is_unwell_and_figures_still_come() -> None:
    health = a_health(Gone("sqlite+aiosqlite://"), Work(None), Door(is_well=False))
    signs = await health.signs()
    assert signs[0] == Sign(
        part="database", is_well=False, words="does not answer: DatabaseUnusable"
    )
    figures = await health.figures()
    assert "convene_database_up 0.0" in figures
    assert 'convene_door_up{door="slack"} 0.0' in figures


async def test_figures_tell_what_waits_and_what_came(database: Database) -> None:
    counts = Counts()
    for kind in ("message", "message", "press"):
        counts.heard(kind)
    counts.failed("press")
    oldest = NOW - timedelta(seconds=90)
    work = Work(DueWork(waiting=4, dead=1, oldest=oldest))
    figures = (await a_health(database, work, Door(), counts).figures()).splitlines()
    assert {
        'convene_incoming_total{kind="message"} 2.0',
        'convene_incoming_total{kind="press"} 1.0',
        'convene_failures_total{kind="press"} 1.0',
        "convene_jobs_waiting 4.0",
        "convene_jobs_dead 1.0",
        "convene_jobs_overdue_seconds 90.0",
        "convene_database_up 1.0",
    } <= set(figures)


class BuggyModel:
    """Breaks."""

    name = "buggy"
    capabilities = ModelCapabilities()

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        yield TextDelta("Well, ")
        raise KeyError("dinner in Zanzibar")


async def test_what_comes_in_is_counted_once_and_incidents_too(database: Database) -> None:
    core, counts = Core(database, StandingClock(NOW), BERLIN), Counts()
    engine = make_engine(core, {"fake": FakePlatform()}, BuggyModel(), BERLIN, counts)

    def hello(id_: str) -> IncomingMessage:
        place, sender = direct("Ana"), a_sender("Ana")
        return IncomingMessage(id=id_, place=place, sender=sender, text="hello", at=NOW)

    for id_ in ("m-1", "m-1", "m-2"):
        await engine.on_message(hello(id_))
    figures = await a_health(database, Work(), Door(), counts).figures()
    assert 'convene_incoming_total{kind="message"} 2.0' in figures
    assert 'convene_failures_total{kind="message"} 2.0' in figures
    assert "Zanzibar" not in figures


async def test_what_models_take_is_counted_by_model(database: Database) -> None:
    counts = Counts()
    await Usage(database, StandingClock(NOW), counts).record(
        PersonId("ana"), "small", Spent(calls=2, tokens_in=90, tokens_cached=60, tokens_out=7), None
    )
    figures = await a_health(database, Work(), Door(), counts).figures()
    assert 'convene_model_calls_total{model="small"} 2.0' in figures
    for kind, tokens in (("read", 30), ("cached", 60), ("written", 7)):
        assert f'convene_model_tokens_total{{kind="{kind}",model="small"}} {tokens}.0' in figures
    assert '"ana"' not in figures


def test_a_broken_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVENE_WEB_PORT", "se-cret")
    monkeypatch.setenv("CONVENE_PUBLIC_URL", "also-se-cret")
    with pytest.raises(BadSettings) as told:
        read_settings()
    assert "CONVENE_WEB_PORT" in str(told.value)
    assert "CONVENE_PUBLIC_URL is like https://" in str(told.value)
    assert "se-cret" not in str(told.value)
    assert told.value.__cause__ is None


def test_what_is_empty_or_has_blanks_around_is_taken_as_it_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DISCORD_TOKEN=\nSLACK_APP_TOKEN= ' xapp-1 '\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1\n")
    settings = read_settings()
    assert (settings.has_slack, settings.has_discord) == (True, False)
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.slack_app_token is not None
    assert settings.slack_app_token.get_secret_value() == "xapp-1"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SLACK_BOT_TOKEN", "set SLACK_APP_TOKEN (or"),
        ("SLACK_APP_TOKEN", "set SLACK_BOT_TOKEN"),
        ("SLACK_CLIENT_SECRET", "set SLACK_CLIENT_ID and SLACK_APP_TOKEN (or"),
        ("NOTHING", "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
    ],
)
def test_what_is_missing_of_slack_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, "x")
    slack, discord = read_settings().missing()
    assert slack.startswith(f"Slack: not configured, {words}")
    assert discord == "Discord: not configured, set DISCORD_TOKEN"


def test_an_env_file_that_is_no_text_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match=r"The file \.env can't be read"):
        read_settings()


class Watched:
    """Makers that tell of changes."""

    def __init__(self, live: int, lapsed: int) -> None:
        self._counts = (live, lapsed)

    async def count(self, now: datetime) -> tuple[int, int]:
        return self._counts


async def test_makers_that_tell_of_changes_are_counted_and_never_unwell(database: Database) -> None:
    health = Health(database, Work(), StandingClock(NOW), {}, Counts(), Watched(3, 1))

    told = (await health.signs())[-1]
    figures = await health.figures()

    assert (told.part, told.is_well) == ("changes told", True)
    assert told.words == "of 3 linked calendars; 1 lapsed, read every few minutes instead"
    assert 'convene_watches{state="live"} 3.0' in figures
    assert 'convene_watches{state="lapsed"} 1.0' in figures
