"""The driven side: what a till asks for is handed up once, and its answer is brought to the till.

A request that comes again is not a second order: while the first is under way it is acknowledged and
no more, and behind it the profile says when the first answer is given again.  What is remembered for
that is bounded, and can be kept over a power cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from hil.ecr.answering import BUSY, NO_LAST, code_for, fits
from hil.ecr.bodies import body_of, facts_in
from hil.ecr.facts import FACTS, OWN, Facts, facts_of_answer, order_of, own_of
from hil.ecr.fields import UnfitError
from hil.ecr.link import MessageHeard, Notice, Noticed, Verdict
from hil.ecr.profile import SIGNALS, CommandRow, MessageRow, Profile
from hil.ecr.speaker import Refused, Said, Speaker, SpeakerEvent, Unsaid
from hil.ecr.values import MOVES_MONEY, Answer, Ask, Order, Result, Stage

__all__ = [
    "NO_LAST", "AnswerDelivered", "AnswerLost", "AnsweredAgain", "CancelHeard", "Memory",
    "OrderHeard", "Remembered", "TerminalEvent", "TerminalSession",
]
MOST_REMEMBERED = 16
MOST_LINES = 200  # of a receipt that are told one by one
_BY_ITSELF = frozenset({Ask.POLL, Ask.REGISTER, Ask.LAST_RESULT, Ask.ABORT})


class OrderHeard(msgspec.Struct, frozen=True, gc=False):
    """A till asks for this: :meth:`TerminalSession.answer` when it has ended."""

    order: Order


class AnsweredAgain(msgspec.Struct, frozen=True, gc=False):
    """A request came again and was given the answer of the first."""

    order: Order
    answer: Answer


class CancelHeard(msgspec.Struct, frozen=True, gc=False):
    """The till wants what is under way to end; it ends by an answer."""


class AnswerDelivered(msgspec.Struct, frozen=True, gc=False):
    """The till has the answer."""


class AnswerLost(msgspec.Struct, frozen=True, gc=False):
    """The till has it not, as far as this side can know."""

    why: str


TerminalEvent = (
    OrderHeard | AnsweredAgain | CancelHeard | AnswerDelivered | AnswerLost | Noticed)


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """One order that was taken, and how it ended: None while it is under way."""

    kind: Ask
    request: str  # hash of what was asked for
    order: str = ""
    own: dict[str, str] = {}
    asked: dict[str, str] = {}  # what of the request stands in answers too
    answer: Answer | None = None
    delivered: bool = False


class Memory(msgspec.Struct, frozen=True):
    """The last orders, the newest last.  What survives a power cut if somebody stores it."""

    orders: tuple[Remembered, ...] = ()


class TerminalSession:
    """A terminal on one line."""

    def __init__(
        self, profile: Profile, *, tid: str = "", mid: str = "", memory: Memory | None = None,
        can_cancel: Callable[[], bool] = lambda: True,
    ) -> None:
        """``can_cancel``: whether what is under way could still be ended; where not, a till is told so."""
        self.profile = profile
        self._can_cancel = can_cancel
        self._me: Facts = {"tid": tid, "mid": mid}
        self._speaker = Speaker(profile, "terminal", self._judge, self._is_ready)
        self.events: list[TerminalEvent] = []
        self.memory = _after_a_cut(memory or Memory())
        self._under_way: Remembered | None = None
        self._answering: Remembered | None = None

    @property
    def outbox(self) -> bytearray:
        """What is to be written; taken by :meth:`take_outbox`."""
        return self._speaker.link.outbox

    @property
    def is_busy(self) -> bool:
        """Whether an order is under way or its answer is being told."""
        return self._under_way is not None or self._answering is not None

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` wants to be called at the latest."""
        return self._speaker.deadline_ms

    def take_outbox(self) -> bytes:
        """What is to be written, once."""
        out = bytes(self.outbox)
        self.outbox.clear()
        return out

    def take_events(self) -> list[TerminalEvent]:
        """What has happened, once."""
        events, self.events = self.events, []
        return events

    def receive(self, data: bytes, now_ms: int) -> None:
        """Bytes came from the till."""
        for _ in self._speaker.receive(data, now_ms):
            self._hear(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time has passed."""
        for _ in self._speaker.tick(now_ms):
            self._hear(now_ms)

    def line_lost(self, now_ms: int) -> None:
        """The line is gone.  What is under way goes on: its answer is remembered."""
        self._speaker.line_lost(now_ms)
        self._hear(now_ms)

    def progress(self, stage: Stage, now_ms: int) -> None:
        """Tell the till how far it is, where the profile has words for it and the till wants them."""
        rule, now = self.profile.said.progress, self._under_way
        if rule is None or now is None or any(
                now.own.get(name) != value for name, value in rule.when.items()):
            return
        text = next((text for text, meant in rule.stages.items() if meant is stage), "")
        if not text:
            return
        frame = self.profile.said.framing.progress
        if frame and not rule.message:
            self._speaker.link.progress(text.encode("ascii"))
            return
        facts = {**self._me, **_owned(now.own), "stage": text}
        self._speaker.say(
            body_of(self.profile, self.profile.messages[rule.message], facts, cut=True), now_ms)
        self._hear(now_ms)

    def answer(self, answer: Answer, now_ms: int) -> None:
        """The order under way has ended so; it is remembered before it is told."""
        assert self._under_way is not None, "nothing is under way"
        ended = msgspec.structs.replace(self._under_way, answer=answer)
        self._under_way = None
        self._rewrite(ended)
        self._tell(self.profile.commands[ended.kind], ended, now_ms)
        self._hear(now_ms)

    # ---- what comes --------------------------------------------------------------------------------

    def _is_ready(self) -> bool:
        return not self.is_busy or self.profile.said.busy.how != "nak"

    def _judge(self, data: bytes) -> Verdict:
        """What the handshake says to a right frame."""
        if self.profile.said.reply.positive:
            return Verdict.TAKE  # the application's own acknowledgement says it
        found = self._asked(data)
        if found is None:
            return Verdict.NAK
        kind = found[0].kind
        if kind is Ask.ABORT and not self._cancels():
            return Verdict.NAK if self.profile.said.handshake.form in SIGNALS else Verdict.SILENCE
        if not self.is_busy or kind in {Ask.POLL, Ask.ABORT}:
            return Verdict.TAKE
        if self._is_again(*found):
            return Verdict.KNOWN
        return {
            "nak": Verdict.NAK, "silence": Verdict.SILENCE, "code": Verdict.TAKE,
            "reply": Verdict.TAKE,
        }[self.profile.said.busy.how]

    def _cancels(self) -> bool:
        """Whether an abort has an effect, or nothing to end."""
        return self._answering is None if self._under_way is None else self._can_cancel()

    def _is_again(self, command: CommandRow, facts: Facts) -> bool:
        now = self._under_way or self._answering
        return now is not None and now.request == _key(command.kind, facts)

    def _asked(self, data: bytes) -> tuple[CommandRow, Facts] | None:
        """Which command a request is, and what it says."""
        return asked_by(self.profile, data)

    def _hear(self, now_ms: int) -> None:
        while self._speaker.events:
            self._hear_one(self._speaker.events.pop(0), now_ms)

    def _hear_one(self, event: SpeakerEvent, now_ms: int) -> None:
        match event:
            case Noticed():
                self.events.append(event)
            case MessageHeard(data):
                self._message(data, now_ms)
            case Said(waiting):
                if not waiting and self._answering is not None:
                    self._delivered()
            case Unsaid(why):
                self._lost(why)
            case Refused(code):
                self._lost(f"refused with {code}")
            case _:
                self.events.append(Noticed(Notice.UNKNOWN))

    def _message(self, data: bytes, now_ms: int) -> None:
        found = self._asked(data)
        if found is None:
            self._speaker.reply(now_ms, self.profile.said.reply.unknown)
            self.events.append(Noticed(Notice.UNKNOWN))
            return
        command, facts = found
        if command.kind is Ask.ABORT:
            cancels = self._cancels()
            self._speaker.reply(now_ms, "" if cancels else self.profile.said.reply.unknown)
            if cancels and self._under_way is not None:
                self.events.append(CancelHeard())
        elif command.kind is Ask.POLL and not command.answers:
            self._speaker.reply(now_ms)
        elif self.is_busy:
            self._while_busy(command, facts, now_ms)
        elif command.kind in _BY_ITSELF:
            self._speaker.reply(now_ms)
            self._by_itself(command, facts, now_ms)
        else:
            self._speaker.reply(now_ms)
            self._take(command, facts, now_ms)

    def _while_busy(self, command: CommandRow, facts: Facts, now_ms: int) -> None:
        if self._is_again(command, facts):
            self._speaker.reply(now_ms)
            self.events.append(Noticed(Notice.DUPLICATE))
            return
        how = self.profile.said.busy.how
        if how == "reply":
            self._speaker.reply(now_ms, self.profile.said.reply.busy)
        elif how == "code" and self._under_way is not None:
            busy = Answer(result=Result.REFUSED, reason=BUSY)
            for body in self._bodies(command, Remembered(
                    kind=command.kind, request="", own=own_of(facts), answer=busy), busy):
                self._speaker.say(body, now_ms)

    def _by_itself(self, command: CommandRow, facts: Facts, now_ms: int) -> None:
        """What the terminal answers without asking anybody."""
        own = own_of(facts)
        if command.kind is not Ask.LAST_RESULT:
            self._tell(command, Remembered(
                kind=command.kind, request="", own=own,
                answer=Answer(result=Result.APPROVED)), now_ms)
            return
        wanted = facts.get("order", "")
        last = next((each for each in reversed(self.memory.orders)
                     if each.kind in MOVES_MONEY and each.answer is not None
                     and wanted in {"", each.order}), None)
        if last is None or last.answer is None:
            last = Remembered(
                kind=command.kind, request="", order=wanted,
                answer=Answer(result=Result.REFUSED, reason=NO_LAST, order=wanted))
        self._tell(command, msgspec.structs.replace(
            last, own={**last.own, **own}, asked={**last.asked, **_asked(facts)}), now_ms)

    def _take(self, command: CommandRow, facts: Facts, now_ms: int) -> None:
        order = order_of(command.kind, facts)
        known = self._known(_key(command.kind, facts))
        if known is not None and known.answer is not None:
            self.events.append(AnsweredAgain(order, known.answer))
            self._tell(command, msgspec.structs.replace(
                known, asked={**known.asked, **_asked(facts)}), now_ms)
            return
        self._under_way = Remembered(
            kind=command.kind, request=_key(command.kind, facts), order=order.order,
            own=order.own, asked=_asked(facts))
        self._remember(self._under_way)
        self.events.append(OrderHeard(order))

    def _known(self, request: str) -> Remembered | None:
        """The order of before that this request is, by the profile's rule."""
        rule = self.profile.said.repeats.same_request
        orders = self.memory.orders
        if rule == "new" or not orders:
            return None
        if orders[-1].request == request and not orders[-1].delivered:
            return orders[-1]
        if rule == "undelivered":
            return None
        return next((each for each in reversed(orders)
                     if each.request == request and each.order), None)

    # ---- what is told ------------------------------------------------------------------------------

    def _tell(self, command: CommandRow, ended: Remembered, now_ms: int) -> None:
        assert ended.answer is not None
        try:
            bodies = self._bodies(command, ended, ended.answer)
        except UnfitError as error:  # no money is told rather than a wrong sum
            self.events.append(AnswerLost(f"{error.name} does not fit into the answer"))
            return
        if not bodies:  # nothing is told, so nothing can be lost
            self._rewrite(msgspec.structs.replace(ended, delivered=True))
            return
        self._answering = ended
        for body in bodies:
            self._speaker.say(body, now_ms)

    def _bodies(self, command: CommandRow, ended: Remembered, answer: Answer) -> list[bytes]:
        approved = answer.result == Result.APPROVED
        names = command.answers if approved or not command.refusals else command.refusals
        rows = [self.profile.messages[name] for name in names]
        code = answer.code or code_for(self.profile, answer)
        facts = {
            **ended.asked, **{key: value for key, value in self._me.items() if value},
            **_owned(ended.own), **facts_of_answer(answer), "code": code,
        }
        return [body for row in rows if fits(row, _owned(ended.own))
                for body in self._bodies_of(row, facts, answer)]

    def _bodies_of(self, row: MessageRow, facts: Facts, answer: Answer) -> list[bytes]:
        if row.each != "receipt":
            return [body_of(self.profile, row, facts, cut=True)]
        return [
            body_of(self.profile, row, {**facts, "receipt": line, "line": str(number)}, cut=True)
            for number, line in enumerate(answer.receipt[:MOST_LINES], start=1)]

    def _delivered(self) -> None:
        told, self._answering = self._answering, None
        if told is not None and told.request:
            self._rewrite(msgspec.structs.replace(told, delivered=True))
            self.events.append(AnswerDelivered())

    def _lost(self, why: str) -> None:
        told, self._answering = self._answering, None
        if told is not None and told.request:
            self.events.append(AnswerLost(why))

    def _remember(self, order: Remembered) -> None:
        """A new order: one of before with the same request is forgotten."""
        others = [each for each in self.memory.orders if each.request != order.request]
        self.memory = Memory((*others, order)[-MOST_REMEMBERED:])

    def _rewrite(self, order: Remembered) -> None:
        """More is known of an order."""
        self.memory = Memory(tuple(
            order if each.request == order.request else each for each in self.memory.orders))


def asked_by(profile: Profile, data: bytes) -> tuple[CommandRow, Facts] | None:
    """What a till asks for by this message; None where the profile has no such command."""
    for row in profile.by_till:
        facts = facts_in(profile, row, data)
        command = profile.command_of(row, own_of(facts)) if facts is not None else None
        if command is not None and facts is not None:
            return command, facts
    return None


def _key(kind: Ask, facts: Facts) -> str:
    """What a request is known again by: all that it says but its running number."""
    said = sorted((name, value) for name, value in facts.items() if name != "number")
    return hashlib.sha256(msgspec.json.encode([kind, said])).hexdigest()


def _asked(facts: Facts) -> dict[str, str]:
    """What of a request may stand in an answer, and be stored."""
    return {name: value for name, value in facts.items()
            if name in FACTS and not FACTS[name].secret}


def _owned(own: dict[str, str]) -> Facts:
    return {OWN + name: value for name, value in own.items()}


def _after_a_cut(memory: Memory) -> Memory:
    """What was under way when the power went has failed, as far as anybody knows."""
    return Memory(tuple(
        each if each.answer is not None else msgspec.structs.replace(
            each, answer=Answer(result=Result.FAILED, reason="power_lost"))
        for each in memory.orders))
