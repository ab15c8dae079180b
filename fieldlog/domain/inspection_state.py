"""The states of a visit. Lists need this much; `inspection` folds the entries."""

OPEN, CLOSED, VOID = "进行中", "已完成", "已作废"
