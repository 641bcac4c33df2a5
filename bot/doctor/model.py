"""The language models: whether they can be asked at all. Nothing is asked that costs."""

from collections.abc import Mapping

from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import Outside, Unreachable
from bot.offers import OFFLINE, Offer, read_offers
from bot.settings import BadSettings, Settings

_PART = "model"
_ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
_ANTHROPIC_VERSION = "2023-06-01"


async def check_model(settings: Settings, outside: Outside) -> Findings:
    """Whether each model that is offered is one, is reachable, and takes the key."""
    try:
        offers = read_offers(settings)
    except BadSettings as err:
        return [wrong(_PART, f"{settings.model!r} can't be used", str(err))]
    asked = [offers.by_name[name] for name in offers.names if name != OFFLINE]
    if not asked:
        return [well(_PART, "offline, needs nothing")]
    return [await _check(one, outside) for one in asked]


async def _check(offer: Offer, outside: Outside) -> Finding:
    vendor, _, model = offer.model.partition(":")
    names = vendor.upper()
    key = offer.key.get_secret_value() if offer.key else ""
    if not key and not offer.base_url:
        todo = f"Set {names}_API_KEY; until then the offline model answers."
        return wrong(_PART, f"{offer.name} has no key", todo)
    address, headers = _question(vendor, offer.base_url, key)
    try:
        answer = await outside.ask("GET", address, also=headers)
    except Unreachable as err:
        todo = f"Check {names}_BASE_URL and the network; until then the offline model answers."
        return wrong(_PART, f"{offer.name}: {err}", todo)
    if answer.status in (401, 403):
        todo = f"Set {names}_API_KEY, or the key that CONVENE_MODELS names, to one that is good."
        return wrong(_PART, f"{offer.name}: the key is refused", todo)
    if answer.status >= 500:
        return wrong(_PART, f"{offer.name}: HTTP {answer.status}", "Try again later.")
    there = {str(one.get("id")) for one in answer.body.get("data") or [] if isinstance(one, dict)}
    if there and model not in there:
        todo = f"Set CONVENE_MODEL to {vendor}: and a name that it has."
        return odd(
            _PART, f"{offer.name}: the server does not name {model!r} among its models", todo
        )
    return well(_PART, f"{offer.name} is reachable")


def _question(vendor: str, base_url: str | None, key: str) -> tuple[str, Mapping[str, str]]:
    """Where the models are listed, and the headers that ask for it."""
    base = (base_url or _ADDRESSES[vendor]).rstrip("/")
    if vendor == "anthropic":
        headers = {"anthropic-version": _ANTHROPIC_VERSION}
        return f"{base}/v1/models", {**headers, "x-api-key": key} if key else headers
    return f"{base}/models", {"Authorization": f"Bearer {key}"} if key else {}
