"""People at rest. Every query names whose it is (law 9). What they said is `conversations`."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.channels import CHANNEL, Channels
from bot.chat.messages import Sender
from bot.conversations import Conversations
from bot.people import (
    FORMER,
    FORMER_NAME,
    Person,
    Preferences,
    named_like,
    new_person_id,
)
from bot.tables import GroupMemberRow, IdentityRow, MembershipRow, PersonRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import NotFound
from calendar_core.people import PersonId
from scheduler.quiet import ReminderPreferences
from scheduler.upsert import is_new

__all__ = ["CHANNEL", "Conversations", "People"]

_PREFERENCES = TypeAdapter(Preferences)
ONE_HOUSE = "console"
"""The platform without workspaces on which everybody knows everybody."""


def _known_near() -> ColumnElement[bool]:
    """Of the asker, and of whom they may know: see `People.everyone`."""
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
            mine.person_id == bindparam("near"),
            or_(IdentityRow.workspace != "", IdentityRow.platform == ONE_HOUSE),
        )
    )
    # Step by step, from the asker outwards: as joins, SQLite would begin with everybody's.
    communities = (
        select(ours.platform, ours.community)
        .join(mine, and_(mine.platform == ours.platform, mine.user == ours.user))
        .where(mine.person_id == bindparam("near"))
    )
    seen_there = select(theirs.platform, theirs.user).where(
        tuple_(theirs.platform, theirs.community).in_(communities)
    )
    neighbours = select(IdentityRow.person_id).where(
        tuple_(IdentityRow.platform, IdentityRow.user).in_(seen_there)
    )
    return or_(
        PersonRow.id == bindparam("near"),
        PersonRow.id.in_(colleagues),
        PersonRow.id.in_(neighbours),
    )


# What every message asks is built once: building a statement costs more than running it.
_OF_ACCOUNT = (
    select(PersonRow)
    .join(IdentityRow, IdentityRow.person_id == PersonRow.id)
    .where(
        IdentityRow.platform == bindparam("platform"),
        IdentityRow.workspace == bindparam("workspace"),
        IdentityRow.user == bindparam("user"),
    )
)
_KNOWN_NEAR = _known_near()
_NEAR = select(PersonRow).where(_KNOWN_NEAR).order_by(PersonRow.name, PersonRow.id)
_BETWEEN = "\x1f"
"""Stands between names that come in one row: a row each costs far more where there are many."""
_SEPARATOR: Any = literal_column(f"'{_BETWEEN}'")
"""The same as SQL; a plain string would be written into the statement anew each time."""
_LISTS = (
    select(GroupMemberRow.key, GroupMemberRow.name)
    .where(GroupMemberRow.owner == bindparam("near"))
    .distinct()
    .subquery()
)
_NAMES_NEAR = union_all(
    select(literal("people"), func.aggregate_strings(PersonRow.name, _SEPARATOR)).where(
        _KNOWN_NEAR, PersonRow.id != bindparam("near")
    ),
    select(literal("lists"), func.aggregate_strings(_LISTS.c.name, _SEPARATOR)),
)


class NamesNear(NamedTuple):
    """What somebody's words may name."""

    people: tuple[str, ...]
    """The others whom they may know of."""
    groups: tuple[str, ...]
    """Their own lists of people."""


class People:
    """The people known here, and their accounts on chat platforms."""

    def __init__(self, database: Database, clock: Clock, home_zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._home_zone = home_zone
        self._channels = Channels(database, clock, home_zone)
        self._seen: set[tuple[str, str, str, PersonId]] = set()

    async def person(self, person: PersonId) -> Person:
        """A person by id; a name and no more for those who were erased. Raises NotFound."""
        if person == FORMER:
            return Person(id=FORMER, name=FORMER_NAME, zone=self._home_zone)
        async with self._database.reading() as session:
            row = await session.get(PersonRow, person) or await _become(session, person)
        if row is None:
            raise NotFound("I don't know that person.")
        return _person(row)

    async def of(self, sender: Sender) -> Person | None:
        """Whose account that is, if known."""
        return await self._database.read(lambda connection: self.read(connection, sender))

    def read(self, connection: Connection, sender: Sender) -> Person | None:
        """The same, within a unit of work."""
        row = connection.execute(_OF_ACCOUNT, _account(sender)).first()
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

    async def called(self, words: str) -> tuple[Person, ...]:
        """All whom an id, a whole name or a mail address may mean: for those who run the house."""
        wanted = words.strip().lower()
        async with self._database.reading() as session:
            rows = await session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id))
            people = [_person(row) for row in rows]
        by_id = tuple(one for one in people if one.id == wanted)
        return by_id or tuple(
            one
            for one in people
            if wanted in (one.email.lower(), *(name.lower() for name in one.names))
        )

    async def account_in(self, workspace: str, platform: str, person: PersonId) -> Sender | None:
        """A person's account in a workspace of a platform."""
        there = (IdentityRow.platform == platform, IdentityRow.workspace == workspace)
        wanted = select(IdentityRow.user).where(IdentityRow.person_id == person, *there)
        async with self._database.reading() as session:
            user = await session.scalar(wanted.order_by(IdentityRow.user).limit(1))
        return Sender(platform=platform, workspace=workspace, user=user) if user else None

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

    async def seen_in(self, community: str, sender: Sender, person: PersonId) -> None:
        """Remember that an account was seen in a community that is not its own workspace."""
        # With the person: whoever was erased and comes again is seen anew.
        seen = (sender.platform, community, sender.user, person)
        if community in ("", sender.workspace) or seen in self._seen:
            return
        row = {"platform": sender.platform, "community": community, "user": sender.user}
        async with self._database.session() as session:
            await is_new(session, MembershipRow, "user", row)
        self._seen.add(seen)

    async def communities_of(self, sender: Sender) -> Sequence[str]:
        """Where an account was seen: its own workspace, where it has one, and communities."""
        wanted = select(MembershipRow.community).where(
            MembershipRow.platform == sender.platform, MembershipRow.user == sender.user
        )
        async with self._database.reading() as session:
            seen = await session.scalars(wanted.order_by(MembershipRow.community))
            return (*filter(None, (sender.workspace,)), *seen)

    async def everyone(self, *, near: PersonId) -> Sequence[Person]:
        """All people that the asker may know of, the asker included: those with an account in one
        of their workspaces, or seen in a community where they were seen too."""
        rows = await self._database.read(
            lambda connection: connection.execute(_NEAR, {"near": near}).all()
        )
        return tuple(_person(row) for row in rows)

    async def strangers(self, people: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of them are known by name alone: met on a platform, and never heard there."""
        heard = func.max(IdentityRow.last_seen)
        async with self._database.reading() as session:
            found = await session.scalars(
                select(IdentityRow.person_id)
                .where(IdentityRow.person_id.in_(people))
                .group_by(IdentityRow.person_id)
                .having(heard.is_(None))
            )
            return frozenset(PersonId(one) for one in found)

    def read_names_near(self, connection: Connection, near: PersonId) -> NamesNear:
        """What the others are called whom somebody may know of, as in `everyone`, and what their
        lists of people are, within a unit of work."""
        rows = connection.execute(_NAMES_NEAR, {"near": near}).all()
        names = {kind: tuple(sorted(joined.split(_BETWEEN))) for kind, joined in rows if joined}
        return NamesNear(people=names.get("people", ()), groups=names.get("lists", ()))

    async def named(self, name: str, *, near: PersonId) -> Sequence[Person]:
        """People whom a name or mail address may mean, best first."""
        return named_like(tuple(await self.everyone(near=near)), name)


async def _become(session: AsyncSession, former: PersonId) -> PersonRow | None:
    """Who somebody became part of."""
    address = f"urn:uuid:{former}"
    rows = await session.scalars(
        select(PersonRow).where(PersonRow.former.contains(address, autoescape=True))
    )
    return next((row for row in rows if address in row.former.split()), None)


def _account(sender: Sender) -> dict[str, str]:
    return {"platform": sender.platform, "workspace": sender.workspace, "user": sender.user}


def _person(row: PersonRow | Row[Any]) -> Person:
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
