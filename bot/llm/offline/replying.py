"""Reading an answer to an invitation: accept, maybe, decline, and a word to the organizer."""

import re
from collections.abc import Sequence

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, Reply, filled
from bot.llm.offline.people import LIST, names_of
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import event_words, trimmed
from bot.transcript import ToolReturned

_I = r"(?:i|we)"
_CANT = (
    rf"(?:{_I} )?(?:(?:can'?t|cannot|can not|won'?t|will not|couldn'?t)(?: be able to)?"
    r"|(?:am|'m|are|'re) (?:not able|unable) to|have to (?:miss|skip))"
)
_NO = re.compile(
    rf"^(?:no,? )?(?:sorry,? )?(?:{_CANT}|{_I}'(?:m|re) (?:not able|unable) to"
    rf"|{_I}(?:'ll| will)? have to (?:miss|skip)|{_I}'m (?:not|no longer) (?:going to|coming to"
    r"|attending|joining))\s*(?:make|attend|come to|join|be at|go to|do|manage)?(?: it to| it for)?"
    rf"\s+(?P<event>(?!{_I}\b)\S.*)$",
    re.I,
)
_TELL = re.compile(
    rf"^(?:tell|let|inform|notify) (?P<who>[\w@.]+) (?:know )?(?:that )?(?P<what>{_CANT}.*"
    rf"|{_I}(?:'ll| will| am|'m) .*)$",
    re.I,
)
_YES = re.compile(
    rf"^(?:{_I}(?:'ll| will| am going to|'m going to| can)(?: be)? (?:attend|join|make it to"
    rf"|come to"
    r"|there for|attending|coming to|joining|at)|i'?m (?:attending|joining|coming to|in for)"
    r"|count me in for|i'?m in for|put me down for|sign me up for)\s+(?P<event>(?:the|my|our)\b.*)$"
    r"|^count me (?:in|out) (?:for|of) |^i'?m (?:in for|out (?:for|of)) (?!office|town|the office)",
    re.I,
)
_WORD = re.compile(
    r"^(?:(?:say |answer |reply |respond )?(?:yes|no|maybe|perhaps|tentative(?:ly)?|yep|nope|yeah"
    r"|sure|gladly)),? (?:to|for|on) (?P<event>\S.*)$",
    re.I,
)
_OUT = re.compile(r"^count me out|^i'?m out\b", re.I)
_NOTE = re.compile(
    r"[,.!?]?\s*\b(?:and |then |also )*(?:please )?(?:(?:say|saying|tell|write|message"
    r"|comment|add|send|let|note|mention|reply|respond)\b(?: (?:a |the |him|her|them"
    r"|everyone|everybody|the organizer|back|\w+))*?(?:\s(?:comment|message"
    r"|note))?(?: (?:that|know(?: that)?|saying|says|:|with))?|because|since|as i"
    r"|,? (?=i (?:can'?t|have|will)))\s*(?P<note>.+)$",
    re.I,
)
_CLAUSE = re.compile(
    r"\s*[,;:–-]+\s+(?:but |and )?(?P<note>(?:sorry\b,?\s*)?(?:i|i'm|i've|i'll|im|we|we're|my"
    r"|out|on"
    r"|not|too|sick|busy|travell?ing|it|there|something|another|got|have|need|sorry)\b.*)$",
    re.I,
)
_INSTEAD = re.compile(
    r"(?:[,;.!–-]+\s*|\s+)(?:and |but |then |also |i |i'd |i'll |would |could |can |please )*"
    r"(?:propose|suggest|offer|counter(?:-?propose)?(?: with)?|rather|prefer"
    r"|(?:how|what)(?: about|(?= [\ue000-\ue0ff]))"
    r"|(?:could |can )?we (?:do|meet|have it)|ask (?:for|if we can(?: do| meet)?))\s+(?P<when>.+)$",
    re.I,
)
_TENTATIVE = re.compile(r"\b(?:tentative|tentatively|maybe|perhaps|possibly|might)\b")
_DECLINE = re.compile(
    r"\b(?:decline|reject|turn down|no|nope|not|can'?t|cannot|won'?t|refuse|pass on|skip|unable"
    r"|miss|out)\b"
)
_FROM = re.compile(
    rf"\b(?:from|by)\s+(?P<who>{LIST})|(?P<owner>(?!today|tomorrow"
    r"|\w+day)[a-z]\w+)'s (?:invite|invitation|request|meeting|event)\b",
    re.I,
)
_VERB = re.compile(
    r"^(?:accept|decline|join|rsvp|reject|turn down|confirm|tentatively|respond|say"
    r"|yes|no|maybe|to|for|with)\b",
    re.I,
)


_SORRY = re.compile(r"^(?:(?:sorry|no|unfortunately|ah|oh|hi \w+)\b[,.!]*\s+)+(?=(?:i|we)\b)", re.I)


def answers(s: Sentence) -> bool:
    """Whether the words answer an invitation without a verb for it: "maybe for the review"."""
    if any(pattern.match(s.marked) for pattern in (_NO, _WORD)):
        event = event_words(s, _event_piece(s.marked))
        return bool(event.name or event.person)
    told = _TELL.match(s.marked)
    if told:
        return bool(_NO.match(told["what"]) or _YES.match(told["what"]))
    return bool(_YES.match(s.marked)) and not s.times


def _event_piece(piece: str) -> str:
    match = next((m for p in (_NO, _YES, _WORD) if (m := p.match(piece))), None)
    return (match["event"] or piece) if match else piece


def read_answer(s: Sentence, setting: Setting) -> Frame:
    """An answer to an invitation."""
    told = _TELL.match(s.marked)
    marked = _SORRY.sub("", told["what"] if told else s.marked)
    instead = _INSTEAD.search(marked)
    times = s.times_of(instead["when"]) if instead else ()
    other = s.when(times) if times else _hour(instead["when"]) if instead else None
    if instead and other:
        marked = marked[: instead.start()]
    note = (_NOTE.search(marked, 6) if len(marked) > 6 else None) or _CLAUSE.search(marked)
    piece = marked[: note.start()] if note else marked
    sender = _FROM.search(piece)
    organizer = ", ".join(names_of(sender["who"] or sender["owner"])) if sender else None
    pointed = _FROM.sub(" ", piece) if sender else piece
    words = event_words(s, _VERB.sub(" ", _event_piece(pointed.strip())))
    known = filled(
        answer=_answer(piece),
        event=words.name,
        event_when=s.when(s.times_of(piece)),
        organizer=organizer or words.person,
        note=s.words(trimmed(note["note"]))[:500] if note else None,
        propose=other,
    )
    if other and known["answer"] == "accept":
        known["answer"] = "tentative"
    return asking.complete(Frame(tool="respond_to_invitation", arguments=known), setting)


def moved_instead(frames: Sequence[Frame], returns: Sequence[ToolReturned]) -> Reply | None:
    """ "I can't make planning, how about Friday at 3" of what was no invitation: it is moved."""
    if len(frames) != 1 or len(returns) != 1 or returns[0].ok:
        return None
    known = dict(frames[0].arguments)
    when = known.pop("propose", None)
    if frames[0].tool != "respond_to_invitation" or not when or not known.get("event"):
        return None
    wish = filled(event=known["event"], event_when=known.get("event_when"), when=when)
    return Reply(frames=(Frame(tool="update_event", arguments=wish),))


_HOUR = re.compile(r"(?:at |for )?(?P<hour>\d{1,2}(?:[:.]\d\d)?)(?: instead)?\W*$", re.I)


def _hour(words: str) -> str | None:
    """ "Can we do 4 instead": a bare number is an hour there."""
    match = _HOUR.match(words)
    return f"at {match['hour']}" if match else None


def _answer(piece: str) -> str:
    low = piece.lower()
    verb = low.split(" ", 1)[0]
    if _TENTATIVE.search(low):
        return "tentative"
    if verb in ("accept", "join", "confirm", "approve"):
        return "accept"
    if verb in ("decline", "reject", "refuse", "turn") or _NO.match(low) or _OUT.match(low):
        return "decline"
    return "decline" if _DECLINE.search(re.sub(r"^count me in|^i'?m in\b", "", low)) else "accept"
