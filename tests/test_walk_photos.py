"""Photos that a list asks for: told in the walk and at the end, where a reason lets a visit pass without."""

from pathlib import Path

import pytest
from township import Township
from walking import keys, open_visit, shown, state, walk, walking

from fieldlog.actions import answering, visit_closing
from fieldlog.domain.bodies import Signature
from fieldlog.domain.errors import Refused
from fieldlog.tui.screens.finish import FinishScreen

ALL = ("canting-1", "canting-2", "canting-3", "canting-4@1", "canting-5@1")


def rules(township: Township, doc: str) -> dict[str, str]:
    return {each.rule: each.item for each in visit_closing.objections(township.book, doc, Signature())}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_missing_photo_is_told_until_it_is_there(township: Township, tmp_path: Path, size: tuple[int, int]):
    doc = open_visit(township, "canting", features=["有加工", "有凉菜"])
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"not really a picture")
    async with walking(township, doc).run_test(size=size) as pilot:
        await pilot.press("1")
        assert "缺照" not in shown(pilot), "complies, and only a failure needs one"
        await pilot.press("up", "2", "1", "1")
        assert "缺照 2" in shown(pilot), "one that failed, one that always needs it"
        await pilot.press(*keys("up up up plus"), *str(photo), "enter")
        await pilot.pause()
        assert walk(pilot).list.question.ref == "canting-2"
        assert "缺照 1" in shown(pilot)
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(pilot.app.screen, FinishScreen)
        assert "1 项缺照片" in shown(pilot)
        pilot.app.screen._list.move_to("photo:canting-3")
        await pilot.press("enter")
        await pilot.pause()
        assert walk(pilot).list.question.ref == "canting-3"
        await pilot.press("plus", *str(photo), "enter")
        await pilot.pause()
        assert "缺照" not in shown(pilot)
    assert "photo" not in rules(township, doc)


def test_a_visit_ends_without_a_photo_only_with_a_reason(township: Township):
    doc = open_visit(township, "canting", features=["有加工", "有凉菜"])
    for ref in ALL:
        answering.answer(township.book, township.by, doc, ref, "符合")
    assert rules(township, doc)["photo"] == "canting-3"
    given = {"P4": "已口头说明", "P24": "记录仪没电"}
    with pytest.raises(Refused, match="1 项缺照片"):
        visit_closing.close(township.book, township.by, doc, signature=Signature(), reasons=given)
    visit_closing.close(township.book, township.by, doc, signature=Signature(), reasons=given | {"photo": "不让拍"})
    assert state(township, doc).closed is not None


def test_what_was_not_there_needs_no_photo(township: Township):
    doc = open_visit(township, "canting", features=["有加工", "有凉菜"])
    for value in ("不适用", "待定"):
        answering.answer(township.book, township.by, doc, "canting-3", value)
        assert "photo" not in rules(township, doc)
