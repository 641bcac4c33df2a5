"""Other assistants that may ask in somebody's name, and the tokens that let them in.

A token is told once; at rest only its hash stands. What an assistant may do is `assistants`, the
conversation about it `assistant_asking`.
"""

import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NewType
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import AssistantRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotFound
from calendar_core.people import PersonId

log = logging.getLogger("convene.assistants")

AssistantId = NewType("AssistantId", str)
MOST = 10
"""Assistants of one person."""
LONGEST_NAME, LONGEST_CLIENT = 40, 60
PATH = "/mcp"
PLACES = "mcp//"
"""With what the keys of assistants' places begin."""
_PREFIX = "convene-"
"""By which those who look for lost secrets know one."""
_A_WHILE = timedelta(minutes=15)
_QUOTES = dict.fromkeys(map(ord, '"“”„«»<>`*_~|[]()'))
"""Letters that would end a quotation, or pass for markup."""


class TooManyAssistants(CalendarError):
    """Somebody has as many assistants as they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """Another program that may ask in somebody's name, without its token."""

    id: AssistantId
    person: PersonId
    name: str
    """As the person calls it; empty for a process on the machine itself."""
    client: str = ""
    """As its program introduced itself last."""
    may_propose: bool = True
    """Whether it may draw up changes for the person's press; else it reads alone."""
    made_at: datetime
    used_at: datetime | None = None

    @property
    def place(self) -> str:
        """Key of the place that its cards belong to: a plain word in a chat decides none of
        them."""
        return f"{PLACES}{self.id}/"

    def told(self, client: str = "") -> str:
        """Who it is, on a card and in the trail: 'your assistant “Desk” (claude-ai)'."""
        named = f"your assistant “{self.name}”" if self.name else "an assistant on this machine"
        client = shown(client, LONGEST_CLIENT) or self.client
        return f"{named} ({client})" if client else named


class AssistantTokens:
    """Lets assistants in, and out again."""

    def __init__(self, database: Database, clock: Clock, public_url: str | None) -> None:
        self._database = database
        self._clock = clock
        self._public_url = public_url

    @property
    def address(self) -> str:
        """Where assistants elsewhere reach this house; empty where they don't."""
        return f"{self._public_url}{PATH}" if self._public_url else ""

    async def let_in(
        self, person: PersonId, name: str, *, may_propose: bool = True
    ) -> tuple[Assistant, str]:
        """A new assistant, and its token, which nobody can tell again. Raises
        TooManyAssistants."""
        token = f"{_PREFIX}{secrets.token_hex(24)}"
        row = AssistantRow(
            id=uuid4().hex,
            hash=_hash(token),
            person=person,
            name=shown(name, LONGEST_NAME) or "assistant",
            client="",
            may_propose=may_propose,
            made_at=self._clock.now(),
            used_at=None,
        )
        async with self._database.session() as session:
            count = select(func.count()).where(AssistantRow.person == person)
            if (await session.scalar(count) or 0) >= MOST:
                raise TooManyAssistants(
                    f"There are {MOST} assistants already. Disconnect one of them first."
                )
            session.add(row)
        log.info("let in assistant=%s person=%s", row.id, person)
        return _assistant(row), token

    async def of(self, person: PersonId) -> tuple[Assistant, ...]:
        """Somebody's assistants, oldest first."""
        wanted = select(AssistantRow).where(AssistantRow.person == person)
        async with self._database.reading() as session:
            order = (AssistantRow.made_at, AssistantRow.name, AssistantRow.id)
            rows = await session.scalars(wanted.order_by(*order))
            return tuple(_assistant(row) for row in rows)

    async def everyone(self) -> tuple[Assistant, ...]:
        """All assistants, for those who look after the house."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(AssistantRow).order_by(AssistantRow.id))
            return tuple(_assistant(row) for row in rows)

    async def by(self, token: str) -> Assistant | None:
        """Whose token that is; None for one that is none, or is revoked."""
        if not token.startswith(_PREFIX):
            return None
        wanted = select(AssistantRow).where(AssistantRow.hash == _hash(token))
        async with self._database.reading() as session:
            row = await session.scalar(wanted)
        return None if row is None else _assistant(row)

    async def shut_out(self, assistant: str, person: PersonId) -> Assistant:
        """Let a token open nothing any more. Raises NotFound, also for somebody else's."""
        async with self._database.session() as session:
            rows = await session.scalars(
                delete(AssistantRow)
                .where(AssistantRow.id == assistant, AssistantRow.person == person)
                .returning(AssistantRow)
            )
            gone = [_assistant(row) for row in rows]
        if not gone:
            raise NotFound("That assistant is disconnected already: its token opens nothing.")
        log.info("shut out assistant=%s person=%s", assistant, person)
        return gone[0]

    async def met(self, assistant: Assistant, client: str) -> None:
        """Keep how its program introduced itself."""
        client = shown(client, LONGEST_CLIENT)
        if client and client != assistant.client:
            await self._note(assistant.id, client=client)

    async def used(self, assistant: Assistant) -> None:
        """It called, now. Written down now and then."""
        now = self._clock.now()
        if assistant.used_at is None or now - assistant.used_at >= _A_WHILE:
            await self._note(assistant.id, used_at=now)

    async def _note(self, assistant: AssistantId, **values: object) -> None:
        async with self._database.session() as session:
            await session.execute(
                update(AssistantRow).where(AssistantRow.id == assistant).values(**values)
            )


async def hand_over(session: AsyncSession, giver: PersonId, taker: PersonId) -> None:
    """Let somebody's assistants be another's, in the caller's unit of work."""
    await session.execute(
        update(AssistantRow).where(AssistantRow.person == giver).values(person=taker)
    )


def shown(name: str, longest: int) -> str:
    """A name that somebody else chose, in one short line without quotes, markup, and letters that
    are not seen."""
    seen = "".join(
        one if one.isspace() or unicodedata.category(one)[0] != "C" else " "
        for one in name[: longest * 4]
    )
    return " ".join(seen.translate(_QUOTES).split())[:longest].strip()


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _assistant(row: AssistantRow) -> Assistant:
    return Assistant(
        id=AssistantId(row.id),
        person=PersonId(row.person),
        name=row.name,
        client=row.client,
        may_propose=row.may_propose,
        made_at=row.made_at,
        used_at=row.used_at,
    )
