"""A till at an ECR link: it drives any terminal as a cash register does, over any kind of line.

The session runs in the thread of the rig's line.  What goes dark while it is asked ends at once, with
nothing told; a terminal that stays silent is waited for as long as the bench file says.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

import msgspec

from hil.capture.line_log import LineBytes
from hil.clock.live_clock import LiveEnvironment
from hil.ecr.answering import NO_LAST
from hil.ecr.link import Notice, Noticed
from hil.ecr.profile import SIGNALS, Profile
from hil.ecr.tap import Passed
from hil.ecr.till import Answered, EcrError, Found, TillSession
from hil.ecr.values import MOVES_MONEY, Answer, Ask, Order
from hil.ports.line_address import LineKind, line_address
from hil.ports.open_line import Line, open_line
from hil.ports.ports import PortError, PortEvents
from hil.processes.process import BenchError
from hil.tills.card_watch import CardWatch
from hil.tills.counter import Counter, Meant
from hil.tills.ecr_ticket import EcrTicket, told_by
from hil.tills.ecr_witness import EcrWitness
from hil.tills.ends import Can, Told, Wish
from simulator.local_time import date_at, mmdd
from simulator.machines.terminal.signature import SIGNABLE
from simulator.wire.kinds import Kind
from simulator.world.time.kernel import call_in

REFERENCES = frozenset({
    "original_stan", "original_batch", "original_rrn", "original_auth_code", "original_date", "voucher",
})
MOST_TOLD = 1_000  # orders whose end is remembered, the newest
PLUG_IN_S = 1.0  # a cable takes a moment, in which the other end has seen that it went
NUMBERS, A_SECOND = 1_000_000, 10  # numbers of orders, and how many may be used up in a second: none comes twice a day


class EcrPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a till stands, and whom it asks."""

    counter: Counter
    where: Callable[[], str]  # the line to be opened, as it is now
    is_dark: Callable[[], bool]  # whether the terminal is without power
    present: Callable[[Meant], None]  # somebody holds this at the terminal
    signs: bool = False  # whether whoever holds it there can draw a signature too
    rest: Callable[[], object]  # waits until the terminal has nothing pending, as far as can be seen
    now_ms: Callable[[], int]  # of the terminal's calendar
    within_s: float
    clerk: str = "01"  # who is signed in
    password: str = ""
    keep: Callable[[LineBytes], None] | None = None  # of the bytes of the line, masked
    passed: Callable[[Passed], None] | None = None  # of what passes on it


class EcrTill:
    """A till on one line; used by one thread at a time."""

    def __init__(self, clock: LiveEnvironment, profile: Profile, place: EcrPlace) -> None:
        self._clock = clock
        self._profile = profile
        self._place = place
        self._tid = place.counter.tid
        self._session = TillSession(profile, tid=self._tid)
        self._line: Line | None = None
        self._open_at = ""  # where
        self._openings = 0
        self._is_gone = False  # the line that was opened last has ended by itself
        self._unsent: Order | None = None  # begun when the line had gone, and no byte of it left
        self._ticket: EcrTicket | None = None
        self._wakes_ms: int | None = None
        self._told: dict[str, Told] = {}
        self._numbers = count(int(time.time() * A_SECOND))
        self.number = ""  # of the last order, as the till numbered it
        self._untold: tuple[Meant, str] | None = None  # the last order, where nothing was told of its end, and its number
        self._witness = EcrWitness(profile, place.keep, place.passed)
        self._pulls_at_next = self._says_twice = False
        self.acks = 0  # that were said in the last order: the last of them to the frame that ends it
        self._spoils = self._loses_ack = 0  # the how manieth frame, or acknowledgement, of an order; 0: none
        self.spoilt = 0  # frames and acknowledgements that were spoilt or lost on purpose
        self.came_again = 0  # frames that the till had taken already
        self.cards = CardWatch()
        self._plug_in_s = 0.0  # not before

    def can(self, kind: Kind) -> Can:
        """Whether the terminal does it, and the profile has words for it."""
        able = self._profile.can(kind.value)
        return self._place.counter.can(kind) if able else Can(able.en)

    @property
    def is_busy(self) -> bool:
        """Whether an order is under way: a till asks for one at a time."""
        ticket = self._ticket
        return ticket is not None and not ticket.is_done

    def lacks(self, wish: Wish) -> str:
        """What of a wish has no place in a request of this profile; "" where all of it has."""
        carried, of = self._profile.carries(wish.kind.value), wish.original
        place = self._place
        said = {
            "amount_fen": wish.amount_fen and (of is None or of.amount_fen != wish.amount_fen),
            "clerk": wish.clerk != place.clerk, "password": wish.password not in ("", place.password),
            "signature": wish.signature is not None and not (place.signs and wish.kind in SIGNABLE),
        }
        found = [name for name, is_said in said.items() if is_said and name not in carried]
        if wish.clerk != place.clerk and "clerk" not in found and not place.counter.knows(wish.clerk):
            found.append("clerk")  # the link's clerk is the till's name for one: who is none of the terminal's is whoever signed on
        if of is not None and not carried & REFERENCES:
            found.append("original")
        return found[0] if found else ""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self.begin(wish).wait()

    def begin(self, wish: Wish, number: str = "") -> EcrTicket:
        """Ask, and do something else meanwhile; ``BenchError`` where the line cannot be opened.

        Each try has a number of its own, so that it is one: a terminal answers a number that it knows
        with what it told before.  ``number`` asks under one that was used, as a till that lost the answer.
        """
        place = self._place
        able = self._profile.can(wish.kind.value)
        if not able:
            raise BenchError(able.en)
        if fact := self.lacks(wish):
            raise BenchError(f"{self._profile.name}: {wish.kind.value} has no place for {fact}")
        if self.is_busy:
            raise BenchError("the till asks for one thing at a time, and one is under way")
        meant = place.counter.means(wish)
        ticket = EcrTicket(meant, place.within_s, place.is_dark, self._ended)
        ticket.revive = self._revive
        if place.is_dark():
            return ticket
        self.number = number or f"{next(self._numbers) % NUMBERS:06}"
        order = self._order_of(meant.wish, self.number)
        self._connect()
        place.present(meant)
        self._clock.inject(lambda: self._begin(order, ticket))
        return ticket

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""
        told = self._told.get(sale)
        return told.result if told is not None else ""

    def found_out(self, sale: str) -> str:
        """As :meth:`told`; what went dark is asked for when the terminal has power again, where it can tell its last."""
        if self._untold is None or self._place.is_dark() or not self.can_tell_last:
            return self.told(sale)
        meant, number = self._untold
        if meant.wish.order != sale or Ask(meant.wish.kind.value) not in MOVES_MONEY:
            return self.told(sale)
        answer = self.last_result()  # whichever it is: of another order it tells that this one never arrived
        if answer is None or answer.order != number or answer.reason == NO_LAST:
            return self.told(sale)
        return self._ended(meant, told_by(answer, meant.wish)).result

    @property
    def can_tell_last(self) -> Can:
        """Whether the profile can ask how the last order ended."""
        able = self._profile.can(Ask.LAST_RESULT)
        return Can() if able else Can(able.en)

    def last_result(self) -> Answer | None:
        """What the terminal says of its last order; None where it says nothing.  ``BenchError`` if it cannot be asked."""
        able = self._profile.can(Ask.LAST_RESULT)
        if not able:
            raise BenchError(able.en)
        meant = Meant(Wish(kind=Kind.ECHO_TEST, order=Ask.LAST_RESULT.value), None)
        ticket = EcrTicket(meant, self._place.within_s, self._place.is_dark, lambda _meant, told: told)
        self._connect()
        self._clock.inject(lambda: self._begin(Order(kind=Ask.LAST_RESULT), ticket))
        ticket.wait()
        if ticket.answer is None:
            self._clock.inject(self._forget)
        return ticket.answer

    def pull(self) -> None:
        """The cable goes, now: what is under way ends with nothing told; the next order plugs it in again."""
        self._clock.inject(self._pulled)

    def pull_at_answer(self) -> None:
        """The cable goes when the next byte of the terminal comes: nothing of it is heard or acknowledged."""
        self._pulls_at_next = True

    def say_twice(self) -> None:
        """The bytes of the next request leave twice, as on a line that doubles them."""
        self._says_twice = True

    @property
    def can_spoil(self) -> Can:
        """Whether frames are acknowledged on this line, so that a spoilt one is sent again."""
        form = self._profile.said.handshake.form
        return Can() if form in SIGNALS else Can(f"{self._profile.name}: nobody says ACK or NAK on this line ({form})")

    @property
    def sends_again_ms(self) -> int:
        """When whoever gets no acknowledgement on this line sends again; 0: it has one try."""
        said = self._profile.said
        return said.timers.ack_ms if said.handshake.tries > 1 else 0

    def spoil_frame(self, nth: int) -> None:
        """The last byte of the nth frame of the next order is another one when it first comes here."""
        self._spoils = nth

    def lose_ack(self, nth: int) -> None:
        """The till's nth acknowledgement in the next order is lost on its way to the terminal."""
        self._loses_ack = nth

    def rest(self) -> None:
        """Wait until the terminal has nothing pending, as far as can be seen."""
        self._place.rest()

    def close(self) -> None:
        """Let the line go."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
        self._witness.rest()

    # ---- an order ----------------------------------------------------------------------------

    def _order_of(self, wish: Wish, number: str) -> Order:
        """The order with what this profile can carry."""
        of = wish.original
        carried = self._profile.carries(wish.kind.value)
        given: dict[str, str | int] = {
            "amount_fen": wish.amount_fen, "order": number, "clerk": wish.clerk, "qr_code": wish.qr_code}
        if of is not None:
            given |= {
                "original_stan": of.stan, "original_batch": of.batch, "original_rrn": of.rrn,
                "original_auth_code": of.auth_code, "voucher": of.voucher,
                "original_date": f"{self._year()}{of.date}" if of.date else "",
            }
        facts = {name: value for name, value in given.items() if name in carried and value}
        return msgspec.convert({"kind": wish.kind.value, **facts}, Order)

    def _year(self) -> int:
        return date_at(self._place.now_ms()).year

    def _ended(self, meant: Meant, told: Told) -> Told:
        """An order has ended, as far as this side can know."""
        if told.approved and not told.date:
            told = msgspec.structs.replace(told, date=mmdd(self._place.now_ms()))
        self._untold = None
        if not told.result:
            self._untold = meant, self.number
            self._clock.inject(self._forget)
        self._told.pop(meant.wish.order, None)
        self._told[meant.wish.order] = msgspec.structs.replace(told, receipt=())
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        self._place.counter.heard(meant, told)
        return told

    # ---- in the thread of the line -----------------------------------------------------------

    def _begin(self, order: Order, ticket: EcrTicket) -> None:
        self._ticket = ticket
        self.cards.begins(ticket.meant.card.pan if ticket.meant.card is not None else "")
        self.acks = 0
        if self._is_gone:  # between its opening and now
            self._unsent, ticket.lost_s = order, time.monotonic()
            return
        try:
            self._session.begin(order, _now_ms())
        except EcrError as error:
            ticket.error = BenchError(str(error))
            ticket.done.set()
        self._go_on()

    def _forget(self) -> None:
        """What was under way is nobody's business any more."""
        if self._session.is_busy:
            self._session = TillSession(self._profile, tid=self._tid)
        self._ticket = self._unsent = None

    def _pulled(self) -> None:
        ticket, self._pulls_at_next = self._ticket, False
        self._plug_in_s = time.monotonic() + PLUG_IN_S
        line, self._line = self._line, None
        self._openings += 1  # its end is no loss that anybody must find out about
        if line is not None:
            line.close()
        self._witness.rest()
        self._forget()
        if ticket is not None:
            ticket.done.set()

    def _came(self, data: bytes) -> None:
        if self._pulls_at_next:
            self._pulled()
            return
        if self._spoils == self.acks + 1 and len(data) > 1:  # a signal is one byte
            self._spoils = 0
            self.spoilt += 1
            data = data[:-1] + bytes([data[-1] ^ 0x01])
        self.cards.heard(data)
        self._witness.heard(data)
        self._session.receive(data, _now_ms())
        self._go_on()

    def _lost(self, opening: int) -> None:
        if opening != self._openings:
            return  # a line that was closed before
        self._session.line_lost(_now_ms())
        self._is_gone = True
        if self._ticket is not None:
            self._ticket.lost_s = time.monotonic()
        self._go_on()

    def _go_on(self) -> None:
        out = self._without_ack(self._session.take_outbox())
        if out and self._line is not None:
            for _ in range(1 + self._says_twice):
                self._witness.sent(out)
                self._line.write(out)
            self._says_twice = False
        for event in self._session.take_events():
            if isinstance(event, Noticed) and event.what is Notice.DUPLICATE:
                self.came_again += event.count
            if isinstance(event, Answered) and self._ticket is not None:
                if event.found is not Found.NOTHING:
                    self._ticket.answer, self._ticket.found = event.answer, event.found
                self._ticket.done.set()
                self._ticket = None
        self._wake()

    def _without_ack(self, out: bytes) -> bytes:
        ack = bytes.fromhex(self._profile.said.handshake.ack)
        if not ack or not out.startswith(ack):
            return out
        self.acks += 1
        if self._loses_ack != self.acks:
            return out
        self._loses_ack = 0
        self.spoilt += 1
        return out[len(ack):]

    def _wake(self) -> None:
        due_ms = self._session.deadline_ms
        if due_ms is None or (self._wakes_ms is not None and self._wakes_ms <= due_ms):
            return
        self._wakes_ms = due_ms
        call_in(self._clock, max(0, due_ms - _now_ms()), lambda _: self._woken(due_ms))

    def _woken(self, due_ms: int) -> None:
        if self._wakes_ms == due_ms:
            self._wakes_ms = None
            self._session.tick(_now_ms())
            self._go_on()

    # ---- the line ----------------------------------------------------------------------------

    def _connect(self) -> None:
        """Open the line where it is now, unless it is open there."""
        where = self._place.where()
        if self._line is None or self._is_gone or where != self._open_at:
            time.sleep(max(0.0, self._plug_in_s - time.monotonic()))
            self._open(where)
            self._clock.inject(self._session_is_new)

    def _revive(self) -> None:
        """The line went while the terminal had power: open it again, and find out how the order ended."""
        ticket = self._ticket
        try:
            self._open(self._place.where())
        except BenchError as error:
            if ticket is not None:
                ticket.error = error
                ticket.done.set()
            self._clock.inject(self._forget)
            raise
        self._clock.inject(self._line_is_back)

    def _line_is_back(self) -> None:
        order, ticket, self._unsent = self._unsent, self._ticket, None
        if order is not None and ticket is not None:
            self._begin(order, ticket)
            return
        self._session.line_back(_now_ms())
        self._go_on()

    def _open(self, where: str) -> None:
        self.close()
        self._openings += 1
        self._is_gone = False
        opening = self._openings
        events = PortEvents(
            on_bytes=self._came, on_closed=lambda: self._lost(opening), on_failed=lambda _: self._lost(opening))
        try:
            self._line = open_line(self._clock, self._set(where), events)
        except PortError as error:
            raise BenchError(f"ECR line: {error}") from error
        self._open_at = where

    def _set(self, where: str) -> str:
        """The line with the profile's settings, where the bench file says nothing of them."""
        asked = line_address(where)
        if asked.line is not None or asked.kind not in (LineKind.SERIAL, LineKind.RFC2217):
            return where
        return f"{where}{',' if '?' in where else '?'}{self._profile.said.line.mode}"

    def _session_is_new(self) -> None:
        self._session = TillSession(self._profile, tid=self._tid)


def _now_ms() -> int:
    """The clock of a line: no jump of the calendar moves it."""
    return time.monotonic_ns() // 1_000_000

