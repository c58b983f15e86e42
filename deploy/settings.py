"""The settings of an installation, read from the environment and from nowhere else."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every variable Camket reads. Paths come out absolute.

    Attributes:
        home: the data folder; holds the embedded PostgreSQL, the dev server's file, logs, keys and logins.csv.
        port: of the web server; 0 takes any free one.
        database_url: a PostgreSQL server of one's own; None means the embedded one in `home`.
        temporal_address: host:port of a Temporal server; None means the dev server.
        master_key_file: what wraps the per-person keys; None means `home/master.key`.
        cache: programs obtained once per machine; never data.
        public_url: the address people type; None means http://host:port.
        starts_per_second: how many workflows the relay and a resume start in a second; the dev server bears 60.
        demo: how large the demo organisation is that a first start tells: the whole bloc, or a small one in seconds.
    """

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_prefix="CAMKET_")

    home: Path = Field(Path(".camket"), validation_alias="CAMKET_HOME")
    host: str = Field("127.0.0.1", validation_alias="CAMKET_HOST")
    port: int = Field(8000, ge=0, le=65535, validation_alias="CAMKET_PORT")
    database_url: str | None = Field(None, validation_alias="DATABASE_URL")
    temporal_address: str | None = Field(None, validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field("default", validation_alias="TEMPORAL_NAMESPACE")
    master_key_file: Path | None = Field(None, validation_alias="CAMKET_MASTER_KEY_FILE")
    cache: Path = Field(Path("~/.cache/camket"), validation_alias="CAMKET_CACHE")
    public_address: str | None = Field(None, validation_alias="CAMKET_PUBLIC_URL")
    starts_per_second: float = Field(60, gt=0, validation_alias="CAMKET_STARTS_PER_SECOND")

    demo: Literal["bloc", "small"] = Field("bloc", validation_alias="CAMKET_DEMO")

    @field_validator("home", "cache", "master_key_file")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @field_validator("database_url", "temporal_address", "public_address", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("database_url")
    @classmethod
    def _through_asyncpg(cls, url: str | None) -> str | None:
        """People paste postgres:// and postgresql:// addresses; SQLAlchemy wants the driver named."""
        if url is None or "+asyncpg" in url.split("://", 1)[0]:
            return url
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in {"postgres", "postgresql"}:
            raise ValueError("DATABASE_URL must begin with postgresql://")
        return f"postgresql+asyncpg://{rest}"

    @property
    def public_url(self) -> str:
        """The address people type, without a slash at its end."""
        return (self.public_address or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def key_file(self) -> Path:
        """Where the master key lies."""
        return self.master_key_file or self.home / "master.key"

    @property
    def log_folder(self) -> Path:
        """One file per process that `camket up` starts."""
        return self.home / "log"

    @property
    def logins_file(self) -> Path:
        """The demo's logins: username,password,role,person,unit."""
        return self.home / "logins.csv"

    @property
    def run_file(self) -> Path:
        """What runs now, for commands given beside it."""
        return self.home / "run.json"
