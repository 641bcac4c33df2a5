"""The environment, or `.env`, as one typed and frozen value. Every name is in DESIGN.md."""

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from calendar_core.errors import CalendarError


class BadSettings(CalendarError):
    """The environment holds a value that can't be used."""


class Settings(BaseSettings):
    """What an operator may set; nothing needs to be."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    database_url: str | None = Field(default=None, validation_alias="CONVENE_DATABASE_URL")
    """Default: SQLite in the data folder."""

    @field_validator("database_url")
    @classmethod
    def _is_a_url(cls, url: str | None) -> str | None:
        if url is not None and "://" not in url:
            raise ValueError("CONVENE_DATABASE_URL is like postgresql+psycopg://user@host/name")
        return url or None

    model: str = Field(default="offline", validation_alias="CONVENE_MODEL")
    """`offline`, or `openai:NAME`."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")


def read_settings() -> Settings:
    """The settings as they stand. Raises BadSettings with a sentence for the operator."""
    try:
        return Settings()
    except ValidationError as err:
        told = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in err.errors())
        raise BadSettings(f"A setting can't be used: {told}. Mend it and start again.") from err
