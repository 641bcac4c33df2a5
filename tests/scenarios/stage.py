"""What a platform is to a story: where people act, and where one looks at what they see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.app.core import Core
from bot.chat.messages import Sender
from bot.chat.platform import ChatPlatform
from bot.engine import Engine
from tests.scenarios.looks import Look
from tests.scenarios.script import Somebody

CHANNEL = "#team"
"""The one channel, which all on the stage are in."""


class Stage(Protocol):
    """A platform with people on it, and Convene's door to it. `place` is CHANNEL, or empty for
    somebody's direct messages. Everything returns when it has been answered."""

    async def set(self, people: Sequence[Somebody], now: datetime, zone: ZoneInfo) -> None:
        """Let there be a team; it is `now`."""
        ...

    def make_doors(self, core: Core, engine: Engine) -> tuple[ChatPlatform, ...]:
        """New doors, not open yet; the platforms behind them."""
        ...

    async def open_doors(self) -> None:
        """Open the new doors; the old ones, if there were any, are closed."""
        ...

    async def close(self) -> None:
        """The end of the story. Raises AssertionError for what the platform would not bear."""
        ...

    def sender(self, who: str) -> Sender:
        """Somebody's account."""
        ...

    async def says(self, who: str, place: str, words: str) -> None:
        """Speak to Convene."""
        ...

    async def goes_on(self, who: str, place: str, words: str) -> None:
        """Speak in the thread of its last answer, as one does there."""
        ...

    async def says_aside(self, who: str, place: str, words: str) -> None:
        """Speak to the others."""
        ...

    async def commands(self, who: str, place: str, words: str) -> None:
        """Use `/cal`."""
        ...

    async def presses(self, who: str, look: Look, label: str) -> None:
        """Press a button, or choose from a list."""
        ...

    async def presses_again(self, who: str, id: str, label: str) -> None:
        """Press what stood on a message when one last looked, and may be gone since."""
        ...

    async def fills(self, who: str, fields: Mapping[str, str]) -> None:
        """Fill in the open form and send it; what is not named stays. Fields go by their label."""
        ...

    async def chooses(self, who: str, place: str, entry: str) -> None:
        """Choose an entry of a menu: of the app, of the last words that somebody said to the
        others, or "… with NAME" of a person."""
        ...

    async def happens(self, what: str) -> None:
        """What stands behind `---`, except a restart."""
        ...

    async def passes(self, length: timedelta) -> None:
        """Time goes by on the platform."""
        ...

    async def settle(self) -> None:
        """Wait until all that came in is answered."""
        ...

    def looks(self, zone_of: Mapping[str, ZoneInfo], home: ZoneInfo) -> list[Look]:
        """All that stands anywhere, place by place, in the order in which it came; its buttons are
        remembered. What all see is told in the home zone."""
        ...
