"""Which model answers somebody: their own choice, else their workspace's, else the house's; rules
where that one fails or may not be asked any more.

What is offered is `models`; how much may be used `quotas`; how it is said in chat
`model_choice`.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.chat.messages import Place, Sender
from bot.conversations import REMEMBERED
from bot.llm.model import LanguageModel
from bot.models import OFFLINE, Guarded, Models
from bot.people import Person
from bot.quotas import Quotas
from bot.replies import FALLBACK
from bot.speaking import Hearing
from bot.spending import Prices
from bot.store import People
from bot.turn import TurnResult
from bot.usage import Usage
from calendar_core.people import PersonId

LOOKS_BACK = 2 * REMEMBERED
"""Parts of a conversation that a model may look back on; what is too long is told in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The model that plays a turn."""

    name: str
    """By what it is offered."""
    model: LanguageModel
    notice: str = ""
    """What the person is told before the answer."""
    prices: Prices | None = None
    remembers: int = REMEMBERED
    """Parts of the conversation that it may look back on."""


class WorkspaceChoices(Protocol):
    """What workspaces chose."""

    async def model_of(self, platform: str, workspace: str) -> str:
        """The model that was chosen there, by name; empty where none was."""
        ...

    async def choose(self, platform: str, workspace: str, model: str, by: PersonId) -> None:
        """Set it; an empty name leaves it to the house."""
        ...


class Choosing:
    """Chooses, and keeps what asking took."""

    def __init__(
        self,
        models: Models,
        fallback: LanguageModel,
        workspaces: WorkspaceChoices,
        people: People,
        usage: Usage,
        quotas: Quotas,
    ) -> None:
        self.models = models
        self._fallback = fallback
        self._workspaces = workspaces
        self._people = people
        self._usage = usage
        self._quotas = quotas

    @property
    def fallback(self) -> LanguageModel:
        """Who plays a turn that another could not."""
        return self._fallback

    async def refusal(self, hearing: Hearing) -> str | None:
        """What somebody is told who wrote too much; None: they are answered."""
        return await self._quotas.too_many_messages(hearing.me, hearing.now)

    async def for_turn(self, hearing: Hearing) -> Chosen:
        """The model for one message, with what is to be said of it."""
        name, notice = await self._chosen(hearing)
        model = self.models.named(name)
        if self._goes_by_rules(model):
            return Chosen(name=name, model=model, notice=notice)
        over = await self._quotas.without_model(hearing.me, hearing.now)
        if over is None and model.rests:
            over = FALLBACK if model.is_news_to(hearing.me.id) else ""
        if over is not None:
            words = " ".join(one for one in (notice, over) if one)
            return Chosen(name=name, model=self._fallback, notice=words)
        return Chosen(
            name=name,
            model=model,
            notice=notice,
            prices=self.models.offer(name).prices,
            remembers=LOOKS_BACK,
        )

    async def played(self, hearing: Hearing, chosen: Chosen, result: TurnResult) -> None:
        """Keep what a turn took; who was just told that a model does not answer knows it."""
        fell_back = chosen.model is not self._fallback and result.model == self._fallback.name
        if fell_back and isinstance(chosen.model, Guarded):
            chosen.model.is_news_to(hearing.me.id)
        if result.spent.calls or self._quotas.counts_messages:
            await self._usage.record(hearing.me.id, chosen.name, result.spent, chosen.prices)

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

    def _goes_by_rules(self, model: LanguageModel) -> bool:
        return model.name == self._fallback.name


def workspace_of(place: Place, sender: Sender) -> tuple[str, str]:
    """Platform and workspace, or server, of what is said in a place."""
    return place.platform, place.workspace or sender.workspace


__all__ = ["OFFLINE", "Choosing", "Chosen", "workspace_of"]
