"""The terminal without a terminal: lines from a pipe, answers as text, no questions.

Who is new here gets the defaults: the first questions need somebody who can answer.
"""

from collections.abc import AsyncIterator

from adapters.console.plain_screen import PlainScreen
from adapters.console.ports import FirstAnswers, Host
from adapters.console.seat import Seat, Taken

NO_FORMS = 'Forms can\'t be filled in here. Say it instead, like "make it 4 pm".'


async def converse(
    host: Host,
    lines: AsyncIterator[bytes],
    *,
    screen: PlainScreen,
    seat: Seat,
    defaults: FirstAnswers,
) -> None:
    """Talk until the lines end, or one of them leaves."""
    if await host.welcome.known_person() is None:
        await host.welcome.settle(defaults)
    seat.sit(await host.welcome.known_person() or defaults.name)
    await host.start()
    await host.settle()
    async for line in lines:
        if not await take_line(host, line, screen=screen, seat=seat):
            return


async def take_line(host: Host, line: bytes, *, screen: PlainScreen, seat: Seat) -> bool:
    """Do what a line asks for, to its end; whether more may follow."""
    taken = seat.take(line.decode("utf-8", "replace"))
    await _do(host, taken, screen)
    if taken.leaves or host.platform.is_closed:
        return False
    await _drop_form(host, seat, screen)
    return True


async def _do(host: Host, taken: Taken, screen: PlainScreen) -> None:
    if taken.remark:
        await screen.remark(taken.remark)
    if taken.work is None:
        return
    remark = await taken.work(host)
    await host.settle()
    if remark:
        await screen.remark(remark)


async def _drop_form(host: Host, seat: Seat, screen: PlainScreen) -> None:
    if host.platform.form_of(seat.name) is not None:
        host.platform.close_form(seat.name)
        await screen.remark(NO_FORMS)
