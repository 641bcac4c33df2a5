"""Channels at rest: whose calendar they show, their zone, digest and reminders.

Setting them is `channel_form` and its presses; who may is asked of the platform, never here.
"""

import json
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.messages import Place
from bot.tables import ChannelRow
from calendar_core.changes.audit import AuditEntry, note
from calendar_core.changes.change import ChangeId, ChangeStatus
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.people import PersonId
from scheduler.quiet import ReminderPreferences
from scheduler.upsert import upsert

CHANNEL = "channel:"
"""How the ids of channels that own a calendar begin; the place's key without its thread follows."""
SHARED = "*"
"""Stands for the channel in the id of the owner of a workspace's shared calendar."""
WORKDAYS = (0, 1, 2, 3, 4)
USUAL = (timedelta(minutes=10),)
"""Reminders before the events of a channel that nobody has set."""


class Digest(StrEnum):
    """When a channel is told its agenda."""

    OFF = "off"
    DAILY = "daily"
    """Monday to Friday, each day's."""
    WEEKLY = "weekly"
    """Once a week, the week's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """How a channel is served; the defaults are those of one that nobody has set."""

    owner: PersonId
    """The channel itself."""
    name: str = ""
    shares: bool = False
    """Whether its calendar is the one that its workspace or server shares."""
    zone: ZoneInfo
    digest: Digest = Digest.OFF
    digest_at: time = time(9)
    digest_day: int = 0
    """Of the weekly one; Monday = 0."""
    leads: tuple[timedelta, ...] | None = None
    """Reminders before its events, told in the channel; None: never set, so the house's usual."""
    is_set: bool = False
    """Whether anybody set anything yet: who does so first brings their zone along."""
    set_by: PersonId | None = field(default=None, compare=False)
    """Who set something last."""

    @property
    def calendar_owner(self) -> PersonId:
        """Whose calendar is looked at and written in the channel."""
        return shared_owner(self.owner) if self.shares else self.owner

    @property
    def place(self) -> Place:
        """The channel."""
        key = self.owner.removeprefix(CHANNEL)
        platform, workspace, channel = key.split("/", 2)
        name = self.name or (channel if channel.startswith("#") else "")
        found = Place.channel_from_key(f"{platform}/{workspace}/{channel}/")
        return found if not name else _named(found, name)


def _named(place: Place, name: str) -> Place:
    return Place(
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        thread=place.thread,
        kind=place.kind,
        name=name,
    )


def channel_of(place: Place) -> PersonId:
    """The channel itself, as an owner."""
    return PersonId(f"{CHANNEL}{place.platform}/{place.workspace}/{place.channel}")


def shared_owner(channel: PersonId) -> PersonId:
    """The owner of the calendar that a channel's workspace shares."""
    platform, workspace, _ = channel.removeprefix(CHANNEL).split("/", 2)
    return PersonId(f"{CHANNEL}{platform}/{workspace}/{SHARED}")


def is_shared(owner: PersonId) -> bool:
    """Whether an owner stands for a whole workspace."""
    return owner.startswith(CHANNEL) and owner.endswith(f"/{SHARED}")


class Channels:
    """Keeps the settings of channels."""

    def __init__(self, database: Database, clock: Clock, home_zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._home_zone = home_zone

    async def of(self, channel: PersonId) -> ChannelSettings:
        """How a channel is served."""
        async with self._database.reading() as session:
            row = await session.get(ChannelRow, channel)
        if row is None:
            return ChannelSettings(owner=channel, zone=self._home_zone)
        return _settings(row)

    async def calendar_owner(self, place: Place) -> PersonId:
        """Whose calendar stands for a channel."""
        return (await self.of(channel_of(place))).calendar_owner

    async def keep(self, settings: ChannelSettings, by: PersonId, told: str) -> None:
        """Store them, and in the trail who set what."""
        now = self._clock.now()
        values = {
            "owner": settings.owner,
            "name": settings.name,
            "shares": settings.shares,
            "zone": settings.zone.key,
            "digest": settings.digest,
            "digest_at": f"{settings.digest_at:%H:%M}",
            "digest_day": settings.digest_day,
            "leads": json.dumps(_seconds(settings.leads)),
            "set_by": by,
            "set_at": now,
        }
        async with self._database.session() as session:
            await session.execute(upsert(session, ChannelRow, "owner", values))
            entry = AuditEntry(
                change=ChangeId("settings"),
                owner=settings.owner,
                by=by,
                at=now,
                what=f"settings of {settings.name}: {told}",
                outcome=ChangeStatus.APPLIED,
            )
            note(session, entry)

    async def reminder_preferences(self, owner: PersonId) -> ReminderPreferences:
        """How an owner that is a channel is reminded, in the channel; a shared calendar rings in
        the channel that asked for it first."""
        async with self._database.reading() as session:
            if is_shared(owner):
                ringing = await _first_ringing(session, owner)
                if ringing is None:
                    return ReminderPreferences(
                        zone=self._home_zone, leads=(), guest_leads=(), place=_key(owner)
                    )
                return _preferences(ringing, digest=False)
            row = await session.get(ChannelRow, owner)
        unset = ChannelSettings(owner=owner, zone=self._home_zone)
        return _preferences(unset if row is None else _settings(row), digest=True)


async def _first_ringing(session: AsyncSession, shared: PersonId) -> ChannelSettings | None:
    prefix = shared.removesuffix(SHARED)
    rows = await session.scalars(
        select(ChannelRow)
        .where(
            ChannelRow.shares.is_(True),
            ChannelRow.owner.startswith(prefix, autoescape=True),
            ChannelRow.leads != "[]",
        )
        .order_by(ChannelRow.set_at, ChannelRow.owner)
        .limit(1)
    )
    row = rows.first()
    return None if row is None else _settings(row)


def _preferences(settings: ChannelSettings, *, digest: bool) -> ReminderPreferences:
    leads = USUAL if settings.leads is None else settings.leads
    wanted = digest and settings.digest is not Digest.OFF
    days = WORKDAYS if settings.digest is Digest.DAILY else (settings.digest_day,)
    return ReminderPreferences(
        zone=settings.zone,
        leads=leads,
        guest_leads=leads,  # its guests are those who signed up: they are reminded directly
        digest_at=settings.digest_at if wanted else None,
        digest_days=days,
        place=_key(settings.owner),
    )


def _key(owner: PersonId) -> str:
    return f"{owner.removeprefix(CHANNEL)}/"


def _seconds(leads: tuple[timedelta, ...] | None) -> list[int] | None:
    return None if leads is None else [int(lead.total_seconds()) for lead in leads]


def _settings(row: ChannelRow) -> ChannelSettings:
    leads = json.loads(row.leads)
    return ChannelSettings(
        owner=PersonId(row.owner),
        name=row.name,
        shares=row.shares,
        zone=ZoneInfo(row.zone),
        digest=Digest(row.digest),
        digest_at=time.fromisoformat(row.digest_at),
        digest_day=row.digest_day,
        leads=None if leads is None else tuple(timedelta(seconds=one) for one in leads),
        is_set=True,
        set_by=PersonId(row.set_by),
    )
