"""Terminals built wrong on purpose, by kind, each in one way; the right one knows nothing of them.

``caught_by`` names the invariants that such a terminal violates in the run that ``shown_by`` names,
beside a right host.
"""

from __future__ import annotations

from simulator.defect import Defect, by_name
from simulator.machines.terminal.defects.batches import ROWS as BATCHES
from simulator.machines.terminal.defects.downloads import ROWS as DOWNLOADS
from simulator.machines.terminal.defects.numbers import ROWS as NUMBERS
from simulator.machines.terminal.defects.reversals import ROWS as REVERSALS
from simulator.machines.terminal.defects.seals import ROWS as SEALS
from simulator.machines.terminal.defects.slips import ROWS as SLIPS

DEFECTS: dict[str, Defect] = by_name(*REVERSALS, *NUMBERS, *SEALS, *BATCHES, *DOWNLOADS, *SLIPS)
