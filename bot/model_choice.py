"""Choosing a language model in words: which one answers, mine from now on, that of all here.

Code reads these words, before any model does: who asks for the offline model is not heard by
another one first. What counts when is `choosing`; the same choice by form is `settings_form`.
"""

import re

from bot.chat.platform import Right
from bot.choosing import Choosing
from bot.contexts import Contexts
from bot.showing import noted_card
from bot.speaking import Hearing, Speaking
from bot.tools.model_wishes import HOUSE, said_of, wish_of_model
from bot.tools.noting import NoteAction
from bot.tools.tool import ToolResult, Undo
from bot.wording import say_names

_ASKS = re.compile(
    r"(?:(?:and )?(?:which|what)(?: language| ai)? models?(?: is this| is it| is that| answers me"
    r"| (?:do|can) (?:you|i) (?:use|have|choose)| are you(?: using)?| are there| do you run on)?"
    r"|(?:list|show)(?: me)?(?: the| all)?(?: language)? models)(?: here)?",
    re.IGNORECASE,
)
_CHOOSES = re.compile(
    r"(?:please )?(?:can you |could you )?(?:use|switch to|change to|take|answer with)"
    r" (?:the |my )?(?P<name>[\w.:/-]{1,60}(?: [\w.:/-]{1,60})??)(?P<model> (?:language )?model)?"
    r"(?P<all> for (?:everyone|everybody|all(?: of us)?|us"
    r"|(?:the|this|our)(?: whole| entire)? (?:workspace|server|team))(?: here)?)?"
    r"(?: for me)?(?: from now on)?,?(?: please)?",
    re.IGNORECASE,
)
NOT_HERE = "Say that in a channel of the server, please: here I don't know for whom."


def _ways_of_saying(name: str) -> tuple[str, ...]:
    """What names a model beyond doubt, also without the word "model"."""
    low = name.casefold()
    return (low, low.partition(":")[2] or low)


class ModelChoice:
    """Answers words about which model answers."""

    def __init__(self, speaking: Speaking, contexts: Contexts, choosing: Choosing) -> None:
        self._speaking = speaking
        self._contexts = contexts
        self._choosing = choosing

    async def answer(self, hearing: Hearing, text: str) -> bool:
        """Answer words about the model; False for all others."""
        bare = " ".join(text.split()).strip(" .!?,")
        if _ASKS.fullmatch(bare):
            await self._tell(hearing, await self._told(hearing))
            return True
        match = _CHOOSES.fullmatch(bare)
        if match is None:
            return False
        name = wish_of_model(match["name"], self._choosing.models.names)
        if name is None:
            if not match["model"]:
                return False
            names = say_names(self._choosing.models.names)
            await self._tell(hearing, f"I know no model {match['name']}. There is: {names}.")
            return True
        if not name and not match["model"]:
            return False
        if match["all"]:
            await self._choose_for_all(hearing, name)
        elif match["model"] or match["name"].casefold() in _ways_of_saying(name):
            await self._choose(hearing, name)
        else:
            return False
        return True

    async def _told(self, hearing: Hearing) -> str:
        name, whose = await self._choosing.name_for(hearing.me, hearing.place, hearing.sender)
        because = {
            "yours": "as you chose",
            "workspace": "as was chosen for all here",
            "house": "as whoever runs me set it",
        }[whose]
        names = self._choosing.models.names
        lines = [f"I use {said_of(name)} for you, {because}."]
        if len(names) > 1:
            other = next(one for one in names if one != name)
            lines.append(
                f'You can choose among {say_names(names)}: say "use the {other} model", or "use '
                'the usual model".'
            )
        return " ".join(lines)

    async def _choose(self, hearing: Hearing, name: str) -> None:
        told = said_of(name) if name else "the usual model"
        action = NoteAction(
            kind="preferences",
            body={"model": name},
            done=f"Noted: from now on I use {told} for you.",
            question="Use another model for you?",
        )
        undo = await self._contexts.of(hearing).noting.perform(hearing.me.id, action)
        noted = ToolResult(text=action.done, undo=Undo(value=undo))
        await self._speaking.post(hearing.place, hearing.sender, noted_card(noted), private=True)

    async def _choose_for_all(self, hearing: Hearing, name: str) -> None:
        if not (hearing.place.workspace or hearing.sender.workspace):
            await self._tell(hearing, NOT_HERE)
            return
        platform = self._speaking.platform(hearing.place.platform)
        if not await platform.may(hearing.sender, hearing.place, Right.GOVERN):
            whole = "server" if hearing.place.platform == "discord" else "workspace"
            await self._tell(
                hearing,
                f"Only those who run this {whole} may choose for everybody here. For yourself, "
                f'leave that out: "use the {name or HOUSE} model".',
            )
            return
        before = await self._choosing.there(hearing)
        await self._choosing.choose_there(hearing, name)
        told = said_of(name) if name else "the usual model"
        await self._tell(
            hearing,
            f"From now on I use {told} for everybody here who chose none themselves; before, it "
            f"was {said_of(before) if before else 'the usual one'}.",
        )

    async def _tell(self, hearing: Hearing, text: str) -> None:
        await self._speaking.say(hearing.place, hearing.sender, text, private=True)
