"""Conversations at rest: what was said, what was heard already, where cards stand.

Every query names whose it is (law 9). The people are `store`, the values `transcript`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.chat.messages import MessageRef, Place
from bot.tables import HeardRow, PartRow, PostedRow
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
from calendar_core.people import PersonId
from scheduler.upsert import is_new, keep_new

_PLACE = TypeAdapter(Place)
_PARTS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (UserSaid, AssistantSaid, ToolCalled, ToolReturned, Happened, Interrupted)
}
REMEMBERED = 16
"""How many entries of a conversation a turn sees: an entry is a whole turn, or what happened
outside of one."""
_TURN = "Turn"
"""The kind of an entry of several parts, a line each: fewer rows to write and to read."""
TURN_TAKES = timedelta(minutes=2)
"""Within which a message is answered, and its turn written down."""
HEARD_FOR = timedelta(days=7)
"""How long a platform may redeliver."""


# What every message asks is built once: building a statement costs more than running it.
_LATEST = (
    select(PartRow.kind, PartRow.body)
    .where(PartRow.conversation == bindparam("key"), PartRow.owner == bindparam("owner"))
    .order_by(PartRow.id.desc())
    .limit(bindparam("most"))
)
# The table and not the class: nobody needs the row's number.
_KEEP = insert(PartRow.__table__)  # type: ignore[arg-type]


class Conversations:
    """What was said, and where cards stand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def load(self, key: str, owner: PersonId) -> Conversation:
        """The latest entries of a conversation of this person."""
        return await self._database.read(lambda connection: self.read(connection, key, owner))

    def read(
        self, connection: Connection, key: str, owner: PersonId, most: int = REMEMBERED
    ) -> Conversation:
        """The same, within a unit of work; so many entries at most."""
        asked = {"key": key, "owner": owner, "most": most}
        rows = connection.execute(_LATEST, asked).all()
        parts = tuple(part for kind, body in reversed(rows) for part in _parts_of(kind, body))
        return Conversation(key=key, parts=_from_a_person(parts))

    async def append(self, key: str, owner: PersonId, parts: Sequence[Part]) -> None:
        """Keep more of a conversation, as one entry."""
        if not parts:
            return
        kind, body = _entry_of(parts)
        row = {
            "conversation": key,
            "owner": owner,
            "kind": kind,
            "body": body,
            "at": self._clock.now(),
        }
        await self._database.write(lambda connection: connection.execute(_KEEP, row))

    async def branch(self, key: str, trunk: str, owner: PersonId, at: datetime) -> None:
        """Begin a conversation with what another had come to by the turn in which a message was
        written, at `at`; one that has begun is left as it is."""

        def work(connection: Connection) -> None:
            if connection.execute(_LATEST, {"key": key, "owner": owner, "most": 1}).first():
                return
            there = (PartRow.conversation == trunk, PartRow.owner == owner)
            wanted = select(PartRow.kind, PartRow.body, PartRow.at).where(*there)
            before = wanted.where(PartRow.at < at).order_by(PartRow.id.desc()).limit(REMEMBERED)
            turn = wanted.where(PartRow.at >= at, PartRow.at < at + TURN_TAKES)
            rows = [
                *reversed(connection.execute(before).all()),
                *connection.execute(turn.order_by(PartRow.id).limit(1)),
            ]
            if rows:
                whose = {"conversation": key, "owner": owner}
                connection.execute(_KEEP, [{**row._mapping, **whose} for row in rows])

        await self._database.write(work)

    async def hear(self, platform: str, message: str) -> bool:
        """Take on an incoming message; False when it was taken on before."""
        return await self._database.write(
            lambda connection: self.take_on(connection, platform, message)
        )

    def take_on(self, connection: Connection, platform: str, message: str) -> bool:
        """The same, within a unit of work."""
        row = {"platform": platform, "id": message, "at": self._clock.now()}
        return keep_new(connection, HeardRow, "id", row)

    async def forget_heard(self) -> None:
        """Forget what no platform delivers again: for a daily chore."""
        async with self._database.session() as session:
            await session.execute(
                delete(HeardRow).where(HeardRow.at < self._clock.now() - HEARD_FOR)
            )

    async def posted(self, subject: str, ref: MessageRef) -> None:
        """Remember where the card of a change or reminder stands."""
        row = {
            "subject": subject,
            "place": _PLACE.dump_json(ref.place).decode(),
            "message": ref.id,
        }
        async with self._database.session() as session:
            await is_new(session, PostedRow, "id", row)

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

    async def told(self, subject: str, ref: MessageRef) -> None:
        """Remember the message that tells, from now on, the news of a subject (40 letters at
        most)."""
        await self.posted(_at(subject, self._clock.now()), ref)

    async def telling(self, subject: str, within: timedelta) -> MessageRef | None:
        """The message that told the news of a subject last; None when that is longer ago."""
        now = self._clock.now()
        first, last = _at(subject, now - within), _at(subject, now)
        async with self._database.reading() as session:
            row = await session.scalar(
                select(PostedRow)
                .where(PostedRow.subject.between(first, last))
                .order_by(PostedRow.id.desc())
                .limit(1)
            )
        if row is None:
            return None
        return MessageRef(place=_PLACE.validate_json(row.place), id=row.message)


def _at(subject: str, at: datetime) -> str:
    """A subject and when it was told, so written that the later is the greater."""
    return f"{subject}@{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _entry_of(parts: Sequence[Part]) -> tuple[str, str]:
    """The kind and the body of a row."""
    kinds = [type(part).__name__ for part in parts]
    told = [_PARTS[kind].dump_json(part).decode() for kind, part in zip(kinds, parts, strict=True)]
    if len(parts) == 1:
        return kinds[0], told[0]
    return _TURN, "\n".join(f"{kind} {one}" for kind, one in zip(kinds, told, strict=True))


def _parts_of(kind: str, body: str) -> Iterator[Part]:
    """The parts of a row."""
    told = [line.split(" ", 1) for line in body.split("\n")] if kind == _TURN else [[kind, body]]
    for name, one in told:
        yield _PARTS[name].validate_json(one)


def _from_a_person(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Cut so that no tool result stands without its call."""
    for index, part in enumerate(parts):
        if isinstance(part, UserSaid | Happened):
            return parts[index:]
    return ()
