"""A terminal that can't move its cursor (TERM=dumb): lines as they come, a prompt before each.

The first questions are asked here too; line editing, forms and a growing answer need `terminal`.
"""

from collections.abc import AsyncIterator, Callable

from adapters.console.firststart import first_start
from adapters.console.piped import take_line
from adapters.console.plain_screen import PlainScreen
from adapters.console.ports import Failed, Host, Welcome
from adapters.console.seat import Seat


class PlainTerminal:
    """One sitting of a person at such a terminal."""

    def __init__(
        self, host: Host, lines: AsyncIterator[bytes], *, screen: PlainScreen, seat: Seat
    ) -> None:
        self._host = host
        self._lines = lines
        self._screen = screen
        self._seat = seat

    async def run(self, *, name_guess: str, zone_guess: Callable[[], str]) -> None:
        """Talk until the lines end, or one of them leaves."""
        try:
            if await self._host.welcome.known_person() is None:
                await self._greet(name_guess, zone_guess)
            self._seat.sit(await self._host.welcome.known_person() or name_guess)
            await self._host.start()
            await self._host.settle()
            while await take_line(
                self._host, await self._ask(self._prompt()), screen=self._screen, seat=self._seat
            ):
                pass
        except EOFError:
            return

    async def _greet(self, name_guess: str, zone_guess: Callable[[], str]) -> None:
        answers = await first_start(
            self._ask_briefly,
            self._screen.remark,
            welcome=self._welcome,
            name_guess=name_guess,
            zone_guess=zone_guess,
        )
        if answers is None:
            return
        try:
            told = await self._host.welcome.settle(answers)
        except Failed as error:
            told = [str(error)]
        await self._screen.remark("\n".join([*told, "Ask away; /help tells the rest."]))

    async def _ask_briefly(self, question: str, default: str) -> str:
        shown = f"{question} [{default}]: " if default else f"{question}: "
        return (await self._ask(shown)).decode("utf-8", "replace").strip() or default

    async def _ask(self, question: str) -> bytes:
        """The next line. Raises EOFError when there is none."""
        self._screen.begin_line(question)
        line = await anext(self._lines, b"")
        if not line:
            raise EOFError
        return line

    def _prompt(self) -> str:
        where = "" if self._seat.place.is_private else f" {self._seat.place.name}"
        return f"{self._seat.name}{where}> "

    async def _welcome(self) -> Welcome:
        return self._host.welcome
