"""iCalendar text as content lines that lose nothing: what an edit does not name stays letter for
letter.

What the lines mean is `reading`; making new ones is `properties`. Folding: RFC 5545 §3.1.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from icalendar.parser import Contentline

from calendar_core.errors import BadCalendarData

_FOLD = re.compile(r"\r?\n[ \t]")
_HEAD = re.compile(r'(?:[^":]|"[^"]*")*')
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAM = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";])*)')
WIDTH = 75
"""Octets in a line before it is folded."""
_SHORT = 40
DEEPEST = 8
"""Components in components; RFC 5545 has three."""


@dataclass(frozen=True, slots=True, init=False)
class Line:
    """One unfolded content line."""

    text: str
    name: str = field(compare=False, repr=False)
    """The property's name in capitals; empty when the line is no content line."""
    head: str = field(compare=False, repr=False)
    """Name and parameters, up to the colon."""
    value: str = field(compare=False, repr=False)
    """What stands after the colon, escapes as they are."""

    def __init__(self, text: str) -> None:
        # Taken apart once, for nearly every line that is read is asked for all of it.
        head, _, value = text.partition(":")
        if '"' in head and (found := _HEAD.match(text)):
            head, value = found[0], text[found.end() + 1 :]
        make = object.__setattr__
        make(self, "text", text)
        make(self, "name", _name_at(head.partition(";")[0]))
        make(self, "head", head)
        make(self, "value", value)

    def param(self, name: str) -> str | None:
        """A parameter's value without quotes."""
        _, mark, params = self.head.partition(";")
        if not mark:
            return None
        if ";" not in params and '"' not in params:
            key, mark, value = params.partition("=")
            return value if mark and key.upper() == name else None
        for key, value in _PARAM.findall(self.head):
            if key.upper() == name:
                return str(value).strip('"')
        return None

    def with_param(self, name: str, value: str | None) -> "Line":
        """The line with one parameter set, or dropped."""
        said = [(k, v) for k, v in _PARAM.findall(self.head) if k.upper() != name]
        if value is not None:
            said.append((name, quoted(value)))
        params = "".join(f";{k}={v}" for k, v in said)
        return Line(f"{self.name}{params}:{self.value}")

    def with_value(self, value: str) -> "Line":
        """The line with another value."""
        return Line(f"{self.head}:{value}")


def _line(text: str) -> Line:
    """A content line; short ones are much the same in every event of a calendar."""
    return _known(text) if len(text) <= _SHORT else Line(text)


@lru_cache(maxsize=2048)
def _known(text: str) -> Line:
    return Line(text)


@lru_cache(maxsize=1024)
def _name_at(begin: str) -> str:
    """The name that a content line begins with, in capitals. Texts use the same few."""
    found = _NAME.match(begin)
    return found[0].upper() if found else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A component: content lines and inner components, in the order of the text."""

    name: str
    members: tuple["Line | Block", ...] = ()
    _first: dict[str, Line] = field(init=False, compare=False, repr=False, default_factory=dict)
    """The first line of each property, from the first question on: each event that is read is asked
    for some thirty."""

    def lines(self, name: str) -> tuple[Line, ...]:
        """All lines of one property."""
        if self.line(name) is None:
            return ()
        return tuple([m for m in self.members if m.name == name and isinstance(m, Line)])

    def line(self, name: str) -> Line | None:
        """The first line of a property."""
        return (self._first or self._found()).get(name)

    def _found(self) -> Mapping[str, Line]:
        for member in self.members:
            if isinstance(member, Line):
                self._first.setdefault(member.name, member)
        return self._first

    def value(self, name: str) -> str:
        """The raw value of a property's first line; empty without one."""
        found = (self._first or self._found()).get(name)
        return found.value.strip() if found else ""

    def blocks(self, name: str) -> tuple["Block", ...]:
        """All inner components of one kind."""
        return tuple([m for m in self.members if m.name == name and isinstance(m, Block)])

    def with_lines(self, name: str, new: Sequence[Line]) -> "Block":
        """The property's lines replaced where the first stood, or put behind the other lines."""
        at = next(
            (i for i, m in enumerate(self.members) if isinstance(m, Line) and m.name == name),
            next(
                (i for i, m in enumerate(self.members) if isinstance(m, Block)), len(self.members)
            ),
        )
        before, after = self.members[:at], self.members[at:]
        rest = tuple(m for m in after if not (isinstance(m, Line) and m.name == name))
        return replace(self, members=(*before, *new, *rest))

    def without(self, *names: str) -> "Block":
        """Without any line of these properties."""
        kept = (m for m in self.members if not (isinstance(m, Line) and m.name in names))
        return replace(self, members=tuple(kept))

    def mapped(self, change: "Callable[[Line | Block], Line | Block | None]") -> "Block":
        """Each member as `change` makes it; None drops it."""
        made = (change(member) for member in self.members)
        return replace(self, members=tuple(m for m in made if m is not None))

    def texts(self) -> Iterator[str]:
        """The component as folded lines, each with its CRLF."""
        yield f"BEGIN:{self.name}\r\n"
        for member in self.members:
            if isinstance(member, Block):
                yield from member.texts()
            else:
                yield folded(member.text)
        yield f"END:{self.name}\r\n"

    def text(self) -> str:
        """The component as text."""
        return "".join(self.texts())


def folded(text: str) -> str:
    """A content line folded at 75 octets, with CRLF."""
    if len(text) <= WIDTH and (text.isascii() or len(text.encode()) <= WIDTH):
        return text + "\r\n"
    if text.isascii():
        rest = (text[at : at + WIDTH - 1] for at in range(WIDTH, len(text), WIDTH - 1))
        return "\r\n ".join((text[:WIDTH], *rest)) + "\r\n"
    wrapped: bytes = Contentline(text).to_ical()  # type: ignore[no-untyped-call]
    return wrapped.decode() + "\r\n"


def quoted(value: str) -> str:
    """A parameter's value as it may stand in a line (RFC 5545 §3.2 has no escape for a quote)."""
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", value).replace('"', "'")
    return f'"{plain}"' if re.search(r"[:;,^ ]", plain) else plain


def unfolded(text: str) -> list[str]:
    """The content lines of a text, without empty ones."""
    lines = _FOLD.sub("", text).replace("\r\n", "\n").split("\n")
    return [line for line in lines if line and not line.isspace()]


def parse(text: str) -> Block:
    """The outermost component of a text; missing ENDs are closed where they are missed."""
    return _nest(iter(unfolded(text)), "")


def _nest(lines: Iterator[str], name: str) -> Block:
    stack: list[tuple[str, list[Line | Block]]] = [(name, [])]
    for text in lines:
        if text[0] not in "BbEe":
            stack[-1][1].append(_line(text))
            continue
        upper = text[:6].upper()
        if upper == "BEGIN:":
            if len(stack) > DEEPEST:
                raise BadCalendarData("its components are nested too deeply")
            stack.append((text[6:].strip().upper(), []))
        elif upper.startswith("END:"):
            _close(stack, text[4:].strip().upper())
        else:
            stack[-1][1].append(Line(text))
    while len(stack) > 1:
        _close(stack, stack[-1][0])
    inner = [m for m in stack[0][1] if isinstance(m, Block)]
    return inner[0] if inner else Block("VCALENDAR", tuple(stack[0][1]))


def _close(stack: list[tuple[str, list[Line | Block]]], name: str) -> None:
    if name not in (open_name for open_name, _ in stack[1:]):
        return
    while len(stack) > 1:
        done, members = stack.pop()
        stack[-1][1].append(Block(done, tuple(members)))
        if done == name:
            return


def calendar(members: Iterable[Line | Block]) -> Block:
    """A VCALENDAR with our PRODID around members."""
    head = (Line("VERSION:2.0"), Line(f"PRODID:{PRODID}"))
    return Block("VCALENDAR", (*head, *members))


PRODID = "-//Convene//Calendar assistant//EN"
