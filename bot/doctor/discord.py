"""Discord: the token, the application, what it needs to hear, and its commands."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from adapters.discord.client import ConveneClient, Tree, mark_of, names_of, told_of
from adapters.discord.commands import add_commands
from adapters.discord.invite import invite_url
from adapters.discord.pointing import Pointing
from adapters.discord.store import Store
from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import Answer, Outside, Unreachable
from bot.settings import Settings
from calendar_core.errors import CalendarError

Ask: TypeAlias = Callable[[str], Awaitable[Answer]]
API = "https://discord.com/api/v10"
_TOKEN = (
    "At discord.com/developers/applications: your application, Bot, Reset Token, and set "
    "DISCORD_TOKEN to the new one."
)
_NETWORK = "Check the network, a proxy (HTTPS_PROXY, NO_PROXY) and DISCORD_API_URL."
_PRIVILEGED = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""Flags of an application (docs.discord.com: application flags): whole, and limited."""


async def check_discord(settings: Settings, outside: Outside, known: Store | None) -> Findings:
    """Everything about Discord, whose token is set."""
    assert settings.discord_token is not None, "asked only where Discord is configured"
    api = (settings.discord_api_url or API).rstrip("/")
    bearer = f"Bot {settings.discord_token.get_secret_value()}"
    try:
        me = await outside.ask("GET", f"{api}/users/@me", authorization=bearer)
        if me.status != 200:
            return [_refused(me)]
        told = await outside.ask("GET", f"{api}/oauth2/applications/@me", authorization=bearer)
    except Unreachable as err:
        return [wrong("Discord token", str(err), _NETWORK)]
    name = str(me.body.get("username") or "the bot")
    application = str(told.body.get("id") or "")
    found = [well("Discord token", f"good, {name}")]
    if told.status != 200 or not application.isdecimal():
        words = f"Discord does not tell which it is (HTTP {told.status})"
        return [*found, wrong("Discord application", words, "Try again later.")]
    return [
        *found,
        *_application(told.body, application),
        _intents(int(told.body.get("flags") or 0)),
        *await _connections(outside, api, bearer),
        await _commands(
            application,
            known,
            lambda path: outside.ask("GET", f"{api}{path}", authorization=bearer),
        ),
    ]


def _refused(answer: Answer) -> Finding:
    part = "Discord token"
    if answer.status == 401:
        return wrong(part, "Discord refuses it", _TOKEN)
    if answer.status == 429:
        return odd(part, "Discord limits how often it is asked", "Try again in a minute.")
    if answer.status >= 500:
        return wrong(part, f"Discord has troubles (HTTP {answer.status})", "Try again later.")
    return wrong(part, f"what answers is not Discord (HTTP {answer.status})", _NETWORK)


def _application(told: dict[str, Any], application: str) -> Findings:
    part = "Discord application"
    if told.get("bot_require_code_grant"):
        todo = "In the developer portal: Bot, switch Requires OAuth2 Code Grant off."
        return [wrong(part, "nobody can bring it onto a server", todo)]
    return [well(part, f"{application}; to bring it onto a server: {invite_url(application)}")]


def _intents(flags: int) -> Finding:
    part = "Discord intents"
    needless = [name for name, bits in _PRIVILEGED.items() if flags & bits]
    if needless:
        todo = "In the developer portal: Bot, Privileged Gateway Intents, switch them off."
        return odd(part, f"on, though not needed: {', '.join(needless)}", todo)
    return well(part, "no privileged one is needed, and none is on")


async def _connections(outside: Outside, api: str, bearer: str) -> Findings:
    """How many are opened, where Discord wants several."""
    try:
        told = await outside.ask("GET", f"{api}/gateway/bot", authorization=bearer)
    except Unreachable:
        return []
    match told.body.get("session_start_limit"):
        case {"remaining": 0}:
            words = "it connected too often today, and Discord lets it wait"
            return [wrong("Discord connections", words, "See why it is started again and again.")]
    shards = told.body.get("shards") if told.status == 200 else None
    if not isinstance(shards, int) or shards < 2:
        return []
    return [well("Discord connections", f"{shards} are opened, as Discord recommends")]


async def _commands(application: str, known: Store | None, ask: Ask) -> Finding:
    part = "Discord commands"
    due = "The next start of convene serve tells Discord."
    if known is None:
        return odd(part, "Discord was not told them yet", due)
    try:
        told = await known.told(application)
    except CalendarError as err:
        return odd(part, "can't be looked at", str(err))
    if told is None:
        return odd(part, "Discord was not told them yet", due)
    tree = _current_tree(known)
    if told != mark_of(tree):
        return odd(part, "Discord knows those of another version", due)
    try:
        there = await ask(f"/applications/{application}/commands")
    except Unreachable as err:
        return odd(part, str(err), _NETWORK)
    if there.status == 200 and not names_of(told_of(tree)) <= names_of(there.items):
        return odd(part, "Discord has lost them, or another program told it others", due)
    return well(part, "Discord knows them as they are")


def _current_tree(known: Store) -> Tree:
    """The commands as this Convene has them; nobody listens to them here."""
    client = ConveneClient(known, Pointing(None, None))
    nobody: Any = None
    add_commands(client.tree, nobody)
    return client.tree
