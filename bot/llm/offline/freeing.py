"""Reading a wish for free time: how long, in which range, with whom, and what to leave out."""

import re
from dataclasses import dataclass

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import RELATION, T
from bot.llm.offline.people import LIST, apart, known_as, names_of, seen_people, with_people
from bot.llm.offline.sentence import Sentence, as_sentence, clean
from bot.llm.offline.slots import bare, is_generic, with_role, without_times
from bot.llm.offline.timewords import LENGTH_FIRST, after_length, meaning_of
from calendar_core.phrases import Found, Kind

_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|o'?clock|h)?|noon|lunch(?:time)?|midday)"
)
_NOT = (
    r"(?:[,;]|\s|^)\s*(?:but |and )?(?:not|never|except(?: for)?|excluding|apart from|other than"
    r"|(?:any ?time|any day|whenever) (?:but|except|other than)|avoid(?:ing)?|without|but no"
    r"|but)\s+"
)
_BOUND = re.compile(
    rf"(?:{_NOT})?(?P<side>before|after|earlier than|later than|past|no earlier than"
    rf"|no later than|from)\s+(?P<clock>{_CLOCK})(?P<on>\s+(?:on|onwards?))?"
    r"(?![\w:])(?!\s*(?:-|–|to|till|until)\s*\d)",
    re.I,
)
_MEAL = re.compile(
    rf"{_NOT}(?:on |at |during |over )?(?P<what>(?:the )?(?:lunch(?:time| ?break| hour)?"
    r"|mornings?|afternoons?|evenings?|weekends?))\b",
    re.I,
)
_PARTS = re.compile(
    r"[,;]?\s*(?:\b(?:only|just|preferably|ideally)\s+)?"
    r"(?:\b(?:in|during) the (?P<one>morning|afternoon|evening)s?\b"
    r"|\b(?:in |on |during )?(?:the )?(?P<many>morning|afternoon|evening)s\b)"
    r"(?:\s+(?:only|please|if possible|preferred))?",
    re.I,
)
_ONLY = re.compile(r"\b(?:only|preferably|ideally|if possible)\b", re.I)
_FOR_LENGTH = re.compile(
    r"[\s,]+for (?P<length>(?:at least |about |around )?(?:an?|half|one|two|three|four"
    r"|\d+)\b.{0,20}?"
    r"(?:hours?|hrs?|h|minutes?|mins?|min)\b.{0,20})$",
    re.I,
)
_COUNT = re.compile(
    r"\b(one|two|three|four|five|ten|\d{1,2}) (?:\w+ )?(?:slots|options|times|suggestions"
    r"|possibilities)\b"
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_WHOSE = re.compile(
    r"\b(?:are|is|am|will|can|could|would|does|do|if|when|times?"
    rf"|that)\s+(?P<who>{LIST})(?: and (?:i|me|we))?\s+(?:(?:be|all|both|have|has|is"
    rf"|are)\s+)*(?:free|available"
    r"|busy|booked|meet|do|make|open|work|out|away|off|around|on (?:vacation|leave|holiday|pto)"
    r"|at work|in the office|ooo|wfh|working)\b",
    re.I,
)
_AND_I = re.compile(
    rf"\b(?:where|when|so that|so|for|that|with|between)\s+"
    rf"(?:(?P<who>{LIST}),? and (?:i|me|myself)\b"
    rf"|(?:me|i|myself)(?:,| and) (?P<last>{LIST}))",
    re.I,
)
_TIME_WITH = re.compile(rf"\b(?:for|with|between)\s+(?P<who>{LIST})", re.I)
_SELF = re.compile(
    r"^(?:i|me|we|us|you|it|everyone|everybody|anyone|anybody|anything|something|nobody|someone"
    r"|somebody|there|time|any|my|the|of|free|available"
    r"|myself)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a wish for free time leaves out, and the words that stay."""

    rest: str
    part_of_day: str | None = None
    avoid: tuple[str, ...] = ()


def bounds_of(text: str) -> Bounds:
    """Take "afternoons only, not before 10, any time but lunch" out of a wish."""
    avoid: list[str] = []

    def _bound(match: re.Match[str]) -> str:
        side, refused = match["side"].casefold(), re.match(_NOT, match[0], re.I) is not None
        early = side in ("before", "earlier than", "no later than")
        if side == "from" and not match["on"]:
            return match[0]
        if side.startswith("no "):
            early, refused = side == "no earlier than", True
        avoid.append(f"{'before' if early is refused else 'after'} {match['clock'].strip()}")
        return " "

    def _meal(match: re.Match[str]) -> str:
        what = match["what"].casefold().removeprefix("the ")
        avoid.append("12:00 to 13:00" if what.startswith("lunch") else f"in the {what.rstrip('s')}")
        return " "

    rest = _MEAL.sub(_meal, text)
    rest = _BOUND.sub(_bound, rest)
    part = _PARTS.search(rest)
    rest = _ONLY.sub(" ", _PARTS.sub(" ", rest)) if part else rest
    word = (part["one"] or part["many"]).casefold() if part else None
    return Bounds(rest=" ".join(rest.split()), part_of_day=word, avoid=tuple(avoid[:10]))


_OPENING = r"(?:time|times|slots?|gaps?|windows?|openings?|hours?|date)"
_SEARCH = re.compile(
    r"^(?:(?:i|we) )?(?:find|look for|search for|suggest|propose|get|give|show|offer|need|want"
    r"|would like|is there"
    r"|are there|any|the|what(?:'s| is| are|'re)|when(?:'s| is)|how about finding)?\s*"
    r"(?:me |us )?(?:(?:a|an|some|the|any|another|one|two|three|four|five|\d|next|first"
    r"|earliest|soonest|best|good|free|open|available|suitable|possible|common|mutual)\s+)*"
    rf"(?P<what>{_OPENING})\b(?! (?:is|are|was|does|do|did|it|zone)\b)"
    r"(?! (?:i|we)(?:'m|'re| am| are)? (?:see|meet|talk|seeing|meeting|talking)\b)",
    re.I,
)
_GOOD = re.compile(
    r"\b(?:next|first|earliest|soonest|best|good|free|open|available|suitable|possible|common"
    r"|mutual)\b",
    re.I,
)
_STRETCH = re.compile(
    rf"^(?:(?:i|we)(?:'d like| need| want| would like)?\s+)?(?P<verb>find|look(?: for)?|get|book"
    r"|schedule|set up|arrange|plan|fit|squeeze|put|need|want|reserve|how about finding)?\s*"
    rf"(?:me |us |in |up |down )*(?:some |another )?(?P<length>{T})\s*"
    rf"(?P<next>with\b|for\b|to\b|{T}|this|next|any|some|on|[,.?]|$)",
    re.I,
)


def wants_time(s: Sentence, setting: Setting) -> bool:
    """Whether slots are sought, whatever the verb: "book 45 min with Ana this week"."""
    search = _SEARCH.match(s.low)
    sought = search is not None and bool(_GOOD.search(search[0]) or _SOUGHT.match(s.low))
    stretch = None if sought else _STRETCH.match(s.marked)
    if not sought and (stretch is None or not _is_length(s.times_of(stretch["length"])[0])):
        return False
    if any(t.role == "lead" for t in s.times) or _hour_said(s, setting):
        return False
    if _PURPOSE.match(s.low) and not _is_wide(s, setting):
        return False
    if sought or stretch is None or _SOUGHT.match(s.low):
        return True
    return stretch["next"].casefold() == "with" and _is_wide(s, setting)


_SOUGHT = re.compile(r"^(?:find|look|search|suggest|(?:(?:i|we) )?need (?:some )?time|how about)")
_PURPOSE = re.compile(r"^.{0,40}\bto (?!meet|talk|speak|see|catch|have|go to)")


def _is_length(time: Found) -> bool:
    return time.role == "length" or LENGTH_FIRST.match(time.text) is not None


def _hour_said(s: Sentence, setting: Setting) -> bool:
    """Whether one moment is named, not a range to look in."""
    when = s.when(tuple(t for t in s.times if t.role in ("when", "to")))
    told = meaning_of(when, setting) if when else None
    return told is not None and told.kind is Kind.INSTANT and not told.vague and told.time_said


def _is_wide(s: Sentence, setting: Setting) -> bool:
    """Whether the range has several days, or bounds were set."""
    bounds = bounds_of(s.text)
    if bounds.avoid or bounds.part_of_day or any(t.role == "not" for t in s.times):
        return True
    when = s.when(tuple(t for t in s.times if t.role in ("when", "to")))
    told = meaning_of(when, setting) if when else None
    return told is not None and told.kind is Kind.DAYS


def read_free(s: Sentence, setting: Setting) -> Frame:
    """Free time: whether at a moment, else where."""
    when = _parted(s.when(s.times) or with_role(s.times, "until") or _plain_day(s, setting))[0]
    mine = _MY_PART.match(s.low) if when is None else None
    if mine:
        when = "today" if mine["part"] == "day" else f"this {mine['part']}"
    if when and (_asks_whether(s) or (s.low.startswith("do ") and _hour_said(s, setting))):
        length = with_role(s.times, "length")
        known = filled(when=when, who=who_else(s, setting), length=length)
        return asking.complete(Frame(tool="check_availability", arguments=known), setting)
    return wish_of(s, setting)


def _plain_day(s: Sentence, setting: Setting) -> str | None:
    """ "The fifteenth", which by itself may be anything: here a day is asked about."""
    match = _NTH_DAY.match(s.low)
    return match["day"] if match and meaning_of(match["day"], setting) else None


_MY_PART = re.compile(
    r"^(?:is|will) (?:my|the|our) (?:whole |entire )?(?P<part>morning|afternoon|evening|day)\b"
)
_NTH_DAY = re.compile(r"^(?:is|am i .{2,12} on) (?P<day>the [\w-]+(?: [\w-]+)?) (?:free|open|ok)\b")


def wish_of(s: Sentence, setting: Setting) -> Frame:
    """A search for slots, with all that narrows it."""
    bounds = bounds_of(_NOTHING.sub(" free", s.text))
    s = as_sentence(bounds.rest, setting)
    when, length = _parted(s.when(_whens(s)) or with_role(s.times, "until"))
    if length is None and when is not None:
        when, length = after_length(when, setting)
    length = with_role(s.times, "length") or length
    avoid = [t.text for t in s.times if t.role == "not"]
    when, kept = _bounded(when, bounds.avoid, setting)
    part = bounds.part_of_day or _part_said(s)
    count = _COUNT.search(s.low)
    return Frame(
        tool="find_free_time",
        arguments=filled(
            length=re.sub(r"^(?:for|of|in)\s+", "", length) if length else None,
            when=when,
            who=who_else(s, setting),
            avoid=[*avoid, *kept][:10],
            part_of_day=part,
            count=_how_many(count[1]) if count else None,
        ),
    )


_NOTHING = re.compile(
    r"(?: with)? (?:nothing|no (?:meetings?|events?|plans|appointments?))\b"
    r"(?: (?:at all|going on|on|planned|scheduled|booked|in (?:my|our|the) (?:calendar|diary)))*",
    re.I,
)
"""What "free" is where somebody looks for hours: "nothing on", "no meetings"."""


def _whens(s: Sentence) -> tuple[Found, ...]:
    """The times of the range; a plain length that was taken for a moment is none."""
    return tuple(t for t in s.times if t.role != "length")


def _part_said(s: Sentence) -> str | None:
    part = re.search(r"\b(morning|afternoon|evening)s?\b", re.sub(T, " ", s.low))
    return part[1] if part else None


def _parted(when: str | None) -> tuple[str | None, str | None]:
    """ "Next week for an hour" as its range and its length."""
    match = _FOR_LENGTH.search(when) if when else None
    if when is None or match is None:
        return when, None
    return when[: match.start()], match["length"]


def _bounded(
    when: str | None, avoid: tuple[str, ...], setting: Setting
) -> tuple[str | None, tuple[str, ...]]:
    """A single day takes the bound itself, "tomorrow after 10"; a range leaves it to be avoided."""
    told = meaning_of(when, setting) if when else None
    if told is None or told.kind is not Kind.DAY or len(avoid) != 1:
        return when, avoid
    side, _, clock = avoid[0].partition(" ")
    turned = {"before": "after", "after": "before"}.get(side)
    words = f"{when} {turned} {clock}"
    return (words, ()) if turned and meaning_of(words, setting) else (when, avoid)


def who_else(s: Sentence, setting: Setting) -> list[str]:
    """The others whose time is asked about."""
    _, names = with_people(s.marked)
    found: list[str] = list(names)
    for pattern in (_WHOSE, _TIME_WITH):
        match = pattern.search(s.marked)
        if match and not found:
            names = names_of(match["who"])
            trusted = pattern is _WHOSE or all(known_as(n, setting.people) for n in names)
            found = [n for n in names if trusted and not _SELF.match(n)]
    both = None if found else _AND_I.search(s.marked)
    if both:
        found = [n for n in names_of(both["who"] or both["last"]) if not _SELF.match(n)]
    if not found:
        found = list(seen_people(s.marked)[1])
    relation = None if found else _RELATED.search(s.low)
    if relation:
        found = [relation["who"]]
    found = apart(found, setting.people)
    return [known_as(n, setting.people) or n for n in found if not _SELF.fullmatch(n)]


_RELATED = re.compile(
    rf"\b(?:is|are|when (?:is|are)|does|do|when (?:can|could)) (?P<who>(?:my|our|the) {RELATION})\b"
)


def _how_many(word: str) -> int:
    return max(1, min(20, _NUMBERS.get(word) or int(word)))


_IF_FREE = re.compile(
    r"\b(?:if|whether) (?:(?:i'm|we're|(?:i|we) (?:am|are))|.{1,40} (?:is|are)) .{0,20}?"
    r"\b(?:free|busy|available|booked)\b"
)


def _asks_whether(s: Sentence) -> bool:
    """Whether: "am I free Thursday at 3?"; where: "when am I free", "do I have free time"."""
    if _IF_FREE.search(s.low):
        return True
    if re.match(
        r"^(?:when|what|which|find|show|give|get|suggest|list|look|how|free|available|open"
        r"|book|need|schedule|set up|arrange|plan)\b|^(?:i|we) need\b",
        s.low,
    ):
        return False
    return not re.search(
        r"\bfree time|\bfree slots?|\btime to\b|\btime for\b|\bslots?\b|\bgaps?\b|\bopenings?\b",
        s.low,
    )


_ABOUT = re.compile(r"\b(?:for|to|do)\s+(?:an? |the |my |our |some )?(?P<what>[^,.?]{2,60})", re.I)


def name_of(wish: str, setting: Setting) -> str | None:
    """What shall fill the slot: "gym", "lunch", of "find time for the gym this week"."""
    s = as_sentence(bounds_of(clean(wish)).rest, setting)
    gone = without_times(re.sub(rf"{T}(?=\s(?:\w+ )?(?:call|chat|talk)\b)", " ", s.marked))
    match, _ = with_people(gone)
    words = gone[: match.start()] if match else gone
    about = _ABOUT.search(_OPENER.sub(" for ", words))
    name = bare(about["what"].split("\ue200")[0]) if about else ""
    if not name or is_generic(name) or _SELF.match(name) or names_known(name, setting):
        return None
    return s.words(name)


_OPENER = re.compile(
    r"^\W*(?:when (?:can|could|should|do) (?:i|we) (?:fit|squeeze|have|do|go)(?: in)?|(?:fit"
    r"|squeeze))"
    r"\s(?:\ue200\s*)?(?:an? )?",
    re.I,
)


def names_known(words: str, setting: Setting) -> bool:
    """Whether the words are people's names."""
    return any(known_as(name, setting.people) for name in names_of(words))
