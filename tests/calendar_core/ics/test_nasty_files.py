"""Files as the world makes them: what can be read comes in, all else is told by UID and reason."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_core.changes.change import Bring, ChangeStatus
from calendar_core.errors import BadCalendarData
from calendar_core.events import Resource, Status
from calendar_core.ics.problems import Problem
from calendar_core.ics.reading import master_of
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources
from calendar_core.ics.writing import calendar_text
from calendar_core.recurrence import expand
from calendar_core.when import DaySpan
from tests.calendar_core.house import ME, House

BERLIN = ZoneInfo("Europe/Berlin")
SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=BERLIN), datetime(2028, 1, 1, tzinfo=BERLIN)
NINE = "DTSTART:20260310T090000Z\nDTEND:20260310T100000Z\n"
HERE = "DTSTART;TZID=Europe/Berlin:20260310T090000\nDTEND;TZID=Europe/Berlin:20260310T100000\n"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=5\n"
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def event(more: str = "", when: str = NINE, *, uid: str = "one", title: str = "Übung") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\n{when}{more}END:VEVENT\n"


def file(*parts: str, head: str = "", breaks: str = "\r\n") -> bytes:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", breaks).encode()


def zoned(name: str, more: str = WEEKLY) -> str:
    said = f'"{name}"' if "," in name else name
    return event(more, f"DTSTART;TZID={said}:20260310T090000\nDTEND;TZID={said}:20260310T100000\n")


def taken(data: bytes) -> tuple[list[Resource], list[str]]:
    """What comes in, and what is said: `uid: reason`, with a `!` before what is lost."""
    found = list(resources(split(data), zone=None))
    said = [
        f"{'!' if one.lost else ''}{one.uid or 'file'}: {one.reason}"
        for one in found
        if isinstance(one, Problem)
    ]
    return [one for one in found if isinstance(one, Resource)], said


def happenings(found: list[Resource]) -> list[str]:
    told = []
    for one in found:
        for each in expand(one, SINCE, UNTIL):
            when = each.when
            if isinstance(when, DaySpan):
                told.append(f"{when.first:%m%d} {when.days}d")
            else:
                told.append(
                    f"{when.start.astimezone(UTC):%m%dT%H%M}-{when.end.astimezone(UTC):%m%dT%H%M}"
                )
    return sorted(told)


ONE = ["0310T0900-0310T1000"]
FIVE = [
    *("0310T0800-0310T0900", "0317T0800-0317T0900", "0324T0800-0324T0900"),
    *("0331T0700-0331T0800", "0407T0700-0407T0800"),
]
PLAIN = file(event())
LETTERS = file(event(f"DESCRIPTION:{'ä' * 50}\n"))
IN_A_LETTER = LETTERS.index("ä".encode()) + 31


@pytest.mark.parametrize(
    "data",
    [
        file(event(), breaks="\n"),
        file(event("DESCRIPTION:long\n  folded\n"), breaks="\r\r\n"),
        PLAIN.replace(b"\r\n", b"\n", 3),
        PLAIN.replace(b"SUMMARY", b"LOCATION:Here\rSUMMARY"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("latin-1"),
        PLAIN.decode().encode("utf-16"),
        PLAIN.decode().encode("utf-16-le"),
        PLAIN.decode().encode("utf-16-be"),
        LETTERS[:IN_A_LETTER] + b"\r\n " + LETTERS[IN_A_LETTER:],
        file(event("LOCATION:Caf@\n")).replace(b"@", b"\xe9"),
        b"".join(b"  " + line for line in PLAIN.splitlines(keepends=True)),
        file("".join(f"  {line}\n" for line in event().splitlines())),
        event().encode(),
        file(event("DESCRIPTION:abc\n BEGIN:VEVENT\nLOCATION:Here\n")),
        file(event("DESCRIPTION:abc\n END:VEVENT\nLOCATION:Here\n")),
        file(event(when=NINE.lower())),
        b"<html><pre>\n" + PLAIN + b"</pre></html>\n",
    ],
)
def test_one_event_is_read_out_of_any_dress(data: bytes) -> None:
    found, said = taken(data)
    assert (happenings(found), said) == (ONE, [])
    assert master_of(found[0].ics).title == "Übung"


ZONE = 'its zone "{}" is unknown; its times were kept as they are written'


@pytest.mark.parametrize(
    ("data", "occurs", "said"),
    [
        (file(zoned("W. Europe Standard Time")), FIVE, []),
        (file(zoned("/freeassociation.sourceforge.net/Europe/Berlin")), FIVE, []),
        (
            file(zoned("Customized Time Zone"), head=OWN_ZONE.format("Customized Time Zone")),
            FIVE,
            [],
        ),
        (file(zoned("Berlin, own"), head=OWN_ZONE.format("Berlin\\, own")), FIVE, []),
        (file(zoned("(UTC+01:00) Amsterdam, Berlin, Bern, Rome")), FIVE, []),
        (file(zoned("Mine", "")), ONE, [f"one: {ZONE.format('Mine')}"]),
        (file(event("RECURRENCE-ID:20260310T080000Z\n")), ONE, []),
        (
            file(
                event(WEEKLY, HERE),
                event(
                    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260331T090000\n",
                    HERE.replace("20260310", "20260401"),
                ),
            ),
            [*FIVE[:3], "0401T0700-0401T0800", "0408T0700-0408T0800"],
            [],
        ),
        (
            file(
                event(
                    "RRULE:FREQ=DAILY;COUNT=7\nEXDATE;TZID=America/New_York:20260311T040000\n"
                    "EXDATE;VALUE=DATE:20260312\nEXDATE:20260313T080000Z,20260314T080000Z\n"
                    "EXDATE:20260315T090000\n",
                    HERE,
                )
            ),
            ["0310T0800-0310T0900", "0316T0800-0316T0900"],
            [],
        ),
        (
            file(event("RDATE;VALUE=PERIOD:20260311T090000Z/20260311T120000Z\n")),
            [*ONE, "0311T0900-0311T1200"],
            [],
        ),
        (file(event("DURATION:PT1H\n", "DTSTART:20260310T090000Z\n")), ONE, []),
        (
            file(event("DURATION:1 hour\n", "DTSTART:20260310T090000Z\n")),
            ["0310T0900-0310T0900"],
            ["one: its DURATION can't be read (1 hour) and was left out"],
        ),
        (file(event(when="DTSTART:20260310T100000Z\nDTEND:20260310T090000Z\n")), ONE, []),
        (
            file(event(when="DTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260310\n")),
            ["0310 1d"],
            [],
        ),
        (
            file(event("RRULE:FREQ=DAILY;COUNT=9;UNTIL=20260311T090000Z\n")),
            [*ONE, "0311T0900-0311T1000"],
            [],
        ),
        (
            file(event("RRULE:FREQ=DAILY;UNTIL=20260312\n", HERE)),
            ["0310T0800-0310T0900", "0311T0800-0311T0900"],
            [],
        ),
        (
            file(event("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2\n", HERE)),
            ["0310T0800-0310T0900", "0331T0700-0331T0800", "0430T0700-0430T0800"],
            [],
        ),
        (
            file(event("RRULE:FREQ=SECONDLY\n")),
            [],
            ["!one: its rule repeats secondly without an end near, more than a calendar can hold"],
        ),
        (
            file(event("RRULE:FREQ=YEARLY\n", "DTSTART;VALUE=DATE:16000310\n")),
            ["0310 1d"] * 4,
            [],
        ),
        (
            file(event(when="DTSTART:99991231T090000Z\n", uid="far"), event()),
            ONE,
            ["!far: its start can't be read (99991231T090000Z)"],
        ),
        (
            file(event(when="DTSTART:20260310T230000Z\nDTEND:20260310T240000Z\n")),
            ["0310T2300-0311T0000"],
            [],
        ),
        (
            file(event(when="DTSTART:20261231T235960Z\nDTEND:20270101T003000Z\n")),
            ["1231T2359-0101T0030"],
            [],
        ),
        (
            file(event(when="DTSTART:20260230T090000Z\n", uid="thirty"), event()),
            ONE,
            ["!thirty: its start can't be read (20260230T090000Z)"],
        ),
        (
            file(event('X-FOO;X-BAR="a:b":hi\nX-EMPTY:\nNONSENSE\n')),
            ONE,
            ["one: a line that is no property was left out"],
        ),
        (file(event(f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{'QUJD' * 300_000}\n")), ONE, []),
        (file(event()) + file(event(uid="two")), ONE * 2, []),
        (
            file("BEGIN:VTODO\nUID:t\nEND:VTODO\nBEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\n"),
            [],
            ["!file: 2 to-dos and journal entries were left out: only events are read"],
        ),
        (file("BEGIN:VFREEBUSY\nUID:f\nEND:VFREEBUSY\n"), [], []),
        (
            file(event("SEQUENCE:1\n", title="Old"), event("SEQUENCE:3\n"), event("SEQUENCE:2\n")),
            ONE,
            ["one: the file tells it in 3 ways; the one with the highest SEQUENCE counts"],
        ),
        (file(event(), event()), ONE, []),
        (
            file(event(when=""), event(uid="two")),
            ONE,
            ["!one: its start is missing or can't be read"],
        ),
        (
            PLAIN.replace(b"END:VCALENDAR\r\n", b""),
            ONE,
            ["file: it breaks off before its end: something may be missing"],
        ),
        (
            file(event(uid="zero"), event())[:-38],
            [*ONE, "0310T0900-0310T0900"],
            [
                "file: it breaks off before its end: something may be missing",
                "one: its end can't be read (2026031) and was left out",
            ],
        ),
        (
            file(event("RRULE:FREQ=FORTNIGHTLY\n"), event(uid="two")),
            ONE,
            ["!one: its rule can't be read (FREQ=FORTNIGHTLY)"],
        ),
    ],
)
def test_what_can_be_read_comes_in_and_the_rest_is_told(
    data: bytes, occurs: list[str], said: list[str]
) -> None:
    found, told = taken(data)
    assert (happenings(found), told) == (sorted(occurs), said)


@pytest.mark.parametrize("method", ["CANCEL", "cancel"])
def test_a_cancellation_comes_in_as_cancelled(method: str) -> None:
    found, _ = taken(file(event(), head=f"METHOD:{method}\n"))
    assert master_of(found[0].ics).status is Status.CANCELLED


def test_an_invitation_stands_as_it_was_sent() -> None:
    found, said = taken(file(event(), head="METHOD:REQUEST\n"))
    assert (master_of(found[0].ics).status, said) == (Status.CONFIRMED, [])
    assert "METHOD" not in found[0].ics


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"<html><body>Log in</body></html>", b"%PDF-1.7\n\xff\xd8\x00\n"]
)
def test_what_is_no_calendar_says_what_to_do(data: bytes) -> None:
    with pytest.raises(BadCalendarData, match=r"Export your calendar as \.ics"):
        split(data)


def test_an_archive_is_not_read_as_if_it_were_text() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mine.ics", PLAIN)
    with pytest.raises(BadCalendarData, match="Unpack it"):
        split(packed.getvalue())


BAG = file(
    event(WEEKLY, HERE, uid="series"),
    event("RECURRENCE-ID:20260317T080000Z\n", NINE.replace("0310", "0318"), uid="series"),
    event("RECURRENCE-ID:20260310T080000Z\n", uid="orphan"),
    event(uid="x" * 3000),
    event().replace("UID:one\n", ""),
    event(when="DTSTART;VALUE=DATE:20260311\n", uid="day"),
    event(when="", uid="lost"),
)


async def test_a_second_import_doubles_nothing_and_undo_takes_all_back(house: House) -> None:
    found, _ = taken(BAG)
    bring = Bring(calendar_id=house.mine.id, resources=tuple(found))
    first = await house.do(bring)
    agenda = await house.agenda(first=date(2026, 3, 9), number=40)
    again = await house.propose(Bring(calendar_id=house.mine.id, resources=tuple(taken(BAG)[0])))

    assert (first.status, first.count, again.count) == (ChangeStatus.APPLIED, 5, 0)
    assert len(agenda) == 9
    house.clock.advance(timedelta(hours=1))
    undone = await house.desk.undo(first.id, ME)
    assert undone.status is ChangeStatus.APPLIED, undone.detail
    assert await house.agenda(first=date(2026, 3, 9), number=40) == []


async def test_what_came_in_goes_out_and_comes_in_the_same(house: House) -> None:
    await house.do(Bring(calendar_id=house.mine.id, resources=tuple(taken(BAG)[0])))
    stored = await house.mirror.resources(house.mine.id, (ME,))
    again, said = taken("".join(calendar_text(stored, name="Out")).encode())
    assert (happenings(again), said) == (happenings(list(stored)), [])
