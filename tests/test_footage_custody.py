"""Reading recordings again, and how long they stay: by command, on files that the test moves, changes and removes."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bodycam import film
from command import fieldlog, record
from test_footage_day import shot_of, visit_at
from test_footage_slates import scanned
from township import START, Township, device

from fieldlog.actions import hazards
from fieldlog.actions.footage_checking import begin_check
from fieldlog.actions.footage_periods import periods_of, set_period
from fieldlog.actions.footage_retention import keepings
from fieldlog.actions.footage_stills import take_and_keep
from fieldlog.book.book import Book
from fieldlog.rules.retention import months_after


def sounds(folder: Path, *names: str) -> list[Path]:
    """Small files that are called recordings; what they hold does not matter here."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(path.name.encode() * 100)
    return paths


def test_changed_moved_and_missing_are_told_and_recorded(township: Township, tmp_path: Path):
    same, edited, moved, gone, away = sounds(tmp_path / "采集站", "a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4")
    scanned(township, tmp_path / "采集站")
    before = len(list(township.book.rows("recordings")))
    data = township.book.folder
    township.book.close()
    assert fieldlog("footage", "check", "--all", "--json", data=data).object["same"] == before == 5
    edited.write_bytes(edited.read_bytes()[:-1] + b"!")
    (tmp_path / "归档").mkdir()
    target = Path(shutil.move(moved, tmp_path / "归档/改名.mp4"))
    gone.unlink()
    told = fieldlog("footage", "check", "--all", tmp_path / "采集站", tmp_path / "归档", "--json", data=data)
    result = told.object
    assert told.code == 1
    assert (result["same"], [each["path"] for each in result["changed"]]) == (2, [str(edited)])
    assert [each["path"] for each in result["moved"]] == [str(target)]
    assert [each["path"] for each in result["missing"]] == [str(gone)]
    words = fieldlog("footage", "check", "--all", data=data)
    assert words.code == 1
    assert "没有变 3 个，内容变了 1 个，不见了 1 个" in words.out  # the moved one is known at its new place
    assert f"内容变了：{edited}" in words.err
    for path in (same, away):
        assert path.exists()
    rows = {row["path"]: row for row in fieldlog("footage", "due", "--json", data=data).rows}
    check = rows[str(gone)]["checked"]
    assert (check["result"], check["device"]) == ("missing", "houye-01")
    assert check["at"]
    assert "没有这个文件夹" in fieldlog("footage", "check", tmp_path / "没有", data=data).complaint


def test_slate_scan_and_check_by_record(township: Township, tmp_path: Path):
    """Each is acknowledged up to the log's newest entry, with what the command says; a wrong line stops nothing."""
    doc = township.visit()
    data = township.book.folder
    township.book.close()
    first, second = sounds(tmp_path / "采集站/03号机", "a.mp4", "b.mp4")
    png = tmp_path / "对时码.png"
    slate, scan, nowhere, again, check = record(
        data,
        {"do": "slate", "path": str(png), "doc": doc, "at": "2026-11-24T09:00:10+08:00"},
        {"do": "scan", "folder": str(first.parent), "camera": "03"},
        {"do": "scan", "folder": str(tmp_path / "没有")},
        {"do": "scan", "folder": str(first.parent)},
        {"do": "check"},
    )
    assert (slate["doc"], slate["inspection"]) == (doc, doc)
    assert datetime.fromisoformat(slate["moment"]) == START + timedelta(seconds=10)
    assert png.read_bytes().startswith(b"\x89PNG")
    assert (scan["ok"], scan["new"], len(scan["broken"]), scan["seq"]) == (True, 2, 2, slate["seq"] + 2)
    assert (nowhere["ok"], "没有这个文件夹" in nowhere["error"]) == (False, True)
    assert (again["known"], again["seq"], again["hash"]) == (2, scan["seq"], scan["hash"])
    assert (check["same"], check["missing"], check["seq"]) == (2, [], scan["seq"] + 2)
    assert {row["camera"] for row in fieldlog("footage", "list", "--json", data=data).rows} == {"03"}
    assert second.exists()


def test_a_check_goes_on_where_it_was_broken_off(township: Township, tmp_path: Path):
    """What was read is left out, until the check is through; a sample is no more than asked for."""
    sounds(tmp_path / "card", *(f"{number}.mp4" for number in range(6)))
    scanned(township, tmp_path / "card")
    book, by = township.book, township.by
    first = begin_check(book, by)
    township.clock.pass_(seconds=1)
    running = first.run()
    read = {next(running).path, next(running).path}
    running.close()
    second = begin_check(book, by)
    assert (second.already, len(second.waiting)) == (2, 4)
    assert read.isdisjoint(row["path"] for row in second.waiting)
    list(second.run())
    township.clock.pass_(seconds=1)
    assert len(begin_check(book, by).waiting) == 6
    assert len(begin_check(book, by, sample=4).waiting) == 4


def _a_supervisor_sets_periods(township: Township, tmp_path: Path) -> None:
    """From another device: what shows a hazard goes with the file; what shows nothing a month, from today on."""
    book = township.book
    desk = device("houye-09", "01JDEF00000000000000000009", role="supervisor")
    with Book.create(tmp_path / "desk", desk, now=township.clock) as office:
        office.merge(list(book.lines_after({})))
        set_period(office, township.officers[2], "隐患", 0, "渝综执〔2026〕3号")
        set_period(office, township.officers[2], "没有对上", 1, "渝综执〔2026〕3号")
        book.merge(list(office.lines_after({log: head.seq for log, head in book.heads().items()})))


def test_what_may_go_and_what_must_stay(township: Township, tmp_path: Path):
    """Six months after the end; never while a hazard is open; what shows one, or gave a still, goes with the file."""
    book, by = township.book, township.by
    doc, showing = visit_at(township, 0)
    card = tmp_path / "card/03号机"
    film(card / "拍到隐患.mp4", shot_of(showing, 0.5, 12, 300))
    film(card / "没拍到.mp4", shot_of(showing, 0.2, 6, 300))
    sounds(card, "坏的.mp4")
    scanned(township, tmp_path / "card")
    (hazard,) = list(book.rows("hazards"))

    def judged() -> dict[str, tuple[str, bool]]:
        return {Path(each.film.row["path"]).stem: (each.kind, each.may_go) for each in keepings(book)}

    township.clock.now = START + timedelta(days=400)
    assert judged() == {"拍到隐患": ("隐患", False), "没拍到": ("隐患", False), "坏的": ("没有对上", True)}
    township.clock.now = START + timedelta(days=1)
    hazards.rectify(book, by, hazard["id"], note="已清理", on="2026-11-25")
    hazards.recheck(book, by, hazard["id"], passed=True, officers=township.officers[:2])
    hazards.close(book, by, hazard["id"], reason="整改到位", approver=township.officers[2])
    assert judged()["没拍到"] == ("日常", False)
    township.clock.now = START + timedelta(days=400)
    assert judged() == {"拍到隐患": ("隐患", False), "没拍到": ("日常", True), "坏的": ("没有对上", True)}
    take_and_keep(book, by, doc, recording="没拍到.mp4", offset_ms=1000)
    assert judged()["没拍到"] == ("案件", False)
    own = book.folder / "footage-retention.yaml"
    own.write_text("periods: [{kind: 隐患, months: 12}, {kind: 没有对上, months: 36}]", encoding="utf-8")
    assert judged() == {"拍到隐患": ("隐患", True), "没拍到": ("案件", False), "坏的": ("没有对上", False)}
    _a_supervisor_sets_periods(township, tmp_path)
    assert judged() == {"拍到隐患": ("隐患", False), "没拍到": ("案件", False), "坏的": ("没有对上", False)}
    own.unlink()
    counts = {each.kind: each.months for each in periods_of(book)}
    assert (counts["隐患"], counts["没有对上"], counts["日常"]) == (None, 1, 6)
    data = book.folder
    book.close()
    own.write_text("periods: [{kind: 隐患}]", encoding="utf-8")
    assert "看不懂" in fieldlog("footage", "due", data=data).complaint
    own.write_text("periods: [{kind: 没有的, months: 3}]", encoding="utf-8")
    assert "没有“没有的”这一类" in fieldlog("footage", "due", data=data).complaint
    own.unlink()
    table = fieldlog("footage", "due", data=data)
    assert "要留" in table.out
    rows = {row["kind"]: row for row in fieldlog("footage", "periods", "--json", data=data).rows}
    assert (rows["隐患"]["months"], rows["日常"]["months"], rows["日常"]["since"]) == (None, 6, None)
    assert "随案卷" in fieldlog("footage", "periods", data=data).out
    refused = fieldlog("footage", "periods", "日常", "12", "--reason", "通知", data=data)
    assert (refused.code, "角色" in refused.err) == (1, True)
    for wrong in (
        ["日常"],
        ["日常", "一年"],
        ["没有的", "3", "--reason", "通知"],
        ["日常", "9999", "--reason", "通知"],
    ):
        assert fieldlog("footage", "periods", *wrong, data=data).code in (1, 2)
    assert "本程序不删" in table.err


def test_months():
    assert months_after(START.date().replace(month=8, day=31), 6).isoformat() == "2027-02-28"
    assert months_after(START.date().replace(month=12, day=31), 12).isoformat() == "2027-12-31"
