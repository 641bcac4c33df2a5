"""What other programs wrote survives whatever we do to it: nothing is lost on a round trip."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calendar_core.errors import ChangedMeanwhile
from calendar_core.events import RecurrenceId
from calendar_core.ics.lines import Block, Line, parse
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource, patch
from calendar_core.patch import Patch
from calendar_core.providers.caldav.multistatus import address
from calendar_core.providers.caldav.versions import (
    Held,
    key_of,
    place_for,
    place_of,
    same,
    version,
)
from tests.calendar_core.house import an_event, at
from tests.calendar_core.providers.caldav.stand import Stand
from tests.contracts.calendar_provider import a_write, confirmed, read_since
from tests.contracts.uids import check_uid
from tests.servers.caldav import CalDavServer

RICH = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Another program//EN
BEGIN:VTIMEZONE
TZID:Custom/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:rich@another
DTSTAMP:20260101T000000Z
DTSTART;TZID=Custom/Berlin:20260309T140000
DTEND;TZID=Custom/Berlin:20260309T150000
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE;TZID=Custom/Berlin:20260323T140000
SUMMARY:Review
DESCRIPTION:Two lines\\nand a comma\\, here
LOCATION;ALTREP="https://example.com/room":Room 4
ORGANIZER;CN=Ana:mailto:ana@example.org
ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;X-NOTE=early:mailto:bo@example.org
ATTENDEE;CN=Me;PARTSTAT=TENTATIVE;RSVP=TRUE:mailto:me@example.org
CLASS:PRIVATE
PRIORITY:3
SEQUENCE:2
GEO:52.5;13.4
X-VENDOR-COLOUR;X-PARAM=1:mauve
X-VENDOR-LONG:{long}
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Soon
X-ALARM-THING:kept
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:rich@another
RECURRENCE-ID;TZID=Custom/Berlin:20260316T140000
DTSTAMP:20260101T000000Z
DTSTART;TZID=Custom/Berlin:20260316T160000
DTEND;TZID=Custom/Berlin:20260316T170000
SUMMARY:Review\\, later
X-ONLY-HERE:yes
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").format(long="ä" * 120)


def properties(ics: str, *, but: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every line of every event with the components around it, in no order: what must survive."""

    def lines(block: Block, where: str) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for one in block.members:
            if isinstance(one, Block):
                found += lines(one, f"{where}/{one.name}")
            elif one.name not in but:
                found.append((where, one.name, *parameters(one), one.value))
        return found

    events = parse(ics).blocks("VEVENT")
    return sorted(one for event in events for one in lines(event, event.value("RECURRENCE-ID")))


def parameters(line: Line) -> list[str]:
    return sorted(part.replace('"', "") for part in line.head.split(";")[1:])


async def test_an_edit_keeps_all_that_another_program_wrote(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    server.put(f"{calendar_url}rich.ics", RICH)
    told = await read_since(stand.provider, None)
    (standing,) = told.changed.values()
    changing = ("SUMMARY", "DTSTAMP", "LAST-MODIFIED")
    timed = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE")
    renamed = patch(standing.ics, RecurrenceId(""), Patch(title="Retro"), at=at("08:00"))
    edit = a_write(
        stand.provider, before=standing.ics, after=renamed, etag=standing.etag, uid=standing.uid
    )

    await stand.writer.apply(confirmed(edit))

    (after,) = (await read_since(stand.provider, told.cursor)).changed.values()
    assert read(after)[0].title == "Retro"
    assert [one.when for one in read(after)] == [one.when for one in read(standing)]
    kept = (*changing, *timed)
    assert without_where(properties(after.ics, but=kept)) == without_where(
        properties(RICH, but=kept)
    )


def without_where(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Original starts may be told in another zone's name."""
    return sorted(("o" if one[0] else "m", *one[1:]) for one in found)


TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")),
    min_size=1,
    max_size=60,
).filter(lambda text: bool(text.strip()))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_whatever_is_written_is_read_back_the_same(stand: Stand, data: Any) -> None:
    event = an_event(
        data.draw(TEXTS),
        uid=uuid4().hex,
        description=data.draw(TEXTS | st.just("")),
        location=data.draw(TEXTS | st.just("")),
    )
    made = new_resource(event, at=at("07:00"))

    change = confirmed(a_write(stand.provider, after=made.ics, uid=made.uid), id=made.uid)
    (written,) = await stand.writer.apply(change)

    assert written.resource is not None
    assert same(written.resource.ics, made.ics)
    assert (await stand.writer.apply(change)) == (written,)


@pytest.mark.parametrize(
    "uid", ["a/b", "..", "ä ö", "x" * 300, "{1234-ABCD}", "040000008200E00074C5B7101A82E008", "%2e"]
)
async def test_any_uid_has_a_place(stand: Stand, uid: str) -> None:
    await check_uid(stand.provider, uid)


async def test_an_event_under_a_long_name_is_found_again(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    server.put(f"{calendar_url}{'n' * 180}.ics", new_resource(an_event("Far"), at=at("07:00")).ics)
    (standing,) = (await read_since(stand.provider, None)).changed.values()
    assert len(standing.etag) <= 200
    near = new_resource(an_event("Near", uid=standing.uid), at=at("07:00")).ics
    edit = a_write(
        stand.provider, before=standing.ics, after=near, etag=standing.etag, uid=standing.uid
    )

    await stand.writer.apply(confirmed(edit))

    (after,) = (await read_since(stand.provider, None)).changed.values()
    assert read(after)[0].title == "Near"


async def test_a_method_is_not_stored(stand: Stand) -> None:
    ics = new_resource(an_event("Sent"), at=at("07:00")).ics
    sent = ics.replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n")

    (written,) = await stand.writer.apply(
        confirmed(a_write(stand.provider, after=sent, uid="sent@test"))
    )

    assert written.resource is not None
    assert "METHOD" not in written.resource.ics


async def test_an_event_that_somebody_keeps_elsewhere_under_the_same_uid_is_not_doubled(
    stand: Stand, server: CalDavServer, calendar_url: str
) -> None:
    server.put(f"{calendar_url}other.ics", new_resource(an_event("Theirs"), at=at("07:00")).ics)
    ours = new_resource(an_event("Ours", uid="theirs@test"), at=at("07:00"))

    with pytest.raises(ChangedMeanwhile):
        await stand.writer.apply(confirmed(a_write(stand.provider, after=ours.ics, uid=ours.uid)))

    told = await read_since(stand.provider, None)
    assert [read(one)[0].title for one in told.changed.values()] == ["Theirs"]


BASE = "https://cal.example/dav/ann/work/"
SEGMENTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=200
).filter(lambda name: name not in (".", "..") and not name.startswith("#"))


@given(SEGMENTS, st.text("0123456789abcdef", min_size=1, max_size=150))
@example(";", "0")
def test_a_version_tells_where_and_which_or_a_digest_of_it(name: str, etag: str) -> None:
    url = address(BASE, quote(name, safe=""))

    told = version(BASE, url, f'"{etag}"')

    assert len(told) <= 200
    assert told.partition(" ")[0] == key_of(BASE, url)
    assert place_of(BASE, told) in (url, None)
    assert address(BASE, url) == url


@given(SEGMENTS)
def test_a_new_event_always_gets_the_same_place_in_its_calendar(uid: str) -> None:
    place = place_for(BASE, uid)

    assert place == place_for(BASE.rstrip("/"), uid)
    assert place.startswith(BASE)
    assert "/" not in place.removeprefix(BASE)


def test_a_weak_version_is_no_condition() -> None:
    assert not Held(url=BASE, etag='W/"1"', ics="").is_strong
    assert Held(url=BASE, etag='"1"', ics="").is_strong
