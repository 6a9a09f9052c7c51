"""pytest tests a terminal by a bench file; without one nothing of this program is imported."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hil.targets.pytest_plugin import pytest_configure
from simulator.catalogue.language import speaking

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "fixtures/benches/virtual.toml"
EXAMPLE = ROOT / "docs/examples/bench"
PLUGIN = ("-p", "no:daozhang", "-p", "hil.targets.pytest_plugin")  # by its module, whatever is installed


@pytest.fixture
def suite(tmp_path):
    """Run a suite of somebody else's in a process of its own."""
    def run(text, *arguments, env_lang="en"):
        (tmp_path / "test_theirs.py").write_text(textwrap.dedent(text))
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -p no:cacheprovider\n")
        return pytest_run(tmp_path, *arguments, env_lang=env_lang)

    return run


def pytest_run(folder, *arguments, env_lang="en"):
    import os  # noqa: PLC0415 - for its environment only

    return subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, "-rs", *arguments], cwd=folder, capture_output=True, text=True,
        timeout=280, check=False, env={**os.environ, "DAOZHANG_LANG": env_lang, "PYTHONPATH": str(ROOT)})


def test_it_is_found_by_pytest_through_its_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"daozhang": "hil.targets.pytest_plugin"}


def test_a_suite_that_wants_no_bench_imports_nothing_of_it(suite):
    done = suite("""
        import sys

        def test_nothing_heavy_is_there():
            ours = {name for name in sys.modules if name.startswith(("hil.", "simulator"))}
            assert ours == {"hil.targets", "hil.targets.pytest_plugin"}
    """)
    assert done.returncode == 0, done.stdout


def test_a_suite_with_names_of_its_own_keeps_them(suite):
    done = suite("""
        import pytest

        @pytest.fixture
        def host():
            return "theirs"

        def test_host(host):
            assert host == "theirs"
    """)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("lang", "words"), [("en", "no bench: give --bench FILE"), ("zh", "没有测试台")])
def test_without_a_bench_its_tests_are_skipped_with_the_reason(suite, lang, words):
    done = suite("def test_it(dut):\n    assert False", env_lang=lang)
    assert done.returncode == 0, done.stdout
    assert words in done.stdout
    assert "1 skipped" in done.stdout


@pytest.mark.parametrize(("text", "words"), [
    ("", "nowhere.toml"), ("[device]\nkind = 'toaster'\n", "device.kind"),
])
def test_a_bench_that_cannot_be_read_ends_the_run_before_its_first_test(suite, tmp_path, text, words):
    path = tmp_path / ("bench.toml" if text else "nowhere.toml")
    if text:
        path.write_text(text)
    done = suite("def test_it():\n    pass", "--bench", str(path))
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: --bench: {path}" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


class Options:
    """The options of a run, as a plugin asks for them."""

    def __init__(self, given):
        self.given = given
        self.stash = pytest.Stash()

    def getoption(self, name, default):
        return self.given.get(name, default)

    def addinivalue_line(self, name, line):
        pass


@pytest.mark.parametrize(("given", "words"), [
    ({"--bench": ""}, "--bench: names no file; give a bench file"),
    ({"--bench": "/nowhere.toml"}, "--bench: /nowhere.toml: No such file or directory; give a bench file (TOML"),
    ({"--bench-folder": "kept"}, "--bench-folder has no effect without --bench FILE"),
    ({"--bench": str(BENCH), "--bench-folder": __file__}, "is a file, --bench-folder needs a directory"),
])
def test_options_that_name_no_bench_or_would_do_nothing_are_usage_errors(given, words, monkeypatch):
    monkeypatch.setenv("DAOZHANG_LANG", "en")
    with speaking("en"), pytest.raises(pytest.UsageError, match=re.escape(words)):
        pytest_configure(Options(given))


def test_what_a_bench_file_names_is_looked_for_before_the_first_test(tmp_path, monkeypatch):
    monkeypatch.setenv("DAOZHANG_LANG", "en")
    (tmp_path / "bench.toml").write_text(BENCH.read_text() + '[acquirer]\nkey_file = "nokeys.toml"\n')
    with speaking("en"), pytest.raises(pytest.UsageError, match=r"--bench: .*nokeys\.toml: cannot be read"):
        pytest_configure(Options({"--bench": str(tmp_path / "bench.toml")}))


def test_what_the_bench_cannot_is_skipped_and_what_nobody_knows_an_error_before_anything_starts(suite):
    done = suite("""
        import pytest
        from hil.power.power import PowerError

        @pytest.mark.bench_needs("real")
        def test_another_kind(dut):
            pass

        @pytest.mark.bench_needs("wings")
        def test_no_such_need(dut):
            pass

        @pytest.mark.bench_case(defect=("x",))
        def test_no_such_part(dut):
            pass

        @pytest.mark.bench_case("day.toml")
        def test_by_position(dut):
            pass

        def test_the_bench_fails(bench):
            raise PowerError("the relay does not click")
    """, "--bench", str(BENCH))
    assert done.returncode == 1
    for words in (
        "needs a real terminal, this one is virtual", "no need 'wings'; allowed: power, hang",
        "takes scenario, defects, settings by name, not defect", "by position",
        "the bench is at fault, not the terminal: the relay does not click",
        "bench: virtual.toml: virtual device (virtual)", "1 failed, 1 skipped, 3 errors",
    ):
        assert words in done.stdout, done.stdout
    assert "Traceback" not in done.stdout


def test_the_markers_are_told(suite):
    assert "bench_needs(need, ...)" in suite("", "--markers").stdout


@pytest.mark.live
def test_the_example_suite_tests_a_virtual_terminal_and_its_report_says_which_it_was(tmp_path):
    report = tmp_path / "report.xml"
    done = pytest_run(
        EXAMPLE, "-p", "no:cacheprovider", "--bench", str(BENCH), f"--junitxml={report}",
        f"--bench-folder={tmp_path / 'kept'}", ".")
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]
    cases = ET.parse(report).getroot().iter("testcase")
    properties = [{each.get("name"): each.get("value") for each in case.iter("property")} for case in cases]
    assert len(properties) >= 4
    for each in properties:
        assert (each["device"], each["bench"]) == ("virtual", "virtual.toml")
        assert Path(each["evidence"], "host.jsonl").exists()
