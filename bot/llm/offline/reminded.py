"""Follow-ups about reminders: one more of them, and those that were listed."""

import re

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Reply, as_reply, filled
from bot.llm.offline.memory import Memory
from bot.llm.offline.picking import Option, pick
from bot.llm.offline.reading import read_one
from bot.llm.offline.retiming import retimed, shifted
from bot.llm.offline.sentence import as_sentence, clean

_MORE = re.compile(
    r"^(?:(?:and|also|plus|then|oh and|and also|and then),? )+(?P<what>(?:to|that|about|of) \w.*)$",
    re.I,
)
_ABOUT = re.compile(
    r"^(?:please |and |ok(?:ay)?,? |then )*"
    r"(?P<verb>cancel|delete|remove|drop|clear|forget|stop|move|change|make|set|push|snooze|reschedule)\s+(?P<which>.+?)(?:\s+(?:to|at|for|by)\b.*"
    r"|\s(?:[\ue000-\ue0ff].*|\d{1,2}(?:[:.]\d\d)?))?$",
    re.I,
)
_HOUR = re.compile(r"\s(\d{1,2}(?:[:.]\d\d)?)\W*$")
_GOES = frozenset(("cancel", "delete", "remove", "drop", "clear", "forget", "stop"))
_ONE = re.compile(r"\b(?:one|ones|reminder|reminders|all|both|number|\d)\b|^the \w+$", re.I)


def one_more(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "And to buy milk at 6", right after a reminder was set."""
    noted = memory.noted
    match = _MORE.match(clean(text))
    if match is None or noted is None or noted.tool != "set_reminder" or memory.waiting:
        return None
    frame = read_one(f"remind me {match['what']}", setting)
    if frame is None or frame.tool != "set_reminder":
        return None
    known = dict(frame.arguments)
    if frame.ask and known.get("text") and noted.arguments.get("when"):
        known["when"] = noted.arguments["when"]
        return Reply(frames=(Frame(tool=frame.tool, arguments=known),))
    return as_reply((frame,))


def of_listed(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "Cancel the first one", "move the milk one to 7": of the reminders that were listed."""
    looked = memory.looked
    if looked is None or looked.tool != "list_reminders" or memory.waiting or memory.noted:
        return None
    s = as_sentence(text, setting)
    match = _ABOUT.match(s.marked)
    if match is None or not _ONE.search(s.words(match["which"])):
        return None
    chosen = pick(s.words(match["which"]), _as_options(looked.options("reminders")), setting)
    if not chosen:
        return None
    if match["verb"].casefold() in _GOES and not s.times:
        gone = (
            Frame(tool="cancel_reminder", arguments={"reminder": str(c["ref"])}) for c in chosen
        )
        return Reply(frames=tuple(gone))
    return _another_time(chosen[0], text, setting) if len(chosen) == 1 else None


def _as_options(reminders: tuple[Option, ...]) -> list[Option]:
    return [{**one, "title": one.get("text")} for one in reminders]


def _another_time(one: Option, text: str, setting: Setting) -> Reply | None:
    """The same reminder at another time; of one before an event only its event can tell."""
    if one.get("before_event"):
        return None
    s = as_sentence(text, setting)
    shift = next((t.text for t in s.times if t.role == "shift"), None)
    bare = _HOUR.search(text)
    said = s.when(s.times) or (f"at {bare[1]}" if bare else None)
    old = str(one.get("when") or "")
    when = shifted(old, shift, setting) if shift else retimed(old, said, setting) if said else None
    if not when:
        return None
    gone = Frame(tool="cancel_reminder", arguments={"reminder": str(one["ref"])})
    known = filled(text=str(one.get("text") or ""), when=when)
    return Reply(frames=(gone, Frame(tool="set_reminder", arguments=known)))
