"""What people wrote in Slack, made readable: entities of mrkdwn → the words that they stand for.

Pure. See Slack's "Formatting message text", "Retrieving messages". Writing is `mrkdwn`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_ENTITY = re.compile(r"<([@#!][^<>]+|[a-z][a-z0-9+.-]*:[^<>]+)>")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)>")
_BLANKS = re.compile(r"[ \t]{2,}")


def text_in(said: Mapping[str, Any]) -> str:
    """What a message or command says, as mrkdwn: its text; where it has none, its blocks, else
    what it forwards. Empty where it brings no words."""
    text = str(said.get("text") or "")
    if text.strip():
        return text
    found = list(_lines(said.get("blocks"))) or list(_lines(said.get("attachments")))
    return "\n".join(found).strip()


_PARTS = ("text", "fields", "elements", "blocks")
"""Where a block or an attachment keeps its words; texts that are inline stand in one line."""
_INLINE = ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "context")


def _lines(parts: object) -> Iterator[str]:
    """The lines of blocks or attachments, however nested."""
    for one in parts if isinstance(parts, list) else [parts]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping) and one.get("type") in _INLINE:
            yield "".join(map(_inline, one.get("elements") or ()))
        elif isinstance(one, Mapping) and one.get("type") == "plain_text":
            yield _escaped(one.get("text"))
        elif isinstance(one, Mapping) and one.get("type") not in ("actions", "input"):
            kept = [one[name] for name in _PARTS if one.get(name)]
            for part in kept or [one.get("fallback") or []]:
                yield from _lines(part)


def _inline(element: Mapping[str, Any]) -> str:
    """A part of a line of rich text."""
    match element.get("type"):
        case "user":
            return f"<@{element.get('user_id')}>"
        case "usergroup":
            return f"<!subteam^{element.get('usergroup_id')}>"
        case "channel":
            return f"<#{element.get('channel_id')}>"
        case "broadcast":
            return f"<!{element.get('range')}>"
        case "link":
            return f"<{element.get('url')}|{_escaped(element.get('text'))}>"
        case "emoji":
            return f":{element.get('name')}:"
        case "date":
            return _escaped(element.get("fallback"))
        case "mrkdwn":
            return str(element.get("text") or "")
        case _:
            return _escaped(element.get("text"))


def _escaped(text: object) -> str:
    plain = str(text or "")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentioned(text: str) -> Sequence[str]:
    """The users whom a text mentions, in order, each once."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def groups_in(text: str) -> Sequence[str]:
    """The user groups that a text mentions without saying what they are called, each once."""
    return list(dict.fromkeys(_GROUP.findall(text)))


def readable(text: str, *, names: Mapping[str, str], without: str = "") -> str:
    """The text as people read it; mentions of the user `without` are left out.

    `names` tells how users and user groups are called, by their id; one who is missing keeps the
    name in the text, else the id.
    """
    left_out = re.sub(rf"<@{re.escape(without)}(?:\|[^<>]*)?>[,:]?", " ", text) if without else text
    words = _ENTITY.sub(lambda found: _words(found[1], names), left_out)
    plain = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in plain.split("\n")).strip()


def _words(entity: str, names: Mapping[str, str]) -> str:
    target, _, label = entity.partition("|")
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:]) or label.removeprefix('@') or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label, names)
        case _:
            return _address(target, label)


def _special(target: str, label: str, names: Mapping[str, str]) -> str:
    """@here, user groups, dates."""
    if label:
        return label
    kind, _, which = target.partition("^")
    return f"@{names.get(which) or which}" if kind == "subteam" and which else f"@{kind}"


def _address(target: str, label: str) -> str:
    """A link: its label, and where it leads unless the label says so."""
    address = target.removeprefix("mailto:")
    if not label or label in (target, address) or address.rstrip("/").endswith(f"//{label}"):
        return address
    return f"{label} ({address})"
