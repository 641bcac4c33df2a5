"""Cutting files: what is tolerated, what is refused, and that nothing comes in twice."""

from zoneinfo import ZoneInfo

import pytest

from calendar_core.errors import BadCalendarData
from calendar_core.events import Resource
from calendar_core.ics.problems import Problem
from calendar_core.ics.reading import master_of
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources

EVENT = """BEGIN:VEVENT
UID:one
SUMMARY:{title}
DTSTART:20260401T100000
END:VEVENT
"""


def a_file(*parts: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(parts)}END:VCALENDAR\n"


def only(data: bytes, zone: ZoneInfo | None = None) -> Resource:
    [found] = [one for one in resources(split(data), zone=zone) if isinstance(one, Resource)]
    return found


@pytest.mark.parametrize(
    "data",
    [
        a_file(EVENT.format(title="Café")).encode(),
        a_file(EVENT.format(title="Café")).replace("\n", "\r\n").encode("utf-8-sig"),
        a_file(EVENT.format(title="Café")).encode("latin-1"),
        a_file(EVENT.format(title="Café")).encode("utf-16"),
        a_file(EVENT.format(title="Ca\r\n f\x00é")).encode(),
        a_file(EVENT.format(title="Café")).replace("\n", "\r").encode(),
        a_file(EVENT.format(title="Café").replace("END:VEVENT\n", "")).encode(),
        a_file(EVENT.format(title="Café")).replace("END:VCALENDAR", "").encode(),
    ],
    ids=["bare LF", "BOM", "latin-1", "UTF-16", "folds and NUL", "CR alone", "no END", "cut off"],
)
def test_a_file_is_read_however_it_was_saved(data: bytes) -> None:
    assert master_of(only(data).ics).title == "Café"


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b"<html>BEGIN:VCALENDAR</html>"])
def test_what_is_no_calendar_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(BadCalendarData, match="not a calendar file"):
        split(data)


def test_several_calendars_in_one_file_come_in_together() -> None:
    other = EVENT.format(title="Other").replace("UID:one", "UID:two")
    found = split((a_file(EVENT.format(title="A")) + a_file(other)).encode())
    assert list(found.components) == ["one", "two"]


def test_an_event_without_uid_gets_the_same_one_at_every_import() -> None:
    bare = EVENT.format(title="Nameless").replace("UID:one\n", "DTSTAMP:20260101T000000Z\n")
    later = bare.replace("DTSTAMP:2026", "DTSTAMP:2027")
    assert only(a_file(bare).encode()).uid == only(a_file(later).encode()).uid != "one"


def test_the_uid_of_an_alarm_is_not_that_of_its_event() -> None:
    alarm = "BEGIN:VALARM\nUID:alarm\nTRIGGER:-PT5M\nEND:VALARM\nUID:one\n"
    assert only(a_file(EVENT.format(title="A").replace("UID:one\n", alarm)).encode()).uid == "one"


def test_progress_is_told_with_the_count() -> None:
    heard: list[int] = []
    events = (EVENT.format(title="A").replace("UID:one", f"UID:{n}") for n in range(1200))
    split(a_file(*events).encode(), on_progress=heard.append)
    assert heard == [500, 1000, 1200]


def test_to_dos_are_counted_and_left_out() -> None:
    found = split(a_file(EVENT.format(title="A"), "BEGIN:VTODO\nUID:t\nEND:VTODO\n").encode())
    assert found.problems == (
        Problem("", "1 to-do or journal entry was left out: only events are read"),
    )


def test_floating_times_stay_floating_unless_a_zone_is_known() -> None:
    plain = a_file(EVENT.format(title="A")).encode()
    home = a_file(EVENT.format(title="A"), head="X-WR-TIMEZONE:Asia/Tokyo\n").encode()
    told = [
        master_of(only(plain).ics),
        master_of(only(home).ics),
        master_of(only(home, ZoneInfo("Europe/Paris")).ics),
    ]
    assert [(one.floating, one.zone) for one in told] == [
        (True, None),
        (False, "Asia/Tokyo"),
        (False, "Europe/Paris"),
    ]


def test_a_nest_of_components_is_refused_and_hangs_nothing() -> None:
    deep = EVENT.format(title="A").replace("SUMMARY", "BEGIN:X\n" * 5000 + "SUMMARY")
    [found] = resources(split(a_file(deep).encode()), zone=None)
    assert found == Problem("one", "its components are nested too deeply")


def test_unclosed_alarms_without_end_take_no_longer_than_others() -> None:
    many = EVENT.format(title="A").replace("SUMMARY", "BEGIN:VALARM\n" * 50_000 + "SUMMARY")
    assert list(split(a_file(many).encode()).components) == ["one"]
