"""The web door: whether others reach it, and whether more do than should."""

from ipaddress import ip_address

from bot.doctor.finding import Findings, odd, well, wrong
from bot.doctor.outside import Outside, Unreachable
from bot.settings import Settings


async def check_web(settings: Settings, outside: Outside) -> Findings:
    """Where it listens, and the public address when one is set."""
    part = "web door"
    found = []
    if not _is_loopback(settings.web_host):
        words = f"listens on {settings.web_host}: all who reach that read /healthz and /metrics"
        todo = "Let a proxy on this machine show the rest, or close the port to others."
        found.append(odd(part, words, todo))
    public = settings.public_url
    if public is None:
        return found or [well(part, f"{settings.web_host}:{settings.web_port}, for this machine")]
    if public.startswith("http://"):
        todo = "Use https://: browsers and Slack refuse anything else."
        found.append(wrong(part, f"{public} is not encrypted", todo))
    try:
        answer = await outside.ask("GET", f"{public}/healthz")
    except Unreachable as err:
        todo = "If convene serve runs, look at the proxy in front of it and at its name."
        return [*found, odd(part, f"{public}: {err}", todo)]
    if "well" not in answer.body:
        todo = f"Let it pass on to {settings.web_host}:{settings.web_port}."
        return [*found, odd(part, f"what answers at {public} is not Convene", todo)]
    return found or [well(part, f"{public} is reached")]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
