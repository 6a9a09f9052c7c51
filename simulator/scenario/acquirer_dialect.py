"""The dialect that an acquirer speaks: the one that it names, with what ``[acquirer]`` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from simulator.machines.acquirer.settings import ReplyHeader
from simulator.scenario.parts.acquirer import Acquirer
from simulator.wire.dialect import USUAL_RULES, Dialect, MacRule
from simulator.wire.dialects import dialect_named
from simulator.wire.framing import Framing, header_form
from simulator.wire.kinds import Kind, KindRow

NO_HEADER = "none"


def dialect_of(acquirer: Acquirer) -> Dialect:
    """What its messages are made by; ``DialectError`` where there is no such dialect."""
    dialect = dialect_named(acquirer.dialect)
    if acquirer.header == NO_HEADER:
        framing = dialect.framing
        dialect = replace(dialect, header=(), framing=Framing(
            framing.length_prefix, header_form(framing.tpdu_length > 0, 0)))
    if acquirer.tpdu:
        dialect = replace(dialect, reply_tpdu=acquirer.tpdu)
    if acquirer.key_download_as:
        dialect = replace(dialect, kinds=tuple(
            _with_codes(row, acquirer.key_download_as) if row.kind is Kind.SIGN_ON else row
            for row in dialect.kinds))
    mac = acquirer.mac
    if mac.algorithm or mac.form:
        usual = USUAL_RULES[mac.algorithm] if mac.algorithm else dialect.mac
        dialect = replace(dialect, mac=MacRule(usual.algorithm, mac.form or usual.form))
    return dialect


def _with_codes(row: KindRow, codes: Iterable[str]) -> KindRow:
    known = {row.network_code, *row.also}
    return replace(row, also=(*row.also, *(code for code in codes if code not in known)))


def reply_header_of(acquirer: Acquirer) -> ReplyHeader | None:
    """What every reply has in its header; None: what its request had."""
    digits = acquirer.header
    if digits in {"", NO_HEADER}:
        return None
    return ReplyHeader(digits[:2], digits[2:4] + digits[6:], digits[4])
