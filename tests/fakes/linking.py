"""A maker of calendars whose accounts can be linked, in memory: by a password, on its page, or by a
code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from bot.app.providers import MakeProvider, Provider
from calendar_core.database import Database
from calendar_core.errors import CalendarError, NotAllowed, SignInNeeded, TryLater
from calendar_core.linking import (
    Account,
    Begun,
    Connections,
    Credentials,
    FoundCalendar,
    Linked,
    Wish,
)
from tests.fakes.calendars import FakeProvider

PASSWORD = "c4nary-p4ssw0rd"
TOKEN = "c4nary-t0ken"
CODE = "good"
"""What the page's browser brings back when the person said yes."""


@dataclass
class FakeLinking:
    """The port, and what it was asked."""

    provider: str
    address: str = "ana@example.org"
    calendars: tuple[FoundCalendar, ...] = (
        FoundCalendar(remote="/work/", name="Work"),
        FoundCalendar(remote="/team/", name="Team plan", read_only=True),
    )
    wishes: list[Wish] = field(default_factory=list)
    revoked: list[tuple[str, Credentials]] = field(default_factory=list)
    is_typed: bool = False
    """Whether the code was typed on its page."""
    fault: CalendarError | None = None
    """Raised by every call."""

    async def begin(self, wish: Wish) -> Begun:
        """At once with a password, else a page, or a code where no browser comes back."""
        self.wishes.append(wish)
        self._fail()
        assert not (wish.return_to and wish.password)
        if wish.return_to:
            state = f"state-{len(self.wishes)}"
            query = urlencode({"client_id": "x", "state": state, "redirect_uri": wish.return_to})
            return Begun(page=f"https://vendor.example/auth?{query}", secrets={"verifier": state})
        if wish.user or wish.server:
            if wish.password != PASSWORD and self.provider != "feed":
                raise SignInNeeded("The calendar server refused the user name or the password.")
            return Begun(linked=self._linked({"password": wish.password}))
        return Begun(page="https://vendor.example/code", code="WXYZ-1234", secrets={"device": "d"})

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Linked:
        """Only what it began itself, and a good code."""
        self._fail()
        if begun.code:
            if not self.is_typed:
                raise TryLater("Nobody has typed it yet.", timedelta(seconds=7))
            assert begun.secrets == {"device": "d"}
        elif "error" in answer:
            raise NotAllowed("The vendor was told not to.")
        elif answer.get("code") != CODE or begun.secrets["verifier"] != answer["state"]:
            raise NotAllowed("The vendor does not take that.")
        return self._linked({"token": TOKEN})

    async def revoke(self, account: Account, credentials: Credentials) -> None:
        """Remember it."""
        self._fail()
        self.revoked.append((account.address, credentials))

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault

    def _linked(self, credentials: Credentials) -> Linked:
        return Linked(
            provider=self.provider,
            address=self.address,
            url="https://vendor.example/me/",
            credentials=credentials,
            calendars=self.calendars,
        )


def a_maker(linking: FakeLinking, calendars: FakeProvider) -> MakeProvider:
    """It, as the house joins makers."""

    def make(connections: Connections, database: Database) -> Provider:
        return Provider(
            name=linking.provider,
            reader=calendars.reader,
            writer=calendars.writer,
            linking=linking,
        )

    return make
