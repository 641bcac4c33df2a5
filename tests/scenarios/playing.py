"""Plays a story through the script door and writes down what everybody saw, to be read aloud.

A story is a text file. Its first lines set the stage (`! now …`, `! tz …`, `! as NAME`,
`! calendar FILE`, `! server FILE` for a CalDAV server with these events). Then `> words` is said,
`(Label)` is pressed, `@ana`, `@ana #team` and `@me` change who speaks and where, `+PT15M` moves the
clock, `= {"when": "…"}` fills the open form, where `{server}` is the server's address, `? server`
looks at what stands on it, `--- restart ISO` ends the process and starts another. All other lines
are what came of it.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.console.json_screen import JsonScreen
from adapters.console.script import play
from bot.app.console import open_console_host
from bot.bringing import Bringing
from calendar_core.clock import StandingClock
from calendar_core.events import Resource
from calendar_core.ics.splitting import split
from calendar_core.ics.taking import resources
from tests.servers.caldav import CalDavServer, radicale

HERE = Path(__file__).parent
INPUTS = ("> ", "(", "@", "+P", "= ", "? ", "--- ")


@dataclass
class Story:
    """A story's stage and what is done on it."""

    now: str = "2026-03-10T08:00"
    zone: str = "Europe/Berlin"
    calendars: list[tuple[str, str]] = field(default_factory=list)
    """Person and file."""
    server: str = ""
    """The file whose events stand on a CalDAV server; empty for no server."""
    stage: list[str] = field(default_factory=list)
    acts: list[tuple[str, list[str]]] = field(default_factory=list)
    """Start of each process, and its inputs."""


def read_story(text: str) -> Story:
    """Take the inputs out of a story; what was seen is compared by the caller."""
    story, person = Story(), "me"
    inputs: list[str] = []
    for line in text.splitlines():
        if line.startswith("! "):
            story.stage.append(line)
            word, _, rest = line[2:].partition(" ")
            if word == "now":
                story.now = rest
            elif word == "tz":
                story.zone = rest
            elif word == "as":
                person = rest
            elif word == "calendar":
                story.calendars.append((person, rest))
            elif word == "server":
                story.server = rest
        elif line.startswith(INPUTS):
            inputs.append(line)
    story.acts = list(_acts(story.now, inputs))
    return story


def _acts(now: str, inputs: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    act: list[str] = []
    for line in inputs:
        if line.startswith("--- "):
            yield now, act
            now, act = line.removeprefix("--- restart").strip() or now, []
        else:
            act.append(line)
    yield now, act


def to_step(line: str) -> dict[str, Any]:
    """An input line as the script door takes it."""
    if line.startswith("> "):
        return {"say": line[2:]}
    if line.startswith("("):
        return {"press": line[1 : line.rindex(")")]}
    if line.startswith("+"):
        return {"advance": line[1:]}
    if line.startswith("= "):
        return {"fill": json.loads(line[2:])}
    name, _, place = line[1:].partition(" ")
    return {"as": name, "in": place} if place else {"as": name}


async def play_story(text: str, data: Path) -> str:
    """Play a story on a fresh folder; returns it as it happened."""
    story = read_story(text)
    lines = [*story.stage, ""]
    with _server(story, data.parent) as server:
        for number, (now, inputs) in enumerate(story.acts):
            if number:
                lines.append(f"--- restart {now}")
            lines += await _play_act(story, now, inputs, data, server, is_first=number == 0)
    return "\n".join(lines).rstrip() + "\n"


@contextmanager
def _server(story: Story, folder: Path) -> Iterator["Served | None"]:
    """The story's CalDAV server."""
    if not story.server:
        yield None
        return
    place = folder / "server"
    place.mkdir()
    with radicale(place) as running:
        served = Served(running, running.make_calendar("Work"))
        ics = (HERE / "calendars" / story.server).read_bytes()
        for one in resources(split(ics), zone=ZoneInfo(story.zone)):
            assert isinstance(one, Resource), one
            running.put(f"{served.url}{one.uid}.ics", one.ics)
        yield served


@dataclass(frozen=True)
class Served:
    """A running server and its one calendar."""

    server: CalDavServer
    url: str

    def titles(self) -> list[str]:
        """What stands there."""
        found = (self.server.request("GET", self.url).text or "").splitlines()
        return sorted(one.partition(":")[2] for one in found if one.startswith("SUMMARY"))


async def _play_act(
    story: Story,
    now: str,
    inputs: list[str],
    data: Path,
    server: "Served | None",
    *,
    is_first: bool,
) -> list[str]:
    zone = ZoneInfo(story.zone)
    clock = StandingClock(datetime.fromisoformat(now).replace(tzinfo=zone))
    out = io.StringIO()
    screen = JsonScreen(out, clock=clock, zone=zone)
    looked: dict[int, list[str]] = {}

    async def steps() -> AsyncIterator[bytes]:
        for number, line in enumerate(inputs, 1):
            if line.startswith("? "):
                assert server is not None, "there is no server to look at"
                looked[number] = await asyncio.to_thread(server.titles)
                yield b"\n"
                continue
            if server is not None:
                line = line.replace("{server}", server.server.url)
            yield (json.dumps(to_step(line)) + "\n").encode()

    async with open_console_host(screen, data=data, clock=clock, zone=zone) as host:
        if is_first:
            for person, file in story.calendars:
                await _seed(host, person, HERE / "calendars" / file)
        await play(host, steps(), screen)
    shown = out.getvalue()
    if server is not None:
        shown = shown.replace(server.server.url, "{server}")  # its port is another each time
    said = [json.loads(line) for line in shown.splitlines()]
    return _transcript(inputs, said, looked)


async def _seed(host: Any, person: str, file: Path) -> None:
    core = host._core
    who = await host.welcome.person(person)
    await Bringing(core.mirror, core.desk, core.clock).bring_file(who, file)


def _transcript(
    inputs: list[str], said: list[dict[str, Any]], looked: Mapping[int, list[str]]
) -> list[str]:
    lines: list[str] = []
    for one in (one for one in said if one["step"] == 0):
        lines += _seen(one)
    for number, line in enumerate(inputs, 1):
        lines.append(line)
        lines += [f"    {title}" for title in looked.get(number, ())]
        for one in _in_order(one for one in said if one["step"] == number):
            lines += _seen(one)
    return lines


def _in_order(said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What came of one line; news of one instant to several people has no order of its own."""
    found = list(said)
    news = iter(sorted((one for one in found if _is_news(one)), key=_to))
    return [next(news) if _is_news(one) else one for one in found]


def _is_news(one: dict[str, Any]) -> bool:
    """Whether it was told without having been asked for, or is such a message edited."""
    edited = one["type"] == "update" and (one["key"] or "").startswith("news:")
    return one["type"] == "notice" or edited


def _to(one: dict[str, Any]) -> str:
    return str(one["to"])


def _seen(one: dict[str, Any]) -> list[str]:
    if one["type"] == "status":
        return []
    mark = "    ┃ " if one["type"] in ("card", "update", "form") else "    "
    if one["type"] == "update":
        mark = "    ┇ "
    parts = [part for part in (one.get("title"), one.get("text")) if part]
    lines = [line for part in parts for line in str(part).split("\n")]
    fields = one.get("fields") or []
    width = max((len(fact["name"]) for fact in fields), default=0)
    for fact in fields:
        lines.append(f"{fact['name']:<{width}}  {fact['value']}")
    if one.get("buttons"):
        lines.append(" ".join(f"[{button['label']}]" for button in one["buttons"]))
    lines = [(mark + line).rstrip() for line in lines]
    where = _where(one)
    return [f"    {where}", *lines] if where else lines


def _where(one: dict[str, Any]) -> str:
    who, place = one.get("to"), one.get("in")
    if place and one.get("only"):
        return f"(in {place}, only {who} sees)"
    if place:
        return f"(in {place})"
    return f"(to {who})" if who and who != "me" else ""
