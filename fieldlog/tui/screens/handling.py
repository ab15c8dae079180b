"""What is done with hazards by a digit, the same in the ledger, the list of re-checks and the detail.

Each step asks with numbered phrases and a date that is filled in already, so that it needs digits and Enter only.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from fieldlog.actions import hazards, lookup
from fieldlog.domain.errors import EnvironmentFault, FieldlogError
from fieldlog.domain.hazard_state import PASSED
from fieldlog.domain.procedure import may_approve
from fieldlog.domain.roles import approves_by_itself
from fieldlog.tui.begin import usual_pair
from fieldlog.tui.screens.ask import AskDate, AskLine, PickOne
from fieldlog.tui.screens.ask_people import AskPeople
from fieldlog.tui.screens.book_screen import BookScreen

OWN_WORDS = "自己写"

RECTIFIED = ("已按要求整改到位", "已清理、搬离，通道畅通", "已补齐器材、证照或记录", "已维修或更换", "已停用，等待处理")
PASSED_WORDS = ("现场看过，已整改到位", "核对材料和照片，已整改到位")
FAILED_WORDS = ("没有整改", "整改了一部分，仍有问题", "整改后又反复")
URGING = ("请在期限内整改到位并反馈", "已超期，请立即整改", "请两名执法人员到场复查", "请约谈负责人", "提请挂牌督办")
EXTENDING = ("等待配件或施工", "天气原因不能施工", "经营场所正在搬迁", "整改工程量大，已有临时措施")
DECLINING = ("证据不足，请补照片", "没有全部整改，请重新复查", "复查人员不符合要求")
VOIDING = ("重复录入", "录错单位", "不属于隐患")
MEASURES = ("立即清理、搬离", "配齐器材并保证好用", "停止使用，维修后再用", "补办证照", "按规定整改到位")
OTHER_ENDINGS = ("停用", "关闭", "移交", "误报")
_NOTES = {
    "停用": ("设备设施已停用并断电断气", "场所已停业"),
    "关闭": ("已依法关闭", "经营者已注销"),
    "移交": ("已移交县级主管部门，有回执", "已移交公安机关，有回执"),
    "误报": ("经核实不属于隐患",),
}


FOR_SEVERAL = ("finish", "urge", "assign")
"""Steps that can be taken for several hazards at once."""


async def take(screen: BookScreen, step: str, docs: Sequence[str]) -> bool:
    """Take the step of that name; whether at least one hazard moved on."""
    match step:
        case "rectify":
            return await rectify(screen, docs[0])
        case "recheck":
            return await recheck(screen, docs[0])
        case "finish":
            return await finish(screen, docs)
        case "urge":
            return await urge(screen, docs)
        case "extend":
            return await extend(screen, docs[0])
        case "assign":
            from fieldlog.tui.screens.desk_steps import assign  # noqa: PLC0415 - it uses this module

            return await assign(screen, docs)
        case "correct":
            return await correct(screen, docs[0])
        case _:
            return await void(screen, docs[0])


async def rectify(screen: BookScreen, doc: str) -> bool:
    """整改反馈: what the party reports, and the day."""
    note = await phrase(screen, "整改反馈：当事人说", RECTIFIED)
    if note is None:
        return False
    found = date.fromisoformat(_row(screen, doc)["found"])
    on = await screen.ask(AskDate("哪天整改的", screen.today, value=screen.today, earliest=found, latest=screen.today))
    if on is None:
        return False
    responsible = _row(screen, doc)["responsible"]
    return await write_each(
        screen,
        [doc],
        lambda by, each: hazards.rectify(screen.book, by, each, note=note, on=on.isoformat(), reported_by=responsible),
        "已记下整改反馈，等待复查",
    )


async def recheck(screen: BookScreen, doc: str) -> bool:
    """复查: the conclusion, who was there, and where it failed the new deadline."""
    options = [*(f"通过：{word}" for word in PASSED_WORDS), *(f"未通过：{word}" for word in FAILED_WORDS)]
    chosen = await screen.ask(PickOne("复查结论", [*options, f"未通过：{OWN_WORDS}"]))
    if chosen is None:
        return False
    passed = chosen < len(PASSED_WORDS)
    words = (*PASSED_WORDS, *FAILED_WORDS)
    note = words[chosen] if chosen < len(words) else await _own_words(screen, "仍存在什么问题")
    if note is None:
        return False
    found_by, here = _row(screen, doc)["officers"], screen.book.device.officer
    likely = found_by if here in found_by or not here else usual_pair(screen.book, here)
    people = await screen.ask(AskPeople("复查人员（两名）", list(screen.book.rows("officers")), likely))
    if people is None:
        return False
    due = ""
    if not passed:
        offered = screen.today + timedelta(days=3)
        day = await screen.ask(AskDate("再给期限到", screen.today, value=offered, earliest=screen.today))
        if day is None:
            return False
        due = day.isoformat()
    return await write_each(
        screen,
        [doc],
        lambda by, each: hazards.recheck(screen.book, by, each, passed=passed, note=note, officers=people, due=due),
        "复查通过，等待销号" if passed else f"复查未通过，新期限 {due}",
    )


async def finish(screen: BookScreen, docs: Sequence[str]) -> bool:
    """销号: ask for it, grant it, send it back, or end for another reason."""
    passed = all(_row(screen, doc)["state"] == PASSED for doc in docs)
    ways = ["销号（整改到位）", "申请销号，报大队长审批", "退回，重新复查"] if passed else []
    chosen = await screen.ask(PickOne("销号", [*ways, *(f"因{word}销号" for word in OTHER_ENDINGS)]))
    if chosen is None:
        return False
    if not passed or chosen >= len(ways):
        return await _end_otherwise(screen, docs, OTHER_ENDINGS[chosen - len(ways)])
    if chosen == 0:
        return await _close(screen, docs, "整改到位", "")
    if chosen == 1:
        return await write_each(
            screen, docs, lambda by, doc: hazards.request_closing(screen.book, by, doc), "已申请销号，等待审批"
        )
    reason = await phrase(screen, "退回的原因", DECLINING)
    if reason is None:
        return False
    return await write_each(
        screen, docs, lambda by, doc: hazards.decline_closing(screen.book, by, doc, reason), "已退回复查"
    )


async def urge(screen: BookScreen, docs: Sequence[str]) -> bool:
    """督办, with words."""
    note = await phrase(screen, "督办要求", URGING)
    if note is None:
        return False
    return await write_each(screen, docs, lambda by, doc: hazards.urge(screen.book, by, doc, note), "已督办")


async def extend(screen: BookScreen, doc: str) -> bool:
    """延期: the new day, why, and who approves."""
    due = date.fromisoformat(_row(screen, doc)["due"])
    offered, first = due + timedelta(days=7), due + timedelta(days=1)
    day = await screen.ask(AskDate(f"原期限 {due}，延到哪天", screen.today, value=offered, earliest=first))
    if day is None:
        return False
    reason = await phrase(screen, "延期理由", EXTENDING)
    approver = await _approver(screen) if reason is not None else None
    if reason is None or approver is None:
        return False
    return await write_each(
        screen,
        [doc],
        lambda by, each: hazards.extend(screen.book, by, each, due=day.isoformat(), reason=reason, approver=approver),
        f"已延期到 {day}",
    )


async def void(screen: BookScreen, doc: str) -> bool:
    """作废 a wrong entry; nothing is deleted."""
    reason = await phrase(screen, "作废原因（编号保留，不会删除）", VOIDING)
    if reason is None:
        return False
    return await write_each(screen, [doc], lambda by, each: hazards.void(screen.book, by, each, reason), "已作废")


_CORRECTED = {"text": "隐患内容", "place": "部位", "measure": "整改措施", "responsible": "责任人", "due": "期限"}


async def correct(screen: BookScreen, doc: str) -> bool:
    """更正 one field; what it said before stays on the time line."""
    now = lookup.hazard(screen.book, doc).fields
    names = list(_CORRECTED)
    chosen = await screen.ask(PickOne("更正哪一栏", [f"{_CORRECTED[name]}：{now[name] or '未填'}" for name in names]))
    if chosen is None:
        return False
    name = names[chosen]
    if name == "due":
        found = date.fromisoformat(now["found"])
        value = date.fromisoformat(now["due"])
        day = await screen.ask(AskDate("期限", screen.today, value=value, earliest=found))
        new = None if day is None else day.isoformat()
    else:
        new = await screen.ask(AskLine(_CORRECTED[name], value=str(now[name]), check=_no_words))
    if new is None or new == now[name]:
        return False
    return await write_each(
        screen, [doc], lambda by, each: hazards.edit(screen.book, by, each, **{name: new}), "已更正"
    )


async def find(screen: BookScreen, premises: str) -> bool:
    """Record a hazard found outside a checklist: what, how grave, by when."""
    text = await screen.ask(AskLine("隐患是什么、在哪里、多少处", check=_no_words))
    if text is None:
        return False
    measure = await phrase(screen, "整改要求", MEASURES)
    if measure is None:
        return False
    offered = screen.today + timedelta(days=hazards.DEFAULT_DAYS)
    due = await screen.ask(AskDate("整改期限", screen.today, value=offered, earliest=screen.today))
    by = await screen.officer_id() if due is not None else None
    if due is None or by is None:
        return False
    done = screen.attempt(
        lambda: hazards.find(screen.book, by, text=text, premises=premises, measure=measure, due=due.isoformat())
    )
    if done:
        screen.notify(f"已登记隐患，期限 {due}")
    return done


async def phrase(screen: BookScreen, title: str, phrases: Sequence[str]) -> str | None:
    """One of the phrases, or the officer's own words; None where the question was left."""
    chosen = await screen.ask(PickOne(title, [*phrases, OWN_WORDS]))
    if chosen is None:
        return None
    return phrases[chosen] if chosen < len(phrases) else await _own_words(screen, title)


async def _own_words(screen: BookScreen, title: str) -> str | None:
    return await screen.ask(AskLine(title, check=_no_words))


def _no_words(text: str) -> str | None:
    return None if text.strip() else "请写几个字，或按 Esc 返回"


async def _end_otherwise(screen: BookScreen, docs: Sequence[str], reason: str) -> bool:
    note = await phrase(screen, f"因{reason}销号：说明", _NOTES[reason])
    return note is not None and await _close(screen, docs, reason, note)


async def _close(screen: BookScreen, docs: Sequence[str], reason: str, note: str) -> bool:
    approver = await _approver(screen)
    if approver is None:
        return False
    return await write_each(
        screen,
        docs,
        lambda by, doc: hazards.close(screen.book, by, doc, reason=reason, approver=approver, note=note),
        "已销号",
    )


async def _approver(screen: BookScreen) -> str | None:
    """Who approves: whoever works here, if the post allows it, else one who is asked for."""
    officer = await screen.officer_id()
    if officer is None:
        return None
    if may_approve(screen.book.row("officers", officer)) or approves_by_itself(screen.book.device.role):
        return officer
    people = [row for row in screen.book.rows("officers") if may_approve(row)]
    if not people:
        screen.notify("没有登记大队长或以上的人员，不能审批；可先申请", severity="warning")
        return None
    chosen = await screen.ask(PickOne("由谁审批（须本人同意）", [f"{row['name']}  {row['post']}" for row in people]))
    return None if chosen is None else str(people[chosen]["id"])


async def write_each(
    screen: BookScreen, docs: Sequence[str], step: Callable[[str, str], object], done_words: str
) -> bool:
    """Take the step for each document, each its own entry, and say in one line what came of it; whether any was."""
    by = await screen.officer_id()
    if by is None:
        return False
    done, refused = 0, list[str]()
    for doc in docs:
        try:
            step(by, doc)
            done += 1
        except EnvironmentFault as error:
            refused.append(str(error))  # the disk: the next ones would meet the same
            break
        except FieldlogError as error:
            refused.append(str(error))
    screen.look_again()
    count = f" {done} 条" if len(docs) > 1 else ""
    if refused:
        before = f"{done_words}{count}；" if done else ""
        rest = f"{len(docs) - done} 条没有办成：" if len(docs) > 1 else ""
        screen.notify(f"{before}{rest}{refused[0]}", severity="error", timeout=10)
    else:
        screen.notify(f"{done_words}{count}")
    return done > 0


def _row(screen: BookScreen, doc: str) -> dict[str, Any]:
    row = screen.book.row("hazards", doc)
    assert row is not None, doc  # noqa: S101 - the screen shows it
    return row
