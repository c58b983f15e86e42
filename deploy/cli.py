"""`camket`: every command of an installation. What a command needs is imported when it runs."""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="camket",
    help="The yearly pledge and appraisal cycle, on PostgreSQL and Temporal. Settings come from the environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]


def _settings() -> Any:
    from deploy.settings import Settings

    return Settings()


def _now(result: Any) -> Any:
    """The value of a plain function or of an async one."""
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def _with_database(call: Callable[[Any], Any], *, create: bool = False) -> Any:
    """Call it with the settings of what runs, the embedded PostgreSQL started where nothing does."""
    from deploy.connect import connected

    with connected(_settings(), create=create) as settings:
        return _now(call(settings))


def _show(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, default=str))
        return
    for key, value in report.items():
        if isinstance(value, dict):
            print(f"{key}:")
            for name, number in value.items():
                print(f"  {name}: {number}")
        else:
            print(f"{key}: {value}")


@app.command()
def up() -> None:
    """Run everything on this machine until Ctrl-C: PostgreSQL, Temporal, the demo, worker and web."""
    from deploy.up import up as run

    raise typer.Exit(run(_settings()))


@app.command()
def serve() -> None:
    """Run the web process alone."""
    from deploy.serve import serve as run

    run(_settings())


@app.command()
def worker() -> None:
    """Run the worker process alone: Temporal's workflows and activities, and the relay."""
    from deploy.worker import run

    run(_settings())


@app.command()
def migrate() -> None:
    """Bring the database to this release; projections whose shape changed are rebuilt."""

    def bring(settings: Any) -> None:
        from deploy.migrate import upgrade

        stale = upgrade(settings.database_url)
        if not stale:
            return
        from deploy.rebuild import rebuild as run

        for name in stale:
            _now(run(settings, name))

    _with_database(bring, create=True)


@app.command()
def status(*, as_json: AsJson = False) -> None:
    """Members, units, cycles by stage, workflows, the log's head, the followers' lags, versions."""
    from deploy.status import report

    _show(_with_database(report), as_json=as_json)


@app.command()
def resume() -> None:
    """Rebuild every open workflow from the log, after Temporal's data was lost."""
    from deploy.resume import resume as run

    print(f"camket: {_with_database(run)} workflows are running again", flush=True)


@app.command()
def rebuild(name: Annotated[str, typer.Argument(help="The projection.")]) -> None:
    """Rebuild a projection from the log while everything runs."""
    from deploy.rebuild import rebuild as run

    print(f"camket: {name} rebuilt from {_with_database(lambda settings: run(settings, name))} events", flush=True)


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Check the log: positions, versions, hashes, and what the projections say against it."""
    from deploy.verify import verify as run

    report = _with_database(run)
    _show(report, as_json=as_json)
    if not report.get("ok", True):
        raise typer.Exit(1)


@app.command()
def demo() -> None:
    """Tell the demo organisation into an empty log."""
    from deploy.demo import tell

    _with_database(tell, create=True)


def main() -> None:
    """Run a command; what a person can mend is one sentence on stderr, not a traceback."""
    from pydantic import ValidationError

    from deploy.processes import StartFailed

    try:
        app()
    except ValidationError as error:
        first = error.errors()[0]
        names = " ".join(str(part) for part in first["loc"])
        _fail(f"the setting {names} is wrong: {first['msg']}.")
    except StartFailed as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentence: str) -> None:
    print(f"camket: {sentence}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
