"""Which till drives a terminal: its ECR link, its control port, hands, or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from hil.bench.line import RigLine
from hil.bench.standing import NoTill
from hil.benches.bench_file import BenchFile
from hil.board.board import Board
from hil.capture.line_log import LineBytes
from hil.control.bench_error import BenchError
from hil.ecr.tap import Passed
from hil.hands.hands import Deed, Hands
from hil.tills.board_till import BoardTill
from hil.tills.counter import Counter, Meant
from hil.tills.device import BenchDevice
from hil.tills.device_stand import ControlTill, ProcessPower
from hil.tills.ecr_till import EcrPlace, EcrTill
from hil.tills.ecr_with_keys import EcrWithKeys
from hil.tills.hands_till import HandsTill, card_deed

AnyTill = BoardTill | ControlTill | EcrWithKeys | HandsTill | NoTill


class TillPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a till stands."""

    bench: BenchFile
    counter: Counter
    line: RigLine
    now_ms: Callable[[], int]  # of the terminal's calendar
    keep: Callable[[LineBytes], None] | None  # of the ECR line's bytes, masked
    passed: Callable[[Passed], None] | None = None  # of what passes on it

    @property
    def within_s(self) -> float:
        """How long it waits for the end of an operation."""
        return self.bench.part.limits.answer_ms / 1000


def virtual_till(place: TillPlace, device: BenchDevice, power: ProcessPower) -> AnyTill:
    """Of a virtual device: the ECR link that the bench file gives it, or else its control port."""
    profile = place.bench.ecr_profile()
    keys = ControlTill(device, power, place.counter)
    if profile is None:
        return keys
    ecr = EcrTill(place.line.clock, profile, EcrPlace(
        counter=place.counter, where=lambda: device.process.said.get("ecr", ""),
        is_dark=lambda: not power.is_on, present=device.present, signs=True, rest=device.wait_at_rest,
        now_ms=place.now_ms, within_s=place.within_s, keep=place.keep, passed=place.passed,
        clerk=place.bench.device.clerk, password=place.bench.device.password))
    return EcrWithKeys(ecr, keys, lambda: place.line.relay.seen)


def board_till(place: TillPlace, board: Board, is_dark: Callable[[], bool]) -> AnyTill:
    """Of an emulated board: the adapter in front of its ECR line, and its own keys for what that has no words for."""
    limits = place.bench.part.limits
    keys = BoardTill(board, place.counter, password=place.bench.device.password, within_s=place.within_s,
                     rest_s=limits.rest_ms / 1000)
    profile = place.bench.ecr_profile()
    if profile is None:
        return keys
    ecr = EcrTill(place.line.clock, profile, EcrPlace(
        counter=place.counter, where=lambda: f"tcp:{board.ecr}", is_dark=is_dark, present=keys.present,
        rest=keys.rest, now_ms=place.now_ms, within_s=place.within_s, keep=place.keep, passed=place.passed,
        clerk=place.bench.device.clerk, password=place.bench.device.password))
    return EcrWithKeys(ecr, keys, lambda: place.line.relay.seen)


def standing_till(
    place: TillPlace, hands: Hands | None, is_dark: Callable[[], bool], rest: Callable[[], object],
) -> AnyTill:
    """Of a terminal that stands by itself: its ECR link, hands presenting the card; hands alone; or nothing."""
    keys = None if hands is None else HandsTill(
        hands, place.counter, now_ms=place.now_ms, rest=rest, within_s=place.within_s,
        password=place.bench.device.password)
    profile, link = place.bench.ecr_profile(), place.bench.part.ecr
    if profile is None or link is None:
        return keys or NoTill()
    ecr = EcrTill(place.line.clock, profile, EcrPlace(
        counter=place.counter, where=lambda: link.line, is_dark=is_dark,
        present=_presented_by(place, hands), signs=hands is not None, rest=rest, now_ms=place.now_ms, within_s=place.within_s,
        keep=place.keep, passed=place.passed,
        clerk=place.bench.device.clerk, password=place.bench.device.password))
    return EcrWithKeys(ecr, keys, lambda: place.line.relay.seen)


def _presented_by(place: TillPlace, hands: Hands | None) -> Callable[[Meant], None]:
    """Who holds card or code at a terminal that a till drives: hands beside it, or whoever stands there."""

    def ask(hands: Hands, deed: Deed) -> None:
        try:
            hands.ask(deed)
        except BenchError as error:
            place.line.fail(error)

    def present(meant: Meant) -> None:
        deed = card_deed(meant, place.counter.tid, place.within_s)
        if hands is not None and deed is not None:
            threading.Thread(target=ask, args=(hands, deed), name=f"hands {deed.order}", daemon=True).start()

    return present
