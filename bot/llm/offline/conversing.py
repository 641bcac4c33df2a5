"""One step of a conversation: a request, a follow-up, or the answer to what tools brought back."""

import re

from bot.linking_words import LinkWish, read_wish
from bot.llm.model import ModelRequest
from bot.llm.offline import smalltalk
from bot.llm.offline.answering import worded
from bot.llm.offline.counting import look_first, on_found
from bot.llm.offline.followups import follow, pointed
from bot.llm.offline.frame import Frame, Reply, as_reply, filled
from bot.llm.offline.grouping import named_again, read_group, standing_in
from bot.llm.offline.memory import Memory, remember
from bot.llm.offline.reading import read
from bot.llm.offline.replying import moved_instead
from bot.llm.offline.sentence import as_sentence
from bot.llm.offline.spreading import spread
from bot.llm.offline.timewords import meaning_of
from bot.transcript import ToolCalled, ToolReturned, UserSaid
from bot.wording import with_capital_days


def answer(request: ModelRequest) -> Reply:
    """What to do next, by the transcript alone."""
    wish = _about_group(request)
    if wish is not None:
        return Reply(frames=(wish,))
    read_as, names = standing_in(request)
    return named_again(_answer(read_as), names)


def _about_group(request: ModelRequest) -> Frame | None:
    """A wish about a list of people, just said."""
    last = request.parts[-1] if request.parts else None
    if not isinstance(last, UserSaid):
        return None
    frame = read_group(last.text, request.setting)
    allowed = {tool.name for tool in request.tools}
    return frame if frame is not None and frame.tool in allowed else None


def _answer(request: ModelRequest) -> Reply:
    parts = request.parts
    place = max((n for n, part in enumerate(parts) if isinstance(part, UserSaid)), default=None)
    if place is None:
        return Reply(text=smalltalk.not_understood())
    said, since = parts[place], parts[place + 1 :]
    assert isinstance(said, UserSaid)
    returns = tuple(part for part in since if isinstance(part, ToolReturned))
    if returns:
        many = spread(said.text, returns, request.setting)
        if many is not None:
            return many
        frames = read(said.text, request.setting)
        one = on_found(frames, said.text, returns, request.setting)
        one = one or moved_instead(frames, returns)
        if one is not None:
            return one
        calls = {part.id: part for part in since if isinstance(part, ToolCalled)}
        return worded(returns, calls, said.text, request.setting)
    memory = remember(parts[:place])
    reply = follow(said.text, memory, request.setting)
    if reply and {frame.tool for frame in reply.frames} <= {tool.name for tool in request.tools}:
        return reply
    return fresh(said.text, memory, request)


def fresh(text: str, memory: Memory, request: ModelRequest) -> Reply:
    """A request that stands for itself."""
    allowed = {tool.name for tool in request.tools}
    wish = read_wish(text)
    if isinstance(wish, LinkWish) and "link_calendar" in allowed:
        return Reply(frames=(Frame(tool="link_calendar", arguments=filled(kind=wish.kind)),))
    talk = smalltalk.small_talk(text, request.setting.now)
    if talk:
        return Reply(text=talk)
    frames = tuple(frame for frame in read(text, request.setting) if frame.tool in allowed)
    if not frames:
        return Reply(text=lost(text, request))
    look = look_first(frames[0], text, request.setting) if len(frames) == 1 else None
    if look is not None:
        return Reply(frames=(look,))
    return as_reply(pointed(frames, text, memory, request.setting))


def lost(text: str, request: ModelRequest) -> str:
    """The words when nothing was understood, with a day of the person's own in the example."""
    times = as_sentence(text, request.setting).times
    day = with_capital_days(_SMALL.sub("", times[0].text)) if times else ""
    told = meaning_of(day, request.setting) if 0 < len(day) < 30 else None
    return smalltalk.not_understood(f"{_link(day)}{day}" if told else None)


_SMALL = re.compile(r"^(?:(?:on|my|our|the|this|for|at|in)\s+)+|'s?$", re.I)


def _link(day: str) -> str:
    """ "On Tuesday", but plain "tomorrow" and "next week"."""
    return "on " if re.match(r"(?:[A-Z]|\d)", day) else ""
