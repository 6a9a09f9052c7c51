"""What is said of programs and services that a bench file names, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message

NO_PROGRAM = _M("no_program", "{name}: {program} cannot be started: {error}", "{name}：无法启动 {program}：{error}")
TOO_LONG = _M(
    "errand_too_long", "{name}: {command} did not end within {within_s} s and was killed",
    "{name}：{command} 在 {within_s} 秒内没有结束，已被杀掉")
EMPTY = _M("empty_command", "{field} is empty: write the program and its words as a list",
           "{field} 为空：请以列表写出程序及其参数")
NO_FACT = _M("no_fact", "{given} in {field} is no fact; allowed: {names}", "{field} 中的 {given} 不可用；只能是：{names}")
NO_URL = _M("no_url", "{given} is no URL: write http://HOST:PORT/PATH, without user and password",
            "{given} 不是网址：应为 http://主机:端口/路径，不带用户名和密码")
NOT_LOOPBACK = _M(
    "not_loopback", '{given} is not on this computer: to reach {host}, write {field} = ["{host}"]',
    '{given} 不在本机：若要访问 {host}，请写 {field} = ["{host}"]')
NO_RANGE = _M("no_range", "{field} cannot be {given}: allowed are {least} to {most}",
              "{field} 不能是 {given}：应为 {least} 到 {most}")
NO_VARIABLE = _M("no_variable", "the environment has no {given}, which {field} names", "环境变量中没有 {field} 所指的 {given}")
NO_DRIVER = _M("no_driver", "no driver {given}; allowed: {names}", "没有驱动 {given}；只能是：{names}")
