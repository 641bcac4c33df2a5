"""Reading a question: the agenda, an event, free time, figures."""

import re

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, Pointed, filled
from bot.llm.offline.lexicon import T
from bot.llm.offline.people import LIST, known_as, names_of, seen_people, with_people
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import event_words, with_role
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind, Meaning

_POINTED = (
    (
        Pointed.WEATHER,
        r"\b(?:weather|temperature|rain|raining|sunny|forecast|snow|cold|hot"
        r"|whether looking|umbrella)\b",
    ),
    (
        Pointed.ANSWERS,
        r"\b(?:accept|accepted|declin\w+|respon\w+|rsvp\w*|tentativ\w+|coming|bringing"
        r"|attending|confirmed)\b",
    ),
    (Pointed.HOW_MANY, r"\bhow many\b|\bcount\b|\bnumber of\b"),
    (Pointed.HOW_LONG, r"\bhow long (?!until)\b|\bduration\b|\bhow much time\b"),
    (
        Pointed.WHERE,
        r"^(?:and )?(?:where|wher|where's|wheres)\b|\bwhere (?:is|are|am|my|the)\b"
        r"|\b(?:address|location|building|restaurant|venue|which room|what room)\b",
    ),
    (
        Pointed.WHO,
        r"^(?:who|who's|whos|whom|with whom)\b|\bwho (?:is|am|are|will)\b|\b(?:attendees"
        r"|guests|participants)\b",
    ),
    (
        Pointed.WHEN,
        r"^(?:when|whens|when's|at what time|what time|what day|what date|which day"
        r"|how long until)\b|\b(?:when|what time|what day) (?:is|are|am|my|does|do|was|i)\b"
        r"|\bdate of\b",
    ),
)
_POINTS = tuple((pointed, re.compile(pattern)) for pointed, pattern in _POINTED)
_NEXT = re.compile(r"\b(?:next|upcoming|following|coming up next)\b(?! (?:few|two|three|\d))")
_PAST = re.compile(
    r"\b(?:last time|previous|most recent|was my last|did i last|i last)\b|^when (?:was"
    r"|did)\b|\bmy last \w+ with\b"
)
_OUT = re.compile(
    r"\bwho(?:'s| is| are|s)? (?:out|away|off|on vacation|on holiday|absent"
    r"|working from home)\b|\banyone (?:out|away|off)\b"
)
_ONE_EVENT = re.compile(r"\b(?:next|first|1st|coming)\b")


def pointed_at(low: str) -> Pointed | None:
    """The one fact that a question wants."""
    return next((pointed for pointed, pattern in _POINTS if pattern.search(low)), None)


def read_look(s: Sentence, setting: Setting) -> Frame:
    """A question about events: the agenda when none is named, else a search."""
    pointed = pointed_at(s.low)
    when = s.when(s.times) or with_role(s.times, "from", "until", "length")
    if _OUT.search(s.low):
        return Frame(tool="get_schedule", arguments=filled(when=when, person="out"))
    words = event_words(s, s.marked)
    past = bool(_PAST.search(s.low)) and not (when and _is_day(s))
    if words.name is None and words.person is None:
        if (
            _NEXT.search(s.low)
            and not when
            and not re.search(r"\b(?:events|meetings|appointments|upcoming)\b", s.low)
        ):
            return Frame(tool="get_schedule", arguments={"next_only": True}, pointed=pointed)
        if past and not when:
            return Frame(
                tool="search_events", arguments={"past": True, "limit": 1}, pointed=pointed
            )
        return Frame(tool="get_schedule", arguments=filled(when=when), pointed=pointed)
    person = words.person
    if person:
        person = known_as(person, setting.people) or person
    return Frame(
        tool="search_events",
        arguments=filled(query=words.name, person=person, when=when, past=past),
        pointed=pointed,
    )


def _is_day(s: Sentence) -> bool:
    return any(
        isinstance(t.meaning, Meaning)
        and t.meaning.kind in (Kind.DAY, Kind.DAYS, Kind.INSTANT, Kind.SPAN)
        for t in s.times
    )


_PART = re.compile(r"\b(morning|afternoon|evening)s?\b")
_COUNT = re.compile(
    r"\b(one|two|three|four|five|ten|\d{1,2}) (?:\w+ )?(?:slots|options|times|suggestions"
    r"|possibilities)\b"
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_WHOSE = re.compile(
    r"\b(?:are|is|am|will|can|could|would|does|do|if|when|times?"
    rf"|that)\s+(?P<who>{LIST})\s+(?:(?:be|all|both|have|has|is|are)\s+)*(?:free|available"
    r"|busy|booked|meet|open|work)\b",
    re.I,
)
_TIME_WITH = re.compile(rf"\b(?:for|with|between)\s+(?P<who>{LIST})", re.I)
_SELF = re.compile(
    r"^(?:i|me|we|us|you|it|everyone|everybody|anyone|there|time|any|my|the|of|free|available)\b",
    re.I,
)


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
    if not found:
        found = list(seen_people(s.marked)[1])
    return [known_as(n, setting.people) or n for n in found]


_FOR_LENGTH = re.compile(
    r"[\s,]+for (?P<length>(?:at least |about |around )?(?:an?|half|one|two|three|four"
    r"|\d+)\b.{0,20}?"
    r"(?:hours?|hrs?|h|minutes?|mins?|min)\b.{0,20})$",
    re.I,
)


def _parted(when: str | None) -> tuple[str | None, str | None]:
    """ "Next week for an hour" as its range and its length."""
    match = _FOR_LENGTH.search(when) if when else None
    if when is None or match is None:
        return when, None
    return when[: match.start()], match["length"]


def _length_within(when: str | None, setting: Setting) -> str | None:
    """The length in "an hour tomorrow"."""
    told = meaning_of(when, setting) if when else None
    if told is None or told.length is None or told.kind is Kind.LENGTH:
        return None
    minutes = int(told.length.total_seconds() // 60)
    return f"{minutes} minutes" if 0 < minutes < 1440 else None


def read_free(s: Sentence, setting: Setting) -> Frame:
    """Free time: whether at a moment, else where."""
    who = who_else(s, setting)
    avoid = [t.text for t in s.times if t.role == "not"][:10]
    when, length = _parted(s.when(s.times) or with_role(s.times, "until"))
    length = with_role(s.times, "length") or length or _length_within(when, setting)
    if when and _asks_whether(s, when):
        return asking.complete(
            Frame(tool="check_availability", arguments=filled(when=when, who=who, length=length)),
            setting,
        )
    part = _PART.search(re.sub(T, " ", s.low))
    count = _COUNT.search(s.low)
    return Frame(
        tool="find_free_time",
        arguments=filled(
            length=length,
            when=when,
            who=who,
            avoid=avoid,
            part_of_day=part[1] if part else None,
            count=_how_many(count[1]) if count else None,
        ),
    )


def _how_many(word: str) -> int:
    return max(1, min(20, _NUMBERS.get(word) or int(word)))


def _asks_whether(s: Sentence, when: str) -> bool:
    """Whether: "am I free Thursday at 3?"; where: "when am I free", "do I have free time"."""
    if re.match(
        r"^(?:when|what|which|find|show|give|get|suggest|list|look|how|free|available|open)\b",
        s.low,
    ):
        return False
    return not re.search(
        r"\bfree time|\bfree slots?|\btime to\b|\btime for\b|\bslots?\b|\bgaps?\b|\bopenings?\b",
        s.low,
    )


def read_reminders(s: Sentence, setting: Setting) -> Frame:
    """The waiting reminders."""
    return Frame(tool="list_reminders", arguments=filled(when=s.when(s.times)))


def read_figures(s: Sentence, setting: Setting) -> Frame:
    """How time was spent."""
    words = event_words(s, s.marked)
    return Frame(
        tool="analyze_schedule", arguments=filled(when=s.when(s.times), person=words.person)
    )


def read_calendars(s: Sentence, setting: Setting) -> Frame:
    """Which calendars are linked."""
    return Frame(tool="list_calendars")


def read_preferences(s: Sentence, setting: Setting) -> Frame:
    """How the person is served now."""
    return Frame(tool="get_preferences")
