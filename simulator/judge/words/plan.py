"""What a run teaches about its emergency plan, in English and Chinese; decides nothing."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
NEVER_WENT_OFF = _M(
    "plan_never", "never went off in this run, so nothing is proved of: {alarms}", "本次运行中从未告警，未经验证：{alarms}")
NOTHING_TO_DO = _M(
    "plan_nothing", "{alarm}: the plan has nobody do or say anything", "{alarm}：预案未规定任何处置或告知")
REACTED_LATE = _M(
    "plan_late", "{alarm} ({number}): {took} until somebody acted; promised were {within}",
    "{alarm}（{number}）：{took} 后才有人处置，承诺为 {within}")
NOBODY_THERE = _M(
    "plan_nobody", "{alarm} ({number}): nobody was on duty for {waited}", "{alarm}（{number}）：{waited} 内无人值班")
STEP_IN_VAIN = _M(
    "plan_vain", "{alarm} ({number}): {step} could not be taken", "{alarm}（{number}）：{step} 无法执行")
NOT_OVER = _M(
    "plan_not_over", "{alarm} ({number}): was not over when the run ended", "{alarm}（{number}）：运行结束时仍未解除")
