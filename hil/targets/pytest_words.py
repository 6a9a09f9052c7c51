"""What the pytest plugin says, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, language_of_environment, speak

_M = Message

NO_BENCH = _M("pytest_no_bench", "no bench: give {option} FILE", "没有测试台：请给出 {option} 文件")
NAMES_NOTHING = _M("pytest_names_nothing", "{option}: names no file; give a bench file (TOML, docs/bench.md), or leave it out",
                   "{option}：没有给出文件；请给出测试台文件（TOML，见 docs/bench.md），或不写此项")
NO_EFFECT = _M("pytest_no_effect", "{option} has no effect without {needed} FILE; give both or leave it out",
               "没有 {needed} 文件时 {option} 不起作用；请两者都给出，或不写此项")
AT_FAULT = _M("pytest_at_fault", "the bench is at fault, not the terminal: {error}", "是测试台的问题，不是终端的问题：{error}")
NEVER_STRUCK = _M(
    "pytest_never_struck",
    "INCONCLUSIVE: never struck: {modes}; the test shows nothing about it (a fault that may stay away: may_stay_away = true)",
    "无法判定：故障从未发生：{modes}；这个测试对它什么也没有说明（允许不发生：may_stay_away = true）")
FOLDER_FULL = _M("pytest_folder_full", "{folder} holds the evidence of a run before; give another {option}",
                 "{folder} 中有以前运行的证据；请给出另一个 {option}")
NOT_BY_NAME = _M("pytest_not_by_name", "{marker} takes {names} by name, not {given}", "{marker} 只接受具名参数 {names}，不接受 {given}")
BY_POSITION = _M("pytest_by_position", "{marker} takes {names} by name, not by position", "{marker} 只接受具名参数 {names}，不接受位置参数")
NO_SCENARIO = _M("pytest_no_scenario", "{marker}: scenario {given}: {error}", "{marker}：场景 {given}：{error}")
NO_NEED = _M("pytest_no_need", "{marker}: no need {given}; allowed: {names}, or a kind: {kinds}",
             "{marker}：没有 {given} 这种需要；只能是 {names}，或交易类型：{kinds}")
OTHER_DEVICE = _M("pytest_other_device", "needs a {need} terminal, this one is {kind}", "需要 {need} 终端，这一台是 {kind}")
NO_ECR = _M("pytest_no_ecr", "needs an ECR link, the bench file has no [ecr]", "需要 ECR 连接，测试台文件中没有 [ecr]")
NO_POWER = _M("pytest_no_power", "needs {need}, the bench file has no [power]", "需要 {need}，测试台文件中没有 [power]")
NO_HANG = _M("pytest_no_hang", "needs hang, {name} cannot", "需要 hang，{name} 做不到")
CANNOT = _M("pytest_cannot", "needs {need}: {error}", "需要 {need}：{error}")


def no_effect(option: str, needed: str) -> str:
    """Why an option is refused that would do nothing."""
    speak(language_of_environment())
    return NO_EFFECT.say(option=option, needed=needed)


def no_bench(option: str) -> str:
    """Why a test is skipped where no bench was named."""
    speak(language_of_environment())
    return NO_BENCH.say(option=option)
