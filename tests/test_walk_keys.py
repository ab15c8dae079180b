"""Answers by keys on a real book: one key an answer, two a hazard, undo, the next unanswered, fast keys."""

import pytest
from textual import events
from township import Township
from walking import answers, keys, open_visit, shown, state, type_in, walk, walking

from fieldlog.actions import lookup
from fieldlog.tui.desk import desk_of
from fieldlog.tui.screens.walk import WalkScreen

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_one_key_is_an_answer_and_the_cursor_goes_on(township: Township, size: tuple[int, int]):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys("1 3 0"))
        assert answers(township, doc) == {"lianxi-1": "符合", "lianxi-2": "不适用", "lianxi-3": "待定"}
        assert walk(pilot).list.question.item.id == "lianxi-4"
        assert "符 安全出口畅通" in shown(pilot)
        assert "2/4" in shown(pilot), "待定 is not answered yet"


async def test_two_keys_are_a_hazard_with_its_deadline(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        assert answers(township, doc) == {"lianxi-1": "不符合"}, "on the disk before anything is chosen"
        assert "安全出口上锁" in shown(pilot)
        await pilot.press("2")
        hazard = lookup.hazard(township.book, state(township, doc).hazards["lianxi-1"])
        assert (hazard.fields["text"], hazard.fields["due"]) == ("安全出口上锁", "2026-11-27")
        assert walk(pilot).list.question.item.id == "lianxi-2"
        assert "一般 3日 11-27 周五" in shown(pilot)


async def test_full_width_digits_and_points_count(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await type_in(pilot, "１３２１")
        assert answers(township, doc) == {"lianxi-1": "符合", "lianxi-2": "不适用", "lianxi-3": "不符合"}
        await type_in(pilot, "。。")
        assert "lianxi-3" not in answers(township, doc)


async def test_escape_leaves_the_item_to_be_completed(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await pilot.press("2", "escape")
        assert state(township, doc).is_lacking("lianxi-1")
        assert "待补充" in shown(pilot)
        await pilot.press("2", "1")
        assert not state(township, doc).is_lacking("lianxi-1")
        assert len(state(township, doc).trail) == 2, "the second 2 only opens the strip again"


async def test_pressing_2_again_does_not_touch_the_hazard(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await pilot.press("2", "1", "up", "2", "escape")
        hazard = lookup.hazard(township.book, state(township, doc).hazards["lianxi-1"])
        assert hazard.is_open
        assert "安全出口被杂物堵塞" in shown(pilot)


async def test_other_words_make_a_hazard_too(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "9")
        await type_in(pilot, "门后堆满纸箱，共两处")
        await pilot.press("enter")
        await pilot.pause()
        hazard = lookup.hazard(township.book, state(township, doc).hazards["lianxi-1"])
        assert hazard.fields["text"] == "门后堆满纸箱，共两处"
        assert walk(pilot).list.question.item.id == "lianxi-2"
        assert not state(township, doc).drafts


async def test_undo_goes_back_to_the_item_and_says_what_stands(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await pilot.press(*keys("2 1 1 full_stop"))
        assert walk(pilot).list.question.item.id == "lianxi-2"
        await pilot.press("backspace")
        assert walk(pilot).list.question.item.id == "lianxi-1"
        assert "第 1 项现在是 不符合（待补充）" in shown(pilot)
        hazard = lookup.hazard(township.book, state(township, doc).hazards["lianxi-1"])
        assert hazard.state == "已作废"
        await pilot.press(*keys("full_stop full_stop"))
        assert answers(township, doc) == {}
        assert "没有可以撤销的答案" in shown(pilot)


async def test_tab_finds_what_is_left_round_and_round(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await pilot.press(*keys("down 1 tab"))
        assert walk(pilot).list.question.item.id == "lianxi-4"
        await pilot.press("tab")
        assert walk(pilot).list.question.item.id == "lianxi-1"
        await pilot.press(*keys("1 tab 1 tab 2 escape tab"))
        assert walk(pilot).list.question.item.id == "lianxi-4", "what lacks a detail comes last"


async def test_keys_in_a_burst_all_count_in_order(township: Township):
    """Forty keys handed to the app at once, before it has worked on the first."""
    doc = open_visit(township, "changdan")
    app = walking(township, doc)
    pressed = keys("1 3 2 1 0 1 2 1 3 1") * 10
    async with app.run_test(size=(80, 24)) as pilot:
        for key in pressed:
            app.post_message(events.Key(key, key))
        await pilot.pause()
        while app._message_queue.qsize() or walk(pilot)._message_queue.qsize():
            await pilot.pause()
        await pilot.pause()
        given = list(answers(township, doc).values())
    assert given == ["符合", "不适用", "不符合", "待定", "符合", "不符合", "不适用", "符合"] * 10


async def test_a_late_key_reaches_the_screen_that_is_on_top(township: Township):
    """The digit after Enter belongs to the detail, not to the item behind it."""
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        for key in ("enter", "1"):
            app.post_message(events.Key(key, None if key == "enter" else key))
        await pilot.pause()
        await pilot.pause()
        assert answers(township, doc) == {}


async def test_a_measured_value_in_range_complies_by_itself(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("down down 8"))
        await type_in(pilot, "７。5")
        await pilot.press("enter")
        await pilot.pause()
        answer = state(township, doc).answer("lianxi-3")
        assert (answer.value.value, answer.measured) == ("符合", "7.5")
        assert walk(pilot).list.question.ref == "lianxi-4"
        assert "在范围内" in shown(pilot)
        await pilot.press("full_stop")
        assert answers(township, doc) == {}, "the value goes with the answer"


@pytest.mark.parametrize("size", SIZES)
async def test_a_measured_value_out_of_range_asks_only_what_is_wrong(township: Township, size: tuple[int, int]):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=size) as pilot:
        await pilot.press(*keys("down down 8"))
        await type_in(pilot, "９。5")
        await pilot.press("enter")
        await pilot.pause()
        assert answers(township, doc) == {"lianxi-3": "不符合"}
        assert "冷藏温度 9.5 ℃，超出范围（2～8 ℃）" in shown(pilot)
        await pilot.press("1")
        answer = state(township, doc).answer("lianxi-3")
        assert (answer.value.value, answer.measured, answer.finding) == ("不符合", "9.5", 1)
        hazard = lookup.hazard(township.book, answer.hazard)
        assert hazard.fields["text"] == "冷藏温度超限（冷藏温度实测 9.5 ℃）"
        await pilot.press(*keys("up 8 backspace backspace backspace 5 enter"))
        await pilot.pause()
        assert state(township, doc).answer("lianxi-3").value.value == "不符合", "the finding stands; 1 takes it back"
        assert "改判按 1" in shown(pilot)
        await pilot.press(*keys("full_stop full_stop full_stop"))
        assert answers(township, doc) == {}


async def test_a_slip_of_the_finger_is_put_right_by_the_next_number(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("down down 8 7 5 enter"))
        await pilot.pause()
        await pilot.press(*keys("8 backspace enter"))
        await pilot.pause()
        answer = state(township, doc).answer("lianxi-3")
        assert (answer.value.value, answer.measured) == ("符合", "7")


async def test_a_value_without_limits_leaves_the_answer_to_the_officer(township: Township):
    doc = open_visit(township, "canting")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("down 8 2 enter"))
        await pilot.pause()
        answer = state(township, doc).answer("canting-5@1")
        assert (answer.value.value, answer.measured) == ("待定", "2")
        assert walk(pilot).list.question.ref == "canting-5@1", "the cursor stays"
        assert "请判定" in shown(pilot)
        await pilot.press("1")
        answer = state(township, doc).answer("canting-5@1")
        assert (answer.value.value, answer.measured) == ("符合", "2")


async def test_measured_value_may_come_after_the_answer(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("down down 2 1 up"))
        assert "缺实测" in shown(pilot)
        await pilot.press("8", "x", "enter")
        await pilot.pause()
        assert "不是数字" in shown(pilot)
        await pilot.press("backspace", "9", "enter")
        await pilot.pause()
        assert state(township, doc).answer("lianxi-3").measured == "9"
        assert "缺实测" not in shown(pilot)


async def test_camera_is_asked_once_and_then_one_key_marks(township: Township):
    doc = open_visit(township)
    app = walking(township, doc)
    async with app.run_test() as pilot:
        await pilot.press("asterisk", *"０3", "enter")
        await pilot.pause()
        await pilot.press("1", "asterisk")
        links = [(each.body.camera, each.body.item, each.body.strength) for each in state(township, doc).footage]
        assert links == [("03", "lianxi-1", "mark"), ("03", "lianxi-2", "mark")]


async def test_stage_photo_and_note_are_kept_with_the_item(township: Township, tmp_path):
    doc = open_visit(township)
    app = walking(township, doc)
    photo = tmp_path / "IMG 1.jpg"
    photo.write_bytes(b"not really a picture")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "1", "plus", *f"'{photo}'", "enter")
        await pilot.pause()
        await pilot.press("minus", *"门口有台阶", "enter")
        await pilot.pause()
        visit = state(township, doc)
        assert [stage.stage for _by, stage in visit.stages] == ["亮证"]
        assert visit.photos[0].body.item == "lianxi-1"
        assert visit.notes == {"lianxi-1": "门口有台阶"}
        assert "备照1" in shown(pilot)
        await pilot.press("plus", *"nowhere.jpg", "enter")
        await pilot.pause()
        assert "没有这个照片文件" in shown(pilot)


async def test_find_by_number_and_by_words(township: Township):
    doc = open_visit(township, "changdan")
    app = walking(township, doc)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"250", "enter")
        await pilot.pause()
        assert walk(pilot).list.question.number == 250
        await pilot.press("slash", *"wt250", "enter")
        await pilot.pause()
        assert "没有找到" in shown(pilot)
        await pilot.press("escape", "slash", *"mywt", "enter")  # 没有问题, of the next one
        await pilot.pause()
        assert walk(pilot).list.question.number == 251
        await pilot.press("slash", *"第7处", "enter")
        await pilot.pause()
        assert walk(pilot).list.question.item.text == "第7处没有问题"


async def test_strip_moves_nothing_and_covers_only_lines_beside_the_cursor(township: Township):
    doc = open_visit(township, "changdan")
    app = walking(township, doc)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("1 1 1"))
        before = shown(pilot).splitlines()
        await pilot.press("2")
        after = shown(pilot).splitlines()
        cursor = next(index for index, line in enumerate(after) if line.startswith(">"))
        different = [
            index
            for index, (one, other) in enumerate(zip(before, after, strict=True))
            if one != other and 3 <= index < 15
        ]
        assert set(different) <= {3, cursor, cursor + 1, cursor + 2}, "title, item, and the two lines of the strip"
        await pilot.press("escape")
        assert shown(pilot).splitlines()[cursor + 1] == before[cursor + 1]


async def test_a_digit_without_a_meaning_is_told_and_the_bar_leaves_the_digits_to_the_strip(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await pilot.pause()
        assert "6 在这里没有用，按 F1 看全部按键" in shown(pilot)
        assert "1 符合" in shown(pilot)
        await pilot.press("2")
        await pilot.pause()
        assert "1 符合" not in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "1 符合" in shown(pilot)


async def test_the_field_that_has_the_focus_is_marked_and_an_empty_measure_is_the_usual_one(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("2 1 up f4"))
        await pilot.pause()
        assert "> 隐患" in shown(pilot)
        await pilot.press(*keys("tab tab tab ctrl+u"))
        await pilot.pause()
        assert "> 整改措施" in shown(pilot)
        await pilot.press("f10")
        await pilot.pause()
    (hazard,) = township.book.rows("hazards")
    assert lookup.hazard(township.book, hazard["doc"]).fields["measure"] == "按规定整改到位"


async def test_the_header_counts_the_answers_that_wait_for_the_office(township: Township, monkeypatch):
    monkeypatch.setattr(WalkScreen, "COUNT_EVERY_S", 0.02)
    doc = open_visit(township)
    app = walking(township, doc)
    app.status = desk_of(township.book).status()
    waiting = app.status.unsynced
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("1 1"))
        await pilot.pause(0.2)
        assert f"待同步{waiting + 2}条" in shown(pilot)


async def test_a_new_line_is_offered_only_where_a_text_may_have_one(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("minus")
        await pilot.pause()
        assert "Ctrl+J 换行" in shown(pilot)
        await pilot.press(*keys("escape down down 8"))
        await pilot.pause()
        assert "只填数字" in shown(pilot)
        assert "换行" not in shown(pilot)
        assert "Esc 取消" in shown(pilot)
