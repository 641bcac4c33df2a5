"""The language models, joined: what is offered, who chooses, what may be used."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.allowing import ALL, Allowed
from bot.app.core import Core
from bot.choosing import Choosing
from bot.engine import Tally
from bot.limits import TurnLimits
from bot.llm.hosted import Hosted
from bot.llm.model import LanguageModel
from bot.llm.offline.model import OfflineModel
from bot.models import Models
from bot.offers import Offer, read_offers
from bot.quotas import Limits, Quotas, limits_of
from bot.settings import BadSettings, Settings
from bot.tools.all import allowed_by
from bot.usage import Meter, Usage
from bot.workspaces import Workspaces
from calendar_core.clock import Clock


class Counting(Tally, Meter, Protocol):
    """Counts what happens and what models take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How an operator wants people to be served."""

    limits: Limits = field(default_factory=Limits)
    allowed: Allowed = ALL
    """What may be called."""
    turn: TurnLimits = field(default_factory=TurnLimits)


def ways_of(settings: Settings) -> Ways:
    """What the settings say of that. Raises BadSettings with a sentence for the operator."""
    try:
        allowed = allowed_by(settings.tools)
    except ValueError as err:
        raise BadSettings(f"CONVENE_TOOLS can't be used: {err}.") from None
    return Ways(
        allowed=allowed,
        turn=TurnLimits(context=_context(settings)),
        limits=limits_of(settings),
    )


def _context(settings: Settings) -> int:
    """Tokens of a conversation that a model is sent, so that a turn has several rounds of it."""
    of_turn = settings.tokens_per_turn
    return settings.context if of_turn is None else min(settings.context, of_turn // 4)


def make_models(settings: Settings, clock: Clock) -> Models:
    """The models that are offered. Raises BadSettings with a sentence for the operator."""
    return Models(read_offers(settings), make_model, clock)


def make_model(offer: Offer) -> LanguageModel:
    """A model that is offered; vendors' libraries are loaded when it is first asked."""
    vendor, _, model = offer.model.partition(":")
    key = offer.key.get_secret_value() if offer.key else None
    hosted = Hosted(
        model,
        api_key=key,
        base_url=offer.base_url,
        effort=offer.effort,
        capabilities=offer.capabilities,
    )
    match vendor:
        case "openai":
            from bot.llm.openai import OpenAIModel

            return OpenAIModel(hosted)
        case "anthropic":
            from bot.llm.anthropic import AnthropicModel

            return AnthropicModel(hosted)
        case _:
            return OfflineModel()


def make_choosing(
    core: Core, model: LanguageModel | Models, ways: Ways, meter: Meter | None
) -> Choosing:
    """Join the choice of a model to what is kept of it; a model by itself is the house's."""
    rules = OfflineModel()
    models = model if isinstance(model, Models) else Models.alone(model, rules, core.clock)
    usage = Usage(core.database, core.clock, meter)
    workspaces = Workspaces(core.database, core.clock)
    return Choosing(models, rules, workspaces, core.people, Quotas(ways.limits, usage))
