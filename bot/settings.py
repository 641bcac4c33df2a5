"""The environment, or `.env`, as one typed and frozen value. Every name is in DESIGN.md."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set; nothing needs to be."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: str | None = Field(default=None, validation_alias="CONVENE_DATABASE_URL")
    """Default: SQLite in the data folder."""
    model: str = Field(default="offline", validation_alias="CONVENE_MODEL")
    """`offline`, or `openai:NAME`."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
