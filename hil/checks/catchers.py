"""What is known of each terminal that is wrong on purpose: the checks that catch it first, or why none can.

Only the order in which checks are tried follows from it; what was really caught stands in
``caught.json``.  A terminal that stands in neither table is put through every check.
"""

from __future__ import annotations

from simulator.catalogue.language import Told

# The quickest first.
FIRST: dict[str, tuple[str, ...]] = {
    "terminal.never_sends_offline_sales": ("SET-22",),
    "terminal.gives_up_advices": ("CHN-04", "CHN-05"),
    "terminal.advice_under_new_number": ("CHN-04", "CHN-05"),
    "terminal.ignores_offline_limit": ("TIL-08",),
    "terminal.takes_unfit_keys": ("KEY-07",),
    "terminal.totals_forget_voids": ("SET-02",),
    "terminal.ends_unbalanced_with_207": ("SET-08",),
    "terminal.drops_receipted_sale": ("SET-01", "TIL-06"),
    "terminal.totals_a_fen_more": ("SET-01",),
    "terminal.totals_refunds_as_sales": ("SET-03",),
    "terminal.totals_first_twice": ("SET-01",),
    "terminal.closes_unanswered": ("SET-23", "SET-12", "SET-19"),
    "terminal.hears_balanced": ("SET-08",),
    "terminal.uploads_all_but_one": ("SET-08",),
    "terminal.uploads_other_sums": ("SET-08", "SET-09"),
    "terminal.forgets_voids": ("SET-02",),
    "terminal.any_clerk": ("TIL-01",),
    "terminal.any_password": ("TIL-02",),
    "terminal.does_disabled": ("TIL-03",),
    "terminal.drops_keys_before_loading": ("DLD-08",),
    "terminal.ends_aid_download_with_351": ("DLD-02",),
    "terminal.black_list_count_as_bcd": ("DLD-03",),
    "terminal.black_list_steps_of_14": ("DLD-07",),
    "terminal.reuses_stan": ("TIL-04",),
    "terminal.counts_anew_after_boot": ("PWR-14",),
    "terminal.stays_in_batch": ("DAY-04",),
    "terminal.passes_over_batch": ("DAY-04",),
    "terminal.tells_declined_approved": ("DEC-01", "DEC-03"),
    "terminal.tells_unknown_approved": ("REV-01",),
    "terminal.tells_approved_declined": ("TIL-06",),
    "terminal.tells_refused_undone": ("CHN-10", "CHN-02"),
    "terminal.tells_other_sum": ("TIL-06",),
    "terminal.shows_a_fen_more": ("TIL-06",),
    "terminal.shows_next_rrn": ("TIL-06",),
    "terminal.dates_advices_anew": ("CHN-15",),
    "terminal.reverses_for_tomorrow": ("REV-16", "REV-14", "PWR-04"),
    "terminal.voids_by_next_rrn": ("CHN-01",),
    "terminal.counts_all_as_foreign": ("SET-01", "SET-38"),
    "terminal.no_reversal": ("REV-01",),
    "terminal.sale_before_reversal": ("REV-21", "REV-15"),
    "terminal.retries_as_new_sale": ("REV-01",),
    "terminal.reversal_wrong_date_after_midnight": ("REV-27",),
    "terminal.reversal_reason_not_updated": ("RPL-11",),
    "terminal.goes_on_after_failed_reversals": ("REV-15",),
    "terminal.reversal_stored_after_send": ("PWR-02",),
    "terminal.reverses_other_sum": ("REV-01",),
    "terminal.dates_repeated_reversals": ("REV-27", "REV-14"),
    "terminal.reverses_other_number": ("REV-01",),
    "terminal.reverses_after_answer": ("REV-17",),
    "terminal.forgets_reversal_at_boot": ("REV-23", "PWR-03"),
    "terminal.reverses_what_it_told": ("REV-24",),
    "terminal.takes_any_answer_to_reversal": ("REV-19",),
    "terminal.ignores_mac": ("RPL-11",),
    "terminal.ignores_sign_on_request": ("KEY-03",),
    "terminal.keeps_refused_advices": ("SET-39",),
    "terminal.doubles_sum": ("TIL-18",),
    "terminal.sum_a_fen_more": ("TIL-18",),
    "terminal.sum_ten_times": ("TIL-18",),
    "terminal.sends_ten_times": ("TIL-18",),
    "terminal.refunds_whole_sale": ("CHN-11",),
    "terminal.refunds_whole": ("CHN-11",),
    "terminal.refunds_half": ("CHN-11",),
    "terminal.completes_what_was_held": ("CHN-12",),
    "terminal.keeps_last_card": ("TIL-19",),
    "terminal.no_supervisor": ("TIL-20",),
    "terminal.dates_by_greenwich": ("TIL-18", "DAY-05"),
    "terminal.refunds_last_sale": ("CHN-13",),
    "terminal.owes_in_the_afternoon": ("DAY-05",),
    "terminal.sees_no_card": ("TIL-04", "TIL-18"),
    "till.wrong_lrc": ("TIL-06",),
    "till.takes_nak_for_ack": ("TIL-21",),
    "till.receipt_other_sum": ("TIL-06",),
    "till.whole_card": ("TIL-23",),
    "till.never_sends_again": ("TIL-22",),
    "till.does_unacknowledged_anew": ("TIL-22",),
    "till.forgets_unacknowledged": ("TIL-10",),
    "till.told_other_sum": ("TIL-06",),
    "till.told_approved": ("RPL-06",),
    "till.told_declined": ("TIL-06",),
    "till.told_last_numbers": ("TIL-06",),
    "till.repeats_are_new": ("TIL-14",),
    "till.last_but_one": ("TIL-10",),
    "till.last_always_approved": ("TIL-13",),
    "till.approved_after_cut": ("TIL-13",),
}

# What neither the line to the host nor the till's line shows, and why.
_PAPER = Told(
    "paper comes out of the terminal's own printer; what its ECR link tells of a receipt is made from its record, and "
    "where a link tells none, or two copies, the terminal may be right",
    "纸质凭条由终端自带打印机打出；ECR 线路上的凭条内容取自交易记录，不给凭条或给两联的终端也可能是对的")
_RECORDS = Told(
    "it shows only in a terminal whose records were damaged, restored, or carried over from another one: that is done "
    "inside the terminal or by its service centre, not at either line; the judge sees it in a simulated run",
    "仅当终端记录损坏、恢复备份或由旧机迁移时才显现：须在终端内部或维修中心操作，两条线路上均无法触发；模拟运行中由判定器发现")
_UPDATE = Told(
    "a terminal closes its batch before it updates, so that nothing is open that an update could lose while a bench "
    "looks on; the judge sees it in a simulated run that updates in mid-batch",
    "终端升级前先结算批次，测试台上升级时没有可丢失的未结批次；在批次中途升级的模拟运行中由判定器发现")
_TIPS = Told(
    "the checks add a tip or an adjustment to the only sale there is (SET-32 to SET-35); the judge sees it in a simulated run",
    "检查项（SET-32 至 SET-35）只对唯一一笔交易加小费或调整；模拟运行中由判定器发现")
UNSEEN: dict[str, Told] = {
    "terminal.adds_to_last_sale": _TIPS,
    "terminal.receipt_of_decline": _PAPER,
    "terminal.no_receipts": _PAPER,
    "terminal.prints_other_sum": _PAPER,
    "terminal.prints_nothing": _PAPER,
    "terminal.prints_twice": _PAPER,
    "terminal.prints_no_slip_again": _PAPER,
    "terminal.prints_declines": _PAPER,
    "terminal.forgets_paper_after_power_cut": _PAPER,
    "terminal.believes_damaged_records": _RECORDS,
    "terminal.replacement_takes_up_batch": _RECORDS,
    "terminal.rolls_back_journal": _RECORDS,
    "terminal.restores_old_numbers": _RECORDS,
    "terminal.update_empties_batch": _UPDATE,
}
