"""Check bytes behind or in a frame: exclusive or, sum, CRC-16 in its usual forms; reads no profile."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, get_args

CheckName = Literal[
    "none", "xor", "sum", "crc16-kermit", "crc16-xmodem", "crc16-ccitt-false", "crc16-modbus"]
CHECKS: tuple[CheckName, ...] = get_args(CheckName)
# polynomial (as it is shifted), first value, reflected
_CRC16: dict[str, tuple[int, bool]] = {
    "crc16-kermit": (0x8408, True), "crc16-modbus": (0xA001, True),
    "crc16-xmodem": (0x1021, False), "crc16-ccitt-false": (0x1021, False),
}
USUAL_BASE: dict[str, int] = {"crc16-modbus": 0xFFFF, "crc16-ccitt-false": 0xFFFF}
WIDTH: dict[str, int] = {"none": 0, "xor": 1, "sum": 1, **dict.fromkeys(_CRC16, 2)}


def check_of(name: CheckName, base: int, data: bytes, order: Literal["little", "big"]) -> bytes:
    """The check bytes of data as they stand on the line.

    >>> check_of("xor", 0, b"0100" + bytes([3]), "big").hex()
    '02'
    >>> check_of("crc16-kermit", 0, bytes.fromhex("800000" "03"), "little").hex()
    'f51f'
    """
    if name == "none":
        return b""
    if name == "xor":
        return bytes([_xor(base, data)])
    if name == "sum":
        return bytes([(base + sum(data)) & 0xFF])
    return _crc16(name)(base, data).to_bytes(2, order)


def _xor(base: int, data: bytes) -> int:
    for byte in data:
        base ^= byte
    return base


@cache
def _crc16(name: str) -> Callable[[int, bytes], int]:
    polynomial, reflected = _CRC16[name]
    table = tuple(_entry(byte, polynomial, reflected) for byte in range(256))
    if reflected:
        def reflected_crc(value: int, data: bytes) -> int:
            for byte in data:
                value = value >> 8 ^ table[(value ^ byte) & 0xFF]
            return value
        return reflected_crc

    def straight_crc(value: int, data: bytes) -> int:
        for byte in data:
            value = value << 8 & 0xFFFF ^ table[value >> 8 ^ byte]
        return value
    return straight_crc


def _entry(byte: int, polynomial: int, reflected: bool) -> int:
    value = byte if reflected else byte << 8
    for _ in range(8):
        if reflected:
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
        else:
            value = value << 1 & 0xFFFF ^ polynomial if value & 0x8000 else value << 1 & 0xFFFF
    return value
