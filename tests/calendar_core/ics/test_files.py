"""Calendar files → what occurs: one golden a file, and real exports that others wrote.

Adding a case is adding `tests/data/ics/NAME.ics`; see `tests.goldens` for accepting its answer.
"""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from calendar_core.events import Resource
from calendar_core.ics.problems import Problem
from calendar_core.ics.reading import read
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources
from calendar_core.ics.writing import calendar_text
from calendar_core.recurrence import expand
from calendar_core.when import DaySpan, When
from tests.goldens import DATA, matches_golden

BERLIN = ZoneInfo("Europe/Berlin")
SINCE, UNTIL = datetime(2014, 1, 1, tzinfo=BERLIN), datetime(2028, 1, 1, tzinfo=BERLIN)
OWN = sorted((DATA / "ics").glob("*.ics"))
CASES = os.environ.get("CONVENE_CASES")
REAL = sorted(Path(CASES, "calendars").glob("*.ics")) if CASES else []

Happening = tuple[str, str, str, str]


def taken(data: bytes) -> tuple[list[Resource], list[Problem]]:
    """What comes in of a file, and what is said about it."""
    found = list(resources(split(data), zone=None))
    return (
        [one for one in found if isinstance(one, Resource)],
        [one for one in found if isinstance(one, Problem)],
    )


def happenings(found: Iterable[Resource]) -> list[Happening]:
    """UID, start, end and title of all occurrences; instants in UTC, floating ones as in Berlin."""
    return sorted(
        (one.uid, *_told(each.when, each.event.floating), each.event.title)
        for one in found
        for each in expand(one, SINCE, UNTIL)
    )


def _told(when: When, floating: bool) -> tuple[str, str]:
    if isinstance(when, DaySpan):
        return when.first.isoformat(), when.until.isoformat()
    start, end = when.start, when.end
    if floating:
        start, end = start.replace(tzinfo=BERLIN), end.replace(tzinfo=BERLIN)
    return start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()


def of_the_library(data: bytes) -> list[Happening]:
    """The same as recurring-ical-events has it."""
    tree = icalendar.Calendar.from_ical(data)
    found = []
    for one in recurring_ical_events.of(tree).between(SINCE, UNTIL):
        start, end = one["DTSTART"].dt, one["DTEND"].dt
        if start == end and not isinstance(start, datetime):
            end = start + timedelta(days=1)
        found.append((str(one["UID"]), _plain(start), _plain(end), str(one.get("SUMMARY", ""))))
    return sorted(found)


def _plain(moment: date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return (moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).astimezone(UTC).isoformat()


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.stem)
def test_a_file_occurs_as_its_golden_says(file: Path) -> None:
    found, problems = taken(file.read_bytes())
    lines = [" | ".join(one) for one in happenings(found)]
    lines += [f"{'lost' if one.lost else 'note'}: {one.uid}: {one.reason}" for one in problems]
    assert matches_golden(f"ics/{file.stem}.txt", "\n".join(lines) + "\n")


@pytest.mark.skipif(not REAL, reason="CONVENE_CASES is not set")
@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_a_real_export_occurs_as_the_library_says(file: Path) -> None:
    found, problems = taken(file.read_bytes())
    assert [one for one in problems if one.lost and one.uid] == []
    assert happenings(found) == of_the_library(file.read_bytes())


@pytest.mark.parametrize("file", [*OWN, *REAL], ids=lambda file: file.stem)
def test_what_is_exported_imports_to_the_same_calendar(file: Path) -> None:
    found, _ = taken(file.read_bytes())
    text = "".join(calendar_text(found, name="Out, and in"))

    again, problems = taken(text.encode())

    assert problems == []
    assert split(text.encode()).calendar_name == "Out, and in"
    assert {one.uid: read(one) for one in again} == {one.uid: read(one) for one in found}
    assert happenings(again) == happenings(found)


@pytest.mark.parametrize("file", [*OWN, *REAL], ids=lambda file: file.stem)
def test_what_is_exported_is_valid_and_means_the_same_to_the_library(file: Path) -> None:
    found, _ = taken(file.read_bytes())
    text = "".join(calendar_text(found, name="Out"))
    tree = icalendar.Calendar.from_ical(text.encode())
    assert [one.errors for one in tree.walk() if one.errors] == []
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    if "skipped" not in file.stem:
        assert of_the_library(text.encode()) == happenings(found)
