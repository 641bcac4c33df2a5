"""The language of stories that are played on several platforms, and one transcript for all.

The first lines set the stage: `! now ISO`, `! people Ana* Ben=America/New_York` (a star runs the
team, a zone is where somebody's clock stands), `! calendar Ana FILE`, `! both` for a story that is
played once, in one house with both platforms, where `@Ana on Discord` is Ana's account there. Then
`@Ana` or `@Ana #team` says who acts and where (`@Ana page`: on their own page); `> words` are said
to Convene, `>> words` go on in the thread of its last answer, `~ words` are said to the others;
`/cal …` is a command, `(Label)` a press or a choice, `(Label) again` presses the last such button
that there was, though it may be gone,
`[Entry]` an entry of a menu, `= {"field": "…"}` fills in the open form, `? Ben` looks at the last
message with Ben's eyes, `+PT15M` moves the clock, `--- …` is something that happens around them.
`# …` and empty lines are for the reader. All other lines are what people see.

A line that begins with S or D holds on Slack or on Discord alone, where the two differ by nature.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

MARKS = {"S": "slack", "D": "discord"}
PLATFORMS = tuple(MARKS.values())
BOTH = "both"
HOME = ZoneInfo("Europe/Berlin")
SEEN = "    "
"""What people see is indented by this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person on the stage."""

    name: str
    zone: ZoneInfo
    runs_team: bool


@dataclass(frozen=True, slots=True)
class Input:
    """A line that somebody does, or that is only read."""

    line: str
    on: tuple[str, ...] = PLATFORMS

    @property
    def text(self) -> str:
        """The line without its mark."""
        return self.line[2:] if self.on != PLATFORMS else self.line

    @property
    def is_silent(self) -> bool:
        """Whether nothing happens."""
        return not self.text or self.text.startswith("#")


@dataclass
class Story:
    """A stage, and what is done on it."""

    stage: list[str] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    now: datetime = datetime(2026, 3, 10, 8, tzinfo=HOME)
    zone: ZoneInfo = HOME
    people: list[Somebody] = field(default_factory=list)
    calendars: list[tuple[str, str]] = field(default_factory=list)
    """Whose, and from which file."""
    on: tuple[str, ...] = PLATFORMS
    """Where it is played: on each alone, or once on both together."""

    def set(self, line: str) -> None:
        """Take a line of the stage."""
        self.stage.append(line)
        word, _, rest = line[2:].partition(" ")
        match word:
            case "now":
                self.now = datetime.fromisoformat(rest).replace(tzinfo=self.zone)
            case "people":
                self.people = [_somebody(one, self.zone) for one in rest.split()]
            case "calendar":
                whose, file = rest.split()
                self.calendars.append((whose, file))
            case "both":
                self.on = (BOTH,)
            case _:
                raise ValueError(f"unknown on the stage: {line}")


def _somebody(text: str, home: ZoneInfo) -> Somebody:
    name, _, zone = text.partition("=")
    return Somebody(
        name=name.rstrip("*"),
        zone=ZoneInfo(zone) if zone else home,
        runs_team=name.endswith("*"),
    )


def read_story(text: str) -> Story:
    """The stage and the inputs of a story; what was seen is left out."""
    story = Story()
    for line in text.splitlines():
        if line.startswith("! "):
            story.set(line)
        elif not is_seen(line):
            story.inputs.append(Input(line, _platforms(line)))
    while story.inputs and not story.inputs[0].line:
        story.inputs.pop(0)
    return story


def is_seen(line: str) -> bool:
    """Whether a line tells what people see."""
    return line.startswith((SEEN, *(f"{mark}   " for mark in MARKS)))


def _platforms(line: str) -> tuple[str, ...]:
    mark = line[:1]
    return (MARKS[mark],) if mark in MARKS and line[1:2] == " " else PLATFORMS


def told_on(platform: str, text: str) -> str:
    """A story as it is told on one platform: without the lines of others, and without marks."""
    lines = []
    for line in text.splitlines():
        on = _platforms(line)
        if platform in (*on, BOTH):
            marked = is_seen(line) and on != PLATFORMS
            lines.append(f" {line[1:]}" if marked else line)
    return "\n".join(lines).rstrip() + "\n"


Played = Sequence[Sequence[str]]
"""What was seen after each input, from before the first on."""


def one_transcript(story: Story, played: Mapping[str, Played]) -> str:
    """What was seen on each platform as one text: marks where they differ."""
    lines = [*story.stage, ""]
    for at in range(len(story.inputs) + 1):
        if at:
            lines.append(story.inputs[at - 1].line)
        seen = {platform: list(one[at]) for platform, one in played.items()}
        if len(seen) == 1:
            lines += next(iter(seen.values()))
        elif at and story.inputs[at - 1].on != PLATFORMS:
            lines += [line for one in story.inputs[at - 1].on for line in _marked(one, seen[one])]
        else:
            lines += _merged(seen)
    return "\n".join(lines).rstrip() + "\n"


def alone(story: Story, platform: str, played: Played) -> str:
    """What was seen on one platform, to be compared with `told_on`."""
    lines = [*story.stage, "", *played[0]]
    for one, seen in zip(story.inputs, played[1:], strict=True):
        if platform in (*one.on, BOTH):
            lines += [one.line, *seen]
    return "\n".join(lines).rstrip() + "\n"


def _merged(seen: Mapping[str, list[str]]) -> Iterator[str]:
    (first, ours), (second, theirs) = seen.items()
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for how, ours_at, ours_to, theirs_at, theirs_to in matcher.get_opcodes():
        if how == "equal":
            yield from ours[ours_at:ours_to]
        else:
            yield from _marked(first, ours[ours_at:ours_to])
            yield from _marked(second, theirs[theirs_at:theirs_to])


def _marked(platform: str, lines: Iterable[str]) -> Iterator[str]:
    mark = next(mark for mark, name in MARKS.items() if name == platform)
    return (f"{mark}{line[1:]}" for line in lines)
