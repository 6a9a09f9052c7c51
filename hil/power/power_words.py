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
STATUS = _M(
    "command_status", "{name}: {command} ended with status {status}, not {asked}: {error}",
    "{name}：{command} 以状态 {status} 结束，应为 {asked}：{error}")
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

NO_HEX = _M("no_hex", "{given} is no template of bytes: write pairs of hex digits, and of {names}",
            "{given} 不是字节模板：应为两位十六进制数，可用的占位有 {names}")
NO_CHANNEL = _M("no_channel", "channel {given}: board {board} has channels 1 to {most}",
                "通道 {given}：继电器板 {board} 的通道为 1 到 {most}")
NO_BOARD = _M("no_board", "no board {given}; allowed: {names}", "没有继电器板 {given}；只能是：{names}")
TWO_BOARDS = _M("two_boards", "board and template are two ways to say the same: give one of them",
                "board 与 template 表示同一件事：只能给出其一")
ASKS_BLINDLY = _M("asks_blindly", "a template with ask needs ask_on and ask_off, and these need ask",
                  "给出 ask 时须同时给出 ask_on 与 ask_off，反之亦然")
SAME_STATUS = _M("same_status", "status_on and status_off are both {given}: ask would tell nothing",
                 "status_on 与 status_off 同为 {given}：ask 无法区分")
UNCLEAR = _M("url_unclear", "ask needs says_on and says_off, two different texts, and these need ask",
             "给出 ask 时须同时给出不同的 says_on 与 says_off，反之亦然")

# ---- labgrid -------------------------------------------------------------------------------------

LABGRID_WAY = _M("labgrid_way", "give either a place, or an environment: one of the two",
                 "place 与 environment 必须给出其一，且只能给出其一")
LABGRID_TWO_WAYS = _M("labgrid_two_ways", "coordinator, client and acquire belong to a place, not to an environment",
                      "coordinator、client 与 acquire 属于 place，不属于 environment")
LABGRID_SAID = _M("labgrid_said", "{name}: its client says neither on nor off: {heard}",
                  "{name}：客户端的输出中既没有 on 也没有 off：{heard}")
LABGRID_ABSENT = _M(
    "labgrid_absent",
    "{name}: labgrid is not installed here. Install it in an environment of its own and name its client: "
    'client = ["/path/to/labgrid-client"], place = "…"',
    '{name}：此处没有安装 labgrid。请把它装在单独的环境中，并写出其客户端：client = ["/path/to/labgrid-client"]，place = "…"')
LABGRID_FORK = _M(
    "labgrid_fork",
    "{name}: pyserial-labgrid has overwritten pyserial ({files}), and the ports of this bench stand on pyserial. "
    'Repair it by "pip install --force-reinstall --no-deps pyserial", or give labgrid an environment of its own and '
    "name its client",
    "{name}：pyserial-labgrid 覆盖了 pyserial（{files}），而本测试台的端口依赖 pyserial。请执行 "
    "“pip install --force-reinstall --no-deps pyserial” 修复，或把 labgrid 装在单独的环境中并写出其客户端")
LABGRID_FAILED = _M("labgrid_failed", "{name}: labgrid's {act} failed: {error}", "{name}：labgrid 的 {act} 失败：{error}")

# ---- what is looked at before a run --------------------------------------------------------------

POWER = _M("look_power", "power ({driver})", "电源（{driver}）")
PROGRAM = _M("look_program", "program of the power supply", "电源所用的程序")
CLICKS = _M("look_clicks", "the relay clicks", "继电器动作")
PROGRAM_ABSENT = _M("program_absent", "there is no program {program}", "没有程序 {program}")
INSTALL = _M("install_program", "install it, or write its whole path", "请安装，或写出完整路径")
MEND_POWER = _M("mend_power", "mend that, or change [power] of the bench file", "请修复，或修改测试台文件的 [power]")
SAYS_IT_IS = _M("says_it_is", "{name}: it answers, and says that it is {found}", "{name}：有应答，报告为{found}")
OPEN_AND_BLIND = _M("open_and_blind", "{name}: it can be opened; it cannot tell whether it is on",
                    "{name}：可以打开；它不能报告是否通电")
NOT_SWITCHED = _M("not_switched", "nothing was switched", "没有切换电源")
SWITCH_IT = _M("switch_it", "with --click the terminal is turned off and on once", "加上 --click 会把终端断电再通电一次")
CLICKED = _M("clicked", "{name}: told off and on, and it says that it was", "{name}：断电再通电，并已由它确认")
CLICKED_UNSEEN = _M("clicked_unseen", "{name}: told off and on; it cannot tell whether it was",
                    "{name}：已命令断电再通电；它不能确认")
LISTEN = _M("listen", "listen for two clicks, and look whether the terminal went dark", "请听两声动作，并看终端是否熄灭")

# ---- reservations --------------------------------------------------------------------------------

HELD = _M("held_by", "{name} is in use by another bench: {who}, process {process} of {user}, since {since}. Wait for it, "
          "stop it, or take another",
          "{name} 正被另一个测试台使用：{who}，{user} 的进程 {process}，自 {since} 起。请等待、停止它，或换一个")
HELD_BY_NOBODY_KNOWN = _M("held_by_nobody", "{name} is in use by another bench that did not say which",
                          "{name} 正被另一个未写明身份的测试台使用")
NO_RUNTIME = _M("no_runtime", "{path}: no lock can be made there: {error}", "{path}：无法在此建立锁：{error}")
NOT_OURS = _M("runtime_not_ours", "{path} belongs to somebody else; name a folder of your own by {variable}",
              "{path} 属于他人；请用 {variable} 指定自己的目录")
