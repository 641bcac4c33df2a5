"""Reading a wish for a new event: its title, guests, time, place."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import EVENT, MEETING, T
from bot.llm.offline.people import LIST, MAIL, apart, known, known_as, names_of, with_people
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import (
    BREAK,
    called,
    is_generic,
    place_in,
    with_role,
    without_calendar,
    without_times,
)
from bot.llm.offline.timewords import after_length, lead_words, meaning_of
from bot.llm.offline.titles import title_of
from calendar_core.phrases import Kind

_INVITE = re.compile(
    r"[,.]?\s*(?:and\s+|then\s+)*(?:please\s+)?(?:invite|add|include"
    r"|send (?:an? )?(?:calendar )?(?:invite|invitation)s?(?: out)? "
    rf"to)\s+(?P<who>{LIST})(?=\s|[.,!?{BREAK}]|$)(?:\s+(?:as attendees?|to it|too))?",
    re.I,
)
_SEND_INVITE = re.compile(
    r"^send (?:out )?(?:an? |the )?(?:\w+ )?invit\w*(?: out)?(?: "
    rf"to)?\s+(?P<who>{LIST})\s*(?:for|to|about)?\s*"
    rf"|^send (?P<first>{LIST}) (?:an?|the) (?:calendar |meeting )?invit\w* (?:for|to|about)\s+",
    re.I,
)
_ALL_DAY = re.compile(
    r"\b(?:all[- ]day(?: long)?(?: event| meeting)?|(?:the )?(?:whole|entire|full) day"
    r"|for the day)\b",
    re.I,
)
_ADD_VIDEO = re.compile(
    r",?\s*(?:and )?(?:with|add|include|plus) (?:a |the )?(?:video(?: link| call"
    r"| conference)?|zoom(?: link| call)?|google meet|teams link|meet link"
    r"|conference link)\b",
    re.I,
)
_SHOW_AS = re.compile(
    r"^(?:show|mark|put|set|list|note|make|block) .{0,30}?\b(?:as|to)\b"
    r"|(?:,?\s*\band |[.;!,]\s*(?:and |please |also )*)(?:put|mark|show|set)"
    r" (?:me|it|my (?:status|calendar))(?: as| to)? (?P<late>.+)$",
    re.I,
)
_STATUS = (
    ("out of office", re.compile(r"\b(?:out of (?:the )?office|ooo|away|out of town)\b", re.I)),
    ("busy", re.compile(r"\bbusy|unavailable\b", re.I)),
    ("tentative", re.compile(r"\btentative", re.I)),
    ("free", re.compile(r"\bas (?:free|available)\b", re.I)),
)
_PRIVATE = re.compile(
    r",?\s*\b(?:and )?(?:make|keep|mark) it private\b|\bprivate(?= (?:event|meeting"
    r"|appointment))\s*",
    re.I,
)
_MEETING = re.compile(rf"\b{MEETING}s?\b", re.I)
_MEETS = re.compile(rf"\b(?:an?|the|{MEETING}) (?:\w+ )?{MEETING} with\b|^{MEETING} with\b")
"""A meeting with people, whatever it is about: they are invited."""
_EVENT = re.compile(rf"\b{EVENT}\b", re.I)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMt)(?<!\bSt)[.!?]\s+|[.!?]$|;\s*"
    r"|,\s+(?:so |please |and )*(?=(?:schedule|add|create|book|set up|put|make)"
    rf"(?: \w|\s*{BREAK}))"
    r"|\s+and\s+(?=(?:schedule|add|create|book|set up) (?:a|an|the|my)\b)"
    r"|,\s+(?=(?:it|we|i|they|that)(?:'s|'re|'m|'ll| is| will| are| am)\b)"
    r"|,\s+(?=please (?:add|put|save)\b)",
    re.I,
)


_INVITE_THEM = re.compile(
    r",?\s*(?:and )?(?:please )?invite (?:him|her|them|both)(?: too| as well)?\s*$", re.I
)
"""Those who were named already."""
_AND_REMIND = re.compile(
    r"[,.;]?\s*\b(?:and |then |also |please )+(?:remind|notify|alert|ping|warn) (?:me|us|everyone)"
    rf"(?=\s*{T})",
    re.I,
)
"""What leads to a reminder of the event, which the times tell."""
_AT_SIGN = re.compile(r"(?<![^\s(])@(?=\w)")


def read_create(s: Sentence, setting: Setting) -> Frame:
    """The event that somebody wants, or the question that is still open."""
    details = read_details(s, setting)
    return as_frame(details, setting)


def as_frame(details: dict[str, Any], setting: Setting) -> Frame:
    """A call of the right tool with these details; a question when one is missing."""
    names = apart([str(name) for name in details.pop("with_people", [])], setting.people)
    wanted = [str(name) for name in details.get("guests", [])]
    title = details.get("title")
    plain = bool(details.pop("meets", False)) or not title or bool(_MEETING.search(str(title)))
    if names and plain and known(names, setting.people):
        wanted = [*wanted, *(n for n in names if n not in wanted)]
        if title and is_generic(str(title).partition(" with ")[0]):
            details.pop("title")
    avoid = details.pop("avoid", [])
    tool = "book_meeting" if wanted else "create_event"
    if wanted:
        details["guests"] = [known_as(name, setting.people) or name for name in wanted]
    if wanted and known(wanted, setting.people) and not _has_hour(details, setting):
        return _slots_for({**details, "avoid": avoid})
    return asking.complete(Frame(tool=tool, arguments=details), setting)


def _has_hour(details: dict[str, Any], setting: Setting) -> bool:
    meaning = meaning_of(str(details["when"]), setting) if details.get("when") else None
    if details.get("all_day") or (details.get("when") and meaning is None):
        return True
    return meaning is not None and meaning.time_said and not meaning.vague


def _slots_for(details: dict[str, Any]) -> Frame:
    """A meeting without an hour: slots to choose from come first."""
    known = {name: details.get(name) for name in ("length", "when", "avoid")}
    return Frame(tool="find_free_time", arguments=filled(who=details["guests"], **known))


def read_details(s: Sentence, setting: Setting) -> dict[str, Any]:
    """What is said about the new event, as arguments; `with_people` are the names after "with"."""
    marked, with_them = _INVITE_THEM.subn("", s.marked)
    marked, guests = _take_invited(marked)
    marked = _AND_REMIND.sub(f" {BREAK} ", marked)
    status = _status(marked)
    marked = _strip_status(marked)
    marked, video = _ADD_VIDEO.subn(f" {BREAK} ", marked)
    marked, private = _PRIVATE.subn(" ", marked)
    all_day = bool(_ALL_DAY.search(s.words(marked)))
    marked = _ALL_DAY.sub(f" {BREAK} ", marked)
    title = called(marked)
    calendar = without_calendar(title.rest, setting.calendars)
    gone = without_times(calendar.rest)
    clauses = [c for c in _SENTENCE_END.split(gone) if c.strip(f" {BREAK}.,!?")]
    place = _first_place(clauses)
    names = _first_people(clauses)
    if with_them and not guests:
        guests = [name.lstrip("@") for name in names]
    words = s.words(title.taken) if title.taken else title_of(clauses, s)
    if re.match(r"^block\b", s.low) and (not words or words.casefold() in ("off", "out")):
        words, status = "Busy", "busy"
    if status and (not words or is_generic(words) or _STATUS_WORDS.search(words)):
        words = status.capitalize()
    when = s.when(_event_times(s))
    often = _OFTEN.search(s.low)
    if words and when and often and (told := _repeated(when, often, s, setting)):
        words = f"{told.partition(' ')[0].capitalize()} {words[:1].lower()}{words[1:]}"
        when = told
    elif words and often and (name := _in_name(when, often, s, setting)):
        words = f"{name} {words[:1].lower()}{words[1:]}"
    length = None if all_day else with_role(s.times, "length")
    if when and not length:
        when, length = _with_hour(when, setting)
    lasting = _LASTING.match(words) if words and when and not length else None
    if lasting and words:
        words = words[lasting.end() :]
        days = f"{when} for {lasting['n']} {lasting['unit']}s"
        when = days if meaning_of(days, setting) else when
    return filled(
        title=_capital(_named(_AT_SIGN.sub("", words), setting)) if words else None,
        when=when,
        length=length,
        all_day=all_day,
        location=s.words(place) if place else None,
        calendar=_calendar(calendar.taken, setting),
        guests=guests,
        with_people=list(names),
        meets=_MEETS.search(s.low) is not None,
        avoid=[t.text for t in s.times if t.role == "not"][:10],
        video=bool(video),
        visibility="private" if private else None,
        show_as=status,
        reminders=[lead_words(t.text) for t in s.times if t.role == "lead"][:5],
    )


def _repeated(when: str, often: re.Match[str], s: Sentence, setting: Setting) -> str | None:
    """ "Weekly call friday at 5pm" as what repeats; none where that is said already."""
    told = meaning_of(when, setting)
    words = s.times[ord(often[1]) - 0xE000].text
    if told is None or told.rule or not _RHYTHM.fullmatch(words):
        return None
    both = f"{words.casefold()} {when}"
    repeated = meaning_of(both, setting)
    return both if repeated is not None and repeated.rule else None


def _in_name(when: str | None, often: re.Match[str], s: Sentence, setting: Setting) -> str | None:
    """ "Annual physical for May 12": a rhythm that is only part of the name."""
    told = meaning_of(when, setting) if when else None
    words = s.times[ord(often[1]) - 0xE000].text
    if told is not None and told.rule:
        return None
    return words.capitalize() if _RHYTHM.fullmatch(words) or words == "annual" else None


def _with_hour(when: str, setting: Setting) -> tuple[str | None, str | None]:
    """ "An hour tomorrow" as day and length; "an hour tomorrow at 3" stays whole."""
    told = meaning_of(when, setting)
    if told is None or told.kind not in (Kind.DAY, Kind.DAYS, Kind.SPAN):
        return when, None
    if told.time_said and not told.vague:
        return when, None
    return after_length(when, setting)


_OFTEN = re.compile(r"([\ue000-\ue0ff]) (?:[^\W\d_]|1(?::1|[- ]?on[- ]?1)\b)")
"""A time in front of a name, as how often an event is would stand there."""
_RHYTHM = re.compile(r"daily|weekly|biweekly|fortnightly|monthly|quarterly|yearly", re.I)
_LASTING = re.compile(
    r"(?P<n>\d{1,2}|two|three|four|five|six|seven|ten)[ -](?P<unit>day|week|night)s? (?=\w)", re.I
)
"""How long it is, in front of its name: "2 day road trip"."""
_STATUS_WORDS = re.compile(
    r"^(?:(?:me|my \w+|as|an?|to|is|be|out|of|the|office|ooo|busy|away|free|unavailable|status"
    r"|showas|town)\s*)+$",
    re.I,
)


def _event_times(s: Sentence) -> tuple[Any, ...]:
    return tuple(t for t in s.times if t.role in ("when", "to"))


def _take_invited(marked: str) -> tuple[str, list[str]]:
    for pattern in (_SEND_INVITE, _INVITE):
        match = pattern.search(marked)
        if match is None or (
            match.start() == 0
            and pattern is _INVITE
            and not match[0].lower().lstrip().startswith("invite")
        ):
            continue
        names = names_of(match["who"] or match.groupdict().get("first") or "")
        if (
            names
            and not all(_EVENT.search(name) for name in names)
            and "calendar" not in " ".join(names).casefold()
        ):
            return marked[: match.start()] + f" {BREAK} " + marked[match.end() :], list(names)
    mails = MAIL.findall(marked)
    return marked, mails[:50]


def _status(marked: str) -> str | None:
    match = _SHOW_AS.search(marked)
    words = marked if match else ""
    if re.match(
        r"^(?:i'?ll be |i will be |i am |i'm |(?:add|create|put|set|schedule|make|enter) (?:me )?"
        r"(?:an? |as )*)?(?:out of (?:the )?office|ooo)\b",
        marked,
        re.I,
    ):
        words = marked
    return next((status for status, pattern in _STATUS if words and pattern.search(words)), None)


def _strip_status(marked: str) -> str:
    match = _SHOW_AS.search(marked)
    late = match["late"] if match else None
    if match is None or not late or not any(p.search(late) for _, p in _STATUS):
        return marked
    return marked[: match.start()]


def _first_place(clauses: list[str]) -> str:
    for clause in clauses:
        place = place_in(clause)
        if place.taken:
            return place.taken
    return ""


def _first_people(clauses: list[str]) -> tuple[str, ...]:
    for clause in clauses:
        _, names = with_people(clause)
        if names:
            return names
    return ()


def _named(words: str, setting: Setting) -> str:
    """Known people's names written as they write them."""
    for person in setting.people:
        first = person.split()[0]
        words = re.sub(rf"\b{re.escape(first.lower())}\b", first, words)
    return words


def _capital(words: str) -> str:
    first = words.partition(" ")[0]
    start = first.upper() if first.casefold() in _LETTERS else first[:1].upper() + first[1:]
    return (start + words[len(first) :])[:200]


_LETTERS = frozenset({"wfh", "pto", "ooo", "bbq", "hr", "q1", "q2", "q3", "q4"})


def _calendar(name: str, setting: Setting) -> str | None:
    wanted = name.strip().casefold()
    known = next((c for c in setting.calendars if wanted and wanted in c.casefold()), None)
    # A channel's is none of one's own: which one is meant, and whether here, the tool knows.
    return known or (wanted if wanted.startswith("#") or wanted in ("team", "channel") else None)
