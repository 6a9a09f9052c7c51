"""The cryptogram of a test card (ARQC) and the host's answer to it (ARPC), for CVN 01 and 12."""

from __future__ import annotations

from tests.outside.keys import decrypt, encrypt
from tests.outside.tlv import tlvs

BLOCK = 8
IN_A_CRYPTOGRAM = ("9F02", "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37", "82", "9F36")
FIXED = {"9F27": "80", "9F37": "AA0FBE65", "95": "008004E000", "9C": "00", "5F2A": "0156",
         "82": "7C00", "9F1A": "0156", "9F03": "000000000000", "9F33": "E0E1C8", "9F34": "420300",
         "9F35": "22", "9F1E": "3132333435363738", "84": "A000000333010102", "9F09": "0030",
         "9F41": "00000003"}
ISSUER_DATA = {"01": "07020103A0A806010A01000000000098F01F52", "12": "07021203A0A806010A01000000000098F01F52"}


def application_data(issuer_key: bytes, pan: str, sequence: str, fen: int, counter: int,
                     cvn: str = "01", date: str = "260127") -> str:
    """F55 of a request, as hex, with the cryptogram of this card."""
    tags = FIXED | {"9F10": ISSUER_DATA[cvn], "9F36": f"{counter:04X}", "9A": date,
                    "9F02": f"{fen:012d}"}
    tags["9F26"] = cryptogram(issuer_key, pan, sequence, tags, cvn).hex().upper()
    return "".join(f"{tag}{len(value) // 2:02X}{value}" for tag, value in tags.items())


def cryptogram(issuer_key: bytes, pan: str, sequence: str, tags: dict[str, str], cvn: str) -> bytes:
    issuer_data = tags["9F10"][6:14] if cvn == "01" else tags["9F10"]  # its four bytes of CVR, or all
    data = bytes.fromhex("".join(tags[tag] for tag in IN_A_CRYPTOGRAM) + issuer_data)
    data += b"\x80" + bytes(-(len(data) + 1) % BLOCK)
    key = session_key(card_key(issuer_key, pan, sequence), bytes.fromhex(tags["9F36"]), cvn)
    block = bytes(BLOCK)
    for at in range(0, len(data), BLOCK):
        block = encrypt(key[:BLOCK], _xor(block, data[at:at + BLOCK]))
    return encrypt(key[:BLOCK], decrypt(key[BLOCK:], block))


def answer(issuer_key: bytes, pan: str, sequence: str, icc: str, code: str, cvn: str = "01") -> bytes:
    """ARPC by method 1: what tag 91 must begin with, where the host answers with ``code``."""
    tags = {tag: value.hex().upper() for tag, value in tlvs(bytes.fromhex(icc))}
    key = session_key(card_key(issuer_key, pan, sequence), bytes.fromhex(tags["9F36"]), cvn)
    return encrypt(key, _xor(bytes.fromhex(tags["9F26"]), code.encode() + bytes(6)))


def card_key(issuer_key: bytes, pan: str, sequence: str) -> bytes:
    """EMV option A: of the last sixteen digits of card number and sequence number."""
    named = bytes.fromhex((pan + sequence[-2:])[-16:].rjust(16, "0"))
    return _odd(encrypt(issuer_key, named) + encrypt(issuer_key, _xor(named, b"\xff" * BLOCK)))


def session_key(key: bytes, counter: bytes, cvn: str) -> bytes:
    if cvn == "01":  # PBOC
        left, right = bytes(6) + counter, bytes(6) + _xor(counter, b"\xff\xff")
    else:  # EMV, common
        left, right = counter + b"\xf0" + bytes(5), counter + b"\x0f" + bytes(5)
    return encrypt(key, left) + encrypt(key, right)


def _odd(key: bytes) -> bytes:
    return bytes(byte ^ 1 if byte.bit_count() % 2 == 0 else byte for byte in key)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
