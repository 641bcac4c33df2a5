"""Times of day: "3pm", "half past two", "0907", "noon", "early morning"."""

from calendar_core.phrases.lexicon import CARDINALS, MEALS, PARTS, TENS
from calendar_core.phrases.meaning import Grain
from calendar_core.phrases.numbers import cardinal
from calendar_core.phrases.terms import Clock, Part
from calendar_core.phrases.words import Words

_FIXED = {
    "noon": Clock(12, half="24"),
    "noontime": Clock(12, half="24"),
    "midday": Clock(12, half="24"),
    "midnight": Clock(0, half="24", late=True),
    "noonish": Clock(12, half="24"),
}
_PAST = frozenset(("past", "after"))
_TO = frozenset(("to", "before", "of", "until"))
_EDGES = {"early": "early", "late": "late", "mid": "mid", "later": "late", "earlier": "early"}
_NO_STRETCHES = (0, 4, 5, 9, 10, 11)
"""Hours from five or ten on that nobody means by "ten to two"; shorter ones may be a stretch."""
_TRAILERS = (
    ("sharp",),
    ("exactly",),
    ("ish",),
    ("-", "ish"),
    ("or", "so"),
    ("hours",),
    ("hrs",),
    ("approximately",),
    ("approx",),
    ("roughly",),
    ("on", "the", "dot"),
)


def clocks(r: Words, i: int) -> tuple[tuple[Clock, int], ...]:
    """The times of day that may start at a position, longest first."""
    word = r.t[i]
    if word in _FIXED:
        return ((_FIXED[word], i + 1),)
    if word.endswith("ish") and 0 < CARDINALS.get(word[:-3], 0) <= 12:
        return tuple(_with_half(r, Clock(CARDINALS[word[:-3]]), i + 1))
    if word == "middle" and r.phrase(i + 1, "of", "the", "day"):
        return ((_FIXED["noon"], i + 4),)
    if word in ("mid", "high") and r.t[i + 1] in ("day", "night", "noon"):
        return ((_FIXED["midnight" if r.t[i + 1] == "night" else "noon"], i + 2),)
    ends = _end_of_work(r, i)
    if ends:
        return ((Clock(17, half="work"), ends),)
    if word in ("half", "quarter", "a") or word == "the":
        relative = _relative(r, i)
        return (relative,) if relative else ()
    number = cardinal(r, i)
    if number is None:
        return ()
    return _numbered(r, i, *number)


def _end_of_work(r: Words, i: int) -> int:
    """Where words for the end of the working day stop; 0 where there are none."""
    at = i + 1 if r.t[i] == "the" else i
    if r.t[at] in ("eod", "cob", "eob"):
        return at + 1
    if r.t[at] not in ("end", "close") or r.t[at + 1] != "of":
        return 0
    at = at + 3 if r.t[at + 2] in ("the", "my") else at + 2
    if r.t[at] in ("business", "work") and r.t[at + 1] != "hours":
        return at + 2 if r.t[at + 1] == "day" else at + 1
    return at + 1 if r.t[at] in ("day", "play", "workday") else 0


def _numbered(r: Words, i: int, value: int, end: int) -> tuple[tuple[Clock, int], ...]:
    """The times that begin with a number."""
    behind = end + 1 if r.t[end] == "oclock" else end
    if value == 12 and r.t[behind] in ("noon", "midday", "midnight"):
        return ((_FIXED[r.t[behind]], behind + 1),)
    relative = _relative(r, i)
    if relative:
        return (relative,)
    face = _digits(r, i) if r.v[i] >= 0 else _spoken(r, i, value, end)
    if face is None:
        return ()
    clock, end = face
    return tuple(_with_half(r, clock, end))


def _digits(r: Words, i: int) -> tuple[Clock, int] | None:
    """A face in digits: 3, 3:30, 15.30, 15h30, 1530, 0907."""
    hour, digits, end = r.v[i], r.t[i], i + 1
    mark = r.t[end]
    if len(digits) > 2:
        return _compact(r, hour, digits, end)
    if hour > 24:
        return None
    glued = r.glued[end] and r.glued[end + 1]
    if (
        mark in (":", ".", "h", "hr")
        and glued
        and len(r.t[end + 1]) == 2
        and 0 <= r.v[end + 1] < 60
    ):
        return _minutes(r, hour, end, mark, digits)
    if mark == "h" and r.glued[end]:
        return _checked(Clock(hour, half="24", weak=True), end + 1)
    if hour == 24:
        return None
    sure = hour > 12 or (digits[0] == "0" and len(digits) == 2) or hour == 0
    if not r.glued[end] and len(mark) == 2 and 0 <= r.v[end] < 60 and _apart(r, i, end):
        return Clock(hour, r.v[end], half="24" if hour > 12 else "", grain=Grain.MINUTE), end + 1
    if mark == ":" or (mark == "." and glued and r.v[end + 1] >= 0):
        return None
    return Clock(hour, half="24" if sure else "", weak=True), end


def _apart(r: Words, i: int, end: int) -> bool:
    """Whether hour and minutes stand apart: "at 21 30", "9 30 pm"."""
    behind = r.t[end + 1]
    if r.glued[end + 1] and behind not in ("am", "pm", "p", "a"):
        return False
    return behind in ("am", "pm") or (i > 0 and r.t[i - 1] == "at" and not behind.isalpha())


def _minutes(r: Words, hour: int, end: int, mark: str, digits: str) -> tuple[Clock, int] | None:
    """Minutes, and perhaps seconds, behind an hour in digits."""
    minute, stop = r.v[end + 1], end + 2
    second, grain = 0, Grain.MINUTE
    more = r.t[stop] == mark == ":" and r.glued[stop] and r.glued[stop + 1]
    if more and 0 <= r.v[stop + 1] < 60:
        second, grain, stop = r.v[stop + 1], Grain.SECOND, stop + 2
        if r.t[stop] == "." and r.glued[stop + 1] and r.v[stop + 1] >= 0:
            stop += 2
    sure = hour > 12 or hour == 0 or mark == "h" or (len(digits) == 2 and digits[0] == "0")
    if r.t[stop] == "h" and r.glued[stop]:
        sure, stop = True, stop + 1
    clock = Clock(hour, minute, second, "24" if sure else "", grain, weak=mark == ".")
    return _checked(clock, stop)


def _compact(r: Words, value: int, digits: str, end: int) -> tuple[Clock, int] | None:
    """Hour and minute written together: 930, 0907, 1530."""
    hour, minute = divmod(value, 100)
    if len(digits) > 4 or hour > 23 or minute > 59 or value < 0:
        return None
    marked = len(digits) == 4 and r.t[end] == "h" and r.glued[end]
    sure = hour > 12 or digits[0] == "0" or marked
    end = end + 1 if marked else end
    return Clock(hour, minute, half="24" if sure else "", grain=Grain.MINUTE, weak=True), end


def _spoken(r: Words, i: int, hour: int, end: int) -> tuple[Clock, int] | None:
    """A face in words: "eight", "five thirty", "eight oh five", "fifteen hundred"."""
    if hour >= 100:
        whole, rest = divmod(hour, 100)
        plain = rest == 0 and whole < 24 and r.t[end] != "and"
        return (Clock(whole, half="24"), end) if plain else None
    if hour > 24:
        return None
    if r.t[end] in ("oh", "o", "zero"):
        few = cardinal(r, end + 1)
        if few and 0 < few[0] < 10:
            return Clock(hour, few[0], grain=Grain.MINUTE), few[1]
    minutes = cardinal(r, end)
    if minutes and r.v[end] < 0 and 10 <= minutes[0] < 60 and 0 < hour <= 24:
        return Clock(hour, minutes[0], half=_sure(hour), grain=Grain.MINUTE), minutes[1]
    if hour == 0 or r.t[i] in TENS:
        return None
    return Clock(hour, half=_sure(hour), weak=True), end


def _sure(hour: int) -> str:
    return "24" if hour > 12 else ""


def _checked(clock: Clock, end: int) -> tuple[Clock, int] | None:
    """A clock that a day has; 24:00 is the end of its day."""
    if clock.hour == 24:
        midnight = clock.minute == 0 and clock.second == 0
        return (clock._replace(hour=0, half="24", late=True), end) if midnight else None
    return clock, end


def _with_half(r: Words, clock: Clock, end: int) -> list[tuple[Clock, int]]:
    """The face with am, pm, o'clock and the like behind it, longest first."""
    found = [(clock, end)]
    if r.t[end] == "oclock" or r.phrase(end, "o", "clock"):
        clock, end = clock._replace(weak=False), end + (1 if r.t[end] == "oclock" else 2)
        found.insert(0, (clock, end))
    if r.t[end] == "." and r.glued[end] and r.t[end + 1] in ("am", "pm"):
        end += 1
    if r.phrase(end, "in", "the", "am") or r.phrase(end, "in", "the", "pm"):
        end += 2
    if r.t[end] == "ish" and r.glued[end] and r.t[end + 1] in ("am", "pm"):
        end += 1
    half = r.t[end]
    if half in ("a", "p") and r.glued[end] and r.t[end - 1] != "oclock":
        half, dot = half + "m", r.t[end + 1] == "." and r.glued[end + 1]
        end += 1 if dot else 0
    if half in ("am", "pm") and (clock.hour <= 12 or half == "pm"):
        clock = clock._replace(half="24" if clock.hour > 12 else half, weak=False)
        end = end + 2 if r.t[end + 1] == "oclock" else end + 1
        found = [(clock, end)]
    for trailer in _TRAILERS:
        if trailer[0] in ("hours", "hrs") and not clock.half:
            continue
        if r.phrase(end, *trailer) and (len(trailer[0]) < 4 or clock.half or not clock.weak):
            found.insert(
                0, (clock._replace(weak=clock.weak and trailer[0] == "or"), end + len(trailer))
            )
            break
    return found


def _relative(r: Words, i: int) -> tuple[Clock, int] | None:
    """Minutes before or after an hour: "half past two", "quarter to 5", "half three"."""
    at = i + 1 if r.t[i] in ("a", "the") else i
    if r.t[at] == "half" and r.t[at + 1] not in _PAST:
        hour = _hour(r, at + 1)
        return _around(r, hour, 30, at + 1) if hour else None
    minutes = 30 if r.t[at] == "half" else 15 if r.t[at] == "quarter" else 0
    end = at + 1
    if not minutes:
        number = cardinal(r, at)
        if number is None or not 0 < number[0] < 60:
            return None
        minutes, end = number
        if r.t[end] in ("minutes", "minute", "min"):
            end += 1
    if r.t[end] not in _PAST and r.t[end] not in _TO:
        return None
    hour = _hour(r, end + 1)
    if hour is None or (r.t[end] in _TO and not _can_be_before(r, at, minutes, end)):
        return None
    return _around(r, hour, minutes if r.t[end] in _PAST else -minutes, end + 1)


def _can_be_before(r: Words, at: int, minutes: int, end: int) -> bool:
    """Whether "N to H" tells a time and not a stretch from N to H."""
    if r.t[at] == "quarter" or r.t[end - 1] in ("minutes", "minute", "min"):
        return True
    fixed = r.t[end + 1] in _FIXED
    round_ones = minutes in (5, 10, 15, 20, 25)
    hour = cardinal(r, end + 1)
    if r.v[at] < 0 and minutes in (5, 10) and r.t[end] == "to" and hour and not _opened(r, at):
        return (hour[0] - minutes) % 12 in _NO_STRETCHES
    return round_ones and (fixed or (r.t[end] == "to" and minutes > 12))


def _opened(r: Words, at: int) -> bool:
    """Whether a stretch is opened before; in a sentence all but "at" and its like may open one."""
    if at == 0:
        return not r.whole
    if not r.whole:
        return r.t[at - 1] not in ("at", "by", "before", "after", "around", "about")
    return r.t[at - 1] in ("from", "between", "-", "to", "until")


def _hour(r: Words, i: int) -> tuple[Clock, int] | None:
    """A full hour that minutes are counted from."""
    if r.t[i] in _FIXED:
        return _FIXED[r.t[i]], i + 1
    number = cardinal(r, i)
    if number is None or not 0 < number[0] <= 23 or r.t[number[1]] in (":", "/", "minutes"):
        return None
    return Clock(number[0], half=_sure(number[0])), number[1]


def _around(r: Words, hour: tuple[Clock, int], minutes: int, _: int) -> tuple[Clock, int]:
    """An hour moved by minutes, with am or pm behind it."""
    clock, end = hour
    clock, end = _with_half(r, clock, end)[0]
    total = (clock.hour * 60 + minutes) % (24 * 60)
    if clock.half in ("", "am", "pm") and total < 60:
        total += 12 * 60
    half = clock.half
    if clock.hour == 12 and minutes < 0 and half in ("am", "pm"):
        half = "pm" if half == "am" else "am"
    found = clock._replace(hour=total // 60, minute=total % 60, half=half, grain=Grain.MINUTE)
    return found._replace(late=False), end


def part_of_day(r: Words, i: int) -> tuple[Part, int, int] | None:
    """A part of a day by its distance: "this evening", "late last night"; days from today."""
    edge = _EDGES.get(r.t[i], "")
    at = i + 1 if edge else i
    at = at + 1 if edge and r.t[at] == "in" else at
    if edge and r.t[at] in ("tonight", "tonite"):
        return Part("tonight", edge), 0, at + 1
    away = {"this": 0, "next": 1, "last": -1}.get(r.t[at])
    if away is None:
        return None
    found = _named_part(r, at + 1)
    half = r.t[at + 1] in ("am", "pm") and not r.whole
    if found is None or found[0].name in MEALS or half or r.t[at + 1] == "eve":
        return None
    named, end = found
    return (named._replace(edge=edge) if edge else named), away, end


def part(r: Words, i: int) -> tuple[Part, int] | None:
    """A part of the day: "morning", "early-afternoon", "the early hours of the morning"."""
    if r.t[i] == "the":
        i += 1
    if r.t[i] in ("all", "whole", "entire") and r.t[i + 1] in ("morning", "afternoon", "evening"):
        i += 1
    if r.t[i] in ("wee", "early", "small") and r.phrase(i + 1, "hours"):
        of_morning = r.phrase(i + 2, "of", "the", "morning")
        return Part("early hours"), i + (5 if of_morning else 2)
    if r.t[i] in _PART_ENDS and r.t[i + 1] == "of":
        return _end_of_part(r, i)
    if r.t[i] in ("early", "late") and r.phrase(i + 1, "in", "the", "day"):
        whole = Part("late in the day") if r.t[i] == "late" else Part("morning", "early")
        return whole, i + 4
    if r.phrase(i, "first", "thing"):
        tail = r.phrase(i + 2, "in", "the", "morning")
        return Part("first thing"), i + (5 if tail else 2)
    if r.t[i] in ("working", "business", "office", "work") and r.t[i + 1] == "hours":
        return Part("work"), i + 2
    if r.t[i] == "after" and r.t[i + 1] in ("lunch", "work", "school", "dinner", "hours"):
        return Part("after " + r.t[i + 1]), i + 2
    if r.t[i] == "before" and r.t[i + 1] in ("lunch", "work", "school", "dinner"):
        return Part("before " + r.t[i + 1]), i + 2
    return _named_part(r, i)


_PART_ENDS = {
    "start": "early",
    "beginning": "early",
    "middle": "mid",
    "end": "late",
    "rest": "rest",
    "remainder": "rest",
}


def _end_of_part(r: Words, i: int) -> tuple[Part, int] | None:
    """ "The start of the day", "the end of the afternoon", "middle of the morning"."""
    at = i + 3 if r.t[i + 2] in ("the", "my") else i + 2
    if r.t[i] in ("start", "beginning") and r.t[at] in ("day", "business", "work", "workday"):
        return Part("first thing"), at + 1
    name = PARTS.get(r.t[at])
    if name not in ("morning", "afternoon", "evening"):
        return None
    return Part(name, _PART_ENDS[r.t[i]]), at + 1


def _named_part(r: Words, i: int) -> tuple[Part, int] | None:
    edge = ""
    if r.t[i] in _EDGES:
        edge = _EDGES[r.t[i]]
        i += 1
        while r.t[i] in ("-", "in", "the") or r.phrase(i, "at", "night"):
            i += 1
    if r.t[i] in ("am", "pm") and not edge:
        return Part("morning" if r.t[i] == "am" else "afternoon"), i + 1
    name = PARTS.get(r.t[i])
    if name is None or (r.t[i] == "eve" and edge):
        return None
    end = i + 1
    if r.t[end] == "-" and r.t[end + 1] == "time":
        end += 2
    elif r.t[end] == "time" or (r.t[end] == "hour" and name == "lunch"):
        end += 1
    if edge == "mid" and name in ("morning", "afternoon"):
        return Part("mid" + name), end
    return Part(name, edge), end
