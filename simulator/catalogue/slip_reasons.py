"""Why the merchant has no slip (签购单) of a sale to show; decides nothing."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class SlipReason(Reason, fields=("slip_missing.why", "disputed.lacking")):
    """What became of the merchant's copy."""

    LOST = "slip_lost", "the slip was lost", "签购单遗失"
    UNSIGNED = "slip_unsigned", "nobody signed the slip", "签购单无持卡人签名"
    NOT_PRINTED = "slip_not_printed", "the slip was never printed", "签购单未打印"
