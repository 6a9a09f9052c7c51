"""What goes first: an ordered table of conditions and starts, walked until something must be waited for.

It decides the order and nothing else; what a start does is its procedure's.
"""

from __future__ import annotations

from simulator.catalogue.terminal_reasons import Shown
from simulator.machines.terminal import script, signature
from simulator.machines.terminal.advice import next_advised
from simulator.machines.terminal.batch import NOBODY_WAITS, OFFLINE
from simulator.machines.terminal.downloads import want
from simulator.machines.terminal.events import Operated, Result
from simulator.machines.terminal.refusals import refusal
from simulator.machines.terminal.sale import want_update
from simulator.machines.terminal.sign_on import send_management
from simulator.machines.terminal.work import (
    RESTING,
    Exchange,
    Update,
    Work,
    demand_sign_on,
    end_job,
    pause,
    row_of,
    show,
)
from simulator.wire.kinds import DOWNLOADS, Kind, ProcessingRequest
from simulator.wire.tables import TABLE_OF, Table

# A job that does none of these needs neither keys nor a delivered reversal.
_LOCAL = frozenset({Kind.SIGN_ON, Kind.ECHO_TEST, *DOWNLOADS, *OFFLINE})
# What the host may ask for in the header of a reply, and the exchange that does it.
REQUESTED: dict[str, Kind] = {ProcessingRequest.STATUS_UPLOAD.value: Kind.STATUS_UPLOAD}
TABLES_REQUESTED: dict[str, Table] = {
    ProcessingRequest.PARAMETER_DOWNLOAD.value: Table.PARAMETERS,
    ProcessingRequest.CAPK_DOWNLOAD.value: Table.CAPK,
    ProcessingRequest.IC_PARAMETERS.value: Table.AID,
    ProcessingRequest.BLACK_LIST.value: Table.BLACK_LIST,
    ProcessingRequest.CONTACTLESS.value: Table.CONTACTLESS,
}
_STARTED_BY_REQUEST = frozenset(REQUESTED.values())


def advance(w: Work) -> None:
    """Start what is due, in the order of the table, until something has to be waited for."""
    if _is_quiet(w):
        # Nothing stands before the job: the table would say the same, only later.
        if w.job is None:
            w.paused = False
            w.deadline_ms = None
            return
        if not w.begun and w.job.kind is not Kind.SIGN_ON:
            start_job(w)
    order = w.table.order
    while w.waiting is RESTING:
        for step in order:
            if step.due(w):
                step.start(w)
                break
        else:
            _rest(w)
            return


def _rest(w: Work) -> None:
    """Nothing to do now; what is unresolved is taken up again after a pause."""
    memory = w.memory
    if memory.armed is None and not memory.advised:
        w.paused = False
        w.deadline_ms = None
    elif memory.armed is not None or unknown_outcomes(w) or script.is_waiting(w):
        if not w.paused or w.deadline_ms is None:
            pause(w, w.profile.reversal_idle_ms)
    else:
        w.deadline_ms = None


def unknown_outcomes(w: Work) -> tuple[int, ...]:
    """Stored requests that somebody waits for."""
    return tuple(each.stan for each in w.memory.advised if each.kind not in NOBODY_WAITS)


def start_job(w: Work) -> None:
    """Its own exchange, by kind."""
    job = w.job
    assert job is not None
    w.begun = True
    if job.original is not None and (reason := refusal(w, job)) is not None:
        end_job(w, Result.REFUSED, reason=reason)  # a sign-on meanwhile brought another batch
        return
    row_of(w.table.jobs, job.kind, "jobs")(w)


def start_settlement_first(w: Work) -> None:
    """The host wants new software here, or the batch is full: it is closed before."""
    w.job = Operated(kind=Kind.SETTLEMENT, clerk=w.memory.clerk)
    w.begun = w.forwarded = False
    w.own_job = True
    signature.begin_rounds(w)


def start_waiting_advices(w: Work) -> None:
    """All stored requests have their turn."""
    w.forward = tuple(
        each.stan for each in w.memory.advised if each.kind is not Kind.SCRIPT_RESULT)
    w.forwarded = True
    w.tries = 0


def start_request(w: Work) -> None:
    """Status upload."""
    wanted, w.requests = w.requests[0], w.requests[1:]
    kind = REQUESTED[wanted]
    w.begun = False
    send_management(w, kind, "")


def note_request(w: Work, wanted: str, exchange: Exchange) -> None:
    """The host asks for something in the header of its reply; what no row knows is only shown."""
    table = TABLE_OF.get(exchange.kind)
    if exchange.kind in _STARTED_BY_REQUEST or (
        table is not None and table.table is TABLES_REQUESTED.get(wanted)
    ):
        return  # it would ask for ever
    note = w.table.requests.get(wanted)
    if note is None:
        show(w, Shown.REQUEST_UNSUPPORTED, f"主机要求 {wanted} 不支持")
    else:
        note(w, wanted, exchange.kind)


def later(w: Work, wanted: str, _of_kind: Kind) -> None:
    """Done when nothing else is in hand."""
    if wanted not in w.requests:
        w.requests += wanted


def table_requested(w: Work, wanted: str, _of_kind: Kind) -> None:
    """A table is to be loaded, when nothing else is in hand."""
    want(w, (TABLES_REQUESTED[wanted],))


def sign_on_requested(w: Work, _wanted: str, of_kind: Kind) -> None:
    """New keys, please; a sign-on has just brought them."""
    if of_kind is not Kind.SIGN_ON:
        demand_sign_on(w)


def update_requested(w: Work, _wanted: str, _of_kind: Kind) -> None:
    """New software, please; and its task, where the plan has one."""
    if Table.TMS in w.profile.download.tables:
        want(w, (Table.TMS,))
    want_update(w)


def _is_quiet(w: Work) -> bool:
    memory = w.memory
    return (
        memory.signed_on and memory.armed is None and not memory.advised and not memory.signatures
        and not w.requests and w.update is Update.NONE and w.waiting is RESTING
        and not w.downloading and not memory.next_master_key
    )


def is_sign_on_asked(w: Work) -> bool:
    """A clerk wants to sign on."""
    job = w.job
    return job is not None and job.kind is Kind.SIGN_ON and not w.begun


def are_keys_missing(w: Work) -> bool:
    """Sign-on is wanted, or something that has to be sealed waits for keys."""
    memory = w.memory
    if memory.signed_on or w.paused or not memory.clerk:
        return False
    job = w.job
    return (
        w.sign_on_wanted or memory.armed is not None or bool(w.forward)
        or (job is not None and job.kind not in _LOCAL)
    )


def is_reversal_due(w: Work) -> bool:
    """A reversal is armed and its pause is over."""
    memory = w.memory
    return memory.armed is not None and memory.signed_on and not w.paused


def are_advices_first(w: Work) -> bool:
    """Before a settlement all that is stored goes up, once."""
    job = w.job
    return (
        job is not None and job.kind is Kind.SETTLEMENT and not w.forwarded
        and bool(w.memory.advised) and is_job_due(w)
    )


def is_forward_due(w: Work) -> bool:
    """Stored requests have their turn, and nobody waits at the counter."""
    if not w.forward or w.paused or not w.memory.signed_on:
        return False
    waiting = w.job is not None and w.job.kind is not Kind.SETTLEMENT
    return not waiting and next_advised(w) is not None


def is_signature_due(w: Work) -> bool:
    """A job waits that goes to the host, and a signature has not had its turn before it."""
    job = w.job
    if not w.memory.signatures or job is None or w.paused or not is_job_due(w):
        return False
    return job.kind is Kind.SETTLEMENT or (job.kind not in _LOCAL and signature.untried(w) is not None)


def is_job_due(w: Work) -> bool:
    """Somebody asked for something, and no reversal or sign-on stands before it."""
    job = w.job
    if job is None or w.begun:
        return False
    memory = w.memory
    return job.kind in _LOCAL or (memory.armed is None and memory.signed_on)


def is_request_due(w: Work) -> bool:
    """The host asked for something in the header of a reply."""
    return bool(w.requests)


def is_settlement_first(w: Work) -> bool:
    """New software is wanted, and the batch is not closed yet."""
    memory = w.memory
    return w.update is Update.WANTED and w.job is None and bool(
        memory.items or memory.advised or memory.armed or memory.settling,
    )


def is_update_due(w: Work) -> bool:
    """New software is wanted, and the batch is closed."""
    return w.update is Update.WANTED and w.job is None
