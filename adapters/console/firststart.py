"""The first start: a few questions to a new person. Asking only; `ports.Welcome` does what follows.

Every question has a default that Enter accepts, so that five times Enter begins well.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from adapters.console.ports import FirstAnswers, Load, Welcome
from adapters.console.typed import is_person

Ask: TypeAlias = Callable[[str, str], Awaitable[str]]
"""Question and default → what was answered. Raises EOFError when the person leaves."""
Tell: TypeAlias = Callable[[str], Awaitable[None]]
"""Shows a line."""

ZONE = "Your time zone"
HOURS = "Your working hours"
USUAL_HOURS = "9-17"
CHOICES = """\
What should your calendar begin with?
  1  a small sample week, to try things on
  2  an .ics file: an export of your calendar
  3  nothing"""


async def first_start(
    ask: Ask,
    tell: Tell,
    *,
    welcome: Callable[[], Awaitable[Welcome]],
    name_guess: str,
    zone_guess: Callable[[], str],
) -> FirstAnswers | None:
    """Ask what is needed; None when this terminal's person turns out to be known already.

    The first questions need nothing but a terminal: the house may still be on its way.
    """
    await tell("Hello, I'm Convene. A few questions first; Enter takes what stands in brackets.")
    name = await _name(ask, tell, name_guess)
    guess = zone_guess()
    zone = await ask(ZONE, guess)
    house = await welcome()
    if await house.known_person() is not None:
        return None
    while why := house.check_zone(zone):
        await tell(why)
        zone = await ask(ZONE, guess)
    hours = await ask(HOURS, USUAL_HOURS)
    while why := house.check_hours(hours):
        await tell(why)
        hours = await ask(HOURS, USUAL_HOURS)
    return FirstAnswers(name=name, zone=zone, hours=hours, load=await _load(ask, tell))


def default_answers(*, name: str, zone: str) -> FirstAnswers:
    """What stands where nobody can be asked."""
    return FirstAnswers(name=name if is_person(name) else "me", zone=zone, hours=USUAL_HOURS)


async def _name(ask: Ask, tell: Tell, guess: str) -> str:
    while True:
        name = (await ask("Your name", guess)).strip()
        if is_person(name):
            return name
        await tell("A name of one line please, without # or @ before it.")


async def _load(ask: Ask, tell: Tell) -> Load:
    await tell(CHOICES)
    while True:
        match (await ask("1, 2 or 3", "1")).strip().casefold():
            case "1" | "sample":
                return "sample"
            case "2" | "file" | "import":
                if (file := await _file(ask, tell)) is not None:
                    return file
            case "3" | "nothing" | "empty" | "none":
                return "nothing"
            case _:
                await tell("Please type 1, 2 or 3.")


async def _file(ask: Ask, tell: Tell) -> Path | None:
    """A file that is there; None goes back to the choice."""
    while answer := (await ask("Path of the .ics file (empty goes back)", "")).strip():
        if (file := _existing(answer)) is not None:
            return file
        await tell(f"There is no file {answer}.")
    return None


def _existing(answer: str) -> Path | None:
    file = Path(answer.strip("'\"")).expanduser()
    return file if file.is_file() else None
