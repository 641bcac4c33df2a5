"""The words of `/cal`: what each stands for. Free text, and most words, become a message; `new`,
`settings` and `link` ask or act at once.
"""

from collections.abc import Awaitable, Callable

from bot.channel_form import asks_for_settings
from bot.chat.messages import Command, IncomingMessage
from bot.menus import Menus
from bot.speaking import Hearing

Answer = Callable[[Hearing, IncomingMessage], Awaitable[None]]
Act = Callable[[Hearing, Command, str], Awaitable[None]]
ChannelOpener = Callable[[Hearing, str | None], Awaitable[None]]
"""Opens the form with a channel's settings, by the command's trigger."""
WORDS = ("today", "week", "free", "find", "new", "remind", "link", "feed", "settings", "help")
"""What may follow `/cal`; anything else is free text."""
_ALONE = {
    "today": "What's on today?",
    "week": "What's on this week?",
    "free": "When am I free?",
    "find": "What's next?",
    "remind": "Which reminders do I have?",
    "help": "help",
    "": "help",
}
"""What a word stands for when nothing follows it."""
_BEFORE = {
    "today": "What's on today {}?",
    "week": "What's on this week {}?",
    "free": "When am I free {}?",
    "find": "Find {}",
    "new": "Create {}",
    "help": "help",
    "link": "link {}",
    "feed": "feed {}",
    "settings": "{}",
    "": "{}",
}
"""What it stands for with words after it."""
_REMINDING = (
    "me ",
    "us ",
    "everyone ",
    "everybody ",
    "the ",
    "this channel ",
    "this thread ",
    "our team ",
    "@",
)


class Commands:
    """Answers slash commands."""

    def __init__(self, menus: Menus, answer: Answer, channel: ChannelOpener) -> None:
        self._answer = answer
        self._menus = menus
        self._channel = channel
        self._acts: dict[str, Act] = {
            "new": self._new,
            "settings": self._settings,
        }

    async def command(self, hearing: Hearing, command: Command) -> None:
        """Do what a command says."""
        word, rest = word_of(command)
        if word == "settings" and asks_for_settings(rest):
            await self._channel(hearing, command.trigger)
            return
        act = self._acts.get(word)
        if act is not None and not (word in ("new", "settings") and rest):
            await act(hearing, command, rest)
            return
        message = IncomingMessage(
            id=command.id,
            place=command.place,
            sender=command.sender,
            text=said_by(word, rest),
            at=command.at,
            mentioned=command.mentioned,
            is_unseen=True,
        )
        await self._answer(hearing, message)

    async def _new(self, hearing: Hearing, command: Command, rest: str) -> None:
        await self._menus.ask_event(hearing, command.trigger)

    async def _settings(self, hearing: Hearing, command: Command, rest: str) -> None:
        await self._menus.ask_settings(hearing, command.trigger)


def word_of(command: Command) -> tuple[str, str]:
    """The word that a command begins with, and what follows; no word for free text."""
    if command.name in WORDS:
        return command.name, command.text.strip()
    first, _, rest = command.text.strip().partition(" ")
    if first.casefold() not in WORDS or not _is_a_word(first.casefold(), rest.strip()):
        return "", command.text.strip()
    return first.casefold(), rest.strip()


def _is_a_word(first: str, rest: str) -> bool:
    """Whether the first word is a command's, not the beginning of a sentence ("new York trip",
    "today at 5 dinner", "remind me …" say more by themselves)."""
    if not rest:
        return True
    return first not in ("today", "week", "remind") or (first == "remind" and not _reminds(rest))


def _reminds(rest: str) -> bool:
    return rest.casefold().startswith(_REMINDING)


def said_by(word: str, rest: str) -> str:
    """The sentence that a command stands for."""
    if not rest:
        return _ALONE.get(word, word)
    if word == "remind":
        return f"Remind {rest}" if _reminds(rest) else f"Remind me {rest}"
    return _BEFORE[word].format(rest.rstrip("?"))
