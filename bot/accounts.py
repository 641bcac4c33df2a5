"""People's accounts at rest: which there are, where each was seen last, and who can't be reached.

Saying things to people on them is `reaching`; whose an account is, is `store`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from bot.chat.messages import Place, Sender
from bot.tables import IdentityRow, PersonRow, RouteRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.people import PersonId
from scheduler.upsert import upsert

_PLACE = TypeAdapter(Place)
_A_MOMENT = timedelta(minutes=1)
"""Somebody who stays where they are is written down this often."""
_MOST_REMEMBERED = 10_000
_ROUTES_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of somebody's on a chat platform."""

    sender: Sender
    last_seen: datetime | None
    channel: Place | None
    """Where they spoke last that others read."""

    @property
    def key(self) -> str:
        """One text that names it."""
        return account_key(self.sender)


def account_key(sender: Sender) -> str:
    """One text that names an account."""
    return f"{sender.platform}/{sender.workspace}/{sender.user}"


class Accounts:
    """Keeps where people were active, and whether they are reached."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen: dict[PersonId, tuple[str, str, datetime]] = {}

    async def of(self, person: PersonId) -> tuple[Account, ...]:
        """Somebody's accounts, the one where they were active last first."""
        async with self._database.reading() as session:
            who = await session.get(PersonRow, person)
            rows = await session.scalars(
                select(IdentityRow)
                .where(IdentityRow.person_id == person)
                .order_by(
                    IdentityRow.last_seen.is_(None),
                    IdentityRow.last_seen.desc(),
                    IdentityRow.platform,
                    IdentityRow.workspace,
                    IdentityRow.user,
                )
            )
            return tuple(_account(row, who.name if who is not None else "") for row in rows)

    async def seen(self, person: PersonId, sender: Sender, place: Place) -> None:
        """Somebody is active on this account, now. Written down when it is news."""
        now = self._clock.now()
        where = "" if place.is_private else place.key
        known = self._seen.get(person)
        here = account_key(sender)
        if known is not None and known[0] == here and known[1] == where and now < known[2]:
            return
        if len(self._seen) >= _MOST_REMEMBERED:
            self._seen.clear()
        self._seen[person] = (here, where, now + _A_MOMENT)
        values: dict[str, Any] = {"last_seen": now}
        if sender.name:
            values["name"] = sender.name[:200]
        if not place.is_private:
            values["last_channel"] = _PLACE.dump_json(place).decode()
        async with self._database.session() as session:
            await session.execute(update(IdentityRow).where(*_is(sender)).values(**values))

    async def unreached(self, person: PersonId) -> tuple[datetime, bool]:
        """None of somebody's accounts takes direct messages. Returns since when, and whether that
        was said already."""
        now = self._clock.now()
        async with self._database.session() as session:
            await session.execute(
                update(PersonRow)
                .where(PersonRow.id == person, PersonRow.unreached_since.is_(None))
                .values(unreached_since=now, unreached_told=None)
            )
            row = (
                await session.execute(
                    select(PersonRow.unreached_since, PersonRow.unreached_told).where(
                        PersonRow.id == person
                    )
                )
            ).one()
        return row.unreached_since or now, row.unreached_told is not None

    async def told(self, person: PersonId) -> None:
        """It was said in a channel that they can't be reached: not again until they are."""
        await self._mark(person, unreached_told=self._clock.now())

    async def reached(self, person: PersonId) -> None:
        """They are reached again."""
        await self._mark(person, unreached_since=None, unreached_told=None)

    async def _mark(self, person: PersonId, **values: datetime | None) -> None:
        async with self._database.session() as session:
            await session.execute(update(PersonRow).where(PersonRow.id == person).values(**values))

    async def route(self, key: str) -> str:
        """The account on which the thing of this key is being told; empty when none is chosen."""
        async with self._database.reading() as session:
            row = await session.get(RouteRow, key)
        return "" if row is None else row.account

    async def choose(self, key: str, account: Account) -> None:
        """Tell the thing of this key there, also when a crash comes in between."""
        now = self._clock.now()
        async with self._database.session() as session:
            values = {"key": key, "account": account.key, "at": now}
            await session.execute(upsert(session, RouteRow, "key", values))
            await session.execute(delete(RouteRow).where(RouteRow.at < now - _ROUTES_FOR))


def _is(sender: Sender) -> tuple[Any, ...]:
    return (
        IdentityRow.platform == sender.platform,
        IdentityRow.workspace == sender.workspace,
        IdentityRow.user == sender.user,
    )


def _account(row: IdentityRow, name: str) -> Account:
    return Account(
        sender=Sender(
            platform=row.platform,
            workspace=row.workspace,
            user=row.user,
            name=row.name or name,
        ),
        last_seen=row.last_seen,
        channel=_PLACE.validate_json(row.last_channel) if row.last_channel else None,
    )
