"""What every test may ask for: a clock that stands still and a book with premises, officers and a checklist."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from township import FixedClock, Township, new_township

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
