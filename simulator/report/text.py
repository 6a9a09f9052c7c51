"""A judgement as text that a person reads at a glance: verdict first, then money, then reasons.

Computed from the judgement only.  Colours appear on a terminal and nowhere else; everything fits
eighty columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from simulator.catalogue.kind_words import KINDS_ZH
from simulator.catalogue.language import fitting
from simulator.judge.verdict import (
    Finding,
    Judgement,
    MerchantMoney,
    ReturnRow,
    SaleRow,
    State,
    Step,
    Tally,
    Verdict,
    Where,
)
from simulator.judge.words.sentences import yuan
from simulator.local_time import DAY_MS, datetime_at
from simulator.report.batch_lines import batch_lines
from simulator.report.plan_lines import plan_lines
from simulator.report.risk_lines import risk_lines
from simulator.report.sale_lines import sale_lines
from simulator.report.visible import visible_judgement
from simulator.report.words import (
    DEVICES,
    PLACES,
    STATES,
    TARGETS,
    URGENCIES,
    VERDICTS,
    Language,
    word,
)
from simulator.report.wrap import WIDTH, wrapped

SALES_LISTED = 40
PAYOUTS_LISTED = 20
MERCHANTS_LISTED = 20
ORDERS_LISTED = 12
OWED_LISTED = 3  # of what a merchant owes for, in its one line
FINDINGS_OF_A_KIND = 3
STEPS_SHOWN = 12
EVENTS_SHOWN = 12
TERMINALS_NAMED = 4
_STYLE_OF_VERDICT = {
    Verdict.PASS: "bold white on green", Verdict.FAIL: "bold white on red",
    Verdict.INCONCLUSIVE: "bold black on yellow", Verdict.ERROR: "bold white on magenta",
}
_STYLE_OF_STATE = {
    State.HELD: "green", State.VIOLATED: "bold red", State.NOT_EXERCISED: "dim",
    State.NOT_OBSERVABLE: "yellow",
}
_STYLE_OF_PLACE = {
    Where.ARRIVED: "green", Where.ON_THE_WAY: "cyan", Where.SUSPENDED: "yellow",
    Where.NETTED: "cyan", Where.LOST: "bold red", Where.HELD: "", Where.UNDONE: "dim", Where.DECLINED: "dim",
}


def write_text(
    judgement: Judgement, to: TextIO, *, language: Language = "en", all_sales: bool = False,
    width: int | None = None,
) -> None:
    """Write the summary.  Sales are listed one by one where they are few, or asked for."""
    judgement = visible_judgement(judgement)
    console = Console(file=to, highlight=False, emoji=False, markup=False, width=width)
    if console.is_terminal:
        _TextReport(judgement, console, language).write(all_sales=all_sales)
        return
    text = StringIO()
    plain = Console(file=text, highlight=False, emoji=False, markup=False, width=width or WIDTH)
    _TextReport(judgement, plain, language).write(all_sales=all_sales)
    to.writelines(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


class _TextReport:
    """One judgement on its way to one console."""

    def __init__(self, judgement: Judgement, console: Console, language: Language) -> None:
        self._judgement = judgement
        self._console = console
        self._language: Language = language

    def write(self, *, all_sales: bool) -> None:
        self._title()
        self._events()
        self._money()
        self._merchants()
        self._payouts()
        self._causes()
        self._orders()
        self._forced_batches()
        self._disputes()
        self._risk_holds()
        self._plan()
        self._invariants()
        self._expectations()
        self._findings()
        judgement = self._judgement
        listed = len(judgement.sales) + judgement.sales_left_out <= SALES_LISTED
        if judgement.sales and (all_sales or listed):
            self._sales(judgement.sales)
            if judgement.sales_left_out:
                self._line(self._word("more_sales").format(n=judgement.sales_left_out))

    # ---- parts -------------------------------------------------------------------------------

    def _title(self) -> None:
        judgement = self._judgement
        verdict = VERDICTS[judgement.verdict].say(self._language)
        self._console.print(Text.assemble(
            (f" {verdict} ", _STYLE_OF_VERDICT[judgement.verdict]), "  ",
            (judgement.title, "bold"),
        ))
        times = f"{_minute(judgement.began_ms)} – {_minute(judgement.ended_ms)}"
        parts = (times, self._target(), f"{self._word('seed')} {judgement.seed}")
        self._console.print(Text(" · ".join(part for part in parts if part), style="dim"))
        self._ends()
        if judgement.verdict is not Verdict.FAIL:
            for reason in self._said(judgement.reasons, judgement.reasons_zh):
                self._line(reason)
        for note in self._said(judgement.notes, judgement.notes_zh):
            self._line(note, style="dim")

    def _ends(self) -> None:
        """Where the terminals were, where not all of them were simulated."""
        ends = self._judgement.ends
        if not ends.at_ports:
            return
        said = [
            f"{tid} ({DEVICES[device].say(self._language) if device in DEVICES else device})"
            for tid, device in ends.at_ports
        ]
        self._line(self._word("ends").format(
            n=f"{ends.simulated:,}", m=f"{len(said):,}", named=self._few(said)), style="dim")
        by_terminals: dict[tuple[str, ...], list[str]] = {}
        for each in self._judgement.invariants:
            if each.unseen:
                name = each.name if self._language == "en" else each.name_zh
                by_terminals.setdefault(each.unseen, []).append(name)
        for tids, names in by_terminals.items():
            self._line(self._word("unseen").format(
                named=self._few(tids), rules=self._word("listed").join(names)), style="dim")

    def _few(self, names: Sequence[str]) -> str:
        more = len(names) - TERMINALS_NAMED
        return ", ".join(names[:TERMINALS_NAMED]) + (
            self._word("and_more").format(n=more) if more > 0 else "")

    def _events(self) -> None:
        events = self._judgement.events
        if not events:
            return
        self._heading("events")
        shown = events if len(events) <= EVENTS_SHOWN else events[:EVENTS_SHOWN - 1]
        table = _grid(("left", 14), ("left", 61))
        for event in shown:
            table.add_row(_second(event.at_ms), _fitted(self._step(event), 61))
        self._table(table)
        if len(events) > len(shown):
            self._line(self._word("more_events").format(n=len(events) - len(shown)))

    def _money(self) -> None:
        money = self._judgement.money
        self._heading("money")
        if not any(tally.sales for tally in (money.taken, money.held, money.undone, money.declined)):
            self._line(self._word("nothing"))
            return
        table = _grid(("left", 24), ("right", 10), ("right", _sum_width(18, (money.taken.fen,))))
        table.add_row("", self._word("sales"), self._word("sum"), style="dim")
        self._money_row(table, self._word("taken"), money.taken, "bold")
        always = ((Where.ARRIVED, money.arrived), (Where.ON_THE_WAY, money.on_the_way),
                  (Where.SUSPENDED, money.suspended), (Where.NETTED, money.netted),
                  (Where.LOST, money.lost))
        for place, tally in always:
            if place is Where.NETTED and not tally.sales:
                continue
            style = _STYLE_OF_PLACE[place] if tally.sales else "dim"
            self._money_row(table, f"  {PLACES[place].say(self._language)}", tally, style)
            if place is Where.ARRIVED and (tally.sales or money.kept_fee_fen):
                table.add_row(f"    {self._word('fee')}", "", yuan(money.fee_fen), style="dim")
                if money.kept_fee_fen:
                    table.add_row(
                        f"    {self._word('kept_fee')}", "", yuan(money.kept_fee_fen), style="dim")
                table.add_row(f"    {self._word('net')}", "", yuan(money.net_fen))
                for name, fen in self._taken_off():
                    table.add_row(f"    {self._word(name)}", "", yuan(fen), style="dim")
            elif place is Where.SUSPENDED and tally.sales:
                table.add_row(f"    {self._word('net')}", "", yuan(money.suspended_net_fen))
        rest = ((Where.HELD, money.held), (Where.UNDONE, money.undone),
                (Where.DECLINED, money.declined))
        for place, tally in rest:
            if tally.sales:
                self._money_row(table, PLACES[place].say(self._language), tally, "dim")
        if money.returned.sales:
            self._money_row(table, self._word("returned"), money.returned, "dim")
        self._table(table)
        if money.issuer_share_fen or money.network_share_fen:
            said = "shares_short" if money.acquirer_share_fen < 0 else "shares"
            self._line(self._word(said).format(
                fee=yuan(money.cleared_fee_fen), issuer=yuan(money.issuer_share_fen),
                network=yuan(money.network_share_fen), acquirer=yuan(abs(money.acquirer_share_fen))),
                style="dim")
        for each in self._judgement.owed:
            self._line(self._word("owed").format(
                merchant=each.merchant, mid=each.mid, fen=yuan(each.fen)), style="yellow")
            for item in each.because[-ORDERS_LISTED:]:
                self._line("  " + self._word("owed_for").format(
                    what=self._kind(item.what), sale=item.sale or item.key, fen=yuan(item.fen), fee=yuan(item.fee_fen),
                    date=item.date), style="dim")

    def _merchants(self) -> None:
        """The sums of each merchant, those that are not zero; of many those first whose money is not all there."""
        merchants = self._judgement.merchants
        if len(merchants) > MERCHANTS_LISTED:
            merchants = tuple(sorted(merchants, key=lambda each: not (
                each.lost.sales or each.suspended.sales or each.owed_fen)))
        if not merchants:
            return
        self._heading("by_merchant")
        for each in merchants[:MERCHANTS_LISTED]:
            self._merchant(each)
        if len(merchants) > MERCHANTS_LISTED:
            self._line(self._word("more_merchants").format(n=f"{len(merchants) - MERCHANTS_LISTED:,}"))

    def _merchant(self, each: MerchantMoney) -> None:
        name = self._word("of_merchant").format(
            merchant=each.merchant, mid=each.mid) if each.mid else each.merchant or "–"
        told = []
        for place, tally in (
            (self._word("taken"), each.taken), *((PLACES[where].say(self._language), tally) for where, tally in (
                (Where.ARRIVED, each.arrived), (Where.ON_THE_WAY, each.on_the_way),
                (Where.SUSPENDED, each.suspended), (Where.NETTED, each.netted),
                (Where.LOST, each.lost), (Where.HELD, each.held), (Where.UNDONE, each.undone),
                (Where.DECLINED, each.declined))),
            (self._word("returned"), each.returned),
        ):
            if tally.sales:
                fees = self._word("with_fee").format(fee=yuan(each.fee_fen), net=yuan(each.net_fen))
                told.append(f"{place} {tally.sales:,}: {yuan(tally.fen)}" + (
                    fees if tally is each.arrived else ""))
        if each.owed_fen:
            told.append(self._owes(each))
        self._line(name + self._word("colon") + self._word("part").join(told))

    def _owes(self, each: MerchantMoney) -> str:
        """What a merchant owes, and the newest of what it is for."""
        items = [item for owed in self._judgement.owed if owed.mid == each.mid for item in owed.because]
        said = self._word("owes").format(fen=yuan(each.owed_fen))
        if not items:
            return said
        named = self._word("listed").join(
            f"{self._kind(item.what)} {item.sale or item.key} {yuan(item.fen)}" for item in items[-OWED_LISTED:])
        return said + self._word("owes_for").format(items=named)

    def _kind(self, what: str) -> str:
        return what.replace("_", " ") if self._language == "en" else KINDS_ZH.get(what, what)

    def _orders(self) -> None:
        """Voids and refunds by their own names, those that were refused or came to nothing yet."""
        returns, rows = self._judgement.returns, self._judgement.undoings
        if not returns.asked:
            return
        self._heading("orders")
        self._line(self._word("order_counts").format(
            asked=f"{returns.asked:,}", given=f"{returns.given_back:,}", refused=f"{returns.refused:,}"))
        for row in rows[:ORDERS_LISTED]:
            self._order(row)
        if len(rows) > ORDERS_LISTED:
            self._line(self._word("more_orders").format(n=f"{len(rows) - ORDERS_LISTED:,}"))

    def _order(self, row: ReturnRow) -> None:
        chinese = self._language == "zh"
        what = row.what_text_zh if chinese else row.what.replace("_", " ")
        result = row.result_text_zh if chinese else row.result_text
        given = self._word("not_given") if row.given_ms is None else self._word("given_at").format(
            when=_day_second(row.given_ms))
        told = (
            self._word("order").format(order=row.order, what=what, sale=row.sale),
            yuan(row.amount_fen) if row.amount_fen else "", result or self._word("not_heard"), given,
            row.key or row.tid, self._word("asked_at").format(when=_day_second(row.asked_ms)),
        )
        self._line(self._word("part").join(each for each in told if each))

    def _forced_batches(self) -> None:
        rows = self._judgement.forced_batches
        if not rows:
            return
        self._heading("forced_batches")
        for row in rows[:ORDERS_LISTED]:
            for line, minor in batch_lines(row, self._language):
                self._line(line, indent=4 if minor else 2, style="dim" if minor else "")
        if len(rows) > ORDERS_LISTED:
            self._line(self._word("more_events").format(n=f"{len(rows) - ORDERS_LISTED:,}"))

    def _taken_off(self) -> list[tuple[str, int]]:
        """All that is between net sums and the statement, where they differ: it adds up."""
        sums, money = self._judgement.payout_sums, self._judgement.money
        moved = (("returned_sum", -money.returned_in_part_fen), ("disputed_sum", -sums.disputed_fen),
                 ("dispute_fee", -sums.dispute_fee_fen),
                 ("netted_sum", money.netted_net_fen), ("paid_apart", money.paid_apart_fen),
                 ("owed_sum", sums.owed_fen),
                 ("withheld", -sums.withheld_fen), ("payout_fee", -sums.fee_fen))
        between = [(name, fen) for name, fen in moved if fen]
        return [*between, ("statement", sums.paid_fen)] if between else []

    def _payouts(self) -> None:
        """Each payout with its day and the sales in it; where there are many, those that are in no account."""
        payouts = self._judgement.payouts
        count = len(payouts) + self._judgement.payouts_left_out
        if count > PAYOUTS_LISTED:
            payouts = tuple(
                each for each in payouts if each.where not in (Where.ARRIVED, Where.NETTED))[:PAYOUTS_LISTED]
        if not payouts:
            return
        self._heading("payouts")
        fen = _sum_width(14, (each.paid_fen for each in payouts))
        told_width = 54 - fen
        table = _grid(("left", 11), ("right", fen), ("left", 10), ("left", told_width))
        for each in payouts:
            when_ms = each.due_ms if each.posted_ms is None else each.posted_ms
            due = "" if each.posted_ms is not None or each.where is Where.NETTED else (
                f" ({self._word('due')})")
            named = self._word("listed").join(
                (*each.sales, *(
                    f"{self._kind(item.what)} {item.sale or item.key}" for item in (*each.returns, *each.disputes))))
            more = f" +{each.unnamed}" if each.unnamed else ""
            told = f"{each.merchant} {each.payout}: {named}{more}"
            table.add_row(
                _day_minute(when_ms), yuan(each.paid_fen),
                Text(PLACES[each.where].say(self._language), style=_STYLE_OF_PLACE[each.where]),
                _fitted(told + due, told_width))
            if each.since_ms is not None:
                days = (self._judgement.ended_ms - each.since_ms) // DAY_MS
                table.add_row("", "", "", Text(fitting(self._word("in_suspense"), days).format(
                    since=_day_minute(each.since_ms), days=days,
                    reason=each.reason_text if self._language == "en" else each.reason_text_zh), style="dim"))
        self._table(table)
        if count > len(payouts):
            self._line(self._word("more_payouts").format(n=f"{count - len(payouts):,}"))

    @staticmethod
    def _money_row(table: Table, name: str, tally: Tally, style: str) -> None:
        table.add_row(name, f"{tally.sales:,}", yuan(tally.fen), style=style)

    def _causes(self) -> None:
        causes = self._judgement.by_cause
        if not causes:
            return
        self._heading("causes")
        fen = _sum_width(16, (each.fen for each in causes))
        table = _grid(("left", 12), ("right", 8), ("right", fen), ("left", 56 - fen))
        for each in causes:
            text = each.text if self._language == "en" else each.text_zh
            told = f"{text} ({each.cause})" if each.cause else text
            table.add_row(
                Text(PLACES[each.where].say(self._language), style=_STYLE_OF_PLACE[each.where]),
                f"{each.sales:,}", yuan(each.fen), _fitted(told, 56 - fen),
            )
        self._table(table)

    def _disputes(self) -> None:
        rows = self._judgement.disputes
        if not rows:
            return
        self._heading("disputes")
        chinese = self._language == "zh"
        fen = _sum_width(16, (row.amount_fen for row in rows))
        table = _grid(("left", 8), ("left", 12), ("right", fen), ("left", 56 - fen))
        for row in rows:
            stage = row.stage_text_zh if chinese else row.stage_text
            when = f" {_minute(row.at_ms)}"
            due = f", {self._word('until_when')} {_minute(row.due_ms)}" if row.due_ms else ""
            reason = row.reason_text_zh if chinese else row.reason_text
            table.add_row(row.case, row.sale or row.key, yuan(row.amount_fen), f"{stage}{when}{due}")
            table.add_row("", "", "", reason, style="dim")
        self._table(table)

    def _risk_holds(self) -> None:
        if self._judgement.risk_holds:
            self._heading("risk_holds")
            for line in risk_lines(self._judgement.risk_holds, self._language):
                self._line(line)

    def _plan(self) -> None:
        if self._judgement.plan is not None:
            self._heading("plan")
            for line in plan_lines(self._judgement.plan, self._language):
                self._line(line)

    def _invariants(self) -> None:
        self._heading("invariants")
        table = _grid(("right", 3), ("left", 32), ("left", 18), ("right", 14))
        table.add_row("", "", "", self._word("cases"), style="dim")
        for each in self._judgement.invariants:
            table.add_row(
                str(each.number), each.name if self._language == "en" else each.name_zh,
                Text(STATES[each.state].say(self._language), style=_STYLE_OF_STATE[each.state]),
                f"{each.exercised:,}",
            )
        self._table(table)

    def _expectations(self) -> None:
        expectations = self._judgement.expectations
        if not expectations:
            return
        self._heading("expectations")
        table = _grid(("left", 54), ("left", 20))
        for each in expectations:
            table.add_row(
                _fitted(each.name if self._language == "en" else each.name_zh, 54),
                Text(self._word("met" if each.met else "not_met"),
                     style="green" if each.met else "bold red"),
            )
        self._table(table)

    def _findings(self) -> None:
        findings = self._judgement.findings
        if not findings:
            return
        self._heading("findings")
        violations = {each.number: each.violations for each in self._judgement.invariants}
        shown: Counter[str] = Counter()
        kinds = Counter(finding.code for finding in findings)
        kept = Counter(finding.invariant for finding in findings)
        for finding in findings:
            shown[finding.code] += 1
            if shown[finding.code] <= FINDINGS_OF_A_KIND:
                self._finding(finding)
        for code, count in kinds.items():
            invariant = next(each.invariant for each in findings if each.code == code)
            uncounted = violations.get(invariant, 0) - kept[invariant] if invariant else 0
            more = count - FINDINGS_OF_A_KIND + max(uncounted, 0)
            if count > FINDINGS_OF_A_KIND:
                self._line(f"{code}: " + self._word("more_findings").format(n=f"{more:,}"))

    def _finding(self, finding: Finding) -> None:
        chinese = self._language == "zh"
        number = f"{finding.invariant}" if finding.invariant else "–"
        mark = f"{number} {URGENCIES[finding.urgency].say(self._language)}: "
        what = _fitted(mark + (finding.what_zh if chinese else finding.what), self._console.width - 2)
        head = Text.assemble((what[:len(mark)], "bold red"), what[len(mark):])
        self._console.print(Padding(head, (0, 0, 0, 2)))
        steps = finding.steps
        for step in steps[:STEPS_SHOWN]:
            self._line(f"{_second(step.at_ms)}  {self._step(step)}", indent=6, style="dim")
        if len(steps) > STEPS_SHOWN:
            self._line("…", indent=6, style="dim")
        cause = finding.cause_text_zh if chinese else finding.cause_text
        remedy = finding.remedy_zh if chinese else finding.remedy
        if cause:
            mode = f" ({finding.cause})" if finding.cause else ""
            self._line(f"{self._word('cause')}: {cause}{mode}", indent=6)
        if remedy:
            self._line(f"{self._word('remedy')}: {remedy}", indent=6)

    def _sales(self, rows: Iterable[SaleRow]) -> None:
        self._heading("each_sale")
        for line in sale_lines(rows, self._language, _STYLE_OF_PLACE, self._console.width):
            self._console.print(line, soft_wrap=True)

    # ---- pieces ------------------------------------------------------------------------------

    def _target(self) -> str:
        target = self._judgement.target
        return TARGETS[target].say(self._language) if target in TARGETS else target

    def _step(self, step: Step) -> str:
        return step.text_zh if self._language == "zh" and step.text_zh else step.text

    def _said(self, english: tuple[str, ...], chinese: tuple[str, ...]) -> tuple[str, ...]:
        """Texts in the language; a judgement of an older version has some in English only."""
        return english if self._language == "en" else (*chinese, *english[len(chinese):])

    def _word(self, name: str) -> str:
        return word(name, self._language)

    def _heading(self, name: str) -> None:
        self._console.print()
        self._console.print(Text(self._word(name), style="bold underline"))

    def _table(self, table: Table) -> None:
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def _line(self, text: str, indent: int = 2, style: str = "") -> None:
        fitted = _fitted(text, self._console.width - indent)
        self._console.print(Padding(Text(fitted, style=style), (0, 0, 0, indent)))


def _grid(*columns: tuple[str, int]) -> Table:
    """A table without lines; each column has a side and a width."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for side, width in columns:
        table.add_column(justify="right" if side == "right" else "left", width=width,
                         overflow="fold")
    return table


def _sum_width(least: int, sums: Iterable[int]) -> int:
    """So wide that every sum stands in one line."""
    return max([least, *(len(yuan(fen)) for fen in sums)])


def _fitted(text: str, width: int) -> str:
    """A text in lines of a width, none of which ends inside a word."""
    return "\n".join(wrapped(text, width))


def _minute(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%Y-%m-%d %H:%M")


def _day_minute(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%m-%d %H:%M")


def _day_second(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%m-%d %H:%M:%S")


def _second(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%m-%d %H:%M:%S")
