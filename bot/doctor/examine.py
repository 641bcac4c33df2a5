"""The whole examination: every part side by side, in the order in which it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.app.sealed import make_vault
from bot.doctor.assistants import check_assistants
from bot.doctor.finding import AT_MOST, Findings, odd, side_by_side, well, wrong
from bot.doctor.here import (
    check_calendars,
    check_clock,
    check_database,
    check_folder,
    check_keys,
    check_work,
    check_zones,
)
from bot.doctor.linked import check_linked, check_linking
from bot.doctor.model import check_model
from bot.doctor.outside import Outside
from bot.doctor.search import check_search
from bot.doctor.web import check_web
from bot.settings import Settings
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, DatabaseUnusable
from calendar_core.opening import DATABASE_FILE, database_at, known_versions, schema_version
from calendar_core.vault import Vault


async def examine(settings: Settings, data: Path, clock: Clock) -> Findings:
    """Look at everything; nothing is changed but what a look at a database leaves beside it.
    Works beside a running Convene."""
    vault = make_vault(settings, data)
    try:
        async with _database(settings, data) as database, Outside(clock) as outside:
            current = await _current(database)
            found = await side_by_side(
                data_folder=asyncio.to_thread(check_folder, data),
                database=check_database(database),
                keys=check_keys(vault, database),
                time_zones=asyncio.to_thread(check_zones),
                web_door=check_web(settings, outside),
                Slack=_slack(settings, outside, current, vault),
                Discord=_discord(settings, outside, current, clock),
                model=check_model(settings, outside),
                search=check_search(settings, outside, current),
                due_work=check_work(current, clock),
                calendars=check_calendars(current, clock),
                linking=check_linking(settings),
                linked_accounts=check_linked(settings, current, vault, clock),
                other_assistants=check_assistants(settings, current, clock),
            )
            return [*found, check_clock(outside.skews), *_doors(settings)]
    except DatabaseUnusable as err:
        return [wrong("database", "not usable", str(err))]


def _doors(settings: Settings) -> Findings:
    if settings.has_slack or settings.has_discord:
        return []
    todo = "To serve people, set Slack's tokens or Discord's; the README says where they come from."
    return [odd("doors", "nothing but the terminal", todo)]


async def _slack(
    settings: Settings, outside: Outside, database: Database | None, vault: Vault
) -> Findings:
    if not settings.names_slack:
        return [well("Slack", "not used")]
    from adapters.slack.installations import InstallationStore
    from bot.doctor.slack import check_slack

    installed = None
    if database is not None and settings.slack_client_id:
        installed = InstallationStore(database, vault, settings.slack_client_id)
    return await check_slack(settings, outside, installed)


async def _discord(
    settings: Settings, outside: Outside, database: Database | None, clock: Clock
) -> Findings:
    if not settings.has_discord:
        return [well("Discord", "not used")]
    from adapters.discord.store import Store
    from bot.doctor.discord import check_discord

    known = Store(database, clock) if database is not None else None
    return await check_discord(settings, outside, known)


@asynccontextmanager
async def _database(settings: Settings, data: Path) -> AsyncIterator[Database | None]:
    """The database as it stands; None where there is none yet. Raises DatabaseUnusable."""
    if settings.database_url is None and not (data / DATABASE_FILE).exists():
        yield None
        return
    database = database_at(settings.database_url or data)
    try:
        yield database
    finally:
        await database.dispose()


async def _current(database: Database | None) -> Database | None:
    """The database, if it answers and its tables are those of this program."""
    if database is None:
        return None
    try:
        async with asyncio.timeout(AT_MOST):
            version = await schema_version(database)
    except (SQLAlchemyError, CalendarError, OSError, TimeoutError):
        return None
    return database if version == known_versions()[-1] else None
