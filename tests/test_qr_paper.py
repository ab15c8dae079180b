"""The paper way home, by the commands: pages are printed, photographed badly, and received in any order."""

import json
from pathlib import Path

import pytest
from command import demo_copy, fieldlog
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from township import device

from fieldlog.book.book import Book
from fieldlog.office.serve import open_hub

OFFICE = "01JDEF00000000000000000009"


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_copy(tmp_path_factory.mktemp("qr") / "laptop")


@pytest.fixture(scope="module")
def visit(laptop: Path) -> dict:
    """A finished visit of some forty items."""
    rows = fieldlog("inspections", "--json", data=laptop).rows
    return next(row for row in rows if 36 <= row["items"] <= 44 and row["state"] == "已完成" and row["findings"])


@pytest.fixture(scope="module")
def sheet(laptop: Path, visit: dict, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("qr") / "paper"
    ran = fieldlog("qr", visit["doc"], "--png", folder, "--json", data=laptop)
    assert ran.code == 0, ran.err
    return ran.object


@pytest.fixture
def office(tmp_path: Path, laptop: Path) -> Path:
    """A computer at the office that knows the laptop's key only."""
    with Book.look(laptop) as book:
        keys = {log: book.public_key(log) for log in book.heads()}
    with Book.create(tmp_path / "office", device("houye-99", OFFICE, "supervisor")):
        pass
    for log, key in keys.items():
        (tmp_path / "office/keys" / f"{log}.pub").write_text(key)
    return tmp_path / "office"


def photo(page: Image.Image, *, turn: float, skew: float, width: int) -> Image.Image:
    """A page as a telephone takes it: turned, from the side, half in the shadow, a little out of focus."""
    page = page.convert("L").resize((width, round(page.height * width / page.width)), Image.Resampling.LANCZOS)
    wide, high = page.size
    board = Image.new("L", (round(wide * 1.15), round(high * 1.15)), 90)
    board.paste(page, (round(wide * 0.07), round(high * 0.07)))
    board = board.rotate(turn, Image.Resampling.BICUBIC, fillcolor=90, expand=True)
    lean = skew / board.height
    board = board.transform(
        board.size, Image.Transform.PERSPECTIVE, (1, lean, 0, 0, 1, 0, 0, lean / board.width), Image.Resampling.BICUBIC
    )
    shade = Image.new("L", board.size)
    draw = ImageDraw.Draw(shade)
    for x in range(board.width):
        draw.line((x, 0, x, board.height), fill=round(150 * x / board.width))
    dark = ImageEnhance.Brightness(board).enhance(0.45)
    return Image.composite(dark, board, shade).filter(ImageFilter.GaussianBlur(0.8))


@pytest.mark.parametrize(
    ("turn", "skew", "width"),
    [(7, 120, 2000), (-93, 80, 2200), (181, 0, 1700)],
)
def test_a_bad_photo_of_the_page_brings_the_visit_home(
    sheet: dict, visit: dict, office: Path, tmp_path: Path, turn: float, skew: float, width: int
):
    (page,) = sheet["pages"]
    with Image.open(page) as picture:
        photo(picture, turn=turn, skew=skew, width=width).save(tmp_path / "IMG_1.jpg", quality=60)
    ran = fieldlog("receive", tmp_path / "IMG_1.jpg", data=office)
    assert ran.code == 0, ran.out + ran.err
    assert "回执" in ran.out
    (row,) = fieldlog("inspections", "--json", data=office).rows
    assert {**row, "officers": visit["officers"]} == visit
    assert fieldlog("verify", data=office).code == 0


def test_in_pieces_on_several_days(sheet: dict, visit: dict, office: Path, tmp_path: Path):
    """Each photo shows some codes; what is missing is named, and the spare one stands in for the last."""
    assert sheet["codes"] == sheet["needed"] + 1 >= 3
    (page,) = sheet["pages"]
    pieces = cut_out(Path(page), sheet["codes"], tmp_path)
    first = fieldlog("receive", pieces[0], "--json", data=office)
    assert first.code == 1
    (case,) = first.object["cases"]
    assert (case["state"], case["code"]) == ("partial", sheet["code"])
    assert case["missing"] == list(range(2, sheet["needed"] + 1))
    again = fieldlog("receive", pieces[0], data=office)
    assert f"编号 {sheet['code']}" in again.out
    assert "没有读到第 2" in again.out
    last = fieldlog(
        "receive", *reversed(pieces[2:]), pieces[0], data=office
    )  # the second is lost: the spare one serves
    assert last.code == 0, last.out + last.err
    assert [row["doc"] for row in fieldlog("inspections", "--json", data=office).rows] == [visit["doc"]]
    known = fieldlog("receive", page, data=office)
    assert known.code == 0
    assert "以前已经收下" in known.out
    assert "没有等着补齐" in fieldlog("receive", data=office).out


def cut_out(page: Path, codes: int, folder: Path) -> list[Path]:
    """One photo a code, by where the reader finds them."""
    import zxingcpp

    with Image.open(page) as picture:
        grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey)
    assert len(found) == codes
    places = sorted((code.position.top_left.y // 100, code.position.top_left.x, code.position) for code in found)
    pieces: list[Path] = []
    for number, (_row, _column, position) in enumerate(places, 1):
        box = (
            position.top_left.x - 24,
            position.top_left.y - 24,
            position.bottom_right.x + 24,
            position.bottom_right.y + 24,
        )
        pieces.append(folder / f"{number}.png")
        grey.crop(box).save(pieces[-1])
    return pieces


def test_another_reader_s_picture_without_codes_is_told(office: Path, tmp_path: Path):
    Image.new("L", (300, 300), 200).save(tmp_path / "wall.png")
    (tmp_path / "note.jpg").write_text("not a picture")
    ran = fieldlog("receive", tmp_path / "wall.png", tmp_path / "note.jpg", data=office)
    assert ran.code == 2
    assert "note.jpg" in ran.err
    assert "没有读到" in ran.err
    assert fieldlog("receive", tmp_path / "none.png", data=office).code != 0


def test_no_other_inspection_is_on_the_paper(sheet: dict, laptop: Path, visit: dict):
    rows = fieldlog("inspections", "--json", data=laptop).rows
    assert len(rows) > 1
    assert fieldlog("qr", OFFICE, "--png", "unused", data=laptop).code != 0
    assert json.dumps(sheet, ensure_ascii=False).count(visit["doc"]) == 1


def test_without_the_reader_one_line_says_so(office: Path, tmp_path: Path):
    Image.new("L", (300, 300), 200).save(tmp_path / "wall.png")
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking/zxingcpp.py").write_text("raise ImportError('zxingcpp')")
    ran = fieldlog("receive", tmp_path / "wall.png", data=office, PYTHONPATH=str(tmp_path / "lacking"))
    assert ran.code == 3
    assert "zxing-cpp" in ran.complaint


def test_a_case_changed_on_the_disk_is_found(sheet: dict, office: Path):
    """What came on paper is proven again by its signature, by `verify`, as long as it lies there."""
    assert fieldlog("receive", *sheet["pages"], data=office).code == 0
    (case,) = office.glob("log/*/case-*.jsonl")
    lines = case.read_bytes().splitlines(keepends=True)
    case.write_bytes(b"".join(lines[:-2] + lines[-1:]))
    ran = fieldlog("verify", data=office)
    assert ran.code == 1
    assert "签名不对" in ran.out
    case.write_bytes(b"".join(lines).replace("符合".encode(), "不符".encode(), 1))
    assert fieldlog("verify", data=office).code == 1


def test_as_a_pdf(laptop: Path, visit: dict, tmp_path: Path):
    ran = fieldlog("qr", visit["doc"], "--pdf", tmp_path / "检查.pdf", data=laptop)
    assert ran.code == 0, ran.err
    assert (tmp_path / "检查.pdf").read_bytes().startswith(b"%PDF")
    assert fieldlog("qr", visit["doc"], data=laptop).code == 2


@pytest.fixture
def hub_of(tmp_path: Path, laptop: Path):
    """The office's hub, before and after it knows the laptop."""
    (tmp_path / "hub").mkdir()
    hub = open_hub(f"sqlite:///{tmp_path / 'hub' / 'office.sqlite'}")

    def enrol() -> None:
        with Book.look(laptop) as book:
            code = hub.enrolment.new_code(book.device.unit, "officer", book.device.id)
            key = book.public_key(book.device.id)
            hub.enrolment.enrol(code, book.device.id, book.device.unit, key, "test")

    return tmp_path / "hub", enrol


def test_the_hub_keeps_a_case_until_its_log_says_the_same(
    hub_of, laptop: Path, sheet: dict, visit: dict, tmp_path: Path
):
    hub, enrol = hub_of
    waits = fieldlog("office", "receive", *sheet["pages"], data=hub)
    assert waits.code == 1
    assert "fieldlog office enrol" in waits.out
    enrol()
    ran = fieldlog("office", "receive", "--json", data=hub)
    assert ran.code == 0
    assert [(each["state"], each["doc"]) for each in ran.object["cases"]] == [("whole", visit["doc"])]
    (kept,) = ran.object["kept"]
    assert (kept["entries"], kept["lacking"], kept["differing"]) == (sheet["entries"], sheet["entries"], 0)
    again = fieldlog("office", "receive", *sheet["pages"], "--json", data=hub)
    assert (again.code, [each["state"] for each in again.object["cases"]]) == (0, ["known"])
    assert len(again.object["kept"]) == 1
    (tmp_path / "stick").mkdir()
    assert fieldlog("sync", tmp_path / "stick", data=laptop).code == 0
    fieldlog("office", "receive", tmp_path / "stick", data=hub)
    told = fieldlog("office", "receive", data=hub)
    assert "与纸上的一致" in told.out
