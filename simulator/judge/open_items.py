"""What is open while a trace is read: sales, transactions, terminals, batches, settlements.

Mutable and small; each is dropped when its questions are answered.  References go one way only
(transaction to sale, settlement to sale), so that nothing here needs the garbage collector.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import OwedFor
from simulator.local_time import DAY_MS
from simulator.trace.records import Arrived, BatchCounted, MerchantOpened, Record, TerminalOpened

OVERDUE_MS = DAY_MS  # so long after its due moment a payout is late

# How far a transaction is, seen from the terminal.
STORED = 0  # approved offline, not sent yet
SENT = 1
REPLIED = 2  # a genuine reply reached the terminal
KNOWN = 3  # the terminal has stored or shown the outcome
OWED = 4  # outcome unknown: a reversal is due
REVERSED = 5  # and was delivered
DROPPED = 6  # given up after the last try, as its profile allows
UNSETTLED = frozenset({STORED, SENT, REPLIED, OWED})


def is_of_earlier_try(attempt: int | None, last: int) -> bool:
    """Whether a message belongs to a try before the last; one of which nobody knows does not."""
    return attempt is not None and attempt < last


class Sale(msgspec.Struct, gc=False):
    """One sale that a customer meant, over all its attempts."""

    sale: str
    amount_fen: int
    meant_ms: int
    card: str = ""
    what: str = "sale"
    tid: str = ""
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # other orders that serve it (a completion's)
    undoes: str = ""  # of an order that gives back of a sale which is closed: that sale
    approvals: int = 0  # of taking kinds
    goods_fen: int = 0  # what the counter approved
    receipt: bool = False
    held: bool = False  # an approved pre-authorisation
    expired: bool = False  # and it was not completed in time: the issuer gave it back
    holder: str = ""  # the bank that holds it
    unknown: bool = False  # an outcome was unknown at some time
    undone: str = ""  # how it was undone at the counter
    undone_fen: int = 0
    result: str = ""
    code: str = ""
    concluded_ms: int = 0
    debited_fen: int = 0  # net, over all keys
    captured_fen: int = 0
    captures: int = 0  # items booked and not paid yet
    uncleared: int = 0  # items booked and not cleared yet
    paid_fen: int = 0
    paid_fee_fen: int = 0  # the fee on what paid_fen is made of
    fee_fen: int = 0  # of what is paid
    payout: str = ""
    settlement: Settlement | None = None  # in which it was cleared
    before: Settlement | None = None  # another, that was not paid when more of it was cleared
    returned: tuple[tuple[Settlement, int, int], ...] = ()  # in which, how much, fee given back (negative)
    netted_fen: int = 0  # what of it goes against what its merchant owes, and is not paid yet
    netted_fee_fen: int = 0
    netted_later_fen: int = 0  # taken off another payout than its own, a negative sum
    netted_later_fee_fen: int = 0  # the fee that came back with it, likewise
    arrived_ms: int = 0
    refused_later: str = ""  # F39 that refused what the counter had approved offline
    queued: bool = False  # waits in the queue of the quiet ones
    is_meant: bool = False  # a customer announced it
    merchant: str = ""  # actor of whoever meant to sell
    debited_ms: int = 0  # the cardholder's money first moved: debited or held; 0: never
    given_ms: int = 0  # some of it was last given back
    given_fen: int = 0
    story: list[Record] | None = None


class Transaction(msgspec.Struct, gc=False):
    """One use of a key."""

    key: str
    sale: Sale
    what: str
    batch: int
    stan: int
    amount_fen: int
    state: int = SENT
    sent_ms: int = 0
    request_genuine: bool = False
    reply_genuine: bool = False
    reversal_genuine: bool = False
    fake_reply: bool = False
    told: bool = False  # the counter saw its approval
    answered: bool = False  # of what is repeated: it is no more
    shown: str = ""  # how the counter saw it end, at last
    card: str = ""  # masked, as its request bore it
    names: str = ""  # the key that it refers to, whether that is known or not
    of: str = ""  # the key of the sale that it refers to, as the clearing has it: also another till's
    returned_fen: int = 0  # given back of it with the host's consent
    code: str = ""  # F39 of the last genuine reply that reached the terminal
    refused: str = ""  # F39 that refused for good what the counter had approved
    part_fen: int | None = None  # approved in part, as a genuine reply told
    attempt: int = 0  # its last try
    not_sent: bool = False  # the link said that the last try did not leave
    left: bool = False  # an earlier try may have left
    reversals: int = 0  # 0400s sent
    debits: int = 0  # debit postings, less those that were reversed
    debited_fen: int = 0  # net, under this key
    moved: bool = False  # money of the customer moved at some time
    moved_ms: int = 0  # and when, at last
    items: int = 0  # captures booked
    original: Transaction | None = None  # what this one refers to
    cleared: tuple[str, ...] = ()  # which kinds of items of it were cleared
    reply: Arrived | None = None  # of a terminal whose screen nobody reads: see line_witness
    heard: str = ""  # what issuer or wallet said to the host last, of what moves money: F39 or a word
    heard_code: str = ""  # and the authorisation code that it gave
    given: str = ""  # F39 of the host's last reply
    given_rrn: str = ""  # F37 that the host gave it
    given_code: str = ""  # and F38
    decided: bool = False  # the host has written down that it is approved or declined
    undone: bool = False  # the host has written down that nothing shall come of it
    payer: str = ""  # the customer's account, where debit, capture and answer were one stretch


class Batch(msgspec.Struct, gc=False):
    """One batch of one terminal, from its first sale until both sides closed it alike."""

    tid: str
    batch: int
    first_ms: int
    tries: int = 0
    attempt: int = 0  # of the last 0500
    last_ms: int = 0
    last: str = ""  # what became of the last try: "", "lost", "1", "2", "3"
    asked: str = ""  # F48 of the last 0500, as it left
    told: str = ""  # and as it reached the host
    terminal: BatchCounted | None = None
    host: BatchCounted | None = None
    unbalanced: bool = False
    whole: bool = False  # not balanced for all of its cards: all of its details go up
    twice: tuple[int, ...] = ()  # STANs that one message of its upload held more than once
    uploaded: dict[int, int] | None = None  # STAN to sum, as uploaded
    story: list[Record] | None = None


class Terminal(msgspec.Struct, gc=False):
    """One terminal."""

    opened: TerminalOpened
    current: Transaction | None = None
    owed: list[Transaction] | None = None
    closed: BatchCounted | None = None  # the host's totals of its last batch that both closed
    heard: bool = False  # its own sending is in the trace
    batch: int = 0
    used: int = 0  # the last batch in which the host heard more of it than inquiries
    last_stan: int = 0
    first_stan: int = 0
    batch_first_ms: int = 0
    past: dict[int, tuple[int, int]] | None = None  # batch to its first and last STAN
    settled: dict[int, int] | None = None  # its last batches that the host settled, and when
    uploaded: tuple[int, ...] = ()  # its last batches that the host settled after an upload
    waits: list[Transaction] | None = None  # sent and repeated until answered, of its open batch
    uploading: Batch | None = None  # told to upload its details, and the end has not left
    wrapped: bool = False  # its numbers began again with 1 inside this batch
    acknowledged: dict[int, dict[int, int]] | None = None  # open batch to STAN to signed sum
    at_host: list[Arrived] | None = None  # its requests that reached the host and have no reply yet
    excused: tuple[Arrived, ...] = ()  # the last that may stay without one: undone, or a copy of what has one
    due: tuple[tuple[int, int], ...] = ()  # outside: batches that were open at the last cut-over, and when
    unsure: frozenset[int] = frozenset()  # batches of which the line does not show all that counts


class Settlement(msgspec.Struct, gc=False):
    """One merchant's settlement of one date."""

    mid: str
    date: str
    items: list[tuple[Sale, int, bool, int]]  # sale, amount, whether it gives back what was sold, fee
    name: str = ""  # among those of its merchant: its date, or the payout of one sale
    cleared_ms: int = 0
    gross_fen: int = 0
    fee_fen: int = 0
    disputed_fen: int = 0  # of its gross sum: what disputes took (less than nothing) and gave again
    dispute_fee_fen: int = 0  # of its fee: for chargebacks
    disputes: tuple[OwedFor, ...] = ()  # what moved that, the first ones
    count: int = 0
    returns: tuple[OwedFor, ...] = ()  # its items that give back what was sold, the first ones, until it is closed
    taking: tuple[OwedFor, ...] = ()  # its items that take money from the merchant, the newest
    payout: str = ""
    net_fen: int = 0
    right_fen: int = 0  # what is to be paid: net less what the merchant owed
    netted: bool = False  # all of it goes against what the merchant owed: nothing is paid
    withheld: bool = False  # or for deposit and SIM fee
    into: Settlement | None = None  # of a netted one: the next that is paid
    carried: tuple[Settlement, ...] = ()  # netted ones before it
    due_ms: int = 0
    posted: int = 0  # times
    posted_ms: int = 0
    suspended: str = ""  # reason, while it stands in suspense
    suspended_ms: int = 0
    returned: str = ""  # last reason of a return
    diverted_ms: int = 0  # when an intermediary had it
    kept_fen: int = 0  # by an intermediary, of what it passed on
    troubled: bool = False


class Merchant(msgspec.Struct, gc=False):
    """One merchant."""

    opened: MerchantOpened
    actor: str
    accounts: frozenset[str] = frozenset()  # in its own name
    uncharged_fen: int | None = None  # of deposit and SIM fee, not taken yet; None: nothing is known
    owed_fen: int = 0  # carried forward and charged back: taken off the next payout
    owed_for: tuple[OwedFor, ...] = ()  # what took it, the newest
    netted: tuple[Settlement, ...] = ()  # settlements since the last one that came to a payout
