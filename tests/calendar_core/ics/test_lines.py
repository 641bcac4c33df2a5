"""Content lines taken apart, and definitions of zones read over."""

from datetime import UTC, datetime

import pytest

from calendar_core.ics.lines import Line, parse
from calendar_core.ics.reading import read
from calendar_core.when import TimeSpan

ZONE = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nX-NOTE:BEGIN:VEVENT\r\nEND:VTIMEZONE\r\n"
EVENT = (
    "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Berlin:20260310T100000\r\n"
    "SUMMARY:A\r\nEND:VEVENT\r\n"
)
STARTS = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name", "head", "value"),
    [
        ("SUMMARY:A: b", "SUMMARY", "SUMMARY", "A: b"),
        (
            'attendee;CN="Al: Bo";X=1:mailto:a@b',
            "ATTENDEE",
            'attendee;CN="Al: Bo";X=1',
            "mailto:a@b",
        ),
        ('X-A;CN="open:b', "X-A", "X-A;CN=", "open:b"),
        ("DTSTART", "DTSTART", "DTSTART", ""),
        ("X_A:b", "X", "X_A", "b"),
        (":b", "", "", "b"),
    ],
)
def test_a_line_is_its_name_its_parameters_and_its_value(
    text: str, name: str, head: str, value: str
) -> None:
    line = Line(text)
    assert (line.name, line.head, line.value) == (name, head, value)
    assert line == Line(text)


def test_a_block_with_other_lines_answers_for_those() -> None:
    block = parse(EVENT)
    assert block.value("SUMMARY") == "A"
    other = block.with_lines("SUMMARY", [Line("SUMMARY:B"), Line("SUMMARY:C")])
    assert [one.value for one in other.lines("SUMMARY")] == ["B", "C"]
    assert (other.value("SUMMARY"), other.without("SUMMARY").value("SUMMARY")) == ("B", "")
    assert block.value("SUMMARY") == "A"


@pytest.mark.parametrize(
    "zones",
    ["", ZONE, ZONE + ZONE, ZONE.replace("VTIMEZONE", "vtimezone"), ZONE.replace("\r\n", "\n")],
)
def test_definitions_of_known_zones_are_read_over(zones: str) -> None:
    for text in (f"{zones}{EVENT}", f"{EVENT}{zones}"):
        [event] = read(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
        assert isinstance(event.when, TimeSpan)
        assert event.when.start == STARTS


def test_a_definition_without_its_end_hides_no_event() -> None:
    text = f"BEGIN:VCALENDAR\r\n{EVENT}BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VCALENDAR\r\n"
    assert [one.title for one in read(text)] == ["A"]
