"""Linked accounts: whether their credentials open, whether they can be read, how old what is known
of them is; and what can be linked at all. Accounts are told by their ids, not by their addresses.
"""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.app.linking import setup_of
from bot.app.providers import Late, MakeProvider, makers
from bot.doctor.finding import AT_MOST, Finding, Findings, odd, well, wrong
from bot.doctor.outside import instant
from bot.linked_health import STALE
from bot.settings import Settings
from bot.wording import say_count, say_names
from calendar_core.accounts import Account, AccountId, Accounts, Connection
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, KeysUnusable, SignInNeeded, TryLater
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Connections, Credentials
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.vault import Vault

PART = "linked accounts"
MOST = 20
"""Accounts that are asked; findings of a kind that are named."""


class OnlyOne:
    """Linked accounts, as if there were but one: a maker's answer is about that one then.
    Implements `Connections`."""

    def __init__(self, accounts: Connections, only: AccountId) -> None:
        self._accounts = accounts
        self._only = only

    async def connection(self, calendar_id: CalendarId) -> Connection:
        """As it is."""
        return await self._accounts.connection(calendar_id)

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        """The one."""
        found = await self._accounts.connections(owner, provider)
        return tuple(one for one in found if one[0].id == self._only)

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        """As they are."""
        return await self._accounts.calendars(account_id)

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        """As it is."""
        await self._accounts.renew(account_id, credentials)

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        """As it is."""
        return await self._accounts.of_account(account_id)


async def check_linked(
    settings: Settings, database: Database | None, vault: Vault, clock: Clock
) -> Findings:
    """Every linked account; the first of them are asked for their calendars, side by side."""
    if database is None:
        return [well(PART, "none to be looked at yet")]
    accounts = Accounts(database, clock, vault, Mirror(database, clock, []))
    try:
        known = await accounts.everyone()
        found = [await _looked(one, accounts, clock) for one in known]
    except (SQLAlchemyError, KeysUnusable):
        return [odd(PART, "can't be looked at", "Mend the database and the keys first.")]
    faults = [one for one in found if one is not None]
    sound = [one for one, fault in zip(known, found, strict=True) if fault is None]
    made = makers(settings)
    asked = await asyncio.gather(*(_asked(one, accounts, database, made) for one in sound[:MOST]))
    faults += [one for one in asked if one is not None]
    if faults:
        more = len(faults) - MOST
        rest = [odd(PART, f"{say_count(more, 'more finding')}", "See above.")] if more > 0 else []
        return [*faults[:MOST], *rest]
    if not known:
        return [well(PART, "none")]
    return [well(PART, f"{len(known)}, {len(sound[:MOST])} of them asked: all can be read")]


async def _looked(account: Account, accounts: Accounts, clock: Clock) -> Finding | None:
    """What is wrong with an account, by what is known here."""
    name = _named(account)
    try:
        await accounts.of_account(account.id)
    except SignInNeeded:
        todo = (
            "Put the key that sealed it into CONVENE_KEYS, or restore convene.keys from a backup; "
            "else its owner has to link it again."
        )
        return wrong(PART, f"no key opens what {name} signs in with", todo)
    if account.unwell_since is not None:
        words = f"{name} is refused since {instant(account.unwell_since)}"
        return odd(PART, words, "Its owner was told, and has to link it again.")
    read = [one.synced_at for one in await accounts.calendars(account.id)]
    oldest = min((one for one in read if one is not None), default=None)
    todo = "If convene serve runs, look into its log; else read it: convene sync --once"
    if oldest is None:
        return odd(PART, f"{name} was never read", todo)
    if clock.now() - oldest > STALE:
        return odd(PART, f"{name} was not read since {instant(oldest)}", todo)
    return None


async def _asked(
    account: Account,
    accounts: Accounts,
    database: Database,
    made: Mapping[str, MakeProvider],
) -> Finding | None:
    """What its maker says now."""
    name = _named(account)
    make = made.get(account.provider)
    if make is None:
        return wrong(PART, f"nobody here reads {name}", "Update Convene, or unlink the account.")
    late = Late(account.provider, make, OnlyOne(accounts, account.id), database)
    try:
        async with asyncio.timeout(AT_MOST):
            await late.calendars(account.owner)
    except SignInNeeded:
        return wrong(PART, f"{name} is refused", "Its owner has to link it again.")
    except (TimeoutError, TryLater):
        todo = "Its server may be away, or this machine can't reach it. Look again in a while."
        return odd(PART, f"{name} does not answer", todo)
    except CalendarError as err:
        return odd(
            PART, f"{name} can't be listed ({type(err).__name__})", "Try convene sync --once"
        )
    finally:
        late.close()
    return None


def _named(account: Account) -> str:
    return f"{account.provider} account {account.id}"


async def check_linking(settings: Settings) -> Findings:
    """What can be linked here, and how."""
    setup = setup_of(settings, serves=True)
    known = makers(settings)
    found, ways = [], ["CalDAV", "iCloud"]
    names = {"google": "Google", "microsoft": "Microsoft"}
    some = {"google": settings.google_client_id or settings.google_client_secret}
    for provider, name in names.items():
        missing = setup.missing.get(provider, ())
        if missing and some.get(provider):
            todo = f"Set {say_names(missing)} too; the README says where they come from."
            found.append(odd("linking", f"{name} is set in part", todo))
        elif missing or provider not in known:
            continue
        elif not setup.public_url and provider not in setup.by_code:
            todo = f"Set CONVENE_PUBLIC_URL, or link here: convene link {provider}"
            found.append(odd("linking", f"no browser can come back from {name}", todo))
        else:
            ways.append(name)
    if "feed" in known:
        ways.append("feeds")
    return [*found, well("linking", say_names(ways))]
