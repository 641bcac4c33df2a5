"""One step of a conversation: a fresh request, a follow-up, or the answer to what tools brought back."""

from bot.llm.model import ModelRequest
from bot.llm.offline import smalltalk
from bot.llm.offline.answering import worded
from bot.llm.offline.frame import Frame, Reply
from bot.llm.offline.reading import read
from bot.llm.offline.sentence import as_sentence
from bot.transcript import ToolReturned, UserSaid


def answer(request: ModelRequest) -> Reply:
    """What to do next, by the transcript alone."""
    said = next((p for p in reversed(request.parts) if isinstance(p, UserSaid)), None)
    if said is None:
        return Reply(text=smalltalk.not_understood())
    since = request.parts[request.parts.index(said) + 1 :]
    returns = tuple(p for p in since if isinstance(p, ToolReturned))
    if returns:
        return worded(returns, said.text, request.setting)
    return fresh(said.text, request)


def fresh(text: str, request: ModelRequest) -> Reply:
    """A request that stands for itself."""
    talk = smalltalk.small_talk(text)
    if talk:
        return Reply(text=talk)
    allowed = {tool.name for tool in request.tools}
    frames = tuple(frame for frame in read(text, request.setting) if frame.tool in allowed)
    return as_reply(frames) if frames else Reply(text=lost(text, request))


def as_reply(frames: tuple[Frame, ...]) -> Reply:
    """Calls, or the first question that is open."""
    asked = next((frame for frame in frames if frame.ask), None)
    if asked is None:
        return Reply(frames=frames)
    return Reply(text=asked.ask or "", asks_for=asked.tool, known=asked.arguments)


def lost(text: str, request: ModelRequest) -> str:
    """The words when nothing was understood, with a day of the person's own in the example."""
    times = as_sentence(text, request.setting).times
    day = times[0].text if times and len(times[0].text) < 30 else None
    return smalltalk.not_understood(day.title() if day else None)
