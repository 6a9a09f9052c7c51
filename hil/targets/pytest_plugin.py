"""Tests of a terminal in pytest: the terminal of a bench file, its host, its line, one fresh rig for each test.

``pytest --bench FILE``.  Without the option nothing of this program is imported, and a test that asks
for the bench is skipped with that reason.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

OPTION = "--bench"
FOLDER = "--bench-folder"
NEEDS = "bench_needs"
CASE = "bench_case"
MARKERS = (
    (f"{NEEDS}(need, ...): what the terminal on the bench must be able to do: a kind such as refund, or one of "
     "power, hang, ecr, virtual, emulated, real; else the test is skipped with the reason"),
    f"{CASE}(scenario=PATH or TOML, defects=(...), settings={{...}}): what the rig of this test is opened with",
)
_PARTS = "hil.targets.pytest_bench"  # all that a bench needs, imported with it
_WORDS = "hil.targets.pytest_words"
_BENCH = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options, unless another plugin has the names already."""
    group = parser.getgroup("daozhang", "a terminal on a bench")
    try:
        group.addoption(OPTION, metavar="FILE", default=None, help="bench file: the terminal that is tested")
        group.addoption(FOLDER, metavar="FOLDER", default=None,
                        help="where the evidence of each test is kept; a temporary folder of pytest's if not given")
    except ValueError:  # the names are taken: then there is no bench here
        return


def pytest_configure(config: pytest.Config) -> None:
    """Markers are known; a bench file that cannot be read ends the run before its first test."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    path, kept = config.getoption(OPTION, None), config.getoption(FOLDER, None)
    if kept is not None and path is None:
        raise pytest.UsageError(importlib.import_module(_WORDS).no_effect(FOLDER, OPTION))
    if path is not None:
        config.stash[_BENCH] = _parts().bench_of(path, OPTION)
    if kept is not None:
        _parts().hold_folder(kept, FOLDER)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Which terminal it was, and whether virtual, emulated or real: also where a run says little."""
    bench = config.stash.get(_BENCH, None)
    if bench is not None:
        terminalreporter.write_line(f"bench: {_parts().about(bench)}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that passes though a fault of its own never struck has shown nothing about it."""
    outcome: Any = yield
    if item.config.stash.get(_BENCH, None) is not None and outcome.excinfo is None:
        why = _parts().proves_nothing(item)
        if why:
            outcome.force_exception(pytest.fail.Exception(why, pytrace=False))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where the bench is at fault, that is said, in a line and not in a trace of it."""
    outcome: Any = yield
    if item.config.stash.get(_BENCH, None) is not None:
        _parts().explain(outcome.get_result(), call)


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Any:
    """The bench file, read: a ``hil.benches.bench_file.BenchFile``."""
    found = pytestconfig.stash.get(_BENCH, None)
    if found is None:
        pytest.skip(importlib.import_module(_WORDS).no_bench(OPTION))
    return found


@pytest.fixture
def rig(bench: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh rig of the bench, its terminal signed on: a ``hil.bench.rig.Rig``."""
    yield from _parts().rig_for(bench, request, request.config.getoption(FOLDER, None))


@pytest.fixture
def dut(rig: Any) -> Any:
    """The terminal: ``sale``, ``operate``, ``settle``, ``cut_power``, ``power``, ``rest``."""
    return _parts().dut_of(rig)


@pytest.fixture
def host(rig: Any) -> Any:
    """The acquirer and what is around it: ``fault``, ``action``, ``jump``, ``balances``, ``report``."""
    return rig.host


@pytest.fixture
def relay(rig: Any) -> Any:
    """The line between terminal and host: ``seen``, ``add``, ``line``, ``clear``."""
    return rig.line


def _parts() -> Any:
    return importlib.import_module(_PARTS)
