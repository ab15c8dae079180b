"""A made day: three cameras with wrong clocks, four inspections with a slate each, and a camera without; by real films."""

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from bodycam import Filmed, Shot, film, utc
from command import fieldlog
from PIL import Image
from test_footage_slates import NINE, off_ms, scanned
from township import START, Township

from fieldlog.actions import answering, evidence, visit_closing
from fieldlog.actions.footage_matching import tie
from fieldlog.actions.footage_slates import show_slate
from fieldlog.domain import bodies
from fieldlog.domain.crockford import bytes_of, id_of
from fieldlog.domain.film_time import film_clock
from fieldlog.domain.slate import MOST_STEPS, Run, Showing, Slate, pack, unpack
from fieldlog.footage.slate_codes import code_text, read_code

SECOND = 1000
REASONS = dict.fromkeys((f"P{number}" for number in range(1, 40)), "已口头说明") | {"unanswered": "没有时间"}


def visit_at(township: Township, after_s: float, item: str = "lianxi-1") -> tuple[str, Showing]:
    """A visit of half a minute: a slate after two seconds, 亮证 after six, a hazard after ten, closed after thirty."""
    township.clock.now = START + timedelta(seconds=after_s)
    doc = township.visit()
    township.clock.pass_(seconds=2)
    showing = show_slate(township.book, township.by, doc)
    township.clock.pass_(seconds=4)
    evidence.reach_stage(township.book, township.by, doc, "亮证")
    township.clock.pass_(seconds=4)
    answering.answer(township.book, township.by, doc, item, "不符合", finding=1)
    township.clock.pass_(seconds=20)
    visit_closing.close(township.book, township.by, doc, signature=bodies.Signature(way="paper"), reasons=REASONS)
    return doc, showing


def shot_of(showing: Showing, before_s: float, seconds: float, off_s: float, **fields: Any) -> Shot:
    """A film that begins before its slate by a camera whose clock is off, with the slate held for three seconds."""
    begin = showing.run.start_ms - round(before_s * SECOND)
    filmed = Filmed(showing, showing.run.start_ms + 300, showing.run.start_ms + 3400)
    return Shot(begin, seconds, [filmed], stated=utc(begin + off_s * SECOND), **fields)


def test_the_day(township: Township, tmp_path: Path):
    """Every hazard opens at its second, no film shows an inspection that it did not, and what is missing is told."""
    (a, slate_a), (b, slate_b), (c, slate_c), (d, slate_d) = (visit_at(township, s) for s in (0, 600, 1200, 3600))
    card = tmp_path / "采集站"
    shots = {
        # the first camera is seven minutes fast, cut into two files, and goes on to the second inspection unslated
        "01号机/a1.mp4": shot_of(slate_a, 1.237, 9, 420, rate=30),
        "01号机/b1.mp4": Shot(NINE + 603_500, 6, rate=30, stated=utc(NINE + 603_500 + 420_000)),
        # the second marks its local time as UTC and is four minutes slow
        "02号机/b2.mp4": shot_of(slate_b, 0.8, 12, 8 * 3600 - 240, codec="mpeg4", gop=12),
        "02号机/c2.mp4": shot_of(slate_c, 1.9, 12, 8 * 3600 - 240, codec="mpeg4", gop=12),
        # the third lost its battery before the last inspection
        "03号机/d3.mp4": shot_of(slate_d, 0.4, 10, -(NINE + 3_602_000) // SECOND + 77),
        # nobody showed the fourth a slate, and nobody looked at its clock
        "04号机/x4.mp4": Shot(NINE + 1_205_000, 8, stated=utc(NINE + 1_205_000 + 180_000)),
    }
    first = shots["01号机/a1.mp4"]
    shots["01号机/a2.mp4"] = Shot(first.begin_ms + 9000, 8, rate=30, stated=utc(first.begin_ms + 9000 + 420_000))
    for name, shot in shots.items():
        film(card / name, shot)
    rows = scanned(township, card)
    for name in ("a1", "b2", "c2", "d3"):
        row, shot = rows[f"{name}.mp4"], next(shot for path, shot in shots.items() if name in path)
        assert row["start_source"] == "slate"
        assert off_ms(row, shot) <= 1000 / shot.rate
    for name in ("a2", "b1"):
        row, shot = rows[f"{name}.mp4"], next(shot for path, shot in shots.items() if name in path)
        assert row["start_source"] == "offset"
        assert off_ms(row, shot) <= row["uncertainty_ms"] <= 3000
    shown = {name: set(row["inspections"]) for name, row in rows.items()}
    assert shown == {
        "a1.mp4": {a}, "a2.mp4": {a}, "b1.mp4": {b}, "b2.mp4": {b}, "c2.mp4": {c}, "d3.mp4": {d}, "x4.mp4": set(),
    }  # fmt: skip
    assert {rows["b2.mp4"]["local_as_utc"], rows["c2.mp4"]["local_as_utc"]} == {True}
    assert (rows["a1.mp4"]["part"], rows["a2.mp4"]["part"], rows["a2.mp4"]["whole"]) == (1, 2, rows["a1.mp4"]["id"])
    hazards = {
        moment["inspection"]: moment for row in rows.values() for moment in row["moments"] if moment["kind"] == "hazard"
    }
    assert set(hazards) == {a, b, c, d}
    for name, doc, showing in (("b2", b, slate_b), ("c2", c, slate_c), ("d3", d, slate_d)):
        shot = next(shot for path, shot in shots.items() if name in path)
        offsets = [m["offset_ms"] for m in rows[f"{name}.mp4"]["moments"] if m["kind"] == "hazard"]
        assert offsets
        assert abs(offsets[0] - (showing.run.start_ms + 8000 - shot.begin_ms)) <= 1000 / shot.rate
        assert doc in hazards
    covered = {row["doc"]: row for row in _coverage(township)}
    assert covered[a]["stages_shown"] == ["亮证"]
    assert all(row["gaps"] and row["recordings"] for row in covered.values())


def _coverage(township: Township) -> list[dict]:
    from fieldlog.cli.footage_rows import coverage_row

    tied = tie(township.book)
    return [coverage_row(township.book, each, tied) for each in tied.match.coverage.values()]


def test_the_lists_on_the_command_line(township: Township, tmp_path: Path):
    """The table says in words where a start comes from and what shows nothing; an inspection without film is listed."""
    doc, showing = visit_at(township, 0)
    visit_at(township, 7200)
    film(tmp_path / "card/03号机/x.mp4", shot_of(showing, 0.5, 5, 300))
    film(tmp_path / "card/没人认得.avi", Shot(NINE, 1, codec="mpeg4"))
    data = township.book.folder
    township.book.close()
    assert fieldlog("footage", "scan", tmp_path / "card", data=data).code == 0
    table = fieldlog("footage", "list", data=data)
    assert "对时码" in table.out
    assert "某某副食店" in table.out
    assert "没有对上" in table.out
    (one,) = fieldlog("footage", "list", "--inspection", doc, "--json", data=data).rows
    assert [moment["kind"] for moment in one["moments"]] == ["slate", "stage"]
    assert {"path", "sha256", "camera", "start", "start_source", "uncertainty_ms", "duration_ms"} <= set(one)
    (loose,) = fieldlog("footage", "list", "--loose", "--json", data=data).rows
    assert loose["inspections"] == []
    rows = fieldlog("footage", "coverage", "--json", data=data).rows
    assert [bool(row["recordings"]) for row in rows] == [True, False]
    assert "没有" in fieldlog("footage", "coverage", "--missing", data=data).out
    page = tmp_path / "案卷/录像清单.html"
    sheet = fieldlog("footage", "print", doc, "--html", page, "--json", data=data).object
    assert [(line["kind"], line["film"]) for line in sheet["moments"]] == [("对时码", 1), ("阶段", 1), ("隐患", 0)]
    assert (sheet["films"][0]["sha256"], sheet["films"][0]["camera"]) == (one["sha256"], "03")
    text = page.read_text(encoding="utf-8")
    offset = film_clock(one["moments"][1]["offset_ms"])
    for said in (
        one["sha256"],
        "x.mp4",
        "亮证",
        offset,
        "没有录像",
        "安全出口被杂物堵塞",
        "快 0:05:00",
        *sheet["gaps"],
    ):
        assert said in text
    assert sheet["gaps"]
    number = fieldlog("hazards", "--json", data=data).rows[0]["number"]
    fieldlog("footage", "print", number, "--html", page, data=data)
    assert (number in page.read_text(encoding="utf-8"), "三、没有录像" in page.read_text(encoding="utf-8")) == (
        True,
        False,
    )
    assert "请写一个文件名" in fieldlog("footage", "print", doc, "--html", tmp_path, data=data).complaint
    assert "没有编号为" in fieldlog("footage", "print", "没有", "--html", page, data=data).complaint


def test_a_printed_slate(township: Township, tmp_path: Path):
    """`slate --png --at`: shown from that moment on, it tells the start; made afterwards, the list says so."""
    doc = township.visit()
    data = township.book.folder
    township.book.close()
    png = tmp_path / "对时码.png"
    at = "2026-11-24T09:00:10+08:00"
    made = fieldlog("footage", "slate", "--png", png, "--at", at, "--inspection", doc, "--json", data=data).object
    assert (made["inspection"], made["counter"]) == (doc, 0)
    code = Image.open(png).convert("L").resize((200, 200))
    shot = Shot(NINE + 7_000, 8, stated=utc(NINE))

    def look(picture: Image.Image) -> Image.Image:
        done = picture.copy()
        done.paste(code, (60, 20))
        return done

    path = film(tmp_path / "card/x.mp4", shot)
    _paste(path, shot, look, (3, 6))
    assert fieldlog("footage", "scan", tmp_path / "card", data=data).code == 0
    (row,) = fieldlog("footage", "list", "--json", data=data).rows
    assert row["start_source"] == "slate"
    assert off_ms(row, shot) <= 1000 / shot.rate
    assert row["uncertainty_ms"] == 1000  # a hand that holds up paper is no clock
    late = datetime.now().astimezone() > datetime.fromisoformat(at) + timedelta(minutes=5)
    assert row["slates_late"] == late


def _paste(path: Path, shot: Shot, look, between: tuple[float, float]) -> None:
    """Film it again with a picture in view between two seconds of the film."""
    ground = Image.effect_noise((40, 30), 60).resize(shot.size)
    with av.open(str(path), "w") as container:
        container.metadata["creation_time"] = shot.stated
        stream = container.add_stream("libx264", rate=shot.rate, options={"preset": "ultrafast", "g": "25"})
        stream.width, stream.height, stream.pix_fmt = *shot.size, "yuv420p"
        for number in range(round(shot.seconds * shot.rate)):
            seen = between[0] <= number / shot.rate < between[1]
            frame = av.VideoFrame.from_image((look(ground) if seen else ground).convert("RGB"))
            frame.pts, frame.time_base = number, Fraction(1, shot.rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_a_slate_that_the_log_does_not_vouch_for_counts_for_nothing(township: Township, tmp_path: Path):
    """Made up with another secret; and of another laptop, until its log arrives."""
    doc = township.visit()
    township.clock.now = START
    real = show_slate(township.book, township.by, doc)
    forged = Showing(Run("houye-01", doc, real.run.start_ms + 3_600_000), bytes(32))
    begin = NINE + 3_600_400
    shot = Shot(begin, 5, [Filmed(forged, begin + 500, begin + 4000)], stated=utc(NINE + 60_000))
    film(tmp_path / "card/03号机/x.mp4", shot)
    (row,) = scanned(township, tmp_path / "card").values()
    assert row["start_source"] == "container"
    assert (row["slates"], row["slates_unproven"]) == (0, 1)


def test_a_code_says_nothing_of_those_after_it():
    """From a code those before it follow, as hashes do; the run's end cannot be reached from its beginning."""
    run = Run("houye-01", "01JDEF0000000000000000VS01", NINE)
    showing = Showing(run, bytes(range(32)))
    codes = [showing.slate(counter) for counter in (0, 1, 59, MOST_STEPS - 1)]
    assert showing.slate(MOST_STEPS) is None
    for code in codes:
        assert code
        assert code.commitment == showing.commitment
        assert read_code(code_text(code)) == code
        assert unpack(pack(code)) == code
        later = Slate(run, code.counter + 1, code.token)
        assert later.commitment != showing.commitment
    moved = Slate(run._replace(start_ms=NINE + 1000), 0, codes[0].token if codes[0] else b"")
    assert moved.commitment != showing.commitment
    assert id_of(bytes_of(run.doc)) == run.doc
