"""The interactive terminal: a prompt at once, the house behind it as soon as it stands.

Only prompt_toolkit is read before the first prompt. What is typed before the house is ready waits
for it. Who sits where is `seat`, what is shown `terminal_screen`, the first questions `firststart`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from prompt_toolkit.patch_stdout import patch_stdout

from adapters.console.firststart import first_start
from adapters.console.keys import Keys
from adapters.console.line_editor import Interrupted, LineEditor
from adapters.console.ports import Failed, Host, Welcome
from adapters.console.prompts import ask_form
from adapters.console.screen import OpenForm, Screen
from adapters.console.seat import Seat, Work
from adapters.console.terminal_screen import TerminalScreen
from adapters.console.typed import HELP, Help, Quit, read_typed

OpenHouse: TypeAlias = Callable[[Screen], AbstractAsyncContextManager[Host]]
"""Opens the house that speaks through a screen."""
PATIENCE = 2.0
"""Seconds that what was asked for may still take when the person leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a terminal begins."""

    load: Callable[[], OpenHouse]
    """Reads the slow libraries; called in a thread, after the first prompt is drawn."""
    history: Path
    is_fresh: bool
    """Whether the data folder looks new, so that the first questions come first."""
    name_guess: str
    zone_guess: Callable[[], str]


class Terminal:
    """One sitting of a person at the terminal."""

    def __init__(self, opening: Opening, out: TextIO) -> None:
        self._opening = opening
        self._keys = Keys()
        self._seat = Seat(self._keys, "")
        self._editor = LineEditor(opening.history, is_wanted=self._is_wanted)
        self._screen = TerminalScreen(out, self._editor.output, seat=self._seat, keys=self._keys)
        self._screen.on_change = self._editor.redraw
        self._screen.on_form = self._editor.interrupt
        self._host: asyncio.Future[Host] = asyncio.get_running_loop().create_future()
        self._is_newcomer = opening.is_fresh
        self._is_seated = False
        self._early: list[str] = []
        self._works: asyncio.Queue[Work] = asyncio.Queue()
        self._leaving = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Talk until the person leaves. Raises CannotStart."""
        with patch_stdout(raw=True):
            self._tasks = [self._begin(self._keep_house()), self._begin(self._do_works())]
            try:
                with suppress(EOFError):
                    await self._talk()
            finally:
                await self._leave()

    async def _talk(self) -> None:
        while True:
            self._raise_failure()
            if self._is_newcomer:
                await self._greet()
            elif self._screen.forms:
                await self._answer(self._screen.forms.popleft())
            else:
                with suppress(Interrupted):
                    if await self._take(await self._editor.line(self._screen.prompt)):
                        return

    def _is_wanted(self) -> bool:
        """Whether something else than a line has to be attended to."""
        return self._is_newcomer or bool(self._screen.forms) or self._has_failed()

    async def _take(self, line: str) -> bool:
        """Begin what a line asks for; True when the person leaves."""
        if not self._is_seated:
            return await self._take_early(line)
        return await self._take_seated(line)

    async def _take_seated(self, line: str) -> bool:
        taken = self._seat.take(line)
        if taken.remark:
            await self._screen.remark(taken.remark)
        if taken.work is not None:
            self._works.put_nowait(taken.work)
        return taken.leaves

    async def _take_early(self, line: str) -> bool:
        """Nobody is known yet: what is said waits."""
        match read_typed(line):
            case Quit():
                return True
            case Help():
                await self._screen.remark(HELP)
            case _:
                self._early.append(line)
        return False

    async def _answer(self, form: OpenForm) -> None:
        try:
            fields = await ask_form(
                form.form, self._editor.ask, self._screen.remark, self._editor.ask_secret
            )
        except EOFError:
            await self._screen.remark("Nothing was changed.")
            (await self._host).platform.close_form(form.sender.user)
        else:
            self._works.put_nowait(self._seat.fill(form, dict(fields)))

    async def _greet(self) -> None:
        """The first start."""
        answers = await first_start(
            self._ask_briefly,
            self._screen.remark,
            welcome=self._welcome,
            name_guess=self._opening.name_guess,
            zone_guess=self._opening.zone_guess,
        )
        welcome = await self._welcome()
        if answers is not None:
            try:
                told = await welcome.settle(answers)
            except Failed as error:
                told = [str(error)]
            await self._screen.remark("\n".join([*told, "Ask away; /help tells the rest.", ""]))
        self._is_newcomer = False
        await self._sit(await welcome.known_person() or self._opening.name_guess)

    async def _ask_briefly(self, question: str, default: str) -> str:
        """With the default in brackets: it is taken by Enter, not edited."""
        shown = f"{question} [{default}]" if default else question
        return (await self._editor.ask(shown, "", False)).strip() or default

    async def _welcome(self) -> Welcome:
        return (await asyncio.shield(self._host)).welcome

    async def _sit(self, name: str) -> None:
        self._seat.sit(name)
        # What is typed meanwhile joins the end: lines are taken in the order they were typed.
        while self._early:
            await self._take_seated(self._early.pop(0))
        self._is_seated = True
        self._editor.redraw()

    async def _keep_house(self) -> None:
        """Open the house once the prompt stands, and keep it until the person leaves."""
        await self._editor.drawn.wait()
        open_house = await asyncio.to_thread(self._opening.load)
        async with open_house(self._screen) as host:
            name = await host.welcome.known_person()
            self._host.set_result(host)
            await self._settle_in(name)
            await host.start()
            await self._leaving.wait()

    async def _settle_in(self, name: str | None) -> None:
        if name is None:
            self._is_newcomer = True
            self._editor.interrupt()
        elif not self._is_newcomer:
            await self._sit(name)

    async def _do_works(self) -> None:
        """Do what was asked for, in order."""
        host = await asyncio.shield(self._host)
        while True:
            work = await self._works.get()
            remark = await work(host)
            if remark:
                await self._screen.remark(remark)
            self._works.task_done()

    def _begin(self, doing: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(doing)
        task.add_done_callback(self._note_end)
        return task

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """A task that fails ends the sitting: nobody may wait for it any longer."""
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if not self._host.done():
            self._host.set_exception(error)
        self._editor.abort()

    def _has_failed(self) -> bool:
        return any(task.done() for task in self._tasks)

    def _raise_failure(self) -> None:
        for task in self._tasks:
            if task.done():
                task.result()

    async def _leave(self) -> None:
        """Let what was asked for come to its end for a moment, then close the house."""
        house, works = self._tasks
        if self._host.done() and not self._has_failed():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._works.join(), PATIENCE)
        works.cancel()
        self._leaving.set()
        if not self._host.done():
            house.cancel()
        await asyncio.gather(house, works, return_exceptions=True)
        if self._host.done() and not self._host.cancelled():
            self._host.exception()
