"""Which sales a sign touches that none of its messages names: what waited behind it, what lay in its batch or its day."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.catalogue.run_reasons import FORGETTING
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.signs import Sign
from simulator.local_time import MINUTE_MS
from simulator.trace.records import ClearingDelayed, Concluded, Lost, Restarted, Sent, key_of

BEHIND_MS = 2 * MINUTE_MS  # a terminal owes its reversal a moment longer than the trouble lasts
_WAITS = frozenset({
    Refusal.REVERSAL_PENDING, Refusal.SETTLEMENT_PENDING, Refusal.NOT_SIGNED_ON, Refusal.BUSY, Refusal.UPDATING,
    Refusal.BATCH_FULL, NoAnswer.NO_REPLY, NoAnswer.SEND_FAILED, NoAnswer.BAD_MAC, Failure.ADVICE_PENDING,
    Failure.BATCH_REPLACED,
})
_HOLDS_UP = frozenset({
    "line_dead", "line_patchy", "line_slow", "line_held", "unanswered", "reply_unheard", "host_silent",
    "terminal_restarted", "terminal_shows:bad_mac", "terminal_shows:updating",
})
_OF_A_BATCH = frozenset({"0320", "0500"})  # messages about all that is in one


class Touched:
    """The sales of a run as signs touch them."""

    def __init__(self, evidence: Evidence, sold: Mapping[str, SaleMoney]) -> None:
        self._evidence = evidence
        self._sold = sold
        self._waited = [
            each for each in evidence.of(Concluded)
            if each.sale in sold and each.result in ("refused", "failed") and each.reason in _WAITS]

    def by(self, sign: Sign) -> set[str]:
        """Their names."""
        found = set(sign.sales)
        if _HOLDS_UP & set(sign.names()):
            found |= {
                each.sale for each in self._waited if each.actor.partition(".")[2] in sign.tids
                and sign.at_ms <= each.at_ms <= sign.until_ms + BEHIND_MS}
        batches = {batch for record in sign.records if (batch := self._batch_of(record))}
        days = {each.settlement_date for each in sign.records if isinstance(each, ClearingDelayed)}
        found |= {
            name for name, sale in self._sold.items()
            if any(key.rpartition("/")[0] in batches for key in sale.keys) or sale.payout.partition("/")[0] in days}
        return found

    def _batch_of(self, record: object) -> str:
        """The batch that a message is about, or that a terminal forgot: as the first part of its keys."""
        if isinstance(record, Sent | Lost) and record.mti in _OF_A_BATCH:
            return _batch(record)
        if isinstance(record, Restarted) and record.why in FORGETTING:
            before = [
                each for each in self._evidence.of(Sent)
                if f"terminal.{each.tid}" == record.actor and each.actor != HOST and each.at_ms < record.at_ms]
            return _batch(before[-1]) if before else ""
        return ""


def _batch(sent: Sent | Lost) -> str:
    return key_of(sent.tid, sent.batch, sent.stan).rpartition("/")[0]
