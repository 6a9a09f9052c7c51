"""Acquirer hosts built wrong on purpose, by kind, each in one way; the right one knows nothing of them.

Each wrong function is given the right one, and stands in its place in the table of the host.
``caught_by`` names the invariants that such a host violates once its case comes up.
"""

from __future__ import annotations

from simulator.defect import Defect, by_name
from simulator.machines.acquirer.defects.batches import ROWS as BATCHES
from simulator.machines.acquirer.defects.checks import ROWS as CHECKS
from simulator.machines.acquirer.defects.copies import ROWS as COPIES
from simulator.machines.acquirer.defects.issuers import ROWS as ISSUERS
from simulator.machines.acquirer.defects.reversals import ROWS as REVERSALS
from simulator.machines.acquirer.defects.storing import ROWS as STORING
from simulator.machines.acquirer.defects.sums import ROWS as SUMS

DEFECTS: dict[str, Defect] = by_name(*COPIES, *CHECKS, *STORING, *ISSUERS, *REVERSALS, *BATCHES, *SUMS)
