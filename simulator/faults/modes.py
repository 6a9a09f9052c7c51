"""The modes that are built: where each acts, what it does, which parameters it knows.

A mode is a row of the catalogue (failures.toml) and data for one injector; none has code of its
own.  Here its words become points, verbs and kinds of targets, each of which must exist.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.failures import ActRow, FailureRow, catalogue, listed
from simulator.catalogue.places import Place
from simulator.faults.abilities import able, verbs_at
from simulator.faults.points import ABILITIES, Point, Verb


class TargetKind(str, Enum):
    """What a target names."""

    ALL = "all"
    TERMINAL = "terminal"
    MERCHANT = "merchant"
    ROUTER = "router"
    ISP = "isp"
    REGION = "region"
    BANK = "bank"
    WALLET = "wallet"
    CARD = "card"
    ACQUIRER = "acquirer"


class Act(msgspec.Struct, frozen=True, gc=False):
    """One thing that a mode does at one point."""

    point: Point
    verb: Verb
    code: str = ""
    ms: int = 0
    what: frozenset[str] = frozenset()  # anchors' ``what`` that it acts on; empty: any
    chance: float = 1.0
    spread: bool = False  # ms is a mean, drawn anew each time
    lasting: bool = False  # in a window without a duration of its own: until the window closes
    first_only: bool = False  # each event once, whatever the attempt
    only: TargetKind | None = None  # left out where the fault aims at something else


class Parameter(str, Enum):
    """A parameter that a fault may have, by its key in the file."""

    DELAY = "delay"
    OFF_FOR = "off_for"
    JITTER = "jitter"
    LOSS = "loss"
    CODE = "code"
    HOW = "how"
    SERVICES = "services"
    MINIMUM = "minimum"
    SET = "set"
    RATE = "rate"
    SIZE = "size"
    SOFTWARE = "software"


class Mode(msgspec.Struct, frozen=True, gc=False):
    """One row.  Where there are several ways (``how``), the first is the usual one."""

    id: str
    ways: tuple[tuple[str, tuple[Act, ...]], ...]
    targets: frozenset[TargetKind]
    parameters: frozenset[Parameter] = frozenset()
    codes: frozenset[str] = frozenset()  # that ``code`` may be; empty: any two characters
    state: bool = False  # a window only; the world enters and leaves it, nothing is decided

    def acts(self, how: str = "") -> tuple[Act, ...]:
        """What is done, in this way or in the usual one."""
        return dict(self.ways)[how] if how else self.ways[0][1]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points on which the mode can act, in order, each once."""
        return tuple(dict.fromkeys(act.point for _, acts in self.ways for act in acts))

    def places(self, how: str = "") -> tuple[Place, ...]:
        """Where all of it can be done, in this way or in the usual one."""
        return tuple(
            place for place in Place
            if all(able(act.point, act.verb, place) for act in self.acts(how))
        )


REQUEST_MTI = {
    "sign_on": "0800", "sign_off": "0820", "echo_test": "0820", "sale": "0200", "void": "0200",
    "refund": "0220", "balance": "0200", "preauth": "0100", "preauth_void": "0100",
    "completion": "0200", "completion_void": "0200", "completion_advice": "0220",
    "offline_sale": "0220", "adjust": "0220", "tip": "0220", "qr_sale": "0200",
    "qr_void": "0200", "qr_refund": "0220", "reversal": "0400", "script_result": "0620",
    "settlement": "0500", "batch_upload": "0320", "parameter_download": "0800",
    "status_upload": "0820", "signature_upload": "0820",
    "capk_list": "0820", "capk_download": "0800", "capk_end": "0800", "aid_list": "0820",
    "aid_download": "0800", "aid_end": "0800", "contactless_download": "0800",
    "contactless_end": "0800", "black_list_download": "0800", "black_list_end": "0800",
    "bin_b_download": "0800", "bin_b_end": "0800", "bin_c_download": "0800",
    "bin_c_end": "0800", "tms_download": "0800", "tms_end": "0800",
    "public_key_download": "0800", "master_key_download": "0800", "master_key_end": "0800",
}
"""By which MTI a kind is known where a step names nothing more; the reply has ten more."""

SERVICES = tuple(REQUEST_MTI)
"""What an acquirer offers, one for each kind of transaction, as in SERVICE anchors."""

SERVICE_GROUPS = {
    "all": SERVICES,
    "financial": (
        "sale", "void", "refund", "balance", "preauth", "preauth_void", "completion",
        "completion_void", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale",
        "qr_void", "qr_refund", "reversal",
    ),
    "offline_advice": ("completion_advice", "offline_sale", "adjust", "tip"),
    "settling": ("settlement", "batch_upload"),
    "qr": ("qr_sale", "qr_void", "qr_refund"),
    "downloads": (
        "parameter_download", "capk_list", "capk_download", "capk_end", "aid_list",
        "aid_download", "aid_end", "contactless_download", "contactless_end",
        "black_list_download", "black_list_end", "bin_b_download", "bin_b_end",
        "bin_c_download", "bin_c_end", "tms_download", "tms_end", "public_key_download",
        "master_key_download", "master_key_end",
    ),
}

def mode_of(row: FailureRow) -> Mode:
    """A row of the catalogue as it strikes; ``ValueError`` for a word that nobody knows here."""
    return Mode(
        row.id,
        tuple((way, tuple(map(_act, acts))) for way, acts in row.ways.items()),
        frozenset(map(TargetKind, listed(row.targets))),
        frozenset(map(Parameter, row.parameters)),
        frozenset(row.codes),
        row.state,
    )


def _act(row: ActRow) -> Act:
    return Act(
        Point(row.point), Verb(row.verb), row.code, row.ms, frozenset(listed(row.what)),
        row.chance, row.spread, row.lasting, row.first_only,
        TargetKind(row.only) if row.only else None,
    )


ROWS: tuple[Mode, ...] = tuple(mode_of(row) for row in catalogue().values() if row.ways)


def checked(rows: tuple[Mode, ...]) -> dict[str, Mode]:
    """The modes by id; ``ValueError`` for a row that asks for what nobody can do."""
    for row in rows:
        for _, acts in row.ways:
            for act in acts:
                if (act.point, act.verb) not in ABILITIES:
                    names = ", ".join(verb.value for verb in verbs_at(act.point))
                    raise ValueError(
                        f"{row.id}: nobody can {act.verb.value} at {act.point.value}; there: {names}")
    return {row.id: row for row in rows}


MODES: dict[str, Mode] = checked(ROWS)
