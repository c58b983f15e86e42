"""What an installation reads from the environment: its own variables and no common one."""

from pathlib import Path

import pytest

from deploy.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in ("CAMKET_HOME", "CAMKET_PORT", "CAMKET_CACHE", "CAMKET_DEMO", "DATABASE_URL", "TEMPORAL_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def test_the_shell_s_own_variables_mean_nothing_to_us(monkeypatch):
    usual = Settings()
    for name, value in {"HOME": "/somewhere", "HOST": "example", "PORT": "1", "CACHE": "/x", "DEMO": "small"}.items():
        monkeypatch.setenv(name, value)
    told = Settings()
    assert (told.home, told.host, told.port, told.demo) == (usual.home, usual.host, usual.port, usual.demo)
    assert told.home == Path(".camket").absolute()


def test_our_own_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("CAMKET_HOME", str(tmp_path))
    monkeypatch.setenv("CAMKET_PORT", "0")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@somewhere/camket")
    told = Settings()
    assert (told.home, told.port) == (tmp_path, 0)
    assert told.database_url == "postgresql+asyncpg://somebody@somewhere/camket"
