"""Disputes as an actor: who does what about each case, when, and the money that goes with it.

What a case may become is the business of ``simulator.money.disputes``; this gives it its time, the
sale that was really sold, the books, a trace and notices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import simpy

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import CLOSED, STAGES, DisputeAct, DisputeStage, Holder
from simulator.catalogue.slip_reasons import SlipReason
from simulator.local_time import DAY_MS
from simulator.machines.acquirer.events import Capture
from simulator.money import notice
from simulator.money.disputes import DisputeDesk, Entered, Handed, Opening
from simulator.money.disputes import DisputeStep as Step
from simulator.money.issuer import IssuerBooks
from simulator.scenario.dispute_parts import Dispute
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    Disputed,
    DisputesOpened,
    Posted,
    SlipMissing,
    SlipReprinted,
    key_of,
)
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.banks.paymaster import ACTOR, posted
from simulator.world.banks.risk_control import ACQUIRER, RiskControl
from simulator.world.people.orders import NO_SLIP, Follows, Order, Sold
from simulator.world.time.kernel import Call, call_at, now_ms

BANKS_ACTS = frozenset({
    DisputeAct.REQUEST, DisputeAct.CHARGEBACK, DisputeAct.SECOND_CHARGEBACK,
})
ALL = 1 << 62  # fen: whatever is left


class Side(Protocol):
    """Whoever knows what was sold to whom, and whose books there are."""

    def sold_as(self, sale: str) -> tuple[str, str, Order] | None:
        """MID, TID and order of a script's sale; None where it was never begun."""

    def channel_of(self, order: Order) -> tuple[str, str]:
        """The bank or wallet that an order was paid by, and the card's reference in its books."""

    def books_of(self, channel: str) -> IssuerBooks:
        """The books of a bank or wallet."""

    def reprint(self, tid: str, sold: Sold) -> bool | None:
        """Whether a terminal has the slip of a sale printed again; None: it is not there."""


AFTER_MS = DAY_MS  # between two acts
# What a fault makes of a sale.  One that the acquirer looks into has its merchant's money held meanwhile.
COURSES: dict[str, tuple[DisputeAct, ...]] = {
    "disputed": (DisputeAct.CHARGEBACK,),
    "taken_back": (DisputeAct.REQUEST, DisputeAct.ACCEPT),
    "released": (DisputeAct.REQUEST, DisputeAct.EVIDENCE, DisputeAct.ACCEPT),
    NO_SLIP: (DisputeAct.REQUEST, DisputeAct.EVIDENCE, DisputeAct.ACCEPT),  # as far as it comes
}
LOOKED_INTO = frozenset({"taken_back", "released"})


class Planned(msgspec.Struct, frozen=True):
    """One act of one dispute."""

    case: str
    dispute: Dispute
    act: DisputeAct
    place: int  # in its course; the first opens it
    sold: tuple[str, str, Order] | None = None  # what no script names: MID, TID and order


class Slip(msgspec.Struct, frozen=True):
    """A slip that the merchant has not."""

    sale: str
    mid: str
    tid: str
    sold: Sold
    why: SlipReason


class DisputeOffice:
    """All disputes of a world."""

    __slots__ = (
        "_ahead", "_env", "_house", "_of_faults", "_recorder", "_risk", "_side", "_slips", "_waits",
        "desk",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, house: ClearingHouse, desk: DisputeDesk,
        waits: tuple[tuple[str, int], ...],
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._house = house
        self._waits = waits
        self._side: Side
        self._ahead = 0
        self._of_faults = 0
        self._slips: dict[str, Slip] = {}  # by key of the sale: what the merchant has nothing to show of
        self._risk = RiskControl(env, recorder, house.paymaster)
        self.desk = desk

    def replace_books(self, replaced: Callable[[str, Any], Any]) -> None:
        """Use what ``replaced(name, desk)`` gives in the place of the desk."""
        self.desk = replaced("disputes", self.desk)

    def start(self, disputes: tuple[tuple[str, Dispute], ...], side: Side) -> None:
        """Have each act done at its moment; what lies before now was done by a former process."""
        now = now_ms(self._env)
        self._side = side
        self._recorder.emit(DisputesOpened(now, "run", waits=self._waits))
        for case, dispute in disputes:
            at_ms = dispute.at_ms
            for place, step in enumerate(dispute.course):
                at_ms += step.after_ms
                if at_ms >= now:
                    self._ahead += 1
                    planned = Planned(case, dispute, DisputeAct(step.do), place)
                    call_at(self._env, at_ms, self._does, planned)
        self.arm()

    def dispute(self, side: Side, mid: str, tid: str, order: Order, follows: Follows) -> None:
        """A fault has something that was just sold disputed later."""
        sold = order.sold
        assert sold is not None
        now = now_ms(self._env)
        if self._house.on_capture is None:
            self._house.on_capture = self.captured
            self._house.on_day_over = self.day_is_over
            self._side = side
            self._recorder.emit(DisputesOpened(now, "run", waits=self._waits))
        key = key_of(tid, sold.batch, sold.stan)
        if not self.desk.knows(key):
            self.desk.captured(key, sold.amount_fen)
        self._of_faults += 1
        case = f"F{self._of_faults}"
        reason = follows.reason
        if follows.course == NO_SLIP:
            why, reason = SlipReason.of(follows.reason), DisputeReason.NOT_RECOGNISED
            self._slips[key] = Slip(order.sale, mid, tid, sold, why)
            self._recorder.emit(SlipMissing(
                now, f"terminal.{tid}", sale=order.sale, key=key, mid=mid, why=why))
        dispute = Dispute.model_construct(
            sale=order.sale, at_ms=now + follows.after_ms, case=case, amount_fen=None, reason=reason)
        at_ms = dispute.at_ms
        for place, act in enumerate(COURSES[follows.course]):
            planned = Planned(case, dispute, act, place, (mid, tid, order))
            self._ahead += 1
            call_at(self._env, at_ms, self._does, planned)
            at_ms += AFTER_MS
        if follows.course in LOOKED_INTO:
            self._risk.look(case, mid, key, order.sale, sold.amount_fen)

    def day_is_over(self) -> None:
        """A business day was cut over."""
        self.desk.end_day()

    def captured(self, effect: Capture) -> None:
        """The host booked money of a sale, or what undoes it."""
        key = effect.of or effect.key
        self.desk.captured(key_of(key.tid, key.batch, key.stan), effect.amount_fen)

    def reprint(self, mid: str) -> None:
        """A merchant has what slips are missing printed again, as far as they can be."""
        for key, slip in tuple(self._slips.items()):
            if slip.mid == mid:
                self._reprint(key, slip)

    def is_quiet(self) -> bool:
        """Whether nothing is planned and no case is open."""
        return not self._ahead and not self.desk.open_cases()

    def take(self, case: str, dispute: Dispute, act: DisputeAct) -> None:
        """Have an act done now: the first of a case opens it."""
        now = now_ms(self._env)
        done = self.desk.acts_done(case)
        if done:
            self._acts(case, act, now)
        else:
            self._opens(Planned(case, dispute, act, 0), now)
        self.arm()

    # ---- acts --------------------------------------------------------------------------------

    def _does(self, call: Call) -> None:
        planned: Planned = call.arg
        self._ahead -= 1
        now, done = now_ms(self._env), self.desk.acts_done(planned.case)
        if done > planned.place:
            return  # by a former process, in the very millisecond that was its last
        if not planned.place:
            self._opens(planned, now)
        elif done:
            self._goes_on(planned, now)
        self.arm()

    def _goes_on(self, planned: Planned, now: int) -> None:
        of_fault = planned.sold is not None
        if of_fault and self.desk.key_of(planned.case) in self._slips and self.desk.is_closed(planned.case):
            return  # the answer that there was none: its course goes as far as it comes
        self._acts(planned.case, planned.act, now)

    def _acts(self, case: str, act: DisputeAct, now: int) -> None:
        """Whoever has no slip of the sale, whichever case asks for it, has nothing to answer with."""
        slip = self._slips.get(self.desk.key_of(case))
        lacking = slip.why if slip is not None else None
        if act is DisputeAct.EVIDENCE and not self.desk.can_answer(lacking):
            self._carry(self.desk.act(case, DisputeAct.ACCEPT, now), DisputeAct.ACCEPT, lacking)
        else:
            self._carry(self.desk.act(case, act, now), act)

    def _reprint(self, key: str, slip: Slip) -> None:
        """What the terminal still has in its batch it prints again; a signature nobody can print."""
        printed = None if slip.why is SlipReason.UNSIGNED else self._side.reprint(slip.tid, slip.sold)
        if printed is None:
            return
        self._recorder.emit(SlipReprinted(
            now_ms(self._env), f"terminal.{slip.tid}", sale=slip.sale,
            key=key, printed=printed))
        if printed:
            del self._slips[key]

    def _opens(self, planned: Planned, now: int) -> None:
        """The cardholder's bank takes the case up; about what was never sold there is none."""
        dispute = planned.dispute
        mid, tid, order = planned.sold or self._side.sold_as(dispute.sale) or ("", "", None)
        sold = order.sold if order is not None else None
        channel, ref = ("", "") if order is None else self._side.channel_of(order)
        key = "" if sold is None else key_of(tid, sold.batch, sold.stan)
        if key in self._slips:
            self._reprint(key, self._slips[key])
        asked_fen = ALL if dispute.amount_fen is None else dispute.amount_fen
        opening = Opening(
            planned.case, mid, key, channel, ref, asked_fen, DisputeReason.of(dispute.reason),
            dispute.sale)
        steps = self.desk.open(opening, planned.act, now)
        for step in steps[:1]:
            if isinstance(step, Entered) and step.stage is not DisputeStage.REFUSED:
                self._house.contest(key, step.amount_fen)  # what a case is about cannot be refunded
        self._carry(steps, planned.act)

    def arm(self) -> None:
        """Come back when the next term is over."""
        deadline = self.desk.deadline_ms
        if deadline is not None:
            call_at(self._env, max(deadline, now_ms(self._env)), self._term_is_over)

    def _term_is_over(self, _call: Call) -> None:
        self._carry(self.desk.due(now_ms(self._env)), None)
        # Who acts next arms anew; a term that moved meanwhile is looked at again.
        deadline = self.desk.deadline_ms
        if deadline is not None and deadline > now_ms(self._env):
            call_at(self._env, deadline, self._term_is_over)

    # ---- what comes of them ------------------------------------------------------------------

    def _carry(
        self, steps: list[Step], act: DisputeAct | None, lacking: SlipReason | None = None,
    ) -> None:
        for step in steps:
            if isinstance(step, Entered):
                self._entered(step, act, lacking)
            else:
                HANDING[step.giver, step.taker](self, step)

    def _entered(
        self, step: Entered, act: DisputeAct | None, lacking: SlipReason | None,
    ) -> None:
        opening, row = step.opening, STAGES[step.stage]
        is_banks = act in BANKS_ACTS and bool(opening.channel)
        actor = ACTOR if act is None else opening.channel if is_banks else ACQUIRER
        self._recorder.emit(Disputed(
            now_ms(self._env), actor, case=opening.case, key=opening.key, mid=opening.mid,
            stage=step.stage, amount_fen=step.amount_fen, reason=opening.reason, due_ms=step.due_ms,
            sale=opening.sale, lacking=lacking, gave_in=act is DisputeAct.ACCEPT and lacking is None,
        ))
        if step.stage in CLOSED:
            self._risk.case_is_closed(opening.case, taken_back=step.stage is DisputeStage.LOST)
        if step.stage is DisputeStage.WON:  # the merchant's again: it can be refunded
            self._house.contest(step.opening.key, -step.amount_fen)
        due_ms = step.due_ms if step.stage in (DisputeStage.REQUESTED, DisputeStage.CHARGED_BACK) else 0
        if not opening.mid:
            return
        self._house.paymaster.notices.tell(ACQUIRER, opening.mid, notice.disputed(
            opening.case, step.amount_fen, opening.reason.zh,
            row.zh if lacking is None else f"{row.zh}（{lacking.zh}）", due_ms))

    def _taken(self, step: Handed) -> None:
        """From the merchant to the cardholder's bank."""
        self._merchants(step, -step.amount_fen)
        self._post(step, self._side.books_of(step.opening.channel).take_disputed(
            step.opening.case, step.amount_fen))

    def _returned(self, step: Handed) -> None:
        """From the cardholder's bank to the merchant."""
        self._post(step, self._side.books_of(step.opening.channel).return_disputed(
            step.opening.case, step.amount_fen))
        self._merchants(step, step.amount_fen)

    def _credited(self, step: Handed) -> None:
        """From the cardholder's bank to the cardholder."""
        self._post(step, self._side.books_of(step.opening.channel).credit_disputed(
            step.opening.case, step.opening.ref, step.amount_fen))

    def _merchants(self, step: Handed, amount_fen: int) -> None:
        opening = step.opening
        posting = self._house.clearing.dispute(
            f"{opening.case} {step.number}", opening.case, opening.mid, opening.key, step.item,
            amount_fen, settlement_date=self._house.business_date().isoformat(),
            channel=opening.channel,
        )
        if posting is not None:
            self._recorder.emit(posted(now_ms(self._env), ACQUIRER, posting))

    def _post(self, step: Handed, posting: Any) -> None:
        self._recorder.emit(Posted(
            now_ms(self._env), step.opening.channel, why=posting.why, key=posting.key,
            entries=posting.entries))


HANDING: dict[tuple[Holder, Holder], Callable[[DisputeOffice, Handed], None]] = {
    (Holder.MERCHANT, Holder.BANK): DisputeOffice._taken,  # noqa: SLF001
    (Holder.BANK, Holder.MERCHANT): DisputeOffice._returned,  # noqa: SLF001
    (Holder.BANK, Holder.CARDHOLDER): DisputeOffice._credited,  # noqa: SLF001
}
