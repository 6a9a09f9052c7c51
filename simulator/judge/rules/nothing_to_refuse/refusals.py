"""What the host refuses, and whether the terminal could have known."""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode
from simulator.catalogue.language import Told
from simulator.judge.rule import Case
from simulator.judge.rules.nothing_to_refuse.heard import (
    ADVICE_ANSWERED,
    BATCH_MISMATCH,
    MAC_ERROR,
    answered_as_before,
    story_of,
)
from simulator.judge.rules.nothing_to_refuse.standing import Known, Standing, keep, standing_of
from simulator.judge.tracking.batches import settled
from simulator.judge.tracking.references import COMPLETING, why_not, why_not_signed
from simulator.judge.tracking.under_way import REPEATED, UnderWay
from simulator.judge.transactions import HOST, LOADING, RETURNING
from simulator.judge.wishes import WHOLE
from simulator.judge.words.terms import reason_said
from simulator.trace.records import Sent, Warned, key_of

NOT_FOUND, FORMAT_ERROR = "25", "30"
_NOT_POSSIBLE = frozenset({"12", "13", "14", "25", "30", "61", "64"})
_REFERRING = RETURNING | COMPLETING
_NO_PICTURE = Told("it holds no picture", "未附签名")
TOLD_ENOUGH = 2  # times: once to sign on, and once after that
_CODES = frozenset({MAC_ERROR, BATCH_MISMATCH})
_ANSWERED_BY = {"0230": "0220", "0410": "0400", "0630": "0620"}  # what is repeated under its number
_NO_KIND = frozenset({AlarmCode.UNKNOWN_KIND, AlarmCode.UNREADABLE})
# A message of a kind that there is, and wrong in what it holds.  What a terminal may have been
# brought to by a line or a power cut is not among them: a download that begins anew, or elsewhere.
_WRONG_CONTENT = frozenset({
    AlarmCode.UNKNOWN_MERCHANT, AlarmCode.TRACK_UNREADABLE, AlarmCode.TRACK_OF_OTHER,
    AlarmCode.PIN_UNREADABLE, AlarmCode.KEY_DOWNLOAD_REFUSED, AlarmCode.DOWNLOAD_UNREADABLE,
    AlarmCode.DOWNLOAD_ENDED_AS_OTHER, AlarmCode.KEY_CHECK_FAILED, AlarmCode.NO_KEY_TO_ACTIVATE,
    AlarmCode.NO_VOUCHER, AlarmCode.CRYPTOGRAM_OF_OTHER_SUM,
})

_Case = Case[Known]


def sent(case: _Case, record: Sent) -> None:
    """A reply leaves the host."""
    if record.actor != HOST:
        standing = case.memory.terminals.get(record.tid) or standing_of(case, record.tid)
        standing.last_mti = record.mti
        standing.last_stan = record.stan
        standing.last_ms = record.at_ms
        standing.before = standing.what
        standing.what = record.what
        if record.what in _REFERRING and _is_wished(case, record):
            keep(case.memory.wished, key_of(record.tid, record.batch, record.stan))
        if record.mti in REPEATED:
            standing.under_way = standing.under_way or UnderWay()
            standing.under_way.left(record.mti, record.stan)
        if record.what == "sign_on":
            standing.asked = record.stan
        return
    if record.response_code != MAC_ERROR and record.mti in _ANSWERED_BY:
        asker = case.memory.terminals.get(record.tid)
        if asker is not None and asker.under_way is not None:
            asker.under_way.taken(_ANSWERED_BY[record.mti], record.stan)
    if record.response_code in _CODES:
        _refused(case, record)
    elif record.response_code in _NOT_POSSIBLE and record.what in _REFERRING:
        _cannot_be(case, record)
    elif record.what == "signature_upload" and record.response_code in (NOT_FOUND, FORMAT_ERROR):
        _not_signed_for(case, record)
    elif record.mti == "0810" and record.what == "sign_on" and record.response_code == "00":
        standing = standing_of(case, record.tid)
        standing.excused = True  # until it is there
        standing.given = record.stan
        standing.batch = record.batch
        standing.forced = 0
    elif case.memory.again:
        answered_as_before(case, record)


def warned(case: _Case, record: Warned) -> None:
    """The host raises an alarm."""
    if record.actor != HOST:
        return
    tid, _, text = record.text.partition(": ")
    if tid not in case.book.terminals:
        return  # no terminal of this run
    code = record.code
    if code == AlarmCode.BAD_MAC:
        standing_of(case, tid).alarmed = True
    elif code in _NO_KIND:
        case.exercised += 1
        case.find("refused_kind", at_ms=record.at_ms, tid=tid, what=text)
    elif code in _WRONG_CONTENT:
        standing = standing_of(case, tid)
        if standing.forged or standing.excused:
            return
        if code == AlarmCode.DOWNLOAD_ENDED_AS_OTHER and standing.before not in LOADING:
            return  # it was cut off, and that is the end of another one
        case.exercised += 1
        why, why_zh = reason_said("warned.code", code)
        case.find("refused_content", at_ms=record.at_ms, tid=tid, why=why, why_zh=why_zh, what=text)


def _refused(case: _Case, record: Sent) -> None:
    standing = standing_of(case, record.tid)
    key = key_of(record.tid, record.batch, record.stan)
    request = f"{record.mti[:2]}{int(record.mti[2]) - 1}0"
    if (record.tid, request, record.stan) in case.memory.changed:
        standing.alarmed = False
        if standing.under_way is not None:
            standing.under_way.taken(request, record.stan)
        return
    case.exercised += 1  # whoever is to blame for it
    code = ""
    if record.response_code == MAC_ERROR:
        # It was under way while keys changed.
        old = standing.under_way is not None and standing.under_way.refused(request, record.stan)
        late = old or (standing.last_mti, standing.last_stan) != (request, record.stan)
        if standing.alarmed and not standing.excused and not standing.forged and not late:
            code = "refused_mac" if standing.has_keys else "refused_before_sign_on"
        standing.alarmed = False
        if not case.book.terminal(record.tid).heard:
            standing.excused = False  # at a port nobody sees whether it arrives: it has been told
    elif key in case.memory.again:
        del case.memory.again[key]
        code = "refused_number"
    elif standing.batch and record.batch not in (standing.batch, standing.forced) and not standing.excused:
        code = "" if _was_stored(case, standing, record, key) else "refused_batch"
    if code:
        case.find(
            code, at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=story_of(case, key, record),
            batch=f"{record.batch:06}", right=f"{standing.batch:06}",
        )


def _was_stored(case: _Case, standing: Standing, record: Sent, key: str) -> bool:
    """Whether it was stored before its batch was closed: it bears that one, until it is told twice."""
    if record.mti != ADVICE_ANSWERED:
        return False
    transaction = case.book.transactions.get(key)
    stored = transaction is None or transaction.told or transaction.attempt > 0
    return stored and standing.closed_for.count(key) < TOLD_ENOUGH


def _cannot_be(case: _Case, record: Sent) -> None:
    """What refers to another transaction is refused; the terminal could know, or the host alone."""
    key = key_of(record.tid, record.batch, record.stan)
    transaction = case.book.transactions.get(key)
    if transaction is None:
        return
    original = transaction.original
    if transaction.names and original is None:
        return  # of a batch long closed, or of another till: the host knows, we do not
    case.exercised += 1
    why = why_not(transaction, original)
    if why is not None and key not in case.memory.wished:  # else people tried what cannot be
        case.find(
            "refused_reference", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=story_of(case, key, record),
            why=why.en, why_zh=why.zh,
        )


def _not_signed_for(case: _Case, record: Sent) -> None:
    """A signature is refused: nothing is there that was signed for, or it holds no picture."""
    standing = standing_of(case, record.tid)
    if standing.forged:
        return
    key = key_of(record.tid, record.batch, record.stan)
    transaction = case.book.transactions.get(key)
    why: Told | None = _NO_PICTURE
    if record.response_code == NOT_FOUND:
        why = why_not_signed(
            record, transaction, is_settled=settled(case.book, record.tid, record.batch))
    if why is not None:
        case.exercised += 1
        case.find(
            "refused_reference", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=story_of(case, key, record),
            why=why.en, why_zh=why.zh,
        )


def _is_wished(case: _Case, record: Sent) -> bool:
    """Whether a terminal of the world sends what its clerk meant, of this very sale and sum."""
    terminal = case.book.terminals.get(record.tid)
    if terminal is None or not terminal.opened.observable:
        return False
    wish = case.book.wishes.of(record.sale, record.what)
    if wish is None or wish.fen not in (WHOLE, record.amount_fen):
        return False
    original = case.book.transactions.get(case.book.named_by(record))
    return not wish.sale or original is None or wish.sale in (original.sale.sale, *original.sale.also)
