"""Who is there and how far the run is: merchants, terminals, phases."""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.calendar import Calendar
from simulator.judge.open_items import Merchant, Terminal
from simulator.trace.records import (
    AcquirerOpened,
    BankOpened,
    MerchantOpened,
    PhaseEntered,
    RunStarted,
    SettlementsPlanned,
    StateAccepted,
    TerminalOpened,
)

VIRTUAL = "virtual"


class Setting:
    """Hears RunStarted, AcquirerOpened, BankOpened, MerchantOpened, SettlementsPlanned, TerminalOpened and PhaseEntered."""

    __slots__ = ("_book",)

    def __init__(self, book: Book) -> None:
        self._book = book

    def started(self, record: RunStarted) -> None:
        """On which clock."""
        self._book.is_virtual = record.clock == VIRTUAL

    def acquirer(self, record: AcquirerOpened) -> None:
        """How the acquirer clears, and when its days end."""
        self._book.acquirer = record
        self._book.calendar = Calendar(
            record.cut_over_ms, record.payout_at_ms, record.closed_days, record.opened_days)

    def bank(self, record: BankOpened) -> None:
        """How long a bank keeps what is held."""
        self._book.preauth_days[record.actor] = record.preauth_days

    def plan(self, record: SettlementsPlanned) -> None:
        """When a merchant's clerks settle."""
        self._book.plans[record.mid] = record

    def merchant(self, record: MerchantOpened) -> None:
        """A merchant, or its account corrected."""
        merchants = self._book.merchants
        known = merchants.get(record.mid)
        merchant = merchants[record.mid] = Merchant(record, record.actor)
        accounts = {record.account} if record.account else set()
        if known is not None:  # corrected: what is on its way may still go to the old one
            merchant.owed_fen, merchant.uncharged_fen = known.owed_fen, known.uncharged_fen
            merchant.netted = known.netted
            accounts |= known.accounts
        merchant.accounts = frozenset(accounts)

    def terminal(self, record: TerminalOpened) -> None:
        """A terminal and how it is built."""
        terminal = self._book.terminals.get(record.tid)
        if terminal is not None:  # told again, or first heard of by a message
            terminal.opened = record
            return
        terminal = Terminal(record)
        self._book.terminals[record.tid] = terminal
        self._book.terminal_of_actor[record.actor] = terminal

    def accepted(self, record: StateAccepted) -> None:
        """A host went on without part of what it knew, or with another setting."""
        self._book.gaps.append(record)

    def phase(self, record: PhaseEntered) -> None:
        """faults, heal, drain, ended."""
        self._book.phases_seen = True
        self._book.last_phase = record.phase
        if record.phase == "heal":
            self._book.healed_ms = record.at_ms
