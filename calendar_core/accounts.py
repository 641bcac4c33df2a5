"""Linked accounts: which makers of calendars somebody reads and writes through, and with what
credentials.

Credentials are only ever sealed at rest (`vault`), and never part of anything that is printed or
logged. Talking to a provider is `providers`; keeping calendars in step is `sync`.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calendar_core.calendars import Calendars, calendar_from, free_name, new_calendar, take_turn
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CannotOpen, NotFound, SignInNeeded
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import Account as Account
from calendar_core.linking import AccountId as AccountId
from calendar_core.linking import Begun as Begun
from calendar_core.linking import Connection as Connection
from calendar_core.linking import Connections as Connections
from calendar_core.linking import Credentials as Credentials
from calendar_core.linking import FoundCalendar as FoundCalendar
from calendar_core.linking import Linked as Linked
from calendar_core.linking import Linking as Linking
from calendar_core.linking import Wish as Wish
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, LinkedAccountRow, SyncStateRow
from calendar_core.vault import Vault

_LOST = "What it signs in with can't be opened any more. Link it again."


class Accounts:
    """Keeps linked accounts, and what hangs on them. Implements `Connections`."""

    def __init__(self, database: Database, clock: Clock, vault: Vault, mirror: Mirror) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._mirror = mirror
        self._calendars = Calendars(database, clock)

    async def link(
        self, owner: PersonId, linked: Linked, *, free_busy_only: bool | None = None
    ) -> Account:
        """Keep an account and its calendars. The same one again is refreshed and doubles nothing:
        its settings and calendars stay, its credentials are the new ones; whether only times are
        kept stays too, unless it is said. Raises KeysUnusable."""
        async with self._database.session() as session:
            row = await self._same(session, owner, linked)
            if row is None:
                row = self._new(owner, linked, bool(free_busy_only))
                session.add(row)
            elif free_busy_only is not None and row.free_busy_only != free_busy_only:
                # What is kept of events changes: all is read anew.
                row.free_busy_only = free_busy_only
                for calendar in await _calendars_of(session, row.id):
                    await self._mirror.empty(calendar, session)
            row.sealed = self._sealed(AccountId(row.id), linked.credentials)
            row.unwell_since, row.why = None, ""
            await session.flush()
            account = _account(row)
            await self._take_in(session, account, linked.calendars)
        return account

    async def of(self, owner: PersonId) -> tuple[Account, ...]:
        """Somebody's linked accounts, in the order they were linked."""
        return await self._all(LinkedAccountRow.owner == owner)

    async def everyone(self) -> tuple[Account, ...]:
        """All linked accounts: for those who run the house, who are shown no names."""
        return await self._all()

    async def get(self, account_id: AccountId) -> Account:
        """An account. Raises NotFound."""
        found = await self._all(LinkedAccountRow.id == account_id)
        if not found:
            raise NotFound("That account is no longer linked.")
        return found[0]

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        """The calendars that were linked with an account, in their order."""
        async with self._database.reading() as session:
            return await _calendars_of(session, account_id)

    async def connection(self, calendar_id: CalendarId) -> Connection:
        """Where and how to reach a calendar. Raises NotFound, and SignInNeeded when no key opens
        its credentials."""
        wanted = (
            select(LinkedAccountRow, CalendarRow.remote, CalendarRow.address)
            .join(CalendarRow, CalendarRow.account_id == LinkedAccountRow.id)
            .where(CalendarRow.id == calendar_id)
        )
        async with self._database.reading() as session:
            found = (await session.execute(wanted)).one_or_none()
        if found is None:
            raise NotFound("That calendar is no longer linked.")
        row, remote, address = found
        return Connection(
            account=_account(row), credentials=self._opened(row), remote=remote, address=address
        )

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        """Somebody's accounts with a provider; those whose credentials no key opens are left
        out."""
        async with self._database.reading() as session:
            rows = (
                await session.scalars(
                    select(LinkedAccountRow)
                    .where(LinkedAccountRow.owner == owner, LinkedAccountRow.provider == provider)
                    .order_by(LinkedAccountRow.linked_at, LinkedAccountRow.id)
                )
            ).all()
        found = []
        for row in rows:
            try:
                found.append((_account(row), self._opened(row)))
            except SignInNeeded:
                continue
        return tuple(found)

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        """An account and what it signs in with. Raises NotFound, and SignInNeeded when no key
        opens its credentials."""
        async with self._database.reading() as session:
            row = await session.get(LinkedAccountRow, account_id)
        if row is None:
            raise NotFound("That account is no longer linked.")
        return _account(row), self._opened(row)

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        """Keep credentials that the provider renewed. Raises NotFound, KeysUnusable."""
        async with self._database.session() as session:
            done = await session.execute(
                update(LinkedAccountRow)
                .where(LinkedAccountRow.id == account_id)
                .values(sealed=self._sealed(account_id, credentials))
                .returning(LinkedAccountRow.id)
            )
            if not done.all():
                raise NotFound("That account is no longer linked.")

    async def unwell(self, account_id: AccountId, why: str) -> bool:
        """Nothing can be read with these credentials: all its calendars count as unread. Whether
        that is new: then its owner is to be told, once."""
        now = self._clock.now()
        async with self._database.session() as session:
            news = await session.execute(
                update(LinkedAccountRow)
                .where(LinkedAccountRow.id == account_id, LinkedAccountRow.unwell_since.is_(None))
                .values(unwell_since=now, why=why)
                .returning(LinkedAccountRow.id)
            )
            await session.execute(
                update(CalendarRow)
                .where(CalendarRow.account_id == account_id, CalendarRow.unread_since.is_(None))
                .values(unread_since=now)
            )
            return bool(news.all())

    async def well(self, account_id: AccountId) -> None:
        """Its credentials are accepted. Each calendar counts as read again when it was read."""
        async with self._database.session() as session:
            await session.execute(
                update(LinkedAccountRow)
                .where(
                    LinkedAccountRow.id == account_id, LinkedAccountRow.unwell_since.is_not(None)
                )
                .values(unwell_since=None, why="")
            )

    async def unlink(self, account_id: AccountId, by: PersonId) -> tuple[Account, Credentials]:
        """Erase an account of one's own: credentials, calendars, all that was mirrored of them, and
        the reminders before those events. Built-in calendars stay.

        Returns what the provider is to be asked to forget (`Linking.revoke`); no credentials where
        no key opens them. Raises NotFound.
        """
        async with self._database.session() as session:
            row = await session.get(LinkedAccountRow, account_id, with_for_update=True)
            if row is None or row.owner != by:
                raise NotFound("There is no such linked account of yours.")
            account = _account(row)
            try:
                credentials = self._opened(row)
            except SignInNeeded:
                credentials = {}
            await self._erase(session, row)
        return account, credentials

    async def hand_over(self, session: AsyncSession, giver: PersonId, taker: PersonId) -> None:
        """Let somebody's accounts be another's, in the caller's unit of work, before their
        calendars are handed over; one that both have linked stays once, the taker's."""
        rows = await session.scalars(
            select(LinkedAccountRow)
            .where(LinkedAccountRow.owner.in_((giver, taker)))
            .order_by(LinkedAccountRow.id)
            .with_for_update()
        )
        all_of_both = rows.all()
        own = {_same_as(row) for row in all_of_both if row.owner == taker}
        for row in all_of_both:
            if row.owner == giver and _same_as(row) in own:
                await self._erase(session, row)
            elif row.owner == giver:
                row.owner = taker
        await session.flush()

    async def _erase(self, session: AsyncSession, row: LinkedAccountRow) -> None:
        for calendar in await _calendars_of(session, row.id):
            await self._mirror.empty(calendar, session)
            await self._calendars.remove(calendar.id, calendar.owner, session=session)
        await session.execute(delete(LinkedAccountRow).where(LinkedAccountRow.id == row.id))

    async def _same(
        self, session: AsyncSession, owner: PersonId, linked: Linked
    ) -> LinkedAccountRow | None:
        """The same account, linked before; held until the unit of work ends."""
        await take_turn(session, owner)
        return await session.scalar(
            select(LinkedAccountRow)
            .where(
                LinkedAccountRow.owner == owner,
                LinkedAccountRow.provider == linked.provider,
                func.lower(LinkedAccountRow.address) == linked.address.lower(),
                LinkedAccountRow.url == linked.url,
            )
            .with_for_update()
        )

    def _new(self, owner: PersonId, linked: Linked, free_busy_only: bool) -> LinkedAccountRow:
        return LinkedAccountRow(
            id=uuid4().hex,
            owner=owner,
            provider=linked.provider,
            address=linked.address,
            url=linked.url,
            free_busy_only=free_busy_only,
            linked_at=self._clock.now(),
        )

    async def _take_in(
        self, session: AsyncSession, account: Account, found: Sequence[FoundCalendar]
    ) -> None:
        """Keep the calendars of an account that are not kept yet; let all be read soon."""
        await _let_be_read(session, account.id)
        known = {one.remote: one for one in await _calendars_of(session, account.id)}
        theirs = await self._calendars.of((account.owner,), session=session)
        names = {one.name for one in theirs}
        mail = f"mailto:{account.address}" if "@" in account.address else ""
        for one in found:
            read_only = one.read_only or account.free_busy_only
            if one.remote in known:
                await session.execute(
                    update(CalendarRow)
                    .where(CalendarRow.id == known[one.remote].id)
                    .values(read_only=read_only)
                )
                continue
            name = free_name(one.name or account.address, account.address, names)
            names.add(name)
            made = new_calendar(
                account.owner,
                name,
                account.provider,
                account=account.address,
                address=one.address or mail,
            )
            await self._calendars.add(
                replace(
                    made,
                    account_id=account.id,
                    remote=one.remote,
                    read_only=read_only,
                    counts_as_busy=one.counts_as_busy,
                    in_digests=not made.is_anothers,
                    # Unknown is not free: until the first round is done, it was not read.
                    unread_since=self._clock.now(),
                ),
                session=session,
            )
        await session.flush()

    async def _all(self, *those: ColumnElement[bool]) -> tuple[Account, ...]:
        wanted = select(LinkedAccountRow).where(*those)
        async with self._database.reading() as session:
            rows = await session.scalars(
                wanted.order_by(LinkedAccountRow.linked_at, LinkedAccountRow.id)
            )
            return tuple(_account(row) for row in rows)

    def _sealed(self, account_id: AccountId, credentials: Credentials) -> str:
        return self._vault.seal(json.dumps(dict(credentials)), about(account_id))

    def _opened(self, row: LinkedAccountRow) -> Credentials:
        try:
            opened: dict[str, str] = json.loads(self._vault.open(row.sealed, about(row.id)))
        except CannotOpen as err:
            raise SignInNeeded(
                "Its password or token can't be opened any more. Link it again."
            ) from err
        return opened


def about(account_id: str) -> str:
    """What credentials are sealed for."""
    return f"linked account {account_id}"


async def _calendars_of(session: AsyncSession, account_id: str) -> tuple[Calendar, ...]:
    rows = await session.scalars(
        select(CalendarRow)
        .where(CalendarRow.account_id == account_id)
        .order_by(CalendarRow.position, CalendarRow.id)
    )
    return tuple(calendar_from(row) for row in rows)


async def _let_be_read(session: AsyncSession, account_id: str) -> None:
    """Let no calendar of an account wait out an earlier failure."""
    mine = select(CalendarRow.id).where(CalendarRow.account_id == account_id)
    await session.execute(
        update(SyncStateRow)
        .where(SyncStateRow.calendar_id.in_(mine))
        .values(failures=0, next_at=None)
        .execution_options(synchronize_session=False)
    )


def _same_as(row: LinkedAccountRow) -> tuple[str, str, str]:
    """What tells that two rows are one account at the provider."""
    return row.provider, row.address.lower(), row.url


def _account(row: LinkedAccountRow) -> Account:
    return Account(
        id=AccountId(row.id),
        owner=PersonId(row.owner),
        provider=row.provider,
        address=row.address,
        url=row.url,
        free_busy_only=row.free_busy_only,
        unwell_since=row.unwell_since,
        why=row.why,
    )
