from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.wire import des
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.keys import WorkingKeys, unwrap_working_keys, wrap_working_keys

VECTORS = Path(__file__).parents[2] / "fixtures" / "vectors"
CRYPTO = json.loads((VECTORS / "crypto.json").read_text(encoding="utf-8"))
MINTED = json.loads((VECTORS / "minted.json").read_text(encoding="utf-8"))
KEYS = {name: bytes.fromhex(value) for name, value in MINTED["keys"].items()}
FIELD_62 = {v["id"]: bytes.fromhex(v["fields"]["62"]) for v in MINTED["vectors"]
            if v["id"].startswith("signin_resp")}
TMK = KEYS["TMK"]
CLEAR = WorkingKeys(KEYS["PIK"], KEYS["MAK_single"], KEYS["TDK"])


def test_published_40_byte_download_opens():
    sample = CRYPTO["keys"][0]
    wrapped = bytes.fromhex(sample["f62"])
    # the master key of that sample was not published: its check values stand for the clear keys
    assert des.check_value(bytes.fromhex(sample["pik_clear"])).hex().upper() == sample["pik_kcv"]
    assert des.check_value(bytes.fromhex(sample["mak_clear_first8"])).hex().upper() == sample["mak_kcv"]
    assert wrapped[16:20].hex().upper() == sample["pik_kcv"]
    assert wrapped[28:36] == bytes(8)


def test_published_double_length_keys_open_under_their_master_key():
    sample = CRYPTO["keys"][1]
    zmk = bytes.fromhex(sample["zmk"])
    first, second = (bytes.fromhex(part) for part in sample["zmk_components"])
    assert bytes(a ^ b for a, b in zip(first, second, strict=True)) == zmk
    opened = unwrap_working_keys(bytes.fromhex(sample["pik_block"] + sample["mak_block"]), zmk)
    assert opened == WorkingKeys(bytes.fromhex(sample["pik_clear"]), bytes.fromhex(sample["mak_clear"]))
    assert wrap_working_keys(opened, zmk).hex().upper() == sample["pik_block"] + sample["mak_block"]


def test_40_and_60_bytes_open_and_close_byte_for_byte():
    without_tdk = WorkingKeys(CLEAR.pik, CLEAR.mak)
    assert unwrap_working_keys(FIELD_62["signin_resp_40"], TMK) == without_tdk
    assert unwrap_working_keys(FIELD_62["signin_resp_60"], TMK) == CLEAR
    assert wrap_working_keys(without_tdk, TMK) == FIELD_62["signin_resp_40"]
    assert wrap_working_keys(CLEAR, TMK) == FIELD_62["signin_resp_60"]


@pytest.mark.parametrize("tmk", [TMK, TMK[:8], TMK + bytes(range(8))])
@pytest.mark.parametrize("keys", [
    WorkingKeys(CLEAR.pik[:8], CLEAR.mak),
    WorkingKeys(CLEAR.pik, CLEAR.mak),
    WorkingKeys(CLEAR.pik, CLEAR.mak + CLEAR.pik[:8]),
    CLEAR,
])
def test_every_form_opens_to_the_keys_it_was_made_of(keys, tmk):
    assert unwrap_working_keys(wrap_working_keys(keys, tmk), tmk) == keys


@pytest.mark.parametrize("at", range(60))
def test_any_changed_byte_of_a_download_is_noticed(at):
    wrapped = bytearray(FIELD_62["signin_resp_60"])
    wrapped[at] ^= 0x10
    with pytest.raises(KeyCheckError) as caught:
        unwrap_working_keys(bytes(wrapped), TMK)
    assert caught.value.key == ("PIK", "MAK", "TDK")[at // 20]


def test_another_master_key_is_noticed():
    with pytest.raises(KeyCheckError, match="PIK"):
        unwrap_working_keys(FIELD_62["signin_resp_40"], CLEAR.pik)


@pytest.mark.parametrize("length", [0, 1, 23, 25, 39, 41, 59, 61])
def test_other_lengths_are_refused(length):
    with pytest.raises(WireError, match="24, 40 or 60"):
        unwrap_working_keys(bytes(length), TMK)


@pytest.mark.parametrize("keys", [
    WorkingKeys(b"", b""), WorkingKeys(CLEAR.pik[:8], CLEAR.pik), WorkingKeys(CLEAR.pik, b"1234567"),
    WorkingKeys(CLEAR.pik, CLEAR.mak, b"short"), WorkingKeys(CLEAR.pik[:8], CLEAR.mak, CLEAR.tdk),
])
def test_keys_that_no_form_carries_are_refused(keys):
    with pytest.raises(WireError):
        wrap_working_keys(keys, TMK)


def test_keys_do_not_show_themselves():
    assert CLEAR.pik.hex() not in repr(CLEAR)
    assert "\\x" not in repr(CLEAR)
