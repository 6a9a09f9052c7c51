"""What every test leaves as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from simulator.catalogue.language import speaking, spoken

settings.register_profile("untimed", deadline=None)  # how long an example takes decides nothing
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def language_of_one_test() -> Iterator[None]:
    """A command with ``--lang zh`` speaks Chinese until its process ends: here until its test does."""
    with speaking(spoken()):
        yield
