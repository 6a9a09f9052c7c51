"""The trace: one append-only stream of typed records, from which all that comes after is computed.

A record is made once, with card data already masked (first six, last four).  As text the trace is
JSON Lines: one record a line, its name under ``"record"``, absent facts left out, in the order in
which things happened.  The same scenario and seed give the same bytes.

A reason is a member of a closed set of the catalogue; what somebody wrote or an operating system
said stands in a ``detail`` beside it, and nobody decides by it.

Actors are named ``terminal.<TID>``, ``acquirer``, ``bank.<name>``, ``wallet.<name>``,
``clearing``, ``merchant.<name>``, ``link.<TID>``, ``run``; on a bench also ``ecr.<TID>``,
``line.<TID>``, ``power.<TID>``, ``hands.<TID>``.  A transaction is named by its key
``<TID>/<batch>/<STAN>``, six digits each for the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import DisputeStage
from simulator.catalogue.line_reasons import LineReason
from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.catalogue.run_reasons import RestartReason
from simulator.catalogue.slip_reasons import SlipReason
from simulator.json_reading import decoded
from simulator.local_time import DAY_MS, HOUR_MS


def key_of(tid: str, batch: int, stan: int) -> str:
    """The name of a transaction in the trace.

    >>> key_of("10000001", 1, 21)
    '10000001/000001/000021'
    """
    return f"{tid}/{batch:06}/{stan:06}"


def tid_of(key: str) -> str:
    """The TID in the name of a transaction; a TID may hold a stroke itself.

    >>> tid_of("10000001/000001/000021"), tid_of("SHOP/7 A/000001/000021")
    ('10000001', 'SHOP/7 A')
    """
    return key.rsplit("/", 2)[0]


IN_THE_WORLD, AT_A_PORT = "world", "port"  # where a terminal ends
TARGET_OF = {  # of a live run: whether it has simulated terminals, whether some are at ports
    (True, False): "simulated terminals",
    (False, True): "terminals at ports",
    (True, True): "simulated terminals and terminals at ports",
    (False, False): "no terminals",
}


class LogEvent(str, Enum):
    """What a terminal log may tell of a terminal, see docs/terminal-log.md."""

    MEANT = "meant"
    TOLD = "told"
    RECEIPT = "receipt"
    BATCH = "batch"
    POWER_OFF = "power_off"
    POWER_ON = "power_on"


class Record(
    msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="record",
):
    """What every record has: when (Unix milliseconds) and who."""

    at_ms: int
    actor: str


# ---- the setting -----------------------------------------------------------------------------


class RunStarted(Record, frozen=True, gc=False, tag="run_started"):
    """First record of a trace."""

    title: str
    seed: int
    version: str
    clock: str = "virtual"  # or "live"
    target: str = "virtual world"  # live: where its terminals are, see TARGET_OF
    whole: bool = False  # whoever writes it sees all: both ends of each line, people, books, faults


class FeeTerm(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What a merchant pays of each sale by one kind of card: rate, minimum, cap, then what is on top."""

    kind: str = ""  # debit, credit, foreign, qr; "": all others
    basis_points: int = 60  # 60 = 0.6 %
    cap_fen: int = 0  # 0: no cap
    minimum_fen: int = 0
    plus_fen: int = 0


class ShareTerm(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What issuer and network have of a sale by one kind of card: millionths, and caps (0: none).

    Issuer and acquirer both pay the network; the issuer out of what it has from the acquirer.
    """

    kind: str
    issuer_per_million: int = 0
    issuer_cap_fen: int = 0
    network_per_million: int = 0
    network_cap_fen: int = 0


class AcquirerOpened(Record, frozen=True, gc=False, tag="acquirer_opened"):
    """How the acquirer takes money in and when it pays; a trace without one: batch.  Actor: acquirer.

    ``capture``: by what an approved item is cleared.  "batch": by the settlement of its batch;
    "host": by its approval, and batches only reconcile.
    """

    capture: str = "batch"  # or "host"
    cut_over_ms: int = 23 * HOUR_MS  # time of day; 24 h: the midnight that ends it
    payout_at_ms: int = 9 * HOUR_MS  # time of day
    first_settlement_date: str = ""  # ISO: the business day in which the run begins
    closed_days: tuple[str, ...] = ()  # ISO: no working days, beside those that are announced
    opened_days: tuple[str, ...] = ()  # ISO: working days, beside those that are announced
    force_days: int = 0  # then a batch that nobody settles is closed by force; 0: never, or nobody says
    held_days: int = 0  # then what the host holds back is settled or given back; 0: nobody says
    suspense_days: int = 0  # so many calendar days money may stand in suspense; 0: nobody says
    tip_percent: int = 0  # of a sale: the most that one tip or adjustment may add; 0: nobody says
    settles_missing: bool = False  # what an upload lacks is settled with the rest, and nothing held back
    shares: tuple[ShareTerm, ...] = ()  # (): nobody said who shares fees
    reduced_shares: tuple[ShareTerm, ...] = ()  # of merchants of class reduced
    domestic_prefixes: tuple[str, ...] = ()  # of card numbers; all others are foreign; (): nobody said
    card_kinds: tuple[tuple[str, str], ...] = ()  # how numbers begin, or masked ones, and their kind
    advance_pool_fen: int | None = None  # for payouts at once, until the next cut-over; None: no bound


class InstantTerm(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Which sales of a merchant are paid at once (秒到).  Times of day; a limit of 0 is none."""

    from_ms: int = 0
    until_ms: int = 24 * HOUR_MS
    sale_limit_fen: int = 0
    day_limit_fen: int = 0


class ChargeTerm(msgspec.Struct, frozen=True, gc=False):
    """Taken from a merchant's first sales until it is paid."""

    name: str  # deposit, sim_fee
    fen: int


class LimitSet(Record, frozen=True, gc=False, tag="limit_set"):
    """The most that a card or a wallet's user may spend, or a merchant take; 0: no bound.

    Actor: bank.<name>, wallet.<name>, acquirer.
    """

    whose: str  # the ledger account of a card or user, or a MID
    single_fen: int = 0
    day_fen: int = 0  # calendar day
    month_fen: int = 0
    times_a_day: int = 0  # uses of a card, payments of a user


class MerchantOpened(Record, frozen=True, gc=False, tag="merchant_opened"):
    """A merchant and the terms on which it is paid.  Actor: merchant.<name>."""

    mid: str
    bank: str  # where the merchant's account is
    fee_basis_points: int = 60  # of traces without ``fees``
    fee_cap_fen: int = 0
    payout: str = "T+1"  # T+n working days, D+n days, or "instant"
    account: str = ""  # the ledger account in the merchant's own name; another record corrects it
    fees: tuple[FeeTerm, ...] = ()
    fee_on_refund: str = "given_back"  # or "kept"
    merchant_class: str = "standard"  # reduced, exempt
    instant: InstantTerm | None = None
    payout_rest: str = ""  # of terms "instant": T+n or D+n, of what is not paid at once
    payout_fee_basis_points: int = 0  # of each payout; of terms "instant" only of those at once
    payout_fee_plus_fen: int = 0
    first_payout: str = ""  # ISO date: no payout is due before it
    charges: tuple[ChargeTerm, ...] = ()  # in the order in which they are taken
    refund_beyond: str = "owed"  # refunds of what was paid already: or "refused", "advanced"
    account_status: str = ""  # at its bank: open, frozen, closed; "": nobody says
    chargeback_fee_fen: int = 0  # of each chargeback
    account_name_matches: bool = True  # False: what it bound is in another name


class SettlementsPlanned(Record, frozen=True, gc=False, tag="settlements_planned"):
    """When the clerks of a merchant mean to settle its terminals.  Actor: merchant.<name>."""

    mid: str
    daily_ms: int = -1  # time of day; -1: on no day by itself
    days: tuple[int, ...] = ()  # weekdays on which they do, 0 is Monday; none named: all
    moments_ms: tuple[int, ...] = ()  # and once at each of these


class BankOpened(Record, frozen=True, gc=False, tag="bank_opened"):
    """A bank of merchants and cardholders, its hours for payouts, its terms.  Actor: bank.<name>."""

    payout_from_ms: int = 0  # time of day
    payout_until_ms: int = DAY_MS
    preauth_days: int = 0  # calendar days after its own on which a hold may be completed; 0: nobody said
    pan_prefix: str = ""  # how the numbers of its own cards begin; "": nobody says


class TerminalOpened(Record, frozen=True, gc=False, tag="terminal_opened"):
    """A terminal and what the judge must know of how it is built.  Actor: terminal.<TID>."""

    tid: str
    mid: str
    merchant: str
    profile: str
    reversal_tries: int = 3
    after_last_try: str = "keep"
    observable: bool = True  # False: at a port, and nobody reads its journal
    reversal_after_mismatched_reply: bool = True
    reversal_after_failed_connect: bool = True
    reversal_first_reason: str = "98"  # F39 of a 0400 until the wait was over: seen after a cut
    end: str = IN_THE_WORLD  # or AT_A_PORT: not simulated by this run
    device: str = ""  # what said of itself that it stands at the port; "": nobody knows
    domestic: tuple[str, ...] = ()  # how cards begin that count in the first half of F48
    log: tuple[str, ...] = ()  # at a port: which events of it somebody wrote down, see LogEvent
    offline_limit_fen: int = -1  # the largest offline sale, 0: none at all; -1: nobody says
    router: str = ""  # that it stands behind; "": nobody says
    isp: str = ""
    region: str = ""


class MaintenanceAnnounced(Record, frozen=True, gc=False, tag="maintenance_announced"):
    """Merchants were told of a maintenance beforehand.  Actor: whose it is, acquirer or bank.<name>."""

    from_ms: int
    until_ms: int


class ClockSet(Record, frozen=True, gc=False, tag="clock_set"):
    """From now on the calendar of a live run is so far ahead of the wall clock.  Actor: run."""

    ahead_ms: int


class StateAccepted(Record, frozen=True, gc=False, tag="state_accepted"):
    """A live host went on with a state that was not as it had left it, because somebody said so.  Actor: acquirer.

    ``missing``: commits of which nothing is known any more, also what the trace told of them.
    """

    accepted: tuple[str, ...]  # damaged, older, foreign
    missing: int = 0
    detail: str = ""  # what was found, for people


class PhaseEntered(Record, frozen=True, gc=False, tag="phase_entered"):
    """faults, heal, drain, ended."""

    phase: str


# ---- people ----------------------------------------------------------------------------------


class SaleMeant(Record, frozen=True, gc=False, tag="sale_meant"):
    """A customer meant one sale; attempts may be many.  Actor: merchant.<name>."""

    sale: str
    amount_fen: int
    card: str = ""  # masked
    what: str = "sale"  # kind of transaction
    of: str = ""  # a tip or an adjustment: the sale that it adds to
    instead: str = ""  # the sale in whose place it is made: whoever paid that as well paid twice
    user: str = ""  # of a wallet, where the customer is one with a name


class SaleUndone(Record, frozen=True, gc=False, tag="sale_undone"):
    """Customer and merchant agreed to undo a sale (void, refund); before it is attempted."""

    sale: str
    how: str  # void, refund, qr_refund
    amount_fen: int = 0  # of a partial refund; 0: the whole sale
    order: str = ""  # the undoing's own name, as in Concluded.sale


class Concluded(Record, frozen=True, gc=False, tag="concluded"):
    """What the counter saw.  Approved = the customer may take the goods.  Actor: terminal.<TID>."""

    sale: str
    what: str
    result: str  # approved, declined, refused, failed, pending
    batch: int = 0
    stan: int = 0
    response_code: str = ""
    rrn: str = ""
    amount_fen: int = 0
    reason: str = ""


class Unentitled(Record, frozen=True, gc=False, tag="unentitled"):
    """Somebody asks a terminal for what it must refuse.  Actor: merchant.<name>."""

    sale: str  # the order's name, as in Concluded.sale
    tid: str
    what: str  # kind of transaction
    why: str  # not_signed_in, wrong_password, no_right, disabled


class ReceiptGiven(Record, frozen=True, gc=False, tag="receipt_given"):
    """A receipt reached the customer.  Actor: terminal.<TID>."""

    sale: str
    amount_fen: int = 0  # as printed, where somebody read it
    again: bool = False  # it came out before: the same transaction, and no second one


class ActionTaken(Record, frozen=True, gc=False, tag="action_taken"):
    """A documented remedy was tried.  Actor: who did it."""

    action: str
    target: str = ""
    detail: str = ""
    until_ms: int = 0  # when it is over by itself; 0: it is not, or nobody said
    missing: str = ""  # a document for want of which it is not carried out
    locked_out: bool = False  # looked into the back office and was not let in


# ---- messages --------------------------------------------------------------------------------


class Sent(Record, frozen=True, gc=False, tag="sent"):
    """A message left its sender."""

    to: str
    what: str  # kind, as in the table of kinds
    mti: str
    tid: str
    batch: int = 0
    stan: int = 0
    amount_fen: int | None = None
    response_code: str = ""
    original: str = ""  # key of what a reversal, void or refund refers to
    sale: str = ""  # the sale it serves, where the sender knows
    attempt: int = 0
    card: str = ""  # masked
    network_code: str = ""
    details: str = ""  # F48 of settlement and batch upload, PANs in it masked
    settlement_date: str = ""  # F15
    local_date: str = ""  # F13
    codes: str = ""  # F3, F25 and 60.1 of a 0100, 0200 or 0400: what a reversal must repeat
    asks: str = ""  # the processing request in the header of a reply, where there is one
    original_date: str = ""  # the date in F61, where there is one
    beyond: str = ""  # fields of a 0400 that a reversal never has: track, PIN, RRN
    software: str = ""  # only where it differs from the one at opening
    local_time: str = ""  # F12
    rrn: str = ""  # F37
    auth_code: str = ""  # F38


class Arrived(Record, frozen=True, gc=False, tag="arrived"):
    """A whole message reached its receiver.

    ``genuine`` is what the line knows: nobody made or changed it on the way, and it was sealed with
    the key it should have been.
    """

    sender: str
    what: str
    mti: str
    tid: str
    batch: int = 0
    stan: int = 0
    amount_fen: int | None = None
    response_code: str = ""
    original: str = ""
    genuine: bool = True
    copy: int = 0  # 0: the message itself; 1, 2 …: a repeated delivery made on the line
    network_code: str = ""
    details: str = ""
    forwarded: bool = False
    asks: str = ""  # as in Sent
    local_date: str = ""  # F13, where a reversal of what is answered has to repeat it
    attempt: int | None = None  # the try that it belongs to, where the line knows; a reply has its request's
    rrn: str = ""  # F37 of a refund's request, which may name what was sold at another till


class Lost(Record, frozen=True, gc=False, tag="lost"):
    """A message did not arrive: dropped, refused, cut.  Actor: link.<TID>."""

    sender: str
    what: str
    mti: str
    tid: str
    batch: int = 0
    stan: int = 0
    why: LineReason | None = None
    detail: str = ""  # what an operating system said
    attempt: int | None = None  # as in Arrived


class WireCarried(Record, frozen=True, gc=False, tag="wire_carried"):
    """The bytes of a message, card data and PIN block zeroed.  Only with real encoding."""

    sender: str
    receiver: str
    frame: str  # upper-case hex of the whole frame, length prefix included


# ---- state and money -------------------------------------------------------------------------


class Journaled(Record, frozen=True, gc=False, tag="journaled"):
    """A journal entry became durable, on a terminal or on the host."""

    entry: str  # name of the journal record
    tid: str = ""
    batch: int = 0
    stan: int = 0


class ChannelAnswered(Record, frozen=True, gc=False, tag="channel_answered"):
    """What an issuer or a wallet said to the host, at the moment when it comes there.

    Actor: bank.<name> or wallet.<name>.
    """

    key: str  # of the transaction that it was asked for
    asked: str  # debit, credit, hold, release, reverse, balance; pay, query, refund, cancel
    response_code: str  # F39, or the word of a wallet (F39 where it refuses for want of money or a limit)
    auth_code: str = ""
    attempt: int = 0
    part_fen: int = 0  # of what is approved in part
    left_fen: int | None = None  # of a refusal for want of money: what the card had to spend
    account: str = ""  # of a wallet's user with a name: whose money was asked for


class Restarted(Record, frozen=True, gc=False, tag="restarted"):
    """A terminal or host came up again from its journal."""

    why: RestartReason | None = None


class Warned(Record, frozen=True, gc=False, tag="warned"):
    """A text that an operator saw: stable code, readable text without card data."""

    code: str
    text: str = ""


class KeysUnfit(Record, frozen=True, gc=False, tag="keys_unfit"):
    """Working keys in the reply to a sign-on that cannot be used; no key and no check value stands here.

    Actor: acquirer, which gave them; terminal.<TID>, to which they came so.
    """

    tid: str
    stan: int  # of the sign-on
    key: str  # PIK, MAK or TDK, whose check value (KCV) does not fit; F62 where they are no keys at all


class Posted(Record, frozen=True, gc=False, tag="posted"):
    """A ledger posting: movements in fen, plus arrives, minus leaves; they sum to zero."""

    why: PostingReason
    key: str  # transaction key, payout id or settlement id
    entries: tuple[tuple[str, int], ...]


class BatchCounted(Record, frozen=True, gc=False, tag="batch_counted"):
    """Totals of a batch as one side sees them.  Actor: terminal.<TID> or acquirer."""

    tid: str
    batch: int
    debit_fen: int
    debit_count: int
    credit_fen: int
    credit_count: int
    result: str = ""  # terminal: "0" asked, "1", "2", "3" told; acquirer: "1", "2", "forced", "late"
    closed: bool = False


class ItemCleared(Record, frozen=True, gc=False, tag="item_cleared"):
    """One captured item went into a settlement date.  Actor: clearing."""

    key: str
    what: str
    mid: str
    amount_fen: int  # signed: refunds and voids are negative
    fee_fen: int
    settlement_date: str  # ISO
    card_kind: str = ""  # debit, credit, foreign, qr; "": nobody said
    of: str = ""  # key of the sale that a void, refund or tip, or the end of one, refers to
    issuer_fen: int = 0  # of the fee; the acquirer has what is left of it
    scheme_fen: int = 0
    payout: str = ""  # of its own, where it is paid at once; "": that of its date


class ClearingDelayed(Record, frozen=True, gc=False, tag="clearing_delayed"):
    """A business day ended, and what it brought is not cleared yet.  Actor: clearing."""

    settlement_date: str


class ClearingResumed(Record, frozen=True, gc=False, tag="clearing_resumed"):
    """Now that day is cleared, in a settlement of its own.  Actor: clearing."""

    settlement_date: str


class MerchantSettled(Record, frozen=True, gc=False, tag="merchant_settled"):
    """A merchant's settlement of one date: gross - fee = net.  Actor: clearing."""

    mid: str
    settlement_date: str
    gross_fen: int
    fee_fen: int
    net_fen: int
    items: int
    payout: str  # payout id
    due_ms: int
    netted_fen: int = 0  # owed from before, taken off: less is paid than net
    withheld_fen: int = 0  # taken off for a deposit or a SIM fee
    payout_fee_fen: int = 0  # taken off for the payout itself


class CarriedForward(Record, frozen=True, gc=False, tag="carried_forward"):
    """Nothing is paid for a settlement: a merchant owes.  Actor: clearing."""

    mid: str
    payout: str  # of the settlement that comes to less than nothing
    owed_fen: int  # after it, as a positive sum
    advanced: bool = False  # the acquirer's own money stands in for it


class PayoutSent(Record, frozen=True, gc=False, tag="payout_sent"):
    """A payout instruction went to the merchant's bank."""

    payout: str
    mid: str
    bank: str
    net_fen: int
    attempt: int = 0


class PayoutPosted(Record, frozen=True, gc=False, tag="payout_posted"):
    """The money is in the merchant's account.  Actor: bank.<name>."""

    payout: str
    mid: str
    net_fen: int


class PayoutReturned(Record, frozen=True, gc=False, tag="payout_returned"):
    """The bank sent a payout back, or refused it for now.  Actor: bank.<name>."""

    payout: str
    mid: str
    reason: PayoutReason
    retry: bool = False


class Suspended(Record, frozen=True, gc=False, tag="suspended"):
    """Money stands in suspense (挂账) with a reason."""

    mid: str
    payout: str
    net_fen: int
    reason: PayoutReason


class Released(Record, frozen=True, gc=False, tag="released"):
    """Money left suspense, to be paid."""

    mid: str
    payout: str
    net_fen: int


class DisputesOpened(Record, frozen=True, gc=False, tag="disputes_opened"):
    """Sales may be disputed in this run, and how long each stage waits, by its name.  Actor: run."""

    waits: tuple[tuple[str, int], ...]


class Disputed(Record, frozen=True, gc=False, tag="disputed"):
    """A dispute came to a stage.  Actor: who brought it there (clearing: the term was over)."""

    case: str
    key: str  # of the sale
    mid: str
    stage: DisputeStage
    amount_fen: int  # what the case is about: no more than was left of the sale
    reason: DisputeReason
    due_ms: int = 0  # until when whoever has the turn may act; 0: nobody is waited for
    sale: str = ""
    lacking: SlipReason | None = None  # why the merchant had nothing to answer with
    gave_in: bool = False  # whoever had the turn said so of its own accord, and looked for no slip


class SlipMissing(Record, frozen=True, gc=False, tag="slip_missing"):
    """The merchant's copy of a slip is not there, or proves nothing.  Actor: terminal.<TID>."""

    sale: str
    key: str
    mid: str
    why: SlipReason


class SlipReprinted(Record, frozen=True, gc=False, tag="slip_reprinted"):
    """A terminal was asked to print a slip again.  Actor: terminal.<TID>."""

    sale: str
    key: str
    printed: bool  # False: it has no such transaction in its open batch


class RiskLooked(Record, frozen=True, gc=False, tag="risk_looked"):
    """The acquirer looks into a sale and holds its merchant's payouts, or is done with it.  Actor: acquirer."""

    mid: str
    case: str
    held: bool
    key: str = ""  # of the sale
    sale: str = ""
    amount_fen: int = 0
    taken_back: bool = False  # of one that is done: the cardholder has the money, and not the merchant


class PayoutDiverted(Record, frozen=True, gc=False, tag="payout_diverted"):
    """An intermediary (二清) has a payout, and not the merchant's bank.  Actor: clearing."""

    payout: str
    mid: str
    net_fen: int
    account: str  # whose it is, in the books


# ---- the emergency plan ----------------------------------------------------------------------


class ResponderTerm(msgspec.Struct, frozen=True, gc=False):
    """Somebody of the team, on duty from a time of day until another; may go past midnight."""

    who: str
    over: str  # phone, sms, app, email, in_person
    reacts_ms: int
    from_ms: int = 0
    until_ms: int = DAY_MS


class AlarmTerm(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An alarm of the plan, and what is to be done where it goes off."""

    name: str
    watch: str
    steps: tuple[str, ...] = ()  # remedies, in their order
    tells: str = ""  # to the merchants that it is about
    waits_ms: tuple[int, ...] = ()  # one for one those of steps: how long after the team began


class PlanMade(Record, frozen=True, gc=False, tag="plan_made"):
    """The emergency plan of a run.  Actor: plan."""

    team: tuple[ResponderTerm, ...]
    alarms: tuple[AlarmTerm, ...]
    react_within_ms: int = 0  # from an alarm on, as promised; 0: nothing is
    compensates: bool = False
    after_days: int = 0  # calendar days late that cost nothing
    per_day_fen: int = 0
    most_fen: int = 0  # for one payout; 0: no bound
    drills: tuple[str, ...] = ()  # alarms that are drilled


class AlarmRaised(Record, frozen=True, gc=False, tag="alarm_raised"):
    """An alarm went off, or is drilled.  Actor: plan."""

    alarm: str
    number: int  # of this run, from 1
    mid: str = ""  # whom it is about; "": everybody
    about: str = ""  # a TID or a payout, where it is about one
    seen: str = ""  # what was seen: "4/10", "3", "125 min"
    drill: bool = False


class TeamTold(Record, frozen=True, gc=False, tag="team_told"):
    """Somebody of the team is told of an alarm.  Actor: plan."""

    alarm: str
    number: int
    who: str
    over: str


class TeamActed(Record, frozen=True, gc=False, tag="team_acted"):
    """The team began to act on an alarm; in a drill it says that it is there.  Actor: plan."""

    alarm: str
    number: int
    who: str


class PlanStepTaken(Record, frozen=True, gc=False, tag="plan_step_taken"):
    """A step of the plan: a remedy that was taken, or that nothing could be done with.  Actor: plan."""

    alarm: str
    number: int
    step: int  # of the alarm, from 1
    action: str
    taken: bool


class AlarmOver(Record, frozen=True, gc=False, tag="alarm_over"):
    """What an alarm went off for is over.  Actor: plan."""

    alarm: str
    number: int


class Compensated(Record, frozen=True, gc=False, tag="compensated"):
    """A merchant was compensated for a late payout; booked just before.  Actor: plan."""

    mid: str
    payout: str  # the late one
    fen: int
    days: int  # that it was late


class NoticeSent(Record, frozen=True, gc=False, tag="notice_sent"):
    """An SMS to the merchant."""

    mid: str
    text: str
    delivered: bool = True


# ---- faults ----------------------------------------------------------------------------------


class FaultAdded(Record, frozen=True, gc=False, tag="fault_added"):
    """Somebody gave a world that runs one more fault; the faults of a scenario stand there.  Actor: run."""

    fault: str  # its label
    mode: str
    may_stay_away: bool = False


class FaultBegan(Record, frozen=True, gc=False, tag="fault_began"):
    """A window opened.  Actor: run."""

    fault: str  # label in the scenario
    mode: str
    target: str = ""


class FaultEnded(Record, frozen=True, gc=False, tag="fault_ended"):
    """A window closed, or a remedy ended it ``only`` for some TIDs and MIDs."""

    fault: str
    mode: str
    target: str = ""
    only: tuple[str, ...] = ()


class FaultFired(Record, frozen=True, gc=False, tag="fault_fired"):
    """A fault had an effect: an atom, anchored to a protocol event, enough to replay it."""

    fault: str
    mode: str
    point: str
    anchor: str  # "<actor>/<batch>/<stan>/<what>/<attempt>"
    verb: str
    code: str = ""
    ms: int = 0
    step: int = 0


# ---- a bench ---------------------------------------------------------------------------------


class EcrPassed(Record, frozen=True, gc=False, tag="ecr_passed"):
    """What passed between till and terminal.  Actor: ecr.<TID>."""

    by: str  # till, terminal
    what: str  # ack, nak, frame, noise …
    name: str = ""  # of the message in the ECR profile
    shown: str = ""  # readable, card data masked


class LinePassed(Record, frozen=True, gc=False, tag="line_passed"):
    """A message at a relay between terminal and host, and what became of it.  Actor: line.<TID>."""

    way: str  # up: to the host; down
    fate: str  # passed, lost, held, changed …
    mti: str = ""
    what: str = ""
    batch: int = 0
    stan: int = 0
    response_code: str = ""
    attempt: int = 0
    rule: str = ""  # whose decision it was


class PowerSwitched(Record, frozen=True, gc=False, tag="power_switched"):
    """A power supply did something, or could not.  Actor: power.<TID>."""

    supply: str
    act: str  # off, on, hang, resume
    took_ms: int = 0
    error: str = ""


class HandsAsked(Record, frozen=True, gc=False, tag="hands_asked"):
    """Somebody or something was asked to touch the terminal.  Actor: hands.<TID>."""

    by: str  # who did it
    what: str
    text: str = ""
    order: str = ""
    took_ms: int = 0
    note: str = ""
    error: str = ""


class StillPending(Record, frozen=True, gc=False, tag="still_pending"):
    """What an actor itself says is unresolved after the drain."""

    what: str
    tid: str = ""
    batch: int = 0
    stan: int = 0
    detail: str = ""


AnyRecord = (
    RunStarted | ClockSet | StateAccepted | AcquirerOpened | LimitSet | MerchantOpened | TerminalOpened | PhaseEntered | SaleMeant | SaleUndone
    | SettlementsPlanned | BankOpened | MaintenanceAnnounced
    | Concluded | Unentitled | ReceiptGiven | ActionTaken | Sent | Arrived | Lost | WireCarried | Journaled
    | ChannelAnswered | Restarted | Warned | KeysUnfit | Posted | BatchCounted | ClearingDelayed | ClearingResumed | ItemCleared
    | MerchantSettled | CarriedForward | PayoutSent
    | PayoutPosted | PayoutReturned | Suspended | Released | DisputesOpened | Disputed | SlipMissing | SlipReprinted | RiskLooked | PayoutDiverted | NoticeSent | FaultAdded | FaultBegan | FaultEnded
    | PlanMade | AlarmRaised | TeamTold | TeamActed | PlanStepTaken | AlarmOver | Compensated
    | FaultFired | EcrPassed | LinePassed | PowerSwitched | HandsAsked | StillPending
)

Listener = Callable[[Record], None]
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


def to_line(record: Record) -> bytes:
    """One line of JSON without its line end."""
    return _ENCODER.encode(record)


def trace_schema() -> dict[str, Any]:
    """The JSON Schema of one line of a trace."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Daozhang trace, one line",
            **msgspec.json.schema(AnyRecord)}


def from_line(line: bytes | str) -> AnyRecord:
    """The record of one line; ``msgspec.ValidationError`` or ``DecodeError`` where it is none."""
    return decoded(_DECODER, line)
