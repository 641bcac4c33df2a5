"""Which model answers somebody: their own choice, else their workspace's, else the house's; rules
where that one fails or may not be asked any more.

What is offered is `models`; how much may be used `quotas`; how it is said in chat
`model_choice`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.chat.messages import Place, Sender
from bot.conversations import REMEMBERED
from bot.llm.model import LanguageModel
from bot.models import OFFLINE, Guarded, Models
from bot.people import Person
from bot.quotas import Allowance, Quotas
from bot.replies import FALLBACK
from bot.speaking import Hearing
from bot.store import People
from bot.turn import TurnResult
from calendar_core.people import PersonId

LOOKS_BACK = 2 * REMEMBERED
"""Entries of a conversation that a model may look back on; what is too long is told in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The model that plays a turn."""

    name: str
    """By what it is offered."""
    model: LanguageModel
    allowance: Allowance
    """What the turn may take."""
    notice: str = ""
    """What the person is told before the answer."""
    remembers: int = REMEMBERED
    """Entries of the conversation that it may look back on."""


class WorkspaceChoices(Protocol):
    """What workspaces chose."""

    async def model_of(self, platform: str, workspace: str) -> str:
        """The model that was chosen there, by name; empty where none was."""
        ...

    async def choose(self, platform: str, workspace: str, model: str, by: PersonId) -> None:
        """Set it; an empty name leaves it to the house."""
        ...


class Choosing:
    """Chooses, and has what asking took kept."""

    def __init__(
        self,
        models: Models,
        fallback: LanguageModel,
        workspaces: WorkspaceChoices,
        people: People,
        quotas: Quotas,
    ) -> None:
        self.models = models
        self._fallback = fallback
        self._workspaces = workspaces
        self._people = people
        self._quotas = quotas

    @property
    def fallback(self) -> LanguageModel:
        """Who plays a turn that another could not."""
        return self._fallback

    @asynccontextmanager
    async def turn(self, hearing: Hearing) -> AsyncIterator[Chosen]:
        """The model for one message, for as long as it plays; what that took is kept in the end.

        A message that is one too many is refused by the allowance, and played by nobody.
        """
        async with self._quotas.turn(hearing.me, hearing.now) as allowance:
            if allowance.refused is not None:
                yield Chosen(name=OFFLINE, model=self._fallback, allowance=allowance)
            else:
                yield await self._for_turn(hearing, allowance)

    async def _for_turn(self, hearing: Hearing, allowance: Allowance) -> Chosen:
        name, notice = await self._chosen(hearing)
        model = self.models.named(name)
        allowance.model, allowance.prices = name, self.models.offer(name).prices
        if self.goes_by_rules(model):
            return Chosen(name=name, model=model, allowance=allowance, notice=notice)
        over = await self._quotas.without_model(allowance)
        if over is None and model.rests:
            over = FALLBACK if model.is_news_to(hearing.me.id) else ""
        if over is not None:
            words = " ".join(one for one in (notice, over) if one)
            return Chosen(name=name, model=self._fallback, allowance=allowance, notice=words)
        return Chosen(
            name=name, model=model, allowance=allowance, notice=notice, remembers=LOOKS_BACK
        )

    def played(self, hearing: Hearing, chosen: Chosen, result: TurnResult) -> None:
        """Who was just told that a model does not answer knows it."""
        fell_back = chosen.model is not self._fallback and result.model == self._fallback.name
        is_down = fell_back and not chosen.allowance.is_over
        if is_down and isinstance(chosen.model, Guarded):
            chosen.model.is_news_to(hearing.me.id)

    async def name_for(self, me: Person, place: Place, sender: Sender) -> tuple[str, str]:
        """The name of the model that answers somebody there, and whose choice that is: `yours`,
        `workspace`, `house`."""
        names = self.models.names
        if me.preferences.model in names:
            return me.preferences.model, "yours"
        there = await self._workspaces.model_of(*workspace_of(place, sender))
        if there in names:
            return there, "workspace"
        return self.models.house, "house"

    async def choose_there(self, hearing: Hearing, name: str) -> None:
        """Set the model of a workspace; empty leaves it to the house. Who may is decided
        before."""
        there = workspace_of(hearing.place, hearing.sender)
        await self._workspaces.choose(*there, name, hearing.me.id)

    async def _chosen(self, hearing: Hearing) -> tuple[str, str]:
        """The name, and what is said once where a choice is no longer offered: it is dropped."""
        mine, names = hearing.me.preferences.model, self.models.names
        if mine in names:
            return mine, ""
        gone = ""
        if mine:
            gone = f"The model that you chose, {mine}, is no longer offered here"
            await self._forget(hearing.me)
        name, there = self.models.house, await self.there(hearing)
        if there in names:
            name = there
        elif there:
            gone = gone or f"The model chosen for all here, {there}, is no longer offered"
            await self.choose_there(hearing, "")
        return name, f"({gone}; I use {name} now.)" if gone else ""

    async def there(self, hearing: Hearing) -> str:
        """What the workspace chose in which somebody speaks; empty where it did not."""
        if len(self.models.names) < 2:
            return ""  # nothing to choose: the database is not asked
        return await self._workspaces.model_of(*workspace_of(hearing.place, hearing.sender))

    async def _forget(self, me: Person) -> None:
        await self._people.save(replace(me, preferences=replace(me.preferences, model="")))

    def goes_by_rules(self, model: LanguageModel) -> bool:
        """Whether a model reads by rules, which need no prompt and fall back on nobody."""
        return model.name == self._fallback.name


def workspace_of(place: Place, sender: Sender) -> tuple[str, str]:
    """Platform and workspace, or server, of what is said in a place."""
    return place.platform, place.workspace or sender.workspace


__all__ = ["OFFLINE", "Choosing", "Chosen", "workspace_of"]
