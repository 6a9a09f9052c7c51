"""What hands are told and what is said of them, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message

NO_TERMINAL = _M(
    "no_tty", "person: nobody can be asked: standard input is no terminal. Start the bench at one, or name a robot or "
    "a command in [hands]",
    "person：无人可问：标准输入不是终端。请在终端上启动测试台，或在 [hands] 中写明机械手或命令")
NOBODY = _M("nobody_answered", "{name}: nobody answered within {within_s} s: {what}", "{name}：{within_s} 秒内无人应答：{what}")
GONE = _M("person_gone", "{name}: the terminal at which a person was asked has gone", "{name}：询问所用的终端已关闭")
COULD_NOT = _M("could_not", "{name}: it could not be done: {what}: {error}", "{name}：无法完成：{what}：{error}")
STATUS = _M("hands_status", "{name}: {url} answered with status {status}, not 200", "{name}：{url} 应答状态为 {status}，应为 200")
NO_ANSWER = _M("hands_no_json", "{name}: it answered what is no answer: {error}", "{name}：应答不可用：{error}")
UNASKED = _M("hands_unasked", "{name}: it answered {given}, which was not asked; asked: {names}",
             "{name}：应答了未询问的 {given}；询问的是：{names}")
MISSING = _M("hands_missing", "{name}: it did not answer {given}", "{name}：没有应答 {given}")
NO_CHOICE = _M("hands_no_choice", "{name}: it answered {field} {given}; allowed: {names}",
               "{name}：{field} 的应答为 {given}；只能是：{names}")

# ---- to a person ---------------------------------------------------------------------------------

HEAD = _M("hands_head", "▶ terminal {tid}: {text}", "▶ 终端 {tid}：{text}")
CARD = _M("hands_card", "  card {pan}, expiry {expiry} (YYMM)", "  卡号 {pan}，有效期 {expiry}（年年月月）")
PIN = _M("hands_pin", "  PIN {pin}", "  密码 {pin}")
FACT = _M("hands_fact", "  {name}: {given}", "  {name}：{given}")
DONE = _M("hands_done", "  done: Enter or y; could not: n and why ({within_s} s): ",
          "  完成：回车或 y；无法完成：n 加原因（{within_s} 秒）：")
QUESTION = _M("hands_question", "  {text} [{names}]: ", "  {text} [{names}]：")
FREE = _M("hands_free", "  {text}: ", "  {text}：")
OPTIONAL = _M("hands_optional", "  {text} (Enter for none): ", "  {text}（没有则回车）：")
AGAIN = _M("hands_again", "  that is none of them", "  不是其中之一")
NO_REASON = Told("no reason given", "未说明原因")
YES = frozenset({"", "y", "yes", "ok", "done", "是", "好", "完成"})
NO = ("n", "no", "could not", "cannot", "不能", "无法", "否")
