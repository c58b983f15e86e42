import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.requests import Request

from events.errors import Invalid
from web import render as rendering
from web.render import TEMPLATES, Chrome, Look

HERE = Path(__file__).parent
FAULTS = Invalid("shown.one", field="exemplary", also=(Invalid("shown.two", field="standards"),))


def page(name: str, look: Look) -> str:
    TEMPLATES.loader = ChoiceLoader([FileSystemLoader(HERE), TEMPLATES.loader])
    path = {"year": "/year", "inbox": "/inbox", "review": "/inbox", "pledge": "/year", "board": "/board"}[name]
    request = Request(
        {
            "type": "http",
            "path": path,
            "headers": [],
            "query_string": b"",
            "server": ("x", 80),
            "scheme": "http",
            "method": "GET",
        }
    )
    request.state.look = look
    request.state.chrome = Chrome(
        name="Vũ Thị Lụa", role="cell_secretary", unit="Chi bộ Trạm Thủy nông", open_count=23, office=False
    )
    answer = rendering.render(
        request,
        name,
        day=lambda d, m: date(2026, m, d),
        now=datetime(2026, 11, 25, 7, 2, tzinfo=UTC),
        refused=FAULTS if name == "pledge" else None,
    )
    return bytes(answer.body).decode()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(rendering.STATIC, folder / "static", dirs_exist_ok=True)
    for name in ("year", "pledge", "review", "inbox", "board"):
        for theme in ("light", "dark"):
            (folder / f"{name}-{theme}.html").write_text(page(name, Look("vi", theme)).replace("/static/", "static/"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
