"""Google's events as we have them: nothing lost that we show, and the time that they take."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_core.busy import Claim, occupies
from calendar_core.events import Answer, Event, Occupancy
from calendar_core.ics.reading import read
from calendar_core.indexing import expand_live
from calendar_core.providers.google.colors import NAMES, id_of
from calendar_core.providers.google.fields import said_by
from calendar_core.providers.google.mapping import Place, plain_text
from calendar_core.providers.google.series import readable, series_of
from calendar_core.providers.google.times import told
from calendar_core.when import TimeSpan
from tests.calendar_core.house import span
from tests.calendar_core.providers.google.stand import MAIL, Stand
from tests.calendar_core.providers.shapes import variants
from tests.contracts.calendar_provider import read_since

BERLIN = ZoneInfo("Europe/Berlin")


HERE = Place(remote=MAIL, zone=BERLIN)


NINE = {"dateTime": "2026-03-09T09:00:00+01:00", "timeZone": "Europe/Berlin"}


TEN = {"dateTime": "2026-03-09T10:00:00+01:00", "timeZone": "Europe/Berlin"}


MONDAY = {"date": "2026-03-09"}


TUESDAY = {"date": "2026-03-10"}


def read_item(**fields: Any) -> Event:
    """One of Google's events as we have it."""
    item = {"id": "plain", "status": "confirmed", "start": NINE, "end": TEN, **fields}
    return read(series_of("plain", [item], HERE).resource(HERE))[0]


@pytest.mark.parametrize(
    ("fields", "occupancy"),
    [
        ({}, Occupancy.BUSY),
        ({"transparency": "transparent"}, Occupancy.FREE),
        ({"eventType": "focusTime", "focusTimeProperties": {}}, Occupancy.BUSY),
        ({"eventType": "outOfOffice", "outOfOfficeProperties": {}}, Occupancy.OUT_OF_OFFICE),
        ({"eventType": "fromGmail"}, Occupancy.BUSY),
        ({"eventType": "birthday", "start": MONDAY, "end": TUESDAY}, Occupancy.FREE),
        (
            {"eventType": "workingLocation", "start": MONDAY, "end": TUESDAY},
            Occupancy.ELSEWHERE,
        ),
        (
            {"eventType": "workingLocation", "transparency": "opaque"},
            Occupancy.ELSEWHERE,
        ),
    ],
)
def test_each_type_of_event_claims_the_time_that_it_takes(
    fields: dict[str, Any], occupancy: Occupancy
) -> None:
    event = read_item(**fields)

    assert event.occupancy is occupancy


@pytest.mark.parametrize(
    ("mine", "claim"),
    [
        ("accepted", Claim.BUSY),
        ("tentative", Claim.TENTATIVE),
        ("needsAction", Claim.TENTATIVE),
        ("declined", Claim.FREE),
    ],
)
async def test_what_i_answered_decides_whether_it_takes_my_time(
    stand: Stand, mine: str, claim: Claim
) -> None:
    stand.holds(
        {
            "id": "theirs",
            "summary": "Board",
            "start": NINE,
            "end": TEN,
            "organizer": {"email": "ana@example.org"},
            # Invited under another of my addresses.
            "attendees": [
                {"email": "ana@example.org", "responseStatus": "accepted"},
                {"email": "nick@example.org", "responseStatus": mine, "self": True},
            ],
        }
    )
    (resource,) = (await read_since(stand.provider, None)).changed.values()

    (seen,) = expand_live(resource, stand.calendar, span("00:00", "23:00"), BERLIN)

    assert occupies(seen) is claim
    assert seen.organizer == "ana@example.org"


RICH = {
    "kind": "calendar#event",
    "etag": '"3389"',
    "id": "_6gq3ee1p6sp3eba56t0k4b9k",
    "status": "tentative",
    "htmlLink": "https://www.google.com/calendar/event?eid=Xzc",
    "created": "2026-01-02T10:00:00.000Z",
    "updated": "2026-02-02T10:00:00.123Z",
    "summary": "Vendor; review, part 2",
    "description": "Agenda:<ul><li>Numbers</li><li>Plans &amp; risks</li></ul><br>See "
    '<a href="https://example.org/a?b=c">the deck</a>',
    "location": "Room 4\nBerlin",
    "colorId": "9",
    "creator": {"email": "ana@example.org"},
    "organizer": {"email": "ana@example.org", "displayName": 'Ana "The Boss" Ruiz'},
    "start": {"dateTime": "2026-03-09T20:00:00-04:00", "timeZone": "America/New_York"},
    "end": {"dateTime": "2026-03-10T03:00:00+01:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["EXDATE;TZID=America/New_York:20260316T200000", "RRULE:FREQ=WEEKLY;BYDAY=MO"],
    "iCalUID": "040000008200E00074C5B7101A82E008@elsewhere",
    "sequence": 3,
    "attendees": [
        {"email": "ana@example.org", "responseStatus": "accepted", "organizer": True},
        {"email": MAIL, "self": True, "responseStatus": "needsAction", "optional": True},
        {"email": "room-4@resource.calendar.google.com", "resource": True,
         "displayName": "Room 4", "responseStatus": "accepted"},
        {"email": "bo@example.org", "responseStatus": "declined", "comment": "Out; sorry",
         "additionalGuests": 2},
    ],
    "hangoutLink": "https://meet.google.com/abc-defg-hij",
    "conferenceData": {
        "entryPoints": [
            {"entryPointType": "phone", "uri": "tel:+49"},
            {"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij"},
        ]
    },
    "reminders": {
        "useDefault": False,
        "overrides": [
            {"method": "popup", "minutes": 10},
            {"method": "email", "minutes": 1440},
        ],
    },
    "visibility": "private",
    "attachments": [{"fileUrl": "https://example.org/f"}],
    "guestsCanSeeOtherGuests": False,
    "eventType": "default",
    "source": {"url": "https://example.org/mail", "title": "The mail"},
    "somethingNew": {"deeply": ["nested"]},
}  # fmt: skip


async def test_all_that_we_show_of_a_rich_event_is_there(stand: Stand) -> None:
    stand.holds(RICH)

    (resource,) = (await read_since(stand.provider, None)).changed.values()
    event = read(resource)[0]

    assert event.uid == "040000008200E00074C5B7101A82E008@elsewhere"
    assert (event.title, event.location) == ("Vendor; review, part 2", "Room 4\nBerlin")
    assert event.description == "Agenda:- Numbers\n- Plans & risks\n\n\nSee the deck".replace(
        "\n\n\n", "\n\n"
    )
    assert event.zone == "America/New_York"
    assert isinstance(event.when, TimeSpan)
    assert event.when.start == datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
    assert event.when.length == timedelta(hours=2)
    assert event.repeat is not None
    assert (event.repeat.rule, len(event.repeat.skipped)) == ("FREQ=WEEKLY;BYDAY=MO", 1)
    assert (event.status, event.visibility, event.color) == ("TENTATIVE", "PRIVATE", "royalblue")
    assert event.organizer is not None
    assert event.organizer.email == "ana@example.org"
    assert [(one.email, one.answer) for one in event.guests] == [
        ("ana@example.org", Answer.ACCEPTED),
        (MAIL, Answer.OPEN),
        ("room-4@resource.calendar.google.com", Answer.ACCEPTED),
        ("bo@example.org", Answer.DECLINED),
    ]
    assert (event.alarms, event.mail_alarms) == ((timedelta(minutes=10),), (timedelta(days=1),))
    assert event.video_url == "https://meet.google.com/abc-defg-hij"
    assert event.url == "https://example.org/mail"
    assert event.link == "https://www.google.com/calendar/event?eid=Xzc"
    assert event.sequence == 3


def test_a_text_of_googles_says_the_same_however_often_it_is_read() -> None:
    one = series_of(str(RICH["id"]), [RICH], HERE).resource(HERE)
    two = series_of(str(RICH["id"]), [RICH], HERE).resource(HERE)

    assert one == two
    assert said_by(one.ics, BERLIN) == said_by(two.ics, BERLIN)
    assert len(one.etag) <= 200


def test_an_hour_that_comes_twice_is_the_one_that_is_meant() -> None:
    first = told({"dateTime": "2026-10-25T02:30:00+02:00", "timeZone": "Europe/Berlin"}, BERLIN)
    second = told({"dateTime": "2026-10-25T02:30:00+01:00", "timeZone": "Europe/Berlin"}, BERLIN)

    assert first.line("DTSTART").text == "DTSTART;TZID=Europe/Berlin:20261025T023000"
    assert second.line("DTSTART").text == "DTSTART:20261025T013000Z"


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("plain", "plain"),
        ("a < b and c > d", "a < b and c > d"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two &lt;3</p>", "one\ntwo <3"),
        ("<b>bold</b> &amp; <i>thin</i>", "bold & thin"),
    ],
)
def test_a_description_reads_as_it_looks(said: str, reads: str) -> None:
    assert plain_text(said) == reads


def test_each_colour_of_googles_is_found_again() -> None:
    assert {id_: id_of(name) for id_, name in NAMES.items()} == {id_: id_ for id_ in NAMES}
    assert id_of("") == id_of("no colour") == ""


async def test_a_calendar_of_which_only_times_are_shared_is_busy(stand: Stand) -> None:
    stand.server.world.accounts[MAIL].roles[MAIL] = "freeBusyReader"
    stand.holds({"id": "secret", "start": NINE, "end": TEN, "visibility": "private"})

    (resource,) = (await read_since(stand.provider, None)).changed.values()

    assert read(resource)[0].title == "Busy"


FULL = {
    "etag": '"1"',
    "id": "abc123",
    "status": "confirmed",
    "htmlLink": "https://calendar.google.com/x",
    "created": "2026-03-01T00:00:00.000Z",
    "updated": "2026-03-01T00:00:00.000Z",
    "summary": "Review",
    "description": "d",
    "location": "here",
    "colorId": "3",
    "creator": {"email": "a@x.org"},
    "organizer": {"email": "a@x.org", "displayName": "A", "self": True},
    "start": {"dateTime": "2026-03-09T14:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-03-09T15:00:00+01:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
    "transparency": "opaque",
    "visibility": "private",
    "iCalUID": "abc@google.com",
    "sequence": 1,
    "attendees": [{"email": "b@x.org", "responseStatus": "accepted", "additionalGuests": 1}],
    "hangoutLink": "https://meet.google.com/x",
    "conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": "https://m.example"}]},
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
    "eventType": "default",
    "extendedProperties": {"private": {"x": "y"}},
    "source": {"title": "t", "url": "https://s.example"},
}
NEEDED = ("start", "end.dateTime")


def test_whatever_an_event_lacks_it_and_others_are_read() -> None:
    place = Place(remote="a@x.org", zone=BERLIN)
    unread = []
    for how, item in variants(FULL):
        found = readable(series_of(str(item.get("id") or "abc123"), [item], place), place)
        if found is None:
            unread.append(how)
    lacking = [one for one in unread if one.endswith(("missing", "None", "besides"))]
    assert all(one.startswith(NEEDED) for one in lacking), lacking
    assert len(unread) < 80, "what has another shape altogether"
