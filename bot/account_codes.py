"""Codes that join accounts: made for one person, entered once on another account, then decided by
a press. At rest only their hashes stand.

What is said about it is `account_linking`; making two people one is `joining`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import CursorResult, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.accounts import account_key
from bot.chat.messages import Sender
from bot.tables import LinkCodeRow, LinkTryRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import AlreadyDecided, Expired, NotFound, NotYours
from calendar_core.people import PersonId

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which look alike."""
LENGTH = 8
LIVES = timedelta(minutes=10)
"""A code can be entered, and then its card pressed, so long."""
MOST_WRONG = 5
WITHIN = timedelta(hours=1)
_KEPT = timedelta(days=1)
_ONE_TRIES = 0x436F6E79
"""Seed of the PostgreSQL advisory lock under which an account enters codes."""
_SENDER = TypeAdapter(Sender)


class CodeStatus(StrEnum):
    """Where a code stands."""

    OPEN = "open"
    """Told, not entered."""
    ENTERED = "entered"
    """On another account; its card waits for a press."""
    JOINED = "joined"
    LEFT = "left"
    """Not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A code, without the code itself."""

    id: str
    person: PersonId
    """Who asked for it: the other account becomes theirs."""
    account: Sender
    """From where they asked."""
    platform: str
    """Where it can be entered."""
    status: CodeStatus
    expires_at: datetime
    entered_by: PersonId
    entered_on: Sender | None


class WrongCode(Exception):
    """No such code waits."""


class TooManyTries(Exception):
    """Too many wrong codes from one account; says until when to wait."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong codes")
        self.until = until


class Codes:
    """Makes codes, and lets each be used once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def make(self, person: PersonId, account: Sender, platform: str) -> str:
        """A new code for entering on a platform, in place of one that this person had for it."""
        now = self._clock.now()
        code = _new_code()
        async with self._database.session() as session:
            await session.execute(
                delete(LinkCodeRow).where(
                    LinkCodeRow.person == person,
                    LinkCodeRow.platform == platform,
                    LinkCodeRow.status == CodeStatus.OPEN,
                )
            )
            await session.execute(delete(LinkCodeRow).where(LinkCodeRow.expires_at < now - _KEPT))
            session.add(
                LinkCodeRow(
                    id=uuid4().hex,
                    hash=_hash(code),
                    person=person,
                    account=_SENDER.dump_json(account).decode(),
                    platform=platform,
                    status=CodeStatus.OPEN,
                    expires_at=now + LIVES,
                )
            )
        return f"{code[:4]}-{code[4:]}"

    async def look(self, code: str, sender: Sender) -> LinkCode:
        """The code that waits, not used up by looking. A wrong one counts against the account.

        Raises WrongCode, TooManyTries.
        """
        now = self._clock.now()
        account = account_key(sender)
        async with self._database.session() as session:
            await _take_turn(session, account)
            await session.execute(delete(LinkTryRow).where(LinkTryRow.at <= now - WITHIN))
            tries = (
                await session.execute(
                    select(func.count(), func.min(LinkTryRow.at)).where(
                        LinkTryRow.account == account
                    )
                )
            ).one()
            if tries[0] >= MOST_WRONG:
                raise TooManyTries(tries[1] + WITHIN)
            row = await session.scalar(
                select(LinkCodeRow).where(
                    LinkCodeRow.hash == _hash(code),
                    LinkCodeRow.status == CodeStatus.OPEN,
                    LinkCodeRow.expires_at > now,
                )
            )
            if row is not None:
                return _code(row)
            session.add(LinkTryRow(account=account, at=now))
        raise WrongCode

    async def enter(self, code: LinkCode, by: PersonId, on: Sender) -> LinkCode:
        """Use it up: from now on it is this account's card. Raises WrongCode when another was
        faster."""
        entered_on = _SENDER.dump_json(on).decode()
        async with self._database.session() as session:
            done = await session.execute(
                update(LinkCodeRow)
                .where(
                    LinkCodeRow.id == code.id,
                    LinkCodeRow.status == CodeStatus.OPEN,
                    LinkCodeRow.expires_at > self._clock.now(),
                )
                .values(
                    status=CodeStatus.ENTERED,
                    entered_by=by,
                    entered_on=entered_on,
                    expires_at=self._clock.now() + LIVES,
                )
            )
            assert isinstance(done, CursorResult)
            if done.rowcount != 1:
                raise WrongCode
        return await self.get(code.id)

    async def get(self, code: str) -> LinkCode:
        """A code by the id that its card carries. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.get(LinkCodeRow, code)
        if row is None:
            raise NotFound("I no longer know this card. Ask for a new code, please.")
        return _code(row)

    async def leave(self, code: str, by: PersonId) -> LinkCode:
        """The press that says no. Raises NotYours, Expired, AlreadyDecided, NotFound."""
        async with self._database.session() as session:
            return await decide(session, code, by, CodeStatus.LEFT, self._clock.now())


async def decide(
    session: AsyncSession, code: str, by: PersonId, will: CodeStatus, now: datetime
) -> LinkCode:
    """Let one press win, in the caller's unit of work. Raises NotYours, Expired, AlreadyDecided,
    NotFound."""
    done = await session.execute(
        update(LinkCodeRow)
        .where(
            LinkCodeRow.id == code,
            LinkCodeRow.entered_by == by,
            LinkCodeRow.status == CodeStatus.ENTERED,
            LinkCodeRow.expires_at > now,
        )
        .values(status=will)
    )
    assert isinstance(done, CursorResult)
    row = await session.get(LinkCodeRow, code, populate_existing=True)
    if row is None:
        raise NotFound("I no longer know this card. Ask for a new code, please.")
    kept = _code(row)
    if done.rowcount == 1:
        return kept
    if by not in (kept.entered_by, kept.person):
        raise NotYours("This is somebody else's to decide.")
    if kept.status is not CodeStatus.ENTERED:
        raise AlreadyDecided(kept.status.value)
    raise Expired("This has expired; nothing was changed.")


def _new_code() -> str:
    """At random; with a digit, which tells it from a word."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isalpha():
            return code


def read_code(words: str) -> str:
    """What was typed as a code has it: capitals, no dash; empty when it can't be one."""
    code = "".join(one for one in words.upper() if one not in "- \u2010\u2013")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def _hash(code: str) -> str:
    return sha256(read_code(code).encode()).hexdigest()


def _code(row: LinkCodeRow) -> LinkCode:
    return LinkCode(
        id=row.id,
        person=PersonId(row.person),
        account=_SENDER.validate_json(row.account),
        platform=row.platform,
        status=CodeStatus(row.status),
        expires_at=row.expires_at,
        entered_by=PersonId(row.entered_by),
        entered_on=_SENDER.validate_json(row.entered_on) if row.entered_on else None,
    )


async def _take_turn(session: AsyncSession, account: str) -> None:
    """Let one code at a time be entered from an account, as on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:account, :key))").bindparams(
                account=account, key=_ONE_TRIES
            )
        )
