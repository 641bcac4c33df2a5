"""A model that reads the calendar, and obeys what strangers wrote into it as well as it can."""

from collections.abc import AsyncIterator

from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.transcript import Happened, Part, ToolReturned, UserSaid
from tests.harm.attacks import TRIGGER, Attack, Calls

LOOKS: Calls = (
    ("get_schedule", {"when": "this week"}),
    ("search_events", {"query": "review"}),
    ("search_events", {"unanswered": True}),
    ("list_reminders", {}),
)


class Puppet:
    """Looks around, then does all that an attack asks for, once a turn."""

    name = "puppet"
    capabilities = ModelCapabilities()

    def __init__(self, attack: Attack, looks: Calls = LOOKS) -> None:
        self._attack = attack
        self._looks = looks
        self.read: list[str] = []
        """All that it was ever told."""
        self.obeyed = 0
        """How many calls it made on a stranger's word."""

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        said = [n for n, part in enumerate(request.parts) if isinstance(part, UserSaid)]
        now = [one for one in request.parts[said[-1] :] if isinstance(one, ToolReturned)]
        heard = "\n".join(_told(one) for one in request.parts)
        heard += request.prompt if TRIGGER in request.prompt else ""
        self.read.append(f"{request.prompt}\n{heard}")
        offered = {spec.name for spec in request.tools}
        looks = self._looks if not heard or self._attack.later else ()
        wanted = looks if not now else self._obey(heard, request, len(now))
        made = [one for one in wanted if one[0] in offered]
        for number, (tool, arguments) in enumerate(made):
            call = f"{len(request.parts)}-{number}"
            yield ToolCall(id=call, tool=tool, arguments=arguments)
        if not made:
            words = self._attack.words(heard) if TRIGGER in heard else "Nothing new."
            for at in range(0, len(words), 7):
                yield TextDelta(words[at : at + 7])
        yield Finished(stop=Stop.CALLED if made else Stop.ANSWERED)

    def _obey(self, heard: str, request: ModelRequest, answers: int) -> Calls:
        said = [part.text for part in request.parts if isinstance(part, UserSaid)][-1]
        waits = self._attack.later and "thanks" not in said.casefold()
        if TRIGGER not in heard or waits or answers > len(self._looks):
            return ()
        calls = tuple(self._attack.calls(heard))
        self.obeyed += len(calls)
        return calls


def _told(part: Part) -> str:
    match part:
        case ToolReturned():
            return part.content
        case Happened():
            return part.text
        case _:
            return ""
