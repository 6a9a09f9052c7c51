"""What was asked of terminals, try by try, and which of it a step means."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hil.gherkin.references import Deal
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from hil.targets.target import Told, Wish
from simulator.wire.kinds import Kind
from simulator.world.people.orders import MEANS

VOIDS = {
    Kind.QR_SALE: Kind.QR_VOID, Kind.PREAUTH: Kind.PREAUTH_VOID, Kind.COMPLETION: Kind.COMPLETION_VOID,
    Kind.COMPLETION_ADVICE: Kind.COMPLETION_VOID}


class Made(msgspec.Struct):
    """One thing that was asked of a terminal, and how each try of it ended."""

    wish: Wish
    terminal: int  # over all merchants
    merchant: str
    of: Made | None = None
    tries: list[Told] = []
    at_ms: int = 0  # when it was asked last

    @property
    def told(self) -> Told:
        """How the last try ended."""
        return self.tries[-1]


def found_in(made: Sequence[Made], said: Deal) -> Made:
    """The one sale that is meant, the last one where nothing is said; ``WrongError`` with those that there are."""
    sales = [
        each for each in made
        if each.wish.kind in MEANS and (not said.kind or each.wish.kind.value.startswith(said.kind))]
    listed = ", ".join(f'"{each.wish.order}" {yuan_text(each.wish.amount_fen)}' for each in sales)
    hold(sales, "nothing was sold yet", "还没有任何交易")
    if said.name:
        found = [each for each in sales if each.wish.order == said.name]
        hold(found, f'there is no sale "{said.name}"; there are: {listed}', f'没有交易"{said.name}"；已有：{listed}')
    elif said.amount_fen:
        found = [each for each in sales if each.wish.amount_fen == said.amount_fen]
        text = yuan_text(said.amount_fen)
        hold(found, f"there is no sale of {text}; there are: {listed}", f"没有金额为 {text} 的交易；已有：{listed}")
        hold(len(found) == 1, f"there are {len(found)} sales of {text}: name one", f"金额为 {text} 的交易有 {len(found)} 笔：请用名称区分")
    else:
        found = sales
    return found[said.place]
