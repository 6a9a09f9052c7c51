"""The modes that are built, as rows: where each acts, what it does, which parameters it knows.

A mode is data for one injector; none has code of its own.  What a mode means and where it is
documented is in the catalogue; the rows here say how the simulator makes it happen.
"""

from __future__ import annotations

from enum import Enum

import msgspec

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
    first_only: bool = False  # attempt 0 only
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
    "offline_sale": "0220", "adjust": "0220", "tip": "0220", "qr_pay": "0200",
    "qr_query": "0200", "qr_refund": "0220", "reversal": "0400", "script_result": "0620",
    "settlement": "0500", "batch_upload": "0320", "parameter_download": "0800",
    "status_upload": "0820",
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
        "completion_void", "completion_advice", "offline_sale", "adjust", "tip", "qr_pay",
        "qr_query", "qr_refund", "reversal",
    ),
    "offline_advice": ("completion_advice", "offline_sale", "adjust", "tip"),
    "settling": ("settlement", "batch_upload"),
    "qr": ("qr_pay", "qr_query", "qr_refund"),
    "downloads": (
        "parameter_download", "capk_list", "capk_download", "capk_end", "aid_list",
        "aid_download", "aid_end", "contactless_download", "contactless_end",
        "black_list_download", "black_list_end", "bin_b_download", "bin_b_end",
        "bin_c_download", "bin_c_end", "tms_download", "tms_end", "public_key_download",
        "master_key_download", "master_key_end",
    ),
}

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
SEALED_REPLIES = frozenset({"0110", "0210", "0230", "0410", "0630"})
SEALED_REQUESTS = frozenset({"0100", "0200", "0220", "0400", "0620"})
SALE_REQUESTS = frozenset({"0100", "0200"})
DEBITS = frozenset({"debit", "hold"})
AT_BANKS = frozenset({"debit", "credit", "hold", "release", "reverse", "balance"})
CARD_SALES = frozenset({"sale"})

_T, _P, _V = TargetKind, Parameter, Verb
_PLACES = frozenset({_T.ALL, _T.TERMINAL, _T.MERCHANT, _T.ROUTER, _T.ISP, _T.REGION})
_HOST = _PLACES | {_T.ACQUIRER}
_COUNTERS = frozenset({_T.ALL, _T.TERMINAL, _T.MERCHANT})
_MERCHANTS = frozenset({_T.ALL, _T.MERCHANT})
_ISSUING = frozenset({_T.ALL, _T.BANK, _T.CARD, _T.MERCHANT, _T.TERMINAL})


def _usual(*acts: Act) -> tuple[tuple[str, tuple[Act, ...]], ...]:
    return (("usual", acts),)


def _cut_off(request: Verb) -> tuple[Act, ...]:
    return Act(Point.REQUEST, request), Act(Point.REPLY, Verb.DROP)


_REFUSED = ("refused", _cut_off(_V.REFUSE_CONNECT))
_DROPPED = ("dropped", _cut_off(_V.DROP))
_DOWN = (_REFUSED, _DROPPED)

ROWS: tuple[Mode, ...] = (
    Mode("terminal.power_lost",
         _usual(Act(Point.TERMINAL_STEP, _V.CUT_POWER, ms=2 * MINUTE, lasting=True)),
         _PLACES, frozenset({_P.OFF_FOR})),
    Mode("terminal.hung",
         _usual(Act(Point.TERMINAL_STEP, _V.HANG, ms=10 * MINUTE, lasting=True)),
         _PLACES, frozenset({_P.OFF_FOR})),
    Mode("terminal.factory_reset", _usual(Act(Point.OPERATION, _V.WIPE)), _COUNTERS),
    Mode("terminal.software_stale",
         _usual(Act(Point.WINDOW, _V.DEMAND_VERSION, code="31200000", ms=12 * HOUR)),
         frozenset({_T.ALL, _T.ACQUIRER}), frozenset({_P.MINIMUM, _P.DELAY}), state=True),
    Mode("terminal.cable_loose", (_DROPPED, _REFUSED), _PLACES, frozenset({_P.HOW})),
    Mode("network.outage", _DOWN, _HOST, frozenset({_P.HOW})),
    Mode("network.router_down", _DOWN, _PLACES, frozenset({_P.HOW})),
    Mode("network.isp_down", _DOWN, _PLACES, frozenset({_P.HOW})),
    Mode("network.firewall_blocked",
         (_REFUSED, ("dropped", (Act(Point.REQUEST, _V.DROP),)),
          ("long_dropped", (Act(Point.REQUEST, _V.DROP, what=frozenset({"0320"})),))),
         _HOST, frozenset({_P.HOW})),
    Mode("network.delay",
         (("reply", (Act(Point.REPLY, _V.DELAY, ms=45 * SECOND),)),
          ("request", (Act(Point.REQUEST, _V.DELAY, ms=45 * SECOND),)),
          ("both", (Act(Point.REQUEST, _V.DELAY, ms=45 * SECOND),
                    Act(Point.REPLY, _V.DELAY, ms=45 * SECOND)))),
         _HOST, frozenset({_P.DELAY, _P.HOW})),
    Mode("network.congestion",
         _usual(Act(Point.REQUEST, _V.DELAY, ms=8 * SECOND, spread=True),
                Act(Point.REPLY, _V.DELAY, ms=8 * SECOND, spread=True)),
         _HOST, frozenset({_P.JITTER})),
    Mode("network.weak_signal",
         _usual(Act(Point.REQUEST, _V.DROP, chance=0.15),
                Act(Point.REQUEST, _V.DELAY, ms=2 * SECOND, spread=True),
                Act(Point.REPLY, _V.DROP, chance=0.15),
                Act(Point.REPLY, _V.DELAY, ms=2 * SECOND, spread=True)),
         _HOST, frozenset({_P.LOSS, _P.JITTER})),
    Mode("acquirer.outage",
         _usual(Act(Point.HOST_STEP, _V.CRASH, ms=2 * MINUTE, lasting=True)),
         _COUNTERS | {_T.ACQUIRER}, frozenset({_P.OFF_FOR})),
    Mode("acquirer.maintenance",
         (("answered", (Act(Point.SERVICE, _V.ANSWER, code="96"),)),
          ("silent", (Act(Point.SERVICE, _V.SILENCE),))),
         _COUNTERS | {_T.ACQUIRER, _T.REGION}, frozenset({_P.CODE, _P.SERVICES, _P.HOW})),
    Mode("acquirer.mac_failure",
         (("reply", (Act(Point.REPLY, _V.SPOIL_MAC, what=SEALED_REPLIES),)),
          ("request", (Act(Point.REQUEST, _V.SPOIL_MAC, what=SEALED_REQUESTS),)),
          ("altered_reply", (Act(Point.REPLY, _V.ALTER, what=SEALED_REPLIES),)),
          ("altered_request", (Act(Point.REQUEST, _V.ALTER, what=SEALED_REQUESTS),))),
         _HOST, frozenset({_P.HOW})),
    Mode("acquirer.risk_hold",
         _usual(Act(Point.SERVICE, _V.ANSWER, code="59", what=frozenset({"sale", "preauth"}))),
         _COUNTERS | {_T.ACQUIRER}, frozenset({_P.CODE}), frozenset({"34", "59"})),
    Mode("policy.restricted",
         _usual(Act(Point.SERVICE, _V.ANSWER, code="57", what=frozenset({
             "sale", "preauth", "refund", "qr_pay", "completion"}))),
         _COUNTERS | {_T.REGION}, frozenset({_P.CODE, _P.SERVICES}), frozenset({"57", "58"})),
    Mode("channel.fault",
         _usual(Act(Point.AUTHORISATION, _V.ANSWER, code="unknown",
                    what=frozenset({"pay", "query"}))),
         frozenset({_T.ALL, _T.WALLET, _T.MERCHANT, _T.TERMINAL}), frozenset({_P.CODE}),
         frozenset({"unknown", "pending"})),
    Mode("channel.congestion",
         _usual(Act(Point.AUTHORISATION, _V.LATE, ms=40 * SECOND,
                    what=frozenset({"pay", "query", "refund"}))),
         frozenset({_T.ALL, _T.WALLET}), frozenset({_P.DELAY})),
    Mode("fraud.forged",
         _usual(Act(Point.REQUEST, _V.FORGE, ms=SECOND, what=SALE_REQUESTS)),
         _HOST, frozenset({_P.DELAY})),
    Mode("fraud.duplicate",
         _usual(Act(Point.REQUEST, _V.DUPLICATE, ms=2 * SECOND, what=SEALED_REQUESTS)),
         _HOST, frozenset({_P.DELAY})),
    Mode("bank.maintenance",
         (("answered", (Act(Point.AUTHORISATION, _V.ANSWER, code="91", what=AT_BANKS),
                        Act(Point.PAYOUT, _V.QUEUE, ms=30 * MINUTE, lasting=True))),
          ("silent", (Act(Point.AUTHORISATION, _V.SILENCE, what=AT_BANKS),
                      Act(Point.PAYOUT, _V.QUEUE, ms=30 * MINUTE, lasting=True)))),
         frozenset({_T.ALL, _T.BANK}), frozenset({_P.CODE, _P.DELAY, _P.HOW})),
    Mode("bank.delay",
         (("payout", (Act(Point.PAYOUT, _V.QUEUE, ms=4 * HOUR, first_only=True),)),
          ("authorisation", (Act(Point.AUTHORISATION, _V.LATE, ms=40 * SECOND,
                                what=AT_BANKS),)),
          ("queued", (Act(Point.AUTHORISATION, _V.DELAY, ms=40 * SECOND, what=AT_BANKS),))),
         frozenset({_T.ALL, _T.BANK, _T.MERCHANT}), frozenset({_P.DELAY, _P.HOW})),
    Mode("bank.insufficient_funds",
         _usual(Act(Point.AUTHORISATION, _V.ANSWER, code="51", what=DEBITS)), _ISSUING),
    Mode("account.frozen",
         _usual(Act(Point.AUTHORISATION, _V.ANSWER, code="62", what=DEBITS, only=_T.CARD),
                Act(Point.PAYOUT, _V.RETURN, code="frozen", only=_T.MERCHANT)),
         frozenset({_T.MERCHANT, _T.CARD})),
    Mode("account.reported_lost",
         _usual(Act(Point.AUTHORISATION, _V.ANSWER, code="41", what=DEBITS)),
         frozenset({_T.CARD, _T.BANK}), frozenset({_P.CODE}), frozenset({"41", "43"})),
    Mode("account.abnormal",
         _usual(Act(Point.PAYOUT, _V.RETURN, code="closed")),
         _MERCHANTS, frozenset({_P.CODE}), frozenset({"closed", "dormant"})),
    Mode("account.mismatch",
         _usual(Act(Point.PAYOUT, _V.RETURN, code="name_mismatch")), _MERCHANTS),
    Mode("operator.duplicate_entry",
         _usual(Act(Point.OPERATION, _V.REPEAT, ms=MINUTE, what=CARD_SALES)),
         _COUNTERS, frozenset({_P.DELAY})),
    Mode("operator.wrong_amount",
         _usual(Act(Point.OPERATION, _V.MISTYPE, what=CARD_SALES)), _COUNTERS),
    Mode("operator.sale_in_maintenance", _usual(Act(Point.WINDOW, _V.GO_ON)),
         _MERCHANTS, state=True),
    Mode("record.wrong_details",
         (("totals", (Act(Point.REQUEST, _V.ALTER, what=frozenset({"0500"})),)),
          ("details", (Act(Point.REQUEST, _V.ALTER, what=frozenset({"0320"})),)),
          ("amount", (Act(Point.REQUEST, _V.ALTER, what=SEALED_REQUESTS),))),
         _HOST, frozenset({_P.HOW})),
    Mode("record.upload_late",
         (("dropped", (Act(Point.REQUEST, _V.DROP, what=frozenset({"0320"})),)),
          ("refused", (Act(Point.REQUEST, _V.REFUSE_CONNECT, what=frozenset({"0320"})),))),
         _PLACES, frozenset({_P.HOW})),
    Mode("notice.lost",
         (("lost", (Act(Point.NOTICE, _V.DROP),)),
          ("late", (Act(Point.NOTICE, _V.LATE, ms=6 * HOUR),))),
         _MERCHANTS, frozenset({_P.HOW, _P.DELAY})),
)


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
