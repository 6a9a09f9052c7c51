"""Books built wrong on purpose, by kind, each with the invariants that must notice.

The right classes hold no trace of them.
"""

from __future__ import annotations

from simulator.defect import Defect, by_name
from simulator.money.defects.clearing import ROWS as CLEARING
from simulator.money.defects.dropped import ROWS as DROPPED
from simulator.money.defects.fees import ROWS as FEES
from simulator.money.defects.issuer import ROWS as ISSUER
from simulator.money.defects.ledger import ROWS as LEDGER
from simulator.money.defects.payout import ROWS as PAYOUT
from simulator.money.defects.sums import ROWS as SUMS
from simulator.money.defects.times import ROWS as TIMES
from simulator.money.defects.whose import ROWS as WHOSE

DEFECTS: dict[str, Defect] = by_name(
    *LEDGER, *ISSUER, *CLEARING, *FEES, *PAYOUT, *TIMES, *WHOSE, *DROPPED, *SUMS)
