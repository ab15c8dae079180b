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
