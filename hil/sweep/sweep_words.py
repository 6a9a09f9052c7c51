"""What a sweep and a soak tell, as rows in English and Chinese."""

from __future__ import annotations

from hil.sweep.results import Outcome
from simulator.catalogue.language import Message, Told

_M = Message
CELL: dict[Outcome, Told] = {
    Outcome.HELD: Told("ok", "通过"),
    Outcome.FAILED: Told("FAIL", "失败"),
    Outcome.NOT_REACHED: Told("n/r", "未到"),
    Outcome.UNSURE: Told("?", "?"),
    Outcome.BENCH: Told("ERR", "台错"),
}
COUNTED: dict[Outcome, Told] = {
    Outcome.HELD: Told("held", "通过"),
    Outcome.FAILED: Told("failed", "失败"),
    Outcome.NOT_REACHED: Told("not reached", "未到达"),
    Outcome.UNSURE: Told("not decided", "无定论"),
    Outcome.BENCH: Told("failed by the bench", "测试台出错"),
}
NOTHING_TO_DO, OPEN = Told("–", "–"), Told(".", ".")
KIND_OF_DEVICE = {
    "virtual": Told("virtual", "虚拟"), "emulated": Told("emulated", "仿真"), "real": Told("real", "真实"),
}
TITLE = _M("title", "Boundaries of {name} ({kind}), firmware {firmware}, terminal {tid}, station {station}",
           "{name}（{kind}）的边界，固件 {firmware}，终端 {tid}，工位 {station}")
DEFECTS = _M("defects", "built wrong on purpose: {names}", "有意做错：{names}")
SUMMARY = _M("summary", "{done} of {planned} cases in {took}: {counts}", "{planned} 种情形中的 {done} 种，用时 {took}：{counts}")
INTERRUPTED = _M("interrupted", "interrupted; what is done is kept, a point stands for what is not",
                 "已中断；已完成的保留，点表示未完成")
GIVEN_UP = _M("given_up", "given up: the bench could not be started twice in a row, for the same reason; daozhang bench doctor {bench} says what to do",
              "已放弃：测试台因同一原因连续两次无法启动；daozhang bench doctor {bench} 会说明怎么办")
GO_ON = _M("go_on", "go on with: {command}", "继续：{command}")
LEFT_OUT = _M("left_out", "{count} messages like their neighbours were left out (--some)", "{count} 条与相邻相同的报文未扫描（--some）")
COLUMN = _M("column", "{name}: {what}", "{name}：{what}")
WITHOUT = _M("without", "– {why}", "– {why}")
NOT_SWEPT = _M("not_swept", "– {kind}: {why}", "– {kind}：{why}")
FAILED = _M("failed", "{outcome}: {case}: {what}", "{outcome}：{case}：{what}")
TOLD = _M("told", "the terminal said: {told}", "终端显示：{told}")
WRONG = _M("wrong", "first wrong frame, message {number} on the line:", "第一条错误报文，线路上第 {number} 条：")
MISSING = _M("missing", "what should follow on message {number} on the line did not:", "线路上第 {number} 条之后应有的没有来：")
NO_FRAME = _M("no_frame", "no message on the line is wrong", "线路上没有错误的报文")
MONEY = _M("money", "money: customers paid ¥{paid}{held}, the merchant got ¥{credited} (¥{fees} of it fees); should be ¥{should}",
           "资金：顾客付 ¥{paid}{held}，商户得 ¥{credited}（其中手续费 ¥{fees}）；应为 ¥{should}")
HELD = _M("held", " and ¥{held} are held", "，另冻结 ¥{held}")
AGAIN = _M("again", "again: {command}", "重现：{command}")
EVIDENCE = _M("evidence", "evidence: {folder}", "证据：{folder}")
MORE = _M("more", "{count} more like these:", "另有 {count} 种：")
RECORDS = _M("records", "recorded: {kind} ({boundaries} boundaries)", "已记录：{kind}（{boundaries} 个边界）")
PROGRESS = _M("progress", "{done} of {planned} · {failed} failed · {left} left", "{done}/{planned} · 失败 {failed} · 剩余 {left}")
STOPPING = _M("stopping", "stopping: cases under way are ended and kept; once more for at once",
              "正在停止：进行中的情形会做完并保留；再按一次立即停止")
MINUTES = _M("minutes", "{minutes} min {seconds} s", "{minutes} 分 {seconds} 秒")
SECONDS = _M("seconds", "{seconds} s", "{seconds} 秒")
NO_KIND = _M("no_kind", "--kinds: no kind {given}; allowed: {allowed}", "--kinds：没有种类 {given}；只能是：{allowed}")
ONE_AT_A_TIME = _M("one_at_a_time", "--jobs: a terminal that stands by itself is driven by one at a time",
                   "--jobs：独立的终端一次只能由一个任务驱动")
RESUME_ALONE = _M("resume_alone", "--resume needs the folder of a sweep: give --out", "--resume 需要扫描的目录：请给出 --out")
CASE_AND_KINDS = _M("case_and_kinds", "--case names its kind itself: leave out --kinds", "--case 已含种类：请去掉 --kinds")


def duration(seconds: float) -> Told:
    """How long, for people.

    >>> duration(75).en, duration(3).en
    ('1 min 15 s', '3 s')
    """
    whole = round(seconds)
    if whole < 60:
        return SECONDS.both(seconds=whole)
    return MINUTES.both(minutes=whole // 60, seconds=whole % 60)
