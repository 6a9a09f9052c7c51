"""What ``bench check`` says, as rows in English and Chinese."""

from __future__ import annotations

from hil.checks.results import Outcome
from simulator.catalogue.language import Message, Told

_M = Message
OUTCOMES: dict[Outcome, Told] = {
    Outcome.HELD: Told("held", "通过"),
    Outcome.FAILED: Told("FAILED", "不通过"),
    Outcome.NOT_REACHED: Told("not reached", "未触发"),
    Outcome.NOT_OBSERVABLE: Told("not observable", "不可观察"),
    Outcome.INCONCLUSIVE: Told("inconclusive", "无结论"),
    Outcome.BENCH: Told("bench at fault", "测试台出错"),
}
DEVICES: dict[str, Told] = {
    "virtual": Told("virtual", "虚拟"), "emulated": Told("emulated", "仿真"), "real": Told("real", "真实"),
}
HEAD = _M("head", "checks of {name} ({kind}), {firmware}TID {tid}, at {station}: {count}",
          "{count} 项检查：{name}（{kind}），{firmware}终端号 {tid}，测试台 {station}")
FIRMWARE = _M("firmware", "firmware {firmware}, ", "固件 {firmware}，")
DEFECTS_OF = _M("defects", "built wrong on purpose: {names}", "有意做错：{names}")
LATER = _M("later", "{done} of {count}, {outcome}: {id} {title}; about {left} left",
           "{done}/{count}，{outcome}：{id} {title}；约余 {left}")
MINUTES = _M("minutes", "{minutes} min {seconds:02} s", "{minutes} 分 {seconds:02} 秒")
SECONDS = _M("seconds", "{seconds} s", "{seconds} 秒")
INTERRUPTED = _M("interrupted", "interrupted: {done} of {count} checks were made", "已中断：{count} 项中完成 {done} 项")
GIVEN_UP = _M(
    "given_up", "given up: {done} of {count} checks were tried; the bench could not be started twice in a row, for the same reason",
    "已放弃：{count} 项中尝试了 {done} 项；测试台因同一原因连续两次无法启动")
SAME = _M("same", "as {check}", "同 {check}")
FAULT = _M("fault", "bench at fault in {checks}: {why}", "测试台出错（{checks}）：{why}")
LOOK = _M("look", "daozhang bench doctor {bench} says what to do", "daozhang bench doctor {bench} 会说明怎么办")
ENDING = _M("ending", "interrupted; ending what is under way (once more: at once)",
            "已中断；等待进行中的检查结束（再按一次立即停止）")
SUMMARY = _M("summary", "{told}; {took}", "{told}；用时 {took}")
COUNTED = _M("counted", "{count} {outcome}", "{outcome} {count} 项")
RULE = _M("rule", "rule: {rule} ({source})", "规则：{rule}（{source}）")
CHANGED_BY = _M("changed_by", "changed by the profile's {settings}", "受参数 {settings} 影响")
MEASURED = _M("measured", "{words} ({unit}): {value}, limit {limit}", "{words}（{unit}）：{value}，限值 {limit}")
MARGIN = _M("margin", ", margin {margin}", "，容差 {margin}")
WRONG = _M("wrong", "wrong: {what}", "错误：{what}")
MONEY = _M("money", "in the wrong place, or may be: {yuan}", "错位或可能错位的资金：{yuan}")
FRAME = _M("frame", "first wrong frame, number {number} ({way}, {fate}): {mti} {kind}",
           "首个错误报文，第 {number} 条（{way}，{fate}）：{mti} {kind}")
UP, DOWN = Told("from the terminal", "终端发出"), Told("from the host", "主机发出")
AGAIN = _M("again", "again: {command}", "重做：{command}")
FOLDER = _M("folder", "evidence: {folder}", "证据：{folder}")
MORE = _M("more", "and {count} more", "另有 {count} 项")
ONE_AT_A_TIME = _M("one_at_a_time", "--jobs: a standing terminal is checked by one job; leave it out, or give 1",
                   "--jobs：实物终端一次只能做一项检查；不给出或给 1")
NEEDS = _M("needs", "needs: {needs}", "需要：{needs}")
CHANGES = _M("changes", "profile: {settings}", "参数：{settings}")
FATES: dict[str, Told] = {
    "heard": Told("heard", "已收到"), "passed": Told("passed on", "已转发"), "lost": Told("lost", "丢失"),
    "held": Told("held back", "延迟"), "repeated": Told("repeated", "重复"), "swapped": Told("out of order", "乱序"),
    "changed": Told("changed", "被改"), "cut_short": Told("cut short", "截断"), "garbage": Told("garbage", "乱码"),
    "wrong_length": Told("wrong length", "长度错"), "hung_up": Told("hung up", "断线"), "reset": Told("reset", "复位"),
    "nowhere": Told("to nobody", "无接收方"),
}


def duration(seconds: float) -> str:
    """A time in the language of this process."""
    whole = round(seconds)
    if whole < 60:
        return SECONDS.say(seconds=whole)
    return MINUTES.say(minutes=whole // 60, seconds=whole % 60)
