"""What the parameters of 360 change at a terminal, and what of its tables has an effect at all.

Of the tags three have one: 12 the reply timeout, 21 sign-off after a settlement, 26 the functions that
are switched off.  All others are kept and shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.errors import WireError
from simulator.wire.tables import Table
from simulator.wire.tables_fixed import (
    DEVICES,
    GOOD,
    PARAMETER_WIDTHS,
    STATUS_WIDTHS,
    SWITCHES,
    format_values,
    read_values,
    switched_off,
)

REPLY_TIMEOUT, SIGN_OFF = "12", "21"
EFFECTS: dict[Table, str] = {
    Table.CAPK: "kept; a chip card without them is warned of",
    Table.AID: "kept",
    Table.CONTACTLESS: "kept",
    Table.BLACK_LIST: "its cards are refused offline",
    Table.BIN_B: "kept",
    Table.BIN_C: "kept",
    Table.TMS: "kept",
    Table.PARAMETERS: "tags 12, 21 and 26 are followed, the others kept",
}


def parameters_in(tables: Mapping[Table, tuple[bytes, ...]]) -> dict[str, str]:
    """Tags and values of the parameters that are in use."""
    content = tables.get(Table.PARAMETERS, ())
    try:
        return dict(read_values(content[0], PARAMETER_WIDTHS)) if content else {}
    except WireError:
        return {}


_STATUS = {  # of a terminal that was told nothing else; what it has no part for is blank
    **dict.fromkeys(DEVICES, GOOD), "11": "60", "12": "", "13": "3", "14": "", "15": "", "16": "",
    "17": "", "18": "0", "19": "00", "20": "1", "21": "0", "23": "3", "25": "1", "27": "",
    "51": "0" * 12,
}


def status(profile: TerminalProfile, parameters: Mapping[str, str], waiting: int) -> bytes:
    """F62 of 362, 127 bytes; hours and dials are not counted by a simulated terminal."""
    told = {
        "12": f"{min(profile.reply_timeout_ms // 1000, 99):02}", "27": f"{min(waiting, 99):02}",
        "21": str(int(profile.sign_off_after_settlement)),
    }
    values = {tag: told.get(tag, parameters.get(tag, usual)) for tag, usual in _STATUS.items()}
    return format_values(values.items(), STATUS_WIDTHS)


def with_parameters(
    built: TerminalProfile, tables: Mapping[Table, tuple[bytes, ...]],
) -> TerminalProfile:
    """The profile as parameters of the host change it."""
    if Table.PARAMETERS not in tables:
        return built
    values = parameters_in(tables)
    profile = built
    timeout = values.get(REPLY_TIMEOUT, "")
    if timeout.isdigit() and int(timeout):
        profile = replace(profile, reply_timeout_ms=1000 * int(timeout))
    if values.get(SIGN_OFF) in {"0", "1"}:
        profile = replace(profile, sign_off_after_settlement=values[SIGN_OFF] == "1")
    if SWITCHES in values:
        off = switched_off(values[SWITCHES])
        profile = replace(profile, disabled=tuple(dict.fromkeys((*profile.disabled, *off))))
    return profile
