"""The time-skipping Temporal server for workflow tests: cached, by the SDK's download, or from Maven's repository."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.processes import StartFailed
from deploy.settings import Settings
from deploy.temporal.dev_server import short
from deploy.temporal.obtain import Say, apt_install, download_by_sdk, is_debian_root, run

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17


def existing_path(cache: Path | None = None, say: Say = print) -> str:
    """What `WorkflowEnvironment.start_time_skipping(test_server_existing_path=...)` takes. Raises StartFailed."""
    cache = cache or Settings().cache
    for known in (cache / "bin" / "temporal-test", cache / "test-server" / "temporal-test-server"):
        if os.access(known, os.X_OK):
            return str(known)
    say("getting Temporal's time-skipping test server (once)")
    try:
        return str(download_by_sdk(cache / "bin", "test"))
    except Exception as error:
        failure = f"its download failed ({short(error)})"
    if reason := _java_and_maven(say):
        raise StartFailed(
            f"no time-skipping Temporal server could be had: {failure}, and {reason}; "
            "install Java 17 and Maven (on Debian or Ubuntu: apt install maven openjdk-17-jre-headless)."
        )
    return str(_by_maven(cache, failure, say))


def _java_and_maven(say: Say) -> str | None:
    """See to both; why that is not possible, if it is not."""
    if _java_version() >= OLDEST_JAVA and shutil.which("mvn"):
        return None
    if not is_debian_root():
        return "there is no Java 17 with Maven here"
    reason = apt_install("maven", "default-jre-headless", say=say)
    if reason is None and (_java_version() < OLDEST_JAVA or not shutil.which("mvn")):
        return "Debian's Java is too old"
    return reason and f"Debian's packages could not be installed ({reason})"


def _java_version() -> int:
    java = shutil.which("java")
    if java is None:
        return 0
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return int(version[1]) if version else 0


def _by_maven(cache: Path, failure: str, say: Say) -> Path:
    """Copy the server's jars into the cache and write the two-line program that runs them."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        folder = Path(scratch) / "test-server"
        command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={folder / 'jars'}", "-DincludeScope=runtime"]
        if reason := run(command, say=say, doing="getting the test server by Maven", cwd=Path(scratch)):
            raise StartFailed(f"no time-skipping Temporal server could be had: {failure}, and Maven failed ({reason}).")
        program = folder / "temporal-test-server"
        jars = cache / "test-server" / "jars"
        program.write_text(f"#!/bin/sh\nexec java -cp '{jars}/*' io.temporal.testserver.TestServer \"$@\"\n")
        program.chmod(0o755)
        shutil.rmtree(cache / "test-server", ignore_errors=True)
        folder.replace(cache / "test-server")
    return cache / "test-server" / "temporal-test-server"


def main() -> int:
    """`python -m deploy.temporal.test_server`: obtain it, say where it is."""
    try:
        print(existing_path(say=lambda sentence: print(f"camket: {sentence}", file=sys.stderr, flush=True)))
    except StartFailed as error:
        print(f"camket: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
