"""Accounts that are being linked on their vendor's page: states that work once, sealed at rest.

Whoever's browser comes back with a state is not known to be who asked. So what it brought is not
kept before the asker typed the code which that browser showed. What is said about it is `linking`.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from bot.chat.messages import Sender
from bot.tables import LinkingRow
from calendar_core.clock import Clock
from calendar_core.database import Database
from calendar_core.errors import AlreadyDecided, CannotOpen, Expired, NotFound, NotYours
from calendar_core.linking import Begun, FoundCalendar, Linked
from calendar_core.people import PersonId
from calendar_core.sealed import SealedRows
from calendar_core.vault import Vault

LIVES = timedelta(minutes=10)
"""So long a page can be visited, and then its code be typed."""
MOST_WRONG = 3
_KEPT = timedelta(days=1)
_SENDER = TypeAdapter(Sender)
_GONE = 'I no longer know this card. Begin again, please: say "link".'


class Status(StrEnum):
    """Where a linking stands."""

    OPEN = "open"
    """The page was not visited yet."""
    TAKEN = "taken"
    """A browser came back; the vendor is asked."""
    ANSWERED = "answered"
    """The account can be read; its owner is asked."""
    LINKED = "linked"
    DROPPED = "dropped"
    """Not wanted, refused by the vendor, or too late."""


class WrongCode(Exception):
    """Not the code that the browser showed; says how many tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A linking that is under way."""

    id: str
    person: PersonId
    sender: Sender
    kind: str
    free_busy_only: bool | None
    status: Status
    expires_at: datetime
    wants_code: bool
    """Whether it is kept only with the code that the browser showed."""
    begun: Begun | None = field(default=None, repr=False)
    """While it is open or taken."""
    linked: Linked | None = field(default=None, repr=False)
    """Once it is answered."""


class Linkings:
    """Keeps what is being linked, and lets each state and each code work once."""

    def __init__(self, database: Database, clock: Clock, vault: Vault) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def begin(
        self,
        person: PersonId,
        sender: Sender,
        kind: str,
        begun: Begun,
        *,
        free_busy_only: bool | None = None,
    ) -> Beginning:
        """Keep what a vendor's page was begun with, in place of an earlier one of this kind that
        was not visited. Raises KeysUnusable."""
        id_ = uuid4().hex
        row = LinkingRow(
            id=id_,
            hash=_hash(state_of(begun) or secrets.token_urlsafe(32)),
            person=person,
            sender=_SENDER.dump_json(sender).decode(),
            kind=kind,
            free_busy_only=free_busy_only,
            status=Status.OPEN,
            sealed=self._vault.seal(_told(begun), _about(id_)),
            expires_at=self._clock.now() + LIVES,
        )
        async with self._database.session() as session:
            await session.execute(
                delete(LinkingRow).where(
                    LinkingRow.person == person,
                    LinkingRow.kind == kind,
                    LinkingRow.status == Status.OPEN,
                )
            )
            session.add(row)
        return await self.get(id_)

    async def get(self, id_: str) -> Beginning:
        """One by the id that its card carries. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.get(LinkingRow, id_)
        if row is None:
            raise NotFound(_GONE)
        return self._read(row)

    async def waiting(self, state: str) -> Beginning:
        """One whose page can still be visited, not used up by looking. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.scalar(
                select(LinkingRow).where(
                    LinkingRow.hash == _hash(state),
                    LinkingRow.status == Status.OPEN,
                    LinkingRow.expires_at > self._clock.now(),
                )
            )
        if row is None:
            raise NotFound(_GONE)
        return self._read(row)

    async def take(self, state: str) -> Beginning:
        """A browser came back with a state: use it up. Raises NotFound for one that is unknown,
        used or too old."""
        return await self._take(LinkingRow.hash == _hash(state))

    async def take_by_code(self, id_: str) -> Beginning:
        """The code was typed on the vendor's page. Raises NotFound as `take`."""
        return await self._take(LinkingRow.id == id_)

    async def _take(self, which: Any) -> Beginning:
        async with self._database.session() as session:
            row = await session.scalar(
                update(LinkingRow)
                .where(
                    which,
                    LinkingRow.status == Status.OPEN,
                    LinkingRow.expires_at > self._clock.now(),
                )
                .values(status=Status.TAKEN)
                .returning(LinkingRow)
            )
            if row is None:
                raise NotFound(_GONE)
            return self._read(row)

    async def answer(self, id_: str, linked: Linked, *, with_code: bool) -> str:
        """Keep what the vendor granted, sealed, until its owner decides; the code to show in the
        browser, empty without one. Raises NotFound, KeysUnusable."""
        code = f"{secrets.randbelow(10**6):06}" if with_code else ""
        async with self._database.session() as session:
            done = await session.execute(
                update(LinkingRow)
                .where(LinkingRow.id == id_, LinkingRow.status == Status.TAKEN)
                .values(
                    status=Status.ANSWERED,
                    sealed=self._vault.seal(_told(linked), _about(id_)),
                    code_hash=_code_hash(id_, code) if code else "",
                    expires_at=self._clock.now() + LIVES,
                )
                .returning(LinkingRow.id)
            )
            if not done.all():
                raise NotFound(_GONE)
        return code

    async def keep(self, id_: str, by: PersonId, code: str = "") -> Beginning:
        """The asker says yes, with the code where one was shown: what is to be linked now. Works
        once. Raises WrongCode, and as `decide`; after the last wrong code Expired."""
        async with self._database.session() as session:
            row = await session.get(LinkingRow, id_, with_for_update=True)
            kept = self._decidable(row, by)
            assert row is not None
            if row.code_hash and not compare_digest(row.code_hash, _code_hash(id_, code)):
                row.tries += 1
                left = MOST_WRONG - row.tries
            else:
                row.status, row.sealed = Status.LINKED, ""
                return kept
        raise WrongCode(left)

    async def drop(self, id_: str, by: PersonId | None = None) -> Beginning:
        """It is not wanted, or too late (`by` nobody): what the vendor is to forget. Raises
        NotYours, AlreadyDecided, NotFound."""
        async with self._database.session() as session:
            row = await session.get(LinkingRow, id_, with_for_update=True)
            if row is None:
                raise NotFound(_GONE)
            if by is not None and row.person != by:
                raise NotYours("This is somebody else's to decide.")
            if row.status in (Status.LINKED, Status.DROPPED):
                raise AlreadyDecided(row.status)
            stood = self._read(row)
            row.status, row.sealed = Status.DROPPED, ""
            return stood

    async def forget_old(self) -> None:
        """Forget what was decided, or could have been, a day ago."""
        old = self._clock.now() - _KEPT
        async with self._database.session() as session:
            await session.execute(delete(LinkingRow).where(LinkingRow.expires_at < old))

    def _decidable(self, row: LinkingRow | None, by: PersonId) -> Beginning:
        """What waits for this person. Raises NotFound, NotYours, AlreadyDecided, Expired."""
        if row is None:
            raise NotFound(_GONE)
        if row.person != by:
            raise NotYours("This is somebody else's to decide.")
        if row.status != Status.ANSWERED:
            raise AlreadyDecided(row.status)
        if row.expires_at <= self._clock.now() or row.tries >= MOST_WRONG:
            raise Expired("This has expired; nothing was linked.")
        return self._read(row)

    def _read(self, row: LinkingRow) -> Beginning:
        begun, linked = None, None
        if row.sealed:
            try:
                known = json.loads(self._vault.open(row.sealed, _about(row.id)))
            except CannotOpen as err:
                raise NotFound(_GONE) from err
            if row.status == Status.ANSWERED:
                linked = _linked(known)
            else:
                begun = _begun(known)
        return Beginning(
            id=row.id,
            person=PersonId(row.person),
            sender=_SENDER.validate_json(row.sender),
            kind=row.kind,
            free_busy_only=row.free_busy_only,
            status=Status(row.status),
            expires_at=row.expires_at,
            wants_code=bool(row.code_hash),
            begun=begun,
            linked=linked,
        )


def sealed_linkings(database: Database, vault: Vault) -> SealedRows:
    """What vendors need again of linkings that wait, for changing keys."""
    return SealedRows(
        database,
        vault,
        name="linkings that wait",
        id_=LinkingRow.id,
        sealed=LinkingRow.sealed,
        about=_about,
    )


def state_of(begun: Begun) -> str:
    """OAuth's state in the address of a page; empty where there is none (RFC 6749 §4.1.1)."""
    return parse_qs(urlsplit(begun.page).query).get("state", [""])[0]


def _told(one: Begun | Linked) -> str:
    if isinstance(one, Begun):
        return json.dumps({"page": one.page, "code": one.code, "secrets": dict(one.secrets)})
    return json.dumps(
        {
            "provider": one.provider,
            "address": one.address,
            "url": one.url,
            "credentials": dict(one.credentials),
            "calendars": [asdict(calendar) for calendar in one.calendars],
        }
    )


def _begun(known: Mapping[str, Any]) -> Begun:
    return Begun(page=known["page"], code=known["code"], secrets=known["secrets"])


def _linked(known: Mapping[str, Any]) -> Linked:
    calendars = tuple(FoundCalendar(**one) for one in known["calendars"])
    return Linked(**{**known, "calendars": calendars})


def _about(id_: str) -> str:
    return f"linking {id_}"


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _code_hash(id_: str, code: str) -> str:
    return _hash(f"{id_} {''.join(one for one in code if one.isdigit())}")
