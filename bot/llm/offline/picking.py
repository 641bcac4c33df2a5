"""Which of several was meant: "2", "the second one", "the weekly one", "both", "Thursday's"."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.sentence import clean
from bot.llm.offline.timewords import meaning_of, times_in
from calendar_core.phrases import Meaning

Option = Mapping[str, Any]

_ORDINALS = (
    ("first", "1st", "one"),
    ("second", "2nd", "two"),
    ("third", "3rd", "three"),
    ("fourth", "4th", "four"),
    ("fifth", "5th", "five"),
    ("sixth", "6th", "six"),
    ("seventh", "7th", "seven"),
    ("eighth", "8th", "eight"),
    ("ninth", "9th", "nine"),
)
_PLACES = {word: n for n, words in enumerate(_ORDINALS) for word in words}
_ORDINAL = re.compile(
    r"\b(?P<word>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|seventh|eighth|ninth)\b"
    r"(?!\s+(?:of|week|day|month))"
)
_NUMBER = re.compile(
    r"^(?:(?:number|option|slot|no\.?|#|nr\.?|the|book|take|choose|pick|i take|i'll take"
    r"|let's do|do|yes|ok)\s*)*"
    r"(?P<n>[1-9]|one|two|three|four|five|six|seven|eight|nine)"
    r"(?:(?:\s*(?:,|and|&|\+)\s*)(?P<more>[1-9]|one|two|three|four|five|six|seven|eight|nine))?"
    r"(?:\s+(?:please|works|is (?:good|fine|great|perfect)|sounds good|it is|then|for me"
    r"|thanks|would be \w+))*$"
)
_ALL = re.compile(
    r"\b(?:both|all(?: (?:of )?(?:them|those|these|\d|two|three))?|every one|each"
    r"|everything|the lot)\b"
)
_LAST = re.compile(r"\blast\b|\bbottom\b")
_SERIES = re.compile(
    r"\b(?:weekly|recurring|repeating|regular|series|daily|monthly|repeats|biweekly|yearly)\b"
)
_SINGLE = re.compile(
    r"\b(?:one[- ]off|single|one[- ]time|non[- ]recurring|not (?:the )?(?:weekly|recurring"
    r"|repeating|series)"
    r"|that doesn'?t repeat)\b"
)
_LATER = re.compile(r"\b(?:later|latest|latter|furthest)\b")
_EARLIER = re.compile(
    r"\b(?:earlier|earliest|sooner|soonest|former|nearest|next one|any|either|whichever|top)\b"
)
_OTHER = re.compile(r"\bother(?: one)?\b")
_EMPTY = frozenset(
    [
        "the",
        "a",
        "an",
        "one",
        "ones",
        "my",
        "our",
        "that",
        "this",
        "it",
        "please",
        "with",
        "for",
        "i",
        "mean",
        "meant",
        "want",
        "no",
        "yes",
        "on",
        "at",
        "in",
        "is",
        "was",
        "of",
        "to",
        "not",
        "and",
        "or",
        "take",
        "book",
        "choose",
        "pick",
        "do",
        "let's",
        "lets",
        "works",
        "fine",
        "good",
        "great",
        "thanks",
        "i'll",
        "ok",
        "okay",
        "event",
        "meeting",
        "sounds",
        "go",
        "then",
        "him",
        "her",
        "slot",
        "option",
        "number",
    ]
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def pick(
    text: str, options: Sequence[Option], setting: Setting, *, taken: str | None = None
) -> tuple[Option, ...]:
    """The options that the words choose; none when they choose nothing.

    `taken` is the `ref` that was chosen before, for "the other one".
    """
    low = clean(text).casefold().strip(" .!?")
    if not low or not options or len(low) > 120:
        return ()
    for choose in (_by_number, _by_kind):
        chosen = choose(low, options, setting)
        if chosen:
            return chosen
    if _OTHER.search(low) and len(options) == 2 and taken:
        return tuple(o for o in options if o.get("ref") != taken)[:1]
    return _by_time(low, options, setting) or _by_words(low, options)


def _by_number(low: str, options: Sequence[Option], setting: Setting) -> tuple[Option, ...]:
    number = _NUMBER.match(low)
    if number:
        places = [_place(number["n"]), _place(number["more"]) if number["more"] else None]
        return _at(options, [p for p in places if p is not None])
    if _ALL.search(low) and len(low.split()) <= 6 and not re.search(r"\ball day\b", low):
        return tuple(options)
    ordinals = [_PLACES[m["word"]] for m in _ORDINAL.finditer(low)]
    if ordinals and len(low.split()) <= 9:
        return _at(options, ordinals)
    if _LAST.search(low) and len(low.split()) <= 6:
        return (options[-1],)
    return ()


def _place(word: str) -> int:
    return int(word) - 1 if word.isdigit() else _PLACES[word]


def _at(options: Sequence[Option], places: Sequence[int]) -> tuple[Option, ...]:
    return tuple(options[place] for place in dict.fromkeys(places) if place < len(options))


def _by_kind(low: str, options: Sequence[Option], setting: Setting) -> tuple[Option, ...]:
    if len(low.split()) > 8:
        return ()
    repeats = tuple(o for o in options if o.get("repeats"))
    if _SINGLE.search(low):
        return tuple(o for o in options if not o.get("repeats"))[:1]
    if _SERIES.search(low) and repeats:
        return repeats[:1]
    if _LATER.search(low):
        return (max(options, key=lambda o: _start(o, setting) or ""),)
    if _EARLIER.search(low):
        return (min(options, key=lambda o: _start(o, setting) or "~"),)
    return ()


def _start(option: Option, setting: Setting) -> str | None:
    if option.get("start"):
        return str(option["start"])
    meaning = _when(option, setting)
    return meaning.start.isoformat() if meaning and meaning.start else None


def _when(option: Option, setting: Setting) -> Meaning | None:
    return meaning_of(str(option.get("when") or "").removesuffix(", all day"), setting)


def _by_time(low: str, options: Sequence[Option], setting: Setting) -> tuple[Option, ...]:
    low = re.sub(r"\b(?:the )?ones?\b", " ", low)
    found = times_in(low, setting)
    if any(one.role == "not" for one in found):
        return ()
    times = [one.meaning for one in found if isinstance(one.meaning, Meaning)]
    if not times:
        return ()
    chosen = tuple(o for o in options if all(_fits(time, _moment(o, setting)) for time in times))
    return chosen if len(chosen) == 1 else ()


def _moment(option: Option, setting: Setting) -> datetime | date | None:
    start = _start(option, setting)
    if start is None:
        return None
    at = datetime.fromisoformat(start)
    return at if "T" in start else at.date()


def _fits(time: Meaning, at: datetime | date | None) -> bool:
    if at is None or time.start is None:
        return False
    if isinstance(time.start, datetime):
        if not isinstance(at, datetime):
            return False
        same_clock = (time.start.hour % 12, time.start.minute) == (at.hour % 12, at.minute)
        if isinstance(time.end, datetime):
            same_clock = same_clock or time.start.time() <= at.time() < time.end.time()
        return same_clock and (not time.day_said or time.start.date() == at.date())
    day = at.date() if isinstance(at, datetime) else at
    until = time.end if isinstance(time.end, date) else None
    return time.start <= day and (day < until if until else day == time.start)


def _by_words(low: str, options: Sequence[Option]) -> tuple[Option, ...]:
    words = [word.removesuffix("'s") for word in _WORD.findall(low)]
    telling = [word for word in words if word not in _EMPTY]
    if not telling or len(telling) > 8:
        return ()
    scores = [sum(_tells(word, option) for word in telling) for option in options]
    best = max(scores)
    if best < len(telling) or best == 0:
        return ()
    exact = [o for o, score in zip(options, scores, strict=True) if score == best]
    if len(exact) > 1:
        shortest = min(len(str(o.get("title", "")).split()) for o in exact)
        exact = [o for o in exact if len(str(o.get("title", "")).split()) == shortest]
    return (exact[0],) if len(exact) == 1 else ()


def _tells(word: str, option: Option) -> bool:
    """Whether a word stands in an option: a number as a whole, a word by its beginning."""
    told = _WORD.findall(_told(option))
    if len(word) < 3 or not word.isalpha():
        return word in told
    return any(one.startswith(word) for one in told)


def _told(option: Option) -> str:
    return f"{option.get('title', '')} {option.get('when', '')} {option.get('line', '')}".casefold()
