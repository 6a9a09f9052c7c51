# language: zh-CN
@needs.records
功能: 无权操作的人，遇上造错的终端

  谁要求什么，它就做什么。

  背景:
    假如商户"街角小店"有一台终端
    而且时间是 2026-01-26 10:00

  场景: 无人签到，它照样消费
    假如有一种终端造错了："terminal.any_clerk"
    而且发生故障"operator.unauthorised_clerk"，对象为商户
      | nth | 1    |
      | of  | sale |
    当商户做一笔68.00元的消费
    那么终端显示消费成功
    而且裁判发现违反"不超越许可"
