"""The script of a day: what clerks do at a terminal and what goes wrong on the line meanwhile.

Each part ends in a known state; its sums stand beside it, added by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.outside.host import Host
from tests.outside.kinds import CHIP, CONTACTLESS, Card, Outcome, Record
from tests.outside.line import Line
from tests.outside.till import Till

SCENARIO = Path(__file__).with_name("day.toml")
MID = "898000000000001"
MASTER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # the published test key
PAN = "6200009753180120"
ICC = ("9F2608DEAE676D1C4734119F2701809F101307020103A0A806010A01000000000098F01F529F3704AA0FBE65"
       "9F360203499505008004E0009A032601279C01009F02060000000012005F2A02015682027C009F1A0201569F0306"
       "0000000000009F3303E0E1C89F34034203009F3501229F1E0831323334353637388408A0000003330101019F0902"
       "00309F410400000003")
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
    """What a day must have left: fen on the cardholders' side and on the merchant's, as F48 a batch."""

    net_fen: int
    batches: tuple[str, ...]


def f48(debit_fen: int, debits: int, credit_fen: int, credits_: int) -> str:
    return f"{debit_fen:012d}{debits:03d}{credit_fen:012d}{credits_:03d}0" + "0" * 31


@contextmanager
def counter(host: Host, tid: str, kind: type[Till] = Till, mid: str = MID,
            line: Line | None = None) -> Iterator[Till]:
    """A terminal at the host's port; its line is closed at the end."""
    till = kind(tid, mid, MASTER_KEY, line or Line(host.address))
    try:
        yield till
    finally:
        till.line.hang_up()


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
    return Sums(8190, (f48(22490, 6, 14300, 3),))


def bad_line(host: Host, till: Till) -> Sums:
    """Replies lost, late, damaged and forged; keys changed in mid-day; settled."""
    done("sign-on", till.sign_on())
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    told(till.sale("L1", 700, STRIPE_CARD), "unknown")
    approved(till.sale("L2", 900, CHIP_CARD))  # after the reversal of L1
    host.fault(till.tid, "network.delay", how="reply", on="reply", mti="0210", delay="2200ms")
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
    told(till.void(voided), "unknown")
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0410")
    approved(till.void(voided))  # after the void's reversal, sent twice
    done("sign-on in mid-day", till.sign_on())
    approved(till.sale("L9", 3100, STRIPE_CARD))
    host.fault(till.tid, "network.outage", how="dropped", on="request", mti="0200")
    told(till.sale("L10", 3700, STRIPE_CARD), "unknown")  # the host never saw it
    approved(till.sale("L11", 4100, STRIPE_CARD))
    done("settlement", till.settle(), "1")
    # debit 900 + 1300 + 2300 + 3100 + 4100; credit 2300
    return Sums(9400, (f48(11700, 5, 2300, 1),))


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
    if refunded:
        return Sums(7700, (f48(7600, 12, 700, 2), f48(800, 1, 0, 0)))
    return Sums(8100, (f48(7600, 12, 300, 1), f48(800, 1, 0, 0)))


def unbalanced_with_a_refund(host: Host, till: Till) -> Sums:
    """The refund goes up as a notice: its 0220 as it was, as a 0320 without F64."""
    return unbalanced(host, till, refunded=True)


def with_pin(card: Card, pin: str) -> Card:
    return replace(card, pin=pin)
