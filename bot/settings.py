"""The environment, or `.env`, as one typed and frozen value. Every name is in DESIGN.md."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from calendar_core.errors import CalendarError


class BadSettings(CalendarError):
    """The environment holds a value that can't be used."""


def _amount(said: Any) -> Decimal:
    """An amount that can be counted in millionths."""
    try:
        amount = Decimal(str(said))
        if Decimal("0.000001") <= amount <= 1_000_000_000:
            return amount
    except InvalidOperation:  # no number, or none that can be compared
        pass
    raise ValueError("an amount of money is like 2.50 and more than 0")


Cost = Annotated[Decimal, BeforeValidator(_amount)]
"""In the currency of the prices that the file of `models` tells."""


class _Environment(BaseSettings):
    """How the environment is read."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )


class Settings(_Environment):
    """What an operator may set; nothing needs to be."""

    @field_validator("*", mode="before")
    @classmethod
    def _is_pasted(cls, value: Any) -> Any:
        """What is pasted brings blanks along."""
        return value.strip() if isinstance(value, str) else value

    database_url: str | None = Field(default=None, validation_alias="CONVENE_DATABASE_URL")
    """Default: SQLite in the data folder."""

    @field_validator("database_url")
    @classmethod
    def _is_a_url(cls, url: str | None) -> str | None:
        if url is not None and "://" not in url:
            raise ValueError("CONVENE_DATABASE_URL is like postgresql+psycopg://user@host/name")
        return url or None

    model: str = Field(default="offline", validation_alias="CONVENE_MODEL")
    """`offline`, `openai:NAME`, `anthropic:NAME`, or a name that `models` offers."""
    models: str = Field(default="", validation_alias="CONVENE_MODELS")
    """What people may choose beside it: names with commas between, or a file `….toml`."""
    tool_calls: bool = Field(default=True, validation_alias="CONVENE_TOOL_CALLS")
    """Whether models call tools themselves; else they are told the agenda, and answer in a form."""
    context: int = Field(default=24_000, ge=4_000, validation_alias="CONVENE_CONTEXT")
    """Tokens of a conversation that a model is sent at most; what is older is told in short."""
    tools: str = Field(default="all", validation_alias="CONVENE_TOOLS")
    """`all`, `reading`, or names of tools with commas between."""
    embedding: str | None = Field(default=None, validation_alias="CONVENE_EMBEDDING")
    """What finds events by their meaning: `off`, `wordllama`, `openai:NAME`; default: `wordllama`
    where it is installed."""
    embedding_url: str | None = Field(default=None, validation_alias="CONVENE_EMBEDDING_URL")
    """Of a server of embeddings other than `openai_base_url`."""
    embedding_key: SecretStr | None = Field(default=None, validation_alias="CONVENE_EMBEDDING_KEY")
    """Its key; where there is no other server, default: `openai_api_key`."""
    messages_per_hour: int | None = Field(
        default=None, ge=1, validation_alias="CONVENE_MESSAGES_PER_HOUR"
    )
    """Of one person; None: no limit. So are the next ones, where nothing else is said."""
    model_calls_per_hour: int | None = Field(
        default=None, ge=1, validation_alias="CONVENE_MODEL_CALLS_PER_HOUR"
    )
    tokens_per_turn: int | None = Field(
        default=None, ge=10_000, validation_alias="CONVENE_TOKENS_PER_TURN"
    )
    """Of one message; None: a limit that usual turns keep far below. A question with its tools
    takes 7,000."""
    cost_per_turn: Cost | None = Field(default=None, validation_alias="CONVENE_COST_PER_TURN")
    tokens_per_day: int | None = Field(
        default=None, ge=1, validation_alias="CONVENE_TOKENS_PER_DAY"
    )
    cost_per_day: Cost | None = Field(default=None, validation_alias="CONVENE_COST_PER_DAY")
    house_tokens_per_day: int | None = Field(
        default=None, ge=1, validation_alias="CONVENE_HOUSE_TOKENS_PER_DAY"
    )
    """Of everybody together."""
    house_cost_per_day: Cost | None = Field(
        default=None, validation_alias="CONVENE_HOUSE_COST_PER_DAY"
    )
    """The same."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(default=None, validation_alias="ANTHROPIC_BASE_URL")

    keys: SecretStr | None = Field(default=None, validation_alias="CONVENE_KEYS")
    """Keys for credentials at rest, newest first, commas between; default: made on first need in
    the data folder."""
    public_url: str | None = Field(default=None, validation_alias="CONVENE_PUBLIC_URL")
    """Where others reach the web door: "https://convene.example.org"."""
    web_host: str = Field(default="127.0.0.1", validation_alias="CONVENE_WEB_HOST")
    web_port: int = Field(default=8080, ge=0, le=65535, validation_alias="CONVENE_WEB_PORT")
    retention: timedelta | None = Field(
        default=timedelta(days=400), validation_alias="CONVENE_RETENTION"
    )
    """How long conversations, closed changes and the past of linked calendars are kept; None:
    forever."""

    @field_validator("retention", mode="before")
    @classmethod
    def _is_some_days(cls, days: Any) -> Any:
        if isinstance(days, timedelta) or days is None:
            return days
        said = str(days).strip().lower()
        if said in ("0", "forever"):
            return None
        if not (said.isascii() and said.isdecimal() and 7 <= int(said) <= 36_500):
            raise ValueError("CONVENE_RETENTION is a number of days, 7 or more, or forever")
        return timedelta(days=int(said))

    mcp_token: SecretStr | None = Field(default=None, validation_alias="CONVENE_MCP_TOKEN")
    """Of the assistant that started `convene mcp`; default: whoever may read the data folder."""
    allow_private: bool = Field(default=False, validation_alias="CONVENE_ALLOW_PRIVATE")
    """Whether calendar servers in private networks, and without TLS, may be linked."""
    ssl_cert_file: str | None = Field(default=None, validation_alias="SSL_CERT_FILE")
    """Certificates to trust in place of the system's."""

    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET"
    )
    slack_client_id: str | None = Field(default=None, validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_CLIENT_SECRET"
    )
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")

    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_api_url: str | None = Field(default=None, validation_alias="DISCORD_API_URL")
    discord_gateway_url: str | None = Field(default=None, validation_alias="DISCORD_GATEWAY_URL")

    google_client_id: str | None = Field(default=None, validation_alias="GOOGLE_CLIENT_ID")
    google_client_secret: SecretStr | None = Field(
        default=None, validation_alias="GOOGLE_CLIENT_SECRET"
    )
    google_api_url: str = Field(
        default="https://www.googleapis.com/calendar/v3/", validation_alias="GOOGLE_API_URL"
    )
    google_auth_url: str = Field(
        default="https://accounts.google.com/o/oauth2/auth", validation_alias="GOOGLE_AUTH_URL"
    )
    google_token_url: str = Field(
        default="https://oauth2.googleapis.com/token", validation_alias="GOOGLE_TOKEN_URL"
    )

    microsoft_client_id: str | None = Field(default=None, validation_alias="MICROSOFT_CLIENT_ID")
    microsoft_client_secret: SecretStr | None = Field(
        default=None, validation_alias="MICROSOFT_CLIENT_SECRET"
    )
    """Of a confidential app, for linking in the browser; a public one, by code, has none."""
    microsoft_authority: str = Field(
        default="https://login.microsoftonline.com/common", validation_alias="MICROSOFT_AUTHORITY"
    )
    graph_api_url: str = Field(
        default="https://graph.microsoft.com/v1.0", validation_alias="GRAPH_API_URL"
    )

    @field_validator("google_api_url")
    @classmethod
    def _ends_in_v3(cls, url: str) -> str:
        if not url.endswith("/calendar/v3/"):
            raise ValueError("GOOGLE_API_URL ends in /calendar/v3/")
        return url

    @field_validator("graph_api_url")
    @classmethod
    def _ends_in_v1(cls, url: str) -> str:
        if not url.rstrip("/").endswith("/v1.0"):
            raise ValueError("GRAPH_API_URL ends in /v1.0")
        return url.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("CONVENE_PUBLIC_URL is like https://convene.example.org")
        return url.rstrip("/") if url else None

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_api(cls, url: str) -> str:
        if not url.rstrip("/").endswith("/api"):
            raise ValueError("SLACK_API_URL ends in /api/")
        return f"{url.rstrip('/')}/"

    @property
    def names_slack(self) -> bool:
        """Whether anything of Slack is set."""
        return bool(
            self.slack_bot_token
            or self.slack_app_token
            or self.slack_signing_secret
            or self.slack_client_id
            or self.slack_client_secret
        )

    @property
    def has_slack(self) -> bool:
        """Whether enough is set for a Slack door."""
        known = self.slack_bot_token or (self.slack_client_id and self.slack_client_secret)
        return bool(known and (self.slack_app_token or self.slack_signing_secret))

    @property
    def installs_slack(self) -> bool:
        """Whether many workspaces install the app, instead of one whose token is set."""
        known = self.slack_client_id and self.slack_client_secret
        return bool(self.has_slack and known and not self.slack_bot_token)

    @property
    def has_discord(self) -> bool:
        """Whether enough is set for a Discord door."""
        return self.discord_token is not None

    def missing(self) -> tuple[str, ...]:
        """What is not set that could be, a line each."""
        lines = []
        if not self.has_slack:
            lines.append(f"Slack: not configured, set {' and '.join(self._missing_of_slack())}")
        if not self.has_discord:
            lines.append("Discord: not configured, set DISCORD_TOKEN")
        return tuple(lines)

    def _missing_of_slack(self) -> list[str]:
        wanted = []
        if not self.slack_bot_token and not (self.slack_client_id and self.slack_client_secret):
            if self.slack_client_id:
                wanted.append("SLACK_CLIENT_SECRET")
            elif self.slack_client_secret:
                wanted.append("SLACK_CLIENT_ID")
            else:
                wanted.append("SLACK_BOT_TOKEN")
        if not self.slack_app_token and not self.slack_signing_secret:
            one = "SLACK_APP_TOKEN"
            wanted.append(f"{one} (or SLACK_SIGNING_SECRET, for HTTP)" if self.names_slack else one)
        return wanted


def read_settings() -> Settings:
    """The settings as they stand. Raises BadSettings with a sentence for the operator."""
    try:
        return Settings()
    except ValidationError as err:
        told = "; ".join(_told(str(one["loc"][-1]), str(one["msg"])) for one in err.errors())
        # The cause would hold what was set.
        raise BadSettings(f"A setting can't be used: {told}. Mend it and start again.") from None
    except (OSError, UnicodeDecodeError) as err:
        raise BadSettings("The file .env can't be read. It must be text in UTF-8.") from err


def secret_named(name: str) -> SecretStr | None:
    """A secret that stands in the environment, or in `.env`, under a name that the operator gave;
    None where nothing does."""
    one = create_model(
        "One", __base__=_Environment, value=(SecretStr | None, Field(None, validation_alias=name))
    )
    found: SecretStr | None = getattr(one(), "value")  # noqa: B009  (made above)
    return found if found is not None and found.get_secret_value().strip() else None


def _told(name: str, fault: str) -> str:
    """Which setting, and what is wrong with it; never its value."""
    fault = fault.removeprefix("Value error, ")
    return fault if name in fault else f"{name}: {fault[:1].lower()}{fault[1:]}"
