"""What the host itself looks at in a request with a card; PIN, expiry and funds are the issuer's.

Each check is a row of the order table in :mod:`simulator.machines.acquirer.checks`.  The codes are
those whose text in ``response_codes.json`` says so; 12 for a foreign currency is our own setting,
as no code of the table names it, and so is 59 for a chip's cryptogram of another sum than F4: that
is what an issuer answers to a cryptogram that does not fit.  A PIN is only given on under another key: none is seen here.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer.events import Alarm
from simulator.machines.acquirer.merchant_sums import calendar_day
from simulator.machines.acquirer.replies import clock
from simulator.machines.acquirer.rules import RULES, pan_of
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.cryptogram import AMOUNT, values_of
from simulator.wire.kinds import Kind
from simulator.wire.message import CURRENCY_CNY
from simulator.wire.pin import WITHOUT_PAN
from simulator.wire.scanned import code_tags
from simulator.wire.track import expiry_and_service, passes_luhn

INVALID, NO_SUCH_CARD, FORMAT_ERROR, USE_CHIP, PIN_FORMAT = "12", "14", "30", "45", "99"
WRONG_CRYPTOGRAM = "59"
CARDED = frozenset(RULES) | {Kind.BALANCE}
ATTENDED = frozenset({Kind.SALE, Kind.PREAUTH, Kind.BALANCE})  # the cardholder stands there
# The chip says yes to the very sum that is asked for; a completion's may be another.
OF_ONE_SUM = frozenset({Kind.SALE, Kind.PREAUTH})
# What takes money now; what was sold offline is told of, and is not refused for a limit.
LIMITED = frozenset({Kind.SALE, Kind.PREAUTH, Kind.COMPLETION, Kind.QR_SALE})
STRIPE = "02"  # first digits of F22
WITH_PIN = "1"  # its third digit
CHIP_CARDS = ("2", "6")  # first digit of a service code: international, national


def refuse_request(work: Work, request: Request, code: str) -> Effects:
    """No, as requests of this kind are refused."""
    return work.table.by_kind[request.kind].refuse(work, request, code)


def one_card(work: Work, request: Request) -> Effects | None:
    """F2 and F35 name one card."""
    message = request.message
    if not message.track2 or not message.pan or message.track2.startswith(f"{message.pan}D"):
        return None
    return [
        Alarm(AlarmCode.TRACK_OF_OTHER, message.tid, f"STAN {message.stan or 0:06}"),
        *refuse_request(work, request, FORMAT_ERROR),
    ]


def right_check_digit(work: Work, request: Request) -> Effects | None:
    """The card number ends in its check digit."""
    message = request.message
    pan = message.pan or pan_of(message)
    return None if not pan or passes_luhn(pan) else refuse_request(work, request, NO_SUCH_CARD)


def within_limits(work: Work, request: Request) -> Effects | None:
    """The merchant may take as much, in one sale, on this day, in this month."""
    books = work.books
    if not books.sums:
        return None
    message = request.message
    day = calendar_day(clock(work, request.now_ms)[1], books.settlement_date)
    code = books.sums.refusal(
        request.terminal.entry.mid, message.pan or pan_of(message), code_tags(message).qr_code,
        message.amount_fen or 0, day)
    return refuse_request(work, request, code) if code else None


def known_currency(work: Work, request: Request) -> Effects | None:
    """F49 is 156, or left out."""
    if request.message.currency in (CURRENCY_CNY, ""):
        return None
    return refuse_request(work, request, INVALID)


def chip_used(work: Work, request: Request) -> Effects | None:
    """A card with a chip is not swiped, where the setting refuses that."""
    message = request.message
    if work.settings.chip_fallback == "accept" or not message.entry_mode.startswith(STRIPE):
        return None
    service_code = expiry_and_service(message.track2)[1]
    return refuse_request(work, request, USE_CHIP) if service_code.startswith(CHIP_CARDS) else None


def sum_of_cryptogram(work: Work, request: Request) -> Effects | None:
    """9F02, which the chip's cryptogram is made of, is F4; where there is none nothing is compared."""
    message = request.message
    if message.icc_data is None:
        return None
    chip_sum = values_of(message.icc_data).get(AMOUNT)
    if chip_sum is None or chip_sum.hex() == f"{message.amount_fen or 0:012}":
        return None
    return [
        Alarm(AlarmCode.CRYPTOGRAM_OF_OTHER_SUM, message.tid,
              f"{request.kind.value} with STAN {message.stan or 0:06}: 9F02 is not F4"),
        *refuse_request(work, request, WRONG_CRYPTOGRAM),
    ]


def pin_there(work: Work, request: Request) -> Effects | None:
    """F52 is there where F22 says so."""
    message = request.message
    if message.pin_block is None and message.entry_mode[2:3] == WITH_PIN:
        return refuse_request(work, request, FORMAT_ERROR)
    return None


def readable_pin(work: Work, request: Request) -> Effects | None:
    """F52 fits key and card; it goes on under the issuers' key."""
    message = request.message
    block = message.pin_block
    if block is None:
        return None
    keys = request.terminal.keys
    translated = None if keys is None else work.sealer.translated_pin(
        block, pan_of(message), keys.pik, with_pan=message.security[:1] != WITHOUT_PAN)
    if translated is None:
        return [
            Alarm(AlarmCode.PIN_UNREADABLE, message.tid, f"STAN {message.stan or 0:06}"),
            *refuse_request(work, request, PIN_FORMAT),
        ]
    request.message = replace(message, pin_block=translated)
    return None
