"""What the acquirer does and announces."""

from __future__ import annotations

from typing import Any

from behave import given

from simulator.local_time import datetime_at


@given("an acquirer that {defect:Defect}")
@given("有一家收单机构{defect:Defect}")
def built_wrong(context: Any, defect: str) -> None:
    context.stage.defects.append(defect)


@given("the acquirer closes settlement from {at_ms:Moment} for {for_ms:Duration}")
@given("收单机构自 {at_ms:Moment} 起停止结算服务 {for_ms:Duration}")
def closes_settlement(context: Any, at_ms: int, for_ms: int) -> None:
    context.stage.target.fault(
        'mode = "acquirer.maintenance"\ntarget = "acquirer"\ncode = "96"\n'
        'services = ["settlement", "batch_upload", "offline_advice"]\n'
        f'at = "{datetime_at(at_ms).isoformat()}"\nfor = "{for_ms // 1000}s"',
    )
