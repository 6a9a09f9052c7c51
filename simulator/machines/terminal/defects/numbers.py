"""Terminals that number or date their messages wrongly."""

from __future__ import annotations

from simulator.defect import Defect, instead
from simulator.machines.terminal import sale
from simulator.machines.terminal.work import Start, TerminalTable, Work

# Takes the same trace number twice.


def _keep_odd_stan(start: Start, w: Work) -> None:
    stan = w.memory.stan
    start(w)
    if stan % 2:
        w.memory.stan = stan


ROWS = (
    Defect("terminal.reuses_stan", "one trace number serves two transactions",
           (8, 14), instead(TerminalTable, (sale.start_reversible, _keep_odd_stan)), shown_by="defects/two-coffees",
           zh="同一流水号用于两笔交易"),
)
