"""People and conversations at rest. Every query names whose it is (law 9)."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.channels import CHANNEL, Channels
from bot.chat.messages import MessageRef, Place, Sender
from bot.people import Person, Preferences, named_like, new_person_id
from bot.tables import HeardRow, IdentityRow, MembershipRow, PartRow, PersonRow, PostedRow
from bot.transcript import (
    AssistantSaid,
    Conversation,
    Happened,
    Interrupted,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.people import PersonId
from scheduler.quiet import ReminderPreferences
from scheduler.upsert import is_new

__all__ = ["CHANNEL", "Conversations", "People"]

_PREFERENCES = TypeAdapter(Preferences)
_PLACE = TypeAdapter(Place)
_PARTS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (UserSaid, AssistantSaid, ToolCalled, ToolReturned, Happened, Interrupted)
}
REMEMBERED = 60
"""How many parts of a conversation a turn sees."""
ONE_HOUSE = ("console",)
"""Platforms without workspaces on which everybody knows everybody."""
HEARD_FOR = timedelta(days=7)
"""How long a platform may redeliver."""


class People:
    """The people known here, and their accounts on chat platforms."""

    def __init__(self, database: Database, clock: Clock, home_zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._channels = Channels(database, clock, home_zone)
        self._seen: set[tuple[str, str, str]] = set()

    async def person(self, person: PersonId) -> Person:
        """A person by id. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.get(PersonRow, person) or await _become(session, person)
        if row is None:
            raise NotFound("I don't know that person.")
        return _person(row)

    async def of(self, sender: Sender) -> Person | None:
        """Whose account that is, if known."""
        async with self._database.reading() as session:
            row = await session.scalar(
                select(PersonRow)
                .join(IdentityRow, IdentityRow.person_id == PersonRow.id)
                .where(
                    IdentityRow.platform == sender.platform,
                    IdentityRow.workspace == sender.workspace,
                    IdentityRow.user == sender.user,
                )
            )
        return None if row is None else _person(row)

    async def rename(self, person: Person, sender: Sender) -> None:
        """Give a person another account name, e.g. the one they told at their first start."""
        async with self._database.session() as session:
            await session.execute(
                update(IdentityRow)
                .where(
                    IdentityRow.person_id == person.id,
                    IdentityRow.platform == sender.platform,
                )
                .values(user=sender.user)
            )
        await self.save(person)

    async def first_user(self, platform: str) -> str | None:
        """The platform's id of the person who came there first; None before anybody did."""
        async with self._database.reading() as session:
            user: str | None = await session.scalar(
                select(IdentityRow.user)
                .join(PersonRow, PersonRow.id == IdentityRow.person_id)
                .where(IdentityRow.platform == platform)
                .order_by(PersonRow.created_at, PersonRow.id)
                .limit(1)
            )
        return user

    async def account_of(self, person: PersonId) -> Sender | None:
        """Where a person was active last."""
        async with self._database.reading() as session:
            row = await session.scalar(
                select(IdentityRow)
                .where(IdentityRow.person_id == person)
                .order_by(IdentityRow.last_seen.is_(None), IdentityRow.last_seen.desc())
                .limit(1)
            )
            who = await session.get(PersonRow, person)
        if row is None or who is None:
            return None
        return Sender(platform=row.platform, workspace=row.workspace, user=row.user, name=who.name)

    async def welcome(
        self, sender: Sender, zone: ZoneInfo, preferences: Preferences | None = None
    ) -> Person:
        """Make a person of an account that is new here; a known one is returned as they are."""
        known = await self.of(sender)
        if known is not None:
            return known
        person = Person(
            id=new_person_id(),
            name=sender.name or sender.user,
            zone=zone,
            preferences=preferences or Preferences(),
        )
        async with self._database.session() as session:
            session.add(
                PersonRow(
                    id=person.id,
                    name=person.name,
                    zone=person.zone.key,
                    email=person.email,
                    preferences=_PREFERENCES.dump_json(person.preferences).decode(),
                    created_at=self._clock.now(),
                )
            )
            await session.flush()
            session.add(
                IdentityRow(
                    platform=sender.platform,
                    workspace=sender.workspace,
                    user=sender.user,
                    person_id=person.id,
                )
            )
        return person

    async def save(self, person: Person) -> None:
        """Keep a person's name, zone and preferences."""
        async with self._database.session() as session:
            row = await session.get(PersonRow, person.id)
            if row is None:
                raise NotFound("I don't know that person.")
            row.name, row.zone, row.email = person.name, person.zone.key, person.email
            row.preferences = _PREFERENCES.dump_json(person.preferences).decode()

    async def reminder_preferences(self, owner: PersonId) -> ReminderPreferences:
        """How an owner of calendars wants to be reminded; a channel's own rings in the channel."""
        if owner.startswith(CHANNEL):
            return await self._channels.reminder_preferences(owner)
        person = await self.person(owner)
        wishes = person.preferences
        return ReminderPreferences(
            zone=person.zone,
            leads=wishes.leads,
            guest_leads=wishes.guest_leads,
            all_day_at=wishes.all_day_at,
            quiet=wishes.quiet,
            weekends=wishes.weekend_reminders,
            paused_until=wishes.paused_until,
            # One who became part of another has no digest of their own any more.
            digest_at=wishes.digest_at if person.id == owner else None,
        )

    async def seen_in(self, community: str, sender: Sender) -> None:
        """Remember that an account was seen in a community that is not its own workspace."""
        seen = (sender.platform, community, sender.user)
        if community in ("", sender.workspace) or seen in self._seen:
            return
        row = {"platform": sender.platform, "community": community, "user": sender.user}
        async with self._database.session() as session:
            await is_new(session, MembershipRow, "user", row)
        self._seen.add(seen)

    async def everyone(self, *, near: PersonId) -> Sequence[Person]:
        """All people that the asker may know of, the asker included: those with an account in one
        of their workspaces, or seen in a community where they were seen too."""
        ours, theirs = aliased(MembershipRow), aliased(MembershipRow)
        mine = aliased(IdentityRow)
        colleagues = (
            select(IdentityRow.person_id)
            .join(
                mine,
                and_(
                    mine.platform == IdentityRow.platform,
                    mine.workspace == IdentityRow.workspace,
                ),
            )
            .where(
                mine.person_id == near,
                or_(IdentityRow.workspace != "", IdentityRow.platform.in_(ONE_HOUSE)),
            )
        )
        neighbours = (
            select(IdentityRow.person_id)
            .join(
                theirs,
                and_(theirs.platform == IdentityRow.platform, theirs.user == IdentityRow.user),
            )
            .join(
                ours,
                and_(ours.platform == theirs.platform, ours.community == theirs.community),
            )
            .join(mine, and_(mine.platform == ours.platform, mine.user == ours.user))
            .where(mine.person_id == near)
        )
        known = or_(
            PersonRow.id == near, PersonRow.id.in_(colleagues), PersonRow.id.in_(neighbours)
        )
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(PersonRow).where(known).order_by(PersonRow.name, PersonRow.id)
            )
            return tuple(_person(row) for row in rows)

    async def named(self, name: str, *, near: PersonId) -> Sequence[Person]:
        """People whom a name or mail address may mean, best first."""
        return named_like(tuple(await self.everyone(near=near)), name)


class Conversations:
    """What was said, and where cards stand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def load(self, key: str, owner: PersonId) -> Conversation:
        """The latest parts of a conversation of this person."""
        async with self._database.reading() as session:
            rows = (
                await session.scalars(
                    select(PartRow)
                    .where(PartRow.conversation == key, PartRow.owner == owner)
                    .order_by(PartRow.id.desc())
                    .limit(REMEMBERED)
                )
            ).all()
        parts = tuple(_PARTS[row.kind].validate_json(row.body) for row in reversed(rows))
        return Conversation(key=key, parts=_from_a_person(parts))

    async def append(self, key: str, owner: PersonId, parts: Sequence[Part]) -> None:
        """Keep more of a conversation."""
        now = self._clock.now()
        async with self._database.session() as session:
            session.add_all(
                PartRow(
                    conversation=key,
                    owner=owner,
                    kind=type(part).__name__,
                    body=_PARTS[type(part).__name__].dump_json(part).decode(),
                    at=now,
                )
                for part in parts
            )

    async def hear(self, platform: str, message: str) -> bool:
        """Take on an incoming message; False when it was taken on before."""
        now = self._clock.now()
        async with self._database.session() as session:
            row = {"platform": platform, "id": message, "at": now}
            if not await is_new(session, HeardRow, "id", row):
                return False
            await session.execute(delete(HeardRow).where(HeardRow.at < now - HEARD_FOR))
        return True

    async def posted(self, subject: str, ref: MessageRef) -> None:
        """Remember where the card of a change or reminder stands."""
        place = _PLACE.dump_json(ref.place).decode()
        async with self._database.session() as session:
            known = await session.scalar(
                select(func.count())
                .select_from(PostedRow)
                .where(
                    PostedRow.subject == subject,
                    PostedRow.place == place,
                    PostedRow.message == ref.id,
                )
            )
            if not known:
                session.add(PostedRow(subject=subject, place=place, message=ref.id))

    async def moved_on(self, subject: str, ref: MessageRef) -> None:
        """Forget that a message is the card of a subject: it is another's now."""
        place = _PLACE.dump_json(ref.place).decode()
        async with self._database.session() as session:
            await session.execute(
                delete(PostedRow).where(
                    PostedRow.subject == subject,
                    PostedRow.place == place,
                    PostedRow.message == ref.id,
                )
            )

    async def where(self, subject: str) -> tuple[MessageRef, ...]:
        """Where the cards of a subject stand, oldest first."""
        async with self._database.reading() as session:
            rows = (
                await session.scalars(
                    select(PostedRow).where(PostedRow.subject == subject).order_by(PostedRow.id)
                )
            ).all()
        return tuple(
            MessageRef(place=_PLACE.validate_json(row.place), id=row.message) for row in rows
        )


async def _become(session: AsyncSession, former: PersonId) -> PersonRow | None:
    """Who somebody became part of."""
    address = f"urn:uuid:{former}"
    rows = await session.scalars(
        select(PersonRow).where(PersonRow.former.contains(address, autoescape=True))
    )
    return next((row for row in rows if address in row.former.split()), None)


def _from_a_person(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Cut so that no tool result stands without its call."""
    for index, part in enumerate(parts):
        if isinstance(part, UserSaid | Happened):
            return parts[index:]
    return ()


def _person(row: PersonRow) -> Person:
    return Person(
        id=PersonId(row.id),
        name=row.name,
        zone=ZoneInfo(row.zone),
        email=row.email,
        former=tuple(row.former.split()),
        former_names=tuple(row.former_names.splitlines()),
        is_unreached=row.unreached_since is not None,
        preferences=_PREFERENCES.validate_python(json.loads(row.preferences), strict=False),
    )
