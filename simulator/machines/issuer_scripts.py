"""Issuer scripts in F55 of a reply, and what the chip made of them; runs none: each one succeeds.

There is no chip here, so a result says what a chip that obeys would say.  Source of tags: EMV for
71, 72 and 9F18; DF31 and the elements that go with it are those of public terminal sources.
"""

from __future__ import annotations

from simulator.wire.tlv import Element, elements

TEMPLATES = frozenset({"71", "72"})  # before and after the final cryptogram
IDENTIFIER = "9F18"  # in a template: script identifier, four bytes
RESULTS = "DF31"
SUCCEEDED = "20"  # high nibble 2 succeeded, 1 failed, 0 not run; low nibble: number of the command
NOT_IDENTIFIED = "00000000"
MOST = 25  # results of five bytes each in one element
# F55 of a 0620, in this order: what of the request's goes with the results.
TOLD = ("9F33", "95", "9F37", "9F1E", "9F10", "9F26", "9F36", "82", RESULTS, "9F1A", "9A")


def results_of(icc_data: bytes) -> str:
    """Five bytes in hex for each script of F55; empty where there is none, or F55 is broken.

    >>> results_of(bytes.fromhex("910AA1B2C3D4E5F607183030720A9F180412345678860100"))
    '2012345678'
    >>> results_of(bytes.fromhex("9F3602001A"))
    ''
    """
    icc_hex = icc_data.hex().upper()
    scripts = [each for each in elements(icc_hex) or () if each.tag in TEMPLATES]
    return "".join(SUCCEEDED + _identifier(icc_hex, each) for each in scripts[:MOST])


def _identifier(icc_hex: str, script: Element) -> str:
    content = icc_hex[script.data:script.end]
    for each in elements(content) or ():
        if each.tag == IDENTIFIER and each.end - each.data == len(NOT_IDENTIFIED):
            return content[each.data:each.end]
    return NOT_IDENTIFIED


def result_data(asked: bytes, results: str) -> bytes:
    """F55 of a 0620: what identifies the transaction to the issuer, and the results."""
    asked_hex = asked.hex().upper()
    told = {each.tag: asked_hex[each.start:each.end] for each in elements(asked_hex) or ()}
    told[RESULTS] = f"{RESULTS}{len(results) // 2:02X}{results}"
    return bytes.fromhex("".join(told.get(tag, "") for tag in TOLD))


def results_in(icc_data: bytes) -> tuple[str, ...]:
    """The result of each script in F55 of a 0620, five bytes in hex; none where none are there.

    >>> results_in(bytes.fromhex("9505000004E000DF31051012345678"))
    ('1012345678',)
    """
    icc_hex = icc_data.hex().upper()
    for each in elements(icc_hex) or ():
        if each.tag == RESULTS and (each.end - each.data) % 10 == 0:
            return tuple(icc_hex[at:at + 10] for at in range(each.data, each.end, 10))
    return ()


def has_failed(result: str) -> bool:
    """Whether a script was not run to its end.

    >>> has_failed("2012345678"), has_failed("1212345678")
    (False, True)
    """
    return result[0] != SUCCEEDED[0]
