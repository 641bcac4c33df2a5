"""Completing a request by the answer to the question that was asked."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.amending import amendment
from bot.llm.offline.changing import MUCH_LONGER, MUCH_SHORTER, read_update
from bot.llm.offline.channel_wishes import TOOL as OF_CHANNEL
from bot.llm.offline.channel_wishes import answered as answered_for_channel
from bot.llm.offline.creating import as_frame, read_details
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.people import LIST, known_as, names_of
from bot.llm.offline.people import known as known_people
from bot.llm.offline.preferring import answered, read_prefer
from bot.llm.offline.reading import read_one
from bot.llm.offline.retiming import retimed
from bot.llm.offline.sentence import Sentence, as_sentence, clean
from bot.llm.offline.slots import bare, event_words, is_generic, trimmed, without_times
from bot.llm.offline.timewords import lead_words, meaning_of
from bot.transcript import AssistantSaid
from calendar_core.phrases import Kind

Known = dict[str, Any]

_COMMAND = re.compile(
    r"^(?:please )?(?:(?:can|could|would) you )?(?:show|what|what's|whats|when|who|where"
    r"|list|cancel|delete|remove|remind (?:me|us|everyone)|find|am i|do i|is there|create|invite"
    r"|search|how|free time|set up|set a|clear|accept|decline|rename|undo"
    r"|(?:move|reschedule|push|change|book|schedule|add|put|plan|extend|shorten|update|postpone"
    r"|delay|make|set|skip)(?! (?:it|that|this|them|to|for|at|on|me|by|until|till|from|in)\b)"
    r"|(?:is|are) [^,.?]{2,40} (?:free|available|busy))\b",
    re.I,
)
_ALL_DAY = re.compile(
    r"\b(?:all[- ]day|whole day|entire day|no (?:time|hour)|without (?:a )?time)\b", re.I
)
_EVERYTHING = re.compile(
    r"^(?:everything|all(?: of (?:it|them))?|the (?:whole|entire) (?:calendar|thing)|yes.*)\W*$",
    re.I,
)
_NAMING = re.compile(
    r"^(?:(?:it'?s|it is|call it|name it|title it|named|called|the title is|make it|just"
    r"|i think|let'?s call it|let'?s say)\s+)+(?:an? |the )?(?=\S)",
    re.I,
)


def is_new_request(text: str) -> bool:
    """Whether words after a question start something else instead of answering."""
    return bool(_COMMAND.match(clean(text)))


_PLAIN = re.compile(r"^\W*(?:yes|no|ok|okay|sure|yep|nope|yeah|thanks?|thank you)\W*$", re.I)
_MAKES = ("create_event", "book_meeting")
_OWN = ("set_preferences", "get_preferences", "cancel_reminder", "list_reminders")


def stands_alone(asked: AssistantSaid, text: str, setting: Setting) -> bool:
    """Whether words after a question are a whole request with a subject and a time of their own.

    "Monday", "the 16th", "at 5 at the gym" answer; "call mum at 2:30 on March 29" does not.
    """
    if is_new_request(text):
        return True
    frame = read_one(text, setting)
    if frame is None or asked.asks_for is None:
        return False
    if frame.tool in _OWN:
        return frame.tool != asked.asks_for
    known = asked.known
    subject = str(known.get("title") or known.get("text") or known.get("event") or "")
    if not subject or frame.ask is not None or amendment(text, setting, about=subject) is not None:
        return False
    told = frame.arguments
    if frame.tool in _MAKES:
        name = str(told.get("title") or "").partition(" with ")[0]
        return bool(told.get("when")) and not is_generic(name)
    return frame.tool != asked.asks_for and bool(told.get("event") or told.get("text"))


def complete(
    question: str, tool: str, known: Mapping[str, Any], text: str, setting: Setting
) -> Frame | None:
    """The request with the answer put in; None when the words answer nothing."""
    if tool == "set_preferences":
        text = answered(question, text)
    fill = _FILL.get(tool)
    if fill is None or _PLAIN.match(text):
        return None
    if question in (MUCH_LONGER, MUCH_SHORTER):
        verb = "extend" if question == MUCH_LONGER else "shorten"
        text = f"{verb} it by {re.sub(r'^by ', '', clean(text), flags=re.I)}"
    return fill(dict(known), as_sentence(text, setting), setting)


def _create(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    if _ALL_DAY.search(s.text):
        known["all_day"] = True
        s = as_sentence(_ALL_DAY.sub(" ", s.text).strip() or "it", setting)
    when = answered_when(s, known.get("when"), setting)
    if not known.get("title") and not known.get("guests"):
        details = read_details(_named(s, setting), setting)
        if when and known.get("when"):
            details["when"] = when
        merged = {**known, **details}
        return as_frame(merged, setting)
    if when is None and not known.get("all_day"):
        return None
    details = {
        k: v for k, v in read_details(s, setting).items() if k in ("length", "location", "guests")
    }
    merged = {**known, **details, **({"when": when} if when else {})}
    return as_frame(merged, setting)


def _named(s: Sentence, setting: Setting) -> Sentence:
    return as_sentence(_NAMING.sub("", s.text), setting)


def answered_when(s: Sentence, old: object, setting: Setting) -> str | None:
    """The time in an answer, with what it leaves open taken from what is known."""
    said = s.when(s.times)
    if said is None:
        words = trimmed(
            re.sub(r"^(?:at|on|make it|say|maybe|let'?s say|it'?s)\s+", "", s.text, flags=re.I)
        )
        said = words if words and meaning_of(words, setting) else None
    if said is None:
        return None
    return retimed(str(old) if old else None, said, setting)


def _event(known: Known, s: Sentence, name: str) -> Known:
    """Words that point at an event, put under `name`; none for a person or time."""
    words = event_words(s, s.marked)
    found = words.name or (_left(s) if not words.person and not s.times else None)
    return filled(**{name: found})


def _left(s: Sentence) -> str | None:
    words = bare(without_times(s.marked).replace("\ue200", " "))
    return s.words(words) if words else None


def _delete(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    if known.get("every") and _EVERYTHING.match(s.text):
        return Frame(tool="delete_event", arguments={**known, "when": "from today on"})
    words = event_words(s, s.marked)
    known |= filled(when=s.when(s.times), person=words.person, **_event(known, s, "event"))
    return asking.complete(Frame(tool="delete_event", arguments=known), setting)


def _update(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    pointed = any(known.get(name) for name in ("event", "event_when", "event_person"))
    if not pointed:
        words = event_words(s, s.marked)
        known |= filled(
            event_when=s.when(s.times), event_person=words.person, **_event(known, s, "event")
        )
        return asking.complete(Frame(tool="update_event", arguments=known), setting)
    prefix = (
        "move it to "
        if s.times and not re.match(r"(?:move|to|change|make|at|in|extend|shorten)\b", s.low)
        else "change it "
    )
    told = read_update(as_sentence(prefix + s.text, setting), setting).arguments
    changes = {k: v for k, v in told.items() if k not in ("event", "event_when", "event_person")}
    if not changes and s.times:
        changes = {"when": s.when(s.times)}
    if not changes:
        return None
    return asking.complete(Frame(tool="update_event", arguments={**known, **changes}), setting)


def _remind(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    lead = next((lead_words(t.text) for t in s.times if t.role == "lead"), None)
    when = answered_when(s, known.get("when"), setting)
    length = next((t.text for t in s.times if t.role == "length"), None)
    if lead and known.get("event"):
        known["leads"] = [lead]
    elif when and not known.get("leads"):
        meaning = meaning_of(when, setting)
        is_length = meaning is not None and meaning.kind is Kind.LENGTH
        known["when"] = f"in {when.removeprefix('for ')}" if is_length else when
    elif length:
        known["when"] = f"in {length.removeprefix('for ')}"
    if known.get("leads") and not known.get("event"):
        told = event_words(s, s.marked)
        known |= filled(event=told.name or told.person or _left(s))
    elif not known.get("text") and not known.get("event"):
        words = re.sub(r"^(?:to|about|of|that)\s+", "", _left(s) or "", flags=re.I)
        known |= filled(text=words)
    return asking.complete(Frame(tool="set_reminder", arguments=known), setting)


_MORE = re.compile(
    rf"^(?:and |also |plus |add |invite )+(?P<a>{LIST})(?: too| as well| also)*$", re.I
)
_TOO = re.compile(rf"^(?P<a>{LIST})(?: too| as well| also)$", re.I)


def _more_people(s: Sentence, setting: Setting) -> list[str]:
    """ "And Ana too", in place of saying to which event."""
    match = _MORE.match(s.text) or _TOO.match(s.text)
    names = names_of(match["a"]) if match else ()
    if not known_people(names, setting.people):
        return []
    return [known_as(name, setting.people) or name for name in names]


def _invite(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    if not known.get("who"):
        who = names_of(re.sub(r"^(?:invite|add|with|just)\s+", "", s.text, flags=re.I))
        known |= filled(who=list(who))
    elif more := _more_people(s, setting):
        known["who"] = list(dict.fromkeys([*known["who"], *more]))
    else:
        known |= filled(event_when=s.when(s.times), **_event(known, s, "event"))
    return asking.complete(Frame(tool="add_participants", arguments=known), setting)


_ANSWERS = (
    ("tentative", re.compile(r"\b(?:maybe|tentativ\w*|perhaps|possibly)\b")),
    ("decline", re.compile(r"\b(?:no|decline|reject|can'?t|won'?t)\b")),
    ("accept", re.compile(r"\b(?:yes|accept|sure|ok|okay|join|going)\b")),
)


def _respond(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    if not known.get("answer"):
        answer = next((word for word, pattern in _ANSWERS if pattern.search(s.low)), None)
        known |= filled(answer=answer)
    else:
        words = event_words(s, s.marked)
        known |= filled(
            event_when=s.when(s.times), organizer=words.person, **_event(known, s, "event")
        )
    return asking.complete(Frame(tool="respond_to_invitation", arguments=known), setting)


def _unremind(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    if _EVERYTHING.match(s.text):
        known["every"] = True
    else:
        known |= filled(reminder=_left(s), when=s.when(s.times))
    return asking.complete(Frame(tool="cancel_reminder", arguments=known), setting)


def _check(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    known |= filled(when=answered_when(s, known.get("when"), setting))
    return asking.complete(Frame(tool="check_availability", arguments=known), setting)


def _find(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    length = next((t.text for t in s.times if t.role == "length"), None)
    known |= filled(when=s.when(s.times), length=length)
    return Frame(tool="find_free_time", arguments=known)


def _prefer(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    told = read_prefer(s, setting)
    return None if told.ask else told


def _of_channel(known: Known, s: Sentence, setting: Setting) -> Frame | None:
    return answered_for_channel(known, s)


_FILL: dict[str, Callable[[Known, Sentence, Setting], Frame | None]] = {
    "create_event": _create,
    "book_meeting": _create,
    "delete_event": _delete,
    "update_event": _update,
    "set_reminder": _remind,
    "add_participants": _invite,
    "respond_to_invitation": _respond,
    "cancel_reminder": _unremind,
    "check_availability": _check,
    "find_free_time": _find,
    "set_preferences": _prefer,
    OF_CHANNEL: _of_channel,
}
