"""Taking back what was said or done, and telling what it was."""

import re

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Reply, filled
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.reviving import reminded_of
from bot.llm.offline.sentence import clean
from bot.llm.offline.smalltalk import drops

LEFT = "All right, I leave it as it is."
_WAITS = "Nothing is written yet: the card above waits. Press Not now to drop it."
_UNDO = re.compile(
    r"^(?:please |never ?mind,? |actually,? |no,? |wait,? |oops,? |oh,? |sorry,? )*"
    r"(?:(?:undo|take (?:it|that) back|revert"
    r"|reverse)(?: (?:it|that|this|the last (?:one|change)))?"
    r"|(?:bring|put|get|have) (?:it|that|(?:the |my |our )?\w[\w ]{1,40}) back"
    r"|(?:restore|reinstate|undelete|un-?cancel) (?:it|that|(?:the |my |our )?\w[\w ]{1,40}))\W*$",
    re.I,
)
_CANCEL_IT = re.compile(
    r"^(?:no[, ]+|actually[, ]+|please )*(?:cancel|delete|remove|scrap|drop) (?:it|that"
    r"|this|that one|this one|(?:the|that|this) (?:event|meeting"
    r"|appointment|reminder))(?: again)?(?: please)?\W*$",
    re.I,
)
_WAIT = re.compile(
    r"^\W*(?:no,? )?(?:wait|hold on|hang on|one (?:moment|second|sec)|not yet|later)\W*$", re.I
)
_BARE_CANCEL = re.compile(r"^\W*(?:cancel|stop|don'?t)\W*$", re.I)
_DID = re.compile(
    r"^(?:so )?(?:what (?:did|have) (?:you|i|we) (?:just |really |actually )?"
    r"(?:do|done|change|changed|write|book|create|cancel|move)d?"
    r"|what (?:was|is) (?:that|done)|what (?:just )?happened"
    r"|what changed|did (?:it|that) work|(?:is|was) (?:it|that) (?:done|booked|saved|cancell?ed"
    r"|moved)|did you (?:do|book|save|cancel|move|create) (?:it|that))"
    r"(?: just)?(?: now)?(?: yet)?\W*$",
    re.I,
)


def taken_back(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """Says "Never mind", "cancel that", "undo that"."""
    if memory.waiting and _WAIT.match(text):
        return Reply(text="All right, the card waits.")
    gone = bool(_CANCEL_IT.match(text))
    pending = memory.asked or memory.choice or memory.waiting
    if drops(text) and (memory.asked or (pending and not gone)):
        return Reply(text=LEFT)
    if drops(text) and not gone and not _BARE_CANCEL.match(text):
        return Reply(text="All right.")
    if memory.waiting and _UNDO.match(text):
        return Reply(text=_WAITS)
    if memory.waiting and gone:
        return Reply(text=LEFT)
    if _UNDO.match(text):
        return _undone(memory)
    of_event = re.search(r"\b(?:event|meeting|appointment)\b", text, re.I)
    if gone and not of_event and memory.noted and memory.noted.tool == "set_reminder":
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


def told_again(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "What did you just do?": the last outcome, or that nothing was done yet."""
    if not _DID.match(clean(text)):
        return None
    if memory.waiting:
        return Reply(text="Nothing yet: the card above waits for your press.")
    told = memory.outcome.removeprefix("✓ ").rstrip(".")
    if memory.noted and not told:
        told = str(memory.noted.facts.get("text") or "").rstrip(".")
    return Reply(text=f"{told}." if told else "Nothing yet in this conversation.")
