"""That the stand-in refuses what Google refuses: asked by Google's own client, as it comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httplib2
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.servers.google.server import GoogleServer
from tests.servers.google.world import Account, Held

ME = "me@example.org"
NINE = {"dateTime": "2026-03-09T09:00:00+01:00", "timeZone": "Europe/Berlin"}
TEN = {"dateTime": "2026-03-09T10:00:00+01:00", "timeZone": "Europe/Berlin"}


@dataclass
class Client:
    """Google's own client, signed in."""

    server: GoogleServer
    service: Any
    held: Held
    account: Account

    async def ask(self, make: Callable[[Any], Any], **headers: str) -> Any:
        request = make(self.service)
        request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return await asyncio.to_thread(request.execute)

    async def refused(self, make: Callable[[Any], Any], **headers: str) -> tuple[int, str]:
        with pytest.raises(HttpError) as raised:
            await self.ask(make, **headers)
        return raised.value.status_code, raised.value.error_details[0]["reason"]

    async def listed(self, **asked: Any) -> Any:
        return await self.ask(lambda service: service.events().list(calendarId=ME, **asked))

    async def insert(self, id_: str, **fields: Any) -> Any:
        body = {"id": id_, "summary": id_, "start": NINE, "end": TEN, **fields}
        return await self.ask(lambda service: service.events().insert(calendarId=ME, body=body))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with GoogleServer() as server:
        account = server.world.account(ME)
        access, refresh = server.world.signed_in(account)
        credentials = Credentials(  # type: ignore[no-untyped-call]
            access,
            refresh_token=refresh,
            token_uri=f"{server.url}/token",
            client_id=server.world.client_id,
            client_secret=server.world.client_secret,
        )
        http = AuthorizedHttp(credentials, http=httplib2.Http(timeout=5))
        service = build(
            "calendar",
            "v3",
            http=http,
            cache_discovery=False,
            client_options={"api_endpoint": f"{server.url}/calendar/v3/"},
        )
        yield Client(server, service, server.world.calendars[ME], account)
        http.close()


@pytest.mark.parametrize(
    "also",
    [
        {"timeMin": "2026-01-01T00:00:00Z"},
        {"timeMax": "2026-01-01T00:00:00Z"},
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"q": "x"},
        {"showDeleted": False},
        {"singleEvents": True},
    ],
)
async def test_a_sync_token_goes_with_nothing_else(client: Client, also: dict[str, Any]) -> None:
    token = (await client.listed())["nextSyncToken"]

    refused = await client.refused(
        lambda service: service.events().list(calendarId=ME, syncToken=token, **also)
    )

    assert refused == (400, "invalid")


async def test_an_old_sync_token_is_gone(client: Client) -> None:
    token = (await client.listed())["nextSyncToken"]
    client.held.forgotten = 1

    refused = await client.refused(
        lambda service: service.events().list(calendarId=ME, syncToken=token)
    )

    assert refused == (410, "fullSyncRequired")


async def test_only_the_last_page_has_a_sync_token(client: Client) -> None:
    for number in range(3):
        await client.insert(f"event{number}")

    first = await client.listed(maxResults=2)
    last = await client.listed(maxResults=2, pageToken=first["nextPageToken"])

    assert "nextSyncToken" not in first
    assert "nextPageToken" not in last
    assert (len(first["items"]), len(last["items"])) == (2, 1)
    await client.ask(lambda s: s.events().delete(calendarId=ME, eventId="event1"))
    delta = await client.listed(syncToken=last["nextSyncToken"])
    assert [(one["id"], one["status"]) for one in delta["items"]] == [("event1", "cancelled")]
    assert "summary" not in delta["items"][0]


async def test_an_id_is_taken_for_good(client: Client) -> None:
    await client.insert("event1")
    await client.ask(lambda s: s.events().delete(calendarId=ME, eventId="event1"))
    body = {"id": "event1", "start": NINE, "end": TEN}

    again = await client.refused(lambda s: s.events().insert(calendarId=ME, body=body))
    gone = await client.refused(lambda s: s.events().delete(calendarId=ME, eventId="event1"))

    assert (again, gone) == ((409, "duplicate"), (410, "deleted"))
    await client.ask(
        lambda s: s.events().patch(calendarId=ME, eventId="event1", body={"status": "confirmed"})
    )
    assert [one["id"] for one in (await client.listed())["items"]] == ["event1"]


async def test_a_version_that_is_no_longer_is_refused(client: Client) -> None:
    made = await client.insert("event1")
    body = {"summary": "new"}
    await client.ask(
        lambda s: s.events().patch(calendarId=ME, eventId="event1", body=body),
        If_Match=made["etag"],
    )

    refused = await client.refused(
        lambda s: s.events().patch(calendarId=ME, eventId="event1", body=body),
        If_Match=made["etag"],
    )

    assert refused == (412, "conditionNotMet")


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "has_bad_letters"},
        {"id": "abc"},
        {"start": {"date": "2026-03-09"}},
        {"end": {"dateTime": "2026-03-09T08:00:00+01:00"}},
        {"recurrence": ["RRULE:FREQ=WEEKLY"], "start": {"dateTime": NINE["dateTime"]}},
        {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260401"]},
        {"recurrence": ["DTSTART:20260309T090000"]},
        {"attendees": [{"displayName": "Nobody"}]},
        {"attendees": [{"email": "a@x.org"}, {"email": "A@x.org"}]},
        {"reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 1}]}},
        {"reminders": {"overrides": [{"method": "popup", "minutes": 99_999}]}},
        {"colorId": "12"},
        {"notAField": 1},
    ],
)
async def test_an_event_that_makes_no_sense_is_refused(
    client: Client, fields: dict[str, Any]
) -> None:
    body = {"id": "event1", "start": NINE, "end": TEN, **fields}

    status, _ = await client.refused(lambda s: s.events().insert(calendarId=ME, body=body))

    assert status == 400
    assert client.held.events == {}


async def test_cancelled_dates_are_told_with_their_series_and_little_of_them(
    client: Client,
) -> None:
    await client.insert("series1", recurrence=["RRULE:FREQ=WEEKLY"])
    await client.ask(lambda s: s.events().delete(calendarId=ME, eventId="series1_20260316T080000Z"))

    told = {one["id"]: one for one in (await client.listed())["items"]}

    cancelled = told.pop("series1_20260316T080000Z")
    assert set(cancelled) == {
        *("kind", "id", "etag", "status", "recurringEventId", "originalStartTime")
    }
    assert list(told) == ["series1"]


async def test_access_ends_and_is_renewed_until_it_is_taken_back(client: Client) -> None:
    client.server.world.moved = timedelta(hours=2)
    await client.listed()
    client.server.world.revoke(next(iter(client.server.world.refresh)))

    with pytest.raises(RefreshError, match="invalid_grant"):
        await client.listed()

    assert client.server.asked.count("token") == 2


async def test_who_may_only_read_writes_nothing(client: Client) -> None:
    client.account.roles[ME] = "reader"
    body = {"id": "event1", "start": NINE, "end": TEN}

    refused = await client.refused(lambda s: s.events().insert(calendarId=ME, body=body))

    assert refused == (403, "requiredAccessLevel")


async def test_what_was_not_granted_is_refused(client: Client) -> None:
    for token in client.server.world.access.values():
        token.scopes = frozenset({"https://www.googleapis.com/auth/calendar.events"})
    body = {"timeMin": NINE["dateTime"], "timeMax": TEN["dateTime"], "items": [{"id": ME}]}

    refused = await client.refused(lambda s: s.freebusy().query(body=body))

    assert refused == (403, "insufficientPermissions")
    assert (await client.listed())["items"] == []
