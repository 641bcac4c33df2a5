"""`convene doctor`: looks everything over, and says for each fault what to do."""

import asyncio
import logging
import sys
from pathlib import Path

from calendar_core.errors import CalendarError


def run(*, data: Path) -> int:
    """Print a line for each thing; the exit code is 1 where one does not work."""
    from bot.doctor.examine import examine
    from bot.doctor.finding import Mark
    from bot.settings import read_settings
    from calendar_core.clock import SystemClock

    # What is wrong stands in the lines; what libraries say besides would only hide it.
    logging.disable(logging.CRITICAL)
    try:
        settings = read_settings()
    except CalendarError as err:
        print(f"{Mark.WRONG} settings: {err}")
        return 1
    try:
        found = asyncio.run(examine(settings, data, SystemClock()))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    finally:
        logging.disable(logging.NOTSET)
    for one in found:
        print(one)
    return 1 if any(one.mark is Mark.WRONG for one in found) else 0
