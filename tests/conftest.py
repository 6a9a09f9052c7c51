"""What every test leaves as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from hil.processes.nursery import WARM
from simulator.catalogue.language import speaking, spoken
from tests.nursery_on_demand import NURSERY
from tests.signals_of_children import children_hear_signals

settings.register_profile(  # how long an example takes decides nothing
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
children_hear_signals()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument and not by what they hold.

    A compressed file holds the second at which it was made, so that two workers who collect a second apart
    would call one test by two names, and xdist would refuse to run any.
    """
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Hosts and devices of all tests are forked from one parent that has read the program: a tenth of the work."""
    WARM.nursery = NURSERY
    yield
    WARM.nursery = None
    NURSERY.close()


@pytest.fixture
def cold() -> Iterator[None]:
    """For tests of what a process does from its very beginning: it is started anew, as people start it."""
    before, WARM.nursery = WARM.nursery, None
    yield
    WARM.nursery = before


@pytest.fixture(autouse=True)
def language_of_one_test() -> Iterator[None]:
    """A command with ``--lang zh`` speaks Chinese until its process ends: here until its test does."""
    with speaking(spoken()):
        yield
