"""Days by a counting word or a number: "the 3rd", "first Friday of May", "2 Sundays from now"."""

from collections.abc import Callable

from calendar_core.phrases.lexicon import (
    MONTHS,
    PLURAL_WEEKDAYS,
    UNITS,
    WEEKDAYS,
    WHICH,
)
from calendar_core.phrases.month_days import workday_at
from calendar_core.phrases.monthdates import and_year
from calendar_core.phrases.numbers import cardinal, ordinal
from calendar_core.phrases.terms import (
    Dated,
    Feast,
    InPeriod,
    Many,
    Nth,
    Quarter,
    Season,
    Term,
    Unit,
    WeekdaysOn,
    WeekOf,
)
from calendar_core.phrases.units import STEPS
from calendar_core.phrases.words import Words
from calendar_core.phrases.years import quarter

Found = tuple[Term, int]
Reader = Callable[[Words, int], tuple[Found, ...]]

_BETWEEN_DAYS = frozenset(("-", "to", "until", "till", "through", "and", "or"))
_STEP_WORDS = frozenset(word for word, which in WHICH.items() if which in STEPS)


def counted_terms(r: Words, i: int, days: Reader) -> list[Found]:
    """Terms that begin with a counting word or number."""
    last = r.t[i] == "last"
    nth = (-1, i + 1) if last else ordinal(r, i)
    if r.t[i] in ("former", "latter") and r.t[i + 1] == "half":
        nth = (2 if r.t[i] == "latter" else 1, i + 1)
    if r.t[i] == "penultimate" or r.phrase(i, "last", "but", "one"):
        nth, last = (-2, i + (3 if last else 1)), True
    if nth is None:
        return _number_first(r, i, days)
    n, end = nth
    if not last and (r.phrase(end, "to", "last") or r.phrase(end, "to", "the", "last")):
        n, end = -n, end + (2 if r.t[end + 1] == "last" else 3)
    elif not last and r.t[end] in ("last", "latest"):
        n, end = -n, end + 1
    found = _nth_of(r, n, end, days)
    if not last and 0 < n < 10 and r.t[end] in ("closest", "nearest"):
        found += closest(r, end, n, days)
    if not last and n > 0:
        found += _day_of_month(r, n, end)
    return found


def _nth_of(r: Words, n: int, end: int, days: Reader) -> list[Found]:
    """The nth weekday or unit, with its period: "first friday of october", "last week of july"."""
    word = r.t[end]
    while word in ("full",):
        end += 1
        word = r.t[end]
    if word in WEEKDAYS:
        what: str | int = WEEKDAYS[word]
    elif word in UNITS and UNITS[word] in ("day", "week", "weekend", "month", "quarter"):
        what = UNITS[word]
    elif word == "half":
        what = word
    elif workday_at(r, end):
        what, end = "workday", workday_at(r, end) - 1
    else:
        return []
    end += 1
    found: list[Found] = [] if n == -1 or not isinstance(what, int) else [(Nth(n, what), end)]
    if r.phrase(end, "of", "the", "month"):
        return [(Nth(n, what), end + 3)]
    beside = -abs(n) if r.t[end] == "before" else n
    if isinstance(what, int) and r.t[end] in ("after", "following", "before") and -2 < n < 10:
        found += [(WeekdaysOn(beside, what, term), stop) for term, stop in r.once(days, end + 1)]
    if r.t[end] in ("of", "in"):
        for term, stop in r.once(days, end + 1):
            if isinstance(term, Dated | Unit | Season | Quarter | Feast) and not _is_day(term):
                found.append((Nth(n, what, term), stop))
    return found


def _is_day(term: Term) -> bool:
    if isinstance(term, Dated):
        return term.day is not None
    return isinstance(term, Feast) or (isinstance(term, Unit) and term.unit == "day")


def _day_of_month(r: Words, day: int, end: int) -> list[Found]:
    """Terms for a counted day: "the 3rd", "3rd of june 2027", "the 20th of next month"."""
    if not 1 <= day <= 31:
        return quarter(r, day, end)
    found: list[Found] = [(Dated(day=day), end)]
    if r.t[end] == "day":
        end += 1
    at = end + 1 if r.t[end] in ("of", "in", ",", "-") else end
    if r.t[at] in MONTHS:
        dot = r.t[at + 1] == "." and r.glued[at + 1]
        found += and_year(r, Dated(day=day, month=MONTHS[r.t[at]]), at + (2 if dot else 1))
        return found
    if r.t[at] == "the":
        at += 1
    if r.t[at] == "month":
        found.append((Dated(day=day), at + 1))
    elif day == 1 and r.t[at] == "year" and r.t[at - 1] == "the":
        found.append((Nth(1, "day", Unit("year", 0)), at + 1))
    elif day == 1 and r.t[at] in _STEP_WORDS and r.t[at + 1] == "year" and at > end:
        found.append((Nth(1, "day", Unit("year", STEPS[WHICH[r.t[at]]])), at + 2))
    elif r.t[at] in _STEP_WORDS and r.t[at + 1] == "month":
        found.append((InPeriod(day, Unit("month", STEPS[WHICH[r.t[at]]])), at + 2))
    return found + quarter(r, day, end)


def _number_first(r: Words, i: int, days: Reader) -> list[Found]:
    """Terms that begin with a plain number: "3 march", "2 sundays from now"."""
    number = cardinal(r, i)
    if number is None:
        return []
    n, end = number
    found: list[Found] = []
    at = end
    while r.t[at] in ("of", "-", ".") and at < end + 2:
        at += 1
    if r.t[at] in ("this", "next", "last") and r.t[at + 1] == "month" and 1 <= n <= 31:
        if (r.whole and i == 0) or r.t[i - 1] in _BETWEEN_DAYS:
            found.append((InPeriod(n, Unit("month", STEPS[WHICH[r.t[at]]])), at + 2))
    elif r.t[at] in MONTHS and 1 <= n <= 31:
        dot = r.t[at + 1] == "." and r.glued[at + 1]
        found += and_year(r, Dated(day=n, month=MONTHS[r.t[at]]), at + (2 if dot else 1))
    weekday = PLURAL_WEEKDAYS.get(r.t[end], WEEKDAYS.get(r.t[end]))
    from_now = r.t[end + 1] == "from" and r.t[end + 2] in ("now", "today")
    if weekday is not None and 0 < n < 100 and from_now:
        found.append((WeekdaysOn(n, weekday), end + 3))
    elif UNITS.get(r.t[end]) == "weekend" and 0 < n < 100 and from_now:
        found.append((WeekOf(WeekdaysOn(n, 5), "weekend"), end + 3))
    elif weekday is not None and 0 < n < 100 and r.t[end + 1] in ("ago", "back"):
        found.append((WeekdaysOn(-n, weekday), end + 2))
    elif weekday is not None and 0 < n < 100 and r.t[end + 1] == "hence":
        found.append((WeekdaysOn(n, weekday), end + 2))
    if r.t[end] in WHICH and WHICH[r.t[end]] == "coming" and r.t[end + 1] in UNITS:
        found.append((Many(UNITS[r.t[end + 1]], n, 1, distant=True), end + 2))
    return found


def closest(r: Words, i: int, n: int, days: Reader) -> list[Found]:
    """The weekday closest to a day: "the closest monday to 5 may"."""
    day = WEEKDAYS.get(r.t[i + 1])
    if day is None or r.t[i + 2] != "to":
        return []
    return [(WeekdaysOn(n, day, term, closest=True), end) for term, end in r.once(days, i + 3)]
