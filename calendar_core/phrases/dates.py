"""Days as words name them: "next Tuesday", "the 3rd of June", "3/4", "end of March".

Each reader looks at one position and gives the terms that may start there, longest first. Which
day a term is, `days` says. Dates in digits are in `numerals`, lengths from somewhere in `offsets`.
"""

from calendar_core.phrases.holidays import FIRST_WORDS, feast
from calendar_core.phrases.lexicon import (
    MONTHS,
    NEAR_DAYS,
    PLURAL_WEEKDAYS,
    SEASONS,
    UNITS,
    WEEKDAYS,
    WHICH,
)
from calendar_core.phrases.month_days import workday_at
from calendar_core.phrases.monthdates import is_bare, month_dates
from calendar_core.phrases.numbers import year_number
from calendar_core.phrases.numerals import numeral_dates
from calendar_core.phrases.offsets import offsets
from calendar_core.phrases.ordinals import closest, counted_terms
from calendar_core.phrases.periods import edges, week_of
from calendar_core.phrases.runs import runs
from calendar_core.phrases.terms import (
    Dated,
    Decade,
    Edge,
    Feast,
    Length,
    Many,
    Near,
    Nth,
    Season,
    Shift,
    Term,
    Unit,
    Weekday,
    WeekdaysOn,
    WeekOf,
)
from calendar_core.phrases.units import STEPS, one_unit, several
from calendar_core.phrases.words import DEEPEST, Words
from calendar_core.phrases.years import years

Found = tuple[Term, int]


def days(r: Words, i: int) -> tuple[Found, ...]:
    """The terms for days and longer that may start at a position, longest first."""
    start = i
    while r.t[i] in ("the", "my", "our"):
        i += 1
    if i > start + 1:
        return ()
    found = [*r.once(_unmarked, i)]
    if i > start:
        found = [*_the_only(r, i), *found]
    found.sort(key=lambda one: -one[1])
    return tuple(found)


def _the_only(r: Words, i: int) -> list[Found]:
    """What only "the" makes a time: "the week", "the 90s"."""
    if r.t[i] in ("week", "month", "year", "quarter", "weekend", "day"):
        return [(Unit(UNITS[r.t[i]], 0), i + 1)]
    if r.t[i] == "fall":
        return _with_year(r, Season("fall"), i + 1)
    whole = r.t[i] in ("whole", "entire", "full") and r.t[i + 1] in ("week", "month", "year")
    if whole:
        return [(Unit(r.t[i + 1], 0), i + 2)]
    i = i + 1 if r.t[i] in ("'", "’") and r.glued[i + 1] else i
    decade = r.v[i] >= 0 and r.t[i + 1] == "s" and r.glued[i + 1] and r.v[i] % 10 == 0
    if decade and (r.v[i] < 100 or 1900 <= r.v[i] < 2200):
        return [(Decade(r.v[i] if r.v[i] > 100 else 1900 + r.v[i]), i + 2)]
    return []


def _unmarked(r: Words, i: int) -> tuple[Found, ...]:
    """Terms without their article."""
    word = r.t[i]
    if not word or r.depth > DEEPEST:
        return ()
    found: list[Found] = []
    if r.v[i] >= 0:
        found += numeral_dates(r, i)
    if word in WEEKDAYS or word in PLURAL_WEEKDAYS:
        found += _weekday(r, i)
    elif word in MONTHS:
        found += month_dates(r, i)
    elif word in NEAR_DAYS:
        found.append((Near(NEAR_DAYS[word]), i + 1))
        if r.t[i + 1] in ("week", "fortnight"):
            later = 7 if r.t[i + 1] == "week" else 14
            found.append((Near(NEAR_DAYS[word] + later), i + 2))
    elif word in ("all", "whole") and (r.t[i + 1] in WHICH or r.phrase(i + 1, "of")):
        found += r.once(days, i + (2 if r.t[i + 1] == "of" else 1))
    elif word == "fall" and year_number(r, i + 1):
        found += _with_year(r, Season(word), i + 1)
    elif word == "day":
        found += _day_after(r, i)
    elif word in ("any", "some", "one") and r.t[i + 1] == "day":
        at = i + 3 if r.t[i + 2] in ("of", "in", "during", "on") else i + 2
        found += [one for one in r.once(days, at) if isinstance(one[0], Unit | Edge | Many)]
    elif word == "so" and r.t[i + 1] == "far":
        found += [(Edge("to date", one), at) for one, at in r.once(days, i + 2) if _is_running(one)]
    elif word == "eve" and r.t[i + 1] == "of":
        day = Length(days=1)
        found += [(Shift(day, -1, term), end) for term, end in r.once(days, i + 2)]
    elif word in WHICH:
        found += _which(r, i)
    elif word in SEASONS and word != "fall":
        found += _with_year(r, Season(word), i + 1)
    elif word == "closest" or (word == "nearest"):
        found += closest(r, i, 1, days)
    if word in FIRST_WORDS:
        name = feast(r, i)
        if name:
            found += _with_year(r, Feast(name[0]), name[1])
            if r.t[name[1]] in ("week", "weekend"):
                found.append((WeekOf(Feast(name[0]), r.t[name[1]]), name[1] + 1))
    found += counted_terms(r, i, days)
    found += runs(r, i, days)
    for term, end in tuple(found):
        if r.t[end] == "weekend" and isinstance(term, Dated) and term.day and term.month:
            found.append((WeekOf(term, "weekend"), end + 1))
    found += edges(r, i, days)
    found += week_of(r, i, days)
    found += offsets(r, i, days)
    found += _named_weeks(r, i)
    found += years(r, i)
    return tuple(found)


def _is_running(term: Term) -> bool:
    return isinstance(term, Unit) and term.n == 0 and term.unit != "day"


def _day_after(r: Words, i: int) -> list[Found]:
    for word, near, sign in (("after", "tomorrow", 2), ("before", "yesterday", -2)):
        if r.t[i + 1] == word and NEAR_DAYS.get(r.t[i + 2]) == NEAR_DAYS[near]:
            return [(Near(sign), i + 3)]
    return []


def _with_year(r: Words, term: Feast | Season, end: int) -> list[Found]:
    """A holiday or season, alone and with the year behind it."""
    at = end + 1 if r.t[end] in ("of", "in", ",") else end
    year = year_number(r, at)
    found: list[Found] = [(term, end)]
    if year:
        found.append((term._replace(year=year[0]), year[1]))
    elif r.t[at] in WHICH and r.t[at + 1] == "year":
        found.append((term._replace(which=WHICH[r.t[at]] + " year"), at + 2))
    return found


def _weekday(r: Words, i: int) -> list[Found]:
    """Terms that begin with a weekday."""
    day = WEEKDAYS.get(r.t[i], PLURAL_WEEKDAYS.get(r.t[i], 0))
    plural = r.t[i] not in WEEKDAYS
    end = i + 1
    if r.t[end] == "." and r.glued[end] and r.t[end + 1] and len(r.t[i]) < 6:
        end += 1
    found: list[Found] = [] if plural else [(Weekday(day), end)]
    if r.phrase(end, "after", "next"):
        found.append((Weekday(day, "after next"), end + 2))
    if r.phrase(end, "before", "last"):
        found.append((WeekdaysOn(-2, day), end + 2))
    if r.t[end] in ("closest", "nearest") and r.t[end + 1] == "to":
        near = [one for one in r.once(days, end + 2) if not isinstance(one[0], Unit)]
        found += [(WeekdaysOn(1, day, term, closest=True), stop) for term, stop in near]
    if r.t[end] in ("week", "fortnight") and not plural:
        found.append((Weekday(day, "in a " + r.t[end]), end + 1))
    if r.t[end] in ("of", "from", "in") and r.t[end + 1] in WHICH and r.t[end + 2] == "week":
        week = Unit("week", STEPS[WHICH[r.t[end + 1]]])
        found.append((Weekday(day, week=week), end + 3))
    if r.t[end] in ("after", "following", "before") and r.t[end + 1] != "next" and not plural:
        beside = -1 if r.t[end] == "before" else 1
        found += [(WeekdaysOn(beside, day, term), stop) for term, stop in r.once(days, end + 1)]
    return found + ([] if plural else _weekday_date(r, day, end))


def _weekday_date(r: Words, day: int, end: int) -> list[Found]:
    """The date behind a weekday: "Friday the 13th", "Tue 5 May", "Monday 21"."""
    found: list[Found] = []
    at = end
    while r.t[at] in (",", "the", "on"):
        at += 1
    listed = at == end
    for term, end in r.once(_unmarked, at) if r.t[at] not in WEEKDAYS else ():
        bare = not isinstance(term, Dated) or term.loose or term.weekday is not None
        if isinstance(term, Dated) and term.day is not None and not bare:
            found.append((term._replace(weekday=day, listed=listed), end))
    number = r.v[at]
    if 12 < number <= 31 and len(r.t[at]) == 2 and is_bare(r, at + 1):
        found.append((Dated(day=number, weekday=day, listed=listed), at + 1))
    return found


def _named_weeks(r: Words, i: int) -> list[Found]:
    """Weeks and months by a noun: "week 12", "the weekend", "month of May"."""
    if r.t[i] == "week":
        return _numbered_week(r, i + 1)
    if r.t[i] == "weekend" and not r.glued[i]:
        return [(Unit("weekend", 0), i + 1)]
    if r.t[i] == "month" and r.t[i + 1] == "of" and r.t[i + 2] in MONTHS:
        return month_dates(r, i + 2)
    if r.t[i] == "all" and r.t[i + 1] in ("week", "weekend", "month", "year"):
        return [(Unit(r.t[i + 1], 0), i + 2)]
    return []


def _numbered_week(r: Words, i: int) -> list[Found]:
    """A week by its number, of the year (ISO 8601) or of a month: "week 12", "week 3 of May"."""
    n = r.v[i]
    if not 1 <= n <= 53 or r.t[i + 1] in (":", "am", "pm"):
        return []
    found: list[Found] = [(Nth(n, "week", Unit("year", 0)), i + 1)]
    at = i + 2 if r.t[i + 1] in ("of", "in") else i + 1
    for term, end in r.once(days, at):
        if isinstance(term, Dated) and term.day is None:
            found.append((Nth(n, "week", term), end))
    return found


def _which(r: Words, i: int) -> list[Found]:
    """Terms that begin with this, next, last and their like."""
    which, at = WHICH[r.t[i]], i + 1
    if which == "this" and WHICH.get(r.t[at]) in ("coming", "past", "next"):
        which, at = WHICH[r.t[at]], at + 1
    word = r.t[at]
    found: list[Found] = []
    if word in WEEKDAYS:
        found += [(Weekday(WEEKDAYS[word], which), at + 1)]
        found += _weekday_date(r, WEEKDAYS[word], _past_commas(r, at + 1))
    elif word in MONTHS:
        for term, end in month_dates(r, at):
            if isinstance(term, Dated) and not term.which and term.year is None:
                found.append((term._replace(which=which), end))
    elif word in ("work", "working", "business", "school") and r.t[at + 1] == "week":
        found.append((Edge("work", Unit("week", STEPS[which])), at + 2))
    elif workday_at(r, at) and which != "this":
        away = -1 if which in ("last", "past") else 1
        found.append((Shift(Length(business_days=1), away), workday_at(r, at)))
    elif word in ("days", "weeks", "months", "years") and which != "this":
        back = which in ("last", "past")
        found.append((Many(UNITS[word], 3, -1 if back else 1), at + 1))
    elif word in UNITS and word not in ("second", "seconds"):
        found += one_unit(r, which, UNITS[word], at + 1)
    elif word in SEASONS or word in ("season", "seasons"):
        found.append((Season(word, which=which), at + 1))
    elif word in FIRST_WORDS and feast(r, at):
        name = feast(r, at)
        found += [(Feast(name[0], which=which), name[1])] if name else []
    elif which == "this" and word in ("date",):
        found.append((Near(0), at + 1))
    return found + several(r, which, at)


def _past_commas(r: Words, at: int) -> int:
    while r.t[at] in (",", "the"):
        at += 1
    return at
