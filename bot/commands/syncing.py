"""`convene accounts` and `convene sync`: linked accounts, how they are, and reading them now."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.running import run_to_end
from bot.commands.zones import machine_zone
from bot.wording import say_length
from calendar_core.accounts import Account
from calendar_core.clock import SystemClock
from calendar_core.events import Calendar
from calendar_core.sync.plan import TOLD, Came
from calendar_core.sync.state import SyncState
from scheduler.notices import Notice
from scheduler.syncing import EVERY, Outcome, Watch

if TYPE_CHECKING:  # the database's libraries are loaded when a folder is opened
    from bot.app.core import Core

NONE = "No account is linked."
_JUST_NOW = timedelta(minutes=1)


def run_accounts(*, data: Path) -> int:
    """List the accounts; the exit code."""
    return _run(_accounts(data))


def run_sync(*, once: bool, account: str | None, data: Path) -> int:
    """Read the accounts; the exit code is 1 when one could not be read."""
    return _run(_sync(data, once=once, wanted=account))


class Unsaid:
    """People are told by the Convene that serves them, at its next round."""

    async def deliver(self, notice: Notice) -> None:
        """Nothing: who runs this command reads it."""


def _run(work: Coroutine[Any, Any, int]) -> int:
    return run_to_end(work, stopped="Stopped. What was read is kept; the next round does the rest.")


async def _accounts(data: Path) -> int:
    async with open_house(data) as core:
        accounts = await core.linked.everyone()
        for account in accounts:
            print("\n".join(told(account, await core.states.all(account.id), core.clock.now())))
    if not accounts:
        print(NONE)
    return 0


async def _sync(data: Path, *, once: bool, wanted: str | None) -> int:
    from bot.linking_words import meant

    async with open_house(data) as core:
        while True:
            accounts = await core.linked.everyone()
            if wanted is not None:
                accounts = tuple(one for one in accounts if one.id == wanted) or meant(
                    tuple(accounts), wanted
                )
            if not accounts:
                print(NONE if wanted is None else f"No account of {wanted} is linked.")
                return 1 if wanted is not None else 0
            failed = [await read_account(core, one) for one in accounts]
            if once:
                return 1 if any(failed) else 0
            await asyncio.sleep(EVERY.total_seconds())


async def read_account(core: "Core", account: Account) -> bool:
    """Read one account and say what came of it; whether something failed."""
    print(_named(account))
    outcomes = await core.syncing.sync(account, all_of_it=True, watch=_watch())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    for one in outcomes:
        print(f"  {one.calendar.name}: {_ended(one)}")
    if not outcomes:
        print("  nothing could be read: this Convene knows no such provider")
    return not outcomes or any(one.error is not None for one in outcomes)


def _watch() -> Watch | None:
    """A progress line on stderr, where a person looks; None elsewhere."""
    if not sys.stderr.isatty():
        return None

    def watch(calendar: Calendar, came: Came) -> None:
        print(f"\r  {calendar.name}: {came.read} read", end="", file=sys.stderr, flush=True)

    return watch


def told(account: Account, states: Sequence[SyncState], now: datetime) -> list[str]:
    """An account as lines: its health, then its calendars with their ages."""
    health = "well"
    if account.unwell_since is not None:
        health = f"unwell for {_age(now - account.unwell_since)}: {account.why}"
    lines = [f"{_named(account)}: {health}"]
    return lines + [f"  {_calendar(one, now)}" for one in states]


def _named(account: Account) -> str:
    only = ", free/busy only" if account.free_busy_only else ""
    return f"{account.provider} {account.address}{only}"


def _calendar(state: SyncState, now: datetime) -> str:
    one = state.calendar
    words = [f"{state.events} event{'' if state.events == 1 else 's'}"]
    words.append("never read" if one.synced_at is None else f"read {_ago(now - one.synced_at)}")
    if state.why:
        words.append(state.why.rstrip("."))
    if state.next_at is not None and state.next_at > now:
        words.append(f"next try in {_age(state.next_at - now)}")
    if state.doubted_since is not None:
        words.append("many events seem to be gone, which I check once more")
    if one.unread_since is not None and one.synced_at is not None:
        words.append("counts as unread")
    return f"{one.name}: {'; '.join(words)}"


def _ended(outcome: Outcome) -> str:
    if outcome.came is None:
        return f"not read. {outcome.error}"
    came = outcome.came
    names = TOLD
    said = [f"{getattr(came, name)} {name}" for name in names if getattr(came, name)]
    if came.doubted:
        said.append(f"{came.doubted} seem to be gone, which I check once more in 10 minutes")
    if came.unreadable:
        said.append(f"{came.unreadable} not readable")
    told = ", ".join(said) or "nothing new"
    if outcome.error is not None:
        return f"{told}. Looking for what changed since failed: {outcome.error}"
    return f"{told}. The next round looks for what changed since" if came.again else told


def _ago(length: timedelta) -> str:
    return "just now" if length < _JUST_NOW else f"{_age(length)} ago"


def _age(length: timedelta) -> str:
    return say_length(max(timedelta(minutes=length // _JUST_NOW), _JUST_NOW))


@asynccontextmanager
async def open_house(data: Path) -> AsyncIterator["Core"]:
    """The rooms below the conversation, with the makers of calendars, for one command."""
    from bot.app.core import Core
    from bot.app.meaning import make_embedder
    from bot.app.providers import makers
    from bot.app.sealed import make_vault
    from bot.settings import read_settings
    from calendar_core.folder import make_folder
    from calendar_core.opening import open_database

    make_folder(data)
    settings = read_settings()
    database = await open_database(settings.database_url or data)
    try:
        vault = make_vault(settings, data)
        core = Core(
            database,
            SystemClock(),
            machine_zone(),
            vault=vault,
            makers=makers(settings),
            public_url=settings.public_url,
            retention=settings.retention,
            embedder=make_embedder(settings),
        )
        core.notifier.notices = Unsaid()
        yield core
        for provider in core.providers.values():
            provider.close()
    finally:
        await database.dispose()
