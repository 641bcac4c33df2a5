"""What a browser shows at the end of an installation: what to do next, and why where nothing was
installed. The way there is Bolt's OAuth flow (`door`)."""

from html import escape
from urllib.parse import quote

from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation

_BEGIN = '<a href="{address}">Begin again here</a>.'
_STYLE = "body{font:16px/1.5 sans-serif;max-width:36em;margin:3em auto;padding:0 1em}"
_WORDS = {
    "access_denied": "You did not allow it, so nothing was installed.",
    "invalid_browser": "This browser did not begin the installation, or more than ten minutes ago.",
    "invalid_state": "That took more than ten minutes, or was done already.",
    "missing_code": "Slack did not say that you allowed it.",
    "invalid_code": "Slack did not confirm it.",
    "away": "Slack cannot be reached right now.",
    "storage_error": "It could not be kept. Tell whoever runs Convene: the log says why.",
}


def callbacks() -> AsyncCallbackOptions:
    """What is shown at the end of an installation."""
    return AsyncCallbackOptions(success=_installed, failure=_failed)


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    shown = await args.default.success(args)  # it also takes the cookie away
    shown.body = welcome(args.installation)
    return shown


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    settings = args.settings
    root = (settings.redirect_uri or "").removesuffix(settings.redirect_uri_path)
    shown = await args.default.failure(args)  # as above
    shown.body = page(args.reason, f"{root}{settings.install_path}")
    return shown


def page(reason: str, address: str) -> str:
    """The page for Bolt's or Slack's own word; `address` is where an installation begins."""
    words = _WORDS.get(reason) or f"Slack refused it ({reason[:80]})."
    return _drawn("Not installed", f"{escape(words)} {_BEGIN.format(address=escape(address))}")


def welcome(installed: Installation) -> str:
    """The page after an installation, in a workspace or for a whole organization."""
    app = quote(installed.app_id or "")
    if installed.is_enterprise_install or not installed.team_id:
        root = installed.enterprise_url or "https://app.slack.com/"
        address = f"{root}manage/organization/apps/profile/{app}/workspaces/add"
        name = installed.enterprise_name or "your organization"
        where = f'<a href="{escape(address)}">Choose the workspaces that it is for</a>.'
        return _drawn("Installed", f"Convene is installed for {escape(name)}. {where}")
    team = quote(installed.team_id)
    name = installed.team_name or "your workspace"
    where = (
        f'Say hello to it <a href="slack://app?team={team}&amp;id={app}">in Slack</a> or '
        f'<a href="https://app.slack.com/client/{team}">in the browser</a>.'
    )
    return _drawn("Installed", f"Convene is in {escape(name)} now. {where}")


def _drawn(title: str, text: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Convene</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    )
