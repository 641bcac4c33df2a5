"""Words that only make sense after what went before: choices, corrections, "what about Friday"."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.aiming import aimed, back_to_card, looks_beside
from bot.llm.offline.amending import Amendment, amendment
from bot.llm.offline.booking import slot_taken
from bot.llm.offline.card_questions import asks_of_it, told_from_card
from bot.llm.offline.carrying import is_that_free, on_that_day
from bot.llm.offline.changing import MUCH_LONGER, MUCH_SHORTER
from bot.llm.offline.completing import complete, is_new_request, stands_alone
from bot.llm.offline.frame import Frame, Reply, as_reply, filled
from bot.llm.offline.memory import Called, Memory, in_order
from bot.llm.offline.parting import without_since
from bot.llm.offline.picking import pick
from bot.llm.offline.reading import read_one
from bot.llm.offline.reminded import of_listed, one_more
from bot.llm.offline.rethinking import rethought, shorthand, with_earlier_leads
from bot.llm.offline.retiming import retimed
from bot.llm.offline.reviving import amended
from bot.llm.offline.scoping import scoped
from bot.llm.offline.sentence import as_sentence, clean
from bot.llm.offline.timewords import meaning_of
from bot.llm.offline.undoing import LEFT, taken_back, told_again

_WHICH = "Which one? Say its number, its day or a word of its title."
_NONE = re.compile(r"^(?:neither|none)(?: of (?:them|those|these))?\W*$", re.I)
_AGAIN = re.compile(
    r"^(?:and|what about|how about|and what about|and how about|what of|then|same for"
    r"|and on|ok and|or)\b",
    re.I,
)
_AN_HOUR = re.compile(
    r"^(?:and|what about|how about|or|then)\s+(?:at )?(?P<clock>\d{1,2}(?:[:.]\d\d)?(?:"
    r" ?[ap]m)?)\W*$",
    re.I,
)
_CHANGES = re.compile(r"\b(?:make|move|change|push|put|set) (?:it|that|this)\b", re.I)
_MORE = re.compile(
    r"^(?:(?:is there|do you have|have you got|got) )?(?:anything|something|nothing)"
    r" (?:earlier|later|sooner|else)\W*$|^(?:more|other|any other|another|different"
    r"|show me more|anything else|something else"
    r"|more options|next ones?)(?: (?:times?|slots?|options?|suggestions?|please))*\W*$",
    re.I,
)
_POINTS = re.compile(
    r"\b(?:it|that|this|them|that one|this one|the (?:event|meeting|appointment|call|one)|one"
    r"|series)\b",
    re.I,
)


def follow(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The reply to a follow-up; None when the words stand for themselves."""
    memory = back_to_card(text, memory, setting)
    text = _named(text, memory)
    told = told_again(text, memory, setting)
    if told is not None or memory == Memory():
        return told or taken_back(text, memory, setting)
    if memory.looked and memory.looked.tool == "find_free_time" and _MORE.match(clean(text)):
        return _asked_again(text, memory, setting)
    for early in (told_from_card, is_that_free, one_more, of_listed):
        known = early(text, memory, setting)
        if known is not None:
            return known
    if _is_another(text, memory, setting):
        return taken_back(text, memory, setting)
    for take in (
        told_again,
        _with_someone_else,
        taken_back,
        _answered,
        _chosen,
        scoped,
        slot_taken,
        _of_shown,
        _corrected,
        _asked_again,
    ):
        reply = take(text, memory, setting)
        if reply is not None:
            return reply
    return None


_THEM = re.compile(
    r"^(?P<do>(?:and |also |please )*(?:invite|add|include|ask)) (?:him|her|them)\b", re.I
)


def _named(text: str, memory: Memory) -> str:
    """ "Invite her", with the name that stands in the title of what waits or was just done."""
    event = memory.waiting or memory.applied
    title = str(event.arguments.get("title") or "") if event else ""
    names = title.partition(" with ")[2]
    return _THEM.sub(lambda match: f"{match['do']} {names}", text) if names else text


def _is_another(text: str, memory: Memory, setting: Setting) -> bool:
    """Whether the words ask for something of their own, whatever went before."""
    if memory.asked:
        asks = _ASKS.match(text) and not _ONE_OF.search(text)
        chosen = memory.choice and not asks and pick(text, memory.choice.options("which"), setting)
        return not chosen and stands_alone(memory.asked, text, setting)
    frame = read_one(text, setting)
    if frame is None:
        return False
    if frame.tool in _OWN_WORDS:
        return True
    starts_anew = is_new_request(text) and not _AGAIN.match(clean(text))
    return frame.tool in _LOOKS and starts_anew


_ASKS = re.compile(
    r"\W*(?:so |and |but )?(?:what(?! about)|whats|how(?! about)|when|who|whos|where|why|am i|do i"
    r"|did i|is|are|show|list|find|remind)\b",
    re.I,
)
"""A question or wish of its own, whatever there is to choose from."""


def _answered(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The answer to a question."""
    asked = memory.asked
    if asked is None or asked.asks_for is None:
        return None
    if memory.choice and memory.choice.tool == asked.asks_for:
        return None
    if _PLAIN.match(text) and asked.asks_for not in _TAKES_YES:
        return Reply(text=asked.text, asks_for=asked.asks_for, known=asked.known)
    frame = complete(asked.text, asked.asks_for, asked.known, text, setting)
    return as_reply((frame,)) if frame else None


_PLAIN = re.compile(r"^\W*(?:yes|ok|okay|sure|yep|yeah)(?: please)?\W*$", re.I)
_NO = re.compile(r"^\W*(?:no|nope|nah|not that)(?: thanks| thank you)?\W*$", re.I)
_TAKES_YES = ("delete_event", "respond_to_invitation", "cancel_reminder", "set_preferences")


def _chosen(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """One of several candidates, or more of them."""
    choice = memory.choice
    if choice is None or (not memory.asked and is_new_request(text) and not _ONE_OF.search(text)):
        return None
    settled = memory.waiting and not memory.asked and not _ONE_OF.search(text)
    if settled and amendment(text, setting) is not None:
        return None
    taken = memory.waiting.arguments.get("event") if memory.waiting else None
    options = choice.options("which")
    chosen = pick(text, options, setting, taken=str(taken) if taken else None)
    if len(options) == 1 and _PLAIN.match(text):
        chosen = tuple(options)
    if _NONE.match(text) or (len(options) == 1 and _NO.match(text)):
        return Reply(text=LEFT)
    if not chosen:
        still = memory.asked and len(text.split()) <= 6 and not is_new_request(text)
        again = still and read_one(text, setting) is None
        known = dict(choice.arguments)
        return Reply(text=_WHICH, asks_for=choice.tool, known=known) if again else None
    return Reply(frames=tuple(_for_event(choice, str(one.get("ref"))) for one in chosen[:9]))


def _for_event(choice: Called, ref: str) -> Frame:
    known = dict(choice.arguments)
    for name in ("event_when", "event_person", "person", "every", "organizer"):
        known.pop(name, None)
    if choice.tool in ("delete_event", "cancel_reminder"):
        known.pop("when", None)
    known["reminder" if choice.tool == "cancel_reminder" else "event"] = ref
    return Frame(tool=choice.tool, arguments=known)


_ONE_OF = re.compile(
    r"\b(?:(?:the |number |#)?(?:first|second|third|fourth|fifth|last|latest|later|earlier"
    r"|weekly|recurring|other|[1-9])(?: (?:one|event|meeting))"
    r"|the (?:first|second|third|fourth|fifth|last)(?= (?:to|by|at|for)\b|\W*$)|(?:number "
    r"|#)[1-9]|both(?: of them| events| meetings)?|all (?:of )?(?:them|these|those"
    r"|\w+ of them)|them all|all)\b",
    re.I,
)
_LOOKS = ("get_schedule", "search_events", "find_free_time", "check_availability")
_OWN_WORDS = ("set_preferences", "get_preferences", "cancel_reminder", "list_reminders")
_ON_EVENTS = (
    "update_event",
    "delete_event",
    "add_participants",
    "respond_to_invitation",
    "set_reminder",
)


def _of_shown(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "Cancel the second one", "move both to Friday": of the events that were listed."""
    listed = in_order(memory.looked.events) if memory.looked else ()
    match = _ONE_OF.search(text)
    if match is None or len(listed) < 2:
        return None
    chosen = pick(match[0].casefold().removeprefix("number "), listed, setting)
    rest = _NO_MEANT.sub("", clean(text[: match.start()] + text[match.end() :])).strip(" .,!?")
    if chosen and not rest:
        return _another_of(chosen, listed, memory)
    frame = (
        read_one(text[: match.start()] + "it" + text[match.end() :], setting) if chosen else None
    )
    if (
        frame is None
        or frame.tool not in _ON_EVENTS
        or frame.arguments.get("event") not in (None, "it")
    ):
        return None
    known = {k: v for k, v in frame.arguments.items() if k not in ("every", "scope", "event_when")}
    if frame.tool == "delete_event" and known.get("when"):
        return None
    found = (
        Frame(tool=frame.tool, arguments={**known, "event": str(one["ref"])})
        for one in chosen
        if one.get("ref")
    )
    return as_reply(tuple(asking.complete(one, setting) for one in found))


_NO_MEANT = re.compile(
    r"\b(?:no|not that|sorry|wait|actually|i|mean|meant|the|one|oh|make it|please|instead)\b[\s,]*",
    re.I,
)


def _another_of(
    chosen: tuple[Mapping[str, Any], ...], listed: tuple[Mapping[str, Any], ...], memory: Memory
) -> Reply | None:
    """ "No, the second one": what waits for one of the listed events, for another of them."""
    waiting = memory.waiting
    if waiting is None and len(chosen) == 1 and not memory.slots:
        when = str(chosen[0].get("when") or "").removesuffix(", all day")
        sought = filled(query=str(chosen[0].get("title") or ""), when=when)
        return Reply(frames=(Frame(tool="search_events", arguments=sought),))
    refs = {str(one.get("ref")) for one in listed}
    if waiting is None or str(waiting.arguments.get("event")) not in refs:
        return None
    known = [{**waiting.arguments, "event": str(one["ref"])} for one in chosen if one.get("ref")]
    return Reply(frames=tuple(Frame(tool=waiting.tool, arguments=one) for one in known))


def _with_someone_else(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "With somebody else instead": asks with whom, then takes the name as a correction."""
    if memory.asked and memory.asked.text == _WITH_WHOM and not is_new_request(text):
        return _corrected(
            f"with {_WITH.sub('', clean(text)).strip(' .!')} instead", memory, setting
        )
    if memory.waiting and _SOMEONE_ELSE.match(clean(text)):
        known = dict(memory.waiting.arguments)
        return Reply(text=_WITH_WHOM, asks_for=memory.waiting.tool, known=known)
    return None


_WITH_WHOM = "With whom?"
_WITH = re.compile(r"^(?:with|make it with|it'?s with)\s+", re.I)
_SOMEONE_ELSE = re.compile(
    r"^(?:(?:no|actually|but|make it|and|do it|can it be|let'?s do it),? )*"
    r"(?:with )?(?:some(?:one|body)|another (?:person|colleague)|a different person) ?"
    r"(?:else)?(?: instead)?(?: please)?\W*$",
    re.I,
)


def _corrected(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """A correction of what waits, was done, or was just looked at."""
    if memory.waiting and looks_beside(text):
        return None
    instead = rethought(text, memory, setting)
    if instead is not None:
        return instead
    aim = aimed(text, memory, setting)
    if aim is None:
        return None
    memory, about = aim
    rest, since = without_since(as_sentence(clean(text), setting), setting)
    if since and memory.waiting is None and about:
        found = amendment(rest.text, setting, about=about)
        frames = amended(found, memory, setting) if found else ()
        return (
            as_reply(tuple(_from_on(frame, about, since) for frame in frames)) if frames else None
        )
    if memory.waiting and memory.waiting.tool in _HAS_HOUR and _BARE.fullmatch(clean(text)):
        text = f"at {clean(text)}"
    found = shorthand(text, memory, setting) or amendment(text, setting, about=about)
    if found is None:
        return None
    frames = amended(with_earlier_leads(found, text, memory), memory, setting)
    return as_reply(frames) if frames else None


_BARE = re.compile(r"(?:[1-9]|1\d|2[0-3])(?:[:.][0-5]\d)?", re.I)
_HAS_HOUR = ("create_event", "book_meeting", "update_event")
"""Whose card a bare number corrects: by then it picks nothing."""


def _from_on(frame: Frame, title: str, day: str) -> Frame:
    """A change of a series from a day on: that day picks where it begins."""
    if frame.tool != "update_event":
        return frame
    known = {**frame.arguments, "event": title, "event_when": day, "scope": "following"}
    return Frame(tool=frame.tool, arguments=known, ask=frame.ask)


def _asked_again(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The last look once more, elsewhere: "and Thursday?", "what about next week"."""
    looked = memory.looked
    if looked is None:
        return None
    bare = clean(text)
    if looked.tool == "find_free_time" and _MORE.match(bare):
        count = int(looked.arguments.get("count") or 3)
        return Reply(
            frames=(
                Frame(
                    tool=looked.tool,
                    arguments={**looked.arguments, "count": min(20, count * 2 + 1)},
                ),
            )
        )
    hour = _AN_HOUR.match(bare) if looked.tool == "check_availability" else None
    found = amendment(f"at {hour['clock']}" if hour else text, setting)
    if found is None or (found.when is None and not _AGAIN.match(bare)) or _CHANGES.search(bare):
        return None
    return as_reply((asking.complete(_looked_again(looked, found, setting), setting),))


def _looked_again(looked: Called, found: Amendment, setting: Setting) -> Frame:
    known = {k: v for k, v in looked.arguments.items() if k not in ("next_only", "past")}
    if looked.tool == "check_availability" and found.when:
        known["when"] = retimed(str(known.get("when") or ""), found.when, setting)
    else:
        known |= filled(when=found.when)
    if looked.tool in ("find_free_time", "check_availability"):
        who = [*known.get("who", []), *(n for n in found.more_people + found.people)]
        known |= filled(length=found.length, who=list(dict.fromkeys(who)))
    if looked.tool == "find_free_time":
        known |= filled(avoid=[*known.get("avoid", []), *found.avoid])
    return Frame(tool=looked.tool, arguments=known)


def pointed(
    frames: tuple[Frame, ...], text: str, memory: Memory, setting: Setting
) -> tuple[Frame, ...]:
    """Frames of a fresh request in which "it" and "that" mean the event that was just spoken of,
    "then" the day."""
    frames = tuple(on_that_day(frame, text, memory, setting) for frame in frames)
    focus = memory.focus or {}
    if len(frames) == 1 and focus.get("title") and asks_of_it(frames[0]):
        when = str(focus.get("when") or "").removesuffix(", all day")
        query = {"query": str(focus["title"]), "when": when if meaning_of(when, setting) else None}
        return (Frame(tool="search_events", arguments=filled(**query), pointed=frames[0].pointed),)
    listed = memory.looked
    asks = len(frames) == 1 and asks_of_it(frames[0]) and not focus
    if asks and listed and listed.tool == "search_events" and _POINTS.search(text):
        return (Frame(tool=listed.tool, arguments=listed.arguments, pointed=frames[0].pointed),)
    ref = focus.get("ref")
    if not ref or not (_POINTS.search(text) or any(_is_bare_lead(frame) for frame in frames)):
        return frames
    return tuple(_with_ref(frame, str(ref), setting) for frame in frames)


def _is_bare_lead(frame: Frame) -> bool:
    """ "Remind everyone 10 minutes before", of no event by name."""
    known = frame.arguments
    return frame.tool == "set_reminder" and bool(known.get("leads")) and not known.get("event")


def _with_ref(frame: Frame, ref: str, setting: Setting) -> Frame:
    known: Mapping[str, Any] = frame.arguments
    takes = ("update_event", "delete_event", "add_participants", "respond_to_invitation")
    told = (
        known.get("event")
        or known.get("event_when")
        or known.get("person")
        or known.get("event_person")
    )
    if (
        frame.tool in takes
        and not told
        and not known.get("every")
        and not (frame.tool == "delete_event" and known.get("when"))
    ):
        found = asking.complete(Frame(tool=frame.tool, arguments={**known, "event": ref}), setting)
        return replace(found, ask=frame.ask) if frame.ask in (MUCH_LONGER, MUCH_SHORTER) else found
    if (
        frame.tool == "set_reminder"
        and known.get("leads")
        and str(known.get("event") or "") in ("", "meeting", "it")
    ):
        return Frame(tool=frame.tool, arguments={**known, "event": ref})
    return frame
