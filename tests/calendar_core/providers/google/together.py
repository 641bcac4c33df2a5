"""A house whose owner linked a Google account: the real engine, mirror and desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calendar_core.accounts import Accounts
from calendar_core.clock import SystemClock
from calendar_core.database import Database
from calendar_core.events import Resource
from calendar_core.linking import Linked
from calendar_core.providers.google.calendars import found_calendars
from calendar_core.providers.google.client import Google
from calendar_core.providers.google.mirrored import MirrorRows
from calendar_core.providers.google.reader import GoogleReader
from calendar_core.providers.google.writer import GoogleWriter
from calendar_core.recurrence import expand
from calendar_core.sync.engine import SyncEngine
from calendar_core.sync.state import SyncStates
from calendar_core.vault import Vault
from tests.calendar_core.house import BERLIN, ME, a_house, at
from tests.calendar_core.providers.google.stand import MAIL, an_app, tokens_of
from tests.calendar_core.providers.together import LinkedCalendar
from tests.servers.google import expanding
from tests.servers.google.errors import Refusal
from tests.servers.google.others import occurrences
from tests.servers.google.server import GoogleServer

Json = dict[str, Any]


@dataclass
class Together(LinkedCalendar[GoogleReader]):
    """A house whose owner linked a Google account."""

    server: GoogleServer
    uids: list[str] = field(default_factory=list)

    async def mirrored(self) -> dict[str, list[str]]:
        """What happens by UID, as the mirror has it."""
        rows = MirrorRows(self.house.database)
        keys = [one for one in await self.there() if one]
        known = {*keys, *self.uids}
        texts = await rows.texts(self.calendar.id, known)
        return {uid: told(Resource(uid=uid, ics=ics)) for uid, ics in texts.items()}

    async def there(self) -> dict[str, list[str]]:
        """What happens by UID, as Google has it."""
        return {one.uid: told(one) for one in await self.resources_there()}

    def truth(self) -> list[str]:
        """What happens in some weeks, as the server itself expands it."""
        held = self.server.world.calendars[MAIL]
        until = at("00:00") + timedelta(days=40)
        living = (one for one in held.events.values() if one["status"] != "cancelled")
        seen = [one for item in living for one in occurrences(held, item)]
        starts = ((expanding.at(one["start"]).astimezone(BERLIN), one["summary"]) for one in seen)
        return sorted(f"{start} {title}" for start, title in starts if start < until)

    def theirs(self, method: str, id_: str = "", body: Json | None = None) -> Json | None:
        """What another program of the person does; nothing where Google refuses it."""
        held = self.server.world.calendars[MAIL]
        query = {"eventId": id_} if id_ else {}
        try:
            done: Json | None = getattr(self.server.events, method)(held, query, body or {})
        except Refusal:
            return None
        return done


def told(one: Resource) -> list[str]:
    """Titles and starts of some weeks, guests' answers with them."""
    found = []
    for seen in expand(one, at("00:00"), at("00:00") + timedelta(days=40)):
        answers = "".join(guest.answer[0] for guest in seen.event.guests)
        when = seen.when.start.astimezone(BERLIN) if hasattr(seen.when, "start") else seen.when
        found.append(f"{when} {seen.event.title} {answers}".strip())
    return sorted(found)


@pytest.fixture
async def linked(
    server: GoogleServer, database: Database, tmp_path: Path
) -> AsyncIterator[Together]:
    async with together(server, database, tmp_path) as made:
        yield made


@asynccontextmanager
async def together(
    server: GoogleServer, database: Database, tmp_path: Path
) -> AsyncIterator[Together]:
    """A house whose owner linked the account of a server."""
    server.world.account(MAIL, "Work")
    house = await a_house(database)
    accounts = Accounts(database, house.clock, Vault(tmp_path / "keys"), house.mirror)
    google = Google(an_app(server, silence=2.0, longest=6.0), accounts, SystemClock())
    tokens = tokens_of(server, MAIL)

    async def ask(make: Any) -> Json:
        return await google.with_token(tokens["access_token"], make)

    account = await accounts.link(
        ME,
        Linked(
            provider="google",
            address=MAIL,
            url="",
            credentials=tokens,
            calendars=await found_calendars(ask),
        ),
    )
    house.writers["google"] = GoogleWriter(google, accounts)
    yield Together(
        house=house,
        accounts=accounts,
        engine=SyncEngine(house.mirror, SyncStates(database, house.clock), house.clock),
        reader=GoogleReader(google, accounts, MirrorRows(database), page=4),
        calendar=(await accounts.calendars(account.id))[0],
        server=server,
    )
    google.close()


def an_item(id_: str, title: str, *, hour: int = 14, **fields: Any) -> Json:
    return {
        "id": id_,
        "summary": title,
        "start": {"dateTime": f"2026-03-09T{hour}:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2026-03-09T{hour}:30:00+01:00", "timeZone": "Europe/Berlin"},
        **fields,
    }
