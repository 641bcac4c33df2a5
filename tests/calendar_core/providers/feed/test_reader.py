"""Reading feeds: the promises of readers, and what only feeds do."""

import itertools
from datetime import timedelta

import pytest
from aiohttp import web

from calendar_core.errors import CalendarError, NotAllowed, NotFound, SignInNeeded, TryLater
from calendar_core.events import Resource
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.providers.feed.writer import FeedWriter
from tests.calendar_core.house import an_event, at, span, weekly
from tests.calendar_core.providers.feed.conftest import Publisher, Stand
from tests.contracts.calendar_provider import (
    CalendarReaderContract,
    Provider,
    Read,
    a_write,
    confirmed,
    read_since,
)


class TestFeed(CalendarReaderContract):
    @pytest.fixture
    async def provider(self, stand: Stand) -> Provider:
        return Provider(stand.reader, Publisher(stand.server), stand.calendar)


def made(title: str, clock: str = "14:00") -> Resource:
    event = an_event(title, span(clock, f"{int(clock[:2]) + 1}:00"))
    return new_resource(event, at=at("07:00"))


async def since(stand: Stand, cursor: str | None) -> Read:
    return await read_since(Provider(stand.reader, FeedWriter(), stand.calendar), cursor)


async def test_all_that_a_feed_holds_is_read(stand: Stand) -> None:
    stand.server.hold(made("Review"), made("Retro"), new_resource(weekly(), at=at("07:00")))

    first = await since(stand, None)

    titles = {read(one)[0].title for one in first.changed.values()}
    assert titles == {"Review", "Retro", "Standup"}
    assert read(first.changed["standup@test"])[0].repeat is not None


@pytest.mark.parametrize("validator", ["tells_etag", "tells_modified"])
async def test_what_did_not_change_is_not_sent_again(stand: Stand, validator: str) -> None:
    stand.server.tells_etag, stand.server.tells_modified = False, False
    setattr(stand.server, validator, True)
    stand.server.hold(made("Review"))

    first = await since(stand, None)
    second = await since(stand, first.cursor)

    assert stand.server.answered == [200, 304]
    assert (second.changed, second.removed, second.cursor) == ({}, [], first.cursor)


async def test_a_server_that_stamps_every_answer_brings_no_news(stand: Stand) -> None:
    stand.server.stamps = itertools.count(1)
    stand.server.hold(made("Review"), made("Retro"))
    first = await since(stand, None)

    second = await since(stand, first.cursor)
    stand.server.hold(made("Retro", "16:00"))
    third = await since(stand, second.cursor)

    assert stand.server.answered == [200, 200, 200]
    assert (second.changed, second.removed) == ({}, [])
    assert list(third.changed) == ["retro@test"]


async def test_several_events_with_one_uid_are_one_series(stand: Stand) -> None:
    series = new_resource(weekly(), at=at("07:00")).ics
    master = series[series.index("BEGIN:VEVENT") : series.index("END:VCALENDAR")]
    moved = master.replace("RRULE:FREQ=WEEKLY", "RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000")
    moved = moved.replace("20260309T09", "20260316T11")
    other = new_resource(an_event("Review"), at=at("07:00")).ics
    between = other[other.index("BEGIN:VEVENT") : other.index("END:VCALENDAR")]
    zone = series[series.index("BEGIN:VTIMEZONE") : series.index("BEGIN:VEVENT")]
    stand.server.body = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{zone}{moved}{between}{master}"
        "END:VCALENDAR\r\n"
    ).encode()

    found = await since(stand, None)

    assert sorted(found.changed) == ["review@test", "standup@test"]
    assert sum(not one.recurrence_id for one in read(found.changed["standup@test"])) == 1
    assert len(read(found.changed["standup@test"])) == 2


async def test_an_event_that_can_not_be_read_is_not_taken_for_gone(stand: Stand) -> None:
    stand.server.hold(made("Review"), made("Retro"))
    first = await since(stand, None)
    stand.server.body = stand.server.text().replace(b"T140000", b"never", 1)

    second = await since(stand, first.cursor)

    assert second.removed == []
    assert list(second.changed) == ["review@test"]


TROUBLES: dict[str, tuple[web.Response, type[CalendarError], str]] = {
    "gone": (web.Response(status=404), SignInNeeded, "nothing at the feed's address any more"),
    "gone for good": (web.Response(status=410), SignInNeeded, "nothing at the feed's address"),
    "forbidden": (web.Response(status=403), SignInNeeded, "refuses its address"),
    "busy": (
        web.Response(status=429, headers={"Retry-After": "120"}),
        TryLater,
        "asks to wait",
    ),
    "broken": (web.Response(status=503), TryLater, "a problem of its own"),
    "odd": (web.Response(status=418), NotFound, "418"),
    "a page": (web.Response(text="<html>Sign in</html>"), NotFound, "no calendar"),
    "nothing": (web.Response(text=""), NotFound, "no calendar"),
    "broken off": (
        web.Response(text="BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n"),
        TryLater,
        "broke off",
    ),
    "packed strangely": (
        web.Response(body=b"x", headers={"Content-Encoding": "zstd"}),
        NotFound,
        "unpack",
    ),
    "packed badly": (
        web.Response(body=b"not packed", headers={"Content-Encoding": "gzip"}),
        NotFound,
        "unpacked",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_is_wrong_is_said(stand: Stand, trouble: str) -> None:
    stand.server.trouble, error, words = TROUBLES[trouble]

    with pytest.raises(error, match=words) as raised:
        await since(stand, None)

    assert "private-3fa9c1" not in str(raised.value)


async def test_a_server_says_how_long_to_wait(stand: Stand) -> None:
    dates = {
        "Retry-After": "Mon, 09 Mar 2026 07:10:00 GMT",
        "Date": "Mon, 09 Mar 2026 07:00:00 GMT",
    }
    for headers, after in [({"Retry-After": "120"}, 2), (dates, 10)]:
        stand.server.trouble = web.Response(status=503, headers=headers)
        with pytest.raises(TryLater) as raised:
            await since(stand, None)
        assert raised.value.after == timedelta(minutes=after)


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/endless", NotFound, "larger than I can read: more than 1 MB"),
        ("/bomb", NotFound, "larger than I can read"),
        ("/slow", TryLater, "too slow"),
        ("/cut", TryLater, "broke off"),
        ("/round", NotFound, "never ends"),
    ],
)
async def test_a_bad_server_does_not_hold_us(
    stand: Stand, path: str, error: type[CalendarError], words: str
) -> None:
    stand.server.hold(made("Review"))
    stand.at(stand.server.url + path)

    with pytest.raises(error, match=words):
        await since(stand, None)


async def test_a_redirect_is_followed_and_looked_at(stand: Stand) -> None:
    stand.server.hold(made("Review"))
    stand.at(f"{stand.server.url}/elsewhere?to={stand.server.feed}")
    assert list((await since(stand, None)).changed) == ["review@test"]

    for bad in ("file:///etc/passwd", "ftp://example.org/x.ics"):
        stand.at(f"{stand.server.url}/elsewhere?to={bad}")
        with pytest.raises(NotAllowed, match="no address of a feed"):
            await since(stand, None)


async def test_a_feed_is_never_written(stand: Stand) -> None:
    provider = Provider(stand.reader, FeedWriter(), stand.calendar)

    with pytest.raises(NotAllowed, match="I can read it"):
        await provider.writer.apply(confirmed(a_write(provider)))
