"""labgrid's switches by its client or its library, refused where its fork of pyserial is in the way."""

from __future__ import annotations

import base64
import hashlib
import stat
import sys

import pytest

from hil.control.serial_owner import SerialOwner, serial_owner
from hil.power.power import PowerError
from hil.power.powers import PowerPlace, power_of, power_settings

CLIENT = """#!/bin/sh
echo "$@" >> {log}
case "$*" in
*"power get"*) echo "power for place till-3 is $(cat {state})" ;;
*"power on"*) echo on > {state} ;;
*"power off"*) echo off > {state} ;;
esac
{end}
"""
LIBRARY = """
class _Driver:
    state = False
    def on(self): _Driver.state = True
    def off(self): _Driver.state = False
    def get(self): return _Driver.state
class _Target:
    def get_driver(self, protocol, name=None):
        assert protocol == "PowerProtocol"
        if name == "none": raise LookupError("no driver of that name")
        return _Driver()
class Environment:
    def __init__(self, path): self.path = path
    def get_target(self, name): return _Target()
    def cleanup(self): pass
"""


@pytest.fixture
def place(tmp_path):
    return PowerPlace(tid="77001234", folder=tmp_path)


@pytest.fixture
def client(tmp_path):
    def make(end=""):
        path = tmp_path / "labgrid-client"
        path.write_text(CLIENT.format(log=tmp_path / "log", state=tmp_path / "state", end=end))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.mark.parametrize("settings", [
    {}, {"place": "a", "environment": "b"}, {"environment": "b", "coordinator": "h:1"},
    {"environment": "b", "client": ["x"]}, {"place": "a", "client": []}, {"place": "a", "within_s": 0},
])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(ValueError, match=r"place|client|within_s"):
        power_settings("labgrid", settings)


def test_a_place_is_switched_by_the_client(client, place, tmp_path):
    power = power_of(power_settings("labgrid", {
        "place": "till-3", "coordinator": "lab:20408", "client": [client()], "switch": "pdu", "tells": True,
        "times": {"least_off_ms": 0}}), place)
    power.on()
    assert power.is_on
    power.off()
    assert not power.is_on
    power.close()
    log = (tmp_path / "log").read_text().splitlines()
    assert log[:2] == ["-x lab:20408 -p till-3 acquire", "-x lab:20408 -p till-3 power on --name pdu"]
    assert log[-1] == "-x lab:20408 -p till-3 release"


def test_a_place_that_this_user_has_already_is_left_to_him(client, place, tmp_path):
    end = 'case "$*" in *acquire*) echo "labgrid-client: error: You have already acquired place till-3." >&2; exit 1;; esac'
    power = power_of(power_settings("labgrid", {"place": "till-3", "client": [client(end)]}), place)
    power.on()
    power.close()
    assert "release" not in (tmp_path / "log").read_text()


def test_a_place_that_somebody_else_has_is_said(client, place):
    end = "echo 'labgrid-client: error: Place till-3 is already acquired by lab/alice.' >&2; exit 1"
    with pytest.raises(PowerError, match="already acquired by lab/alice"):
        power_of(power_settings("labgrid", {"place": "till-3", "client": [client(end)]}), place)


@pytest.mark.parametrize(("end", "words"), [
    ("echo 'labgrid-client: error: place till-3 is not acquired' >&2; exit 1", "place till-3 is not acquired"),
    ("sleep 20", "did not end within"),
])
def test_a_client_that_fails_is_said(client, place, end, words):
    power = power_of(power_settings("labgrid", {
        "place": "till-3", "client": [client(end)], "within_s": 0.3, "acquire": False, "times": {"tries": 1}}), place)
    with pytest.raises(PowerError, match=words):
        power.off()


def test_the_library_is_refused_in_clear_words_where_it_is_not_there(place):
    assert "labgrid" not in sys.modules
    with pytest.raises(PowerError, match="labgrid is not installed here"):
        power_of(power_settings("labgrid", {"environment": "lab.yaml"}), place)


@pytest.fixture
def library(tmp_path, monkeypatch):
    (tmp_path / "labgrid.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("labgrid", None)


@pytest.mark.usefixtures("library")
def test_a_driver_of_the_library_switches_and_its_errors_are_said(place):
    power = power_of(power_settings("labgrid", {
        "environment": "lab.yaml", "tells": True, "times": {"least_off_ms": 0, "settle_ms": 0}}), place)
    power.on()
    assert power.is_on
    power.off()
    assert not power.is_on
    power.close()
    with pytest.raises(PowerError, match="LookupError: no driver of that name"):
        power_of(power_settings("labgrid", {"environment": "lab.yaml", "switch": "none"}), place)


def installed(folder, name, content, recorded):
    info = folder / f"{name.replace('-', '_')}-3.5.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.5\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(recorded).digest()).rstrip(b"=").decode()
    (info / "RECORD").write_text(f"serial/rfc2217.py,sha256={digest},{len(recorded)}\n")
    (folder / "serial").mkdir(exist_ok=True)
    (folder / "serial/rfc2217.py").write_bytes(content)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("content", "ours"), [(b"pyserial's", True), (b"the fork's", False)])
def test_a_fork_in_pyserials_place_is_found_by_its_files(place, tmp_path, monkeypatch, content, ours):
    installed(tmp_path, "pyserial", content, b"pyserial's")
    installed(tmp_path, "pyserial-labgrid", content, b"the fork's")
    monkeypatch.syspath_prepend(tmp_path)
    assert serial_owner().is_pyserial is ours
    settings = power_settings("labgrid", {"environment": "lab.yaml"})
    if ours:
        power_of(settings, place).close()
    else:
        with pytest.raises(PowerError, match="pyserial-labgrid has overwritten pyserial"):
            power_of(settings, place)


def test_here_pyserial_is_its_own():
    assert serial_owner() == SerialOwner(("pyserial",), ())
