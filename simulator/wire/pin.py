"""PIN blocks of format 0 (ANSI X9.8) under the PIN key; knows test PINs only.

The block binds the PIN to the card: twelve digits of the card number, the check digit left out.
F53 may say that it does not (format without the card number).  An acquirer has no use for a PIN:
:func:`translate_pin` gives it on under the key that it shares with the issuers, and nothing clear
comes out.
"""

from __future__ import annotations

from simulator.wire import des

SHORTEST, LONGEST = 4, 12
WITHOUT_PAN = "1"  # first digit of F53
ZONE_PIN_KEY = bytes.fromhex("9E4AB5D3C27F81603D5E9A1C7B2F4860")  # host and issuers share it: a test key


class PinError(ValueError):
    """A PIN or a PIN block that is none; shows neither."""


def encrypt_pin(pin: str, pan: str, pik: bytes) -> bytes:
    """F52: the PIN block of ``pin`` under ``pik`` (8 or 16 bytes)."""
    if not SHORTEST <= len(pin) <= LONGEST or not _are_digits(pin):
        raise PinError(f"a PIN is {SHORTEST} to {LONGEST} digits")
    clear = int(f"0{len(pin):X}{pin}".ljust(16, "F"), 16) ^ _account(pan)
    return des.encrypt(pik, clear.to_bytes(8, "big"))


def translate_pin(
    block: bytes, pan: str, pik: bytes, *, with_pan: bool = True, zone_key: bytes = ZONE_PIN_KEY,
) -> bytes:
    """The same PIN with the PAN under ``zone_key``; :class:`PinError` as :func:`decrypt_pin`."""
    return encrypt_pin(decrypt_pin(block, pan, pik, with_pan=with_pan), pan, zone_key)


def decrypt_pin(block: bytes, pan: str, pik: bytes, *, with_pan: bool = True) -> str:
    """The PIN in F52; :class:`PinError` where key, card or block do not fit one another."""
    if len(block) != 8 or len(pik) not in des.KEY_LENGTHS:
        raise PinError("a PIN block has eight bytes, its key 8, 16 or 24")
    account = _account(pan) if with_pan else 0
    digits = f"{int.from_bytes(des.decrypt(pik, block), 'big') ^ account:016X}"
    length = int(digits[1], 16)
    pin, filler = digits[2:2 + length], digits[2 + length:]
    if (
        digits[0] != "0" or not SHORTEST <= length <= LONGEST
        or not _are_digits(pin) or filler.strip("F")
    ):
        raise PinError("no PIN block of format 0 for this card and key")
    return pin


def _account(pan: str) -> int:
    if not _are_digits(pan):
        raise PinError("a card number is digits")
    return int(pan[-13:-1].rjust(16, "0"), 16)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
