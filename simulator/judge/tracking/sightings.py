"""What people could see on the way: settlements, updates, reversals, payouts, notices, screens; judges nothing.

Kept only where somebody asks for single rows, like rows of sales.
"""

from __future__ import annotations

from simulator.catalogue import sightings as names
from simulator.catalogue.host_reasons import SettledHow
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Sighting
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    BatchCounted,
    Compensated,
    Concluded,
    Journaled,
    MerchantOpened,
    NoticeSent,
    PayoutPosted,
    PayoutReturned,
    PlanStepTaken,
    Released,
    Sent,
    Suspended,
    TeamActed,
    TeamTold,
    TerminalOpened,
    Warned,
)

OF_JOURNALS = {"softwareinstalled": names.UPDATED, "signedon": names.SIGNED_ON}  # entries that are heard
_DONE = "00"
_OF_TERMINALS = "terminal."


class Sightings:
    """Hears what shows; ``is_kept``: whether anything is kept at all."""

    __slots__ = ("_alarms", "_is_kept", "_merchants", "_numbers", "_rows", "_sales", "_terminals")

    def __init__(self, *, is_kept: bool) -> None:
        self._is_kept = is_kept
        self._rows: list[Sighting] = []
        self._merchants: dict[str, str] = {}  # MID: name
        self._terminals: dict[str, tuple[str, int]] = {}  # TID: merchant and number, from 1
        self._numbers: dict[str, int] = {}  # terminals of a merchant so far
        self._alarms: dict[int, str] = {}  # by number: MID that they are about
        self._sales: dict[tuple[str, int, int], str] = {}  # of which a reversal was sent

    def rows(self) -> tuple[Sighting, ...]:
        """All of them, in the order of the run."""
        return tuple(self._rows)

    def merchant(self, record: MerchantOpened) -> None:
        """Whose a MID is."""
        self._merchants[record.mid] = record.actor.removeprefix("merchant.")

    def terminal(self, record: TerminalOpened) -> None:
        """Whose a terminal is, and its number there."""
        if record.tid not in self._terminals:
            number = self._numbers[record.merchant] = self._numbers.get(record.merchant, 0) + 1
            self._terminals[record.tid] = (record.merchant, number)

    # ---- terminals ---------------------------------------------------------------------------

    def concluded(self, record: Concluded) -> None:
        """A clerk did not get a settlement."""
        if record.what == "settlement" and record.result != "approved":
            self._at_terminal(record.at_ms, record.actor, names.NOT_SETTLED)

    def journaled(self, record: Journaled) -> None:
        """New software, or new keys."""
        if record.actor.startswith(_OF_TERMINALS):
            self._at_terminal(record.at_ms, record.actor, OF_JOURNALS[record.entry])

    def warned(self, record: Warned) -> None:
        """What stands on a display."""
        if record.actor.startswith(_OF_TERMINALS):
            self._at_terminal(record.at_ms, record.actor, record.code, text=record.text)

    def asked(self, record: Sent) -> None:
        """A terminal sends a reversal of a sale that it knows."""
        if self._is_kept and record.mti == "0400" and record.sale:
            self._sales[record.tid, record.batch, record.stan] = record.sale

    def answered(self, record: Sent) -> None:
        """The host says that it is undone."""
        if self._is_kept and record.mti == "0410" and record.response_code == _DONE:
            sale = self._sales.get((record.tid, record.batch, record.stan), "")
            self._at_terminal(record.at_ms, _OF_TERMINALS + record.tid, names.REVERSED, sale=sale)

    def counted(self, record: BatchCounted) -> None:
        """A terminal closed a batch, asked to or by itself; or the host did without it."""
        if record.closed and record.actor.startswith(_OF_TERMINALS):
            self._at_terminal(record.at_ms, record.actor, names.SETTLED)
        if record.actor == HOST and record.result == SettledHow.FORCED.value and record.closed:
            self._at_terminal(record.at_ms, _OF_TERMINALS + record.tid, names.BATCH_FORCED)

    def _at_terminal(self, at_ms: int, actor: str, what: str, *, sale: str = "", text: str = "") -> None:
        if self._is_kept:
            merchant, number = self._terminals.get(actor.removeprefix(_OF_TERMINALS), ("", 0))
            self._rows.append(Sighting(at_ms, what, merchant, number, sale, text))

    # ---- merchants ---------------------------------------------------------------------------

    def posted(self, record: PayoutPosted) -> None:
        """A payout is there."""
        self._of_merchant(record.at_ms, record.mid, names.PAID)

    def returned(self, record: PayoutReturned) -> None:
        """A payout came back."""
        self._of_merchant(record.at_ms, record.mid, names.RETURNED)

    def suspended(self, record: Suspended) -> None:
        """A payout went into suspense."""
        self._of_merchant(record.at_ms, record.mid, names.SUSPENDED)

    def released(self, record: Released) -> None:
        """A payout left suspense."""
        self._of_merchant(record.at_ms, record.mid, names.RELEASED)

    def told(self, record: NoticeSent) -> None:
        """A notice came, or was lost."""
        what = names.NOTICE if record.delivered else names.NOTICE_LOST
        self._of_merchant(record.at_ms, record.mid, what, record.text)

    # ---- the emergency plan ------------------------------------------------------------------

    def alarm(self, record: AlarmRaised) -> None:
        """An alarm went off."""
        self._alarms[record.number] = record.mid
        self._of_plan(record, names.ALARM, " ".join(filter(None, (record.alarm, record.about, record.seen))))

    def team_told(self, record: TeamTold) -> None:
        """Somebody was told."""
        self._of_plan(record, names.TEAM_TOLD, f"{record.alarm} {record.who} {record.over}")

    def team_acted(self, record: TeamActed) -> None:
        """Somebody acts."""
        self._of_plan(record, names.TEAM_ACTED, f"{record.alarm} {record.who}")

    def step_taken(self, record: PlanStepTaken) -> None:
        """And did something."""
        if record.taken:
            self._of_plan(record, names.STEP_TAKEN, f"{record.alarm} {record.action}")

    def alarm_over(self, record: AlarmOver) -> None:
        """It is over."""
        self._of_plan(record, names.ALARM_OVER, record.alarm)

    def compensated(self, record: Compensated) -> None:
        """A merchant was paid for waiting."""
        self._of_merchant(record.at_ms, record.mid, names.COMPENSATED, f"{record.fen / 100:.2f} {record.payout}")

    def _of_plan(
        self, record: AlarmRaised | TeamTold | TeamActed | PlanStepTaken | AlarmOver, what: str, text: str,
    ) -> None:
        self._of_merchant(record.at_ms, self._alarms.get(record.number, ""), what, text)

    def _of_merchant(self, at_ms: int, mid: str, what: str, text: str = "") -> None:
        if self._is_kept:
            self._rows.append(Sighting(at_ms, what, self._merchants.get(mid, ""), 0, "", text))
