"""Short days in which a wrong terminal shows what is wrong with it; a right one comes through all.

A wrong terminal may be refused anything, so nothing is asserted here but what makes the situation.
"""

from __future__ import annotations

from contextlib import suppress

from tests.outside.day import CHIP_CARD, QR_CODE, STRIPE_CARD, cut_while_waiting
from tests.outside.host import Host
from tests.outside.loading import APPLICATIONS
from tests.outside.terminal import NotReadyError
from tests.outside.till import Till


def plain(host: Host, till: Till) -> None:
    """Two sales and a part refunded; settled."""
    till.sign_on()
    first = till.sale("A", 4200, STRIPE_CARD).record
    till.sale("B", 1310, STRIPE_CARD)
    if first:
        till.refund(first, 1000)
    till.settle()


def reply_lost(host: Host, till: Till) -> None:
    """The reply to the second of three sales never comes."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    till.sale("B", 1310, STRIPE_CARD)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def last_reply_lost(host: Host, till: Till) -> None:
    """The reply to the last sale before the settlement never comes."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    till.sale("B", 1310, STRIPE_CARD)
    till.settle()


def request_lost(host: Host, till: Till) -> None:
    """The host never sees the second sale: to its reversal it has nothing to undo (25)."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    host.fault(till.tid, "network.outage", how="dropped", on="request", mti="0200")
    till.sale("B", 1310, STRIPE_CARD)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def hold_voided_and_lost(host: Host, till: Till) -> None:
    """The reply to the void of a pre-authorisation never comes."""
    till.sign_on()
    hold = till.preauth("P", 5000, STRIPE_CARD).record
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0110")
    if hold:
        till.preauth_void(hold)
    till.sale("A", 4200, STRIPE_CARD)
    till.settle()


def reply_late_and_next_lost(host: Host, till: Till) -> None:
    """The reply to a sale comes while the next one waits, whose own never comes."""
    till.sign_on()
    late = till.longer_than_it_waits()
    host.fault(till.tid, "network.delay", how="reply", on="reply", mti="0210", delay=late)
    till.sale("A", 4200, STRIPE_CARD)
    till.have_keys()
    till.undo()
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    till.sale("B", 1310, STRIPE_CARD)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def reply_with_wrong_mac(host: Host, till: Till) -> None:
    """An approval comes with a wrong MAC."""
    till.sign_on()
    host.fault(till.tid, "acquirer.mac_failure", how="reply", mti="0210")
    till.sale("A", 4200, STRIPE_CARD)
    till.sale("B", 1310, STRIPE_CARD)
    till.settle()


def request_with_wrong_mac(host: Host, till: Till) -> None:
    """The line spoils the MAC of a sale: the host wants a sign-on."""
    till.sign_on()
    host.fault(till.tid, "acquirer.mac_failure", how="request", mti="0200")
    till.sale("A", 4200, STRIPE_CARD)
    till.sale("B", 1310, STRIPE_CARD)
    till.settle()


def keys_changed(host: Host, till: Till) -> None:
    """A second sign-on in mid-day."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    till.sign_on()
    till.sale("B", 1310, STRIPE_CARD)
    till.settle()


def declined(host: Host, till: Till) -> None:
    """A sale that the host declines between two that it approves."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    host.fault(till.tid, "policy.restricted", code="57", services=["sale"])
    till.sale("B", 1310, STRIPE_CARD)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def never_balanced(host: Host, till: Till) -> None:
    """Totals garbled on the line: ten sales, a void and a chip sale go up."""
    till.sign_on()
    sold = [till.sale(f"U{n}", 1000 + n, STRIPE_CARD).record for n in range(1, 11)]
    till.sale("U11", 1500, CHIP_CARD)
    if sold[2]:
        till.void(sold[2])
    host.fault(till.tid, "record.wrong_details", how="totals")
    till.settle()
    till.sale("V1", 800, STRIPE_CARD)
    till.settle()


def two_batches(host: Host, till: Till) -> None:
    """A batch is settled, another begun."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    till.settle()
    till.sale("B", 1310, STRIPE_CARD)
    till.settle()


def offline(host: Host, till: Till) -> None:
    """A sale approved by telephone goes up before the settlement."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    till.offline_sale("B", 1310, STRIPE_CARD)
    till.settle()


def undone(host: Host, till: Till) -> None:
    """A sale is voided, another given back."""
    till.sign_on()
    first = till.sale("A", 4200, STRIPE_CARD).record
    second = till.sale("B", 1310, STRIPE_CARD).record
    if first:
        till.void(first)
    if second:
        till.refund(second, 1310)
    till.settle()


def undone_twice(host: Host, till: Till) -> None:
    """A clerk asks twice for the void of a sale: the terminal knows that it is voided."""
    till.sign_on()
    first = till.sale("A", 4200, STRIPE_CARD).record
    till.sale("B", 1310, STRIPE_CARD)
    if first:
        till.void(first)
        till.void(first)
    till.settle()


def hold_completed(host: Host, till: Till) -> None:
    """A pre-authorisation is completed for less than its sum."""
    till.sign_on()
    hold = till.preauth("P", 5000, STRIPE_CARD).record
    if hold:
        till.completion(hold, 4500)
    till.settle()


def reversals_lost(host: Host, till: Till) -> None:
    """A reply is lost, and the replies to all reversals are."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    host.fault(till.tid, "network.outage", how="dropped", on="request", mti="0400", times=3)
    till.sale("B", 1310, STRIPE_CARD)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def power_cut(host: Host, till: Till) -> None:
    """The power goes while the terminal waits for the reply to a sale."""
    till.sign_on()
    till.sale("A", 4200, STRIPE_CARD)
    cut_while_waiting(host, till, "B", 1310)
    till.sale("C", 2600, STRIPE_CARD)
    till.settle()


def scanned(host: Host, till: Till) -> None:
    """Two sales by the customer's code, one voided, one given back."""
    till.sign_on()
    first = till.qr_sale("A", 4200, QR_CODE).record
    second = till.qr_sale("B", 1310, QR_CODE).record
    if first:
        till.void(first)
    if second:
        till.refund(second, 1310)
    till.settle()


def tables_loaded(host: Host, till: Till) -> None:
    """The applications are loaded before the first sale."""
    till.sign_on()
    with suppress(NotReadyError):
        till.load_list(APPLICATIONS)
    till.sale("A", 4200, CHIP_CARD)
    till.settle()
