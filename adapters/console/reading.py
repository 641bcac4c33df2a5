"""Lines from a stream that may block, read one at a time and only when asked for."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import BinaryIO


async def lines(stream: BinaryIO) -> AsyncIterator[bytes]:
    """Each line as it comes. The next is not read before it is asked for.

    A thread of its own reads: it may hang in a read when the program ends, and must not hold it up.
    """
    while line := await _one_line(stream):
        yield line


async def _one_line(stream: BinaryIO) -> bytes:
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[bytes] = loop.create_future()

    def read() -> None:
        try:
            line, error = stream.readline(), None
        except (OSError, ValueError) as failure:
            line, error = b"", failure
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, line, error)

    def deliver(line: bytes, error: Exception | None) -> None:
        if arrived.done():
            return
        if error is None:
            arrived.set_result(line)
        else:
            arrived.set_exception(error)

    threading.Thread(target=read, daemon=True, name="console-reader").start()
    return await arrived
