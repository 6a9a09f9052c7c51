"""ARQC and ARPC against sums made here with plain DES, step by step; no step of PyEMV is used."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from simulator.wire.cryptogram import AMOUNTS, arqc_of, authentication_of, values_of

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PAN, SEQUENCE = "6200009753180120", "001"
F55 = {
    "9F26": "0000000000000000", "9F27": "80", "9F37": "2AE9F9B4", "9F36": "020F",
    "95": "0000000000", "9A": "260129", "9C": "00", "9F02": "000000006800", "5F2A": "0156",
    "82": "7C00", "9F1A": "0156", "9F03": "000000000000",
}
PBOC, COMMON = "07010103A0A000", "07011203A0A000"  # CVN 01, CVN 12


def tdes(key: bytes, block: bytes) -> bytes:
    return Cipher(TripleDES((key * 3)[:24]), modes.ECB()).encryptor().update(block)


def undes(key: bytes, block: bytes) -> bytes:
    return Cipher(TripleDES((key * 3)[:24]), modes.ECB()).decryptor().update(block)


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def card_key() -> bytes:
    """Option A: the last sixteen digits of number and sequence, and their complement."""
    digits = bytes.fromhex((PAN + SEQUENCE[-2:])[-16:])
    return tdes(KEY, digits) + tdes(KEY, xor(digits, b"\xFF" * 8))


def session_key(issuer_data: str, atc: bytes) -> bytes:
    if issuer_data == PBOC:
        return tdes(card_key(), bytes(6) + atc) + tdes(card_key(), bytes(6) + xor(atc, b"\xFF\xFF"))
    return (
        tdes(card_key(), atc + b"\xF0" + bytes(5)) + tdes(card_key(), atc + b"\x0F" + bytes(5)))


def retail_mac(key: bytes, data: bytes) -> bytes:
    """ISO 9797-1 algorithm 3, padding 2."""
    padded = data + b"\x80"
    padded += bytes(-len(padded) % 8)
    value = bytes(8)
    for at in range(0, len(padded), 8):
        value = tdes(key[:8], xor(value, padded[at:at + 8]))
    return tdes(key[:8], undes(key[8:], value))


def icc_data(issuer_data: str, **changes: str) -> bytes:
    tags = F55 | {"9F10": issuer_data} | {tag.removeprefix("t"): value for tag, value in changes.items()}
    return bytes.fromhex("".join(
        f"{tag}{len(value) // 2:02X}{value}" for tag, value in tags.items() if value))


def arqc_by_hand(issuer_data: str, amount: str = F55["9F02"]) -> bytes:
    data = "".join({**F55, "9F02": amount}[tag] for tag in AMOUNTS)
    data += issuer_data[6:14] if issuer_data == PBOC else issuer_data
    return retail_mac(session_key(issuer_data, bytes.fromhex(F55["9F36"])), bytes.fromhex(data))


@pytest.mark.parametrize("issuer_data", [PBOC, COMMON])
def test_the_cryptogram_is_the_one_made_by_hand(issuer_data: str) -> None:
    assert arqc_of(KEY, PAN, SEQUENCE, values_of(icc_data(issuer_data))) == arqc_by_hand(issuer_data)


@pytest.mark.parametrize("issuer_data", [PBOC, COMMON])
def test_the_answer_to_it_is_the_one_made_by_hand(issuer_data: str) -> None:
    arqc = arqc_by_hand(issuer_data)
    values = values_of(icc_data(issuer_data, t9F26=arqc.hex()))
    session = session_key(issuer_data, bytes.fromhex(F55["9F36"]))
    for code in ("00", "51"):
        arpc = tdes(session, xor(arqc, code.encode() + bytes(6)))
        expected = bytes.fromhex("910A") + arpc + code.encode()
        assert authentication_of(KEY, PAN, SEQUENCE, values, code) == expected


@pytest.mark.parametrize("change", [
    {"t9F02": "000000006801"}, {"t9F36": "0210"}, {"t9F37": "2AE9F9B5"}, {"t95": "0000000001"},
    {"t82": "7C01"}, {"t9A": "260130"}, {"t9F03": "000000000001"},
])
@pytest.mark.parametrize("issuer_data", [PBOC, COMMON])
def test_any_other_content_makes_another(issuer_data: str, change: dict[str, str]) -> None:
    made = arqc_of(KEY, PAN, SEQUENCE, values_of(icc_data(issuer_data, **change)))
    assert made is not None
    assert made != arqc_by_hand(issuer_data)


def test_another_card_sequence_or_key_makes_another() -> None:
    values = values_of(icc_data(PBOC))
    right = arqc_by_hand(PBOC)
    assert right not in (
        arqc_of(KEY, "6200008642150237", SEQUENCE, values), arqc_of(KEY, PAN, "002", values),
        arqc_of(KEY[::-1], PAN, SEQUENCE, values),
    )


@pytest.mark.parametrize("change", [
    {"t9F10": ""}, {"t9F10": "0701"}, {"t9F10": "07017703A0A000"}, {"t9F36": ""}, {"t9F36": "02"},
    {"t9F37": ""}, {"t82": ""},
])
def test_what_no_known_card_sends_has_no_cryptogram_and_no_answer(change: dict[str, str]) -> None:
    values = values_of(icc_data(PBOC, **change))
    assert arqc_of(KEY, PAN, SEQUENCE, values) is None
    assert authentication_of(KEY, PAN, SEQUENCE, values, "00") == b""


def test_an_amount_that_is_left_out_is_zero_and_broken_data_has_no_elements() -> None:
    without = icc_data(PBOC, t9F03="")
    assert arqc_of(KEY, PAN, SEQUENCE, values_of(without)) == arqc_by_hand(PBOC)
    assert values_of(without[:-1]) == {}
