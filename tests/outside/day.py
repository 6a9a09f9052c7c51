"""The script of a day: what clerks do at a terminal and what goes wrong on the line meanwhile.

Each part ends in a known state; its sums stand beside it, added by hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tests.outside.host import Host
from tests.outside.kinds import CHIP, CONTACTLESS, Card, Outcome, Record
from tests.outside.line import Line
from tests.outside.speaker import PowerCutError
from tests.outside.till import Till

SCENARIO = Path(__file__).with_name("day.toml")
MID = "898000000000001"
MASTER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # the published test key
PAN = "6200009753180120"
ICC = ("9F2608DEAE676D1C4734119F2701809F101307020103A0A806010A01000000000098F01F529F3704AA0FBE65"
       "9F360203499505008004E0009A032601279C01009F0206{sum}5F2A02015682027C009F1A0201569F0306"
       "0000000000009F3303E0E1C89F34034203009F3501229F1E0831323334353637388408A0000003330101019F0902"
       "00309F410400000003")
QR_CODE = "6201234567890123456"  # a customer's code, 19 digits
STRIPE_CARD = Card(PAN)
CHIP_CARD = Card(PAN, entry=CHIP, icc=ICC)
TAP_CARD = Card(PAN, entry=CONTACTLESS, icc=ICC)


class WrongError(Exception):
    """The host did what it must not, or the terminal told what it must not."""


def told(outcome: Outcome, word: str) -> Outcome:
    if outcome.told != word:
        raise WrongError(f"{word} expected; told {outcome.told} {outcome.code} {outcome.why}")
    return outcome


def approved(outcome: Outcome) -> Record:
    record = told(outcome, "approved").record
    assert record
    return record


def done(what: str, came: bool | str, expected: bool | str = True) -> None:
    if came != expected:
        raise WrongError(f"{what}: {expected!r} expected, {came!r} came")


@dataclass
class Sums:
    """What a day must have left: fen that cardholders paid, the fee of it, and F48 of each batch."""

    net_fen: int
    fee_fen: int  # 0.6 % of each sale that stands, of each to the fen
    batches: tuple[str, ...]


def f48(debit_fen: int, debits: int, credit_fen: int, credits_: int) -> str:
    return f"{debit_fen:012d}{debits:03d}{credit_fen:012d}{credits_:03d}0" + "0" * 31


@contextmanager
def counter(host: Host, tid: str, kind: type[Till] = Till, mid: str = MID,
            line: Line | None = None, log: Callable[..., None] | None = None) -> Iterator[Till]:
    """A terminal at the host's port; its line is closed at the end."""
    till = kind(tid, mid, MASTER_KEY, line or Line(host.address))
    if log:
        till.log = log
    try:
        yield till
    finally:
        till.line.hang_up()


@contextmanager
def impatient(till: Till) -> Iterator[None]:
    """It waits less for a reply that is known never to come."""
    till.make_ready()
    patience, till.reply_timeout_s = till.reply_timeout_s, 0.5
    try:
        yield
    finally:
        till.reply_timeout_s = patience


def every_kind(till: Till) -> Sums:
    """Each kind of transaction once, nothing wrong; settled."""
    done("sign-on", till.sign_on())
    done("echo", till.echo())
    balance = told(till.balance(STRIPE_CARD), "approved")
    assert balance.reply
    done("F54 of a balance", balance.reply.get(54)[:7], "1002156")
    first = approved(till.sale("S1", 6800, STRIPE_CARD))
    chip = approved(till.sale("S2", 1200, CHIP_CARD))
    approved(till.sale("S3", 990, TAP_CARD))
    approved(till.void(first))
    approved(till.refund(chip, 500))
    hold = approved(till.preauth("P1", 5000, STRIPE_CARD))
    approved(till.preauth_void(hold))
    hold = approved(till.preauth("P2", 5000, STRIPE_CARD))
    approved(till.completion(hold, 4500))
    hold = approved(till.preauth("P3", 7000, STRIPE_CARD))
    approved(till.completion_void(approved(till.completion(hold, 7000))))
    approved(till.offline_sale("O1", 2000, STRIPE_CARD))
    done("settlement", till.settle(), "1")
    # debit 6800 + 1200 + 990 + 4500 + 7000 + 2000; credit 6800 + 500 + 7000
    # fee 1200 - 500: 7 - 3; 990: 6; 4500: 27; 2000: 12
    return Sums(8190, 49, (f48(22490, 6, 14300, 3),))


def bad_line(host: Host, till: Till) -> Sums:
    """Replies lost, late, damaged and forged; keys changed in mid-day; settled."""
    done("sign-on", till.sign_on())
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    with impatient(till):
        told(till.sale("L1", 700, STRIPE_CARD), "unknown")
    approved(till.sale("L2", 900, CHIP_CARD))  # after the reversal of L1
    late = till.longer_than_it_waits()
    host.fault(till.tid, "network.delay", how="reply", on="reply", mti="0210", delay=late)
    told(till.sale("L3", 1100, STRIPE_CARD), "unknown")
    approved(till.sale("L4", 1300, STRIPE_CARD))  # the late reply comes before or after; it is L3's
    host.fault(till.tid, "acquirer.mac_failure", how="altered_reply", mti="0210")
    told(till.sale("L5", 1700, STRIPE_CARD), "unknown")
    host.fault(till.tid, "acquirer.mac_failure", how="reply", mti="0210")
    told(till.sale("L6", 1900, STRIPE_CARD), "unknown")
    voided = approved(till.sale("L7", 2300, STRIPE_CARD))
    host.fault(till.tid, "acquirer.mac_failure", how="request", mti="0200")
    told(till.sale("L8", 2900, STRIPE_CARD), "declined")  # A0: it signs on again
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    with impatient(till):
        told(till.void(voided), "unknown")
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0410")
    approved(till.void(voided))  # after the void's reversal, sent twice
    done("sign-on in mid-day", till.sign_on())
    approved(till.sale("L9", 3100, STRIPE_CARD))
    host.fault(till.tid, "network.outage", how="dropped", on="request", mti="0200")
    with impatient(till):
        told(till.sale("L10", 3700, STRIPE_CARD), "unknown")  # the host never saw it
    host.fault(till.tid, "fraud.duplicate", how="reply", on="reply", mti="0210", delay="200ms")
    approved(till.sale("L11", 4100, STRIPE_CARD))
    host.fault(till.tid, "fraud.duplicate", how="request", on="request", mti="0200", delay="200ms")
    approved(till.sale("L12", 4300, STRIPE_CARD))
    host.fault(till.tid, "network.outage", how="refused", on="request", mti="0200")
    told(till.sale("L13", 5000, STRIPE_CARD), "unknown")  # the host hangs up
    host.fault(till.tid, "network.delay", how="request", on="request", mti="0200", delay=late)
    told(till.sale("L14", 5300, STRIPE_CARD), "unknown")
    approved(till.sale("L15", 5900, STRIPE_CARD))  # the reversal of L14 comes before L14
    cut_while_waiting(host, till, "L16", 6100)
    approved(till.sale("L17", 6700, STRIPE_CARD))
    time.sleep(till.reply_timeout_s / 2)  # L14 comes
    done("settlement", till.settle(), "1")
    # debit 900 + 1300 + 2300 + 3100 + 4100 + 4300 + 5900 + 6700; credit 2300
    # fee 900: 5; 1300: 8; 3100: 19; 4100: 25; 4300: 26; 5900: 35; 6700: 40
    return Sums(26300, 158, (f48(28600, 8, 2300, 1),))


def edges(host: Host, till: Till) -> Sums:
    """The trace number wraps; a completion of more than was held is lost, reversed and repeated."""
    done("sign-on", till.sign_on())
    till.memory.stan = 999997
    approved(till.sale("E1", 1000, STRIPE_CARD))
    hold = approved(till.preauth("E2", 5000, STRIPE_CARD))
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    told(till.completion(hold, 5700), "unknown")  # 114 % of the hold
    approved(till.completion(hold, 5700))
    hold = approved(till.preauth("E3", 3000, CHIP_CARD))
    host.fault(till.tid, "acquirer.mac_failure", how="reply", mti="0110")
    told(till.preauth_void(hold), "unknown")
    approved(till.preauth_void(hold))
    done("settlement", till.settle(), "1")
    done("sign-off", till.sign_off())
    approved(till.sale("E4", 500, STRIPE_CARD))  # after a sign-on
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0510")
    done("settlement without a reply", till.settle(), "")
    done("settlement", till.settle(), "1")
    # debit 1000 + 5700; then 500.  fee 6 + 34; 3
    return Sums(7200, 43, (f48(6700, 2, 0, 0), f48(500, 1, 0, 0)))


def upload_cut_off(host: Host, till: Till) -> Sums:
    """The line fails in the middle of an upload: it goes on where it was."""
    done("sign-on", till.sign_on())
    for n in range(1, 11):
        approved(till.sale(f"W{n}", 100, STRIPE_CARD))
    host.fault(till.tid, "record.wrong_details", how="totals")
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0330", nth=2)
    done("settlement that is cut off", till.settle(), "")
    told(till.sale("W11", 100, STRIPE_CARD), "refused")  # first the settlement
    done("settlement", till.settle(), "2")
    # fee 0.6 each: 1
    return Sums(1000, 10, (f48(1000, 10, 0, 0),))


def next_day(till: Till, sold: Record) -> Sums:
    """Part of a sale of yesterday's batch is given back."""
    approved(till.sale("N1", 2000, STRIPE_CARD))
    approved(till.refund(sold, 400))
    done("settlement", till.settle(), "1")
    # fee 12, of which 2 come back (0.6 % of 990 is 6, of 590 is 4)
    return Sums(1600, 10, (f48(2000, 1, 400, 1),))


def cut_while_waiting(host: Host, till: Till, order: str, fen: int) -> None:
    """The power goes between a request and its reply."""
    till.make_ready()
    host.fault(till.tid, "network.delay", how="reply", on="reply", mti="0210", delay="500ms")
    till.cut_after_send = True
    with suppress(PowerCutError):
        till.sale(order, fen, STRIPE_CARD)
    till.boot()


def unbalanced(host: Host, till: Till, *, refunded: bool = False) -> Sums:
    """Totals garbled on the line: all details go up.  Then a batch that balances."""
    done("sign-on", till.sign_on())
    sold = [approved(till.sale(f"U{n}", 100 * n, STRIPE_CARD)) for n in range(1, 11)]
    approved(till.sale("U11", 1500, CHIP_CARD))
    approved(till.void(sold[2]))
    if refunded:
        approved(till.refund(sold[9], 400))
    approved(till.offline_sale("U12", 600, STRIPE_CARD))
    host.fault(till.tid, "record.wrong_details", how="totals")
    done("settlement", till.settle(), "2")
    approved(till.sale("V1", 800, STRIPE_CARD))
    done("settlement", till.settle(), "1")
    # debit 100 … 1000 = 5500, + 1500 + 600; credit 300, + 400 with the refund; then 800
    # fee 100 … 1000 without 300: 1 1 2 3 4 4 5 5 6; 1500: 9; 600: 4; 800: 5; the refund: 2 back
    if refunded:
        return Sums(7700, 47, (f48(7600, 12, 700, 2), f48(800, 1, 0, 0)))
    return Sums(8100, 49, (f48(7600, 12, 300, 1), f48(800, 1, 0, 0)))


def unbalanced_with_a_refund(host: Host, till: Till) -> Sums:
    """The refund goes up as a notice: its 0220 as it was, as a 0320 without F64."""
    return unbalanced(host, till, refunded=True)


def with_pin(card: Card, pin: str) -> Card:
    return replace(card, pin=pin)


def signed(till: Till) -> Sums:
    """The customer signs on the screen: the picture goes up before the next transaction."""
    done("sign-on", till.sign_on())
    done("signature", till.signature(approved(till.sale("G1", 700, STRIPE_CARD)), bytes(range(200))))
    approved(till.sale("G2", 800, CHIP_CARD))
    done("settlement", till.settle(), "1")
    return Sums(1500, 9, (f48(1500, 2, 0, 0),))  # fee 4 and 5


def customers_code(till: Till) -> Sums:
    """The customer's QR code is scanned: a sale, one that is voided, one that is refunded."""
    done("sign-on", till.sign_on())
    approved(till.qr_sale("Q1", 3300, QR_CODE))
    approved(till.void(approved(till.qr_sale("Q2", 1700, QR_CODE))))
    approved(till.refund(approved(till.qr_sale("Q3", 2500, QR_CODE)), 900))
    done("settlement", till.settle(), "1")
    # debit 3300 + 1700 + 2500; credit 1700 + 900
    # fee 3300: 20; 2500 - 900: 15 - 5
    return Sums(4900, 30, (f48(7500, 3, 2600, 2),))


def customers_code_on_a_bad_line(host: Host, till: Till) -> Sums:
    """The reply to a QR sale is lost, and that to a QR void; then the batch does not balance."""
    done("sign-on", till.sign_on())
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    told(till.qr_sale("Q4", 700, QR_CODE), "unknown")
    kept = approved(till.qr_sale("Q5", 1900, QR_CODE))
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    told(till.void(kept), "unknown")
    approved(till.void(approved(till.qr_sale("Q6", 2100, QR_CODE))))
    host.fault(till.tid, "record.wrong_details", how="totals")
    done("settlement", till.settle(), "2")
    # debit 1900 + 2100; credit 2100
    # fee 1900: 11
    return Sums(1900, 11, (f48(4000, 2, 2100, 1),))
