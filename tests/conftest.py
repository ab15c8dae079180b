"""What every test may ask for: a clock that stands still, a book with premises, officers and a checklist, and a
PostgreSQL."""

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from township import FixedClock, Township, new_township

from benchmarks.postgres import NoPostgres, Server

# A container may forbid byte code, and every process that the tests start would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile(
    "fieldlog", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("fieldlog")


@pytest.fixture
def clock() -> FixedClock:
    """Tuesday 2026-11-24, nine o'clock in Beijing, until the test moves it."""
    return FixedClock()


@pytest.fixture
def township(tmp_path: Path, clock: FixedClock) -> Iterator[Township]:
    """A book in a fresh folder with one shop and three officers."""
    township = new_township(tmp_path / "data", clock)
    yield township
    township.book.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL; on Linux x86_64 the tests on it run or fail, elsewhere the run says that they did not."""
    try:
        server = Server()
    except NoPostgres as error:
        if sys.platform == "linux" and platform.machine() == "x86_64":
            raise
        pytest.skip(f"{_NOT_RUN}: {error}")
    with server:
        yield server


_NOT_RUN = "no PostgreSQL here, nothing was tested on one"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in any run, that the tests on PostgreSQL did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if _NOT_RUN in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} tests skipped: {_NOT_RUN}", red=True, bold=True)
