"""Tags, lengths and values as EMV has them."""

from __future__ import annotations

from collections.abc import Iterator


def tlvs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Tag and value of each part, lengths as BER has them."""
    while data:
        width = 2 if data[0] & 0x1F == 0x1F else 1
        tag, data = data[:width].hex().upper(), data[width:]
        size, data = data[0], data[1:]
        if size & 0x80:
            more = size & 0x7F
            size, data = int.from_bytes(data[:more], "big"), data[more:]
        yield tag, data[:size]
        data = data[size:]


def tlv_of(tag: str, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 0x80 else (
        b"\x81" + bytes([size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big"))
    return bytes.fromhex(tag) + length + value
