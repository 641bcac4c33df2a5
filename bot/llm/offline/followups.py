"""Words that only make sense after what went before: choices, corrections, "what about Friday"."""

import re
from collections.abc import Mapping
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.amending import Amendment, amendment
from bot.llm.offline.booking import slot_taken
from bot.llm.offline.completing import complete, is_new_request, stands_alone
from bot.llm.offline.frame import Frame, Pointed, Reply, as_reply, filled
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.picking import pick
from bot.llm.offline.reading import read_one
from bot.llm.offline.retiming import retimed
from bot.llm.offline.reviving import amended, reminded_of
from bot.llm.offline.scoping import scoped
from bot.llm.offline.sentence import clean
from bot.llm.offline.smalltalk import drops
from bot.llm.offline.timewords import meaning_of

_WHICH = "Which one? Say its number, its day or a word of its title."
_LEFT = "All right, I leave it as it is."
_WAITS = "Nothing is written yet: the card above waits. Press Not now to drop it."
_UNDO = re.compile(
    r"^(?:please )?(?:undo|take (?:it|that) back|revert|reverse)(?: (?:it|that|this"
    r"|the last (?:one|change)))?\W*$",
    re.I,
)
_CANCEL_IT = re.compile(
    r"^(?:no[, ]+|actually[, ]+|please )*(?:cancel|delete|remove|scrap|drop) (?:it|that"
    r"|this|that one|this one|(?:the|that|this) (?:event|meeting"
    r"|reminder))(?: again)?(?: please)?\W*$",
    re.I,
)
_BARE_CANCEL = re.compile(r"^\W*(?:cancel|stop|don'?t)\W*$", re.I)
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
    r"^(?:more|other|any other|another|different|show me more|anything else|something else"
    r"|more options|next ones?)(?: (?:times?|slots?|options?|suggestions?|please))*\W*$",
    re.I,
)
_POINTS = re.compile(
    r"\b(?:it|that|this|them|that one|this one|the (?:event|meeting|appointment|call|one)|one)\b",
    re.I,
)


def follow(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The reply to a follow-up; None when the words stand for themselves."""
    if memory == Memory() or _is_another(text, memory, setting):
        return _taken_back(text, memory, setting)
    for take in (
        _taken_back,
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


def _is_another(text: str, memory: Memory, setting: Setting) -> bool:
    """Whether the words ask for something of their own, whatever went before."""
    if memory.asked:
        chosen = memory.choice and pick(text, memory.choice.options("which"), setting)
        return not chosen and stands_alone(memory.asked, text, setting)
    frame = read_one(text, setting)
    if frame is None:
        return False
    if frame.tool in _OWN_WORDS:
        return True
    starts_anew = is_new_request(text) and not _AGAIN.match(clean(text))
    return frame.tool in _LOOKS and starts_anew


def _taken_back(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """Says "Never mind", "cancel that", "undo that"."""
    gone = bool(_CANCEL_IT.match(text))
    pending = memory.asked or memory.choice or memory.waiting
    if drops(text) and (memory.asked or (pending and not gone)):
        return Reply(text=_LEFT)
    if drops(text) and not gone and not _BARE_CANCEL.match(text):
        return Reply(text="All right.")
    if memory.waiting and _UNDO.match(text):
        return Reply(text=_WAITS)
    if memory.waiting and gone:
        return Reply(text=_LEFT)
    if _UNDO.match(text):
        return _undone(memory)
    if gone and memory.noted and memory.noted.tool == "set_reminder":
        return Reply(frames=(_unremind(memory.noted, memory),))
    if gone and memory.focus and memory.focus.get("ref"):
        return Reply(frames=(Frame(tool="delete_event", arguments={"event": memory.focus["ref"]}),))
    return None


def _undone(memory: Memory) -> Reply:
    if memory.noted and memory.noted.tool == "set_reminder":
        return Reply(frames=(_unremind(memory.noted, memory),))
    ref = memory.focus.get("ref") if memory.focus else None
    if memory.applied and memory.applied.tool in ("create_event", "book_meeting") and ref:
        return Reply(frames=(Frame(tool="delete_event", arguments={"event": ref}),))
    told = memory.outcome.removeprefix("✓ ").rstrip(".")
    if not told:
        return Reply(text="There is nothing to undo here.")
    return Reply(text=f"The last was: {told}. Press Undo under it; that works for 24 hours.")


def _unremind(noted: Called, memory: Memory) -> Frame:
    words = reminded_of(noted, memory)
    return Frame(tool="cancel_reminder", arguments=filled(reminder=words, every=not words))


def _answered(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The answer to a question."""
    asked = memory.asked
    if asked is None or asked.asks_for is None:
        return None
    if memory.choice and memory.choice.tool == asked.asks_for:
        return None
    frame = complete(asked.text, asked.asks_for, asked.known, text, setting)
    return as_reply((frame,)) if frame else None


def _chosen(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """One of several candidates, or more of them."""
    choice = memory.choice
    if choice is None or (not memory.asked and is_new_request(text) and not _ONE_OF.search(text)):
        return None
    taken = memory.waiting.arguments.get("event") if memory.waiting else None
    chosen = pick(text, choice.options("which"), setting, taken=str(taken) if taken else None)
    if _NONE.match(text):
        return Reply(text=_LEFT)
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
    listed = memory.looked.events if memory.looked else ()
    match = _ONE_OF.search(text)
    if match is None or len(listed) < 2:
        return None
    chosen = pick(match[0].casefold().removeprefix("number "), listed, setting)
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


def _corrected(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """A correction of what waits, was done, or was just looked at."""
    about = str(memory.focus.get("title", "")) if memory.focus else ""
    if memory.waiting and not about:
        about = str(
            memory.waiting.arguments.get("title") or memory.waiting.arguments.get("event") or ""
        )
    found = amendment(text, setting, about=about)
    if found is None:
        return None
    frames = amended(found, memory, setting)
    return as_reply(frames) if frames else None


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
    """Frames of a fresh request in which "it" and "that" mean the event that was just spoken of."""
    focus = memory.focus or {}
    if len(frames) == 1 and focus.get("title") and _asks_of_it(frames[0]):
        when = str(focus.get("when") or "").removesuffix(", all day")
        query = {"query": str(focus["title"]), "when": when if meaning_of(when, setting) else None}
        return (Frame(tool="search_events", arguments=filled(**query), pointed=frames[0].pointed),)
    ref = focus.get("ref")
    if not ref or not _POINTS.search(text):
        return frames
    return tuple(_with_ref(frame, str(ref), setting) for frame in frames)


def _asks_of_it(frame: Frame) -> bool:
    """ "Where is it?", "who is coming?": a question that names no event."""
    one = frame.pointed in (
        Pointed.WHEN,
        Pointed.WHERE,
        Pointed.WHO,
        Pointed.END,
        Pointed.HOW_LONG,
        Pointed.ANSWERS,
    )
    return frame.tool == "get_schedule" and not frame.arguments and one


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
        return asking.complete(Frame(tool=frame.tool, arguments={**known, "event": ref}), setting)
    if (
        frame.tool == "set_reminder"
        and known.get("leads")
        and str(known.get("event") or "") in ("", "meeting", "it")
    ):
        return Frame(tool=frame.tool, arguments={**known, "event": ref})
    return frame
