"""What the acquirer does and announces."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.fault_steps import strike
from hil.gherkin.values import length_text
from simulator.local_time import datetime_at

TOPIC = Topic("The acquirer", "收单机构")


@TOPIC.given("an acquirer that {defect:Defect}", "有一家收单机构{defect:Defect}")
def built_wrong(stage: Stage, defect: str) -> None:
    stage.build()
    stage.defects.append(defect)


@TOPIC.given("the acquirer closes settlement from {at:Moment} for {length:Length}", "收单机构自{at:Moment}起停止结算服务{length:Length}")
def closes_settlement(stage: Stage, at: Moment, length: int) -> None:
    strike(stage, {
        "mode": "acquirer.maintenance", "target": "acquirer", "code": "96", "at": datetime_at(at.at_ms(stage.now_ms)).isoformat(),
        "for": length_text(length), "services": ["settlement", "batch_upload", "offline_advice"]})
