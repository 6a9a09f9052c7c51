"""``daozhang device --ecr`` refuses what cannot be before a file or a port is made, in both languages."""

from __future__ import annotations

import pytest

from hil.commands.entry import run

DEVICE = ["device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9"]


@pytest.mark.parametrize(("given", "words", "chinese"), [
    ("transbank", "write PROFILE@LINE", "规格@线路"), ("@pty:", "write PROFILE@LINE", "规格@线路"),
    ("nope@pty:", "no ECR profile nope", "没有 ECR 规格 nope"),
    ("transbank@serial:/dev/x", "nobody can wait", "不能在这种线路上等待"),
    ("transbank@tcp:0.0.0.0:0", "can sell and refund", "可以消费和退货"),
    ("transbank@rfc2217:127.0.0.1:0?rs485", "rs485 has no effect", "rs485 不起作用"),
    ("transbank@pty:/dev/null", "is no name of a pty", "不是伪终端的名称"),
])
def test_what_cannot_be_is_refused(tmp_path, capsys, given, words, chinese):
    for options, expected in (([], words), (["--lang", "zh"], chinese)):
        assert run([*options, *DEVICE, "--nvm", str(tmp_path / "nvm"), "--ecr", given]) == 2
        assert expected in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []


def test_what_lies_beside_the_memory_is_no_trace(tmp_path, capsys):
    assert run([*DEVICE, "--nvm", str(tmp_path / "nvm"), "--trace", str(tmp_path / "nvm.ecr"),
                "--ecr", "transbank@pty:"]) == 2
    assert "nvm.ecr" in capsys.readouterr().err
