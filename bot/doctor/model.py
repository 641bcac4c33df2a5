"""The language models: whether they can be asked at all. Nothing is asked that costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import Answer, Outside, Unreachable
from bot.offers import OFFLINE, Offer, Offers, read_offers
from bot.quotas import QUESTION, Limits, limits_of
from bot.settings import BadSettings, Settings

_PART = "model"
_ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
_ANTHROPIC_VERSION = "2026-10-21"


async def check_model(settings: Settings, outside: Outside) -> Findings:
    """Whether each model that is offered is one, is reachable, and takes the key."""
    try:
        offers = read_offers(settings)
    except BadSettings as err:
        what = "what is offered can't be used" if settings.models else f"{settings.model!r} is none"
        return [wrong(_PART, what, str(err))]
    asked = [offers.by_name[name] for name in offers.names if name != OFFLINE]
    if not asked:
        return [well(_PART, "offline, needs nothing")]
    found = [await _check(one, outside) for one in asked]
    return [*found, *_limited(offers, limits_of(settings))]


def _limited(offers: Offers, limits: Limits) -> Findings:
    """What limits can't be kept, or keep a model from being asked at all."""
    found = []
    if limits.bounds_cost and offers.unpriced:
        names = " and ".join(offers.unpriced)
        todo = "Give its prices in a file that CONVENE_MODELS names; the README shows one."
        found.append(odd(_PART, f"no limit of cost is kept for {names}: no price is known", todo))
    models = (offers.by_name[name] for name in offers.names if name != OFFLINE)
    if never := [one.name for one in models if not limits.lets_ask(one.prices)]:
        what = f"{' and '.join(never)} is never asked: a limit is less than one question takes"
        todo = f"A question takes some {QUESTION:,} tokens; raise what CONVENE_TOKENS_… or "
        found.append(odd(_PART, what, f"{todo}CONVENE_COST_… allow."))
    return found


async def _check(offer: Offer, outside: Outside) -> Finding:
    vendor, _, model = offer.model.partition(":")
    names = vendor.upper()
    key = offer.key.get_secret_value() if offer.key else ""
    if not key and not offer.base_url:
        todo = f"Set {names}_API_KEY; until then the offline model answers."
        return wrong(_PART, f"{offer.name} has no key", todo)
    door = _Door.of(vendor, offer.base_url, key)
    try:
        answer = await outside.ask("GET", door.models, also=door.headers)
        is_there = await _is_there(model, answer, door, outside)
    except Unreachable as err:
        todo = f"Check {names}_BASE_URL and the network; until then the offline model answers."
        return wrong(_PART, f"{offer.name}: {err}", todo)
    if answer.status in (401, 403):
        todo = f"Set {names}_API_KEY, or the key that CONVENE_MODELS names, to one that is good."
        return wrong(_PART, f"{offer.name}: the key is refused", todo)
    if answer.status >= 500:
        return wrong(_PART, f"{offer.name}: HTTP {answer.status}", "Try again later.")
    if not is_there:
        todo = f"Set CONVENE_MODEL to {vendor}: and a name that it has."
        return odd(
            _PART, f"{offer.name}: the server does not name {model!r} among its models", todo
        )
    return well(_PART, f"{offer.name} is reachable{_unable(offer)}")


def _unable(offer: Offer) -> str:
    """What a model was said not to do, and what is done instead."""
    return "" if offer.capabilities.tools else "; without tool calls: it is given the agenda"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Where a vendor lists its models, and the headers that ask for it."""

    models: str
    headers: Mapping[str, str]
    tells_others: bool
    """Whether a model may be known by more names than are listed."""

    @classmethod
    def of(cls, vendor: str, base_url: str | None, key: str) -> "_Door":
        base = (base_url or _ADDRESSES[vendor]).rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if vendor != "anthropic":
            return cls(models=f"{base}/models", headers=headers, tells_others=False)
        # As the library asks: servers that speak the same read the key where it used to stand.
        headers |= {"x-api-key": key} if key and base_url else {}
        return cls(
            models=f"{base.removesuffix('/v1')}/v1/models?limit=1000",
            headers={"anthropic-version": _ANTHROPIC_VERSION, **headers},
            tells_others=True,
        )


async def _is_there(model: str, listed: Answer, door: _Door, outside: Outside) -> bool:
    """Whether a server knows a model, as far as it says. Raises Unreachable."""
    known = listed.body.get("data") or []
    there = {str(one.get("id")) for one in known if isinstance(one, dict)}
    if not there or model in there:
        return True
    if not door.tells_others:
        return False
    address = f"{door.models.partition('?')[0]}/{quote(model, safe='')}"
    return (await outside.ask("GET", address, also=door.headers)).status == 200
