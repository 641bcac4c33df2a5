"""Slack: the tokens, what they may do, the manifest, and how Slack reaches us over HTTP.

What the app needs is `adapters.slack.methods`; see Slack's "auth.test" and "apps.connections.open".
"""

import asyncio
import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import yaml

from adapters.slack.door import SCOPES
from adapters.slack.installations import InstallationStore
from adapters.slack.methods import COMMAND, EVENT_SCOPES
from bot.chat.messages import ShortcutKind
from bot.doctor.finding import Finding, Findings, odd, well, wrong
from bot.doctor.outside import Answer, Outside, Unreachable
from bot.settings import Settings
from calendar_core.errors import CalendarError

MANIFEST = Path(__file__).parent.parent.parent / "app_manifest.yml"
_SHORTCUTS = {ShortcutKind.NEW_EVENT, ShortcutKind.EVENT_OF_MESSAGE}
_MOST = 20
"""Installations that are tried."""
_REINSTALL = (
    "On the app's page at api.slack.com/apps: OAuth & Permissions, Install to Workspace, then set "
    "SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…)."
)
_APP_LEVEL = (
    "On the app's page: Basic Information, App-Level Tokens, generate one with the scope "
    "connections:write, and set SLACK_APP_TOKEN to it (xapp-…)."
)
_NETWORK = "Check the network, a proxy (HTTPS_PROXY, NO_PROXY) and SLACK_API_URL."
_ENDED = {"account_inactive", "token_revoked", "token_expired", "team_access_not_granted"}


async def check_slack(
    settings: Settings, outside: Outside, installed: InstallationStore | None
) -> Findings:
    """Everything about Slack, where anything of it is configured."""
    if not settings.has_slack:
        missing = next(line for line in settings.missing() if line.startswith("Slack"))
        todo = missing.partition(", ")[2]
        return [wrong("Slack", "configured in part", f"{todo[:1].upper()}{todo[1:]}.")]
    parts = await asyncio.gather(
        _bot_token(settings, outside),
        _installations(settings, outside, installed),
        _app_token(settings, outside),
    )
    return [*(one for part in parts for one in part), check_manifest(MANIFEST), *_http(settings)]


async def _asked(outside: Outside, settings: Settings, method: str, token: str) -> Answer:
    """One call of the Web API. Raises Unreachable."""
    return await outside.ask(
        "POST", f"{settings.slack_api_url}{method}", authorization=f"Bearer {token}"
    )


async def _bot_token(settings: Settings, outside: Outside) -> Findings:
    part = "Slack bot token"
    if settings.slack_bot_token is None:
        return []
    token = settings.slack_bot_token.get_secret_value()
    if not token.startswith(("xoxb-", "xoxe.xoxb-")):
        return [wrong(part, "SLACK_BOT_TOKEN holds no bot token (xoxb-…)", _REINSTALL)]
    try:
        answer = await _asked(outside, settings, "auth.test", token)
    except Unreachable as err:
        return [wrong(part, str(err), _NETWORK)]
    if answer.body.get("ok") is not True:
        return [_refused(part, answer, _REINSTALL)]
    where = str(answer.body.get("team") or answer.body.get("team_id") or "Slack")
    return [well(part, f"good, in {where}"), *_scopes(answer.headers)]


def _refused(part: str, answer: Answer, todo: str) -> Finding:
    """What Slack says against a token."""
    error = str(answer.body.get("error") or f"HTTP {answer.status}")
    if answer.status == 429 or error == "ratelimited":
        return odd(part, "Slack limits how often it is asked", "Try again in a minute.")
    if answer.status >= 500:
        return wrong(part, f"Slack has troubles (HTTP {answer.status})", "Try again later.")
    if not answer.body:
        return wrong(part, f"what answers is not Slack (HTTP {answer.status})", _NETWORK)
    if error in _ENDED:
        return wrong(part, f"the app was removed, or its token ended ({error})", todo)
    return wrong(part, f"refused by Slack ({error})", todo)


def _scopes(headers: Mapping[str, str]) -> Findings:
    part = "Slack scopes"
    told = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    granted = {scope.strip() for scope in told.split(",") if scope.strip()}
    if not granted:
        return [odd(part, "Slack did not tell them", "Compare them with app_manifest.yml.")]
    return compare_scopes(granted)


def compare_scopes(granted: Set[str]) -> Findings:
    """What a token may do beside what the app needs."""
    part = "Slack scopes"
    found = []
    if missing := sorted(SCOPES - granted):
        todo = (
            "On the app's page: App Manifest, paste app_manifest.yml, save, then Install App, "
            "Reinstall to Workspace."
        )
        found.append(wrong(part, f"missing: {', '.join(missing)}", todo))
    if unneeded := sorted(granted - SCOPES):
        todo = "Take them away under OAuth & Permissions."
        found.append(odd(part, f"not needed: {', '.join(unneeded)}", todo))
    return found or [well(part, f"all {len(SCOPES)}, and none besides")]


async def _installations(
    settings: Settings, outside: Outside, installed: InstallationStore | None
) -> Findings:
    part = "Slack installations"
    if not settings.installs_slack:
        return []
    if settings.public_url is None:
        todo = "Set CONVENE_PUBLIC_URL to where browsers reach Convene, with https://."
        return [wrong(part, "nobody can install the app without a public address", todo)]
    address = f"{settings.public_url}/slack/install"
    try:
        places = await installed.places() if installed is not None else ()
        tried = await asyncio.gather(
            *(_tried(settings, outside, installed, *place) for place in places[:_MOST] if installed)
        )
    except CalendarError as err:
        return [wrong(part, "can't be looked at", str(err))]
    found = [one for one in tried if one is not None]
    if found:
        return found
    if not places:
        return [well(part, f"none yet; to install: {address}")]
    return [well(part, f"{len(places)}, {len(tried)} tried and good; to install: {address}")]


async def _tried(
    settings: Settings,
    outside: Outside,
    installed: InstallationStore,
    enterprise: str | None,
    team: str | None,
) -> Finding | None:
    part = f"Slack installation {team or enterprise}"
    again = f"Somebody there installs it again: {settings.public_url}/slack/install"
    bot = await installed.async_find_bot(
        enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None
    )
    if bot is None:
        return wrong(part, "its token opens with none of the keys", again)
    try:
        answer = await _asked(outside, settings, "auth.test", bot.bot_token)
    except Unreachable as err:
        return wrong(part, str(err), _NETWORK)
    if answer.body.get("ok") is not True:
        return _refused(part, answer, again)
    return next((one for one in _scopes(answer.headers) if one.mark != "✓"), None)


async def _app_token(settings: Settings, outside: Outside) -> Findings:
    part = "Slack app token"
    if settings.slack_app_token is None:
        return []
    token = settings.slack_app_token.get_secret_value()
    if not token.startswith("xapp-"):
        return [wrong(part, "SLACK_APP_TOKEN holds no app-level token (xapp-…)", _APP_LEVEL)]
    try:
        answer = await _asked(outside, settings, "apps.connections.open", token)
    except Unreachable as err:
        return [wrong(part, str(err), _NETWORK)]
    if answer.body.get("ok") is not True:
        return [_refused(part, answer, _APP_LEVEL)]
    return [well(part, "good, Socket Mode opens")]


# The manifest


def check_manifest(file: Path) -> Finding:
    """The manifest beside what the listeners need, both ways."""
    part = "Slack manifest"
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        differences = _differences(told)
    except FileNotFoundError:
        return odd(part, "app_manifest.yml is not here", "Take it from Convene's source.")
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as err:
        todo = "Take it anew from Convene's source."
        return wrong(part, f"app_manifest.yml can't be read ({type(err).__name__})", todo)
    if differences:
        todo = "Take app_manifest.yml anew from Convene's source, and paste it under App Manifest."
        return wrong(part, "; ".join(differences), todo)
    return well(part, "app_manifest.yml asks for what is needed, and no more")


def _differences(told: Mapping[str, Any]) -> list[str]:
    features, settings = told["features"], told["settings"]
    commands = {one["command"] for one in features["slash_commands"]}
    shortcuts = {one["callback_id"] for one in features["shortcuts"]}
    differences = [
        *_apart("scope", set(told["oauth_config"]["scopes"]["bot"]), set(SCOPES)),
        *_apart("event", set(settings["event_subscriptions"]["bot_events"]), set(EVENT_SCOPES)),
        *_apart("command", commands, {COMMAND}),
        *_apart("shortcut", shortcuts, {kind.value for kind in _SHORTCUTS}),
    ]
    if not settings["interactivity"]["is_enabled"]:
        differences.append("interactivity is off")
    return differences


def _apart(what: str, told: Set[str], needed: Set[str]) -> list[str]:
    return [
        *(f"{what} {name} is missing" for name in sorted(needed - told)),
        *(f"{what} {name} is not needed" for name in sorted(told - needed)),
    ]


# HTTP


def _http(settings: Settings) -> Findings:
    part = "Slack over HTTP"
    secret = settings.slack_signing_secret
    if secret is None:
        return []
    if not re.fullmatch(r"[0-9a-f]{32}", secret.get_secret_value()):
        todo = "Copy the Signing Secret from the app's page, Basic Information."
        return [odd(part, "SLACK_SIGNING_SECRET does not look like one", todo)]
    if settings.slack_app_token is not None:
        return [well(part, "signing secret set; Socket Mode is used beside it")]
    if settings.public_url is None:
        todo = "Set CONVENE_PUBLIC_URL to the address by which Slack reaches Convene."
        return [odd(part, "no public address is set", todo)]
    events = f"{settings.public_url}/slack/events"
    return [well(part, f"Slack's request URLs must all be {events}, with Socket Mode off")]
