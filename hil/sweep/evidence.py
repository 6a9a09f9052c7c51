"""What a case shows when it is over: where the money is, and the message with which it went wrong.

Pure functions over the records of the host, the findings of the judge and what the relay saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hil.relay.seen import SeenMessage, Way
from hil.sweep.results import MoneyMoved, Text, WrongFrame
from simulator.catalogue.host_reasons import AlarmCode
from simulator.commands.found import Found
from simulator.commands.message_shown import as_text
from simulator.judge.verdict import Finding
from simulator.money.accounts import OUTSIDE
from simulator.trace.records import Posted, Record, Warned
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.generic import decode_generic

OF_CUSTOMERS = ("cardholder:", "wallet:")
OF_MERCHANT = ("account:", "merchant:", "suspense:")
HELD, FEES, ON_ITS_WAY = "hold:", "fee:", "payout:"
AT_ONCE_MS = 100  # what the judge dates by one process and the line by another
FOLLOWS_MS = 120_000  # what is found so long after the last message is not of that message


def money_of(records: Iterable[Record], should: int | None) -> MoneyMoved:
    """What the postings of a run moved; ``should``: what the terminal told the counter."""
    moved = {"paid": 0, "held": 0, "credited": 0, "fees": 0}
    for record in records:
        if not isinstance(record, Posted) or any(account == OUTSIDE for account, _ in record.entries):
            continue  # what came from outside opened an account
        for account, fen in record.entries:
            if account.startswith(OF_CUSTOMERS):
                moved["paid"] -= fen
            elif account.startswith(HELD):
                moved["held"] += fen
            elif account.startswith(FEES):
                moved["fees"] += fen
            elif account.startswith((*OF_MERCHANT, ON_ITS_WAY)):
                moved["credited"] += fen
    paid = moved["paid"] - moved["held"]
    return MoneyMoved(
        paid=paid, held=moved["held"], credited=moved["credited"] + moved["fees"], fees=moved["fees"], should=should)


# What a host says of downloads, of which no rule of money tells.  Without any fault there is no cause for it.
OF_DOWNLOADS = frozenset({
    AlarmCode.DOWNLOAD_OUT_OF_STEP, AlarmCode.DOWNLOAD_ENDED_AS_OTHER, AlarmCode.DOWNLOAD_NOT_ENDED,
})


def alarms_of(records: Iterable[Record]) -> tuple[Text, ...]:
    """What the host raised about downloads of its terminal, each once."""
    codes = {each.value: each for each in OF_DOWNLOADS}
    raised = dict.fromkeys(
        each.code for each in records if isinstance(each, Warned) and each.code in codes)
    return tuple(Text(codes[code].en, codes[code].zh) for code in raised)


def wrong_frame(
    finding: Finding, seen: Sequence[SeenMessage], ahead_ms: int, dialect: Dialect,
) -> WrongFrame | None:
    """The message of a terminal that a finding is about; ``ahead_ms``: of the calendar, to the line's clock."""
    ups = [each for each in seen if each.way is Way.UP and each.mti]
    before = [each for each in ups if each.at_ms + ahead_ms <= finding.at_ms + AT_ONCE_MS]
    named = [each for each in ups if key_of(each) == finding.key]
    last = before[-1] if before else None
    if last is None or finding.at_ms - (last.at_ms + ahead_ms) > FOLLOWS_MS:
        last = named[-1] if named else None
        missing = True
    else:
        missing = False
    if last is None:
        return None
    return WrongFrame(number=last.number, is_missing_after=missing, lines=shown(last, dialect))


def key_of(seen: SeenMessage) -> str:
    """Its transaction, as the judge names it."""
    return f"{seen.tid}/{seen.batch:06}/{seen.stan:06}"


def shown(seen: SeenMessage, dialect: Dialect) -> tuple[str, ...]:
    """Field by field, card data masked."""
    try:
        decoded = decode_generic(seen.frame, dialect)
    except WireError as error:
        return (str(error),)
    return tuple(line.rstrip() for line in as_text(Found(decoded, seen.frame), dialect, "", clear=False))
