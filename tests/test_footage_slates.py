"""Slates that a camera films: found in real video, and held against the moment at which each frame was taken."""

from dataclasses import replace
from pathlib import Path

import pytest
from bodycam import Filmed, Shot, blurred, covered, dim, film, tilted, utc
from township import START, Township

from fieldlog.actions.footage_matching import tie
from fieldlog.actions.footage_scanning import begin_scan
from fieldlog.actions.footage_slates import show_slate

NINE = round(START.timestamp() * 1000)


def scanned(township: Township, folder: Path) -> dict[str, dict]:
    """Scan the folder and return what the list says, by file name."""
    from fieldlog.cli.footage_rows import film_row

    for _outcome in begin_scan(township.book, township.by, folder).run():
        pass
    rows = [film_row(township.book, film) for film in tie(township.book).films]
    return {Path(row["path"]).name: row for row in rows}


def off_ms(row: dict, shot: Shot) -> float:
    """How far the start that was found is from the moment of the first frame."""
    from fieldlog.footage.facts import moment_ms

    assert row["start"], row
    return abs(moment_ms(row["start"]) - shot.begin_ms)


CASES = {
    "h264-25": Shot(NINE + 310, 5),
    "h264-30-long-gop": Shot(NINE + 447, 6, rate=30, gop=300),
    "mpeg4-25": Shot(NINE + 123, 5, codec="mpeg4", gop=12),
    "mpeg4-30-avi": Shot(NINE + 999, 5, rate=30, codec="mpeg4", gop=15),
    "h264-b-frames": Shot(NINE + 710, 5, gop=50, b_frames=2),
    "mpeg4-b-frames-avi": Shot(NINE + 90, 5, codec="mpeg4", gop=50, b_frames=2),
    "transport-stream": Shot(NINE + 510, 5, gop=25, b_frames=2),
    "portrait": Shot(NINE + 640, 5, look=lambda picture: picture.rotate(90, fillcolor=90), size=(320, 320)),
    "tilted": Shot(NINE + 250, 5, look=tilted(14), module=3.4),
    "blurred": Shot(NINE + 777, 5, look=blurred(1.2), module=3.4),
    "dim": Shot(NINE + 30, 5, look=dim(0.25), module=3.4),
    "covered": Shot(NINE + 600, 5, look=covered(0.02), module=3.4),
    "1080p": Shot(NINE + 333, 4, size=(1920, 1080), rate=30, gop=30, module=5),
}


@pytest.mark.parametrize("case", CASES)
def test_a_filmed_slate_tells_the_start_to_a_frame(township: Township, tmp_path: Path, case: str):
    """The slate comes into view after 0.8 s and is held for three, with the camera's clock seven minutes wrong."""
    doc = township.visit()
    township.clock.now = START
    shot = CASES[case]
    showing = show_slate(township.book, township.by, doc)
    filmed = Filmed(showing, round(shot.begin_ms) + 800, round(shot.begin_ms) + 3800)
    shot = replace(shot, slates=[filmed], stated=utc(shot.begin_ms + 420_000))
    suffix = {"avi": "avi", "stream": "ts"}.get(case.rpartition("-")[2], "mp4")
    name = f"cam03.{suffix}"
    film(tmp_path / "card" / name, shot)
    (row,) = scanned(township, tmp_path / "card").values()
    assert row["start_source"] == "slate"
    assert off_ms(row, shot) <= 1000 / shot.rate
    assert row["uncertainty_ms"] <= 2 * 1000 / shot.rate
    assert row["inspections"] == [doc]
    assert abs(row["duration_ms"] - shot.seconds * 1000) <= 100
