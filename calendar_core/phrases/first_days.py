"""The first day of a rule, found day by day within a bound: a day that never comes costs no time.

The days of a rule are those of RFC 5545 §3.3.10, as far as `rules` makes them.
"""

from datetime import date

from calendar_core.phrases.frame import Refused, month_length, plus, plus_months
from calendar_core.phrases.month_days import CODES
from calendar_core.phrases.terms import Rule

_MONTHS_AHEAD = {"YEARLY": 41 * 12, "MONTHLY": 12 * 12}
"""29 February on a certain weekday comes every 28 or 40 years."""


def first_day(rule: Rule, start: date) -> date:
    """The first day on or after `start` that the rule names; a rule naming none begins there."""
    if not (rule.days or rule.month_days or rule.months):
        return start
    month = start.replace(day=1)
    for _ in range(_MONTHS_AHEAD.get(rule.freq, 24)):
        if not rule.months or month.month in rule.months:
            found = [day for day in _days_in(rule, month) if day >= start]
            if found:
                return found[0]
        month = plus_months(month, 1)
    raise Refused("That day never comes. Which one do you mean?")


def _days_in(rule: Rule, month: date) -> list[date]:
    """The days of a month that the rule names, in order."""
    if not (rule.days or rule.month_days):
        return [month]
    length = month_length(month.year, month.month)
    numbers = sorted({n if n > 0 else length + 1 + n for n in rule.month_days})
    wanted = numbers if rule.month_days else range(1, length + 1)
    days = [month.replace(day=n) for n in wanted if 1 <= n <= length]
    if rule.days:
        days = [day for day in days if _is_named(day, rule.days, length)]
    if not rule.setpos:
        return days
    place = rule.setpos - 1 if rule.setpos > 0 else rule.setpos
    return [days[place]] if -len(days) <= place < len(days) else []


def _is_named(day: date, names: tuple[str, ...], length: int) -> bool:
    """Whether a day is one of the weekdays: "TU", "2TU", "-1TU"."""
    code = CODES[day.weekday()]
    nth, last = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return any(name in (code, f"{nth}{code}", f"{last}{code}") for name in names)


def next_day(rule: Rule, after: date) -> date:
    """The first day of the rule behind a day."""
    return first_day(rule, plus(after, 1))
