"""Reading wishes about one's own lists of people: who is on "the design team".

A list among guests ("with the design team") is read as if it were one person: it stands in the
words under a stand-in name while they are read, and under its own in what came of it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from bot.groups import NOUNS, key_of
from bot.llm.model import ModelRequest, Setting
from bot.llm.offline.frame import Frame, Reply, filled
from bot.llm.offline.people import LIST, MAIL, known_as, names_of
from bot.llm.offline.sentence import as_sentence
from bot.transcript import UserSaid

_LISTED = rf"(?:the |my |our )?(?P<name>(?:[^\W\d_][\w'&-]* ){{1,4}}{NOUNS})"
_FREE = r"(?:the |my |our )?(?P<name>[^\W\d_][\w'&-]*(?: [\w'&-]+){0,4})"
_WHO = rf"(?P<who>{LIST})"
_EVERYBODY = r"(?:(?:all|everyone|everybody) (?:of|in|on|from) )?"
_AFTER = (
    r"(?=\s*(?:$|[,.;?!]|(?:and|or|tomorrow|today|tonight|on|at|to|next|this|every|for|from|in|is"
    r"|are|was|be|free|available|busy|about|by|before|after|until|has|have|had|instead|too|please"
    r"|can|could|will|when|if|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*|all|any|over"
    r"|during|between|within|off|out|onto|into|as|\d+)\b))"
)


class _Shape:
    """A pattern that is compiled when it is first looked at, so that starting stays quick."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(rf"(?:please |can you |could you )*{self._pattern}\W*", re.I)


_IS = _Shape(
    rf"(?:note(?: that)?|remember(?: that)?|save|from now on,?)?\s*{_LISTED}"
    rf"(?: is| are| =| means| consists of| includes|:| is made up of)\s*:?\s+{_WHO}"
)
_MAKE = _Shape(
    r"(?:create|make|set up|start|add|save|note) (?:a |the |my |an )?(?:new )?"
    rf"(?:(?:list|group)(?: of people)?,? (?:called |named )?[\"']?{_FREE}[\"']?"
    rf"|[\"']?{_LISTED.replace('name', 'other')}[\"']?)"
    rf"(?: with| of|:| from|, with)\s*:?\s+{_WHO}"
)
_CALL = _Shape(rf"call {_WHO} (?:the |my |our )(?P<name>(?:[^\W\d_][\w'&-]* ){{1,4}}{NOUNS})")
_ADD = _Shape(rf"(?:add|put) {_WHO} (?:to|on|in|into) {_FREE}")
_TAKE = _Shape(rf"(?:remove|take|drop|delete) {_WHO} (?:from|off|out of) {_FREE}")
_FORGET = _Shape(
    rf"(?:forget(?: about)?(?: who (?:is|'s) (?:in|on))? {_FREE}"
    rf"|(?:delete|remove|drop) (?:the |my )?(?:list|group) {_FREE.replace('name', 'other')})"
)
_WHO_IS = _Shape(
    rf"(?:who(?:'s|s| is| are| all is| belongs)(?: all)? (?:in|on|to|part of|a member of)"
    rf"|(?:show|list|tell)(?: me)? (?:the )?(?:members|people) (?:of|in|on)) {_LISTED}"
)
_KNOWN_WHO = _Shape(
    r"(?:who(?:'s|s| is| are| belongs)(?: all)? (?:in |on |to |part of )?|show(?: me)? |list )"
    rf"{_FREE}"
)
_LISTS = _Shape(
    r"(?:(?:what|which)(?: are)? (?:my )?(?:groups|lists(?: of people)?|teams)"
    r"(?: do i have| have i| are there| do you know)?"
    r"|(?:show|list)(?: me)?(?: all)? my (?:groups|lists(?: of people)?|teams)|my groups)"
)


def read_group(text: str, setting: Setting) -> Frame | None:
    """A wish about a list of people; None when the words are about something else."""
    bare = " ".join(text.split())
    if _LISTS.compiled.fullmatch(bare):
        return Frame(tool="list_groups")
    return _looked_at(bare, setting) or _made(bare, setting) or _changed(bare, setting)


def _looked_at(text: str, setting: Setting) -> Frame | None:
    asked = _WHO_IS.compiled.fullmatch(text)
    if asked is None:
        asked = _KNOWN_WHO.compiled.fullmatch(text)
        if asked is None or not _is_kept(asked["name"], setting):
            return None
    return Frame(tool="list_groups", arguments={"name": asked["name"]})


def _made(text: str, setting: Setting) -> Frame | None:
    found = next(
        (match for one in (_MAKE, _CALL, _IS) if (match := one.compiled.fullmatch(text))), None
    )
    if found is None or _tells_time(found["who"], setting):
        return None
    told = found.groupdict()
    members = _people(found["who"], setting)
    if not members:
        return None
    name = (told.get("name") or told.get("other") or "").strip("\"' ")
    return Frame(tool="set_group", arguments={"name": name, "members": members})


def _changed(text: str, setting: Setting) -> Frame | None:
    if not setting.groups:
        return None
    gone = _FORGET.compiled.fullmatch(text)
    if gone is not None:
        name = gone["name"] or gone["other"]
        kept = _is_kept(name, setting)
        return Frame(tool="set_group", arguments={"name": name, "forget": True}) if kept else None
    for shape, argument in ((_ADD, "add"), (_TAKE, "remove")):
        found = shape.compiled.fullmatch(text)
        if found is not None and _is_kept(found["name"], setting):
            who = list(names_of(found["who"]))
            return Frame(tool="set_group", arguments=filled(name=found["name"], **{argument: who}))
    return None


def _is_kept(name: str, setting: Setting) -> bool:
    return any(key_of(one) == key_of(name) for one in setting.groups)


def _people(words: str, setting: Setting) -> list[str]:
    """Names that are surely people's: with capitals, known here, or mail addresses."""
    names = list(names_of(words))
    sure = [
        one
        for one in names
        if MAIL.fullmatch(one)
        or known_as(one, setting.people)
        or _PROPER.fullmatch(one)
        or one.casefold() in ("me", "i", "myself")
    ]
    others = [one for one in sure if one.casefold() not in ("me", "i", "myself")]
    return sure if len(sure) == len(names) and others else []


_PROPER = re.compile(r"@?[A-Z][\w'’-]+(?: [A-Z][\w'’-]*)*")


def _tells_time(words: str, setting: Setting) -> bool:
    return bool(as_sentence(words, setting).times)


def standing_in(request: ModelRequest) -> tuple[ModelRequest, Mapping[str, str]]:
    """The request with each list of the speaker's as one person of a stand-in name, and which name
    stands for which list. The same request where there are no lists."""
    groups = request.setting.groups
    if not groups:
        return request, {}
    names = {f"Grp{_letters(number)}": group for number, group in enumerate(groups)}
    setting = replace(request.setting, people=(*request.setting.people, *names))
    parts = tuple(
        replace(part, text=_with(part.text, names)) if isinstance(part, UserSaid) else part
        for part in request.parts
    )
    return replace(request, setting=setting, parts=parts), names


def _letters(number: int) -> str:
    return f"{chr(97 + number // 26)}{chr(97 + number % 26)}x"


def _with(text: str, names: Mapping[str, str]) -> str:
    for name, group in sorted(names.items(), key=lambda one: -len(one[1])):
        said = re.escape(group).replace(r"\ ", r"\s+")
        text = re.sub(
            rf"(?:(?<![\w@])@|\b{_EVERYBODY}(?:the|my|our)\s+|(?<=\bwith )|(?<=\binvite )"
            rf"|(?<=\band )|(?<=, )|(?<=\btake )|(?<=\bremove )|(?<=\bdrop )|(?<=\buninvite )"
            rf"|(?<=\bput )|(?<=\badd )){said}(?:'s(?= (?:free|avail|calendar|sched)))?{_AFTER}",
            name,
            text,
            flags=re.I,
        )
    return text


def named_again(reply: Reply, names: Mapping[str, str]) -> Reply:
    """The reply with lists under their own names."""
    if not names:
        return reply
    frames = tuple(
        replace(one, arguments=_back(one.arguments, names), ask=_back(one.ask, names))
        for one in reply.frames
    )
    return replace(
        reply, frames=frames, text=_back(reply.text, names), known=_back(reply.known, names)
    )


def _back(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _back(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(names.get(one, None) or _back(one, names) for one in value)
    if isinstance(value, str):
        for name, group in names.items():
            value = re.sub(rf"\b{name}\b", f"the {group}", value, flags=re.I)
    return value
