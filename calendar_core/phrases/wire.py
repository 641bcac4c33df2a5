"""The wire: a meaning as plain JSON values, as `convene when` prints it."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from calendar_core.phrases.lengths import iso_of
from calendar_core.phrases.meaning import Found, Kind, Meaning, NotUnderstood


def as_json(told: Meaning | NotUnderstood) -> dict[str, object]:
    """A meaning or refusal as JSON values: ISO 8601 times with offset, dates for days."""
    told = to_the_letter(told)
    if isinstance(told, NotUnderstood):
        refusal: dict[str, object] = {"understood": False, "why": told.why}
        if told.alternatives:
            refusal["alternatives"] = [_meaning(one) for one in told.alternatives]
        return refusal
    return {"understood": True, **_meaning(told)}


def to_the_letter(told: Meaning | NotUnderstood) -> Meaning | NotUnderstood:
    """What is told of a reading when nothing is done with it: words taken at their word, with the
    question that would be asked first."""
    if isinstance(told, Meaning) or told.to_the_letter is None:
        return told
    return replace(told.to_the_letter, alternatives=told.alternatives, notes=(told.why,))


def found_as_json(found: Found | None) -> dict[str, object]:
    """Time words found in a sentence with their place; a refusal where there are none."""
    if found is None:
        return {"understood": False, "why": "I find no time in that sentence."}
    return {**as_json(found.meaning), "text": found.text, "at": list(found.at), "role": found.role}


def _meaning(told: Meaning) -> dict[str, object]:
    length = told.length_iso
    if length is None and told.length is not None:
        length = iso_of(told.length)
    values: dict[str, object] = {
        "kind": told.kind.value,
        "start": _moment(told.start, told.zone),
        "end": _moment(told.end, told.zone),
        "grain": told.grain.value,
        "length": length,
        "rule": told.rule,
        "alternatives": [_meaning(one) for one in told.alternatives],
    }
    if told.notes:
        values["notes"] = list(told.notes)
    if told.hours is not None and told.kind in (Kind.DAYS, Kind.DAY, Kind.RULE):
        values["hours"] = [at.strftime("%H:%M") for at in told.hours]
    return values


def _moment(at: datetime | date | None, zone: str) -> str | None:
    """ISO 8601; an hour that was told in a zone of its own stands there with that zone's offset."""
    if isinstance(at, datetime) and zone:
        at = at.astimezone(ZoneInfo(zone))
    return at.isoformat() if at is not None else None
