"""All known defects: of the machines, of the books and of the world around them."""

from __future__ import annotations

from simulator.defect import Defect, by_name, rows_in
from simulator.machines.acquirer.defects import DEFECTS as ACQUIRER
from simulator.machines.terminal.defects import DEFECTS as TERMINAL
from simulator.money.defects import DEFECTS as MONEY

DEFECTS: dict[str, Defect] = by_name(
    *TERMINAL.values(), *ACQUIRER.values(), *MONEY.values(), *rows_in(__name__, __path__).values(),
)
