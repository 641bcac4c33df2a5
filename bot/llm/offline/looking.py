"""Reading a question: the agenda, an event, figures. Free time is `freeing`."""

import re
from dataclasses import replace
from datetime import datetime

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Pointed, filled
from bot.llm.offline.lexicon import CALENDAR, CLASH, T
from bot.llm.offline.people import known_as
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import EventWords, event_words, known_calendar, with_role
from bot.llm.offline.timewords import meaning_of, without_preposition
from calendar_core.phrases import Kind, Meaning

_THING = r"(?:meeting|event|appointment|thing|call|one)"
_POINTED = (
    (Pointed.CLASHES, CLASH),
    (Pointed.LONGEST, r"\b(?:longest|biggest)\b"),
    (Pointed.SHORTEST, r"\bshortest\b"),
    (
        Pointed.WHEN,
        r"\bbefore or after\b|\bhow (?:many|long|much) .{0,20}\b(?:until|till|before)\b",
    ),
    (Pointed.WHEN, r"^how long ago\b|^how long (?:is|has) it(?: been)? since\b"),
    (
        Pointed.FIRST,
        rf"\bfirst {_THING}\b|\b(?:earliest|soonest)\b|\bwhen (?:do|does) (?:i|my day) start\b",
    ),
    (
        Pointed.LAST,
        rf"\b(?:last|final|latest) {_THING} (?:(?:that )?(?:i|we)(?: have| have got|'ve got) "
        rf"|(?:on|in) (?:my|the|our) {CALENDAR} )?(?:on |for )?(?:today|tomorrow|[\ue000-\ue0ff])"
        r"|\bwhen (?:am|will) i (?:be )?(?:done|finished|through)\b|\bwhen does my day end\b"
        r"|\bwhen (?:do|can|will|am) i (?:get |be )?off\b",
    ),
    (
        Pointed.END,
        r"^(?:when|what time|at what time|how late) (?:does|do|is|will|are)\b.{0,60}\b(?:end|ends"
        r"|over|finish|finished|done|through|go till|go until)\b",
    ),
    (
        Pointed.WEATHER,
        r"\b(?:weather|temperature|rain|raining|sunny|forecast|snow|cold|hot"
        r"|whether looking|umbrella)\b",
    ),
    (
        Pointed.ANSWERS,
        r"\b(?:accept|accepted|declin\w+|respon\w+|rsvp\w*|tentativ\w+|coming(?! up)|bringing"
        r"|attending|confirmed)\b|^(?:did|has|have|what did) .*\b(?:answer(?:ed)?|say|reply)\W*$",
    ),
    (Pointed.HOW_MANY, r"\bhow many\b|\bcount\b|\bnumber of\b"),
    (Pointed.HOW_LONG, r"\bhow long\b|\bduration\b|\bhow much time\b"),
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
    (
        Pointed.WHETHER,
        r"^(?:is|are|was|were|isn't|do i have|have i got) (?:the|my|our|there|a|an|any)\b"
        r"(?!.*\b(?:free|busy|available)\b)",
    ),
)
_POINTS = tuple((pointed, re.compile(pattern)) for pointed, pattern in _POINTED)
_NEXT = re.compile(r"\b(?:next|upcoming|following|coming up next)\b(?! (?:few|two|three|\d))")
_PAST = re.compile(
    r"\b(?:last time|previous|most recent|was my last|did (?:i|we) last|(?:i|we) last)\b"
    r"|^when (?:was"
    r"|did)\b|\bmy last \w+ with\b"
)
_OUT = re.compile(
    r"\bwho(?:'s| is| are|s)? (?:out|away|off|on vacation|on holiday|absent"
    r"|working from home)\b|\banyone (?:out|away|off)\b"
)
_OWN_DAY = re.compile(r"\bwhen (?:do|does|can|will|am|is) (?:i|my day)\b")
_ONE_EVENT = re.compile(r"\b(?:next|first|1st|coming)\b")


def pointed_in(s: Sentence) -> Pointed | None:
    """The one fact that a question wants; "on Tuesday or Wednesday" wants the day."""
    return Pointed.WHEN if _is_either(s) else pointed_at(s.low)


_EITHER = re.compile(r"\b(?:before or after|after or before)\b", re.I)
_WHETHER = re.compile(r"(?:is|are|was|were|does|do|did|will)\b")


def _is_either(s: Sentence) -> bool:
    """Whether one of two times is asked for, of an event that has one of them or another."""
    either = _EITHER.search(s.text) or any(re.search(r"\bor\b", t.text) for t in s.times)
    return bool(either) and _WHETHER.match(s.low) is not None


def pointed_at(low: str) -> Pointed | None:
    """The one fact that the words of a question want; who is away is a list of its own."""
    if _OUT.search(low):
        return None
    return next((pointed for pointed, pattern in _POINTS if pattern.search(low)), None)


_CALENDAR = re.compile(
    rf"(?<!\w)(?:(?:my|the|our|this|in|on|from) )*(?P<name>#?[\w-]+)(?:'s)? {CALENDAR}\b", re.I
)
_TEAM = re.compile(
    r"\bfor (?:the |our |this )?(?:whole )?(?P<name>team|channel|group)\b"
    r"|\b(?:the )?(?P<owner>team|channel|group)(?:'s| is| are| has) (?:doing|got|up to|on|having"
    r"|week"
    r"|day|schedule|plans?)\b"
)
_SHARED = frozenset({"team", "channel", "group", "shared"})
_NEXT_ONE = re.compile(
    r"^(?:(?:my|the|our|what'?s|what is|show me|when'?s|when is) )*next(?: up)?"
    r"(?: (?:meeting|event|appointment|call|thing|one))?$"
)
_PART = re.compile(r"\b(?:my|the) (?P<part>morning|afternoon|evening|night|day)\b")
_LEFT = re.compile(r"\b(?:left|remaining|the rest|rest of|still (?:on|to come|coming))\b")


def calendar_in(s: Sentence, setting: Setting) -> str | None:
    """The calendar whose events are asked about: the channel's, or one of the person's by name."""
    team = _TEAM.search(s.low)
    if team:
        return "team"
    known = known_calendar(s.marked, setting.calendars)
    if known is not None:
        wanted = " ".join(known["name"].split()).casefold()
        return next(one for one in setting.calendars if " ".join(one.split()).casefold() == wanted)
    match = _CALENDAR.search(s.marked)
    name = match["name"].casefold().lstrip("#") if match else ""
    if name in _SHARED:
        return "team"
    if match and match["name"].startswith("#"):
        return match["name"]
    return next(
        (one for one in setting.calendars if name and name == one.casefold().lstrip("#")), None
    )


def _when(s: Sentence) -> str | None:
    """Where to look; "my afternoon" and "left today" are today's."""
    when = s.when(s.times) or with_role(s.times, "from", "until", "length")
    when = (
        re.sub(r"^about ", "", when) if when and s.low.startswith(("how", "what", "and")) else when
    )
    if _LEFT.search(s.low) and when in (None, "today", "this week", "for today"):
        return "the rest of the week" if when == "this week" else "the rest of today"
    part = None if when else _PART.search(s.low)
    if part:
        return "today" if part["part"] == "day" else f"this {part['part']}"
    return when


def read_look(s: Sentence, setting: Setting) -> Frame:
    """A question about events: the agenda when none is named, else a search."""
    pointed = pointed_in(s)
    when = without_preposition(_when(s), setting)
    if when and _DONE.match(s.low) and not _PLANNED.search(s.low):
        when = _gone_by(when, setting)
    when = _FROM.sub("", when) if when else None
    calendar = calendar_in(s, setting)
    if _OUT.search(s.low):
        return Frame(tool="get_schedule", arguments=filled(when=when, person="out"))
    if calendar:
        coming = None if when else _COMING.search(s.low)
        ahead = "the next 7 days" if coming and coming["many"] else when
        is_next = coming is not None and not coming["many"]
        known = filled(when=ahead, calendar=calendar, next_only=is_next)
        return Frame(tool="get_schedule", arguments=known, pointed=pointed if is_next else None)
    if _NEXT_ONE.match(s.low.strip(" ?")):
        return Frame(tool="get_schedule", arguments={"next_only": True}, pointed=pointed)
    if when is None and _CURRENT.search(s.low):
        when = "now"
    words = event_words(s, _LINK_FOR.sub(" ", s.marked))
    if words.name and when is None and _MONTH.fullmatch(words.name):
        when, words = words.name, EventWords()
    if pointed is Pointed.HOW_MANY and words.name:
        words = replace(words, name=_KIND.sub("", words.name))
    if pointed in (Pointed.FIRST, Pointed.LAST) and not words.person and _OWN_DAY.search(s.low):
        return Frame(tool="get_schedule", arguments=filled(when=when), pointed=pointed)
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
    if _is_either(s):
        when = None
    person = None if words.name and _ONE_OF_TWO.search(s.low) else words.person
    if person:
        person = known_as(person, setting.people) or person
    return Frame(
        tool="search_events",
        arguments=filled(query=words.name, person=person, when=when, past=past),
        pointed=pointed,
    )


_CURRENT = re.compile(
    r"\b(?:current|ongoing|this) (?:meeting|event|call|appointment)\b(?! (?:with|about|on)\b)"
)
_DONE = re.compile(
    r"(?:(?:what|when|where|who|which|how (?:many|often|long)(?: times)?)\b.{0,20}?)?"
    r"\b(?:did|was|were|have (?:i|we) (?:been|met|seen|had))\b"
)


_PLANNED = re.compile(r"\b(?:supposed|meant|moved|changed|pushed|rescheduled|postponed|planned)\b")
"""What was said of a time that may be to come."""
_FROM = re.compile(r"^from (?=(?:last \w+|yesterday|earlier today|this morning)$)", re.I)


def _gone_by(when: str, setting: Setting) -> str:
    """The time as one that is past: "in February" is last February where somebody asks what was."""
    told = meaning_of(when, setting)
    start = told.start if told is not None and not told.rule else None
    day = start.date() if isinstance(start, datetime) else start
    if day is None or day <= setting.now.date():
        return when
    bare = re.sub(r"^(?:on|in|during|this|for) ", "", when, flags=re.I)
    tries = [f"last {bare}", f"{bare} of this month", f"{bare} of last month"]
    for words in (*tries, f"{bare} {setting.now.year}", f"{bare} {setting.now.year - 1}"):
        past = meaning_of(words, setting)
        first = past.start if past is not None else None
        first = first.date() if isinstance(first, datetime) else first
        if first is not None and first <= setting.now.date():
            return words
    return when


_ONE_OF_TWO = re.compile(r"^(?:is|are|was|will)\b.*\bwith \S+(?: \S+)? or \S+")
"""With which of two people an event is: neither narrows the search."""
_LINK_FOR = re.compile(
    r"\b(?:zoom|teams|google meet|meet|webex|video|meeting|call|dial-?in|join) "
    r"(?:links?|urls?|ids?|numbers?|passwords?)\b(?: (?:for|to|of|in))?",
    re.I,
)
_COMING = re.compile(
    r"(?P<many>\bcoming up\b|\bupcoming\b|\bnext (?:few )?(?:events|meetings|things)\b)|\bnext\b"
)
"""What is ahead on one calendar, when no day is named: several events, or the next alone."""
_MONTH = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)",
    re.I,
)
_KIND = re.compile(
    r"(?<=\w)\s(?:classes|sessions|lessons|meetings|appointments|calls|events)$", re.I
)
"""What is counted, after its name: "yoga classes"."""


def _is_day(s: Sentence) -> bool:
    return any(
        isinstance(t.meaning, Meaning)
        and t.meaning.kind in (Kind.DAY, Kind.DAYS, Kind.INSTANT, Kind.SPAN)
        for t in s.times
    )


_INVITED = re.compile(
    r"(?:(?:do|have|did) i (?:have|got|get)|are there|is there|got|what|which|show(?: me)?|list|see"
    r"|check|any|all|my|the|pending|open|new|unanswered|waiting|other|more|\s)*"
    r"\b(?:invitations?|invites?|rsvps?)\b"
    r"(?:\s+(?:do i have|have i(?: got)?|did i get|are|is|there|wait(?:ing)?|pending|open|left"
    rf"|unanswered|for me|i need to answer|to (?:answer|accept)|{T}))*\W*"
)


def read_invited(s: Sentence) -> Frame | None:
    """ "Any invitations?": those that wait for an answer."""
    if not _INVITED.fullmatch(s.low):
        return None
    known = filled(unanswered=True, when=s.when(s.times))
    return Frame(tool="search_events", arguments=known)


def read_reminders(s: Sentence, setting: Setting) -> Frame:
    """The waiting reminders."""
    return Frame(tool="list_reminders", arguments=filled(when=s.when(s.times)))


def read_figures(s: Sentence, setting: Setting) -> Frame:
    """How time was spent."""
    words = event_words(s, s.marked)
    person = None if words.person in ("most", "most often", "often", "least") else words.person
    return Frame(tool="analyze_schedule", arguments=filled(when=s.when(s.times), person=person))


def read_calendars(s: Sentence, setting: Setting) -> Frame:
    """Which calendars are linked."""
    return Frame(tool="list_calendars")


def read_preferences(s: Sentence, setting: Setting) -> Frame:
    """How the person is served now."""
    return Frame(tool="get_preferences")
