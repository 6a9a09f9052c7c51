"""``daozhang keys`` makes keys that only the file shows; check values are all that it says."""

from __future__ import annotations

import re
import stat
import tomllib

import pytest

from hil.commands.entry import run
from simulator.scenario.key_file import read_keys
from simulator.wire.master_keys import has_odd_parity


def digits_in(path):
    data = tomllib.loads(path.read_text("utf-8"))
    entries = [*data.get("terminals", ()), *([data["one_for_all"]] if "one_for_all" in data else [])]
    return [
        value.replace(" ", "") for entry in entries
        for value in (entry.get("key", ""), *(part["value"] for part in entry.get("components", ()))) if value
    ]


@pytest.mark.parametrize(("options", "keys", "length"), [
    (["--one-for-all"], 1, 16), (["--tid", "77001234", "--tid", 'A/"\\ #*x'], 2, 16),
    (["--tid", "77001234", "--components", "2"], 2, 16), (["--one-for-all", "--components", "3", "--length", "triple"], 3, 24),
    (["--tid", " 7700123", "--one-for-all", "--length", "single"], 2, 8),
])
def test_new_keys_are_whole_private_and_never_said(options, keys, length, tmp_path, capfd):
    path = tmp_path / "keys.toml"
    assert run(["keys", "new", str(path), *options]) == 0
    said = "".join(capfd.readouterr())
    found = read_keys(path)
    secret = digits_in(path)
    assert [len(each) for each in secret] == [2 * length] * keys
    assert len(set(secret)) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for key in [*found.own.values(), *filter(None, [found.one_for_all])]:
        assert len(key.octets) == length
        assert has_odd_parity(key.octets)
        assert key.check_value in said
        assert all(part in said for part in key.components)
        secret.append(key.octets.hex().upper())
    for key in secret:
        assert not any(key[at:at + 6] in said.replace(" ", "") for at in range(0, len(key), 8))
    assert run(["keys", "show", str(path)]) == 0
    assert said.startswith(capfd.readouterr().out)


def test_no_two_files_have_the_same_keys(tmp_path):
    paths = [tmp_path / f"{number}.toml" for number in range(2)]
    for path in paths:
        assert run(["keys", "new", str(path), "--one-for-all"]) == 0
    assert digits_in(paths[0]) != digits_in(paths[1])


@pytest.mark.parametrize(("options", "word"), [
    ([], "--one-for-all"), (["--tid", "7700123"], "8 printable"), (["--tid", "77001234", "--tid", "77001234"], "twice"),
    (["--one-for-all", "--components", "1"], "2 or 3"), (["--one-for-all", "--length", "16"], "single, double, triple"),
])
def test_what_cannot_be_made_is_refused_and_no_file_is_left(options, word, tmp_path, capfd):
    assert run(["keys", "new", str(tmp_path / "keys.toml"), *options]) == 2
    assert word in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_overwritten(tmp_path, capfd):
    path = tmp_path / "keys.toml"
    path.write_text("mine", "utf-8")
    assert run(["keys", "new", str(path), "--one-for-all"]) == 2
    assert "never overwritten" in capfd.readouterr().err
    assert path.read_text("utf-8") == "mine"


def test_a_wrong_file_is_refused_by_show_with_its_line(tmp_path, capfd):
    path = tmp_path / "keys.toml"
    path.write_text('test_keys = true\n[one_for_all]\nkey = "0123456789ABCDEF"\ncheck_value = "000000"\n', "utf-8")
    assert run(["keys", "show", str(path)]) == 2
    said = capfd.readouterr().err
    assert f"{path}:4: one_for_all.check_value" in said
    assert not re.search("0123|89AB", said)


def test_the_help_of_both_is_there(capfd):
    for command in (["keys", "--help"], ["keys", "new", "--help"], ["keys", "show", "--help"]):
        assert run(command) == 0
        assert "--lang en|zh" in capfd.readouterr().out


def test_no_digit_of_a_key_reaches_an_output_of_a_run(tmp_path, capfd):
    path = tmp_path / "keys.toml"
    assert run(["keys", "new", str(path), "--tid", "POS-A/1 ", "--one-for-all", "--components", "2"]) == 0
    day = tmp_path / "day.toml"
    day.write_text(
        'title = "t"\nstart = 2026-01-27T10:00:00+08:00\nuntil = "1d"\n[acquirer]\nkey_file = "keys.toml"\n'
        '[[merchants]]\nname = "shop"\nterminals = [{ tids = ["POS-A/1 "] }, { count = 1 }]\n'
        'script = [{ at = "10:05", sale = "S1", amount = "1.00" }, '
        '{ at = "10:06", sale = "S2", amount = "2.00", terminal = 2 }]\n', "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    assert run(["run", str(day), "--wire", "--trace", str(out / "day.jsonl"), "--json", str(out / "day.json"),
                "--pcap", str(out / "day.pcap"), "--report", str(out / "report")]) == 0
    written = b"".join(each.read_bytes() for each in out.rglob("*") if each.is_file())
    said = "".join(capfd.readouterr()).encode()
    keys = read_keys(path)
    secret = [bytes.fromhex(each) for each in digits_in(path)]
    secret += [keys.key_of("POS-A/1 ").octets, keys.key_of("10000001").octets]
    assert len(set(secret)) == 6
    for key in secret:
        for half in (key[:8], key[8:]):
            assert half not in written + said
            assert half.hex().encode() not in (written + said).lower()
