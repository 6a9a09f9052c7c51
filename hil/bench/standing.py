"""A terminal that stands on the bench by itself, real or emulated: what drives it and what it runs on.

Where a bench file gives no driver, what is missing says so when it is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hil.bench import hands_till_words as words
from hil.bench.bench_file import BenchFile, BenchFileError
from hil.bench.ends import Can, Told, Wish, code_of
from hil.control.bench_error import BenchError
from hil.hands.asking import hands_of, hands_settings
from hil.hands.hands import CardAsked, Deed, Hands, Record
from hil.power.power import Ability, PowerError, PowerSupply
from hil.power.powers import PowerPlace, power_of, power_settings
from simulator.judge.words.sentences import yuan
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind


class NoPower:
    """A terminal that nothing here turns off."""

    name = "no power supply"
    can: frozenset[Ability] = frozenset()
    is_on = True

    def off(self) -> None:
        """Nobody can."""
        raise PowerError("nothing here turns this terminal off: give [power] in the bench file")

    def on(self) -> None:
        """It is."""

    def hang(self) -> None:
        """Nobody can."""
        raise PowerError("nothing here stops this terminal: give [power] in the bench file")

    def resume(self) -> None:
        """It was not stopped."""

    def close(self) -> None:
        """Nothing is held."""


class NoTill:
    """A terminal that nothing here drives."""

    why = "nothing here drives this terminal: give [ecr] or [hands] in the bench file"

    def can(self, _kind: Kind) -> Can:
        """Nothing can be asked of it."""
        return Can(self.why)

    def operate(self, _wish: Wish) -> Told:
        """Nobody can."""
        raise BenchError("nothing here drives this terminal: give [ecr] or [hands] in the bench file")

    def told(self, _sale: str) -> str:
        """Nobody saw."""
        return ""

    def rest(self) -> None:
        """Nobody knows; the line says."""

    def close(self) -> None:
        """Nothing is held."""


def supply_of(bench: BenchFile, place: PowerPlace) -> PowerSupply:
    """The power supply of a standing terminal; ``BenchFileError`` where the file cannot mean one."""
    part = bench.part.power
    if part is None:
        return NoPower()
    try:
        settings = power_settings(part.driver, part.settings)
    except ValueError as error:
        raise BenchFileError(f"{bench.path.name}: power.settings: {error}") from None
    return power_of(settings, place)


def hands_for(bench: BenchFile, record: Record) -> Hands | None:
    """The hands of a standing terminal; None where the file gives none.  ``HandsError`` where nobody is there."""
    part = bench.part.hands
    return None if part is None else hands_of(hands_settings(part.driver, part.settings), record)


def presented_by(
    hands: Hands | None, tid: str, within_s: float, fail: Callable[[BaseException], None],
) -> Callable[[Wish, Card | None], None]:
    """Who holds card or code at a terminal that a till drives: hands, beside the till; else whoever stands there."""

    def ask(hands: Hands, deed: Deed) -> None:
        try:
            hands.ask(deed)
        except BenchError as error:
            fail(error)

    def present(wish: Wish, card: Card | None) -> None:
        code = code_of(wish)
        if hands is None or (card is None and not code):
            return
        deed = Deed(
            what="present", text=words.PRESENT.both(amount=yuan(wish.amount_fen)), tid=tid, order=wish.order,
            card=None if card is None else CardAsked(pan=card.pan, expiry=card.expiry, track2=card.track2),
            pin=card.pin if card is not None else "", amount_fen=wish.amount_fen,
            facts={"qr_code": code} if code else {}, within_s=within_s)
        threading.Thread(target=ask, args=(hands, deed), name=f"hands {tid}", daemon=True).start()

    return present
