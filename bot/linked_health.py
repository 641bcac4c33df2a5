"""How linked accounts and their calendars are: looked up together, and said in few words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.wording import say_length
from calendar_core.accounts import Account, AccountId
from calendar_core.people import PersonId
from calendar_core.sync.state import SyncState

STALE = timedelta(minutes=30)
"""A calendar that was not read for so long is worth a look; it is read every few minutes."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A linked account, and how each of its calendars is."""

    account: Account
    states: tuple[SyncState, ...]


class AccountsOf(Protocol):
    """Linked accounts, to look at."""

    async def of(self, owner: PersonId) -> tuple[Account, ...]:
        """Somebody's, in the order they were linked."""
        ...


class StatesOf(Protocol):
    """How far calendars have come, to look at."""

    async def all(self, account_id: AccountId) -> Sequence[SyncState]:
        """The calendars of an account."""
        ...


class Links:
    """Looks linked accounts up with their health."""

    def __init__(self, accounts: AccountsOf, states: StatesOf) -> None:
        self._accounts = accounts
        self._states = states

    async def of(self, owner: PersonId) -> tuple[Link, ...]:
        """Somebody's, in the order they were linked."""
        return tuple(
            [
                Link(account=one, states=tuple(await self._states.all(one.id)))
                for one in await self._accounts.of(owner)
            ]
        )


def said_account(account: Account, now: datetime) -> str:
    """For example "well", "unreadable for 2 hours: the password is refused"."""
    if account.unwell_since is None:
        return "well"
    return f"unreadable for {_age(now - account.unwell_since)}: {_clause(account.why)}"


def said_calendar(state: SyncState, now: datetime) -> str:
    """For example "120 events, read 3 minutes ago"."""
    one = state.calendar
    if one.synced_at is None:
        words = ["not read yet"]
    else:
        events = f"{state.events} event{'' if state.events == 1 else 's'}"
        words = [events, f"read {_ago(now - one.synced_at)}"]
    if state.failures and state.why:
        words.append(_clause(state.why))
    if state.failures and state.next_at is not None and state.next_at > now:
        words.append(f"next try in {_age(state.next_at - now)}")
    if state.doubted_since is not None:
        words.append("many events seem to be gone, which I check once more")
    return ", ".join(words)


def _clause(why: str) -> str:
    return why.strip().rstrip(".")


def _ago(length: timedelta) -> str:
    return "just now" if length < _MINUTE else f"{_age(length)} ago"


def _age(length: timedelta) -> str:
    return say_length(max(timedelta(minutes=length // _MINUTE), _MINUTE))
