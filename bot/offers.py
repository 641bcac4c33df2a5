"""Which language models an operator offers: names, addresses, keys, what each can do and costs.

People choose among these by name and never say an address. What is chosen by whom is `choosing`;
the models themselves are `models`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.types import StringConstraints

from bot.llm.model import ModelCapabilities
from bot.settings import BadSettings, Settings, secret_named
from bot.spending import Prices

OFFLINE = "offline"
VENDORS = ("openai", "anthropic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model that can be chosen."""

    name: str
    """By what it is chosen."""
    model: str
    """`offline`, `openai:NAME`, `anthropic:NAME`."""
    base_url: str | None = None
    """Where its server is; None: the vendor's own."""
    key: SecretStr | None = None
    capabilities: ModelCapabilities = field(default_factory=ModelCapabilities)
    effort: str = ""
    """How hard it is to think; empty: as it does by itself."""
    prices: Prices | None = None
    """None where they are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All that is offered; rules without a model always are."""

    house: str
    """The one for whoever chose none."""
    by_name: Mapping[str, Offer]
    currency: str = ""
    """Of all prices."""

    @property
    def names(self) -> tuple[str, ...]:
        """What can be chosen, the house's first."""
        others = [name for name in self.by_name if name not in (self.house, OFFLINE)]
        return tuple(dict.fromkeys((self.house, *others, OFFLINE)))

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Those whose prices are not known: no limit of cost can be kept for them."""
        return tuple(
            one for one in self.names if one != OFFLINE and self.by_name[one].prices is None
        )


class _Costs(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    input: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    stored: float | None = Field(default=None, ge=0)
    output: float = Field(ge=0)


_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:/-]{0,59}$")]


class _Named(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid")

    model: str
    base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    key: str | None = None
    tools: bool | None = None
    streaming: bool = True
    structured: bool = True
    context: int = Field(default=ModelCapabilities().context, ge=4_000)
    effort: Literal["", "none", "minimal", "low", "medium", "high", "xhigh", "max"] = ""
    prices: _Costs | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    currency: str = Field(default="", max_length=12)
    models: dict[_Name, _Named] = Field(default_factory=dict)


def read_offers(settings: Settings) -> Offers:
    """What the settings offer. Raises BadSettings with a sentence for the operator."""
    file = _read_file(Path(settings.models)) if settings.models.endswith(".toml") else _File()
    offers = {OFFLINE: Offer(name=OFFLINE, model=OFFLINE)}
    for name, entry in file.models.items():
        offers[name] = _of_entry(name, entry, settings)
    listed = [] if settings.models.endswith(".toml") else settings.models.split(",")
    for name in [*(one.strip() for one in listed), settings.model]:
        if name and name not in offers:
            offers[name] = _of_name(name, settings)
    return Offers(house=settings.model, by_name=offers, currency=file.currency)


def _of_name(name: str, settings: Settings) -> Offer:
    """A model by its vendor's name, at the address that is set for the vendor."""
    vendor, _, model = name.partition(":")
    if vendor not in VENDORS or not model:
        raise BadSettings(
            f"I know no model {name!r}. Set CONVENE_MODEL to offline, openai:NAME, anthropic:NAME "
            "or a name that CONVENE_MODELS offers."
        )
    capabilities = ModelCapabilities(tools=settings.tool_calls)
    return Offer(
        name=name,
        model=name,
        base_url=_address(vendor, settings),
        key=_key(vendor, settings),
        capabilities=capabilities,
    )


def _of_entry(name: str, entry: _Named, settings: Settings) -> Offer:
    vendor, _, model = entry.model.partition(":")
    if name == OFFLINE or vendor not in VENDORS or not model:
        raise BadSettings(
            f"{settings.models}: the model of {name!r} must be openai:NAME or anthropic:NAME."
        )
    if entry.key is not None:
        key = secret_named(entry.key)
        if key is None:
            raise BadSettings(f"{settings.models}: {name!r} wants its key in {entry.key}; set it.")
    else:
        # A server of one's own must not be handed the vendor's key.
        key = None if entry.base_url else _key(vendor, settings)
    return Offer(
        name=name,
        model=entry.model,
        base_url=entry.base_url or _address(vendor, settings),
        key=key,
        capabilities=ModelCapabilities(
            tools=settings.tool_calls if entry.tools is None else entry.tools,
            streaming=entry.streaming,
            structured=entry.structured,
            context=entry.context,
        ),
        effort=entry.effort,
        prices=_prices(entry.prices),
    )


def _prices(costs: _Costs | None) -> Prices | None:
    if costs is None:
        return None
    return Prices(
        read=costs.input,
        cached=costs.input if costs.cached is None else costs.cached,
        written=costs.output,
        stored=costs.stored,
    )


def _address(vendor: str, settings: Settings) -> str | None:
    return settings.openai_base_url if vendor == "openai" else settings.anthropic_base_url


def _key(vendor: str, settings: Settings) -> SecretStr | None:
    return settings.openai_api_key if vendor == "openai" else settings.anthropic_api_key


def _read_file(path: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as err:
        raise BadSettings(f"CONVENE_MODELS: {path} can't be read.") from err
    except tomllib.TOMLDecodeError as err:
        raise BadSettings(f"CONVENE_MODELS: {path} is no TOML: {err}.") from None
    except ValidationError as err:
        told = "; ".join(
            f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}"
            for one in err.errors(include_input=False, include_url=False)
        )
        raise BadSettings(f"CONVENE_MODELS: {path} can't be used: {told}.") from None
