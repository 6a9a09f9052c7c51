"""One decoded message as text for people and as JSON, and back from JSON; masked unless asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from simulator.catalogue.response_codes import response_code
from simulator.catalogue.reversal_reasons import is_reversal_request, reversal_reason
from simulator.commands import sayings as say
from simulator.commands.error_words import heard
from simulator.commands.found import Found
from simulator.commands.inputs import InputError
from simulator.json_reading import decoded
from simulator.report.wrap import filled, wrapped
from simulator.wire.dialect import Dialect
from simulator.wire.envelope import Envelope
from simulator.wire.errors import WireError
from simulator.wire.framing import Framing, is_header_form
from simulator.wire.generic import Decoded, encode_generic
from simulator.wire.kinds import Kind, KindRow
from simulator.wire.masking import mask_fields
from simulator.wire.recovering import Damage
from simulator.wire.subfields_shown import subfields_of, unread_in

_TITLE = 42  # columns of a field's name


# ---- JSON ------------------------------------------------------------------------------------


def as_json(found: Found, dialect: Dialect, mac_verdict: str, clear: bool) -> dict[str, Any]:
    """The form that ``daozhang encode`` reads; ``masked`` stands there where values are hidden."""
    decoded = found.decoded
    fields = decoded.fields if clear else mask_fields(decoded.fields, dialect)
    shown: dict[str, Any] = {
        "framing": {
            "length_prefix": decoded.framing.length_prefix, "header": decoded.framing.header,
            **({"envelope": decoded.framing.envelope} if decoded.framing.envelope else {}),
        },
        "tpdu": decoded.tpdu or None,
        "header": decoded.header or None,
        "mti": decoded.mti,
        "fields": fields,
        "subfields": subfields_of(decoded, dialect, clear),
        "mac": {"value": decoded.fields["64"], "check": mac_verdict} if mac_verdict else None,
    }
    if unread := unread_in(decoded, dialect):
        shown["unread"] = unread
    if found.damages:
        first, *further = [_damage(found, each, clear) for each in found.damages]
        shown["damage"] = first
        if further:
            shown["further_damage"] = further
    if decoded.padded_by_f:
        shown["pads"] = dict.fromkeys(sorted(decoded.padded_by_f, key=int), "F")
    if decoded.forms:
        shown["forms"] = decoded.forms
    if fields != decoded.fields:
        shown["masked"] = True
    if found.sender:
        shown |= {"from": found.sender, "to": found.receiver, "at_ms": found.at_ms}
    return shown


class _FramingJson(msgspec.Struct, forbid_unknown_fields=True):
    length_prefix: bool | None = None  # None: there is one unless there is an envelope
    header: str = "tpdu+6"
    envelope: str = ""


class _MessageJson(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from", "receiver": "to"}):
    """What encode needs, and what decode tells beside it, which is for reading only."""

    mti: str
    fields: dict[str, str]
    framing: _FramingJson | None = None  # None: the dialect's own
    tpdu: str | None = None
    header: str | None = None
    pads: dict[str, Literal["F", "0"]] = msgspec.field(default_factory=dict)
    forms: dict[str, int] = msgspec.field(default_factory=dict)
    masked: bool = False
    subfields: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    mac: Any = None
    unread: Any = None  # for reading only, as subfields are
    damage: Any = None
    further_damage: Any = None
    passed_over: Any = None
    sender: str = ""
    receiver: str = ""
    at_ms: int = 0


_ENVELOPES: dict[str, Envelope] = {"": "", "bcd": "bcd", "binary": "binary"}
_DECODER = msgspec.json.Decoder(_MessageJson | list[_MessageJson])


def from_json(content: bytes, name: str, dialect: Dialect) -> list[Decoded]:
    """The messages of one JSON object or an array of them."""
    try:
        given = decoded(_DECODER, content, None)
        json.loads(content, object_pairs_hook=lambda pairs: _once(pairs, name))
    except (msgspec.DecodeError, ValueError) as error:
        keys = _FramingJson if "framing`" in str(error) or ".framing" in str(error) else _MessageJson
        more = say.KEYS_ALLOWED.say(allowed=", ".join(
            each.encode_name for each in msgspec.structs.fields(keys))) if "unknown field" in str(error) else ""
        raise InputError(f"{name}: {heard(str(error))}{more}") from None
    if given == []:
        raise InputError(f"{name}: an empty list, a message is needed")
    return [_decoded(one, name, dialect) for one in (given if isinstance(given, list) else [given])]


def _once(pairs: list[tuple[str, object]], name: str) -> None:
    """Refuse a key that stands twice in one object: one of them would be lost without a word."""
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise InputError(say.GIVEN_TWICE.say(name=name, key=twice[0]))


def _decoded(given: _MessageJson, name: str, dialect: Dialect) -> Decoded:
    if given.masked:
        raise InputError(f"{name}: values are masked; decode with --clear what is to be encoded")
    if given.damage is not None:
        raise InputError(f"{name}: the message is damaged; it can't be made again from what was read")
    for key in given.pads:
        if key not in dialect.field or not dialect.field[key].in_digits:
            raise InputError(f"{name}: pads: field {key} is not made of digits")
    for key, form in given.forms.items():
        if key not in dialect.field or not 0 <= form <= len(dialect.field[key].otherwise):
            raise InputError(f"{name}: forms: field {key} has no form {form}")
    framing = dialect.framing
    if given.framing is not None:
        envelope, prefixed = given.framing.envelope, given.framing.length_prefix
        if envelope and prefixed:
            raise InputError(f"{name}: framing: an envelope has its own length; length_prefix is false")
        if envelope not in _ENVELOPES:
            raise InputError(say.NO_ENVELOPE.say(name=name, given=repr(envelope)))
        framing = Framing(prefixed is not False and not envelope, given.framing.header, _ENVELOPES[envelope])
        if not is_header_form(framing.header):
            raise InputError(f"{name}: framing.header: {framing.header!r}; allowed: tpdu+N, tpdu, "
                             "none+N, none, N being bytes of header")
    decoded = Decoded(
        framing, given.mti, given.fields,
        given.tpdu or "", given.header or "",
        frozenset(key for key, pad in given.pads.items() if pad == "F"), given.forms,
    )
    _check_subfields(given, decoded, name, dialect)
    return decoded


def _check_subfields(
    given: _MessageJson, decoded: Decoded, name: str, dialect: Dialect,
) -> None:
    """Refuse a change of a sub-field alone, which would be lost without a word."""
    if not given.subfields:
        return
    try:
        encode_generic(decoded, dialect)
    except WireError:
        return  # it cannot be made at all, and whoever makes it says why
    right = [subfields_of(decoded, dialect, clear) for clear in (True, False)]
    for key, parts in given.subfields.items():
        if all(each.get(key) != parts for each in right):
            raise InputError(f"{name}: subfields of {key} contradict fields; change the field itself, "
                             "or leave subfields out")


# ---- text ------------------------------------------------------------------------------------


def as_text(found: Found, dialect: Dialect, mac_verdict: str, clear: bool) -> Iterator[str]:
    """The lines that show one message."""
    decoded = found.decoded
    if found.sender:
        yield f"{found.sender} > {found.receiver}"
    yield f"{decoded.mti} {kind_shown(decoded, dialect)}".rstrip()
    yield from _line("", "framing", decoded.framing.name)
    if decoded.tpdu:
        yield from _line("", "tpdu", decoded.tpdu)
    subfields, unread = subfields_of(decoded, dialect, clear), unread_in(decoded, dialect)
    if decoded.header:
        yield from _line("", "header", decoded.header)
        yield from _parts(subfields.get("header", {}))
    damages = {each.error.field: each for each in found.damages}
    fields = decoded.fields if clear else mask_fields(decoded.fields, dialect)
    for key in sorted({*fields, *(key for key in damages if key.isdigit())}, key=int):
        if key not in fields:
            yield from _damage_lines(key, found, damages.pop(key), clear)
            continue
        yield from _line(key, _title(decoded.mti, key, dialect), printable(fields[key]) + _meaning(
            decoded.mti, key, fields[key], mac_verdict))
        yield from _parts(subfields.get(key, {}))
        if key in unread:
            yield from _parts({"?": unread[key]})
    for each in damages.values():
        yield from _damage_lines("?", found, each, clear)


def _damage(found: Found, damage: Damage, clear: bool) -> dict[str, Any]:
    error = damage.error
    return {"field": error.field, "offset": error.offset, "reason": error.reason,
            "unread": _unread(found, damage, clear)}


def _damage_lines(key: str, found: Found, damage: Damage, clear: bool) -> Iterator[str]:
    yield from _line(key, "" if key == "?" else "?", heard(str(damage.error)))
    if count := damage.end - damage.begin:
        row = say.BYTE if count == 1 else say.BYTES
        yield from _parts({row.say(count=count): _unread(found, damage, clear)})


def _unread(found: Found, damage: Damage, clear: bool) -> str:
    """The bytes of a damage, hidden unless asked: they may be anything."""
    octets = found.frame[damage.begin - found.place:damage.end - found.place]
    return octets.hex().upper() if clear else "*" * (2 * len(octets))


def kind_shown(decoded: Decoded, dialect: Dialect) -> str:
    """The transaction kind as far as message type and fields tell, with whether it is a reply."""
    parts = subfields_of(decoded, dialect, clear=True).get("60", {})
    facts = (decoded.fields.get("3", ""), decoded.fields.get("25", ""),
             parts.get("type_code", ""), parts.get("network_code", ""))
    for row in dialect.kinds:
        is_request = decoded.mti == row.mti
        if (is_request or decoded.mti == row.reply_mti) and _fits(row, facts):
            return row.kind.value if is_request else say.REPLY.say(kind=row.kind.value)
    return ""


def _fits(row: KindRow, facts: tuple[str, str, str, str]) -> bool:
    wanted = (row.processing_code, row.condition_code, row.type_code)
    if any(want and want != fact for want, fact in zip(wanted, facts, strict=False)):
        return False
    if row.kind is Kind.BATCH_UPLOAD or not row.network_code:
        return True
    return facts[3] in {row.network_code, *row.also}


def printable(text: str) -> str:
    r"""A text in which nothing moves the cursor.

    >>> printable("a\x1b[2J\n")
    'a\\x1b[2J\\x0a'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        if ord(char) > 0xFF else f"\\x{ord(char):02x}"
        for char in text
    )


def _title(mti: str, key: str, dialect: Dialect) -> str:
    if key == "39" and is_reversal_request(mti):
        return say.REASON_TITLE.say()
    return dialect.field[key].title


def _meaning(mti: str, key: str, value: str, mac_verdict: str) -> str:
    if key == "4" and value.isdecimal():
        return f"  {int(value) // 100}.{int(value) % 100:02}"
    if key == "39":
        return f"  {reversal_reason(value).say() if is_reversal_request(mti) else response_code(value).text}"
    if key == "64":
        return f"  {say.MAC_VERDICTS[mac_verdict].say()}" if mac_verdict else "  "
    return ""


def _line(key: str, title: str, value: str) -> Iterator[str]:
    yield from wrapped(value, indent=f"{key:>4} {filled(title, _TITLE)} ", again=" " * (_TITLE + 6))


def _parts(parts: dict[str, str]) -> Iterator[str]:
    for name, value in parts.items():
        yield from wrapped(
            printable(value), indent=f"       {filled(name, _TITLE - 3)} ", again=" " * (_TITLE + 8))
