"""The tables that a host gives out: a file is taken whole or refused by name, and a scenario's words on it."""

from __future__ import annotations

from hashlib import sha1, sha512

import pytest

from simulator.scenario.places import places_of
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.scenario.table_files import TableFileError, library_named, table_file_names
from simulator.wire.key_transport import is_usable
from simulator.wire.tables import Table
from simulator.wire.tables_listed import is_whole_key
from simulator.world.settings import acquirer_settings

OURS = library_named("test-tables")
HEAD = 'title = "t"\nstart = 2026-01-27T10:00:00+08:00\nuntil = "2h"\n'
SHOP = '[[merchants]]\nname = "shop"\nterminals = { count = 1 }\n'
MODULUS = "C0" * 128


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a file of tables and loads it."""
    monkeypatch.chdir(tmp_path)

    def load(text, **facts):
        (tmp_path / "mine.toml").write_text(text, "utf-8")
        return library_named("mine.toml", **facts)

    return load


def test_the_shipped_tables_are_test_data_and_enough_for_more_than_one_message():
    assert table_file_names() == ("test-tables",)
    keys = [dict(key) for key in OURS.listed[Table.CAPK]]
    assert len(OURS.names(Table.CAPK, sm=False)) > 22  # so many names go into one message
    for key in keys:
        marked = b"\xc0\xde\x7e\x57" if key["DF07"] == b"\x01" else b"\x7e\x57"
        assert key["DF02"].startswith(marked)
        assert key["DF05"] > b"20900000"
        assert is_whole_key(tuple(key.items()))
        if key["DF07"] == b"\x01":
            assert key["DF03"] == sha1(
                key["9F06"] + key["9F22"] + key["DF02"] + key["DF04"]).digest()
        else:
            assert key["DF02"][2:] == sha512(
                b"test SM2 point " + key["9F22"].hex().encode()).digest()[2:]
    assert {key["9F06"].hex().upper() for key in keys} >= {"A000000333", "A000000003"}
    lengths = {int(entry[:2]) for entry in OURS.numbered[Table.BLACK_LIST]}
    assert len(lengths) > 1
    assert is_usable(OURS.rsa)


def test_a_file_that_is_like_ours_replaces_rows_and_adds_others(written):
    library = written(f"""
like = "test-tables"
title = "mine"
black_list = ["629999"]
parameters = {{ reply_timeout_s = "45" }}
[[capk]]
rid = "A000000333"
index = "01"
expiry = "20401231"
modulus = "{MODULUS}"
exponent = "03"
[[capk]]
rid = "A000000999"
index = "01"
expiry = "20401231"
modulus = "{MODULUS}"
exponent = "03"
check_sum = "{'00' * 20}"
""")
    keys = [dict(key) for key in library.listed[Table.CAPK]]
    assert len(keys) == len(OURS.listed[Table.CAPK]) + 1
    assert keys[0]["DF02"].hex().upper() == MODULUS
    assert keys[0]["DF03"] == sha1(
        bytes.fromhex("A00000033301" + MODULUS + "03")).digest()
    assert keys[-1]["DF03"] == bytes(20)  # as it is given, right or wrong
    assert library.numbered[Table.BLACK_LIST] == ("06629999",)
    assert b"1245" in library.whole[Table.PARAMETERS]
    assert b"133" in library.whole[Table.PARAMETERS]
    assert library.listed[Table.AID] == OURS.listed[Table.AID]


KEY = f'[[capk]]\nrid = "A000000333"\nindex = "01"\nexpiry = "20401231"\nmodulus = "{MODULUS}"\n'
REFUSED = [
    ("title = 1", "Expected `str`"),
    ('title = "t"\nblack = []', "black"),
    ('title = "t"\nblack_list = ["123456789012345"]', "black_list: 123456789012345: 1 to 14 digits"),
    ('title = "t"\nblack_list = [""]', "black_list: : 1 to 14 digits"),
    ('title = "t"\nbin_b = [{ length = 15, bin = "629999" }]', "bin_b: 629999"),
    ('title = "t"\nbin_c = [{ length = 16, bin = "62999" }]', "bin_c: 62999"),
    ('title = "t"\nparameters = { tips = "1" }', "parameters: no tips; allowed: application_type"),
    ('title = "t"\nparameters = { reply_timeout_s = "300" }', "tag 12 has 2 bytes"),
    ('title = "t"\nparameters = { switches = "FF" }', "switches: 8 hex digits"),
    ('title = "t"\ncontactless = { FF80 = "1" }', "contactless: FF80"),
    ('title = "t"\ntask = { server = "x" }', "task: no server"),
    ('title = "t"\n' + KEY.replace("A000000333", "A0"), "rid has 10 hex digits"),
    ('title = "t"\n' + KEY.replace("20401231", "2040"), "YYYYMMDD is needed"),
    ('title = "t"\n' + KEY.replace("C0C0", "G0", 1), "modulus: an even number of hex digits"),
    ('title = "t"\n' + KEY + 'hash = "04"\n', "check_sum is needed where the hash is not 01"),
    ('title = "t"\n' + KEY + KEY, "stands there twice"),
    ('title = "t"\n' + KEY.replace(MODULUS, "C0" * 600), "more than 511 bytes"),
    ('title = "t"\n[[aid]]\naid = "A0"\n', "aid A0: 10 to 32 hex digits"),
    ('title = "t"\n[[aid]]\naid = "A000000333"\ndata = { DF = "0" }\n', "DF: a tag and a value"),
    ('title = "t"\n[master_key]\nrid = "A0"\nindex = "01"\nprime_1 = "0F"\nprime_2 = "11"\nexponent = "03"\n',
     "those of no RSA key"),
    ('like = "other"\ntitle = "t"', "like: no tables other; allowed: test-tables"),
    ("[", "mine.toml: "),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_file_with_a_mistake_is_refused_whole_and_says_where(written, text, said):
    with pytest.raises(TableFileError) as refused:
        written(text)
    assert str(refused.value).startswith("mine.toml: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(("given", "said"), [
    ("others", "no tables others; allowed: test-tables, or the path of a .toml file"),
    ("gone.toml", "gone.toml: is no regular file"),
    (".toml", "is no regular file"),
])
def test_tables_that_are_not_there_are_refused(tmp_path, monkeypatch, given, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableFileError, match=said):
        library_named(given)


def settings_of(acquirer):
    scenario = scenario_of_text(HEAD + f"[acquirer]\n{acquirer}\n" + SHOP)
    return acquirer_settings(scenario, places_of(scenario)).library


def test_a_scenario_gives_our_tables_adds_to_the_black_list_and_makes_pieces_small():
    assert settings_of("") == OURS
    library = settings_of('black_list = ["62001234"]\nentries_in_message = 3')
    assert library.numbered[Table.BLACK_LIST] == (
        *OURS.numbered[Table.BLACK_LIST], "0862001234")
    assert library.most_in_message == 3


@pytest.mark.parametrize(("acquirer", "said"), [
    ('tables = "others"', "acquirer.tables: no tables others"),
    ('black_list = ["A"]', "acquirer.black_list"),
    ('black_list = ["123456789012345"]', "acquirer.black_list"),
    ("entries_in_message = -1", "acquirer.entries_in_message"),
])
def test_what_a_scenario_says_of_tables_and_cannot_be_is_refused_by_name(acquirer, said):
    with pytest.raises(ScenarioError) as refused:
        settings_of(acquirer)
    assert said in str(refused.value)


@pytest.mark.parametrize(("action", "said"), [
    ('do = "settle"\ndownload = "capk"', "settle does not take download"),
    ('do = "demand_download"\ndownload = "keys"', "download"),
    ('do = "demand_download"\nsoftware = "31200000"', "demand_download does not take software"),
])
def test_a_demand_that_cannot_be_is_refused(action, said):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(HEAD + SHOP + f'[[actions]]\n{action}\nat = "1h"\n')
    assert said in str(refused.value)


def test_no_host_asks_in_a_header_that_has_no_room_for_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bare.toml").write_text(
        'like = "unionpay-pos"\ntitle = "bare"\n'
        'header = [{ name = "application_class", title = "class", digits = 2 }]\n', "utf-8")
    text = (HEAD + '[acquirer]\ndialect = "bare.toml"\n' + SHOP
            + '[[actions]]\ndo = "demand_download"\nat = "1h"\n')
    with pytest.raises(ScenarioError, match="has no room for a processing request"):
        scenario_of_text(text)
