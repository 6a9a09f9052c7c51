"""One scenario's stage: who was said to be there, then the target, what happened and what is seen.

Steps say what they need here; only this module knows when the target opens, and that nothing which
it is built from can be said afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from hil.bench.triggers import Armed
from hil.benches.toml_text import toml_text
from hil.gherkin.calendar_words import Moment
from hil.gherkin.cast import Cast
from hil.gherkin.made import VOIDS, Made, found_in
from hil.gherkin.references import Customer, Deal, Merchant, Terminal
from hil.gherkin.wrong import WrongError, hold
from hil.targets.needs import CannotError, Need
from hil.targets.target import Accounts, Target, TargetKind, TargetSetting, Told, Wish
from simulator.catalogue.language import Language
from simulator.catalogue.language import Told as Words
from simulator.judge.expectation import Expectation
from simulator.judge.expectations import evaluate
from simulator.judge.judge import Judge
from simulator.judge.verdict import Finding, Judgement
from simulator.local_time import HOUR_MS, MINUTE_MS, datetime_at, midnight_ms
from simulator.machines.terminal.work import TerminalTable
from simulator.report.text import write_text
from simulator.toml_reading import read_toml
from simulator.trace.records import Record
from simulator.wire.kinds import Kind
from simulator.world.defects import DEFECTS

USUAL_START_MS = midnight_ms(date(2026, 1, 27)) + 10 * HOUR_MS  # of a scenario in which nobody says what time it is
USUAL_CLERK = "01"  # who is signed on from the first
WHAT_STEPS_TAKE_MS = 5 * MINUTE_MS  # two steps at one moment: a wall clock goes on between them


class Stage:
    """From the first Given to the verdict."""

    def __init__(self, kind: TargetKind, title: str, folder: Path, language: Language = "en") -> None:
        self.kind = kind
        self.folder = folder
        self.language: Language = language
        self.cast = Cast(title)
        self.customers_come = False
        self.defects: list[str] = []
        self.made: list[Made] = []
        self.opening: dict[str, int] = {}  # what accounts had before anybody bought
        self.settlements: list[Told] = []
        self.said: list[Told] = []  # what terminals said last
        self.asked = 0  # the terminal that said it, over all merchants; 0: several
        self.clerks: dict[int, str] = {}  # who signed on last at each terminal; "": nobody is
        self.armed: list[Armed] = []
        self.disputed: set[str] = set()  # sales by name
        self.complaints: dict[str, tuple[int, str]] = {}  # by sale, its part and reason: its customer's bank acts later
        self.banks_act: tuple[Deal, ...] = ()  # about which sales later steps say what the customer's bank does
        self.demanded = ""  # software that the host asks for
        self.faults: list[dict[str, object]] = []  # those that were to strike, as in a scenario; said_ms: when they were said
        self.problem: Words | None = None  # why it can prove nothing, known before it begins
        self.closing: Callable[[Stage], Words | None] | None = None  # what is looked at behind its last step
        self.meanwhile: tuple[tuple[Any, Any], ...] = ()  # clauses of later steps that are heard with this one, and their tables
        self.is_to_play = True  # not where a step was played with the one before it
        self.step_kind = ""  # given, when or then: of the step that is played
        self.present_ms = 0  # when the scenario begins, while it is told what was before
        self.acted = False  # something happened that a Then can be about

    # ---- opening -----------------------------------------------------------------------------

    @cached_property
    def target(self) -> Target:
        """The target, opened when it is first needed."""
        self.cast.shop_name(None if len(self.cast.shops) < 2 else Merchant(next(iter(self.cast.shops))))
        self.begins_ms()
        for need in self._needs():
            if need in self.kind.cannot:
                raise CannotError(self.kind.cannot[need])
        self.cast.read(self.text)
        target = self.kind(TargetSetting(scenario=self.text, folder=self.folder, defects=tuple(self.defects)))
        self.opening = target.balances()
        return target

    def _needs(self) -> list[Need]:
        """What was said of it so far wants of a target."""
        ours = [DEFECTS[name].is_of(TerminalTable) for name in self.defects]
        terminals = sum(map(self.cast.count_of, self.cast.shops))
        wanted = {
            Need.CUSTOMERS: self.customers_come, Need.TERMINALS: terminals > 1,
            Need.HABITS: not self.customers_come and self.cast.settle_by_themselves,
            Need.TERMINAL_DEFECT: any(ours), Need.HOST_DEFECT: not all(ours),
        }
        return [need for need, is_so in wanted.items() if is_so]

    @cached_property
    def text(self) -> str:
        """The scenario as TOML, laid over what the target has."""
        settings = read_toml(f"of = {{ {self.kind.terminal_settings} }}")["of"]
        return self.kind.scenario(self.cast.text(settings))

    @property
    def is_open(self) -> bool:
        """Whether the target is there; what it is built from can no longer change."""
        return "target" in self.__dict__

    @property
    def patience_ms(self) -> int:
        """How long what is under way may take where nobody says so; a wall clock waits as long as its target does."""
        return 0 if Need.RECORDS in self.kind.cannot else WHAT_STEPS_TAKE_MS

    def build(self) -> Cast:
        """Who is there, to say something of them; too late once something happened."""
        if self.is_open:
            raise WrongError(
                "too late: something has happened already; say this with the first Givens, before the first "
                "sale, fault or settlement",
                "太晚了：已经发生了别的事；请把这一句写在最前面的假如中，在第一笔交易、故障或结算之前")
        self.__dict__.pop("text", None)
        return self.cast

    def close(self) -> None:
        """Leave nothing running."""
        if self.is_open:
            self.target.close()

    @cached_property
    def accounts(self) -> Accounts:
        """The names of the accounts that can be looked at."""
        return Accounts(self.cast.read(self.text))

    # ---- time --------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        """What time it is; 0: nobody said so."""
        return self.target.now_ms() if self.is_open else self.cast.start_ms

    def begins_ms(self) -> int:
        """What time it is; where nobody has said so, a Tuesday morning."""
        if not self.now_ms:
            self.cast.start_ms = USUAL_START_MS
        return self.now_ms

    def at_ms(self, at: Moment, *, ends_day: bool = False, same_time: bool = False) -> int:
        """When a moment is; a time alone that was just now, while a step was played, is no time of tomorrow."""
        return at.at_ms(self.now_ms, ends_day=ends_day, same_time=same_time, lately_ms=WHAT_STEPS_TAKE_MS if self.is_open else 0)

    def it_is(self, at_ms: int) -> None:
        """The time at which it begins, or, behind a When, to which it goes on."""
        if not self.is_open and not (self.step_kind == "when" and self.cast.start_ms):
            self.build().start_ms = at_ms
            return
        hold(at_ms + WHAT_STEPS_TAKE_MS >= self.now_ms,
             f"it is {when(self.now_ms)} already, time does not go back to {when(at_ms)}",
             f"已经是 {when(self.now_ms)}，时间不能回到 {when(at_ms)}")
        self.target.advance(at_ms)

    # ---- what happens ------------------------------------------------------------------------

    def sell(
        self, amount_fen: int, *, kind: Kind = Kind.SALE, terminal: Terminal | None = None,
        merchant: Merchant | None = None, customer: Customer | None = None, name: str = "", clerk: str = "01", wallet: str = "",
        wrong_pin: bool = False, signs_on: bool = True,
    ) -> Told:
        """Something new is asked of a terminal."""
        hold(amount_fen or kind is Kind.BALANCE, "the sum is nothing", "金额为零")
        hold(not name or all(each.wish.order != name for each in self.made),
             f'there is a sale "{name}" already', f'已有交易"{name}"')
        shop, number = self.cast.place_of(terminal, merchant)
        made = Made(
            Wish(kind=kind, order=name or f"S{len(self.made) + 1}", amount_fen=amount_fen,
                 card=self.cast.card_of(customer), clerk=clerk, signs_on=signs_on, wrong_pin=wrong_pin,
                 wallet=self.cast.wallet_place(wallet)),
            self.cast.number_of(shop, number), shop)
        self.made.append(made)
        return self._ask(made)

    def void(self, deal: Deal | None, terminal: Terminal | None = None, clerk: str = "") -> Told:
        """What was sold today is taken back whole."""
        return self.undo(VOIDS.get(self.deal(deal).wish.kind, Kind.VOID), deal, terminal=terminal, clerk=clerk)

    def undo(
        self, kind: Kind, deal: Deal | None, amount_fen: int = 0, terminal: Terminal | None = None, clerk: str = "",
    ) -> Told:
        """Something is asked of a terminal about what it did before: void, refund, completion."""
        of = self.deal(deal)
        number = of.terminal
        if terminal is not None:
            number = self.cast.number_of(*self.cast.place_of(terminal, usual=Merchant(of.merchant)))
        made = Made(
            Wish(kind=kind, order=f"{kind.value[0].upper()}{len(self.made) + 1}",
                 amount_fen=amount_fen or of.wish.amount_fen, card=of.wish.card,
                 original=of.told if of.tries else None, clerk=clerk or of.wish.clerk,
                 qr_code=of.told.qr_code if of.wish.kind is Kind.QR_SALE else "", signs_on=not clerk),
            number, of.merchant, of)
        self.made.append(made)
        return self._ask(made)

    def try_again(
        self, merchant: Merchant | None = None, terminal: Terminal | None = None, customer: Customer | None = None,
    ) -> Told:
        """One more try of what was asked last, of a merchant, at a terminal, by a customer where one is named."""
        made = self.deal(None)
        if merchant is not None and merchant.name:
            hold(made.merchant == self.cast.shop_name(merchant), "another merchant sold last", "上一笔交易是另一家商户的")
        if terminal is not None and (terminal.number or terminal.name):
            hold(made.terminal == self.cast.number_of(*self.cast.place_of(terminal)),
                 "another terminal sold last: at this one it would be a new sale", "上一笔交易在另一台终端上：在这里是新交易")
        if customer is not None and customer.name:
            hold(made.wish.card == self.cast.card_of(customer), "another customer paid last", "上一笔交易是另一位顾客的")
        return self._ask(made)

    def _ask(self, made: Made) -> Told:
        self.acted = True
        made.at_ms = self.target.now_ms()
        told = self.target.operate(made.terminal, made.wish)
        made.tries = [*made.tries, told]
        self.said, self.asked = [told], made.terminal
        if told.approved and made.wish.signs_on:
            self.clerks[made.terminal] = made.wish.clerk
        return told

    def operate(
        self, kind: Kind, terminal: Terminal | None, merchant: Merchant | None = None, *, clerk: str = "01",
        password: str = "",
    ) -> Told:
        """A terminal is asked for what is about no customer."""
        self.acted = True
        shop, number = self.cast.place_of(terminal, merchant)
        self.asked = self.cast.number_of(shop, number)
        told = self.target.operate(self.asked, Wish(kind=kind, clerk=clerk, password=password))
        self.said = [told]
        if told.approved and kind in {Kind.SIGN_ON, Kind.SIGN_OFF}:
            self.clerks[self.asked] = clerk if kind is Kind.SIGN_ON else ""
        return told

    def clerk_at(self, terminal: Terminal | None) -> str:
        """Who is signed on at a terminal; "" for nobody."""
        return self.clerks.get(self.cast.number_of(*self.cast.place_of(terminal)), USUAL_CLERK)

    def settle(self, merchant: Merchant | None = None, terminal: Terminal | None = None) -> None:
        """Terminals settle: one, all of a merchant, or all that there are."""
        self.acted = True
        if terminal is not None:
            shop, number = self.cast.place_of(terminal, merchant)
            numbers = [self.cast.number_of(shop, number)]
        else:
            name = self.cast.shop_name(merchant)
            first = self.cast.number_of(name, 1)
            numbers = list(range(first, first + self.cast.count_of(name)))
        self.asked = numbers[0] if len(numbers) == 1 else 0
        self.said = self.settlements = [self.target.settle(number) for number in numbers]

    def fault(self, table: dict[str, object]) -> None:
        """A fault from now on, as in a scenario."""
        self.acted = True
        self.faults.append({**table, "said_ms": self.target.now_ms()})
        self.target.fault(toml_text(table))

    def end_faults(self, modes: frozenset[str]) -> None:
        """What fails until it is mended is mended now."""
        self.target.end_faults(modes)
        for fault in self.faults:
            if fault["mode"] in modes:
                fault.setdefault("ended_ms", self.target.now_ms())

    def action(self, table: dict[str, object]) -> None:
        """A documented remedy now, as in a scenario."""
        self.acted = True
        self.target.action(toml_text(table))

    def deal(self, deal: Deal | None) -> Made:
        """Which sale is meant; the last one that was made where nothing else is said."""
        return found_in(self.made, deal or Deal())

    # ---- what is seen ------------------------------------------------------------------------

    def received_fen(self, merchant: Merchant | None = None) -> int:
        """What came into a merchant's account at its bank."""
        return self.target.balances().get(self.accounts.received_of(self.cast.shop_name(merchant)), 0)

    def suspended_fen(self, merchant: Merchant | None = None) -> int:
        """What stands in suspense for a merchant."""
        return self.target.balances().get(self.accounts.suspense_of(self.cast.shop_name(merchant)), 0)

    @property
    def records(self) -> Sequence[Record]:
        """Everything that was written down so far."""
        if Need.RECORDS in self.kind.cannot:
            raise CannotError(self.kind.cannot[Need.RECORDS])
        return self.target.records()

    @property
    def so_far(self) -> Judgement:
        """What the judge would say now; the run goes on after it."""
        judge = Judge(None)
        for record in self.records:
            judge.feed(record)
        return judge.finish(self.now_ms)

    def mid_of(self, merchant: Merchant | None) -> str:
        """The number of a merchant."""
        return self.accounts.shop_named(self.cast.shop_name(merchant)).mid

    @cached_property
    def judgement(self) -> Judgement:
        """The judgement of the whole run; nothing can be done after it."""
        hold(self.is_open, "nothing happened, so there is nothing to judge", "什么都没有发生，无从判定")
        return self.target.judge()

    def late(self, by_ms: int) -> tuple[Finding, ...]:
        """What the judge says of money that did not arrive by a moment."""
        return evaluate(self.judgement, Expectation(arrived="all", by_ms=by_ms))

    @property
    def report(self) -> str:
        """What the judge has to say, for a step that fails."""
        text = StringIO()
        write_text(self.judgement, text, all_sales=True, language=self.language)
        return f"\n{text.getvalue()}"


def when(at_ms: int) -> str:
    """A moment as the features write it."""
    return f"{datetime_at(at_ms):%Y-%m-%d %H:%M:%S}"
