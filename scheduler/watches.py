"""Watches at rest: which calendars a maker tells us about, until when, under which secret.

A secret is kept as a hash: what is told with one is compared, and nobody needs it again. Making and
ending watches is `watching`.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import delete, func, or_, select, update

from calendar_core.database import Database
from calendar_core.events import Calendar, CalendarId
from calendar_core.linking import AccountId
from calendar_core.sync.watcher import Told, Watch
from calendar_core.tables import CalendarRow
from scheduler.tables import WatchRow

_NOBODY = sha256(b"nobody").hexdigest()
AT_ONCE = 200
"""Ids in one statement."""


class State(StrEnum):
    """How a watch is."""

    ASKED = "asked"
    """Its maker is being asked for it."""
    LIVE = "live"
    LAPSED = "lapsed"
    """It ended before its time, or was not renewed in time."""
    REFUSED = "refused"
    """Its maker does not watch this calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWatch:
    """A watch as it is kept."""

    watch: Watch
    """Without its secret."""
    account: AccountId
    state: State
    look_at: datetime
    """When to renew it, or to try again."""

    def is_live(self, now: datetime) -> bool:
        """Whether its maker tells us of changes now."""
        return self.state is State.LIVE and self.watch.until > now


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a maker is asked for."""

    id: str
    calendar: Calendar
    secret: str = field(repr=False)
    address: str
    """Of this house."""


class Watches:
    """Keeps watches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account: AccountId) -> Mapping[CalendarId, KeptWatch]:
        """The watches of an account; of a calendar with several the one that lives longest."""
        wanted = select(WatchRow).where(WatchRow.account_id == account)
        async with self._database.reading() as session:
            rows = await session.scalars(wanted.order_by(WatchRow.until, WatchRow.id))
            return {CalendarId(row.calendar_id): _kept(row) for row in rows}

    async def cover(self, account: AccountId, now: datetime) -> bool:
        """Whether all that changes on an account is told: each of its calendars is watched."""
        live = (
            select(WatchRow.id)
            .where(
                WatchRow.calendar_id == CalendarRow.id,
                WatchRow.state == State.LIVE,
                WatchRow.until > now,
            )
            .exists()
        )
        mine = CalendarRow.account_id == account
        wanted = select(func.count(), func.count().filter(live)).where(mine)
        async with self._database.reading() as session:
            all_of_it, watched = (await session.execute(wanted)).one()
        return all_of_it == watched > 0

    async def ask(self, asked: Asked, account: AccountId, now: datetime) -> None:
        """A maker is about to be asked: what it tells from now on is known."""
        row = WatchRow(
            id=asked.id,
            calendar_id=asked.calendar.id,
            account_id=account,
            provider=asked.calendar.provider,
            address=asked.address,
            remote="",
            hash=_hash(asked.secret),
            state=State.ASKED.value,
            until=now,
            look_at=now,
        )
        async with self._database.session() as session:
            session.add(row)

    async def keep(self, asked: str, made: Watch, look_at: datetime) -> None:
        """A maker promised; it is the only watch of its calendar from now on. `asked` is what it
        was asked under: where it prolonged another one, that one stays."""
        values = {
            "remote": made.remote,
            "state": State.LIVE.value,
            "until": made.until,
            "look_at": look_at,
        }
        if made.id == asked and made.secret:
            values["hash"] = _hash(made.secret)
        async with self._database.session() as session:
            await session.execute(update(WatchRow).where(WatchRow.id == made.id).values(**values))
            await session.execute(
                delete(WatchRow).where(
                    WatchRow.calendar_id == made.calendar_id, WatchRow.id != made.id
                )
            )

    async def settle(
        self, calendar: CalendarId, kept: str, state: State, look_at: datetime
    ) -> None:
        """A maker promised nothing: this one alone stands for a calendar, until it is tried
        again."""
        async with self._database.session() as session:
            await session.execute(
                update(WatchRow)
                .where(WatchRow.id == kept)
                .values(state=state.value, look_at=look_at)
            )
            await session.execute(
                delete(WatchRow).where(WatchRow.calendar_id == calendar, WatchRow.id != kept)
            )

    async def forget(self, *ids: str) -> None:
        """What is told by these is believed no more."""
        async with self._database.session() as session:
            await session.execute(delete(WatchRow).where(WatchRow.id.in_(ids)))

    async def forget_others(self, address: str) -> None:
        """What was promised to another address of this house tells nobody any more."""
        async with self._database.session() as session:
            await session.execute(delete(WatchRow).where(WatchRow.address != address))

    async def any_of(self, provider: str) -> bool:
        """Whether anything of a provider is watched."""
        wanted = select(WatchRow.id).where(WatchRow.provider == provider).limit(1)
        async with self._database.reading() as session:
            return await session.scalar(wanted) is not None

    async def believed(self, provider: str, told: Sequence[Told]) -> list[tuple[KeptWatch, Told]]:
        """What was told by whoever knows the secret, each with its watch."""
        rows = await self._rows(provider, told)
        believed = []
        for one in told:
            row = rows.get(one.watch_id) if one.watch_id else rows.get(f"#{one.remote}")
            known = _NOBODY if row is None else row.hash
            is_right = hmac.compare_digest(_hash(one.secret), known)
            if row is None or not is_right or (one.remote and row.remote not in ("", one.remote)):
                continue
            believed.append((_kept(row), one))
        return believed

    async def mark(
        self, ids: Collection[str], now: datetime, *, state: State | None = None
    ) -> None:
        """Let these be looked after now; as lapsed where `state` says so."""
        values: dict[str, object] = {"look_at": now}
        if state is not None:
            values["state"] = state.value
        async with self._database.session() as session:
            await session.execute(update(WatchRow).where(WatchRow.id.in_(ids)).values(**values))

    async def count(self, now: datetime) -> tuple[int, int]:
        """How many live, and how many should and do not."""
        is_live = (WatchRow.state == State.LIVE) & (WatchRow.until > now)
        is_off = WatchRow.state.in_([State.REFUSED.value, State.ASKED.value])
        wanted = select(
            func.count().filter(is_live), func.count().filter(~is_live & ~is_off)
        ).select_from(WatchRow)
        async with self._database.reading() as session:
            live, lapsed = (await session.execute(wanted)).one()
        return live, lapsed

    async def _rows(self, provider: str, told: Sequence[Told]) -> dict[str, WatchRow]:
        """The watches that are named, by their id, and by what their maker calls them."""
        ids = list({one.watch_id for one in told if one.watch_id})
        remotes = list({one.remote for one in told if one.remote and not one.watch_id})
        found: dict[str, WatchRow] = {}
        async with self._database.reading() as session:
            for first in range(0, max(len(ids), len(remotes)), AT_ONCE):
                named = or_(
                    WatchRow.id.in_(ids[first : first + AT_ONCE]),
                    WatchRow.remote.in_(remotes[first : first + AT_ONCE]),
                )
                wanted = select(WatchRow).where(WatchRow.provider == provider, named)
                for row in await session.scalars(wanted):
                    found[row.id] = row
                    if row.remote:
                        found[f"#{row.remote}"] = row
        return found


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _kept(row: WatchRow) -> KeptWatch:
    return KeptWatch(
        watch=Watch(
            id=row.id,
            calendar_id=CalendarId(row.calendar_id),
            remote=row.remote,
            secret="",
            until=row.until,
        ),
        account=AccountId(row.account_id),
        state=State(row.state),
        look_at=row.look_at,
    )
