"""What a phrase means, as one short line: easy to write down and to compare in tests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from calendar_core.phrases import Kind, Meaning, NotUnderstood, resolve

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 9, 30, tzinfo=BERLIN)
"""A Wednesday morning."""


def read(text: str, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> Meaning | NotUnderstood:
    """A phrase, read on that Wednesday in Berlin."""
    return resolve(text, now=now, zone=zone)


def understood(text: str, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> Meaning:
    """The meaning of a phrase that must be understood."""
    told = read(text, now=now, zone=zone)
    assert isinstance(told, Meaning), told
    return told


def refused(text: str, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> NotUnderstood:
    """The refusal of a phrase that must be refused."""
    told = read(text, now=now, zone=zone)
    assert isinstance(told, NotUnderstood), told
    return told


def line(told: Meaning) -> str:
    """A meaning's main words: "Tue 2026-03-17 14:00 > 15:30"."""
    if told.kind is Kind.LENGTH:
        return str(told.length_iso)
    ends = [_moment(told.start)]
    if told.kind is not Kind.INSTANT and told.kind is not Kind.DAY:
        ends.append(_end(told.start, told.end))
    words = " > ".join(ends) if told.kind is not Kind.RULE else ends[0]
    return f"{told.rule} from {words}" if told.rule else words


def said(text: str, *, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> str:
    """The line of a phrase."""
    return line(understood(text, now=now, zone=zone))


def _moment(at: datetime | date | None) -> str:
    if isinstance(at, datetime):
        return at.strftime("%a %Y-%m-%d %H:%M:%S").removesuffix(":00")
    return at.strftime("%a %Y-%m-%d") if at else "open"


def _end(start: datetime | date | None, end: datetime | date | None) -> str:
    same = isinstance(start, datetime) and isinstance(end, datetime)
    if same and isinstance(end, datetime) and isinstance(start, datetime):
        return end.strftime("%H:%M") if start.date() == end.date() else _moment(end)
    return _moment(end)
