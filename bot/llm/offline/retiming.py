"""A new time out of an old one: "Thursday" keeps the hour, "at 4" the day, "later" moves both."""

import re
from datetime import date, datetime, timedelta

from bot.llm.model import Setting
from bot.llm.offline.timewords import meaning_of, told_by
from calendar_core.phrases import Kind, Meaning, NotUnderstood

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_BOUND = re.compile(r"^(?:until|till|through|starting|up to)\b", re.I)
_BOUND_TAIL = re.compile(r"\s(?:until|till|through)\b.*$", re.I)
_BESIDE = re.compile(
    r"^(?:on |to )?the (?P<unit>day|week) (?P<way>before|after),? (?:at )?(?P<clock>.+)$", re.I
)
_CLOCK = re.compile(r"\b(?:at\s+)?(\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)$", re.I)


def retimed(old: str | None, new: str, setting: Setting) -> str:
    """The new words, with what they leave open taken from the old ones."""
    either = _either(old, new, setting)
    if either:
        clock = clock_of(str(old), setting)
        return _first_read([f"{either} {clock}"], setting) or either if clock else either
    beside = _BESIDE.match(new)
    day = day_of(old, setting) if beside and old else None
    if beside and day:
        days = 7 if beside["unit"].casefold() == "week" else 1
        day += timedelta(days=-days if beside["way"].casefold() == "before" else days)
        return _first_read([f"{say_day(day)} at {beside['clock']}"], setting) or new
    told = meaning_of(new, setting)
    if told is None and meaning_of(f"at {new}", setting):
        new, told = f"at {new}", meaning_of(f"at {new}", setting)
    if not old or told is None or told.kind is Kind.LENGTH:
        return (
            _first_read([f"{old} at {new}", f"{old} {new}"], setting) or new
            if old and told is None
            else new
        )
    before = meaning_of(_plain(old), setting)
    if before is not None and before.kind is Kind.RULE and _BOUND.match(new):
        return _first_read([f"{_BOUND_TAIL.sub('', old)} {new}"], setting) or new
    if before is not None and before.start is not None and _BOUND.match(new):
        until = re.sub(r"^\w+", "until", new)
        day, clock = day_of(old, setting), clock_of(old, setting)
        since = f"{say_day(day)} {clock.partition('-')[0] if clock else ''}".strip() if day else ""
        return _first_read([f"{since} {until}", f"from {since} {until}"], setting) or new
    if told.kind is Kind.RULE:
        clock = clock_of(old, setting)
        if told.time_said or not clock:
            return new
        tail = _BOUND_TAIL.search(old)
        ends = tail[0] if tail and before is not None and before.kind is Kind.RULE else ""
        tries = [f"{new} at {clock}{ends}", f"{new} {clock}{ends}"]
        tries += [f"{new} at {clock}", f"{new} {clock}"]
        return _first_read(tries, setting) or new
    if told.time_said and not told.day_said:
        return _on_day(old, new, setting)
    if told.day_said and not told.time_said:
        clock = clock_of(old, setting)
        joined = [f"{new} {clock}", f"{new} at {clock}", f"{clock} {new}"] if clock else []
        return _first_read(joined, setting) or new
    return new


_PLACES = (("first", "1", "former"), ("second", "2", "latter"), ("third", "3"))


def _either(old: str | None, new: str, setting: Setting) -> str | None:
    """One of the days that the old words may have meant: "Monday", "the 15th", "the second"."""
    told = told_by(_plain(old), setting) if old else None
    if not isinstance(told, NotUnderstood) or not told.alternatives:
        return None
    days = [one.start for one in told.alternatives if one.start is not None]
    low = new.casefold().strip(" .!")
    for day, words in zip(days, _PLACES, strict=False):
        if low.removeprefix("the ").removesuffix(" one") in words:
            return say_day(day)
    for day in days:
        if low.removeprefix("on ").startswith(f"{day:%a}".casefold()) or re.search(
            rf"\b{day.day}(?:st|nd|rd|th)?\b", low
        ):
            return say_day(day)
    return None


def repeated(old: str, rule: str, setting: Setting) -> str:
    """A single time made to repeat: "weekly" keeps its weekday, all keep the hour."""
    day, told = day_of(old, setting), meaning_of(rule, setting)
    weekly = told is not None and told.rule is not None and "FREQ=WEEKLY" in told.rule
    if (
        day
        and weekly
        and told
        and not re.search(r"INTERVAL|COUNT", told.rule or "")
        and re.fullmatch(r"(?:every |each )?(?:week|weekly|single week)", rule.strip(), re.I)
    ):
        rule = f"every {day:%A}"
    return retimed(old, rule, setting)


def _on_day(old: str, new: str, setting: Setting) -> str:
    before = meaning_of(_plain(old), setting)
    if before is not None and before.kind is Kind.RULE:
        return _ruled(old, new, before, setting) or new
    if before is not None and before.vague:
        inside = _first_read([f"{_plain(old)} at {re.sub('^at ', '', new)}"], setting)
        told = meaning_of(inside, setting) if inside else None
        if inside and told and _is_within(told, before):
            return inside
    day = day_of(old, setting)
    if day is None:
        return new
    words = say_day(day)
    return _first_read(_with_hour(words, new), setting) or new


_AT = re.compile(
    r"\s*\b(?:at|from) (?:\d{1,2}(?:[:.]\d\d)?|[a-z]+)(?:\s?[ap]\.?m\.?)?"
    r"(?:\s*(?:to|until|till|-|–)\s*(?:\d{1,2}(?:[:.]\d\d)?|[a-z]+)(?:\s?[ap]\.?m\.?)?)?(?=\s|$)"
    r"|\s\d{1,2}[:.]\d\d(?:\s?[ap]m)?(?:-\d{1,2}[:.]\d\d)?(?=\s|$)",
    re.I,
)
_TAIL = re.compile(r"\s(?:(?:for|until|till|through|starting|from) \S.*)$", re.I)


def _ruled(old: str, new: str, before: Meaning, setting: Setting) -> str | None:
    """A repetition at another hour: its days, length and end stay."""
    bare = _AT.sub("", old) if before.time_said else old
    tail = _TAIL.search(bare)
    head, rest = (bare[: tail.start()], tail[0]) if tail else (bare, "")
    hour = re.sub(r"^at ", "", new)
    words = [f"{head} at {hour}{rest}", f"{head} {new}{rest}", f"{head} at {hour}", f"{bare} {new}"]
    return next((w for w in words if _repeats(w, before, setting)), None)


def _repeats(words: str, before: Meaning, setting: Setting) -> bool:
    """Whether words tell a repetition on the same days as before."""
    told = meaning_of(words, setting)
    return told is not None and told.rule is not None and _days(told) == _days(before)


def _days(told: Meaning) -> tuple[str, ...]:
    parts = (told.rule or "").split(";")
    return tuple(sorted(p for p in parts if p.startswith(("FREQ", "BYDAY", "BYMONTH", "INTERVAL"))))


def _is_within(hour: Meaning, part: Meaning) -> bool:
    """Whether an hour lies on the half of the day that was named: at 7 in the morning."""
    if not isinstance(hour.start, datetime) or not isinstance(part.start, datetime):
        return False
    return hour.start.date() == part.start.date() and (hour.start.hour < 12) == (
        part.start.hour < 12
    )


def _with_hour(day: str, hour: str) -> list[str]:
    plain = [f"{day} {hour}", f"{hour} on {day}"]
    return [f"{day} at {hour}", *plain] if hour[:1].isdigit() else plain


def _first_read(phrases: list[str], setting: Setting) -> str | None:
    return next((phrase for phrase in phrases if meaning_of(phrase, setting)), None)


def _plain(when: str) -> str:
    return when.removesuffix(", all day")


def _is_refused(when: str, setting: Setting) -> bool:
    return isinstance(told_by(_plain(when), setting), NotUnderstood)


def _read(when: str, setting: Setting) -> Meaning | None:
    """What the words mean, or the first that they may have meant."""
    told = told_by(_plain(when), setting)
    if isinstance(told, NotUnderstood):
        return told.alternatives[0] if told.alternatives else None
    return told


def day_of(when: str, setting: Setting) -> date | None:
    """The day that the words name, if they name one."""
    told = _read(when, setting)
    if (
        told is None
        or told.start is None
        or not (told.day_said or told.kind in (Kind.DAY, Kind.DAYS))
    ):
        return None
    return told.start.date() if isinstance(told.start, datetime) else told.start


def clock_of(when: str, setting: Setting) -> str | None:
    """The hours that the words name: "15:00", "14:00-15:30"."""
    told = _read(when, setting)
    if told is None or not told.time_said or not isinstance(told.start, datetime):
        match = _CLOCK.search(when)
        return match[1] if match and _is_refused(when, setting) else None
    start = told.start.strftime("%H:%M")
    if (
        told.kind is Kind.SPAN
        and isinstance(told.end, datetime)
        and told.end - told.start < timedelta(days=1)
    ):
        return f"{start}-{told.end.strftime('%H:%M')}"
    return start


def span_length(when: str, setting: Setting) -> str | None:
    """The length of a stretch of hours, as words."""
    told = _read(when, setting)
    if told is None or told.kind is not Kind.SPAN or told.vague:
        return None
    if not isinstance(told.start, datetime) or not isinstance(told.end, datetime):
        return None
    minutes = int((told.end - told.start).total_seconds() // 60)
    return f"{minutes} minutes" if 0 < minutes < 1440 else None


def shifted(when: str, shift: str, setting: Setting) -> str | None:
    """The words for a time moved by a length; None where that can't be told."""
    told, by = _read(when, setting), meaning_of(shift, setting)
    length = by.length if by and by.length else _length_in(shift, setting)
    if told is None or length is None or told.start is None:
        return None
    if not isinstance(told.start, datetime):
        return say_day(told.start + length)
    start = told.start + length
    words = f"{say_day(start.date())} {start.strftime('%H:%M')}"
    if told.kind is Kind.SPAN and isinstance(told.end, datetime):
        end = told.end + length
        words += f"-{end.strftime('%H:%M')}" if end.date() == start.date() else ""
    return words


def _length_in(shift: str, setting: Setting) -> timedelta | None:
    from bot.llm.offline.timewords import times_in

    for found in times_in(shift, setting):
        if isinstance(found.meaning, Meaning) and found.meaning.length is not None:
            return found.meaning.length
    return None


def say_day(day: date) -> str:
    """Says "13 March 2026": read the same at any time."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
