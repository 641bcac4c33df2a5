"""A wish for a change taken apart: the reason before it, the day from which on it holds, and for
how much of a series."""

import re

from bot.llm.model import Setting
from bot.llm.offline.lexicon import RELATION
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.timewords import meaning_of

_WISH = re.compile(
    r"(?<=[.!?;]) (?:so |and |but |please |can you |could you |would you |let'?s )*"
    r"(?=(?:move|change|reschedule|push|postpone|shift|delay|rename|extend|shorten)"
    r" (?!it\b|that\b|this\b|them\b)\w)",
    re.I,
)


def wish_alone(s: Sentence, setting: Setting) -> tuple[Sentence, str | None]:
    """ "Tomorrow is crazy. Move my 10 am to Friday": the wish, and the day said before it."""
    cut = _WISH.search(s.text)
    if cut is None:
        return s, None
    before, wish = s.text[: cut.start()], as_sentence(s.text[cut.end() :], setting)
    reason = as_sentence(before, setting)
    return wish, reason.when(reason.times)


def on_that_day(day: str, hour: object, setting: Setting) -> str | None:
    """The hour on that day; what names a day of its own stays."""
    told = meaning_of(str(hour), setting) if hour else None
    if told is None or told.day_said:
        return str(hour) if hour else day
    bare = re.sub(r"^(?:my|the) ", "", str(hour))
    return next((w for w in (f"{day} {bare}", f"{day} at {bare}") if meaning_of(w, setting)), day)


_SINCE = re.compile(
    r",?\s*\b(?:(?:from|starting(?: from| on)?|since|as of|beginning(?: on| with)?)"
    r" (?P<day>\S+(?: \S+){0,2}?) (?:on|onwards?|forward|and (?:after|later))\b(?! \w+day\b)"
    r"|(?:starting(?: from| on)?|as of|beginning(?: on| with)?|effective(?: from)?)"
    r" (?P<only>(?:next |this )?\w+(?: \d{1,2}(?:st|nd|rd|th)?)?))(?=\W|$),?\s*",
    re.I,
)


def without_since(s: Sentence, setting: Setting) -> tuple[Sentence, str | None]:
    """ "The standup from Friday on": the wish, and the day from which on a series shall change."""
    match = _SINCE.search(s.text)
    day = (match["day"] or match["only"]) if match else None
    if match is None or day is None or not _is_day(day, setting):
        return s, None
    rest = f"{s.text[: match.start()]} {s.text[match.end() :]}".strip()
    return as_sentence(rest, setting), day


def since_day(s: Sentence, setting: Setting) -> str | None:
    """The day from which on a series shall end: "cancel the gym from next week on"."""
    match = _SINCE.search(s.text)
    day = (match["day"] or match["only"]) if match else None
    return day if day and _is_day(day, setting) else None


def _is_day(words: str, setting: Setting) -> bool:
    told = meaning_of(words, setting)
    return told is not None and told.day_said and not told.time_said


_TWO = re.compile(
    r"^(?P<why>[^.;!?]{3,120})[.;!]\s+(?P<wish>(?:(?:so|and|then|please|can you|could you|would you"
    r"|let'?s|i need to|i want to|we need to|we should) )*(?P<verb>[a-z]+(?: up)?)\b.+)$",
    re.I | re.S,
)
_STATEMENT = re.compile(
    r"^(?!(?:i'?m|i am|i'll be|i will be) (?:out|away|off|on|working)\b|(?:i|we) (?:need|want)\b)"
    r"(?P<who>(?:the |my |our )?"
    r"[\w\ue000-\ue0ff'-]+(?: [\w'-]+)??)(?:'s|'re|'m|'ll)? ?(?:is|are|was|am|will|joins?|comes?"
    r"|arrives?|visits?|lands?|returns?|leaves?|has|have|had|wants?|needs?|asked|can'?t|cannot"
    r"|won'?t|gets?|got|looks?|feels?|moved|called|wrote|said|(?<=')[srm]e?) ?\b",
    re.I,
)
_NAME = re.compile(
    r"(?!(?:i|it|this|that|he|she|they|we|you|there|here|today|tomorrow|everything|everyone|my|our"
    r"|the|a|an|no|someone|somebody|nobody|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|next|meeting|event)\b)[^\W\d_]+",
    re.I,
)
_RELATED = re.compile(rf"(?:my|the|our) {RELATION}$", re.I)
_THAT = re.compile(r"^(?:\w+ ){1,3}(?:it|that|this)\b", re.I)
_THEM = re.compile(r"\b(?:her|him|them)\b", re.I)
_MAKING = frozenset(
    {"set up", "schedule", "book", "add", "create", "plan", "put", "arrange", "make", "organize"}
)


def is_statement(words: str) -> bool:
    """Whether a sentence only tells how things are: "Tomorrow is crazy", "Priya joins Monday"."""
    return _STATEMENT.match(words) is not None


def told_with_reason(text: str, setting: Setting) -> str:
    """ "Priya joins Monday. Set up an intro with her at ten" as the wish alone, with the name and
    the day that the sentence before gives it."""
    match = _TWO.match(text)
    if match is None or match["verb"].casefold() not in _MAKING or _THAT.search(match["wish"]):
        return text
    said = _STATEMENT.match(match["why"])
    if said is None:
        return text
    wish = match["wish"].rstrip(" .!")
    if not (_THEM.search(wish) or as_sentence(wish, setting).times):
        return text
    if _NAME.fullmatch(said["who"]) or _RELATED.match(said["who"]):
        wish = _THEM.sub(said["who"], wish)
    reason, told = as_sentence(match["why"], setting), as_sentence(wish, setting)
    day, hour = reason.when(reason.times), told.when(told.times)
    known = meaning_of(hour, setting) if hour else None
    if day is None or (known is not None and known.day_said):
        return wish
    return f"{wish} {day}" if _is_day(day, setting) else wish


_SERIES = (
    (
        "all",
        re.compile(
            r"\b(?:all of them|whole series|entire series|every (?:one|occurrence|instance)"
            r"|all (?:the )?(?:occurrences|instances))\b"
        ),
    ),
    (
        "following",
        re.compile(
            r"\b(?:(?:this|that) and (?:all )?(?:the )?(?:following|future|later)"
            r"|from (?:now|then|here) on|all (?:the )?(?:following|future)|going forward)\b"
        ),
    ),
    (
        "this",
        re.compile(
            r"\b(?:only|just) (?:this|that) (?:one|time|once)\b|\bjust this\b|\bthis once\b"
        ),
    ),
)


def series_scope(low: str) -> str | None:
    """How much of a series is meant, if the words say so."""
    return next((word for word, pattern in _SERIES if pattern.search(low)), None)
