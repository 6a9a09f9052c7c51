"""The cryptograms of a chip and its issuer in F55: ARQC from the card, ARPC back; test keys only.

Card key: option A of EMV, from the issuer's key, card number and sequence.  Session key and data by
the cryptogram version (CVN), the third byte of 9F10:

====  ==============================================  ==========================================
CVN   session key                                     data, padded by 80 00 …
====  ==============================================  ==========================================
01    PBOC: 3DES of six zero bytes and the ATC, then  the amounts and terminal data of EMV, then
      of six zero bytes and the inverted ATC          82, 9F36 and the CVR of 9F10
12    EMV common session key derivation               the same, with 9F10 whole
====  ==============================================  ==========================================

The ARPC is method 1: 3DES of the ARQC xor the response code.  EMV Book 2 and PyEMV are the source
of what is common; that of CVN 01 is our reading of PBOC, as no published vector was found.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

import msgspec

from simulator.wire.tlv import elements

ARQC, ISSUER_DATA, ATC, SEQUENCE = "9F26", "9F10", "9F36", "5F34"
AUTHENTICATION = "91"  # in F55 of a reply: ARPC and response code
AMOUNT = "9F02"
AMOUNTS = (AMOUNT, "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37", "82", ATC)
MAY_BE_LEFT_OUT = {"9F03": bytes(6)}
_CVN, _CVR = 2, slice(3, 7)  # in the value of 9F10: length, key index, CVN, CVR
ARPC_BYTES = 8


class Version(msgspec.Struct, frozen=True):
    """What a cryptogram version comes to."""

    session_key: Callable[[bytes, bytes], bytes]
    of_issuer_data: Callable[[bytes], bytes]


@cache
def emv() -> ModuleType:
    """PyEMV, loaded for the few cards that have a key: a quick command loads no ciphers.

    It reaches TripleDES through an address that cryptography calls deprecated, as psec does.
    """
    from cryptography.utils import CryptographyDeprecationWarning  # noqa: PLC0415

    warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, module=r"pyemv\.")
    return import_module("pyemv")


def _pboc(card_key: bytes, atc: bytes) -> bytes:
    inverted = bytes(byte ^ 0xFF for byte in atc)
    made = emv().tools.encrypt_tdes_ecb(card_key, bytes(6) + atc + bytes(6) + inverted)
    right: bytes = emv().tools.adjust_key_parity(made)
    return right


def _common(card_key: bytes, atc: bytes) -> bytes:
    made: bytes = emv().kd.derive_common_sk(card_key, atc + bytes(6))
    return made


VERSIONS: dict[int, Version] = {
    0x01: Version(_pboc, lambda issuer_data: issuer_data[_CVR]),
    0x12: Version(_common, lambda issuer_data: issuer_data),
}


def values_of(icc_data: bytes) -> dict[str, bytes]:
    """The elements of F55 by tag; none where it is not made of whole elements."""
    icc_hex = icc_data.hex().upper()
    return {
        each.tag: bytes.fromhex(icc_hex[each.data:each.end]) for each in elements(icc_hex) or ()
    }


def arqc_of(issuer_key: bytes, pan: str, sequence: str, values: Mapping[str, bytes]) -> bytes | None:
    """The cryptogram that this card makes of these elements; None where no known card could."""
    found = _session(issuer_key, pan, sequence, values)
    if found is None:
        return None
    session_key, data = found
    arqc: bytes = emv().ac.generate_ac(session_key, data, emv().ac.PaddingType.EMV)
    return arqc


def authentication_of(
    issuer_key: bytes, pan: str, sequence: str, values: Mapping[str, bytes], response_code: str,
) -> bytes:
    """The element 91 for a reply: ARPC and response code; nothing where there is no known ARQC."""
    found = _session(issuer_key, pan, sequence, values)
    arqc = values.get(ARQC, b"")
    if found is None or len(arqc) != ARPC_BYTES:
        return b""
    code = response_code.encode("ascii")
    value: bytes = emv().ac.generate_arpc_1(found[0], arqc, code) + code
    return bytes.fromhex(AUTHENTICATION) + bytes((len(value),)) + value


def _session(
    issuer_key: bytes, pan: str, sequence: str, values: Mapping[str, bytes],
) -> tuple[bytes, bytes] | None:
    """Session key, and the data that the cryptogram is made of."""
    issuer_data = values.get(ISSUER_DATA, b"")
    version = VERSIONS.get(issuer_data[_CVN]) if len(issuer_data) > _CVN else None
    given = {**MAY_BE_LEFT_OUT, **values}
    if version is None or len(values.get(ATC, b"")) != 2 or any(tag not in given for tag in AMOUNTS):
        return None
    card_key = emv().kd.derive_icc_mk_a(issuer_key, pan, sequence[-2:].rjust(2, "0"))
    data = b"".join(given[tag] for tag in AMOUNTS) + version.of_issuer_data(issuer_data)
    return version.session_key(card_key, values[ATC]), data
