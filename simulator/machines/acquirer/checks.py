"""A request on its way in: who is let in, what it must pass, in which order, and who answers.

The order is data.  :data:`ENTRANCE` stands before it is known whose request it is; of
:data:`CHECKS` a request passes those rows that name its kind, and the first that answers ends it.
The last row hands it to the step of its kind.  What no row answers is our own mistake and raises.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer.captures import ADDING
from simulator.machines.acquirer.card_checks import (
    ATTENDED,
    CARDED,
    LIMITED,
    OF_ONE_SUM,
    chip_used,
    known_currency,
    one_card,
    pin_there,
    readable_pin,
    right_check_digit,
    sum_of_cryptogram,
    within_limits,
)
from simulator.machines.acquirer.copies import BATCH_MISMATCH
from simulator.machines.acquirer.events import Alarm, RequestReceived, TransactionKey
from simulator.machines.acquirer.registry import STATUS_ROWS, TerminalEntry, TerminalStatus
from simulator.machines.acquirer.replies import MAC_ERROR, bare_reply, reply
from simulator.machines.acquirer.rules import RULES, WALLET_RULES
from simulator.machines.acquirer.transactions import TerminalBook
from simulator.machines.acquirer.work import Check, Effects, Entrance, Request, Work
from simulator.machines.no_row import NoRowError
from simulator.money.limits import OVER_LIMIT
from simulator.wire.kinds import Kind
from simulator.wire.track import decrypt_track, is_encrypted

SILENT = "silent"
UNKNOWN_TERMINAL, UNKNOWN_MERCHANT = "97", "03"
OF_THE_SETTING = ""  # unknown_kind_answer
FORMAT_ERROR, BARRED, OLD_SOFTWARE = "30", "58", "78"

EVERY = frozenset(Kind)
TRANSACTIONS = frozenset(RULES | WALLET_RULES)
BEGINNING = TRANSACTIONS | {Kind.BALANCE}  # kinds that begin something new
REPORTING = frozenset({Kind.OFFLINE_SALE, Kind.COMPLETION_ADVICE})  # tell of what happened already
COUNTING_LATE = REPORTING | ADDING  # the goods are gone, or the slip is signed
NUMBERED = frozenset({Kind.REVERSAL, Kind.BALANCE, Kind.SIGNATURE_UPLOAD})  # and no transaction
_ACTIVE = TerminalStatus.ACTIVE  # bound once: a member costs a call each time it is named


# ---- the entrance ----------------------------------------------------------------------------


def service_silent(
    event: RequestReceived, _kind: Kind | None, _terminal: TerminalBook | None,
) -> bool:
    """A window closes the service without a word."""
    return event.service_answer == SILENT


def terminal_unknown(
    _event: RequestReceived, _kind: Kind | None, terminal: TerminalBook | None,
) -> bool:
    """No terminal of this TID is registered."""
    return terminal is None


def merchant_unknown(
    event: RequestReceived, _kind: Kind | None, terminal: TerminalBook | None,
) -> bool:
    """The terminal is another merchant's."""
    return terminal is None or terminal.entry.mid != event.message.mid


def kind_unknown(
    _event: RequestReceived, kind: Kind | None, _terminal: TerminalBook | None,
) -> bool:
    """The dialect has no such kind of request."""
    return kind is None


ENTRANCE: tuple[Entrance, ...] = (
    Entrance(service_silent, "", None),
    Entrance(terminal_unknown, UNKNOWN_TERMINAL, AlarmCode.UNKNOWN_TERMINAL),
    Entrance(merchant_unknown, UNKNOWN_MERCHANT, AlarmCode.UNKNOWN_MERCHANT),
    Entrance(kind_unknown, OF_THE_SETTING, AlarmCode.UNKNOWN_KIND),
)


def receive(work: Work, event: RequestReceived, now_ms: int) -> Effects:
    """Let a whole message in, and through the checks of its kind."""
    message = event.message
    kind = work.sealer.dialect.kind_of(message)
    tid = message.tid
    terminal = work.books.terminals.get(tid)
    for keeps_out in work.entrance:
        if keeps_out(event, kind, terminal):
            row = work.table.entrance[work.entrance.index(keeps_out)]
            return _kept_out(work, event, kind, row, terminal, now_ms)
    assert kind is not None
    assert terminal is not None
    request = Request(
        event.link, message, kind, terminal,
        TransactionKey(tid, message.batch, message.stan or 0), event.service_answer,
        event.attempt, now_ms, event.refundable_fen,
    )
    for check in work.path[kind]:
        effects = check(work, request)
        if effects is not None:
            return effects
    raise NoRowError(f"no check answers a {kind.value}, and no step takes it")


def _kept_out(
    work: Work, event: RequestReceived, kind: Kind | None, row: Entrance,
    terminal: TerminalBook | None, now_ms: int,
) -> Effects:
    """Nobody's request, or none that is known: an alarm, and an answer to all but a reply."""
    if row.alarm is None:
        return []
    message = event.message
    tid = message.tid
    code = row.response_code or work.settings.unknown_kind_answer
    if kind is None:
        answer = bare_reply(work, event, terminal, code)
        if answer is None:
            return [Alarm(row.alarm, tid, f"{message.mti} is a reply, and is not answered")]
        return [Alarm(row.alarm, tid, f"{message.mti} of no kind is answered {code}"), answer]
    effects: Effects = [Alarm(row.alarm, tid, f"{message.mti} is answered {code}")]
    nobody = TerminalBook(TerminalEntry(tid=tid, mid=message.mid), 0, must_sign_on=False)
    request = Request(
        event.link, message, kind, nobody, TransactionKey(tid, message.batch, message.stan or 0),
        "", event.attempt, now_ms,
    )
    if kind is Kind.SETTLEMENT:
        return effects + work.table.by_kind[kind].refuse(work, request, code)
    effects.append(reply(work, request, code))
    return effects


# ---- the checks ------------------------------------------------------------------------------


def right_mac(work: Work, request: Request) -> Effects | None:
    """A sealed request of a signed-on terminal, unchanged; else nobody authentic asked."""
    terminal = request.terminal
    keys = terminal.keys
    if (
        keys is None or terminal.must_sign_on
        or not work.sealer.is_sealed(request.message, keys.mak)
    ):
        return refuse_mac(work, request)
    return None


def refuse_mac(work: Work, request: Request) -> Effects:
    """Nobody authentic asked: A0, and nothing is remembered."""
    message = request.message
    return [
        Alarm(AlarmCode.BAD_MAC, message.tid, f"{request.kind.value} with STAN {message.stan or 0:06}"),
        reply(work, request, MAC_ERROR),
    ]


def readable_track(work: Work, request: Request) -> Effects | None:
    """An encrypted track fits key and F2; from here on it is in clear."""
    message = request.message
    if not message.track2 or not is_encrypted(message.security):
        return None
    keys = request.terminal.keys
    try:
        track2 = decrypt_track(message.track2, keys.tdk if keys else b"")
    except ValueError:
        track2 = ""
    if not track2 or (message.pan and not track2.startswith(f"{message.pan}D")):
        return [
            Alarm(AlarmCode.TRACK_UNREADABLE, message.tid, f"STAN {message.stan or 0:06}"),
            reply(work, request, FORMAT_ERROR),
        ]
    request.message = replace(message, track2=track2, security="")
    return None


def with_stan(work: Work, request: Request) -> Effects | None:
    """It has a STAN."""
    return [reply(work, request, FORMAT_ERROR)] if request.message.stan is None else None


def not_known(work: Work, request: Request) -> Effects | None:
    """Its TID, batch and STAN are new; a copy of what is known is answered as that was."""
    key = request.key
    batches = request.terminal.batches
    batch = batches.get(key.batch) if batches is not None else None
    if batch is None:
        return None
    known = batch.transactions.get(key.stan)
    return None if known is None else work.table.known_again(work, request, known)


def open_batch(work: Work, request: Request) -> Effects | None:
    """It belongs to the batch that the terminal was given."""
    number = request.key.batch
    if number == request.terminal.batch or is_late_advice(work, request):
        return None
    return [reply(work, request, BATCH_MISMATCH)]


def is_late_advice(work: Work, request: Request) -> bool:
    """Whether it tells of a sale in a batch that is settled, and counts all the same.

    So it is where an approval clears an item: the goods are gone, and a batch only reconciles.
    """
    return (
        work.books.clears_at_once and request.kind in COUNTING_LATE
        and request.terminal.find_batch(request.key.batch) is not None
    )


def active(work: Work, request: Request) -> Effects | None:
    """The terminal's status lets it do this."""
    status = request.terminal.entry.status
    if status is _ACTIVE:
        return None
    row = STATUS_ROWS[status]
    if row.everything or request.kind in BEGINNING:
        return _refuse(work, request, row.response_code)
    return None


def not_barred(work: Work, request: Request) -> Effects | None:
    """The terminal is not barred from this kind."""
    if request.kind not in request.terminal.entry.barred:
        return None
    return _refuse(work, request, BARRED)


def service_open(work: Work, request: Request) -> Effects | None:
    """No window closes the service."""
    code = request.service_answer
    return _refuse(work, request, code) if code else None


def new_software(work: Work, request: Request) -> Effects | None:
    """The terminal's software is not refused."""
    books = work.books
    if books.refuse_old_software and request.message.software < books.minimum_software:
        return _refuse(work, request, OLD_SOFTWARE)
    return None


def to_its_step(work: Work, request: Request) -> Effects | None:
    """The step of its kind."""
    return work.table.by_kind[request.kind].step(work, request)


def _refuse(work: Work, request: Request, code: str) -> Effects:
    return work.table.by_kind[request.kind].refuse(work, request, code)


CHECKS: tuple[Check, ...] = (
    Check(right_mac, MAC_ERROR, "sealed in the dialect", EVERY, of_sealed=True),
    Check(readable_track, FORMAT_ERROR, "all", EVERY),
    Check(with_stan, FORMAT_ERROR, "transactions", TRANSACTIONS),
    Check(not_known, "as before", "transactions", TRANSACTIONS),
    Check(open_batch, BATCH_MISMATCH, "transactions", TRANSACTIONS),
    Check(active, "of the status", "all", EVERY),
    Check(not_barred, BARRED, "all", EVERY),
    Check(service_open, "of the window", "all", EVERY),
    Check(new_software, OLD_SOFTWARE, "that begin something new", BEGINNING - COUNTING_LATE),
    Check(with_stan, FORMAT_ERROR, "reversal, balance, signature_upload", NUMBERED),
    Check(one_card, FORMAT_ERROR, "with a card", CARDED),
    Check(right_check_digit, "14", "with a card", CARDED),
    Check(known_currency, "12", "with a card", CARDED),
    Check(chip_used, "45", "with a card", CARDED),
    Check(sum_of_cryptogram, "59", "sale, preauth", OF_ONE_SUM),
    Check(pin_there, FORMAT_ERROR, "sale, preauth, balance", ATTENDED),
    Check(readable_pin, "99", "with a card", CARDED),
    Check(within_limits, OVER_LIMIT, "sale, preauth, completion, qr_sale", LIMITED),
    Check(to_its_step, "", "all", EVERY),
)
