"""Every field of work by its name in `places.py`."""

from deploy.demo.services import SERVICES
from deploy.demo.trades import TRADES
from deploy.demo.work import Field

FIELDS: dict[str, Field] = {**SERVICES, **TRADES}
