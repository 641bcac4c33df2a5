"""Access that stays fresh, and refusals that get their names."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from bot.app.providers import makers
from bot.settings import Settings
from calendar_core.errors import (
    CalendarError,
    ChangedMeanwhile,
    CursorDied,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TryLater,
)
from calendar_core.providers.google.refusals import Unanswered, refused
from tests.calendar_core.house import ME
from tests.calendar_core.providers.google.stand import MAIL, Stand, a_stand
from tests.contracts.calendar_provider import read_since
from tests.servers.google.server import Fault, GoogleServer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def in_(length: timedelta) -> str:
    return (datetime.now(UTC) + length).isoformat()


async def test_access_is_renewed_before_it_ends_once_for_all_who_wait(stand: Stand) -> None:
    old = stand.connections.credentials
    stand.connections.credentials = {**old, "expires_at": in_(timedelta(minutes=2))}

    await asyncio.gather(*(stand.reader.calendars(ME) for _ in range(8)))

    new = stand.connections.credentials
    assert stand.server.asked.count("token") == stand.connections.renewals == 1
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] == old["refresh_token"]
    assert datetime.fromisoformat(new["expires_at"]) > datetime.now(UTC) + timedelta(minutes=30)


async def test_access_that_was_taken_back_early_is_renewed_once(stand: Stand) -> None:
    stand.server.world.access.clear()

    await asyncio.gather(*(stand.reader.calendars(ME) for _ in range(4)))

    assert stand.server.asked.count("token") == 1


async def test_a_revoked_link_asks_to_link_again(stand: Stand) -> None:
    stand.server.world.revoke(stand.connections.credentials["refresh_token"])

    with pytest.raises(SignInNeeded):
        await stand.reader.calendars(ME)
    with pytest.raises(SignInNeeded):
        await read_since(stand.provider, None)


async def test_access_that_is_refused_though_it_is_new_asks_to_link_again(stand: Stand) -> None:
    stand.server.forever.append(Fault("calendarList.list", status=401, body="{}"))

    with pytest.raises(SignInNeeded):
        await stand.reader.calendars(ME)

    assert stand.server.asked.count("calendarList.list") == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("token"), TryLater),
        (Fault("token", status=500, body="no"), TryLater),
        (Fault("token", status=200, body="no JSON"), TryLater),
        (Fault("token", status=200, body="{}"), TryLater),
        (Fault("token", status=400, body='{"error": "invalid_grant"}'), SignInNeeded),
        (Fault("token", status=401, body='{"error": "invalid_client"}'), NotAllowed),
    ],
)
async def test_a_renewal_that_fails_has_a_name(
    stand: Stand, fault: Fault, error: type[Exception]
) -> None:
    stand.connections.credentials = {
        **stand.connections.credentials,
        "expires_at": in_(timedelta()),
    }
    stand.server.forever.append(fault)

    with pytest.raises(error):
        await stand.reader.calendars(ME)

    assert stand.connections.renewals == 0


def reason(word: str) -> bytes:
    return f'{{"error": {{"errors": [{{"reason": "{word}"}}], "code": 403}}}}'.encode()


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (403, reason("rateLimitExceeded"), TryLater),
        (403, reason("userRateLimitExceeded"), TryLater),
        (403, reason("quotaExceeded"), TryLater),
        (403, b'{"error": {"status": "RESOURCE_EXHAUSTED"}}', TryLater),
        (403, reason("forbiddenForNonOrganizer"), NotAllowed),
        (403, b"<html>", NotAllowed),
        (403, b'{"error": []}', NotAllowed),
        (400, reason("invalid"), NotAllowed),
        (404, b"", NotFound),
        (409, reason("duplicate"), ChangedMeanwhile),
        (410, reason("fullSyncRequired"), NotFound),
        (412, reason("conditionNotMet"), ChangedMeanwhile),
        (429, b"", TryLater),
        (500, b"", Unanswered),
        (302, b"", Unanswered),
    ],
)
def test_refusals_have_names(status: int, content: bytes, error: type[CalendarError]) -> None:
    assert isinstance(refused(status, {}, content, NOON), error)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("999999999", 86_400),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
    ],
)
def test_how_long_to_wait_is_told(said: str, seconds: int | None) -> None:
    found = refused(429, {"retry-after": said}, b"", NOON)

    assert isinstance(found, TryLater)
    assert found.after == (None if seconds is None else timedelta(seconds=seconds))


def test_what_google_says_of_people_is_not_repeated() -> None:
    told = str(refused(403, {}, reason("<b>ana@example.org</b> said no"), NOON))

    assert "ana" not in told


async def test_a_wish_to_wait_is_passed_on(stand: Stand, server: GoogleServer) -> None:
    server.forever.append(Fault("*", status=429, headers={"Retry-After": "9"}))

    with pytest.raises(TryLater) as raised:
        await read_since(stand.provider, None)

    assert raised.value.after == timedelta(seconds=9)


async def test_a_cursor_that_is_too_old_begins_anew(stand: Stand) -> None:
    cursor = (await read_since(stand.provider, None)).cursor
    stand.holds({"id": "later", "start": {"date": "2026-03-09"}, "end": {"date": "2026-03-10"}})
    stand.server.world.calendars[MAIL].forgotten = 99

    with pytest.raises(CursorDied):
        await read_since(stand.provider, cursor)
    with pytest.raises(CursorDied):
        await read_since(stand.provider, "v1:nonsense")


async def test_the_operators_certificates_are_trusted_and_no_others(tmp_path: Path) -> None:
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)

    async with GoogleServer(tls=tls) as server:
        trusting, wary = a_stand(server, ca_file=str(ca_file)), a_stand(server)
        found = await trusting.reader.calendars(ME)
        with pytest.raises(TryLater):
            await wary.reader.calendars(ME)
        for one in (trusting, wary):
            one.google.close()

    assert [one.remote for one in found] == [MAIL]


def test_google_is_there_where_an_app_was_set_up() -> None:
    none = Settings(google_client_id=None, google_client_secret=None)
    half = none.model_copy(update={"google_client_id": "id"})
    whole = half.model_copy(update={"google_client_secret": SecretStr("shh")})

    assert ["google" in makers(one) for one in (none, half, whole)] == [False, False, True]
