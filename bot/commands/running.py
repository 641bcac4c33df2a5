"""How a command ends: what it returns, what it says where it can't go on, and being stopped."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from calendar_core.errors import CalendarError

STOPPED = 130
"""The exit code of what Ctrl-C ended."""


def run_to_end(work: Coroutine[Any, Any, int], *, stopped: str) -> int:
    """Run a command; its exit code. A CalendarError is told on stderr, and so is what `stopped`
    says where somebody stops it, by Ctrl-C or by ending the input."""
    try:
        return asyncio.run(work)
    except CalendarError as err:
        print(err, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print(stopped, file=sys.stderr)
        return STOPPED
