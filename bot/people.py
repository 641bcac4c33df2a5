"""Who is speaking: a person, their zone, hours and preferences. Keeping them at rest is `store`."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from calendar_core.people import PersonId, WorkingHours
from calendar_core.phrases.meaning import Policy

FORMER = PersonId("former")
"""Stands where rows of others must name somebody who was erased."""
FORMER_NAME = "former member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How somebody wants to be served; the defaults are the house's."""

    was_asked: bool = True
    """Whether the person, or their platform, told their zone; else it was guessed."""
    was_told_zone: bool = False
    """Whether they were told which zone was guessed, and how to tell theirs."""
    hours: WorkingHours = field(default_factory=WorkingHours)
    week_start: int = 0
    """Monday = 0, Sunday = 6."""
    clock_24h: bool = True
    default_length: timedelta = timedelta(hours=1)
    slot_length: timedelta = timedelta(minutes=30)
    """Length of a free slot when none is said."""
    leads: tuple[timedelta, ...] = (timedelta(minutes=10),)
    """Reminders before events made here."""
    guest_leads: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(hours=24))
    """The same for events with guests."""
    all_day_at: time = time(9)
    """When to be reminded of an all-day event, on its first day."""
    quiet: tuple[time, time] | None = None
    """No reminders from … to, in wall time."""
    weekend_reminders: bool = True
    paused_until: datetime | None = None
    digest_at: time | None = None
    """Hour of the daily agenda; None: off."""
    buffer: timedelta = timedelta()
    """Kept free between meetings."""
    calendar_news: bool = True
    """Whether to be told what others change in one's linked calendars."""
    model: str = ""
    """The language model that they chose, by name; empty: their workspace's, else the house's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody that Convene serves."""

    id: PersonId
    name: str
    zone: ZoneInfo
    email: str = ""
    preferences: Preferences = field(default_factory=Preferences)
    former: tuple[str, ...] = ()
    """CAL-ADDRESSes of those who became part of them: events of before name them so."""
    former_names: tuple[str, ...] = ()
    """What they were called."""
    is_unreached: bool = False
    """Whether none of their accounts took the last direct message."""

    @property
    def address(self) -> str:
        """Their CAL-ADDRESS as a guest (RFC 5545 §3.3.3)."""
        return f"mailto:{self.email.lower()}" if self.email else f"urn:uuid:{self.id}"

    @property
    def addresses(self) -> frozenset[str]:
        """Every CAL-ADDRESS that means them."""
        return frozenset({self.address, f"urn:uuid:{self.id}", *self.former})

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called, and what those were who became part of them."""
        return (self.name, *self.former_names)

    @property
    def policy(self) -> Policy:
        """What vague words mean for them."""
        hours = self.preferences.hours
        return Policy(week_start=self.preferences.week_start, work_day=(hours.start, hours.end))


def new_person_id() -> PersonId:
    """A fresh id, also usable in a `urn:uuid:` address."""
    return PersonId(str(uuid4()))


def named_like(people: tuple[Person, ...], words: str) -> tuple[Person, ...]:
    """Those whom a name or mail address may mean: the same name, else the same first name, else
    its beginning."""
    wanted = " ".join(words.casefold().lstrip("@").split())
    if not wanted:
        return ()
    by_mail = tuple(p for p in people if p.email and p.email.casefold() == wanted)
    called = [(p, [name.casefold() for name in p.names]) for p in people]
    exact = tuple(p for p, names in called if wanted in names)
    first = tuple(p for p, names in called if any(one.split()[:1] == [wanted] for one in names))
    begins = tuple(
        p for p, names in called if len(wanted) > 2 and any(one.startswith(wanted) for one in names)
    )
    return by_mail or exact or first or begins
