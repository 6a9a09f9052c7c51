"""Where a fault can strike, and what it can do there: the border between faults and the world.

The world asks at every point ("may this reply pass?") and carries out the answer; it knows no mode
and no trigger.  An anchor names the protocol event that a decision belongs to, so a fault that
fired can be replayed from (anchor, action) alone.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.places import (
    ANYWHERE_WITH_HOST,
    AT_RELAYS,
    BY_CLERKS,
    ON_A_LINE,
    ON_ECR_LINES,
    SIMULATED,
    Place,
)


class Point(str, Enum):
    """A kind of decision."""

    __hash__ = str.__hash__  # asked for at every message; Enum's own costs five times as much

    REQUEST = "request"  # a terminal's message on its way to the host
    REPLY = "reply"  # the host's message on its way to the terminal
    TERMINAL_STEP = "terminal_step"  # between two effects of a terminal
    HOST_STEP = "host_step"  # between two effects of the acquirer
    SERVICE = "service"  # the acquirer takes up a request
    AUTHORISATION = "authorisation"  # an issuer takes up a request
    PAYOUT = "payout"  # a merchant's bank takes up a payout
    OPERATION = "operation"  # a clerk is about to operate a terminal
    NOTICE = "notice"  # an SMS is about to be sent
    ECR_COMMAND = "ecr_command"  # what a till sends to its terminal, an ACK among it
    ECR_ANSWER = "ecr_answer"  # what a terminal sends to its till
    WINDOW = "window"  # a state begins: nobody asks, the schedule says so


class Anchor(msgspec.Struct, frozen=True, gc=False):
    """The protocol event that a decision belongs to; asked about once.

    ``actor`` is a TID, or a MID at PAYOUT and NOTICE; ``what`` the MTI (REQUEST, REPLY), the step
    ("store:armed"), the kind (SERVICE, OPERATION), the issuer request (AUTHORISATION) or the
    settlement date (PAYOUT); ``attempt`` counts from 0.  Where there is no STAN (OPERATION, NOTICE)
    the running number of the operation or notice of that actor stands in its place.

    What follows ``attempt`` lets a rule choose and is no part of the anchor's name: ``kind`` of the
    transaction, the ``bank`` that is asked, the ``card`` (name in the scenario) that is used.
    """

    point: Point
    actor: str
    batch: int = 0
    stan: int = 0
    what: str = ""
    attempt: int = 0
    kind: str = ""
    bank: str = ""
    card: str = ""

    def text(self) -> str:
        """As in FaultFired.anchor: ``<actor>/<batch>/<stan>/<what>/<attempt>``."""
        return f"{self.actor}/{self.batch:06}/{self.stan:06}/{self.what}/{self.attempt}"


class Verb(str, Enum):
    """What the world does."""

    DROP = "drop"  # the message is lost on the way
    REFUSE_CONNECT = "refuse_connect"  # the sender learns that it did not leave
    DELAY = "delay"  # later by ms
    DUPLICATE = "duplicate"  # delivered once more after ms
    ALTER = "alter"  # a field is changed, the MAC is no longer right
    SPOIL_MAC = "spoil_mac"  # the MAC is wrong, nothing else
    FORGE = "forge"  # a message that nobody sent arrives as well
    CUT_POWER = "cut_power"  # the effects before this step are done; off for ms
    CRASH = "crash"  # the same for the host
    WIPE = "wipe"  # journal, batch and STAN counter are gone
    DAMAGE = "damage"  # bytes of the memory are damaged: one record, or all of it (code)
    LOSE = "lose"  # gone for good; after ms a replacement has its TID
    ROLL_BACK = "roll_back"  # earlier software and settings (code)
    UPDATE = "update"  # out of use for ms, then other software (code)
    BREAK_UPDATE = "break_update"  # the same, and the power fails half way
    RESTORE = "restore"  # the memory is an older backup
    JAM = "jam"  # the receipt does not come out, and the terminal is told
    HOLD_PAYOUTS = "hold_payouts"  # a merchant's money is held until the window ends
    HANG = "hang"  # answers nothing, state kept, until restarted after ms
    ANSWER = "answer"  # with response code or reason `code`
    SILENCE = "silence"  # no answer at all
    LATE = "late"  # does it, and answers after ms
    RETURN = "return"  # a payout goes back with reason `code`
    QUEUE = "queue"  # a payout waits and is asked about again after ms
    REPEAT = "repeat"  # the clerk does the same again after ms
    MISTYPE = "mistype"  # the clerk types another amount, then corrects it
    MISREAD = "misread"  # another code is scanned first, which nobody can pay with
    STRANGER = "stranger"  # somebody who is not signed in presses the keys first
    WRONG_PASSWORD = "wrong_password"  # somebody tries to sign in with a wrong password first
    UNSUPERVISED = "unsupervised"  # the supervisor's password is left out at first
    OTHER_KIND = "other_kind"  # the clerk calls another function, then puts it right
    STORM = "storm"  # the clerk presses again every ms while the outcome is open
    VOID_BY_MISTAKE = "void_by_mistake"  # a good sale is voided after ms, and sold again
    CALL_DISABLED = "call_disabled"  # a function that is switched off is called first
    DISPUTE = "dispute"  # the cardholder disputes the sale after ms, for reason `code`
    MISS_SLIP = "miss_slip"  # the merchant will have no slip of the sale (code), asked for after ms
    CASH_OUT = "cash_out"  # no goods but cash: an unusual sum, which the acquirer looks into
    FAIL = "fail"  # said to be done, and given back before it is answered
    DIVERT = "divert"  # a payout goes to an intermediary, which pays late, short or never
    DEMAND_VERSION = "demand_version"  # the host asks for newer software, refuses after ms
    WANT_PAPERS = "want_papers"  # releases and corrections wait for a document (code)
    LOCK_OUT = "lock_out"  # the merchant cannot see the back office
    HOLD_CLEARING = "hold_clearing"  # what a cut-over would clear is cleared later
    RENEW = "renew"  # the host restarts after ms with new keys or parameters (code)
    GO_ON = "go_on"  # the clerk sells on although maintenance was announced
    HOLD = "hold"  # the message waits until the reversal of its transaction has passed
    SWAP = "swap"  # the next message of its way goes first
    CUT_SHORT = "cut_short"  # half of the message, and then the end
    GARBLE = "garble"  # other bytes, as many
    MISCOUNT = "miscount"  # another length than the message has is announced
    REWRITE = "rewrite"  # another value in a field, the MAC as it was
    RESEAL = "reseal"  # another value in a field, and a MAC that is right for it
    HANG_UP = "hang_up"  # in good order, in the place of the message
    RESET = "reset"  # the same, broken off
    HALF_CLOSE = "half_close"  # the message passes, and nothing more on its way
    NAK = "nak"  # a NAK in the place of an ACK
    SPOIL_CHECK = "spoil_check"  # a wrong LRC or CRC
    NOISE = "noise"  # bytes that mean nothing in front of it
    SPLIT = "split"  # half of it, and the rest after ms
    LATENCY = "latency"  # all bytes later by ms
    JITTER = "jitter"  # all bytes later by up to ms
    NARROW = "narrow"  # so many bytes a second (code)
    SLICE = "slice"  # so many bytes at a time (code)
    BLACK_HOLE = "black_hole"  # bytes vanish, connections stand
    SHUT_DOOR = "shut_door"  # the system refuses whoever connects


class Action(msgspec.Struct, frozen=True, gc=False):
    """A verb with its parameters."""

    verb: Verb
    code: str = ""
    ms: int = 0
    step: int = 0


# ---- what can be done where: every verb at every point in every place, in one table ------------


class Ability(msgspec.Struct, frozen=True, gc=False):
    """One verb at one point: in which places, and what it is there."""

    places: frozenset[Place]
    what: str


_WITH_A_DEVICE = SIMULATED | {Place.VIRTUAL_DEVICE}
_P, _V = Point, Verb

ABILITIES: dict[tuple[Point, Verb], Ability] = {
    (_P.REQUEST, _V.DROP): Ability(ON_A_LINE, "lost on its way"),
    (_P.REQUEST, _V.REFUSE_CONNECT): Ability(
        ON_A_LINE, "did not leave, and the terminal knows: a port hangs up"),
    (_P.REQUEST, _V.DELAY): Ability(ON_A_LINE, "arrives later"),
    (_P.REQUEST, _V.DUPLICATE): Ability(ON_A_LINE, "arrives once more, later"),
    (_P.REQUEST, _V.ALTER): Ability(ON_A_LINE, "another sum, so a wrong MAC"),
    (_P.REQUEST, _V.SPOIL_MAC): Ability(ON_A_LINE, "a wrong MAC"),
    (_P.REQUEST, _V.FORGE): Ability(ON_A_LINE, "one that nobody sent arrives as well"),
    (_P.REPLY, _V.DROP): Ability(ON_A_LINE, "lost on its way"),
    (_P.REPLY, _V.DELAY): Ability(ON_A_LINE, "arrives later"),
    (_P.REPLY, _V.DUPLICATE): Ability(ON_A_LINE, "arrives once more, later"),
    (_P.REPLY, _V.ALTER): Ability(ON_A_LINE, "another sum, so a wrong MAC"),
    (_P.REPLY, _V.SPOIL_MAC): Ability(ON_A_LINE, "a wrong MAC"),
    (_P.TERMINAL_STEP, _V.CUT_POWER): Ability(_WITH_A_DEVICE, "off before the step"),
    (_P.TERMINAL_STEP, _V.HANG): Ability(SIMULATED, "answers nothing until it is restarted"),
    (_P.TERMINAL_STEP, _V.JAM): Ability(SIMULATED, "the receipt does not come out"),
    (_P.HOST_STEP, _V.CRASH): Ability(ANYWHERE_WITH_HOST, "down before the step"),
    (_P.SERVICE, _V.ANSWER): Ability(ANYWHERE_WITH_HOST, "refused with a response code"),
    (_P.SERVICE, _V.SILENCE): Ability(ANYWHERE_WITH_HOST, "not answered, nothing done"),
    (_P.AUTHORISATION, _V.ANSWER): Ability(
        ANYWHERE_WITH_HOST, "answered with a code or a state, nothing done"),
    (_P.AUTHORISATION, _V.SILENCE): Ability(ANYWHERE_WITH_HOST, "not answered, nothing done"),
    (_P.AUTHORISATION, _V.LATE): Ability(ANYWHERE_WITH_HOST, "done in time, answered later"),
    (_P.AUTHORISATION, _V.DELAY): Ability(ANYWHERE_WITH_HOST, "done and answered later"),
    (_P.AUTHORISATION, _V.FAIL): Ability(
        SIMULATED, "done and given back, then refused; a wallet leaves it pending, then fails it"),
    (_P.PAYOUT, _V.DIVERT): Ability(
        SIMULATED, "an intermediary has the money and passes it on late, short or never"),
    (_P.PAYOUT, _V.RETURN): Ability(ANYWHERE_WITH_HOST, "sent back with a reason"),
    (_P.PAYOUT, _V.QUEUE): Ability(ANYWHERE_WITH_HOST, "tried again later"),
    (_P.OPERATION, _V.CUT_POWER): Ability(SIMULATED, "off before the clerk begins"),
    (_P.OPERATION, _V.HANG): Ability(SIMULATED, "hangs before the clerk begins"),
    (_P.OPERATION, _V.WIPE): Ability(SIMULATED, "reset to factory settings"),
    (_P.OPERATION, _V.DAMAGE): Ability(
        SIMULATED, "records of its memory are damaged, where no outcome is open"),
    (_P.OPERATION, _V.LOSE): Ability(
        SIMULATED, "gone for good, and replaced later, where no outcome is open"),
    (_P.OPERATION, _V.ROLL_BACK): Ability(SIMULATED, "earlier software runs again"),
    (_P.OPERATION, _V.UPDATE): Ability(SIMULATED, "out of use, then other software runs"),
    (_P.OPERATION, _V.BREAK_UPDATE): Ability(
        SIMULATED, "its update is cut off by a power cut, the old software stays"),
    (_P.OPERATION, _V.RESTORE): Ability(
        SIMULATED, "its memory is an older backup, where no outcome is open"),
    (_P.OPERATION, _V.REPEAT): Ability(BY_CLERKS, "the clerk sells twice, then voids"),
    (_P.OPERATION, _V.MISTYPE): Ability(
        BY_CLERKS, "the clerk types another sum, then voids or refunds it"),
    (_P.OPERATION, _V.OTHER_KIND): Ability(BY_CLERKS, "keyed as another kind, then put right"),
    (_P.OPERATION, _V.VOID_BY_MISTAKE): Ability(BY_CLERKS, "voided by mistake later, then sold again"),
    **{(_P.OPERATION, verb): Ability(BY_CLERKS, what) for verb, what in (
        (_V.MISREAD, "another code is scanned, which nobody can pay with; then the right one"),
        (_V.STRANGER, "keyed by somebody who is not signed in; then by the clerk"),
        (_V.WRONG_PASSWORD, "somebody signs in with a wrong password; then the clerk works"),
        (_V.UNSUPERVISED, "asked for without the supervisor's password; then with it"),
        (_V.STORM, "keyed again and again while its outcome is open"),
        (_V.CALL_DISABLED, "a function that is switched off is called first"),
    )},
    **{(_P.OPERATION, verb): Ability(SIMULATED, what) for verb, what in (
        (_V.DISPUTE, "its cardholder disputes the sale later"),
        (_V.MISS_SLIP, "the merchant has no slip of the sale, which is asked for later"),
        (_V.CASH_OUT, "an unusual sum for no goods; the acquirer looks into it"),
    )},
    (_P.NOTICE, _V.DROP): Ability(ANYWHERE_WITH_HOST, "never arrives"),
    (_P.NOTICE, _V.LATE): Ability(ANYWHERE_WITH_HOST, "sent in time, arrives later"),
    (_P.WINDOW, _V.DEMAND_VERSION): Ability(
        ANYWHERE_WITH_HOST, "the host asks for newer software, later refuses the old"),
    (_P.WINDOW, _V.HOLD_PAYOUTS): Ability(
        ANYWHERE_WITH_HOST, "what a merchant is due is held by the law, or put off"),
    (_P.WINDOW, _V.WANT_PAPERS): Ability(
        SIMULATED, "a release or correction waits for a document"),
    (_P.WINDOW, _V.LOCK_OUT): Ability(SIMULATED, "the merchant cannot see the back office"),
    (_P.WINDOW, _V.HOLD_CLEARING): Ability(SIMULATED, "cut-overs are cleared when it is over"),
    (_P.WINDOW, _V.RENEW): Ability(
        ANYWHERE_WITH_HOST, "the host is down, then its terminals must sign on again"),
    (_P.WINDOW, _V.GO_ON): Ability(BY_CLERKS, "clerks sell in an announced maintenance"),
    **{(point, verb): Ability(AT_RELAYS, what) for point in (_P.REQUEST, _P.REPLY) for verb, what in (
        (_V.HOLD, "waits until the reversal of its transaction has passed"),
        (_V.SWAP, "the next message of its way goes first"),
        (_V.CUT_SHORT, "half of it arrives, then the end"),
        (_V.GARBLE, "other bytes arrive, as many"),
        (_V.MISCOUNT, "a wrong length is announced"),
        (_V.REWRITE, "another value in a field, the MAC as it was"),
        (_V.RESEAL, "another value in a field, and a right MAC"),
        (_V.HANG_UP, "both sides are hung up on in its place"),
        (_V.RESET, "both sides are reset in its place"),
        (_V.HALF_CLOSE, "arrives, and nothing more on its way"),
    )},
    **{(point, verb): Ability(ON_ECR_LINES, what)
       for point in (_P.ECR_COMMAND, _P.ECR_ANSWER) for verb, what in (
        (_V.DROP, "lost on its way"),
        (_V.DELAY, "arrives later"),
        (_V.DUPLICATE, "arrives once more, later"),
        (_V.NAK, "a NAK arrives in the place of an ACK"),
        (_V.SPOIL_CHECK, "a wrong LRC or CRC"),
        (_V.NOISE, "noise in front of it"),
        (_V.SPLIT, "half of it, and the rest later"),
        (_V.CUT_SHORT, "half of it, and the rest never"),
        (_V.HANG_UP, "both sides are hung up on in its place"),
    )},
    **{(_P.WINDOW, verb): Ability(AT_RELAYS | ON_ECR_LINES, what) for verb, what in (
        (_V.LATENCY, "all bytes arrive later"),
        (_V.JITTER, "all bytes arrive later, by chance"),
        (_V.NARROW, "so many bytes a second"),
        (_V.SLICE, "so many bytes at a time"),
        (_V.BLACK_HOLE, "bytes vanish, connections stand"),
        (_V.SHUT_DOOR, "the system refuses whoever connects"),
    )},
}
