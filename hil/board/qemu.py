"""The emulator's command line, and what must be installed before it can be one; starts nothing."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from simulator.catalogue.language import Message

EMULATOR, COMPILER, NEWLIB = "qemu-system-arm", "arm-none-eabi-gcc", "newlib for arm-none-eabi"
PACKAGES = {EMULATOR: "qemu-system-arm", COMPILER: "gcc-arm-none-eabi", NEWLIB: "libnewlib-arm-none-eabi"}
MACHINE = "mps2-an385"
MISSING = Message(
    "board_missing", "{program} is missing on this machine; Debian: apt-get install {package} (or as root: make debian)",
    "本机缺少 {program}；Debian：apt-get install {package}（或以 root 运行 make debian）")
NOT_BUILT = Message(
    "board_not_built", "{path}: no firmware there; make board builds it", "{path}：没有固件；请先运行 make board")


def why_not(firmware: Path) -> str:
    """Why no board with this firmware can run here; "" where one can."""
    if shutil.which(EMULATOR) is None:
        return MISSING.say(program=EMULATOR, package=PACKAGES[EMULATOR])
    return "" if firmware.is_file() else NOT_BUILT.say(path=firmware)


def command_of(firmware: Path, nvm: Path, uarts: Sequence[int], size: int) -> tuple[str, ...]:
    """A machine with its memory in a file and each serial line a connection to a port of the bench."""
    lines = [word for port in uarts for word in ("-serial", f"tcp:127.0.0.1:{port},nodelay=on")]
    return (
        EMULATOR, "-M", f"{MACHINE},memory-backend=mem",
        "-object", f"memory-backend-file,id=mem,size={size},mem-path={nvm},share=on",
        "-kernel", str(firmware), "-display", "none", "-monitor", "none", *lines)
