"""The driving side: one order at a time is asked for, and its end is found out; has no port.

What is told at the end is what the terminal said, or nothing where it went dark.  An order that moves
money is asked for once: if its answer is lost, the profile says whether the terminal is asked for its
last result, and whether the request may come again.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from hil.ecr.answering import (
    BUSY,
    NO_LAST,
    answer_to,
    fits,
    is_of_another,
    is_ours,
    last_messages,
)
from hil.ecr.asking import EcrError, own_of_request, request_of
from hil.ecr.bodies import recognised
from hil.ecr.facts import Facts
from hil.ecr.link import MessageHeard, Notice, Noticed, ProgressHeardRaw, Why
from hil.ecr.profile import CommandRow, MessageRow, Profile
from hil.ecr.speaker import Refused, Said, Speaker, SpeakerEvent, Unsaid
from hil.ecr.values import MOVES_MONEY, Answer, Ask, Order, Result, Stage

__all__ = ["Answered", "EcrError", "Found", "Progressed", "TillEvent", "TillSession"]
_LAST_NUMBER = 999_999


class Found(StrEnum):
    """How the end of an order was found out."""

    ANSWER = "answer"
    LAST_RESULT = "last_result"  # it was lost, and asked for
    NOTHING = "nothing"


class Answered(msgspec.Struct, frozen=True, gc=False):
    """An order has ended, as far as this side can know."""

    order: Order
    answer: Answer
    found: Found


class Progressed(msgspec.Struct, frozen=True, gc=False):
    """The terminal tells how far it is."""

    stage: Stage
    text: str


TillEvent = Answered | Progressed | Noticed


class _State(StrEnum):
    IDLE = "idle"
    ASKING = "asking"
    AWAITING_ANSWER = "awaiting_answer"
    WAITING_TO_ASK_LAST = "waiting_to_ask_last"
    ASKING_LAST = "asking_last"
    AWAITING_LAST = "awaiting_last"
    LINE_LOST = "line_lost"


_FINDING_OUT = frozenset({
    _State.WAITING_TO_ASK_LAST, _State.ASKING_LAST, _State.AWAITING_LAST})


class TillSession:
    """A till on one line."""

    def __init__(self, profile: Profile, *, tid: str = "", till: str = "1") -> None:
        self.profile = profile
        self._me: Facts = {"tid": tid, "till": till}
        self._speaker = Speaker(profile, "till")
        self.events: list[TillEvent] = []
        self._state = _State.IDLE
        self._order = Order(kind=Ask.POLL)
        self._command = CommandRow(Ask.POLL, "")
        self._facts: Facts = {}
        self._asked_own: Facts = {}
        self._tries = 0
        self._repeated = 0
        self._due: int | None = None
        self._last_stan: int | None = None  # of the last result that is known; 0: there is none
        self._number = 0
        self._aborting = False

    @property
    def outbox(self) -> bytearray:
        """What is to be written; taken by :meth:`take_outbox`."""
        return self._speaker.link.outbox

    @property
    def is_busy(self) -> bool:
        """Whether an order is under way."""
        return self._state is not _State.IDLE

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` wants to be called at the latest."""
        times = [at for at in (self._speaker.deadline_ms, self._due) if at is not None]
        return min(times, default=None)

    def take_outbox(self) -> bytes:
        """What is to be written, once."""
        out = bytes(self.outbox)
        self.outbox.clear()
        return out

    def take_events(self) -> list[TillEvent]:
        """What has happened, once."""
        events, self.events = self.events, []
        return events

    # ---- what is asked -----------------------------------------------------------------------------

    def begin(self, order: Order, now_ms: int) -> None:
        """Ask for this.  :class:`EcrError` where the profile cannot say it; nothing is sent then."""
        if self.is_busy:
            raise EcrError(f"{self._order.kind} is still under way")
        body = self._request_of(order)
        self._order, self._command = order, self.profile.commands[order.kind]
        self._facts, self._tries, self._repeated, self._aborting = {}, 0, 0, False
        self._asked_own = own_of_request(self.profile, order)
        self._state, self._due = _State.ASKING, None
        self._speaker.say(body, now_ms)
        self._hear(now_ms)

    def cancel(self, now_ms: int) -> None:
        """What is under way shall end.  It ends as the terminal says; ``EcrError`` if it cannot be said."""
        can = self.profile.can(Ask.ABORT)
        if not can:
            raise EcrError(can.en)
        if self._state is not _State.AWAITING_ANSWER:
            raise EcrError("nothing is under way that could be cancelled")
        self._aborting = True
        self._speaker.say(self._request_of(Order(kind=Ask.ABORT)), now_ms)
        self._hear(now_ms)

    def _request_of(self, order: Order) -> bytes:
        self._number = self._number % _LAST_NUMBER + 1
        return request_of(self.profile, order, {**self._me, "number": str(self._number)})

    # ---- what comes --------------------------------------------------------------------------------

    def receive(self, data: bytes, now_ms: int) -> None:
        """Bytes came from the terminal."""
        for _ in self._speaker.receive(data, now_ms):
            self._hear(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time has passed."""
        for _ in self._speaker.tick(now_ms):
            self._hear(now_ms)
        if self._due is not None and now_ms >= self._due:
            self._due = None
            self._time_out(now_ms)
            self._hear(now_ms)

    def line_lost(self, now_ms: int) -> None:
        """The line is gone; :meth:`line_back` tells that it is there again."""
        state = self._state
        self._speaker.line_lost(now_ms)
        self._speaker.events.clear()
        if state is not _State.IDLE:
            self._state = _State.LINE_LOST
            self._due = now_ms + self.profile.said.timers.answer_ms

    def line_back(self, now_ms: int) -> None:
        """The line is there again."""
        if self._state is _State.LINE_LOST:
            self._find_out(now_ms, "line lost")
            self._hear(now_ms)

    def _hear(self, now_ms: int) -> None:
        while self._speaker.events:
            event = self._speaker.events.pop(0)
            self._hear_one(event, now_ms)

    def _hear_one(self, event: SpeakerEvent, now_ms: int) -> None:
        match event:
            case Noticed():
                self.events.append(event)
                if event.what is Notice.SILENT and self.is_busy:
                    self._speaker.drop()
                    self._find_out(now_ms, "silent")
            case ProgressHeardRaw(data):
                self._progress(data.decode("latin-1").strip(), now_ms)
            case MessageHeard(data):
                self._message(data, now_ms)
            case Said():
                self._said(now_ms)
            case Unsaid(why, certain):
                self._unsaid(why, now_ms, certain=certain)
            case Refused(code):
                self._refused(code, now_ms)

    def _said(self, now_ms: int) -> None:
        if self._aborting:
            self._aborting = False
        elif self._state is _State.ASKING:
            if not self._command.answers:
                self._end(Answer(result=Result.APPROVED, order=self._order.order), Found.ANSWER)
                return
            self._state = _State.AWAITING_ANSWER
            self._wait(now_ms)
        elif self._state is _State.ASKING_LAST:
            self._state = _State.AWAITING_LAST
            self._wait(now_ms)

    def _wait(self, now_ms: int) -> None:
        self._due = now_ms + self.profile.said.timers.answer_ms

    def _unsaid(self, why: Why, now_ms: int, *, certain: bool) -> None:
        if self._aborting:
            self._not_cancelled()
        elif self._state is _State.ASKING and certain:
            result = Result.REFUSED if why is Why.REFUSED else Result.FAILED
            self._end(Answer(result=result, reason=why, order=self._order.order), Found.ANSWER)
        elif self._state is _State.ASKING:
            self._find_out(now_ms, why)
        elif self._state is _State.ASKING_LAST and why is Why.REFUSED and certain:
            self._goes_on(now_ms)
        elif self._state is _State.ASKING_LAST:
            self._find_out(now_ms, why)

    def _not_cancelled(self) -> None:
        """What is under way goes on."""
        self._aborting = False
        self.events.append(Noticed(Notice.NOT_CANCELLED))

    def _goes_on(self, now_ms: int) -> None:
        """The terminal is busy, with our order as far as we know: its answer may still come."""
        self._facts = {}
        self._asked_own = own_of_request(self.profile, self._order)
        self._state = _State.AWAITING_ANSWER
        self._wait(now_ms)

    def _refused(self, code: str, now_ms: int) -> None:
        """The terminal heard the request and will not do it."""
        if self._aborting:
            self._not_cancelled()
        elif self._state is _State.ASKING:
            reason = BUSY if code == self.profile.said.reply.busy else f"refused with {code}"
            self._end(Answer(
                result=Result.REFUSED, code=code, reason=reason, order=self._order.order,
            ), Found.ANSWER)
        elif self._state is _State.ASKING_LAST:
            if code == self.profile.said.reply.busy:
                self._goes_on(now_ms)
            else:
                self._find_out(now_ms, "refused")

    def _failure(self, why: str) -> Answer:
        return Answer(result=Result.FAILED, reason=why, order=self._order.order)

    def _message(self, data: bytes, now_ms: int) -> None:
        found = recognised(self.profile, self._expected(), data)
        if found is None:
            self._speaker.reply(now_ms)
            self.events.append(Noticed(Notice.UNKNOWN))
            return
        row, facts = found
        self._speaker.reply(now_ms)
        progress = self.profile.said.progress
        if progress and row.name == progress.message:
            self._progress(facts.get("stage", ""), now_ms)
            return
        command = self._answering()
        if self._comes_after_all(row, facts):
            command = self._command
            self._speaker.drop()
            self._goes_on(now_ms)
        if command is None or row.name not in {*command.answers, *command.refusals}:
            self.events.append(Noticed(Notice.STALE))
            return
        if is_of_another(self._order, facts) and self._state is not _State.AWAITING_LAST:
            self.events.append(Noticed(Notice.STALE))
            return
        if self._state is _State.ASKING_LAST:
            self._state = _State.AWAITING_LAST  # its answer comes before the acknowledgement
        self._gather(row, facts)
        self._wait(now_ms)
        if row.name in last_messages(self.profile, command, self._asked_own):
            self._conclude(command, row, now_ms)

    def _comes_after_all(self, row: MessageRow, facts: Facts) -> bool:
        """Whether the answer itself comes while the last result is asked for."""
        if self._state not in _FINDING_OUT or is_of_another(self._order, facts):
            return False
        last = self.profile.commands[Ask.LAST_RESULT]
        own = {*self._command.answers, *self._command.refusals}
        return row.name in own - {*last.answers, *last.refusals}

    def _expected(self) -> tuple[MessageRow, ...]:
        """Those of the command under way first: others may look the same."""
        command = self._answering()
        names = (*command.answers, *command.refusals) if command else ()
        first = tuple(
            row for name in dict.fromkeys(names)
            if fits(row := self.profile.messages[name], self._asked_own))
        return (*first, *(row for row in self.profile.by_terminal if row not in first))

    def _answering(self) -> CommandRow | None:
        if self._state in {_State.ASKING, _State.AWAITING_ANSWER}:
            return self._command
        if self._state in {_State.ASKING_LAST, _State.AWAITING_LAST}:
            return self.profile.commands[Ask.LAST_RESULT]
        return None

    def _gather(self, row: MessageRow, facts: Facts) -> None:
        if row.each == "receipt" and "receipt" in self._facts:
            facts = {**facts, "receipt": self._facts["receipt"] + "\n" + facts.get("receipt", "")}
        self._facts |= facts

    def _conclude(self, command: CommandRow, row: MessageRow, now_ms: int) -> None:
        answer = answer_to(self.profile, command, row, self._facts, self._order)
        if self._state is not _State.AWAITING_LAST or self._order.kind is Ask.LAST_RESULT:
            self._end(answer, Found.ANSWER)
            return
        if answer.reason == BUSY and not self._facts.get("order"):  # else one that ended so
            self._goes_on(now_ms)
            return
        ours = is_ours(self._order, answer, self._facts, self._last_stan)
        if ours is None:
            self._end(Answer(
                result=Result.UNKNOWN, reason="the last result may be of another order",
                order=self._order.order), Found.NOTHING)
        elif ours:
            self._end(answer, Found.LAST_RESULT)
        else:
            self._end(self._failure("the terminal has no result of it"), Found.LAST_RESULT)

    def _progress(self, text: str, now_ms: int) -> None:
        progress = self.profile.said.progress
        stage = progress.stages.get(text, Stage.OTHER) if progress else Stage.OTHER
        self.events.append(Progressed(stage, text))
        if self._state in {_State.AWAITING_ANSWER, _State.AWAITING_LAST}:
            self._wait(now_ms)

    # ---- what is lost ------------------------------------------------------------------------------

    def _time_out(self, now_ms: int) -> None:
        if self._state is _State.WAITING_TO_ASK_LAST:
            self._ask_last(now_ms)
        elif self._state is _State.LINE_LOST:
            self._end_in_the_dark("line lost")
        elif self._state in {_State.AWAITING_ANSWER, _State.AWAITING_LAST}:
            self._find_out(now_ms, "no answer")

    def _find_out(self, now_ms: int, why: str) -> None:
        """The answer is lost: do what the profile says."""
        rule = self.profile.said.repeats.lost_answer
        money = self._order.kind in MOVES_MONEY
        self._facts = {}
        if self._tries >= self.profile.said.handshake.tries:
            self._end_in_the_dark(why)
        elif money and rule == "ask_last":
            self._tries += 1
            self._state = _State.WAITING_TO_ASK_LAST
            self._due = now_ms + (self.profile.said.timers.ack_ms if self._tries > 1 else 0)
        elif rule == "repeat" if money else self._order.kind is not Ask.SETTLEMENT:
            self._tries += 1
            self._state, self._due = _State.ASKING, None
            self._speaker.say(self._request_of(self._order), now_ms)
        else:
            self._end_in_the_dark(why)

    def _ask_last(self, now_ms: int) -> None:
        self._state = _State.ASKING_LAST
        carried = "order" in self.profile.carries(Ask.LAST_RESULT)
        order = Order(kind=Ask.LAST_RESULT, order=self._order.order if carried else "")
        self._asked_own = own_of_request(self.profile, order)
        self._speaker.say(self._request_of(order), now_ms)

    def _end_in_the_dark(self, why: str) -> None:
        self._end(Answer(
            result=Result.UNKNOWN, reason=why, order=self._order.order), Found.NOTHING)

    def _end(self, answer: Answer, found: Found) -> None:
        self._state, self._due = _State.IDLE, None
        if answer.stan and (
                self._order.kind in MOVES_MONEY or self._order.kind is Ask.LAST_RESULT):
            self._last_stan = answer.stan
        elif answer.reason == NO_LAST:
            self._last_stan = 0
        self._facts = {}
        self.events.append(Answered(self._order, answer, found))
