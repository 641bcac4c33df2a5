"""One erasure as a value: all that its steps need once the person is no more, and how what is
theirs is found. Carrying it out is `erasing`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chat.messages import Place, Sender
from bot.people import FORMER, FORMER_NAME
from bot.tables import LinkCodeRow, NoteRow, PartRow, RestRow, SignUpRow
from calendar_core.changes import forgetting
from calendar_core.changes.forgetting import Leaving
from calendar_core.events import Guest
from calendar_core.linking import Account
from calendar_core.people import PersonId
from calendar_core.tables import CalendarRow, EventRow
from scheduler.tables import ReminderRow

KIND = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """All that must be known to go on, once the person is no more."""

    id: str
    person: PersonId
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Their CAL-ADDRESSes, in small letters."""
    accounts: tuple[Sender, ...] = ()
    channels: tuple[tuple[str, str], ...] = ()
    """Their direct conversations: platform and channel."""
    farewell: tuple[Place, Sender] | None = None
    """Where and to whom the last line is said."""
    is_done: bool = False
    """Whether all went; only looking again is left."""

    @property
    def job_key(self) -> str:
        """Names the work."""
        return f"{KIND}:{self.id}"

    def is_of(self, words: str) -> bool:
        """Whether a name, mail address or id means them."""
        wanted = words.strip().lower()
        named = {self.person, self.id, *(one.lower() for one in self.names)}
        return wanted in named or f"mailto:{wanted}" in self.addresses


_ERASURE = TypeAdapter(Erasure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What came of it."""

    unrevoked: tuple[Account, ...] = ()
    """Accounts whose maker did not confirm that it forgot what it granted."""


@dataclass(slots=True)
class Ids:
    """Of all that is somebody's: by them what hangs on it is found."""

    found: set[str] = field(default_factory=set)
    kept_changes: set[str] = field(default_factory=set)
    """Changes on whose cards others sign up."""


def written(erasure: Erasure) -> Mapping[str, str]:
    """As a job keeps it."""
    return {"erasure": _ERASURE.dump_json(erasure, exclude_defaults=True).decode()}


def read(payload: Mapping[str, str]) -> Erasure:
    """As it was kept."""
    return _ERASURE.validate_json(payload["erasure"])


def leaving_of(erasure: Erasure) -> Leaving:
    """Who goes, and who is named in their stead."""
    stand_in = Guest(address=f"urn:uuid:{_stand_in_id(erasure)}", name=FORMER_NAME)
    return Leaving(
        person=erasure.person,
        known_as=frozenset(erasure.addresses),
        names=frozenset(erasure.names),
        stand_in=stand_in,
        former=FORMER,
    )


def _stand_in_id(erasure: Erasure) -> str:
    """The same at every try, and told from other former members; leads to nobody."""
    plain = erasure.id
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


async def channels_of(session: AsyncSession, person: PersonId) -> tuple[tuple[str, str], ...]:
    """Direct conversations in which nobody else spoke."""
    theirs = select(PartRow.conversation).where(PartRow.owner == person).distinct()
    own = [one for one in await session.scalars(theirs) if not one.endswith(f"#{person}")]
    others = select(PartRow.conversation).where(
        PartRow.conversation.in_(own), PartRow.owner != person
    )
    shared = set(await session.scalars(others))
    places = [Place.channel_from_key(one) for one in own if one not in shared]
    return tuple(dict.fromkeys((one.platform, one.channel) for one in places))


async def ids_of(session: AsyncSession, erasure: Erasure) -> Ids:
    """Of all that is theirs: by them what hangs on it is found."""
    person = erasure.person
    wanted = (
        select(CalendarRow.id).where(CalendarRow.owner == person),
        select(EventRow.id)
        .join(CalendarRow, CalendarRow.id == EventRow.calendar_id)
        .where(CalendarRow.owner == person),
        select(ReminderRow.id).where(or_(ReminderRow.owner == person, ReminderRow.whose == person)),
        select(NoteRow.id).where(NoteRow.owner == person),
        select(RestRow.id).where(RestRow.owner == person),
        select(LinkCodeRow.id).where(
            or_(LinkCodeRow.person == person, LinkCodeRow.entered_by == person)
        ),
    )
    ids = Ids({person, erasure.id})
    for statement in wanted:
        ids.found |= set(await session.scalars(statement))
    changes = await forgetting.ids_of(session, person)
    on_cards = await session.scalars(select(SignUpRow.change).where(SignUpRow.change.in_(changes)))
    ids.kept_changes = set(on_cards)
    ids.found |= changes - ids.kept_changes
    return ids
