"""The stranger's own codec, keys and MAC against bytes that come from outside, before any day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outside.frame import FRAMINGS, framed, unframed
from tests.outside.keys import (
    check_value,
    decrypt,
    encrypt,
    mac,
    pin_block,
    retail_mac,
    working_keys,
)
from tests.outside.message import Message, pack, unpack

FOLDER = Path(__file__).parents[2] / "fixtures" / "vectors"


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


MINTED = load("minted.json")
CRYPTO = load("crypto.json")
KEYS = {name: bytes.fromhex(value) for name, value in MINTED["keys"].items()}
VECTORS = {v["id"]: v for v in MINTED["vectors"]}
PUBLIC = {v["id"]: v for v in load("public.json")["vectors"] if v.get("framing") in (
    None, {"length_prefix": True, "header": "tpdu+6"}) and set(v["fields"]) & {"41"}}
ELSEWHERE = {40, 43, 46, 47, 57, 58, 59}  # each family has its own form of these


def message_of(vector):
    return Message(vector["mti"], {int(n): text for n, text in vector["fields"].items()})


@pytest.mark.parametrize("name", VECTORS)
def test_each_minted_vector_is_read_and_written_byte_for_byte(name):
    frame = bytes.fromhex(VECTORS[name]["hex"])
    framing = FRAMINGS["length, TPDU, header"]
    tpdu, header, body = unframed(framing, frame)
    assert unpack(body) == message_of(VECTORS[name])
    assert framed(framing, tpdu, header, pack(unpack(body))) == frame


@pytest.mark.parametrize("name", [n for n, v in PUBLIC.items()
                                  if not {int(number) for number in v["fields"]} & ELSEWHERE])
def test_each_public_message_of_fields_that_it_knows_is_read(name):
    body = unframed(FRAMINGS["length, TPDU, header"], bytes.fromhex(PUBLIC[name]["hex"]))[2]
    assert unpack(body) == message_of(PUBLIC[name])


@pytest.mark.parametrize("name", [n for n, v in VECTORS.items() if v["mac"]])
def test_the_mac_of_each_sealed_vector_is_its_own(name):
    body = unframed(FRAMINGS["length, TPDU, header"], bytes.fromhex(VECTORS[name]["hex"]))[2]
    assert mac(KEYS["MAK_single"], body[:-8]) == body[-8:]


def test_the_published_mac_is_made():
    vector = CRYPTO["mac"][0]
    assert mac(bytes.fromhex(vector["key"]), bytes.fromhex(vector["mab"])).hex() == vector["f64"]


def test_the_published_retail_mac_is_made():
    vector = CRYPTO["mac"][1]
    made = retail_mac(bytes.fromhex(vector["key"]), bytes.fromhex(vector["mab"]))
    assert made.hex().upper() == vector["f64"]


def test_the_pin_block_of_the_minted_sale_is_made():
    fields = VECTORS["sale_req"]["fields"]
    assert pin_block(KEYS["PIK"], "123456", fields["2"]) == fields["52"]


@pytest.mark.parametrize(("name", "track"), [("signin_resp_40", b""),
                                             ("signin_resp_60", KEYS["TDK"])])
def test_the_working_keys_of_a_sign_on_are_taken(name, track):
    keys = working_keys(KEYS["TMK"], bytes.fromhex(VECTORS[name]["fields"]["62"]))
    assert (keys.pin, keys.mac, keys.track) == (KEYS["PIK"], KEYS["MAK_single"], track)


def test_published_key_blocks_have_the_check_values_that_they_say():
    first = CRYPTO["keys"][0]
    assert check_value(bytes.fromhex(first["pik_clear"])).hex().upper() == first["pik_kcv"]
    assert check_value(bytes.fromhex(first["mak_clear_first8"])).hex().upper() == first["mak_kcv"]
    second = CRYPTO["keys"][1]
    zmk = bytes.fromhex(second["zmk"])
    for name in ("pik", "mak"):
        block, clear = bytes.fromhex(second[f"{name}_block"]), bytes.fromhex(second[f"{name}_clear"])
        assert decrypt(zmk, block[:16]) == clear
        assert encrypt(zmk, clear) == block[:16]
        assert check_value(clear) == block[16:]
