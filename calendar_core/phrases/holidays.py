"""Holidays by name, and the day on which each falls in a year."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

from calendar_core.phrases.words import Words

_DAY = timedelta(days=1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, n: int) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, weekday, n)


def _easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The nth such weekday of a month; negative n counts from its end; may leave the month."""
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    last = after - _DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-n - 1))


_TABLE: dict[str, Callable[[int], date]] = {
    "new year day|new years day|new year|new years": _fixed(1, 1),
    "new year eve|new years eve|nye|silvester": _fixed(12, 31),
    "epiphany|three kings day": _fixed(1, 6),
    "martin luther king day|martin luther king jr day|martin luther king jr . day|mlk day|mlk"
    "|mlk jr . day|mlk jr day": _nth(1, 0, 3),
    "groundhog day|groundhogs day|ground hog day": _fixed(2, 2),
    "super bowl|super bowl sunday|superbowl|superbowl sunday": _nth(2, 6, 2),
    "valentine day|valentines day|valentine|valentines": _fixed(2, 14),
    "president day|presidents day|presidents' day|washington birthday": _nth(2, 0, 3),
    "women day|womens day|international women day|international womens day": _fixed(3, 8),
    "pi day": _fixed(3, 14),
    "ides of march": _fixed(3, 15),
    "st patrick day|st . patrick day|saint patrick day|st patricks day|st . patricks day"
    "|saint patricks day|st paddy day|saint paddy day|patrick day|patricks day": _fixed(3, 17),
    "april fool day|april fools day|april fools|april fool|all fools day|april fools' day": _fixed(
        4, 1
    ),
    "tax day": _fixed(4, 15),
    "earth day": _fixed(4, 22),
    "labour day|may day": _fixed(5, 1),
    "star wars day": _fixed(5, 4),
    "cinco de mayo": _fixed(5, 5),
    "mother day|mothers day|mothers' day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "father day|fathers day|fathers' day": _nth(6, 6, 3),
    "juneteenth|juneteenth day": _fixed(6, 19),
    "independence day|fourth of july|the fourth of july": _fixed(7, 4),
    "canada day": _fixed(7, 1),
    "bastille day": _fixed(7, 14),
    "labor day": _nth(9, 0, 1),
    "columbus day|indigenous people day|indigenous peoples day": _nth(10, 0, 2),
    "halloween|halloween day|hallowe'en|all hallow eve|all hallows eve": _fixed(10, 31),
    "all saints day|all saint day|all saints' day": _fixed(11, 1),
    "all souls day|all soul day": _fixed(11, 2),
    "guy fawkes|guy fawkes day|guy fawkes night|bonfire night": _fixed(11, 5),
    "veteran day|veterans day|veterans' day|armistice day|remembrance day": _fixed(11, 11),
    "thanksgiving|thanksgiving day|turkey day": _nth(11, 3, 4),
    "black friday": lambda year: nth_weekday(year, 11, 3, 4) + _DAY,
    "cyber monday": lambda year: nth_weekday(year, 11, 3, 4) + 4 * _DAY,
    "saint nicholas day|st nicholas day|st . nicholas day|nikolaus": _fixed(12, 6),
    "christmas eve|xmas eve|x-mas eve": _fixed(12, 24),
    "christmas day|christmas|xmas|xmas day|x-mas": _fixed(12, 25),
    "boxing day|saint stephen day|st stephen day": _fixed(12, 26),
    "easter|easter sunday|easter day": _easter(0),
    "easter monday": _easter(1),
    "easter saturday|holy saturday": _easter(-1),
    "good friday": _easter(-2),
    "maundy thursday|holy thursday": _easter(-3),
    "palm sunday": _easter(-7),
    "ash wednesday": _easter(-46),
    "mardi gras|shrove tuesday|fat tuesday|pancake day": _easter(-47),
    "ascension day|ascension": _easter(39),
    "whit sunday|pentecost|pentecost sunday": _easter(49),
    "whit monday|pentecost monday": _easter(50),
    "corpus christi": _easter(60),
    "orthodox easter": lambda year: easter(year, 2),
}

_NAMES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
_DATES: dict[str, Callable[[int], date]] = {}
for _names, _date in _TABLE.items():
    _spellings = _names.split("|")
    _DATES[_spellings[0]] = _date
    for _spelling in _spellings:
        _words = tuple(_spelling.split())
        _NAMES.setdefault(_words[0], []).append((_words, _spellings[0]))
for _entries in _NAMES.values():
    _entries.sort(key=lambda entry: -len(entry[0]))

FIRST_WORDS = frozenset(_NAMES)
"""Words that a holiday's name can begin with."""


def feast(r: Words, i: int) -> tuple[str, int] | None:
    """The holiday whose name stands at a position, by its key, and where the name ends."""
    for words, key in _NAMES.get(r.t[i], ()):
        if r.phrase(i, *words):
            return key, i + len(words)
    return None


def date_of(key: str, year: int) -> date:
    """The day of a holiday in a year."""
    return _DATES[key](year)
