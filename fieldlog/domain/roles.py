"""What each role may write, kind by kind: the one table that actions, folds and the office's hub go by.

A role belongs to a device and is the office's word (`domain.role_dates`). What depends on the person, such as the post
of whoever approves (hazards.md, section 3), is checked by the actions and marked by the lists; here stands what can be
told from an entry alone. `docs/decisions/0014-roles.md` says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fieldlog.domain.errors import Refused

OFFICER, SUPERVISOR, LEGAL_REVIEWER, AUDITOR, VIEWER = "officer", "supervisor", "legal_reviewer", "auditor", "viewer"
ROLES: Final = (OFFICER, SUPERVISOR, LEGAL_REVIEWER, AUDITOR, VIEWER)
NAMES: Final[Mapping[str, str]] = {
    OFFICER: "执法人员", SUPERVISOR: "审批人", LEGAL_REVIEWER: "法制审核", AUDITOR: "监督", VIEWER: "只看",
}  # fmt: skip
"""What a role is called on a screen."""

Fields = Mapping[str, Any]
"""A body's fields."""
Condition = Callable[[Fields], bool]


def _names_an_approver(fields: Fields) -> bool:
    return bool(fields.get("approver"))


def _is_of_a_comment(fields: Fields) -> bool:
    return str(fields.get("field", "")).startswith("comment")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row of the table."""

    does: str
    """What writing it is called, after 不能."""
    roles: frozenset[str]
    """Who may write it, whatever the body says."""
    only_if: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    """Who may write it where the body fits."""


_EVERYBODY: Final = frozenset(ROLES)
_COMMENTING: Final = frozenset((OFFICER, SUPERVISOR, LEGAL_REVIEWER, AUDITOR))
_WRITING: Final = frozenset((OFFICER, SUPERVISOR, LEGAL_REVIEWER))
"""They may also write what only a newer version knows."""
_FIELD: Final = frozenset((OFFICER, SUPERVISOR))
_DESK: Final = frozenset((SUPERVISOR,))

_BY_APPROVAL: Final = {OFFICER: _names_an_approver}
"""An officer's device may write it where it names who approved, whose post the action checks."""

_COMMENT: Final = _Kind("写评论", _COMMENTING)
_NEWER: Final = _Kind("写新版本的记录", _WRITING)

_TABLE: Final[Mapping[str, _Kind]] = {
    "log.started": _Kind("开始日志", _EVERYBODY),
    "log.sealed": _Kind("签名", _EVERYBODY),
    "draft.saved": _Kind("存草稿", _WRITING, {AUDITOR: _is_of_a_comment}),
    "checklist.recorded": _Kind("记录清单", _FIELD),
    "checklist.published": _Kind("提交清单", _WRITING),
    "checklist.withdrawn": _Kind(
        "撤回清单", _WRITING
    ),  # of one's own that still waits; `published.standing` sees to it
    "checklist.approved": _Kind("批准清单", _DESK),
    "checklist.declined": _Kind("退回清单", _DESK),
    "profile.value_set": _Kind("改规定的数值", _DESK),
    "profile.rule_turned": _Kind("改规定的宽严", _DESK),
    "calendar.corrected": _Kind("校正工作日", _DESK),
    "premises.registered": _Kind("登记单位", _FIELD),
    "premises.changed": _Kind("修改单位", _FIELD),
    "officer.registered": _Kind("登记人员", _FIELD),
    "officer.changed": _Kind("修改人员", _FIELD),
    "equipment.registered": _Kind("登记设备", _FIELD),
    "equipment.changed": _Kind("修改设备", _FIELD),
    "equipment.lent": _Kind("登记领用", _FIELD),
    "equipment.returned": _Kind("登记归还", _FIELD),
    "inspection.opened": _Kind("开始检查", _FIELD),
    "inspection.counted": _Kind("写检查", _FIELD),
    "inspection.list_adopted": _Kind("换清单版本", _FIELD),
    "inspection.closed": _Kind("结束检查", _FIELD),
    "inspection.voided": _Kind("作废检查", _FIELD),
    "item.answered": _Kind("回答检查项", _FIELD),
    "answer.undone": _Kind("撤销回答", _FIELD),
    "item.noted": _Kind("写备注", _FIELD),
    "item.confirmed": _Kind("确认回答", _FIELD),
    "inspection.commented": _COMMENT,
    "stage.reached": _Kind("记录步骤", _FIELD),
    "photo.attached": _Kind("附照片", _FIELD),
    "footage.linked": _Kind("关联录像", _FIELD),
    "slate.shown": _Kind("显示对时码", _FIELD),
    "recording.found": _Kind("登记录像", _WRITING),
    "recording.seen": _Kind("登记录像", _WRITING),
    "recording.checked": _Kind("核对录像", _WRITING),
    "hazard.found": _Kind("登记隐患", _FIELD),
    "hazard.edited": _Kind("修改隐患", _FIELD),
    "hazard.commented": _COMMENT,
    "hazard.confirmed": _Kind("确认隐患", _FIELD),
    "hazard.assigned": _Kind("指派", _FIELD),
    "hazard.unassigned": _Kind("收回指派", _FIELD),
    "hazard.urged": _Kind("督办", _FIELD),
    "hazard.rectified": _Kind("记录整改", _FIELD),
    "hazard.rechecked": _Kind("记录复查", _FIELD),
    "hazard.extended": _Kind("批准延期", _DESK, {OFFICER: _names_an_approver}),
    "hazard.closing_requested": _Kind("申请销号", _FIELD),
    "hazard.closing_declined": _Kind("退回销号", _FIELD),
    "hazard.closed": _Kind("批准销号", _DESK, {OFFICER: _names_an_approver}),
    "hazard.voided": _Kind("作废隐患", _FIELD),  # an officer's undone answer voids its hazard
    "hazard.reinstated": _Kind("恢复隐患", _FIELD),
    "case.proposed": _Kind("申请立案", _FIELD),
    "case.changed": _Kind("更正案件", _FIELD),
    "case.approved": _Kind("批准立案", _DESK, _BY_APPROVAL),
    "case.declined": _Kind("不予立案", _DESK, _BY_APPROVAL),
    "case.officers_changed": _Kind("更换办案人员", _FIELD),
    "case.evidence_added": _Kind("登记证据", _FIELD),
    "case.evidence_held": _Kind("先行登记保存", _DESK, _BY_APPROVAL),
    "case.hold_decided": _Kind("处理登记保存的证据", _FIELD),
    "case.investigated": _Kind("调查终结", _FIELD),
    "case.notified": _Kind("事先告知", _FIELD),
    "case.heard": _Kind("记录陈述申辩", _FIELD),
    "case.hearing_requested": _Kind("记录听证要求", _FIELD),
    "case.hearing_dropped": _Kind("记录放弃听证", _FIELD),
    "case.hearing_set": _Kind("通知听证", _WRITING),
    "case.hearing_held": _Kind("记录听证", _WRITING),
    "case.reviewed": _Kind("写法制审核意见", _WRITING),
    "case.discussed": _Kind("记录集体讨论", _WRITING),
    "case.decided": _Kind("作出处罚决定", _DESK, _BY_APPROVAL),
    "case.decided_on_spot": _Kind("当场处罚", _FIELD),
    "case.voided": _Kind("作废案件", _FIELD),
    "case.commented": _COMMENT,
    "case.served": _Kind("记录送达", _FIELD),
    "case.paid": _Kind("记录缴款", _FIELD),
    "case.cash_delivered": _Kind("记录缴存", _FIELD),
    "case.terms_granted": _Kind("批准延期或分期缴纳", _DESK, _BY_APPROVAL),
    "case.fulfilled": _Kind("记录履行", _FIELD),
    "case.dispute_began": _Kind("记录复议或诉讼", _WRITING),
    "case.dispute_ended": _Kind("记录复议或诉讼结果", _WRITING),
    "case.urged": _Kind("催告", _FIELD),
    "case.urged_heard": _Kind("记录催告后的陈述申辩", _FIELD),
    "case.enforcement_applied": _Kind("申请强制执行", _FIELD),
    "case.enforcement_answered": _Kind("记录法院答复", _FIELD),
    "case.published": _Kind("记录公示", _FIELD),
    "case.not_published": _Kind("决定不公示", _DESK, _BY_APPROVAL),
    "case.publication_withdrawn": _Kind("撤回公示", _FIELD),
    "case.decision_changed": _Kind("变更或撤销决定", _DESK, _BY_APPROVAL),
    "case.transfer_reported": _Kind("报告移送", _FIELD),
    "case.transfer_decided": _Kind("批准移送", _DESK, _BY_APPROVAL),
    "case.transfer_sent": _Kind("移送公安机关", _FIELD),
    "case.transfer_answered": _Kind("记录公安机关答复", _FIELD),
    "case.transfer_objected": _Kind("对不予立案提出异议", _FIELD),
    "case.transfer_goods_handed": _Kind("移交涉案物品", _FIELD),
    "case.handed_over": _Kind("移交案件或线索", _FIELD),
    "case.hand_over_received": _Kind("记录移交回执", _FIELD),
    "case.closed": _Kind("结案", _DESK, _BY_APPROVAL),
    "number.taken": _Kind("取文号", _WRITING),
    "number.voided": _Kind("作废文号", _WRITING),
    "paper.printed": _Kind("出文书", _WRITING),
    "paper.reprinted": _Kind("重印文书", _WRITING),
    "paper.scanned": _Kind("登记签字的文书", _WRITING),
    "paper.voided": _Kind("作废文书", _WRITING),
}
KNOWN_KINDS: Final = frozenset(_TABLE)


def _answer(row: _Kind, role: str) -> bool | Condition:
    return role in row.roles or row.only_if.get(role, False)


def _row(kind: str) -> _Kind:
    known = _TABLE.get(kind)
    if known is not None:
        return known
    return _COMMENT if any(part.startswith("comment") for part in kind.split(".")) else _NEWER


class Permissions:
    """What one role may write. A role that nobody knows may write no more than a viewer."""

    __slots__ = ("_answers", "always", "role")

    def __init__(self, role: str) -> None:
        self.role = role if role in ROLES else VIEWER
        self._answers = {kind: _answer(row, self.role) for kind, row in _TABLE.items()}
        self.always = frozenset(kind for kind, answer in self._answers.items() if answer is True)
        """Kinds that it may write whatever the body says."""

    def allow(self, kind: str, fields: Fields) -> bool:
        """Whether the role may write an entry of that kind with that body."""
        answer = self._answers.get(kind)
        if answer is True:  # nearly every entry
            return True
        if answer is None:
            return self.role in _row(kind).roles
        return answer is not False and answer(fields)

    def may_at_all(self, kind: str) -> bool:
        """Whether there is a body with which the role may write an entry of that kind."""
        return self._width(kind) > 0

    def within(self, other: "Permissions") -> bool:
        """Whether the other role may write all that this one may."""
        kinds = (*_TABLE, "comment.written", "newer.kind")
        return all(self._width(kind) <= other._width(kind) for kind in kinds)

    def _width(self, kind: str) -> int:
        answer = self._answers.get(kind, self.role in _row(kind).roles)
        return int(answer) * 2 if isinstance(answer, bool) else 1


_BY_ROLE: Final = {role: Permissions(role) for role in ROLES}


def permissions(role: str) -> Permissions:
    """What that role may write."""
    return _BY_ROLE.get(role, _BY_ROLE[VIEWER])


def may_write(role: str, kind: str, fields: Fields | None = None) -> bool:
    """Whether the role may write such an entry; without `fields`, whether there is a body with which it may."""
    answers = permissions(role)
    return answers.allow(kind, fields) if fields is not None else answers.may_at_all(kind)


def may_decide_lists(role: str) -> bool:
    """Whether what the role says of a proposed list counts."""
    return may_write(role, "checklist.approved", {})


def approves_by_itself(role: str) -> bool:
    """Whether whoever works on such a device approves closings and extensions without the post being asked for."""
    return may_write(role, "hazard.closed", {})


def is_read_only(role: str) -> bool:
    """Whether the role does no work of its own, but at most comments on that of others."""
    return permissions(role).role not in _WRITING


def narrowest_for(kind: str, fields: Fields) -> str:
    """The role with the least to say that may write such an entry, for whoever puts a refusal right."""
    fitting = [role for role in reversed(ROLES) if may_write(role, kind, fields)]
    return min(fitting, key=lambda role: sum(permissions(role).may_at_all(each) for each in _TABLE))


def doing(kind: str) -> str:
    """What writing such an entry is called, to be read after 不能."""
    return _row(kind).does


def looking_on(role: str, device: str) -> str:
    """What to tell whoever wants to work on a device that only looks on, in one line."""
    return (
        f"本机登记的角色是“{NAMES.get(role, role)}”，只能查看，不能办理检查和隐患：请换一台执法人员的电脑，"
        f"或请办公室运行 fieldlog office role {device} {OFFICER}，本机再同步一次"
    )


def require_work(role: str, device: str) -> None:
    """Raise Refused, rule `role`, on a device that only looks on; before anything is asked, copied or written."""
    if is_read_only(role):
        raise Refused(looking_on(role, device), rule="role")


def require(role: str, kind: str, fields: Fields, device: str) -> None:
    """Raise Refused, rule `role`, where `device` may not write such an entry in its role."""
    if may_write(role, kind, fields):
        return
    name = NAMES.get(role, role)
    other = narrowest_for(kind, fields or {})
    raise Refused(
        f"本机登记的角色是“{name}”，不能{doing(kind)}：请换一台{NAMES[other]}的电脑，"
        f"或请办公室运行 fieldlog office role {device} {other}，本机再同步一次",
        rule="role",
    )
