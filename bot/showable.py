"""What of a model's words people are shown: no id, no JSON, no mark of ours, no tool's name, no
line that looks like an outcome. Pure: a whole text is `shown`, one that streams in `Words`.

A model may repeat what it was told, or be made to; prompts ask it not to, this sees to it.
"""

import json
import re
from collections.abc import Collection

from bot.addresses import MayShow, begun, nowhere, without_new

_ID = r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{20,})"
_REF = rf"(?<![\w/=&%.@-]){_ID}(?:@[\w:+-]+)?(?![\w-])"
_NAMED = re.compile(
    r"[(\[]?\s*(?:\b(?:the|its|event|with)\s+){0,2}\b(?:refs?|references?|ids?)\b[\s:=#]*"
    rf"[`\"']?{_REF}[`\"']?\s*[)\]]?",
    re.IGNORECASE,
)
_BARE = re.compile(rf"[(\[]\s*[`\"']?{_REF}[`\"']?\s*[)\]]|[`\"']{_REF}[`\"']|{_REF}")
_MARK = re.compile(r"<\s*/?\s*calendar_data\b[^<>]*>?|<[|｜][^|｜<>\n]{1,40}[|｜]>", re.IGNORECASE)
_THOUGHTS = re.compile(
    r"\A.*^[ \t]*</(?:think|thinking|thought|reasoning)>[ \t]*$\s*", re.DOTALL | re.MULTILINE
)
"""Of models whose server sends no tag where they begin to think aloud. A title may hold such a tag:
alone on its line it is the model's."""
_ESCAPED = re.compile(r"\\u003c", re.IGNORECASE)
_LAST_FENCE = re.compile(r"[ \t]*```\w*(?!.*```)", re.DOTALL)
_EMPTY_FENCE = re.compile(r"```\w*\s*```")
_OUTCOME = re.compile(r"[✓✔✅☑]️?[ \t]*")
_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_BEFORE_POINT = re.compile(r"(?<=\w)[ \t]+(?=[.,;!?](?:\s|$))")
_BEGINS_JSON = re.compile(r"\{\s*(?:\"|$)|\[\s*(?:\{|$)")
_CLOSES = re.compile(r"[}\]]")
_DECODER = json.JSONDecoder(strict=False)
_LONGEST_HELD = 4_000
"""Letters that are held back at most while they may become data."""
_MAY_GROW = re.compile(
    r"(?:[(\[][^()\[\]\n]{0,40}|[`\"']?[0-9a-f-]+(?:@[\w:+-]*)?[`\"']?"
    r"|<[|｜][^|｜<>\n]{0,40}[|｜]?|(?:<|\\u003c)[\s/]*[a-z_]{0,13}|\\(?:u0{0,2}3?)?|`{1,2}"
    r"|(?<!\w)(?:refs?|ids?)[\s:=#]*"
    r"|[^\s/=_@]{0,100}[/=_@]\S{0,300})$"
)
_LAST_WORD = re.compile(r"`?\b[a-z_]+$")
_LOOKS_BACK = 420


def shown(text: str, tools: Collection[str] = (), may_show: MayShow = nowhere) -> str:
    """A model's words as people may see them; `tools` are names that are said in plain words,
    `may_show` tells which addresses may stand: by itself none."""
    found = _shown(_THOUGHTS.sub("", text) if "</" in text else text, tools, may_show)
    return _LAST_FENCE.sub("", found) if found.count("```") % 2 else found


def _shown(text: str, tools: Collection[str], may_show: MayShow) -> str:
    """The same of a part of it: what was streamed can't be taken back."""
    text = _MARK.sub("", _ESCAPED.sub("<", text))
    text = _EMPTY_FENCE.sub("", _without_data(text))
    text = _BARE.sub("", _NAMED.sub("", text))
    text = _OUTCOME.sub("", text)
    for name in tools:
        if "_" in name and name in text:
            text = text.replace(f"`{name}`", name).replace(name, name.replace("_", " "))
    text = without_new(text, may_show)
    return _BEFORE_POINT.sub("", _BLANKS.sub(" ", text))


class Words:
    """A model's words as they stream in: what may yet become an id, JSON or a mark waits."""

    def __init__(self, tools: Collection[str] = (), may_show: MayShow = nowhere) -> None:
        self._tools = tools
        self._may_show = may_show
        self._held = ""

    def add(self, delta: str) -> str:
        """What may be shown at once."""
        waits = _BEGINS_JSON.match(self._held) is not None and len(self._held) < _LONGEST_HELD
        self._held += delta
        if waits and not _CLOSES.search(delta):
            return ""
        safe = self._safe()
        ready, self._held = self._held[:safe], self._held[safe:]
        return _shown(ready, self._tools, self._may_show)

    def _safe(self) -> int:
        word = _LAST_WORD.search(self._held, max(len(self._held) - _LOOKS_BACK, 0))
        if word and any(name.startswith(word[0].lstrip("`")) for name in self._tools):
            return min(word.start(), _safe(self._held))
        return _safe(self._held)

    def rest(self) -> str:
        """What is left when the words are over."""
        ready, self._held = self._held, ""
        return _shown(ready, self._tools, self._may_show)


def _safe(text: str) -> int:
    """Up to where nothing that follows changes what is shown."""
    end = begun(text)
    if growing := _MAY_GROW.search(text, max(end - _LOOKS_BACK, 0)):
        end = min(end, growing.start())
    fence = text.rfind("```")
    if fence >= 0 and text.count("```") % 2:
        end = min(end, fence)
    for begin in _BEGINS_JSON.finditer(text):
        if begin.start() >= end:
            break
        if _end_of_data(text, begin.start()) is None:
            end = begin.start()
    return end if len(text) - end <= _LONGEST_HELD else len(text)


def _without_data(text: str) -> str:
    """The text without JSON: objects, and lists of them; broken ones to their end."""
    kept, at = [], 0
    while begin := _BEGINS_JSON.search(text, at):
        start = begin.start()
        end = _end_of_data(text, start)
        kept.append(text[at:start])
        if end is None:  # broken off
            return "".join(kept)
        at = end
    return "".join([*kept, text[at:]])


def _end_of_data(text: str, start: int) -> int | None:
    """Where JSON, or what looks like it, ends; None while it does not."""
    try:
        return _DECODER.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        pass
    depth, quoted, escaped = 0, False, False
    for at in range(start, min(len(text), start + _LONGEST_HELD)):
        letter = text[at]
        if quoted:
            quoted, escaped = escaped or letter != '"', letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "{[":
            depth += 1
        elif letter in "}]":
            depth -= 1
            if depth == 0:
                return at + 1
    return None
