"""What this Google holds: accounts with their tokens, calendars with their events, what changed."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.servers.google import expanding
from tests.servers.google.errors import Refusal

Json = dict[str, Any]
SCOPES = "https://www.googleapis.com/auth/"
ALL = frozenset(
    SCOPES + one
    for one in ("calendar.events", "calendar.calendarlist.readonly", "calendar.freebusy")
)


@dataclass
class Account:
    """Somebody with a Google account."""

    email: str
    roles: dict[str, str] = field(default_factory=dict)
    """Calendars on their list, with what they may do there."""


@dataclass
class Token:
    """An access or refresh token."""

    account: Account
    scopes: frozenset[str]
    until: datetime
    refresh: str = ""
    """The refresh token that it came from."""


@dataclass
class Held:
    """A calendar and its events, whoever looks."""

    id: str
    summary: str
    zone: str = "Europe/Berlin"
    events: dict[str, Json] = field(default_factory=dict)
    """As stored: exceptions and what is deleted among them."""
    serials: dict[str, int] = field(default_factory=dict)
    """When each last changed, counted."""
    serial: int = 0
    forgotten: int = 0
    """Sync tokens from before are too old."""
    default_reminders: list[Json] = field(default_factory=list)

    def put(self, item: Json, now: datetime) -> Json:
        """Store an event as changed now."""
        self.serial += 1
        stamp = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"
        tag = hashlib.blake2b(f"{self.id}{self.serial}".encode(), digest_size=8).hexdigest()
        item = {**item, "etag": f'"{tag}"', "updated": stamp}
        self.events[item["id"]] = item
        self.serials[item["id"]] = self.serial
        return item

    def exceptions(self, series: str) -> list[Json]:
        """Occurrences of a series that are events of their own, cancelled ones too."""
        return [one for one in self.events.values() if one.get("recurringEventId") == series]

    def found(self, id_: str) -> Json:
        """An event, or an occurrence that its series makes. Refuses what never was."""
        if id_ in self.events:
            return self.events[id_]
        series, _, _ = id_.rpartition("_")
        master = self.events.get(series)
        if master is not None and master.get("recurrence") and master["status"] != "cancelled":
            for start in expanding.starts(master):
                if expanding.instance_id(series, master, start) == id_:
                    return instance(master, start)
        raise Refusal(404, "notFound", "Not Found")


def instance(master: Json, start: datetime) -> Json:
    """An occurrence as its series makes it."""
    first, last = expanding.times(master, start)
    rest = {name: value for name, value in master.items() if name != "recurrence"}
    return {
        **rest,
        "id": expanding.instance_id(master["id"], master, start),
        "recurringEventId": master["id"],
        "originalStartTime": expanding.original(master, start),
        "start": first,
        "end": last,
    }


@dataclass
class World:
    """All of it."""

    client_id: str = "client"
    client_secret: str = "shh"
    accounts: dict[str, Account] = field(default_factory=dict)
    calendars: dict[str, Held] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    mails: list[tuple[str, str, str]] = field(default_factory=list)
    """Who was mailed about what: event id, address, why."""
    token_life: timedelta = timedelta(hours=1)
    moved: timedelta = timedelta()
    """How far this Google's clock is ahead."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC) + self.moved

    def account(self, email: str, summary: str = "") -> Account:
        """An account with its own calendar."""
        account = self.accounts.setdefault(email, Account(email))
        self.calendar(email, summary or email, account)
        return account

    def calendar(self, id_: str, summary: str, account: Account, role: str = "owner") -> Held:
        """A calendar on somebody's list."""
        account.roles[id_] = role
        return self.calendars.setdefault(id_, Held(id=id_, summary=summary))

    def signed_in(self, account: Account, scopes: frozenset[str] = ALL) -> tuple[str, str]:
        """An access and a refresh token."""
        refresh = secrets.token_urlsafe(24)
        self.refresh[refresh] = Token(account, scopes, datetime.max.replace(tzinfo=UTC))
        return self.granted(refresh), refresh

    def granted(self, refresh: str) -> str:
        """A fresh access token."""
        held, access = self.refresh[refresh], secrets.token_urlsafe(24)
        until = self.now() + self.token_life
        self.access[access] = Token(held.account, held.scopes, until, refresh)
        return access

    def revoke(self, token: str) -> bool:
        """Take back a token and all that came of it."""
        refresh = token if token in self.refresh else getattr(self.access.get(token), "refresh", "")
        known = self.refresh.pop(refresh, None) is not None
        for name, one in list(self.access.items()):
            if one.refresh == refresh:
                del self.access[name]
        return known
