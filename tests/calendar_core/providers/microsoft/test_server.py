"""What the Graph server of the tests refuses, as Microsoft does: or it would prove nothing."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.calendar_core.providers.microsoft.test_reader import times
from tests.servers.graph.server import TOKEN, GraphServer

PREFER = 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=2'
WINDOW = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z"


@pytest.fixture
async def http(server: GraphServer) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Prefer": PREFER}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


async def asked(
    http: aiohttp.ClientSession, method: str, url: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    from yarl import URL

    async with http.request(method, URL(url, encoded=True), json=body, headers=headers) as answer:
        return answer.status, await answer.json() if answer.status != 204 else {}


def events(server: GraphServer, rest: str = "events") -> str:
    return f"{server.url}/me/calendars/{quote(server.calendar, safe='')}/{rest}"


async def test_an_unknown_token_opens_nothing(
    server: GraphServer, http: aiohttp.ClientSession
) -> None:
    status, _ = await asked(http, "GET", f"{server.url}/me", Authorization="Bearer x")

    assert status == 401


@pytest.mark.parametrize(
    "query", ["$select=id", "$expand=x", "$filter=x", "$orderby=x", "$search=x", "$top=3"]
)
async def test_a_list_of_changes_can_not_be_shaped(
    server: GraphServer, http: aiohttp.ClientSession, query: str
) -> None:
    url = events(server, f"calendarView/delta?{WINDOW}&{query}")

    assert (await asked(http, "GET", url))[0] == 400


async def test_a_window_is_in_its_token(server: GraphServer, http: aiohttp.ClientSession) -> None:
    _, page = await asked(http, "GET", events(server, f"calendarView/delta?{WINDOW}"))
    link = page["@odata.deltaLink"]

    assert (await asked(http, "GET", link))[0] == 200
    assert (await asked(http, "GET", f"{link}&{WINDOW}"))[0] == 400
    server.changes.forget()
    assert (await asked(http, "GET", link))[0] == 410


async def test_ids_stay_only_for_those_who_ask_for_such(
    server: GraphServer, http: aiohttp.ClientSession
) -> None:
    said = {"subject": "x", **times("10:00", "11:00")}
    _, made = await asked(http, "POST", events(server), said)
    other = server.store.add_calendar(server.box, "Other")
    (record,) = server.box.records.values()
    _, plain = await asked(http, "GET", f"{server.url}/me/events/{made['id']}", Prefer="")
    record.calendar = other

    _, moved = await asked(http, "GET", f"{server.url}/me/events/{made['id']}")
    _, plain_moved = await asked(http, "GET", f"{server.url}/me/events/{made['id']}", Prefer="")

    assert moved["id"] == made["id"]
    assert plain_moved["id"] != plain["id"]


async def test_a_transaction_makes_one_event_and_never_changes(
    server: GraphServer, http: aiohttp.ClientSession
) -> None:
    said = {"subject": "x", "transactionId": "t", **times("10:00", "11:00")}
    _, one = await asked(http, "POST", events(server), said)
    _, other = await asked(http, "POST", events(server), said)

    url = f"{server.url}/me/events/{one['id']}"
    assert one["id"] == other["id"]
    assert (await asked(http, "PATCH", url, {"transactionId": "t"}))[0] == 400
    assert (await asked(http, "PATCH", url, {"subject": "y"}, **{"If-Match": 'W/"old"'}))[0] == 412


@pytest.mark.parametrize(
    "pattern",
    [
        {"type": "daily"},
        {"type": "daily", "interval": 1, "dayOfMonth": 3},
        {"type": "weekly", "interval": 1},
        {"type": "weekly", "interval": 1, "daysOfWeek": ["mo"]},
        {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 32},
        {"type": "hourly", "interval": 1},
    ],
)
async def test_patterns_are_checked(
    server: GraphServer, http: aiohttp.ClientSession, pattern: dict[str, Any]
) -> None:
    range_ = {"type": "noEnd", "startDate": "2026-03-09"}
    said = {
        "subject": "x",
        **times("10:00", "11:00"),
        "recurrence": {"pattern": pattern, "range": range_},
    }

    assert (await asked(http, "POST", events(server), said))[0] == 400


async def test_a_strange_property_is_refused(
    server: GraphServer, http: aiohttp.ClientSession
) -> None:
    said = {"subject": "x", **times("10:00", "11:00"), "color": "red"}

    assert (await asked(http, "POST", events(server), said))[0] == 400
