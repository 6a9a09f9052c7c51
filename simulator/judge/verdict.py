"""What a judgement is: plain frozen values from which every report is made.

Computes nothing and knows no record of the trace.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class Verdict(str, Enum):
    """The outcome of a run in one word."""

    PASS = "PASS"
    INCONCLUSIVE = "INCONCLUSIVE"  # evidence missing, or a case that should have come up did not
    FAIL = "FAIL"  # the system under test broke a rule
    ERROR = "ERROR"  # the harness broke; says nothing about the system under test


class State(str, Enum):
    """What is known of one invariant after a run."""

    HELD = "held"
    VIOLATED = "violated"
    NOT_EXERCISED = "not_exercised"  # its case never came up
    NOT_OBSERVABLE = "not_observable"  # the trace cannot show it


class Urgency(str, Enum):
    """Something bad happened, something good did not happen in time, or the host stood against it."""

    SAFETY = "safety"
    LIVENESS = "liveness"
    REFUSED = "refused"  # the terminal did wrong, and the host saw to it that no money moved


class Where(str, Enum):
    """Where the money of a sale is."""

    ARRIVED = "arrived"
    ON_THE_WAY = "on_the_way"
    SUSPENDED = "suspended"
    NETTED = "netted"  # paid by owing less, and no payout came since
    LOST = "lost"  # will not arrive unless somebody acts, or is missing altogether
    HELD = "held"  # a pre-authorisation that nobody completed
    UNDONE = "undone"  # taken and given back
    DECLINED = "declined"  # never taken


class Step(msgspec.Struct, frozen=True, gc=False):
    """One line of the story of a finding."""

    at_ms: int
    text: str
    text_zh: str = ""


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing that is wrong.  ``invariant`` 0: an expectation of the scenario."""

    invariant: int
    code: str  # stable
    urgency: Urgency
    what: str  # a sentence, with sale, key and sums
    what_zh: str
    at_ms: int
    sale: str = ""
    tid: str = ""
    key: str = ""
    amount_fen: int = 0  # what it is about
    steps: tuple[Step, ...] = ()  # what led to it, as the trace has it
    cause: str = ""  # id of the catalogue
    cause_text: str = ""
    cause_text_zh: str = ""
    remedy: str = ""
    remedy_zh: str = ""


class InvariantVerdict(msgspec.Struct, frozen=True, gc=False):
    """What became of one invariant."""

    number: int
    name: str
    name_zh: str
    state: State
    exercised: int  # how often its case came up
    violations: int  # findings may be fewer: the first ones are kept
    unseen: tuple[str, ...] = ()  # TIDs at ports of which it cannot be seen


class SaleRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One sale and its money.  ``when_ms``: arrived, or due, or None.

    ``amount_fen`` is gross; ``net_fen`` = it less ``fee_fen``, where it is cleared.  What was given back
    after it was cleared is no part of them: that is ``returned_fen``.
    """

    sale: str
    meant_ms: int  # the customer wanted it
    tid: str
    key: str  # of its last try
    card: str  # masked
    amount_fen: int
    where: Where
    what: str = "sale"  # sale, offline_sale, preauth, qr_sale …
    when_ms: int | None = None
    payout: str = ""  # in which it was paid, or will be
    fee_fen: int = 0
    net_fen: int = 0
    returned_fen: int = 0
    why: str = ""  # it did not simply arrive
    why_zh: str = ""
    cause: str = ""  # id of the catalogue of failures
    mid: str = ""
    merchant: str = ""
    debited_ms: int | None = None  # the cardholder was debited, or the sum held; None: never, or not seen
    given_back_ms: int | None = None  # and last had some of it back
    given_back_fen: int = 0
    due_ms: int | None = None  # of money on its way: when it should arrive; None: nothing says that
    held_until_ms: int | None = None  # of a hold that is open: when it ends by itself; None: nothing says that
    due_working_days: int | None = None  # and in how many working days from the end of the run


class Tally(msgspec.Struct, frozen=True, gc=False):
    """So many sales, so much money."""

    sales: int = 0
    fen: int = 0


class Money(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where all the money is, gross.  ``taken`` = arrived + on_the_way + suspended + netted + lost.

    ``returned``: given back of sales that had been cleared, so it is not taken off their sums.
    With :class:`PayoutSums`: net_fen - returned_in_part_fen - disputed_fen - dispute_fee_fen + netted_net_fen
    + paid_apart_fen + owed_fen (of the payouts) - withheld_fen - fee_fen (for payouts) = paid_fen, what the statements show.
    """

    taken: Tally
    arrived: Tally
    fee_fen: int  # kept_fee_fen included
    net_fen: int  # arrived less fee_fen
    on_the_way: Tally
    suspended: Tally
    lost: Tally
    held: Tally
    undone: Tally
    declined: Tally
    netted: Tally = Tally()
    netted_net_fen: int = 0
    paid_apart_fen: int = 0  # net, paid of sales that stand elsewhere; below zero: taken off for what is still to come
    suspended_net_fen: int = 0
    returned: Tally = Tally()
    owed_fen: int = 0  # by merchants, at the end
    returned_in_part_fen: int = 0  # later, of what stays arrived; less the fee that came back with it
    kept_fee_fen: int = 0  # of sales of which nothing is left
    cleared_fee_fen: int = 0  # of all that was cleared, paid or not: who has what of it
    issuer_share_fen: int = 0
    network_share_fen: int = 0
    acquirer_share_fen: int = 0  # the rest; below zero: the acquirer pays


class MerchantMoney(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where the money of one merchant is; each sum of :class:`Money` is that of all merchants."""

    merchant: str
    mid: str
    taken: Tally
    arrived: Tally
    fee_fen: int
    net_fen: int  # arrived less fee_fen
    on_the_way: Tally
    suspended: Tally
    netted: Tally
    lost: Tally
    held: Tally
    undone: Tally
    declined: Tally
    returned: Tally
    owed_fen: int


class OverpaidRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One customer who is debited more than once for one thing, and how much too much."""

    sales: tuple[str, ...]  # that are paid: the first, and what was made in its place
    card: str  # masked; "": nobody said
    fen: int


class UnpaidRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One merchant who gave goods for which no money will come unless somebody acts."""

    merchant: str
    mid: str
    sales: int
    fen: int


class Wronged(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Who paid too much and who was not paid at the end, as far as books and counter show; gross.

    Money on its way is not among it.  ``overpaid`` and ``unpaid`` name the first thousand.
    """

    paid_twice: Tally = Tally()  # customers, and what they paid too much
    for_nothing: Tally = Tally()  # sales that are debited and that no counter gave goods for
    not_paid: Tally = Tally()  # sales, of all merchants: lost or in suspense
    overpaid: tuple[OverpaidRow, ...] = ()
    unpaid: tuple[UnpaidRow, ...] = ()


class OwedFor(msgspec.Struct, frozen=True, gc=False):
    """One item of a settlement: what took money from its merchant and left it owing, or what a dispute moved."""

    what: str  # refund, void, reversal, chargeback …
    key: str
    sale: str  # as its script or counter calls it; "": forgotten
    date: str  # settlement date
    fen: int  # less than nothing where it took money
    fee_fen: int = 0  # less than nothing where it came back


class PayoutRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One payout: net = netted + withheld + fee for the payout + paid; a netted one pays nothing.

    ``posted_ms`` is None where it is not in the account; ``paid_fen`` is what was posted, or is to be.
    """

    payout: str
    mid: str
    merchant: str
    settlement_date: str
    items: int
    gross_fen: int
    fee_fen: int
    net_fen: int
    netted_fen: int
    disputed_fen: int = 0  # of the gross sum: less than nothing where disputes took it
    dispute_fee_fen: int = 0  # of fee_fen: for chargebacks
    withheld_fen: int
    payout_fee_fen: int
    paid_fen: int
    due_ms: int
    posted_ms: int | None
    where: Where
    sales: tuple[str, ...] = ()  # the first ones, by name
    returns: tuple[OwedFor, ...] = ()  # what it gives back of sales, its own or earlier ones; the first ones
    unnamed: int = 0  # items beyond those
    disputes: tuple[OwedFor, ...] = ()  # what disputes moved in it, the first ones; the merchant's gains are positive
    reason: str = ""  # of what stands in suspense
    reason_text: str = ""
    reason_text_zh: str = ""
    since_ms: int | None = None  # when it came into suspense


class PayoutSums(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Of all payouts that are in accounts or were netted: what was paid, and taken off before."""

    paid_fen: int = 0
    disputed_fen: int = 0  # taken by disputes and not given again
    dispute_fee_fen: int = 0  # for chargebacks
    owed_fen: int = 0  # taken by items for which no payout was there, and not netted yet
    netted_fen: int = 0
    withheld_fen: int = 0
    fee_fen: int = 0


class CauseTally(msgspec.Struct, frozen=True, gc=False):
    """How much of what did not simply arrive is put down to one cause ("": no fault of the run)."""

    cause: str
    where: Where
    sales: int
    fen: int
    text: str
    text_zh: str


class FaultTally(msgspec.Struct, frozen=True, gc=False):
    """How often a fault had an effect, and for how long its windows were open."""

    mode: str
    fired: int
    windows: int
    open_ms: int


class Arrivals(msgspec.Struct, frozen=True, gc=False):
    """Sales that arrived at one moment."""

    at_ms: int
    sales: int
    fen: int


class ExpectationVerdict(msgspec.Struct, frozen=True, gc=False):
    """What became of one expectation of the scenario."""

    name: str
    name_zh: str
    met: bool


class ReturnRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One void or refund that somebody asked for, by its own name."""

    order: str
    what: str
    sale: str = ""  # what it undoes
    tid: str = ""
    key: str = ""
    amount_fen: int = 0
    result: str = ""  # approved, declined, refused, failed; "": nothing was heard of it
    code: str = ""  # F39, or the terminal's reason
    asked_ms: int = 0
    ended_ms: int = 0
    given_ms: int | None = None  # the cardholder had the money back
    what_text_zh: str = ""
    result_text: str = ""  # its result and code in words
    result_text_zh: str = ""


class Returns(msgspec.Struct, frozen=True, gc=False):
    """How many voids and refunds were asked for, given back and refused."""

    asked: int = 0
    given_back: int = 0
    refused: int = 0  # by terminal, host or issuer


class Owed(msgspec.Struct, frozen=True, gc=False):
    """What one merchant owes the acquirer at the end, and the items for which (the newest, by and by)."""

    merchant: str
    mid: str
    fen: int
    because: tuple[OwedFor, ...] = ()


class DisputeRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One dispute and how far it came.  ``late``: how often somebody acted when it was closed."""

    case: str
    sale: str
    key: str
    mid: str
    stage: str
    stage_text: str
    stage_text_zh: str
    amount_fen: int
    reason: str
    reason_text: str
    reason_text_zh: str
    opened_ms: int
    at_ms: int
    due_ms: int | None = None
    closed: bool = False
    late: int = 0


class RiskEnd(str, Enum):
    """What became of the money of a sale that was held for risk control."""

    HELD = "held"  # nothing yet
    RELEASED = "released"
    TAKEN_BACK = "taken_back"


class RiskHold(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A sale that the acquirer looked into, its merchant's payouts being held meanwhile."""

    case: str
    sale: str
    key: str
    mid: str
    amount_fen: int
    from_ms: int
    until_ms: int | None = None
    end: RiskEnd = RiskEnd.HELD


class BatchSale(msgspec.Struct, frozen=True, gc=False):
    """One transaction of a batch as the host booked it."""

    sale: str
    key: str
    fen: int  # less than nothing: given back


class BatchRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One batch that its terminal did not settle, and its totals: the host's, or what it had booked by then."""

    tid: str
    batch: int
    how: str  # lost: by its terminal, and not closed yet; forced: closed by the host itself
    how_text: str
    how_text_zh: str
    at_ms: int
    debits: int
    debit_fen: int
    credits: int
    credit_fen: int
    lost_ms: int | None = None  # when its terminal lost it; None: it did not
    why: str = ""  # it was lost
    why_zh: str = ""
    closes_ms: int | None = None  # of a lost one: when the host closes it by force at the latest
    sales: tuple[BatchSale, ...] = ()  # the first ones that the host had booked


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """Something that people of the run could see; kept where single rows are asked for."""

    at_ms: int
    what: str  # of the catalogue of sightings
    merchant: str = ""
    terminal: int = 0  # of the merchant, from 1; 0: of none
    sale: str = ""  # what was reversed
    text: str = ""  # of a notice or a display


class PlanAlarm(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One alarm of the emergency plan: when it went off, who was told and acted when, when it was over."""

    alarm: str
    number: int
    watch: str
    watch_text: str
    watch_text_zh: str
    drill: bool
    mid: str = ""
    merchant: str = ""  # whom it was about; "": everybody
    about: str = ""
    seen: str = ""
    at_ms: int
    told_ms: int | None = None
    told: tuple[tuple[str, str], ...] = ()  # who, and over which channel
    acted_ms: int | None = None
    acted: str = ""  # who
    reacted_ms: int | None = None  # from the alarm until they acted: so long
    in_time: bool | None = None  # as promised; None: nothing is
    steps: tuple[tuple[str, bool], ...] = ()  # remedies, and whether they could be taken
    over_ms: int | None = None


class CompensationRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What one merchant was paid for one late payout."""

    mid: str
    merchant: str
    payout: str
    days: int
    fen: int
    at_ms: int


class PlanTold(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The emergency plan in this run."""

    alarms: tuple[PlanAlarm, ...]
    alarms_left_out: int
    compensations: tuple[CompensationRow, ...]
    compensated_fen: int
    lessons: tuple[str, ...]
    lessons_zh: tuple[str, ...]


class Ends(msgspec.Struct, frozen=True, gc=False):
    """Where the terminals of a run were: simulated, or at ports with what announced itself there."""

    simulated: int = 0
    at_ports: tuple[tuple[str, str], ...] = ()  # TID, and device or "" where nobody said
    unseen: tuple[str, ...] = ()  # TIDs that took part and whose screen and journal nobody read


class Judgement(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All that a run showed."""

    verdict: Verdict
    reasons: tuple[str, ...]  # why it is not PASS
    title: str  # of the scenario or the bench
    seed: int  # of all chance; the same seed and scenario give the same run
    version: str  # of the program that made the trace
    clock: str  # virtual, or live
    target: str  # what was tested
    began_ms: int
    ended_ms: int
    invariants: tuple[InvariantVerdict, ...]  # each rule in the order of its number, whatever became of it
    findings: tuple[Finding, ...]  # all that is wrong, by rule
    money: Money
    by_cause: tuple[CauseTally, ...]  # of what did not simply arrive
    faults: tuple[FaultTally, ...]  # of the run, by mode
    sales: tuple[SaleRow, ...]  # as many as are kept
    sales_left_out: int  # that were counted and have no row
    arrivals: tuple[Arrivals, ...]  # by moment
    expectations: tuple[ExpectationVerdict, ...] = ()  # of the scenario
    events: tuple[Step, ...] = ()  # faults, remedies, phases; the first ones
    ends: Ends = Ends()
    notes: tuple[str, ...] = ()  # what a reader should know and no verdict depends on
    notes_zh: tuple[str, ...] = ()
    reasons_zh: tuple[str, ...] = ()  # one for one those of reasons
    payouts: tuple[PayoutRow, ...] = ()
    payouts_left_out: int = 0
    payout_sums: PayoutSums = PayoutSums()
    undoings: tuple[ReturnRow, ...] = ()  # voids and refunds that are worth telling
    returns: Returns = Returns()
    owed: tuple[Owed, ...] = ()
    disputes: tuple[DisputeRow, ...] = ()
    risk_holds: tuple[RiskHold, ...] = ()
    merchants: tuple[MerchantMoney, ...] = ()  # by name
    forced_batches: tuple[BatchRow, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    plan: PlanTold | None = None  # None: there is none
    wronged: Wronged = Wronged()
