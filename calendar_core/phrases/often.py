"""How often, said otherwise than by "every": "twice a week", "the next 4 Mondays".

Words that say how often but not when are read too, so that the question can be asked that is open.
"""

from calendar_core.phrases.lengths import length
from calendar_core.phrases.lexicon import PLURAL_WEEKDAYS, UNITS
from calendar_core.phrases.month_days import CODES, WORKDAYS, codes, weekday_list
from calendar_core.phrases.numbers import cardinal
from calendar_core.phrases.terms import Rule
from calendar_core.phrases.words import Words

Found = tuple[Rule, int]

_OPEN = {
    "day": ("DAILY", 'At which hour? Say one, like "every day at 9".'),
    "week": ("WEEKLY", 'On which days? Say it like "every Tue and Thu at 9".'),
    "fortnight": ("WEEKLY", 'On which days? Say it like "every other Tue and Thu at 9".'),
    "month": ("MONTHLY", 'On which days? Say it like "the 1st and 15th of each month".'),
    "quarter": ("MONTHLY", 'On which days? Say it like "every 6 weeks".'),
    "year": ("YEARLY", 'On which days? Say it like "every 6 months" or "every year on 1 May".'),
}
_COUNTS = {"twice": 2, "thrice": 3}
_HALF_YEARLY = frozenset(("annually", "annual", "yearly"))
_WHOLE = {
    "semiannually": Rule("MONTHLY", 6),
    "semiannual": Rule("MONTHLY", 6),
    "biannually": Rule("MONTHLY", 6),
    "biannual": Rule("MONTHLY", 6),
    "biennially": Rule("YEARLY", 2),
    "biennial": Rule("YEARLY", 2),
    "semimonthly": Rule("MONTHLY", month_days=(1, 15)),
}
_EXCEPT = frozenset(("except", "excluding", "but", "besides", "without"))
_EXCEPT_PAIRS = frozenset((("other", "than"), ("not", "on"), ("apart", "from")))
_MOST = 60


def often(r: Words, i: int) -> list[Found]:
    """Rules that begin with a count, with "next" or with a rarer adverb."""
    word = r.t[i]
    if word in _WHOLE:
        return [(_WHOLE[word], i + 1)]
    if word in ("semi", "half") and r.t[i + 1] in _HALF_YEARLY:
        return [(Rule("MONTHLY", 6), i + 2)]
    if word == "semi" and r.t[i + 1] == "monthly":
        return [(Rule("MONTHLY", month_days=(1, 15)), i + 2)]
    if word in ("alternate", "alternating"):
        return _alternate(r, i + 1)
    return [*_times_a_unit(r, i), *_next_weekdays(r, i + 1 if word == "the" else i)]


def vaguely(r: Words, i: int) -> list[Found]:
    """Behind "every": "few days", "couple of weeks or so" that name no number."""
    unit = UNITS.get(r.t[i + 1])
    if r.t[i] not in ("few", "several") or unit is None:
        return []
    asks = f'Every how many? Say it like "every 3 {unit}s".'
    return [(Rule("DAILY", asks=asks), i + 2)]


def by_the_clock(r: Words, i: int) -> list[Found]:
    """Behind "every": "half hour", "quarter of an hour", "hour and a half"."""
    found = length(r, i)
    if found is None or not found[0].is_hours or found[0].days or found[0].months:
        return []
    minutes, rest = divmod(found[0].seconds, 60)
    whole = minutes % 60 == 0 or rest
    return [] if whole or not minutes else [(Rule("MINUTELY", minutes), found[1])]


def _alternate(r: Words, i: int) -> list[Found]:
    listed = weekday_list(r, i)
    return [(Rule("WEEKLY", 2, codes(listed[0])), listed[1])] if listed and listed[2] else []


def _times_a_unit(r: Words, i: int) -> list[Found]:
    """ "Twice a week", "3 times per month": it says how often and leaves open when."""
    if r.t[i] in _COUNTS:
        count, end = _COUNTS[r.t[i]], i + 1
    elif r.v[i] > 1 and r.t[i + 1] == "days" and r.t[i + 2] in ("a", "per", "each", "every"):
        count, end = r.v[i], i + 2
    else:
        number = cardinal(r, i)
        if number is None:
            return []
        count, end = number
        glued_x = r.t[end] == "x" and (r.glued[end] or r.whole)
        if not (r.t[end] == "times" or glued_x):
            return []
        end += 1
    if r.t[end] in ("daily", "weekly", "monthly", "yearly"):
        unit, stop = {"daily": "day"}.get(r.t[end], r.t[end].removesuffix("ly")), end + 1
    elif r.t[end] in ("a", "an", "per", "every", "each", "in"):
        at = end + 2 if r.t[end] == "in" and r.t[end + 1] in ("a", "the") else end + 1
        unit, stop = UNITS.get(r.t[at], ""), at + 1
    else:
        return []
    if unit not in _OPEN or count < 2 or r.t[stop] in ("ago", "later", "from"):
        return []
    freq, asks = _OPEN[unit]
    return [(Rule(freq, asks=asks), stop)]


def _next_weekdays(r: Words, i: int) -> list[Found]:
    """ "The next 4 Mondays": a series of so many."""
    if r.t[i] not in ("next", "coming", "following", "upcoming"):
        return []
    number = cardinal(r, i + 1)
    if number is None or not 1 < number[0] <= _MOST:
        return []
    count, end = number
    if r.t[end] in ("weekdays", "workdays"):
        return [(Rule("WEEKLY", days=WORKDAYS, times=count), end + 1)]
    listed = weekday_list(r, end)
    if listed is None or not listed[2] or r.t[end] not in PLURAL_WEEKDAYS:
        return []
    days, stop, _ = listed
    return [(Rule("WEEKLY", days=codes(days), times=count * len(days)), stop)]


def without(r: Words, rule: Rule, end: int) -> list[Found]:
    """A rule of weekdays with some of them left out: "daily except weekends"."""
    if rule.interval != 1 or rule.freq not in ("DAILY", "WEEKLY") or rule.asks:
        return []
    if rule.freq == "WEEKLY" and not rule.days:
        return []
    at = end
    if r.t[at] in _EXCEPT:
        at += 2 if r.t[at + 1] in ("for", "not", "on") else 1
    elif (r.t[at], r.t[at + 1]) in _EXCEPT_PAIRS:
        at += 2
    else:
        return []
    while r.t[at] in ("on", "the"):
        at += 1
    if r.t[at] in ("weekends", "weekend"):
        left_out: tuple[str, ...] = CODES[5:]
        stop = at + 1
    else:
        listed = weekday_list(r, at)
        if listed is None:
            return []
        left_out, stop = codes(listed[0]), listed[1]
    days = tuple(day for day in rule.days or CODES if day not in left_out)
    return [(rule._replace(freq="WEEKLY", days=days), stop)] if days else []
