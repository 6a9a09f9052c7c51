"""What the doctor of a bench says, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
STATE = {
    "ok": _M("ok", "ok", "正常").both(), "not ok": _M("not_ok", "not ok", "有问题").both(),
    "not asked": _M("not_asked", "not asked", "未检查").both(),
}
TERMINALS = _M("terminals", "terminals", "终端")
DRIVEN = _M("driven", "{count} known to the host; {tid} is driven", "主机登记 {count} 台；操作的是 {tid}")
MEND_FILE = _M("mend_file", "mend the bench file as it says", "按提示修正测试台文件")
KEYS = _M("keys", "master key", "主密钥")
TEST_KEY = _M("test_key", "the published test key, check value {value}", "公开的测试密钥，校验值 {value}")
KEY_OF_FILE = _M("key_of_file", "of the key file, check value {value}", "来自密钥文件，校验值 {value}")
HOST_PORT = _M("host_port", "port of the host", "主机端口")
SERIAL_END = _M("serial_end", "the terminal comes over a serial line", "终端经串口线路连接")
FREE = _M("free", "{address} is free", "{address} 空闲")
FREE_PORT = _M("free_port", "stop whoever has it, or give another listen in [end]",
               "停止占用它的程序，或在 [end] 中给出别的 listen")
TILL = _M("till", "till", "收银")
NO_TILL = _M("no_till", "nothing drives this terminal", "没有操作该终端的东西")
GIVE_TILL = _M("give_till", "give [ecr] or [hands] in the bench file", "请在测试台文件中给出 [ecr] 或 [hands]")
ECR = _M("ecr", "ECR line", "ECR 线路")
PROFILE = _M("profile", "profile {profile} on {line}", "规范 {profile}，线路 {line}")
END_LINE = _M("end_line", "line of the terminal", "终端线路")
HANDS = _M("hands", "hands", "手工操作")
HANDS_THERE = _M("hands_there", "{name} can be asked", "可询问 {name}")
MEND_HANDS = _M("mend_hands", "see [hands] in the bench file", "见测试台文件中的 [hands]")
POWER = _M("power", "power", "电源")
NO_POWER = _M("no_power", "nothing turns this terminal off: checks that cut the power are left out",
              "没有给该终端断电的东西：断电类检查将略过")
GIVE_POWER = _M("give_power", "give [power] in the bench file to have them", "如需要，请在测试台文件中给出 [power]")
CAPTURE = _M("capture", "capture", "抓包")
NO_CAPTURE = _M("no_capture", "no interface is named in [capture]", "[capture] 中没有写明网络接口")
NO_RIGHTS = _M("no_rights", "{why}; a run says so and goes on", "{why}；运行时会注明并继续")
CAPTURES = _M("captures", "packets of {interface} can be read", "可读取 {interface} 的数据包")
GIVE_RIGHTS = _M("give_rights", "run as root, give this Python cap_net_raw, or leave interface out of [capture]",
                 "以 root 运行、给此 Python 赋予 cap_net_raw，或从 [capture] 中去掉 interface")
CLOCK = _M("clock", "clock", "时钟")
WRONG_DATE = _M("wrong_date", "this computer's date is {date}", "本机日期为 {date}")
SET_CLOCK = _M("set_clock", "set the clock of this computer", "请校准本机时钟")
WAKES = _M("wakes", "wakes at most {ms} ms late", "唤醒最多晚 {ms} 毫秒")
TOO_LOADED = _M("too_loaded", "this computer does too much else: measured times will be unsure",
                "本机负载过高：测得的时间将不可靠")
ROOM = _M("room", "disk", "磁盘")
ROOM_FREE = _M("room_free", "{mib} MiB are free here", "此处可用 {mib} MiB")
MAKE_ROOM = _M("make_room", "make room: a long run needs {mib} MiB", "请腾出空间：长时间运行需要 {mib} MiB")
BOARD = _M("board", "board", "仿真板")
BOARD_THERE = _M("board_there", "the emulator is there, firmware {firmware}", "仿真器已安装，固件 {firmware}")
MAKE_BOARD = _M("make_board", "install what is missing (make debian), then: make board", "安装缺少的软件（make debian），然后运行 make board")
ANSWERS = _M("answers", "terminal", "被测终端")
WAITS_FOR_RUN = _M("waits_for_run", "it is asked for nothing before a run", "运行之前不对其提出请求")
SIGNED_ON = _M("signed_on", "started and signed on in {s} s", "{s} 秒内启动并签到")
SEE_ABOVE = _M("see_above", "see the lines above, and the files of the run", "见以上各行及运行文件")
