"""The log, its one writing function, keys, people, sessions and the marks of followers."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = ("0001_tables.sql", "0001_append.sql", "0001_people.sql", "0001_grants.sql")


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("SELECT 1")  # begins the transaction that the scripts run in
    driver: Any = connection.connection.dbapi_connection
    for name in FILES:
        script = Path(__file__).with_name(name).read_text(encoding="utf-8")
        driver.run_async(lambda raw, script=script: raw.execute(script))
