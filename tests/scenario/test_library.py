"""What comes with the program is found by name from any folder, and nothing of it is left out."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from simulator.scenario.library import device_texts, scenario_named, scenario_names
from simulator.scenario.read import ScenarioError, load_scenario

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
PACKAGING = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]


def test_every_scenario_file_has_a_name():
    there = (FIXTURES / "scenarios").rglob("*.toml")
    assert sorted(scenario_names()) == sorted(
        path.relative_to(FIXTURES / "scenarios").with_suffix("").as_posix() for path in there)


def test_every_device_file_is_read():
    assert len(device_texts()) == len(list((FIXTURES / "devices").glob("*.toml"))) > 0


@pytest.mark.parametrize("name", ["lost-reply", "lost-reply.toml", "defects/mac-failure"])
def test_a_scenario_is_found_by_name_where_there_is_no_such_file(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = FIXTURES / "scenarios" / f"{name.removesuffix('.toml')}.toml"
    assert load_scenario(name) == load_scenario(file)
    assert scenario_named(name) == file.read_text("utf-8")


def test_a_file_goes_before_a_scenario_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = scenario_named("lost-reply").replace("The reply to a sale is lost", "mine")
    Path("lost-reply.toml").write_text(text, "utf-8")
    assert load_scenario("lost-reply.toml").title == "mine"
    assert load_scenario("lost-reply").title == "The reply to a sale is lost"


@pytest.mark.parametrize("name", ["", "lost", "defects", "../devices/generic", "/lost-reply", "lost-reply.toml.toml"])
def test_what_is_neither_file_nor_scenario_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match="is a directory" if not name else "see daozhang scenarios"):
        load_scenario(name)


def test_the_wheel_has_every_package_under_a_name_of_its_own():
    there = {path.parent for top in ("simulator", "hil", "fixtures")
             for path in (ROOT / top).rglob("__init__.py")}
    folders = PACKAGING["package-dir"]
    named = {ROOT / folders.get(name, name.replace(".", "/")) for name in PACKAGING["packages"]}
    assert named == there
    assert "fixtures" not in PACKAGING["packages"]
    assert Path(str(files("daozhang_fixtures"))) == FIXTURES


def test_the_wheel_has_every_file_of_the_fixtures():
    patterns = PACKAGING["package-data"]["daozhang_fixtures"]
    taken = {path for pattern in patterns for path in FIXTURES.glob(pattern)}
    assert taken == {
        path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
