"""What supplies and reservations say to people, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message

NOT_CLICKED = _M(
    "not_clicked",
    "{name}: it was told to turn {asked} and says that it is {found}: the relay does not click. Look at the board's "
    "supply, at the channel, and whether the contact is stuck",
    "{name}：已命令{asked}，但它报告为{found}：继电器没有动作。请检查继电器板的供电、通道号以及触点是否粘连")
SILENT = _M(
    "board_silent",
    "{name}: no answer within {within_ms} ms. Look whether the board has power, whether its address, channel and line "
    "({line}) are right, and whether this kind of board answers at all",
    "{name}：{within_ms} 毫秒内没有应答。请检查继电器板是否通电，地址、通道和线路设置（{line}）是否正确，以及这种板是否会应答")
OTHER_ANSWER = _M(
    "board_other_answer", "{name}: it answered {heard}, not {asked}: this is another kind of board",
    "{name}：应答为 {heard}，不是 {asked}：这是另一种继电器板")
UNPLUGGED = _M(
    "board_gone", "{error}: the relay board was unplugged, or its adapter has failed; plug it in again",
    "{error}：继电器板被拔出，或适配器故障；请重新插好")
CANNOT = _M(
    "power_cannot", "{name}: a {driver} supply cannot {act} a terminal; these can: {able}",
    "{name}：{driver} 电源不能对终端执行 {act}；能做到的有：{able}")
NOT_ON = _M(
    "power_not_on", "{name}: there is nothing to {act}: the terminal is off", "{name}：无法执行 {act}：终端已关机")
ENDED = _M(
    "process_ended", "{name}: the terminal's process ended {within_ms} ms after its start with status {status}: {error}",
    "{name}：终端进程在启动 {within_ms} 毫秒后结束，状态 {status}：{error}")
NO_PROGRAM = _M(
    "no_program", "{name}: {program} cannot be started: {error}", "{name}：无法启动 {program}：{error}")
STATUS = _M(
    "command_status", "{name}: {command} ended with status {status}, not {asked}: {error}",
    "{name}：{command} 以状态 {status} 结束，应为 {asked}：{error}")
TOO_LONG = _M(
    "command_too_long", "{name}: {command} did not end within {within_s} s and was killed",
    "{name}：{command} 在 {within_s} 秒内没有结束，已被杀掉")
HTTP_STATUS = _M(
    "http_status", "{name}: {url} answered with status {status}, not {asked}",
    "{name}：{url} 应答状态为 {status}，应为 {asked}")
HTTP_UNCLEAR = _M(
    "http_unclear", "{name}: {url} says neither {on} nor {off}: {heard}",
    "{name}：{url} 的应答中既没有 {on} 也没有 {off}：{heard}")
WORDS: dict[str, Told] = {
    "on": Told("on", "通电"), "off": Told("off", "断电"),
}

# ---- settings that cannot be ---------------------------------------------------------------------

NO_DRIVER = _M("no_driver", "no driver {given}; allowed: {names}", "没有驱动 {given}；只能是：{names}")
NO_HEX = _M("no_hex", "{given} is no template of bytes: write pairs of hex digits, and of {names}",
            "{given} 不是字节模板：应为两位十六进制数，可用的占位有 {names}")
NO_CHANNEL = _M("no_channel", "channel {given}: board {board} has channels 1 to {most}",
                "通道 {given}：继电器板 {board} 的通道为 1 到 {most}")
NO_BOARD = _M("no_board", "no board {given}; allowed: {names}", "没有继电器板 {given}；只能是：{names}")
TWO_BOARDS = _M("two_boards", "board and template are two ways to say the same: give one of them",
                "board 与 template 表示同一件事：只能给出其一")
ASKS_BLINDLY = _M("asks_blindly", "a template with ask needs ask_on and ask_off, and these need ask",
                  "给出 ask 时须同时给出 ask_on 与 ask_off，反之亦然")
EMPTY = _M("empty_command", "{field} is empty: write the program and its words as a list",
           "{field} 为空：请以列表写出程序及其参数")
NO_FACT = _M("no_fact", "{given} in {field} is no fact; allowed: {names}", "{field} 中的 {given} 不可用；只能是：{names}")
NO_URL = _M("no_url", "{given} is no URL: write http://HOST:PORT/PATH, without user and password",
            "{given} 不是网址：应为 http://主机:端口/路径，不带用户名和密码")
NOT_LOOPBACK = _M(
    "not_loopback", '{given} is not on this computer: to reach {host}, write {field} = ["{host}"]',
    '{given} 不在本机：若要访问 {host}，请写 {field} = ["{host}"]')
UNCLEAR = _M("url_unclear", "ask needs says_on and says_off, two different texts, and these need ask",
             "给出 ask 时须同时给出不同的 says_on 与 says_off，反之亦然")
NO_RANGE = _M("no_range", "{field} cannot be {given}: allowed are {least} to {most}",
              "{field} 不能是 {given}：应为 {least} 到 {most}")
NO_VARIABLE = _M("no_variable", "the environment has no {given}, which {field} names", "环境变量中没有 {field} 所指的 {given}")
