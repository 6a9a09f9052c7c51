"""What every test leaves as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.catalogue.language import speaking, spoken


@pytest.fixture(autouse=True)
def language_of_one_test() -> Iterator[None]:
    """A command with ``--lang zh`` speaks Chinese until its process ends: here until its test does."""
    with speaking(spoken()):
        yield
