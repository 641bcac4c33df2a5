"""What repeats: "every other Friday", "weekly on Tue and Thu", "the last day of each month".

A rule here has no times and no end; the grammar puts those beside it (RFC 5545 §3.3.10).
"""

from calendar_core.phrases.holidays import date_of, feast
from calendar_core.phrases.lexicon import MONTHS, PARTS, PLURAL_WEEKDAYS, UNITS, WEEKDAYS
from calendar_core.phrases.month_days import (
    CODES,
    WORKDAYS,
    codes,
    month_days,
    plain_days,
    weekday_list,
)
from calendar_core.phrases.numbers import cardinal, ordinal
from calendar_core.phrases.numerals import numeral_dates
from calendar_core.phrases.often import by_the_clock, often, vaguely
from calendar_core.phrases.terms import Dated, Part, Rule
from calendar_core.phrases.times import clocks
from calendar_core.phrases.words import Words

Found = tuple[Rule, int]

_WEEKEND = CODES[5:]
_FREQ = {
    "minute": ("MINUTELY", 1),
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "night": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "year": ("YEARLY", 1),
    "decade": ("YEARLY", 10),
}
_ADVERBS = {
    "hourly": Rule("HOURLY"),
    "daily": Rule("DAILY"),
    "everyday": Rule("DAILY"),
    "nightly": Rule("DAILY", part=Part("night")),
    "weekly": Rule("WEEKLY"),
    "biweekly": Rule("WEEKLY", 2),
    "fortnightly": Rule("WEEKLY", 2),
    "monthly": Rule("MONTHLY"),
    "bimonthly": Rule("MONTHLY", 2),
    "quarterly": Rule("MONTHLY", 3),
    "yearly": Rule("YEARLY"),
    "annually": Rule("YEARLY"),
    "annual": Rule("YEARLY"),
    "weekdays": Rule("WEEKLY", days=WORKDAYS),
    "workdays": Rule("WEEKLY", days=WORKDAYS),
    "weekends": Rule("WEEKLY", days=_WEEKEND),
    "tth": Rule("WEEKLY", days=("TU", "TH")),
    "mwf": Rule("WEEKLY", days=("MO", "WE", "FR")),
}
_EVERY = frozenset(("every", "each", "any"))
_PLURAL_PARTS = frozenset(("mornings", "afternoons", "evenings", "nights"))
_MOST = 1000
_MOVABLE = 'That feast has another date each year. Name one of them, like "Easter 2027".'


def rules(r: Words, i: int) -> tuple[Found, ...]:
    """The rules that may start at a position, longest first."""
    word = r.t[i]
    found: list[Found] = []
    if word == "all" and r.t[i + 1] in PLURAL_WEEKDAYS:
        found += _plurals(r, i + 1)
    elif word == "all" and r.t[i + 1] in ("weekdays", "weekends", "workdays"):
        found += _adverb(r, i + 1)
    elif word in ("every", "each"):
        found += _every(r, i + 1)
    elif word in _ADVERBS:
        found += _adverb(r, i)
    elif word in ("weekday", "weekend") and r.t[i + 1] in _PLURAL_PARTS:
        named = Part(PARTS[r.t[i + 1]])
        found.append((_ADVERBS[word + "s"]._replace(part=named), i + 2))
    elif word == "bi" and r.t[i + 1] in ("weekly", "monthly"):
        found += _with_days(r, Rule("WEEKLY" if r.t[i + 1] == "weekly" else "MONTHLY", 2), i + 2)
    elif word == "once" and r.t[i + 1] in ("daily", "weekly", "monthly", "yearly"):
        found += _adverb(r, i + 1)
    elif word == "once" and (r.t[i + 1] in ("a", "an", "per", "every", "each")):
        found += _every(r, i + 2)
    elif word in WEEKDAYS or word in PLURAL_WEEKDAYS:
        found += _plurals(r, i)
    elif word in ("start", "beginning", "begin", "end"):
        found += _edge_of_each(r, i)
    found += _of_each(r, i + 1 if word in ("the", "on") else i)
    found += often(r, i)
    found.sort(key=lambda one: -one[1])
    return tuple(found)


def _adverb(r: Words, i: int) -> list[Found]:
    rule, end = _ADVERBS[r.t[i]], i + 1
    if rule.days:
        return [(rule, end)]
    return _with_days(r, rule, end)


def _plurals(r: Words, i: int) -> list[Found]:
    """Plural weekdays repeat by themselves: "tuesdays and thursdays", "friday mornings"."""
    listed = weekday_list(r, i)
    if listed is None:
        return []
    days, end, plural = listed
    rule = Rule("WEEKLY", days=codes(days))
    ranged = len(days) > 1 and r.t[i + 1] in ("-", "to", "through", "until")
    if ranged and not plural:
        at = end + 1 if r.t[end] in (",", "at", "from", "between") else end
        usual = r.whole or (rule.days == WORKDAYS and not r.editing)
        return [(rule, end)] if usual and r.once(clocks, at) else []
    if not plural and r.t[i + 1] == "/" and len(days) > 1:
        return [(rule, end)]
    if not plural and len(days) > 2 and not ranged and "or" not in r.t[i:end]:
        at = end + 1 if r.t[end] in (",", "at", "from") else end
        return [(rule, end)] if r.once(clocks, at) and not r.editing else []
    if r.t[end] in _PLURAL_PARTS:
        return [(rule._replace(part=Part(PARTS[r.t[end]])), end + 1)]
    if plural:
        return [(rule, end)]
    if r.t[end] in _EVERY or (r.t[end] == "of" and r.t[end + 1] in _EVERY):
        at = end + 2 if r.t[end] == "of" else end + 1
        return [
            (one._replace(days=rule.days), stop)
            for one, stop in _period(r, at)
            if one.freq == "WEEKLY"
        ]
    return []


def _period(r: Words, i: int) -> list[Found]:
    """A period that repeats: "week", "other month", "3 years", "3rd month"."""
    interval, end = _interval(r, i)
    unit = UNITS.get(r.t[end])
    if unit is None or unit not in _FREQ or not 0 < interval <= _MOST:
        return []
    freq, times = _FREQ[unit]
    return [(Rule(freq, interval * times), end + 1)]


def _interval(r: Words, i: int) -> tuple[int, int]:
    """Every how many: "other" and "second" are every 2nd one."""
    if r.t[i] in ("other", "alternate", "alternating"):
        return 2, i + 1
    if r.t[i] in ("single",):
        return 1, i + 1
    if r.t[i] == "few":
        return 0, i
    if r.t[i] == "couple":
        return 2, i + (2 if r.t[i + 1] == "of" else 1)
    number = ordinal(r, i) or cardinal(r, i)
    if number and r.t[number[1]] != "of":
        return number
    return 1, i


def _every(r: Words, i: int) -> list[Found]:
    """What stands behind "every"."""
    found = _dated(r, i)
    if r.t[i] == "last":
        return found
    interval, end = _interval(r, i)
    found += vaguely(r, i) + by_the_clock(r, i)
    if not 0 < interval <= _MOST:
        return found
    word = r.t[end]
    if word in ("weekday", "weekdays", "workday", "workdays"):
        found.append((Rule("WEEKLY", interval, WORKDAYS), end + 1))
    elif word in ("business", "working", "work", "week") and r.t[end + 1] in ("day", "days"):
        found.append((Rule("WEEKLY", interval, WORKDAYS), end + 2))
    elif word in ("weekend", "weekends"):
        found.append((Rule("WEEKLY", interval, _WEEKEND), end + 1))
    elif word in UNITS and UNITS[word] in _FREQ and word != "seconds":
        found += _every_unit(r, interval, UNITS[word], end + 1)
    elif word in PARTS and word not in ("eve", "lunch", "breakfast", "dinner"):
        found.append((Rule("DAILY", interval, part=Part(PARTS[word])), end + 1))
    listed = weekday_list(r, end)
    if listed:
        found.append((Rule("WEEKLY", interval, codes(listed[0])), listed[1]))
        found += _on_its_date(r, codes(listed[0]), listed[1])
    return found


def _on_its_date(r: Words, days: tuple[str, ...], end: int) -> list[Found]:
    """A weekday with a day of the month: "every Friday the 13th"."""
    at = end + 1 if r.t[end] == "the" else end
    day = ordinal(r, at) if len(days) == 1 else None
    if day is None or not 1 <= day[0] <= 31:
        return []
    return [(Rule("MONTHLY", days=days, month_days=(day[0],)), day[1])]


def _every_unit(r: Words, interval: int, unit: str, end: int) -> list[Found]:
    """A repeating unit and the days that it may name: "3 weeks on mon", "month on the 4th"."""
    freq, times = _FREQ[unit]
    rule = Rule(freq, interval * times, part=Part("night") if unit == "night" else None)
    if unit == "day" and interval == 1 and r.phrase(end, "of", "the", "week"):
        return [(rule, end + 3)]
    return _with_days(r, rule, end)


def _with_days(r: Words, rule: Rule, end: int) -> list[Found]:
    """A rule alone, and with the days named behind it."""
    found: list[Found] = [(rule, end)]
    at = end
    while r.t[at] in ("on", "in", "at", "the", ",", "every") and at < end + 3:
        at += 1
    if rule.freq in ("WEEKLY", "DAILY"):
        listed = weekday_list(r, at)
        if listed:
            found.append((rule._replace(freq="WEEKLY", days=codes(listed[0])), listed[1]))
        elif r.t[at] in ("weekends", "weekend", "weekdays", "workdays"):
            days = _WEEKEND if r.t[at] == "weekend" else _ADVERBS[r.t[at]].days
            found.append((rule._replace(freq="WEEKLY", days=days), at + 1))
    elif rule.freq == "MONTHLY":
        if r.t[at] in ("begin", "beginning", "start", "end"):
            found.append((rule._replace(month_days=(-1 if r.t[at] == "end" else 1,)), at + 1))
        found += [(_joined(rule, one), stop) for one, stop in month_days(r, at)]
    elif rule.freq == "YEARLY":
        for one, stop in _in_year(r, at):
            found.append(
                (rule._replace(days=one.days, month_days=one.month_days, months=one.months), stop)
            )
    return found


def _joined(rule: Rule, days: Rule) -> Rule:
    return rule._replace(days=days.days, month_days=days.month_days, setpos=days.setpos)


def _in_year(r: Words, i: int) -> list[Found]:
    """Days of a year: "december 31st", "the fourth thursday in november", "4/15"."""
    if r.v[i] >= 0:
        found = _from_dates(r, i)
        if found:
            return found
    if r.t[i] in MONTHS:
        return _in_month(r, i)
    name = feast(r, i)
    if name:
        return _feast_rule(*name)
    for rule, end in month_days(r, i):
        at = end + 1 if r.t[end] in ("of", "in") else end
        if r.t[at] in MONTHS:
            return [(rule._replace(freq="YEARLY", months=(MONTHS[r.t[at]],)), at + 1)]
    return []


def _from_dates(r: Words, i: int) -> list[Found]:
    """A date in digits as a day of every year; what can't be the month is the day."""
    found: list[Found] = []
    for term, end in numeral_dates(r, i):
        if isinstance(term, Dated) and term.year is None and term.day and term.month:
            day, month = (term.month, term.day) if term.month > 12 else (term.day, term.month)
            found.append((Rule("YEARLY", months=(month,), month_days=(day,)), end))
    return found


def _in_month(r: Words, i: int) -> list[Found]:
    """A month of every year and its days: "aug 30", "aug on day 20 and 30"."""
    month, end = MONTHS[r.t[i]], i + 1
    at = end
    while r.t[at] in ("on", "the", ".") and at < end + 3:
        at += 1
    found: list[Found] = [(Rule("YEARLY", months=(month,)), end)]
    if r.t[end] in ("and", "&", ",") and r.t[end + 1] in MONTHS:
        found.append((Rule("YEARLY", months=(month, MONTHS[r.t[end + 1]])), end + 2))
    for rule, stop in month_days(r, at) or plain_days(r, at):
        if r.t[stop] not in ("am", "pm", ":"):
            found.append((rule._replace(freq="YEARLY", months=(month,)), stop))
    return found


def _feast_rule(name: str, end: int) -> list[Found]:
    """A holiday that repeats on its date or on its weekday; movable feasts have no rule."""
    dates = [date_of(name, year) for year in range(2020, 2032)]
    one = dates[0]
    if len({(d.month, d.day) for d in dates}) == 1:
        return [(Rule("YEARLY", months=(one.month,), month_days=(one.day,)), end)]
    if len({(d.month, d.weekday()) for d in dates}) > 1:
        return [(Rule("YEARLY", asks=_MOVABLE), end)]
    places = {(d.day - 1) // 7 + 1 for d in dates}
    n = places.pop() if len(places) == 1 else -1
    return [(Rule("YEARLY", months=(one.month,), days=(f"{n}{CODES[one.weekday()]}",)), end)]


def _dated(r: Words, i: int) -> list[Found]:
    """ "Every" with a date: "every 4th of the month", "every last friday", "every aug 30"."""
    found = list(_in_year(r, i))
    for rule, end in month_days(r, i):
        at = end + 1 if r.t[end] in ("of", "in") else end
        if r.t[at] == "the" and r.t[at + 1] in ("month", "quarter"):
            interval = 3 if r.t[at + 1] == "quarter" else 1
            found.append((rule._replace(interval=interval), at + 2))
        elif r.t[at] in _EVERY:
            found += [
                (one._replace(days=rule.days, month_days=rule.month_days), stop)
                for one, stop in _period(r, at + 1)
                if one.freq == "MONTHLY"
            ]
        elif (rule.days and rule.days[0][0] in "-1") or (
            rule.month_days and r.v[end - 2] > 0 and r.t[end] not in UNITS
        ):
            found.append((rule, end))
    return found


def _of_each(r: Words, i: int) -> list[Found]:
    """Days of every month: "the 4th of every 3 months", "first friday of each month", "monthly"."""
    word = r.t[i]
    if word != "last" and r.v[i] < 0 and ordinal(r, i) is None:
        return []
    found: list[Found] = []
    for rule, end in month_days(r, i):
        at = end + 1 if r.t[end] in ("of", "in", "on") else end
        if r.t[at] in ("every", "each"):
            for one, stop in _period(r, at + 1):
                if one.freq == "MONTHLY":
                    found.append((_joined(one, rule), stop))
            for one, stop in _in_month(r, at + 1) if r.t[at + 1] in MONTHS else ():
                if not one.month_days:
                    found.append((_joined(one, rule), stop))
        elif r.t[at] == "monthly":
            found.append((rule, at + 1))
        elif len({day[:-2] for day in rule.days}) > 1:
            found.append((rule, at + 2 if r.phrase(at, "the", "month") else end))
        elif (
            r.phrase(at, "the", "month")
            and rule.days
            and weekday_list(r, end - 1)
            and (r.t[end - 1] in PLURAL_WEEKDAYS)
        ):
            found.append((rule, at + 2))
    return found


def _edge_of_each(r: Words, i: int) -> list[Found]:
    """ "Beginning of each month", "end of every quarter"."""
    if r.t[i + 1] != "of" or r.t[i + 2] not in ("every", "each"):
        return []
    found: list[Found] = []
    for rule, end in _period(r, i + 3):
        day = -1 if r.t[i] == "end" else 1
        if rule.freq == "MONTHLY":
            found.append((rule._replace(month_days=(day,)), end))
        elif rule.freq == "YEARLY":
            months, last = ((12,), 31) if day < 0 else ((1,), 1)
            found.append((rule._replace(months=months, month_days=(last,)), end))
    return found


def merged(one: Rule, other: Rule) -> Rule | None:
    """Two rules said of one series: "weekly at 9 on Mondays", "Mondays at 9 every other week"."""
    if one.freq != "WEEKLY" or other.freq != "WEEKLY" or one.asks or other.asks:
        return None
    if not one.days and other.interval == 1:
        return one._replace(days=other.days)
    return one._replace(interval=other.interval) if one.interval == 1 and not other.days else None


def times_count(r: Words, i: int) -> tuple[int, int] | None:
    """How often at all: "6 times", "for 10 occurrences", "up to 7x", "twice"."""
    while r.t[i] in ("for", "up", "to", "the", "next", "a", "total", "of", "only", ","):
        i += 1
    fixed = {"once": 1, "twice": 2, "thrice": 3}
    if r.t[i] in fixed:
        return (fixed[r.t[i]], i + 1) if r.t[i + 1] not in ("a", "an", "per", "every") else None
    number = cardinal(r, i)
    if number is None or not 0 < number[0] <= 10000:
        return None
    count, end = number
    if r.t[end] in ("times", "time", "occurrences", "occurrence", "sessions", "repetitions"):
        return count, end + 1
    return (count, end + 1) if r.t[end] == "x" and r.glued[end] else None
