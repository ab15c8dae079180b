"""The compact way of a pack: what comes out is what went in, byte for byte, and one flipped bit refuses the run by name."""

import os
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import orjson
import pytest
import zstandard
from hubs import Chain, HubProcess, laptop, log_bytes, note
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import json_bodies, texts
from township import DOC

from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.clock import HybridClock
from fieldlog.domain.entries import Proven, ProvenRun, canonical, entry_hash, make_entry, parse_entry
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.log_format import NO_HASH
from fieldlog.sync.compact import to_columns
from fieldlog.sync.compact_reading import ColumnsDamaged, from_columns
from fieldlog.sync.exchange import COMPACT, PackDamaged, read_header, read_pack, read_proven, write_pack
from fieldlog.sync.http import sync_http

MOST = 1 << 20
MOMENTS = ("2026-11-24T09:00:00.000+08:00", "2026-11-24T09:00:07.250+08:00", "2025-11-24T01:59:59.999-09:30",
           "0001-01-01T00:00:00.000+08:00", "9999-12-31T23:59:59.999-08:00")  # fmt: skip


def chain(log: str = "houye-01", count: int = 40, pause_ms: int = 7_250) -> list[bytes]:
    """Answers as an officer gives them, one after the other."""
    lines: list[bytes] = []
    clock, prev = HybridClock(), NO_HASH
    for number in range(count):
        milliseconds = 1_795_000_000_000 + number * pause_ms
        at = f"2026-11-18T{10 + number // 500 % 10}:{number // 8 % 60:02d}:{number % 8 * 7:02d}.{number * 617 % 1000:03d}+08:00"
        body = ItemAnswered(item=f"xiaofang-{number % 40 + 1}", value=Value.PASS).model_dump(mode="json")
        entry = make_entry(
            log=log, seq=number + 1, prev=prev, hlc=clock.tick(milliseconds), at=at, by="zhang",
            kind="item.answered", doc=DOC, body=body, salt=os.urandom(16).hex(),
        )  # fmt: skip
        prev = entry.hash
        lines.append(entry.line())
    return lines


LINES = chain()


@st.composite
def written(draw: st.DrawFn) -> list[bytes]:
    """A log of any entries, with what no log should hold between them."""
    lines: list[bytes] = []
    prev, clock = NO_HASH, HybridClock()
    for seq in range(draw(st.integers(1, 2)), draw(st.integers(2, 7))):
        entry = make_entry(
            log=draw(st.sampled_from(["houye-01"] * 9 + ["houye-02"])), seq=seq, prev=prev,
            hlc=clock.tick(draw(st.integers(0, 1_800_000_000_000))), at=draw(st.sampled_from(MOMENTS)),
            by=draw(st.one_of(st.just("zhang"), texts())), kind=draw(st.sampled_from(["item.answered", "weather.noted"])),
            doc=DOC, body=draw(json_bodies()), salt=draw(st.sampled_from(["0" * 32, "af" * 16, "no salt"])),
        )  # fmt: skip
        prev = draw(st.sampled_from([entry.hash] * 9 + ["ab" * 32]))
        withheld = entry.model_copy(update={"body": "cd" * 32}).line()
        flipped = bytearray(entry.line())
        flipped[draw(st.integers(0, len(flipped) - 1))] ^= draw(st.sampled_from([1, 2, 4, 16, 32, 64]))
        flipped = bytes(flipped).replace(b"\n", b" ")
        lines.append(draw(st.sampled_from([entry.line()] * 9 + [withheld, flipped, b"", b"{}", b'{"at":"'])))
    return lines


@settings(max_examples=60)
@given(written())
def test_any_lines_come_out_as_they_went_in(lines: list[bytes]):
    assert list(read_pack([write_pack(lines, COMPACT)])) == lines


@settings(max_examples=60)
@given(written())
def test_an_entry_worked_out_from_columns_is_the_one_that_its_line_says(lines: list[bytes]):
    for log, proven in _proven(read_proven([write_pack(lines, COMPACT)])):
        assert (log, proven) == (parse_entry(proven.line).log, _as_proven(proven.line))


def _as_proven(line: bytes) -> Proven:
    entry = parse_entry(line)
    return Proven(entry.seq, entry.hash, line, entry.prev, entry.hlc, entry.kind, entry.fields)


def _proven(arrived: Iterable[bytes | ProvenRun]) -> list[tuple[str, Proven]]:
    runs = [run for run in arrived if isinstance(run, ProvenRun)]
    return [(run.log, entry) for run in runs for entry in run.entries]


def test_most_entries_come_worked_out_so_that_none_is_proven_twice():
    assert len(_proven(read_proven([write_pack(LINES, COMPACT)]))) == len(LINES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": {"n": 7.5}}, {"body": {"n": 2**53}}, {"body": {"n": 2**63}}, {"body": {"n": 2**53 + 1}},
        {"body": {"备注": 1}}, {"body": {"a": [{"é": 1}]}}, {"body": orjson.loads(b'{"a":' * 40 + b"1" + b"}" * 40)},
        {"at": "2026-11-24T24:00:00.000+08:00"}, {"at": "2026-11-24T09:00:60.000+08:00"},
        {"at": "2026-02-30T09:00:00.000+08:00"}, {"at": "2026-11-24T09:00:00.000+99:00"},
        {"at": "２０２６-11-24T09:00:00.000+08:00"}, {"hlc": "ffffffffffffffff"}, {"hlc": "e677d21fdc000000"},
        {"kind": "a." + "b" * 60}, {"kind": "item"}, {"doc": "01JDEF0000000000000000000U"}, {"v": 2}, {"mood": "好"},
        {"seq": 2**53},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_plain_way_refuses_comes_unproven_and_is_refused_by_whoever_reads_it(wrong: dict[str, Any]):
    """Each line has the right hash, stands in a chain, and has a sound one of its kind before it."""
    first = parse_entry(LINES[-1])
    fields = {
        **first.__dict__,
        "seq": first.seq + 1,
        "prev": first.hash,
        "hlc": f"{int(first.hlc, 16) + 1:016x}",
        **wrong,
    }
    fields["body"] = {**fields["body"], "salt": "0" * 32}
    line = canonical({**fields, "hash": entry_hash(fields)})
    with pytest.raises(FieldlogError):
        parse_entry(line)
    assert list(read_proven([write_pack([LINES[-1], line], COMPACT)])) == [
        ProvenRun(first.log, [_as_proven(LINES[-1])]),
        line,
    ]


@given(st.lists(st.binary(max_size=200).map(lambda line: line.replace(b"\n", b""))), st.integers(1, 5000))
def test_what_is_no_entry_comes_out_however_it_is_cut_on_the_way(lines: list[bytes], size: int):
    pack = write_pack([*lines, *LINES], COMPACT)
    assert list(read_pack([pack[at : at + size] for at in range(0, len(pack), size)])) == [*lines, *LINES]


def test_a_plain_answer_takes_a_few_bytes_more_than_its_salt():
    lines = chain(count=2_000)
    header, _ = read_header(pack := write_pack(lines, COMPACT))
    assert (header.way, header.spans) == (COMPACT, {"houye-01": (1, 2_000)})
    assert len(pack) / len(lines) < 25


@given(st.integers(0, len(write_pack(LINES, COMPACT)) - 1), st.integers(1, 255))
def test_a_changed_byte_of_the_pack_is_told_or_changes_no_line(at: int, by: int):
    pack = bytearray(write_pack(LINES, COMPACT))
    pack[at] ^= by
    try:
        assert list(read_pack([bytes(pack)])) == LINES
    except FieldlogError:
        return


BOTH = [*LINES, *chain("houye-02", 5)]
COLUMNS = to_columns(BOTH).content


@given(st.integers(0, len(COLUMNS) - 1), st.integers(0, 7))
def test_a_bit_flipped_where_no_checksum_looks_gives_no_line_of_its_run(at: int, bit: int):
    columns = bytearray(COLUMNS)
    columns[at] ^= 1 << bit
    came: list[bytes] = []
    try:
        for line in from_columns(bytes(columns), MOST):
            came += [line] if isinstance(line, bytes) else [entry.line for entry in line.entries]
    except ColumnsDamaged:
        assert came in ([], LINES)
    else:
        assert came == BOTH  # a digit of a stamp in upper case is the same stamp


def test_a_run_that_is_not_what_was_sent_is_named_in_one_line():
    columns = COLUMNS.replace(b'"item":"xiaofang-9"', b'"item":"xiaofang-8"')
    assert columns != COLUMNS
    frame = zstandard.ZstdCompressor().compress(columns)
    header = orjson.dumps({"fieldlog": "pack", "v": 1, "way": COMPACT, "spans": {}})
    pack = 0x184D2A50.to_bytes(4, "little") + len(header).to_bytes(4, "little") + header + frame
    with pytest.raises(PackDamaged, match="houye-01 第 1 至 40 条") as told:
        list(read_pack([pack]))
    assert "\n" not in str(told.value)


def _said(**changed: Any) -> bytes:
    said, rest = COLUMNS.split(b"\n", 1)
    return orjson.dumps({**orjson.loads(said), **changed}) + b"\n" + rest


RUNS, TEXTS = (orjson.loads(COLUMNS.split(b"\n", 1)[0])[name] for name in ("runs", "texts"))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"[]\n", b"{}\n", COLUMNS[:-1], COLUMNS + b"x", _said(runs=[]), _said(runs=7), _said(runs=[[]]),
        _said(runs=[["houye-01", 1, 2**63]]), _said(runs=[["houye-01", 1, -45]]), _said(runs=[["", 0, 45]]),
        _said(runs=[*RUNS, ["houye-03", 1, 0]]), _said(texts=TEXTS[:-1]), _said(texts=[*TEXTS, 0]),
        _said(texts=[-1, *TEXTS[1:]]), _said(texts=[2**63, *TEXTS[1:]]), _said(texts=["a", *TEXTS[1:]]),
    ],
    ids=[str(number) for number in range(18)],  # the bytes hold today's date, and every process must name the cases alike
)  # fmt: skip
def test_what_is_no_columns_is_told(content: bytes):
    with pytest.raises(ColumnsDamaged):
        list(from_columns(content, MOST))


def test_columns_that_swell_are_stopped_before_they_do():
    many = zstandard.ZstdCompressor().compress(to_columns(chain(count=300)).content)
    header = orjson.dumps({"fieldlog": "pack", "v": 1, "way": COMPACT, "spans": {}})
    pack = 0x184D2A50.to_bytes(4, "little") + len(header).to_bytes(4, "little") + header + many
    with pytest.raises(PackDamaged, match="停止读取"):
        list(read_pack([pack], 90_000))


# over HTTP


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory):
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


def _ask(hub: HubProcess, token: str, path: str) -> bytes:
    with urlopen(Request(hub.url + path, headers={"Authorization": f"Bearer {token}"})) as answer:
        return answer.read()


def test_the_hub_says_which_ways_it_reads_and_sends_each_device_one_that_it_knows(hub: HubProcess, tmp_path: Path):
    lines = Chain("gai-01").add(9).seal()
    enrolled = hub.parts.enrolment.enrol(hub.code("gai"), "gai-01", "gai", lines.public_key, "test")
    request = Request(hub.url + "/v1/entries", write_pack(lines.lines, COMPACT), method="POST",
                      headers={"Authorization": f"Bearer {enrolled.token}"})  # fmt: skip
    with urlopen(request) as answer:
        assert orjson.loads(answer.read())["received"] == 10
    assert COMPACT in orjson.loads(_ask(hub, enrolled.token, "/v1/heads"))["ways"]
    for asked, way in (("", "plain"), ("&ways=plain", "plain"), ("&ways=plain,compact", COMPACT), ("&ways=x", "plain")):
        pack = _ask(hub, enrolled.token, f"/v1/entries?after={asked}")
        assert read_header(pack)[0].way == way
        assert list(read_pack([pack])) == lines.lines


def _older(hub: HubProcess) -> type[BaseHTTPRequestHandler]:
    """The hub as before there were ways: it says of none, reads plain packs and sends them."""

    class OlderHub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on(
                urlsplit(self.path)._replace(query=self.path.partition("?")[2].partition("&ways")[0]).geturl()
            )

        def do_POST(self) -> None:
            pack = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/entries":
                assert read_header(pack)[0].way == "plain"
            self._pass_on(self.path, pack)

        def _pass_on(self, path: str, content: bytes | None = None) -> None:
            told = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            with urlopen(Request(hub.url + path, content, told, method=self.command)) as answer:
                said, kind = answer.read(), answer.headers["Content-Type"]
            if kind == "application/json":
                fields = orjson.loads(said)
                fields.pop("ways", None)
                said = orjson.dumps(fields)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            return

    return OlderHub


def test_a_hub_that_knows_no_ways_gets_plain_packs_and_its_own_are_read(hub: HubProcess, tmp_path: Path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _older(hub)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with laptop(tmp_path, "lao-01", "lao") as one, laptop(tmp_path, "lao-02", "lao") as two:
            note(one, "一", "二")
            assert sync_http(one, url, hub.code("lao")).sent == 4
            assert sync_http(two, url, hub.code("lao")).received == 4
            assert log_bytes(two)["lao-01"] == log_bytes(one)["lao-01"]
        server.shutdown()
