"""Reading a line: which message answers which, what was heard, what a batch should come to.

Pure functions over the messages that a relay saw.  They know what went by on the line and nothing of
what the terminal thinks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.response_codes import RESPONSE_CODES, REVERSAL_DONE, Outcome
from simulator.machines.terminal.memory import CHIP_ENTRY
from simulator.wire.errors import WireError
from simulator.wire.kinds import COUNTS, REPLY_MTI, Kind
from simulator.wire.subfields import (
    UPLOAD_CHIP_FAILED,
    UPLOAD_END,
    UPLOAD_STRIPE,
    CardTotals,
    SettlementTotals,
    is_foreign,
    parse_upload,
    sum_of_approved,
)

Line = Sequence[SeenMessage]
REVERSAL = "0400"
SIGN_ON = Kind.SIGN_ON.value
# A new request of one of these is what a pending reversal goes before.
FINANCIAL = frozenset({"0100", "0200", "0500"})
# Whoever sends one of these again under the same number repeats it; it is no new transaction.
REPEATED = frozenset({"0220", "0320", "0500", "0620", REVERSAL})
CLEARLY_HEARD = frozenset({Fate.PASSED, Fate.REPEATED, Fate.SWAPPED})  # as it was sent, at once
ENDS = frozenset(UPLOAD_END.values())
FAILED = frozenset(UPLOAD_CHIP_FAILED.values())
APPROVED = frozenset(
    code for code, row in RESPONSE_CODES.items() if row.outcome in (Outcome.APPROVED, Outcome.PARTIAL))
MODULUS = 1_000_000
LEAST_TOLD = 4  # digits of a number that was cut


def requests(line: Iterable[SeenMessage], *kinds: str) -> Iterator[SeenMessage]:
    """What came from the terminal, of these kinds or of any."""
    return (each for each in line if each.way is Way.UP and each.mti and (not kinds or each.kind in kinds))


def replies(line: Iterable[SeenMessage]) -> Iterator[SeenMessage]:
    """What came from the host."""
    return (each for each in line if each.way is Way.DOWN and each.mti)


def is_reply_to(reply: SeenMessage, request: SeenMessage) -> bool:
    """Whether a message of the host is of this request; numbers of batches are not compared."""
    return (
        reply.way is Way.DOWN and reply.number > request.number and reply.tid == request.tid
        and reply.mti == REPLY_MTI.get(request.mti) and reply.stan == request.stan
        and (bool(request.stan) or reply.kind in ("", request.kind))
    )


def answers_to(line: Line, request: SeenMessage) -> Iterator[SeenMessage]:
    """What the host said to it; of what has no number: until the next of its kind is asked."""
    for each in line:
        if each.number <= request.number:
            continue
        if not request.stan and each.way is Way.UP and each.kind == request.kind:
            return
        if is_reply_to(each, request):
            yield each


def reply_to(line: Line, request: SeenMessage) -> SeenMessage | None:
    """The first that the host said to it, whatever became of that."""
    return next(answers_to(line, request), None)


def heard_reply(line: Line, request: SeenMessage) -> SeenMessage | None:
    """The first reply that reached the terminal as it was sent, and at once."""
    return next((each for each in answers_to(line, request) if each.fate in CLEARLY_HEARD), None)


def same(request: SeenMessage, other: SeenMessage) -> bool:
    """Whether two messages bear the same number of the same batch."""
    return (other.tid, other.batch, other.stan) == (request.tid, request.batch, request.stan)


def reversals_of(line: Line, request: SeenMessage) -> list[SeenMessage]:
    """The 0400s of a request."""
    return [
        each for each in line
        if each.way is Way.UP and each.mti == REVERSAL and each.number > request.number and same(request, each)
    ]


def request_of(line: Line, message: SeenMessage) -> SeenMessage | None:
    """The request that a reply, or a 0400, belongs to: the last one of its number before it."""
    if message.way is Way.UP and message.mti != REVERSAL:
        return message
    found = None
    for each in line:
        if each.number >= message.number:
            break
        if each.way is Way.UP and each.stan == message.stan and each.tid == message.tid and (
            message.mti in (REVERSAL, REPLY_MTI.get(each.mti, ""))
        ) and (each.mti != REVERSAL or message.mti == REPLY_MTI[REVERSAL]):
            found = each
    return found


def delivered(line: Line, request: SeenMessage) -> SeenMessage | None:
    """The 0410 by which the reversal of a request has ended, as the terminal heard it."""
    for reversal in reversals_of(line, request):
        for reply in answers_to(line, reversal):
            if reply.fate in CLEARLY_HEARD | {Fate.HELD} and reply.response_code in REVERSAL_DONE:
                return reply
    return None


def first_sent(line: Iterable[SeenMessage]) -> Iterator[SeenMessage]:
    """Financial requests and stored ones, each once: what the terminal repeated is left out."""
    known: set[tuple[str, int, int, str]] = set()
    for each in line:
        if each.way is not Way.UP or each.mti not in FINANCIAL | {"0220"} or each.message is None:
            continue
        key = each.tid, each.batch, each.stan, each.mti
        if each.mti in REPEATED and key in known:
            continue
        known.add(key)
        yield each


# ---- batches ---------------------------------------------------------------------------------


def counted(line: Line, batch: int) -> list[SeenMessage]:
    """The approvals of a batch that the terminal heard and did not reverse, each by its first request."""
    found: dict[int, SeenMessage] = {}
    for request in requests(line):
        kind = _kind(request)
        if kind is None or not COUNTS[kind] or request.batch != batch or request.mti == "0320":
            continue
        reply = heard_reply(line, request)
        if reply is not None and reply.response_code in APPROVED and not reversals_of(line, request):
            found.setdefault(request.stan, request)
    return list(found.values())


def doubtful(line: Line, batch: int) -> list[SeenMessage]:
    """Requests of a batch of which the line does not show what the terminal made of them."""
    sure = {each.stan for each in counted(line, batch)}
    return [
        request for request in requests(line)
        if (kind := _kind(request)) is not None and COUNTS[kind] and request.batch == batch
        and request.mti != "0320" and request.stan not in sure and not reversals_of(line, request)
        and any(
            is_reply_to(each, request) and each.response_code in APPROVED
            and each.fate not in (Fate.LOST, Fate.NOWHERE)
            for each in line
        )
    ]


def sum_of(line: Line, request: SeenMessage) -> int:
    """The fen that an approved request counts with: of an approval in part those of the reply."""
    assert request.message is not None
    reply = heard_reply(line, request)
    told = reply.message.amount_fen if reply is not None and reply.message is not None else None
    if reply is not None and RESPONSE_CODES[reply.response_code].outcome is Outcome.PARTIAL and told:
        return told
    return request.message.amount_fen or 0


def totals(line: Line, batch: int, domestic: tuple[str, ...]) -> SettlementTotals:
    """What F48 of a 0500 has to say of a batch, by what went over the line."""
    halves = [[0, 0, 0, 0], [0, 0, 0, 0]]
    for request in counted(line, batch):
        assert request.message is not None
        half = halves[is_foreign(request.message.pan, domestic)]
        at = 0 if COUNTS[Kind(request.kind)] > 0 else 2
        half[at] += sum_of(line, request)
        half[at + 1] += 1
    ours, others = (CardTotals(half[0], half[1], half[2], half[3]) for half in halves)
    return SettlementTotals(ours, others)


def uploaded(line: Line, batch: int) -> list[int]:
    """The trace numbers of the transactions that went up in the details of a batch, in order."""
    return [
        stan for part in requests(line, Kind.BATCH_UPLOAD.value) if part.batch == batch and not part.attempt
        for stan in uploaded_in(part)]


def uploaded_in(part: SeenMessage) -> list[int]:
    """Those of one 0320; none in the end of an upload, and 0 where they cannot be read."""
    message = part.message
    if message is None or message.network_code in ENDS:
        return []
    if message.network_code == UPLOAD_STRIPE:
        try:
            return [item.stan for item in parse_upload(message.details)]
        except WireError:
            return [0]
    if message.original is not None and message.network_code != "000":
        return [message.original.stan]
    return [part.stan]


def uploaded_as_failed(line: Line, batch: int) -> list[int]:
    """Of these the ones that a chip record calls failed: they carry no money, and the end may count them or not.

    An approval with a wrong ARPC, which such a record can tell too, is none.
    """
    return [
        part.stan for part in requests(line, Kind.BATCH_UPLOAD.value)
        if part.message is not None and part.batch == batch and not part.attempt
        and part.message.network_code in FAILED and not sum_of_approved(part.message.private or b"")]


def asked_by_chip(line: Line, batch: int) -> frozenset[int]:
    """The trace numbers of what cards asked for by their chips, whatever became of it."""
    return frozenset(
        each.stan for each in requests(line)
        if each.mti not in REPEATED and each.batch == batch
        and each.message is not None and each.message.entry_mode[:2] in CHIP_ENTRY)


def following(number: int) -> int:
    """The number that comes after it, of trace numbers and batches: 000001 after 999999.

    >>> following(999_999), following(7)
    (1, 8)
    """
    return number % (MODULUS - 1) + 1


def is_told_as(said: str, right: str) -> bool:
    """Whether a fact was told as it is; a profile may have less room for it, and cut it at one end.

    >>> is_told_as("0000000001", "000000000001"), is_told_as("1", "000000000001"), is_told_as("412868", "412869")
    (True, True, False)
    """
    plain = said.lstrip("0")
    return bool(plain) and ((right.endswith(plain) and not right.removesuffix(plain).strip("0"))
                            or (len(said) >= LEAST_TOLD and (right.startswith(said) or right.endswith(said))))


def _kind(request: SeenMessage) -> Kind | None:
    try:
        return Kind(request.kind)
    except ValueError:
        return None
