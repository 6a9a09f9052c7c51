"""Hosts that let pass what they should refuse."""

from __future__ import annotations

from simulator.defect import Defect, instead
from simulator.machines.acquirer.card_checks import within_limits
from simulator.machines.acquirer.checks import refuse_mac, right_mac
from simulator.machines.acquirer.work import CheckStep, Effects, HostTable, Request, Work


def _believes_any_mac(_right: CheckStep, work: Work, request: Request) -> Effects | None:
    """Believe every request of a terminal that has signed on."""
    return None if request.terminal.keys is not None else refuse_mac(work, request)


def _limits_nothing(_right: CheckStep, _work: Work, _request: Request) -> None:
    """Let every merchant take as much as it likes."""


ROWS = (
    Defect("acquirer.ignores_mac", "requests are believed whatever their MAC",
           (9,), replaces=instead(HostTable, (right_mac, _believes_any_mac)),
           shown_by="defects/forged-sale",
           zh="请求的 MAC 无论对错都采信"),
    Defect("acquirer.ignores_merchant_limits", "a sale above the limits of its merchant is asked for",
           (35,), replaces=instead(HostTable, (within_limits, _limits_nothing)),
           shown_by="money/limits",
           zh="超过商户限额的交易也照样请求"),
)
