"""A message that is no longer what it was: another field, a wrong MAC, fewer bytes, other bytes.

The framing stays right where only the content is spoilt, and the other way round.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec.structs import replace

from hil.relay.decisions import Decision, Deed, Mac
from simulator.catalogue.language import Message
from simulator.wire.codec import MAC_LENGTH
from simulator.wire.dialect import Dialect
from simulator.wire.envelope import enclosed, lrc
from simulator.wire.errors import WireError
from simulator.wire.frame import body_of, framed
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.generic import Decoded, decode_generic, encode_generic
from simulator.wire.mac import mac_of

MAC_FIELD = "64"
MOST_STAN = 999_999
_NO_KEY = Message(
    "relay_no_key", "no session key of this terminal is known: no sign-on was seen, or no master "
    "key is given", "该终端的会话密钥未知：未见签到，或未给出主密钥")
_NO_MAC = Message("relay_no_mac", "the message has no MAC", "报文没有 MAC")
MacKey = Callable[[], bytes | None]  # of the terminal whose message it is


class SpoilError(ValueError):
    """A message cannot be spoilt so; the text says why."""


def spoilt(
    frame: bytes, framing: Framing, dialect: Dialect, decision: Decision,
    chance: random.Random, mac_key: MacKey,
) -> bytes:
    """The bytes that leave in the place of a frame; :class:`SpoilError` where there are none."""
    match decision.deed:
        case Deed.CHANGE:
            return _changed(frame, framing, dialect, decision, mac_key)
        case Deed.FORGE:
            return _forged(frame, framing, dialect)
        case Deed.CUT_SHORT:
            return frame[:min(decision.keep or len(frame) // 2, len(frame) - 1)]
        case Deed.GARBAGE:
            return _garbage(frame, framing, chance)
        case Deed.WRONG_LENGTH:
            return _of_wrong_length(frame, framing, decision.by)
        case _:
            return frame


def _changed(
    frame: bytes, framing: Framing, dialect: Dialect, decision: Decision, mac_key: MacKey,
) -> bytes:
    try:
        decoded = decode_generic(frame, dialect, framing)
        if decision.field:
            for field, value in ((decision.field, decision.value), *decision.also):
                decoded = with_value(decoded, field, value)
        if decision.mac in (Mac.WRONG, Mac.HALF):
            decoded = _with_wrong_mac(decoded, MAC_LENGTH // 2 if decision.mac is Mac.HALF else 0)
        changed = encode_generic(decoded, dialect)
    except WireError as error:
        raise SpoilError(str(error)) from None
    if decision.mac is Mac.RIGHT and MAC_FIELD in decoded.fields:
        key = mac_key()
        if key is None:
            raise SpoilError(_NO_KEY.say())
        body = body_of(changed, framing)
        made = mac_of(dialect.mac, key, body[:-MAC_LENGTH])
        end = len(changed) - framing.suffix_length
        head = changed[framing.prefix_length:end - MAC_LENGTH]
        changed = framed(head + made, framing)
    return changed


def _forged(frame: bytes, framing: Framing, dialect: Dialect) -> bytes:
    """What nobody sent: the next trace number, and a MAC of nothing."""
    try:
        decoded = decode_generic(frame, dialect, framing)
        stan = int(decoded.fields.get("11") or 0) % MOST_STAN + 1
        forged = with_value(decoded, "11", f"{stan:06}")
        if MAC_FIELD in forged.fields:
            forged = with_value(forged, MAC_FIELD, (b"0" * MAC_LENGTH).hex())
        return encode_generic(forged, dialect)
    except (WireError, ValueError) as error:
        raise SpoilError(str(error)) from None


def with_value(decoded: Decoded, field: str, value: str) -> Decoded:
    """The message with another value; without the field where the value is empty."""
    if field == "mti":
        return replace(decoded, mti=value)
    if field in {"tpdu", "header"}:
        return replace(decoded, **{field: value})
    fields = {key: held for key, held in decoded.fields.items() if key != field}
    if value:
        fields[field] = value
    return replace(decoded, fields=fields)


def _with_wrong_mac(decoded: Decoded, kept: int) -> Decoded:
    """So many of its first bytes stay right."""
    mac = decoded.fields.get(MAC_FIELD)
    if mac is None:
        raise SpoilError(_NO_MAC.say())
    octets = bytes.fromhex(mac)
    is_text = all(each in _NEXT for each in octets)  # a MAC in hex characters stays one
    turned = octets[:kept] + bytes(_NEXT[each] if is_text else each ^ 0xFF for each in octets[kept:])
    return replace(decoded, fields={**decoded.fields, MAC_FIELD: turned.hex().upper()})


_NEXT = dict(zip(b"0123456789ABCDEF", b"123456789ABCDEF0", strict=True))


def _garbage(frame: bytes, framing: Framing, chance: random.Random) -> bytes:
    size = len(frame) - framing.prefix_length - framing.suffix_length
    noise = chance.randbytes(size)
    if framing.envelope or framing.length_prefix:
        return framed(noise, framing)
    return noise


def _of_wrong_length(frame: bytes, framing: Framing, by: int) -> bytes:
    """Another length than the message has; where none is announced, bytes too many or too few."""
    if framing.envelope:
        content = frame[framing.prefix_length:len(frame) - framing.suffix_length]
        other = content + bytes(by) if by > 0 else content[:by]
        told = enclosed(other, framing.envelope)[1:framing.prefix_length]
        inner = told + frame[framing.prefix_length:-1]
        return frame[:1] + inner + bytes((lrc(inner),))
    if framing.length_prefix:
        length = max(0, min(0xFFFF, int.from_bytes(frame[:PREFIX_LENGTH], "big") + by))
        return length.to_bytes(PREFIX_LENGTH, "big") + frame[PREFIX_LENGTH:]
    return frame + bytes(by) if by > 0 else frame[:by]
