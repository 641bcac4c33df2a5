"""Calendars given out as feeds: who gives which, and the addresses that open them.

An address is shown once; at rest only its hash stands. What a feed holds is
`calendar_core.giving`, the conversation about it `feed_sharing`, the door `adapters.web.feeds`,
whose port this implements by shape.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import FeedRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound
from calendar_core.events import Calendar, CalendarId
from calendar_core.giving import GivenFeed, Giving
from calendar_core.ics.giving import Shows
from calendar_core.mirror import Mirror
from calendar_core.people import PersonId

log = logging.getLogger("convene.feeds")

MOST = 20
"""Feeds of one owner."""
PATH = "/feeds/{token}.ics"
_LONGEST = 200
_HOUR = timedelta(hours=1)


class TooManyFeeds(CalendarError):
    """Somebody gives out as many feeds as they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that somebody gives out, without its address."""

    id: str
    owner: PersonId
    calendar_id: CalendarId | None
    """None: all calendars that count as busy."""
    calendar: str
    """What that one is called; empty for all, and for one that is gone."""
    shows: Shows
    made_at: datetime
    read_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether its calendar is gone, so that the address answers nobody."""
        return self.calendar_id is not None and not self.calendar


class Feeds:
    """Keeps feeds, and opens them to whoever knows an address."""

    def __init__(
        self, database: Database, clock: Clock, mirror: Mirror, public_url: str | None
    ) -> None:
        self._database = database
        self._clock = clock
        self._mirror = mirror
        self._giving = Giving(database, clock)
        self._public_url = public_url

    @property
    def can_be_reached(self) -> bool:
        """Whether there is an address at which others reach this house."""
        return bool(self._public_url)

    async def give(
        self, owner: PersonId, by: PersonId, shows: Shows, calendar: Calendar | None = None
    ) -> tuple[Feed, str]:
        """Give out one calendar, or all that count: the feed, and its address, which nobody can
        tell again. Raises TooManyFeeds, NotFound for a calendar of somebody else's."""
        if calendar is not None and calendar.owner != owner:
            raise NotFound("There is no such calendar.")
        token = secrets.token_urlsafe(24)
        row = FeedRow(
            id=uuid4().hex,
            hash=_hash(token),
            owner=owner,
            made_by=by,
            calendar_id="" if calendar is None else calendar.id,
            shows=shows.value,
            made_at=self._clock.now(),
            read_at=None,
        )
        async with self._database.session() as session:
            count = select(func.count()).where(FeedRow.owner == owner)
            if (await session.scalar(count) or 0) >= MOST:
                raise TooManyFeeds(f"There are {MOST} feeds already. Revoke one of them first.")
            session.add(row)
        log.info("give feed=%s shows=%s", row.id, row.shows)
        made = _feed(row, {} if calendar is None else {calendar.id: calendar.name})
        return made, f"{self._public_url or ''}{PATH.format(token=token)}"

    async def of(self, owner: PersonId) -> tuple[Feed, ...]:
        """The feeds of a person or a channel, oldest first."""
        names = {one.id: one.name for one in await self._mirror.calendars((owner,))}
        wanted = select(FeedRow).where(FeedRow.owner == owner)
        async with self._database.reading() as session:
            rows = await session.scalars(wanted.order_by(FeedRow.made_at, FeedRow.id))
            return tuple(_feed(row, names) for row in rows)

    async def owner(self, feed: str) -> PersonId:
        """Whose a feed is. Raises NotFound."""
        async with self._database.reading() as session:
            found = await session.scalar(select(FeedRow.owner).where(FeedRow.id == feed))
        if found is None:
            raise NotFound("That feed is revoked already: its address answers nobody.")
        return PersonId(found)

    async def revoke(self, feed: str, owner: PersonId) -> None:
        """Let an address answer nobody any more. Raises NotFound, also for somebody else's."""
        async with self._database.session() as session:
            gone = await session.scalars(
                delete(FeedRow)
                .where(FeedRow.id == feed, FeedRow.owner == owner)
                .returning(FeedRow.id)
            )
            if not gone.all():
                raise NotFound("That feed is revoked already: its address answers nobody.")
        log.info("revoke feed=%s", feed)

    async def feed(self, token: str) -> GivenFeed | None:
        """What stands behind an address now; None where nothing does. As the door asks."""
        wanted = select(FeedRow).where(FeedRow.hash == _hash(token[:_LONGEST]))
        async with self._database.reading() as session:
            row = await session.scalar(wanted)
        if row is None:
            return None
        owner = PersonId(row.owner)
        theirs = await self._mirror.calendars((owner,))
        if row.calendar_id:
            shown = [one for one in theirs if one.id == row.calendar_id]
        else:
            shown = [one for one in theirs if one.counts_as_busy]
            shown.sort(key=lambda one: not one.is_default)
        if not shown and (row.calendar_id or not theirs):
            return None
        await self._note_read(row.id, row.read_at)
        shows = Shows(row.shows)
        return await self._giving.feed(shown, shows, name=_called(shown, shows), salt=row.hash)

    async def _note_read(self, feed: str, read_at: datetime | None) -> None:
        now = self._clock.now()
        if read_at is not None and now - read_at < _HOUR:
            return
        async with self._database.session() as session:
            await session.execute(update(FeedRow).where(FeedRow.id == feed).values(read_at=now))


async def hand_over(session: AsyncSession, giver: PersonId, taker: PersonId) -> None:
    """Let somebody's feeds be another's, in the caller's unit of work: their addresses go on."""
    await session.execute(update(FeedRow).where(FeedRow.owner == giver).values(owner=taker))
    await session.execute(update(FeedRow).where(FeedRow.made_by == giver).values(made_by=taker))


def _called(shown: list[Calendar], shows: Shows) -> str:
    """What a feed calls itself in whoever's program."""
    if shows is Shows.BUSY:
        return "Busy"
    return shown[0].name if len(shown) == 1 else "Calendars"


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _feed(row: FeedRow, names: dict[CalendarId, str]) -> Feed:
    calendar_id = CalendarId(row.calendar_id) if row.calendar_id else None
    return Feed(
        id=row.id,
        owner=PersonId(row.owner),
        calendar_id=calendar_id,
        calendar=names.get(calendar_id, "") if calendar_id is not None else "",
        shows=Shows(row.shows),
        made_at=row.made_at,
        read_at=row.read_at,
    )
