"""Reading who shall come to an event that is there, and who no longer."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import CALENDAR, DELETE, DETERMINER, EVENT, T
from bot.llm.offline.people import LIST, MAIL, known_as, names_of
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import event_words

GUESTS_OF = (
    r"(?:the )?(?:(?:guest|invite|invitation|attendee|participant)s?(?: list)?|list of guests)"
    r" (?:of|for) "
)
_INVITED = re.compile(
    r"^(?:please )?(?:re-?)?(?:invite|add|include|bring|loop in|loop|put|get|have"
    rf"|cc)\s+(?:(?:in|also)\s+)?(?P<who>{LIST})(?:\s+as (?:an? )?(?:optional )?(?:guests?"
    r"|attendees?|participants?|optional))?(?:\s+(?:to|in|into|on|for|along to)\s+"
    rf"(?:{GUESTS_OF})?(?P<event>.+))?\s*$",
    re.I,
)
_TAKE_OFF = re.compile(
    rf"^(?:{DELETE}|take|kick|exclude|uninvite|disinvite|cut|leave)\s+(?P<who>{LIST})\s+"
    rf"(?:(?:off|from|out of)\s+(?:of\s+)?|(?={T}))(?:the (?:guest )?list (?:for|of)\s+)?"
    r"(?P<event>.+)$",
    re.I,
)
_UNINVITE = re.compile(
    rf"\b(?:uninvite|disinvite|remove)\s+(?P<who>{LIST})(?:\s+(?:from|off)\s+(?P<event>.+))?$", re.I
)
_EVENT = re.compile(rf"\b{EVENT}\b", re.I)
_MY_CALENDAR = re.compile(
    rf"^(?:(?:my|the|our) )?(?:(?:\w+ )?{CALENDAR}|(?:shopping|grocery|to-?do|task|bucket) list)\b",
    re.I,
)
_A_THING = re.compile(
    rf"^(?:{DETERMINER}|{T}|all|both|everything|anything|new|only|just|me|us|myself|every|each)"
    r"(?:\b|$)",
    re.I,
)
_GUEST_LIST = re.compile(r"\s*(?:guest|invite|invitation|attendee)s? list$", re.I)


_IT = re.compile(r"(?:it|that|this)(?: one)?(?: too| as well)?", re.I)
_ANEW = re.compile(r"^(?:an?|another|a new) ", re.I)


def _are_people(words: str, setting: Setting) -> bool:
    """Whether the words are mail addresses or people known here, all of them."""
    names = names_of(words)
    return bool(names) and all(MAIL.fullmatch(n) or known_as(n, setting.people) for n in names)


def _may_be_people(words: str) -> bool:
    """Whether the words could be names: short, no event's, without an article."""
    names = names_of(words)
    short = bool(names) and all(len(name.split()) <= 2 for name in names)
    return short and not _EVENT.search(words) and not _A_THING.match(words)


def adds_people(s: Sentence, setting: Setting) -> bool:
    """Whether people are to be added to an event: "put Ana on the 1:1"."""
    match = _INVITED.match(s.marked)
    if match is None or not match["event"] or _MY_CALENDAR.match(match["event"]):
        return False
    if _ANEW.match(match["event"]) and s.times:
        return False
    event = event_words(s, match["event"])
    if not (event.name or event.person or _EVENT.search(match["event"])):
        return _IT.fullmatch(match["event"]) is not None and _are_people(match["who"], setting)
    if _are_people(match["who"], setting):
        return True
    return _may_be_people(match["who"]) and bool(_EVENT.search(match["event"]))


def takes_people_off(s: Sentence, setting: Setting) -> bool:
    """Whether people are to be taken off an event: "remove Bo from planning"."""
    match = _TAKE_OFF.match(s.marked)
    if match is None or _MY_CALENDAR.match(match["event"]) or " with " in match["who"]:
        return False
    if _are_people(match["who"], setting):
        return True
    return _may_be_people(match["who"]) and bool(_EVENT.search(match["event"]))


def opens_meeting(s: Sentence) -> bool:
    """Whether people are invited to something new: "invite Bo to a meeting on Friday at 10"."""
    match = _INVITED.match(s.marked)
    anew = match is not None and match["event"] and _ANEW.match(match["event"])
    return bool(anew) and any(t.role in ("when", "to") for t in s.times)


_ALSO = re.compile(r"^(?:also|too|please) ", re.I)


def read_invite(s: Sentence, setting: Setting) -> Frame:
    """People to add to an existing event."""
    match = _INVITED.search(s.marked)
    who = [_ALSO.sub("", name) for name in names_of(match["who"])] if match else []
    piece = _GUEST_LIST.sub("", match["event"] or "") if match else s.marked
    words = event_words(s, piece)
    known = filled(
        who=[known_as(name, setting.people) or name for name in who],
        event=words.name or (words.person if piece else None),
        event_when=s.when(s.times),
        optional="optional" in s.low,
    )
    return asking.complete(Frame(tool="add_participants", arguments=known), setting)


def taken_off(s: Sentence) -> dict[str, Any] | None:
    """The guests to take off an event, and what points at it."""
    match = _TAKE_OFF.match(s.marked) or _UNINVITE.search(s.marked)
    if match is None or (not match["event"] and "uninvite" not in s.low and "remove" not in s.low):
        return None
    names = list(names_of(match["who"]))
    event = match["event"] or s.marked[: match.start()]
    if not names or _EVENT.search(match["who"]) or _MY_CALENDAR.match(event):
        return None
    piece = event.split(" and add ")[0]
    words = event_words(s, piece)
    when = s.when(s.times_of(piece))
    return {
        "event": words.name,
        "event_person": words.person,
        "event_when": re.sub(r"^from ", "", when) if when else None,
        "remove_guests": names,
    }
