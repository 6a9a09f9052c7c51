"""Hosts that let pass what they should refuse."""

from __future__ import annotations

from simulator.defect import Defect, instead
from simulator.machines.acquirer.card_checks import within_limits
from simulator.machines.acquirer.checks import refuse_mac, right_mac
from simulator.machines.acquirer.work import CheckStep, Effects, HostTable, Request, Work


def _believes_any_mac(_right: CheckStep, work: Work, request: Request) -> Effects | None:
    """Believe every request of a terminal that has signed on."""
    return None if request.terminal.keys is not None else refuse_mac(work, request)


def _any_sum(_right: CheckStep, _work: Work, _request: Request) -> Effects | None:
    """Let a merchant take what it wants."""
    return None


ROWS = (
    Defect("acquirer.ignores_limits", "a merchant takes more than its limits let it",
           (34,), replaces=instead(HostTable, (within_limits, _any_sum)),
           shown_by="money/limits", zh="不检查商户限额"),
    Defect("acquirer.ignores_mac", "requests are believed whatever their MAC",
           (9,), replaces=instead(HostTable, (right_mac, _believes_any_mac)),
           shown_by="defects/forged-sale",
           zh="请求的 MAC 无论对错都采信"),
)
