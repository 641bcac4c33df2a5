"""What linking an account is: the account, its calendars, and the ports to a provider, as values.

Keeping linked accounts is `accounts`. Credentials are left out of everything that is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType, Protocol

from calendar_core.events import Calendar, CalendarId
from calendar_core.people import PersonId

AccountId = NewType("AccountId", str)
"""A linked account; fresh with every linking, kept when the same one is linked again."""
Credentials = Mapping[str, str]
"""What a provider's client signs in with, by names of its own: a password, tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with a maker of calendars, linked by its owner."""

    id: AccountId
    owner: PersonId
    provider: str
    address: str
    """What the person knows it by: a login or a mail address."""
    url: str = ""
    """The server, or the principal on it; empty where the provider has one address for all."""
    free_busy_only: bool = False
    """Whether only times are kept of its events: no titles, places or people, also at rest."""
    unwell_since: datetime | None = None
    """Since when nothing can be read with its credentials; None while all is well."""
    why: str = ""
    """What is wrong, in a sentence for its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """All that a provider's client needs for one calendar."""

    account: Account
    credentials: Credentials = field(repr=False)
    remote: str
    """The provider's own id of the calendar (for CalDAV its address)."""
    address: str = ""
    """The CAL-ADDRESS of whoever owns the calendar; empty: that of the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCalendar:
    """A calendar that a provider lists for an account."""

    remote: str
    name: str
    read_only: bool = False
    color: str = ""
    """As the provider says it; empty for none."""
    address: str = ""
    """The owner's CAL-ADDRESS on it, `mailto:…`; empty: that of the account."""
    is_default: bool = False
    """Whether the provider puts new events here."""
    counts_as_busy: bool = True
    """Whether it tells when the account's owner is taken, unless they say otherwise: not what is
    only shared with them, holidays or somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What came of linking: an account that can be read, not kept yet."""

    provider: str
    address: str
    url: str
    credentials: Credentials = field(repr=False)
    calendars: tuple[FoundCalendar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody gave to link an account; what a provider does not ask for is empty."""

    owner: PersonId
    server: str = ""
    """An address of a server, or a mail address to find it by."""
    user: str = ""
    password: str = field(default="", repr=False)
    return_to: str = ""
    """Where the provider's page sends the browser back to; empty where no browser can come back: a
    provider that has it gives a code then."""
    free_busy_only: bool = False
    """Whether only times are to be read: no more is asked for then than that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is next: nothing where it is `linked` at once, else a page that the person visits."""

    linked: Linked | None = None
    page: str = ""
    """Its query holds OAuth's `state`, where the browser comes back with it."""
    code: str = ""
    """To be typed on that page, where no browser can be sent back."""
    secrets: Credentials = field(default_factory=dict, repr=False)
    """What `finish` must be given again, beside page and code; to be kept sealed."""


class Linking(Protocol):
    """Links accounts of one provider."""

    async def begin(self, wish: Wish) -> Begun:
        """Begin, or link at once where a password is all it takes.

        Raises SignInNeeded (refused), NotFound (no such server, or no calendars there), NotAllowed
        (an address that may not be reached, or no way without a browser that comes back),
        TryLater.
        """
        ...

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """Link with what the browser came back with, all of its query.

        With a code there is no answer: TryLater, with the pause that the provider wants, says that
        nobody has typed it yet. Raises as `begin`; NotAllowed when the person said no, or the code
        is too old.
        """
        ...

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Have the provider forget what it granted; nothing where it grants nothing. Raises
        TryLater."""
        ...


class Connections(Protocol):
    """What providers ask of linked accounts."""

    async def connection(self, calendar_id: CalendarId) -> Connection:
        """Where and how to reach a calendar. Raises NotFound, SignInNeeded."""
        ...

    async def connections(
        self, owner: PersonId, provider: str
    ) -> Sequence[tuple[Account, Credentials]]:
        """Somebody's accounts with a provider; those whose credentials no key opens are left
        out."""
        ...

    async def calendars(self, account_id: AccountId) -> tuple[Calendar, ...]:
        """The calendars that were linked with an account, `remote` among their fields."""
        ...

    async def renew(self, account_id: AccountId, credentials: Credentials) -> None:
        """Keep credentials that the provider renewed. Raises NotFound, KeysUnusable."""
        ...

    async def of_account(self, account_id: AccountId) -> tuple[Account, Credentials]:
        """An account and what it signs in with. Raises NotFound, SignInNeeded."""
        ...
