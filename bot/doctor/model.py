"""The language model: whether it can be asked at all. Nothing is asked that costs."""

from adapters.console.ports import CannotStart
from bot.app.house import make_model
from bot.doctor.finding import Findings, odd, well, wrong
from bot.doctor.outside import Outside, Unreachable
from bot.settings import Settings

OPENAI = "https://api.openai.com/v1"
_KEY = "Set OPENAI_API_KEY to a key that is good."


async def check_model(settings: Settings, outside: Outside) -> Findings:
    """Whether the chosen model is one, is reachable, and takes the key."""
    part = "model"
    try:
        make_model(settings.model, settings)
    except CannotStart as err:
        return [wrong(part, f"{settings.model!r} is none", str(err))]
    if settings.model == "offline":
        return [well(part, "offline, needs nothing")]
    name = settings.model.partition(":")[2]
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    if not key and not settings.openai_base_url:
        todo = "Set OPENAI_API_KEY; until then the offline model answers."
        return [wrong(part, f"{settings.model} has no key", todo)]
    address = f"{(settings.openai_base_url or OPENAI).rstrip('/')}/models"
    try:
        answer = await outside.ask("GET", address, authorization=f"Bearer {key}" if key else "")
    except Unreachable as err:
        todo = "Check OPENAI_BASE_URL and the network; until then the offline model answers."
        return [wrong(part, f"{settings.model}: {err}", todo)]
    if answer.status in (401, 403):
        return [wrong(part, f"{settings.model}: the key is refused", _KEY)]
    if answer.status >= 500:
        return [wrong(part, f"{settings.model}: HTTP {answer.status}", "Try again later.")]
    there = {str(one.get("id")) for one in answer.body.get("data") or [] if isinstance(one, dict)}
    if there and name not in there:
        todo = "Set CONVENE_MODEL to openai: and a name that it has."
        return [odd(part, f"the server does not name {name!r} among its models", todo)]
    return [well(part, f"{settings.model} is reachable")]
