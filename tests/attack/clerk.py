"""A clerk at a terminal of another kin, who writes down himself what he was told.

He shares no line of code with the host.  What he was told is the only truth that an attack is held
against: the books of host and terminal may both be wrong.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from dataclasses import dataclass, field

from tests.attack.target import Target, TargetError
from tests.outside.day import MASTER_KEY, STRIPE_CARD
from tests.outside.line import Line
from tests.outside.till import Till

TID, MID = "10000001", "898000000000001"
FIRST_FEN = 101
PAID_WITHIN_MS = 36 * 3_600_000  # the cut-over, then the morning of the next working day
LONGEST_PAYOUT_S = 10.0
LOOK_S = 0.05
MOST_SETTLEMENTS = 5
OPENING_FEN = 10_000_000_000_000  # of the bank's cardholders, before any sale


@dataclass
class Told:
    """What a clerk was told, in his own hand."""

    fen_of: dict[str, int] = field(default_factory=dict)  # by STAN, of each approved sale
    answers: dict[str, int] = field(default_factory=dict)  # how many came to one STAN

    @property
    def fen(self):
        return sum(self.fen_of.values())


class Clerk:
    """Sells until the host has gone; goes on at the next one."""

    def __init__(self):
        self.told = Told()
        self._amounts = itertools.count(FIRST_FEN)
        self.till = _Listening(TID, MID, MASTER_KEY, Line())
        self.till.answers = self.told.answers
        self.till.reply_timeout_s = 5.0

    def goes_to(self, target):
        self.till.boot()
        self.till.line.address = (target.listening.host, target.listening.port)

    def sells(self, most):
        """Up to so many sales; how many were tried before the host went."""
        for tried in range(most):
            fen = next(self._amounts)
            outcome = self.till.sale(f"S{fen}", fen, STRIPE_CARD)
            if outcome.told == "approved":
                self.told.fen_of[outcome.record.stan] = fen
            elif outcome.told in ("unknown", "refused"):
                return tried
        return most

    def settles(self):
        """Whether the host's totals of the batch are his."""
        return self.till.settle() == "1"


    def counts_wrong(self):
        """He adds a fen too much, so his batch has to go up."""
        right = self.till.totals()
        self.till.memory.totals = f"{int(right[:12]) + 1:012d}{right[12:]}"


class _Listening(Till):
    """Counts every answer that comes, also those that nobody waits for."""

    answers: dict[str, int]

    def is_for(self, request, reply):
        if reply.get(11):
            name = f"{reply.mti}/{reply.get(11)}"
            self.answers[name] = self.answers.get(name, 0) + 1
        return super().is_for(request, reply)


def what_was_lost(clerk, target):
    """How many fen or answers are not as the clerk was told: what is wrong, in words."""
    wrong = []
    told = clerk.told
    if not clerk.settles():
        wrong.append(f"the host's totals are not those of {len(told.fen_of)} sales that were acknowledged")
    accounts = dict(target.ask(do="balances").get("accounts", ()))
    for who, fen in (("cardholders have paid", OPENING_FEN - accounts.get("cardholder:bank.a", OPENING_FEN)),
                     ("the merchant is owed", accounts.get(f"merchant:{MID}:pending", 0))):
        if fen != told.fen:
            wrong.append(f"{who} {fen} fen, acknowledged were {told.fen}")
    twice = [name for name, count in told.answers.items() if count > 1 and not name.startswith("0410")]
    if twice:
        wrong.append(f"answered twice: {', '.join(twice[:3])}")
    return wrong


def paid_out(target):
    """Its calendar goes on until a payout must have come; what its accounts hold then."""
    target.ask(do="jump", by_ms=PAID_WITHIN_MS)
    until_s = time.monotonic() + LONGEST_PAYOUT_S
    accounts = {}
    while target.is_running and time.monotonic() < until_s:
        accounts = dict(target.ask(do="balances").get("accounts", ()))
        if any(name.startswith("account:") for name in accounts):
            break
        time.sleep(LOOK_S)
    return accounts


def what_was_not_paid(clerk, target):
    """Once his batch is settled and paid out: what is not as the clerk was told, in words."""
    for _ in range(MOST_SETTLEMENTS):
        if clerk.till.settle():
            break
    else:
        return ["it cannot be settled"]
    accounts, told = paid_out(target), clerk.told.fen
    wrong = []
    paid = OPENING_FEN - accounts.get("cardholder:bank.a", OPENING_FEN)
    if paid != told:
        wrong.append(f"cardholders have paid {paid} fen, acknowledged were {told}")
    came = sum(fen for name, fen in accounts.items() if name.startswith(("account:", "fee:")))
    if came != told:
        wrong.append(f"{came} fen came to the merchant's bank, fees included, acknowledged were {told}")
    left = {name: fen for name, fen in accounts.items() if fen and name.startswith(("merchant:", "payout:"))}
    if left:
        wrong.append(f"after the payout there is left {left}")
    return wrong


@contextlib.contextmanager
def started(*arguments, **settings):
    """A host, or None where it died at its start."""
    try:
        target = Target(*arguments, **settings)
    except TargetError:
        yield None
        return
    with target:
        yield target
