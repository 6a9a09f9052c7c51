"""A key file is taken whole or refused with file, line and what is allowed, and no digit of a key is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.key_file import (
    KeyFileError,
    keys_of,
    read_keys,
    read_keys_for,
    warnings_about,
)
from simulator.scenario.read import ScenarioError, load_scenario
from simulator.wire.master_keys import NO_FILE, TEST_MASTER_KEY, combined

VECTORS = json.loads((Path(__file__).parents[2] / "fixtures" / "vectors" / "minted.json").read_text("utf-8"))
# by hand: A5 xor 01 is A4, C3 xor 02 is C1; the check values were made by openssl enc -des-ede -nopad
ONE, OTHER = "A5A5A5A5A5A5A5A5C3C3C3C3C3C3C3C3", "01010101010101010202020202020202"
OF_ONE, OF_OTHER, OF_BOTH = "5D6A422D", "e028c8a6", "E82970BA"
GOOD = f"""# keys of a bench
test_keys = true

[one_for_all]
key = "0123456789ABCDEF FEDCBA9876543210"
check_value = "08D7B4"

[[terminals]]
tid = "77001234"
components = [
    {{ value = "{ONE}", check_value = "{OF_ONE}" }},
    {{ value = "{OTHER}", check_value = "{OF_OTHER}" }},
]
check_value = "{OF_BOTH}"

[[terminals]]
tid = "POS-A/1 "
key = "0123456789abcdef"
check_value = "D5D44FF7"
"""
LINES = GOOD.splitlines()


def written(folder, text):
    path = folder / "keys.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_the_published_test_key_is_the_one_of_the_vectors_and_of_the_documents():
    assert TEST_MASTER_KEY.hex().upper() == VECTORS["keys"]["TMK"]
    live = (Path(__file__).parents[2] / "docs" / "live.md").read_text("utf-8")
    assert VECTORS["keys"]["TMK"] in live.replace(" ", "")
    assert NO_FILE.key_of("anything").octets == TEST_MASTER_KEY


def test_whole_keys_and_components_are_read(tmp_path):
    keys = read_keys(written(tmp_path, GOOD))
    assert keys.key_of("77001234").octets.hex().upper() == "A4A4A4A4A4A4A4A4C1C1C1C1C1C1C1C1"
    assert len(keys.key_of("77001234").components) == 2
    assert keys.key_of("POS-A/1 ").octets == bytes.fromhex("0123456789ABCDEF")
    assert keys.key_of("somebody").octets == TEST_MASTER_KEY
    assert keys.one_for_all.check_value == "08D7B4FB"
    assert not re.search("A4A4|C1C1|0123456789", repr(keys) + repr(keys.key_of("77001234")))


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=3))
def test_all_components_but_one_tell_nothing_of_the_key(components):
    key = combined(components)
    assert combined([key, *components[1:]]) == components[0]


BAD = [  # what stands in the good file, what instead, line, words
    ("test_keys = true\n", "", 1, ["test_keys", "only test keys"]),
    ("test_keys = true", "test_keys = false", 2, ["test_keys", "only test keys"]),
    ("test_keys = true", 'test_keys = "true"', 2, ["test_keys"]),
    ('check_value = "08D7B4"', 'check_value = "08D7B5"', 6, ["one_for_all.check_value", "not that of the key", "08D7B4FB"]),
    ('check_value = "08D7B4"', 'check_value = "08D7"', 6, ["one_for_all.check_value", "6 or 8"]),
    ('check_value = "08D7B4"', "", 4, ["one_for_all.check_value", "is missing"]),
    ("FEDCBA9876543210", "FEDCBA987654321", 5, ["one_for_all.key", "31 hexadecimal digits", "16 (single length), 32"]),
    ("FEDCBA9876543210", "FEDCBA987654321G", 5, ["one_for_all.key", "no hexadecimal"]),
    ("FEDCBA9876543210", "FEDCBA9876543210 01", 5, ["one_for_all.key", "34 hexadecimal digits"]),
    ('key = "0123456789ABCDEF FEDCBA9876543210"', "key = 1234567890123456", 5, ["one_for_all.key", "text in quotes"]),
    (f'    {{ value = "{ONE}", check_value = "{OF_ONE}" }},\n', "", 10,
     ["terminals[1].components", "1 given", "two or three"]),
    (ONE, "A5A5A5A5A5A5A5A5", 11, ["components[1].check_value", "not that of the component"]),
    (f'value = "{OTHER}"', f'value = "{ONE}"', 12, ["components[2].check_value"]),
    (f'"{OTHER}", check_value = "{OF_OTHER}"',
     f'"{ONE}", check_value = "{OF_ONE}"', 14,
     ["terminals[1].check_value", "components together", "is there twice"]),
    (f'"{OTHER}", check_value = "{OF_OTHER}"',
     '"0123456789ABCDEF", check_value = "D5D44F"', 12, ["components[2].value", "16 hexadecimal digits", "of one length"]),
    ('tid = "POS-A/1 "', 'tid = "77001234"', 17, ["terminals[2].tid", "77001234", "line 9 already"]),
    ('tid = "POS-A/1 "', 'tid = "POS-A/1"', 17, ["terminals[2].tid", "8 printable"]),
    ('tid = "POS-A/1 "', "", 16, ["terminals[2].tid", "is missing"]),
    ('tid = "POS-A/1 "', 'tid = "POS-A/1 "\nlength = 8', 18, ["terminals[2]", "unknown key", "tid, key, components"]),
    ('tid = "POS-A/1 "', 'tid = "POS-A/1 "\n0123456789ABCDEF = "x"', 18, ["terminals[2]", "unknown key"]),
    ('tid = "POS-A/1 "', 'tid = "POS-A/1 "\ncomponents = []', 16, ["terminals[2]", "one of the two"]),
    ('key = "0123456789abcdef"', 'key = "0123456789abcdef', 18, ["no TOML"]),
    ('key = "0123456789abcdef"', "key = 0123456789abcdef", 18, ["no TOML"]),
    ("[one_for_all]", "[one_for_everybody]", 4, ["unknown key", "one_for_all"]),
]


@pytest.mark.parametrize(("there", "instead", "line", "words"), BAD)
def test_what_is_wrong_is_told_with_its_line_and_without_a_digit_of_a_key(there, instead, line, words, tmp_path):
    assert there in GOOD
    path = written(tmp_path, GOOD.replace(there, instead, 1))
    with pytest.raises(KeyFileError) as refused:
        read_keys(path)
    said = str(refused.value)
    assert said.startswith(f"{path}:{line}: ")
    for word in words:
        assert word in said
    told = said.removeprefix(str(path)).upper()
    for key in ("0123456789ABCDEF", "FEDCBA98", "A5A5", "C3C3", "0101", "0202", "A4A4", "C1C1", "12345678"):
        assert key[:6] not in told


@pytest.mark.parametrize("text", ["", "test_keys = true\n", "test_keys = true\nterminals = []\n"])
def test_a_file_without_a_key_is_refused(text, tmp_path):
    with pytest.raises(KeyFileError, match=r"test_keys|no key is in it"):
        read_keys(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    (tmp_path / "keys.bin").write_bytes(b"\xff\xfe\x00")
    for path, why in ((tmp_path / "none.toml", "No such file"), (tmp_path, "no regular file"),
                      (tmp_path / "keys.bin", "UTF-8"), (Path("a\0b"), "regular")):
        with pytest.raises(KeyFileError, match=why):
            read_keys(path)


def test_terminals_that_nobody_knows_and_terminals_without_a_key_are_refused(tmp_path):
    path = written(tmp_path, GOOD)
    with pytest.raises(KeyFileError, match=r':17: terminals\[2\]\.tid: no terminal "POS-A/1 ".* there are: 77001234'):
        read_keys_for(path, ["77001234"], [])
    alone = written(tmp_path, GOOD.replace(GOOD[GOOD.index("[one_for_all]"):GOOD.index("[[terminals]]")], ""))
    with pytest.raises(KeyFileError, match=r"no key for terminal 77005678; .*\[one_for_all\]"):
        read_keys_for(alone, None, ["77001234", "77005678"])
    assert read_keys_for(alone, None, ["77001234"]).key_of("77005678").octets == TEST_MASTER_KEY


def test_it_is_told_that_others_can_read_it_and_that_parity_is_not_odd(tmp_path):
    path = written(tmp_path, GOOD.replace(
        'key = "0123456789abcdef"\ncheck_value = "D5D44FF7"',
        'key = "A5A5A5A5A5A5A5A5 A5A5A5A5A5A5A5A5"\ncheck_value = "DA3B0F51"'))
    keys = read_keys(path)
    assert [told.en for told in warnings_about(path, keys)] == [
        f'{path}: the key of terminal "POS-A/1 " is not of odd parity; it is taken as it is, since DES ignores parity']
    path.chmod(0o640)
    assert "mode 0640" in next(warnings_about(path, keys)).en


def test_a_scenario_names_its_key_file_from_where_it_stands(tmp_path, monkeypatch):
    folder = tmp_path / "bench"
    folder.mkdir()
    written(folder, GOOD)
    day = folder / "day.toml"
    text = ('title = "t"\nstart = "2026-01-29T20:00"\nuntil = "1d"\n[acquirer]\nkey_file = "keys.toml"\n'
            '[[merchants]]\nname = "shop"\nterminals = [{ tids = ["77001234", "POS-A/1 "] }]\n')
    day.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert keys_of(load_scenario("bench/day.toml")).key_of("POS-A/1 ").check_value == "D5D44FF7"
    day.write_text(text.replace(', "POS-A/1 "', ""), "utf-8")
    with pytest.raises(ScenarioError, match=r"keys\.toml:17: terminals\[2\]\.tid: no terminal"):
        load_scenario("bench/day.toml")
    day.write_text(text.replace("keys.toml", "other.toml"), "utf-8")
    with pytest.raises(ScenarioError, match=r"other\.toml: cannot be read: No such file"):
        load_scenario("bench/day.toml")
