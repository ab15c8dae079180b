"""A laptop that was restored or cloned and went on: it gets home under a new log, and nothing is lost on any side."""

import errno
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog, record, unit_copy
from hubs import HubProcess, environment, laptop, note, notes_in, photograph, share_keys
from starting import run
from test_fold_order import rows
from textual.pilot import Pilot
from township import FixedClock, new_township
from walking import shown

from fieldlog.actions import answering
from fieldlog.actions.ways_home import WayHome, remember
from fieldlog.book import changeover
from fieldlog.book.book import Book
from fieldlog.book.verify import verify
from fieldlog.domain.errors import EnvironmentFault, NotSaved
from fieldlog.domain.fold import origin_of
from fieldlog.domain.inspection import Inspection
from fieldlog.office.enrolment import DeviceTaken, NoAccess, WrongCode
from fieldlog.sync.folder import sync_folder
from fieldlog.sync.http import sync_http
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen
from fieldlog.tui.screens.sync import SyncScreen


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


def clone(book: Path, to: Path) -> Path:
    """The data folder as a copied or restored laptop has it."""
    shutil.copytree(book, to)
    (to / "lock").unlink(missing_ok=True)
    return to


def cloned(hub: HubProcess, folder: Path, unit: str) -> tuple[Path, Path]:
    """A laptop whose branch the office has, and its clone that wrote something else."""
    with laptop(folder, "houye-01", unit) as book:
        note(book, "共同的")
        sync_http(book, hub.url, hub.code(unit))
        twin = clone(book.folder, folder / "twin")
        note(book, "先写的一", "先写的二")
        sync_http(book, hub.url)
    with Book.open(twin) as other:
        note(other, "后写的一", "后写的二", "后写的三")
    return book.folder, twin


def test_the_clone_goes_on_under_a_new_log_and_both_get_home(hub: HubProcess, tmp_path: Path):
    first, twin = cloned(hub, tmp_path, "fork-a")
    everything = ["共同的", "先写的一", "先写的二", "后写的一", "后写的二", "后写的三"]
    with Book.open(twin) as book:
        asked = sync_http(book, hub.url)
        assert asked.parted is not None
        assert (asked.parted.log, asked.parted.common.seq, asked.parted.now) == ("houye-01", 3, "")
        assert book.device.id == "houye-01"
        before = {entry.hash: entry for entry in book.entries() if entry.kind == "item.noted"}
        done = sync_http(book, hub.url, fork=True)
        assert done.refused == ()
        assert done.parted is not None
        new = done.parted.now
        assert book.device.id == new != "houye-01"
        assert sorted(notes_in(book)) == sorted(everything)
        again = [entry for entry in book.entries() if entry.log == new and entry.kind == "item.noted"]
        for entry in again:
            was = before[entry.fields["origin"]["hash"]]
            assert (entry.at, entry.by, entry.kind, entry.doc, entry.hlc) == (
                was.at,
                was.by,
                was.kind,
                was.doc,
                was.hlc,
            )
            assert (entry.fields["origin"]["log"], entry.fields["origin"]["seq"]) == ("houye-01", was.seq)
            assert entry.fields["note"] == was.fields["note"]
        note(book, "换了以后写的")
        assert sync_http(book, hub.url).refused == ()
    with Book.open(first) as book:
        result = sync_http(book, hub.url)
        assert (result.refused, result.parted) == ((), None)
        assert sorted(notes_in(book)) == sorted([*everything, "换了以后写的"])
    for folder in (first, twin):
        assert verify(folder).ok
    (aside,) = (twin / "branches").iterdir()
    assert b"".join(file.read_bytes() for file in aside.iterdir()).count(b"\n") >= 3 + 3
    assert verify(aside).ok


def test_what_the_new_log_takes_back_and_what_two_clones_say_alike_counts_once(hub: HubProcess, tmp_path: Path):
    """Two clones of one clone write the same entries again; answers, undoing and hazards come to the same everywhere."""
    clock = FixedClock()
    township = new_township(tmp_path / "first", clock)
    unit = township.book.device.unit
    with township.book as book:
        visit = township.visit()
        sync_http(book, hub.url, hub.code(unit))
        branch = clone(book.folder, tmp_path / "branch")
        clock.pass_(minutes=1)
        answering.answer(book, township.by, visit, "lianxi-2", "符合")
        sync_http(book, hub.url)
    with Book.open(branch, now=clock) as book:
        answering.answer(book, township.by, visit, "lianxi-1", "不符合", finding=1)
        answering.answer(book, township.by, visit, "lianxi-3", "符合")
        answering.undo(book, township.by, visit)
        answering.answer(book, township.by, visit, "lianxi-4", "符合")
    twins = [branch, clone(branch, tmp_path / "again")]
    clock.pass_(minutes=1)
    for twin in twins:
        with Book.open(twin, now=clock) as book:
            assert sync_http(book, hub.url, fork=True).refused == ()
    with Book.open(twins[1], now=clock) as book:
        assert book.device.id not in ("houye-01", Book.look(twins[0]).device.id)
        (undone, *_) = answering.undo(book, township.by, visit)[:1]
        assert undone.fields["item"] == "lianxi-4"
        assert sync_http(book, hub.url).refused == ()
    seen: list[object] = []
    for folder in (tmp_path / "first", *twins):
        with Book.open(folder, now=clock) as book:
            assert sync_http(book, hub.url).refused == ()
            state = book.document(visit)
            assert isinstance(state, Inspection)
            answers = {item: str(given[-1].answer.value) for item, given in state.given.items() if given}
            assert answers == {"lianxi-1": "不符合", "lianxi-2": "符合"}
            assert (len(state.given["lianxi-1"]), state.answered, state.failed) == (1, 2, 1)
            (hazard,) = book.rows("hazards")
            assert hazard["number"] == "隐患〔2026〕01-0001"
            grown = rows(book)
            book.rebuild()
            assert rows(book) == grown
            seen.append({name: table for name, table in grown.items() if name != "unknown"})
    assert seen[0] == seen[1] == seen[2]


KILLED = """
import os, sys
from pathlib import Path
from fieldlog.book.book import Book
from fieldlog.sync.http import sync_http
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.sync import SyncScreen
folder, url, left = Path(sys.argv[1]), sys.argv[2], [0]
sys.dont_write_bytecode = True

def act(what, arguments):
    changes = what in ("os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir", "shutil.rmtree", "socket.connect")
    writes = what == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if what == "shutil.rmtree" and not left[0]:  # the first step: what an earlier try left is cleared away
        left[0] = int(sys.argv[3]) + 1
    elif left[0] and (changes or writes):
        left[0] -= 1
        if left[0] == 1:
            os._exit(9)

sys.addaudithook(act)
with Book.open(folder) as book:
    result = sync_http(book, url, fork=True)
    sys.exit(1 if result.refused else 0)
"""


def test_killed_at_any_step_of_the_change_over_it_goes_on_there(hub: HubProcess, tmp_path: Path):
    _first, twin = cloned(hub, tmp_path, "fork-kill")
    with Book.open(twin) as book:
        sha256 = photograph(book, b"jpeg" * 500)
    everything = {"共同的", "先写的一", "先写的二", "后写的一", "后写的二", "后写的三"}
    left: set[str] = set()
    for step in range(1, 44, 3):  # the change-over takes 30, then come enrolment and sending
        folder = clone(twin, tmp_path / f"step-{step}")
        done = run([sys.executable, "-c", KILLED, str(folder), hub.url, str(step)], env=environment())
        assert done.returncode == 9, step
        left.add("plan" if (folder / "fork.toml").exists() else Book.look(folder).device.id[:9])
        with Book.look(folder) as book:  # another program looks first
            assert {"后写的一", "后写的二", "后写的三"} <= set(notes_in(book)), step
        with Book.open(folder) as book:
            assert not (folder / "fork.toml").exists()
            note(book, "随后写的")
            assert sync_http(book, hub.url, fork=True).refused == (), step
            texts = notes_in(book)
            own = [text for text in texts if text == "随后写的"]
            assert everything <= set(texts)
            assert own
            assert book.blobs.has(sha256)
            assert hub.parts.ledger.heads("fork-kill")[book.device.id] == book.heads()[book.device.id]
        assert verify(folder).ok, step
        shutil.rmtree(folder)
    assert left == {"houye-01", "plan", "houye-01-"}  # before the moment that counts, after it, and all done


@pytest.mark.parametrize("seed", range(4))
def test_clones_and_restores_at_random_moments_lose_nothing(hub: HubProcess, tmp_path: Path, seed: int):
    """Every remark that a laptop was told is saved, and that no later restore threw away there, is everywhere at last.

    With a stick there is no restore: a branch that went to others by it, and whose laptop is then put back to before it
    wrote that, has nobody left to write it again, and is told as refused.
    """
    often = ("note", "note", "sync", "sync", "clone", *(("stick",) if seed % 2 else ("backup", "restore")))
    dice = random.Random(seed)
    unit = f"fork-random-{seed}"
    stick = tmp_path / "stick"
    stick.mkdir()
    with laptop(tmp_path, "houye-01", unit) as book:
        sync_http(book, hub.url, hub.code(unit))
        laptops = [book.folder]
    backups: dict[Path, tuple[Path, set[str]]] = {}
    said: dict[Path, set[str]] = {laptops[0]: set()}
    at_office: set[str] = set()
    for step in range(36):
        which = dice.choice(laptops)
        match dice.choice(often):
            case "note":
                with Book.open(which) as book:
                    note(book, f"{which.name} {step}")
                said[which].add(f"{which.name} {step}")
            case "sync":
                with Book.open(which) as book:
                    sync_http(book, hub.url, fork=True)
                at_office |= said[which]
            case "stick":
                with Book.open(which) as book:
                    sync_folder(book, stick, fork=True)
            case "clone" if len(laptops) < 4:
                laptops.append(clone(which, tmp_path / f"clone-{step}"))
                said[laptops[-1]] = set(said[which])
            case "backup":
                backups[which] = (clone(which, tmp_path / f"backup-{step}"), set(said[which]))
            case "restore" if which in backups:
                shutil.rmtree(which)
                clone(backups[which][0], which)
                said[which] = set(backups[which][1])
            case _:
                pass
    expected = at_office.union(*said.values())
    for _ in range(2):
        for which in laptops:
            with Book.open(which) as book:
                sync_http(book, hub.url, fork=True)
    heads: list[object] = []
    for which in laptops:
        with Book.open(which) as book:
            assert sync_http(book, hub.url, fork=True).refused == ()
            noted = [str(row) for row in remarks(book)]
            assert expected <= set(noted)
            assert len(noted) == len(set(noted)), "told twice"
            heads.append(book.heads())
        assert verify(which).ok
    assert all(each == heads[0] for each in heads)
    assert heads[0] == hub.parts.ledger.heads(unit)


def remarks(book: Book) -> list[str]:
    """Every remark as the documents have it, each as often as it counts."""
    docs = {entry.doc for entry in book.entries() if entry.kind == "item.noted"}
    told: list[str] = []
    for doc in sorted(docs):
        once = {origin_of(entry) or entry.hash: str(entry.fields["note"]) for entry in book.entries_of(doc)}
        told += once.values()
    return told


def test_on_a_stick_both_clones_get_home_and_everybody_ends_with_the_same(tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    with laptop(tmp_path, "houye-01") as book, laptop(tmp_path, "houye-90", role="supervisor") as desk:
        note(book, "共同的")
        sync_folder(book, stick)
        sync_folder(desk, stick)
        twin = clone(book.folder, tmp_path / "twin")
        note(book, "先写的")
        sync_folder(book, stick)
        sync_folder(desk, stick)
        with Book.open(twin) as other:
            note(other, "后写的")
            told = sync_folder(other, stick)
            assert told.parted is not None
            assert told.parted.now == ""
            assert other.device.id == "houye-01"
            done = sync_folder(other, stick, fork=True)
            assert (done.refused, done.parted is not None and done.parted.now) == ((), other.device.id)
            sync_folder(desk, stick)
            assert sync_folder(book, stick, fork=True).refused == ()
            for each in (other, desk, book):
                assert sync_folder(each, stick).refused == ()
                assert sorted(set(remarks(each))) == sorted(["共同的", "先写的", "后写的"])
                assert len(remarks(each)) == 3


def test_a_desk_that_took_the_clone_s_branch_from_a_stick_gives_way_to_the_office_s(hub: HubProcess, tmp_path: Path):
    _first, twin = cloned(hub, tmp_path, "fork-desk")
    stick = tmp_path / "stick"
    stick.mkdir()
    with laptop(tmp_path, "houye-90", "fork-desk", "supervisor") as desk:
        with Book.open(twin) as other:
            share_keys(other, desk)
            sync_folder(desk, stick)  # so that the clone leaves more there than what the office lacks
            sync_folder(other, stick)
        sync_folder(desk, stick)
        assert "后写的三" in notes_in(desk)
        refused = sync_http(desk, hub.url, hub.code("fork-desk", "supervisor")).refused
        assert [refusal.log for refusal in refused] == ["houye-01"]
        with Book.open(twin) as other:
            assert sync_http(other, hub.url, fork=True).refused == ()
        assert sync_http(desk, hub.url).refused == ()
        assert len(remarks(desk)) == 6
        assert desk.heads() == hub.parts.ledger.heads("fork-desk")
        assert verify(desk.folder).ok
        assert list((desk.folder / "branches").iterdir())


def test_only_a_name_that_goes_on_from_the_caller_s_is_bound_to_its_token(hub: HubProcess, tmp_path: Path):
    with laptop(tmp_path, "houye-01", "fork-bind") as book:
        sync_http(book, hub.url, hub.code("fork-bind"))
        member = hub.parts.enrolment.members("fork-bind")[0]
        for wrong in ("houye-02", "houye-02-k7m2", "houye-01-abc", "houye-01-k7m2-k7m2"):
            with pytest.raises(WrongCode):
                hub.parts.enrolment.go_on_as(member, wrong, "0" * 64)
        given = hub.parts.enrolment.go_on_as(member, "houye-01-k7m2", "0" * 64)
        again = hub.parts.enrolment.go_on_as(member, "houye-01-k7m2", "0" * 64)
        assert hub.parts.enrolment.member(again.token).device == "houye-01-k7m2"
        with pytest.raises(NoAccess):
            hub.parts.enrolment.member(given.token)
        with pytest.raises(DeviceTaken):
            hub.parts.enrolment.go_on_as(member, "houye-01-k7m2", "1" * 64)
        hub.parts.enrolment.revoke("fork-bind", "houye-01")
        with pytest.raises(NoAccess, match="停用"):  # its token was looked up before
            hub.parts.enrolment.go_on_as(member, "houye-01-k7m3", "0" * 64)
        note(book, "停用以后")
        with pytest.raises(EnvironmentFault, match="停用"):
            sync_http(book, hub.url, fork=True)


def test_the_command_says_what_to_do_and_does_it_with_fork(hub: HubProcess, tmp_path: Path):
    _first, twin = cloned(hub, tmp_path, "fork-cli")
    told = fieldlog("sync", hub.url, data=twin)
    assert told.code == 1
    assert "fieldlog sync --fork" in told.err
    asked = fieldlog("sync", hub.url, "--json", data=twin)
    assert asked.object["fork"] == {"log": "houye-01", "seq": 3, "entries": 4, "continues_as": None}
    doctor = fieldlog("doctor", data=twin)
    assert doctor.code == 1
    assert "[问题] 日志分叉：" in doctor.out
    assert "fieldlog sync --fork" in doctor.out
    done = fieldlog("sync", hub.url, "--fork", "--json", data=twin)
    assert done.code == 0
    new = done.object["fork"]["continues_as"]
    assert new in done.complaint
    assert done.object["refused"] == []
    assert fieldlog("doctor", data=twin).code == 0
    again = fieldlog("sync", "--json", data=twin)
    assert (again.code, again.object["sent"], again.object["fork"], again.object["went_back"]) == (0, 0, None, 0)
    assert fieldlog("verify", data=twin).code == 0


def test_two_computers_set_up_with_one_number_are_told_so_and_both_get_home(hub: HubProcess, tmp_path: Path):
    stick, enrolled, other = tmp_path / "stick", tmp_path / "enrolled", tmp_path / "other"
    stick.mkdir()
    for data in (enrolled, other):
        named = ("--unit", "fork-two", "--unit-name", "后叶镇", "--device", "houye-05")
        assert fieldlog("init", *named, "--officer", f"张三,{data.name},2028-01-01,执法队员", data=data).code == 0
    assert fieldlog("sync", stick, data=enrolled).code == 0
    told = fieldlog("sync", stick, data=other)
    assert "另一台电脑也用了编号 houye-05" in told.err
    assert "本机的数据恢复或复制过" not in told.err
    assert (
        "另一台电脑也用了编号 houye-05" in fieldlog("sync", stick, data=other).err
    )  # until something is done about it
    done = fieldlog("sync", stick, "--fork", "--json", data=other)
    new = done.object["fork"]["continues_as"]
    assert done.object["fork"]["seq"] == 0
    assert f"fieldlog office enrol {new}" in done.err
    for data, device in ((enrolled, "houye-05"), (other, new)):
        ran = fieldlog("sync", hub.url, "--enrol", hub.code("fork-two", device=device), data=data)
        assert ran.code == 0, ran.err
    assert fieldlog("sync", hub.url, data=enrolled).code == 0
    for data in (enrolled, other):
        assert fieldlog("verify", data=data).code == 0
        with Book.look(data) as book:
            assert book.heads() == hub.parts.ledger.heads("fork-two")
            assert len(list(book.rows("officers"))) == 2
        told = {row["device"]: row for row in fieldlog("devices", "--json", data=data).rows}
        assert not told["houye-05"]["continued_as"]  # the other computer goes on with it


async def test_two_hazards_with_one_number_are_marked_and_the_number_alone_names_neither(tmp_path: Path):
    stick, first, file = tmp_path / "stick", unit_copy(tmp_path / "first"), tmp_path / "台账.csv"
    stick.mkdir()
    file.write_text("单位名称,类别,地址\n某某大药房,药店,正街1号\n", encoding="utf-8")
    assert fieldlog("registry", "import", file, data=first).code == 0
    twin = clone(first, tmp_path / "twin")
    for data, text in ((first, "出口堵塞"), (twin, "灭火器过期")):
        (found,) = record(data, {"do": "hazard", "premises": "某某大药房", "text": text})
        assert found["ok"]
        assert fieldlog("sync", stick, *(["--fork"] if data == twin else []), data=data).code == 0
    rows = fieldlog("hazards", "--json", data=twin).rows
    (number,) = {row["number"] for row in rows}
    assert len(rows) == 2
    assert fieldlog("hazards", data=twin).out.count(f"{number}（重号）") == 2
    (asked,) = record(twin, {"do": "urge", "doc": number, "note": "三日内清理"})
    assert not asked["ok"]
    assert all(row["doc"] in str(asked) for row in rows)
    assert record(twin, {"do": "urge", "doc": rows[0]["doc"], "note": "三日内清理"})[0]["ok"]
    (other,) = record(twin, {"do": "hazard", "premises": "某某大药房", "text": "电线裸露"})
    assert other["ok"]
    assert fieldlog("hazards", data=twin).out.count("（重号）") == 2
    with Book.open(twin) as book:
        app = FieldlogApp(lambda: HazardDetailScreen(book, rows[0]["doc"]), environ={})
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, "另一条也是这个编号")
            assert rows[1]["text"] in shown(pilot)


async def test_on_the_screen_it_takes_one_key(hub: HubProcess, tmp_path: Path):
    _first, twin = cloned(hub, tmp_path, "fork-screen")
    with Book.open(twin) as book:
        remember(book.folder, WayHome(hub.url))
        app = FieldlogApp(lambda: SyncScreen(book), environ={})
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await until(pilot, "换用新日志，把这些补送过去")
            assert "houye-01 从第 4 条起与别处不同" in shown(pilot).replace("\n", "")
            await pilot.press("1")
            await until(pilot, "本机改用新日志")
            said = shown(pilot)
            assert f"{book.device.id}  本机" in said
        assert hub.parts.ledger.heads("fork-screen")[book.device.id] == book.heads()[book.device.id]


async def until(pilot: Pilot[None], words: str) -> None:
    """Wait until the screen says it."""
    for _ in range(200):
        await pilot.pause(0.05)
        if words in "".join(shown(pilot).split()):
            return
    raise AssertionError(shown(pilot))


@pytest.mark.parametrize("step", ["commit", "_move"])
def test_a_full_disk_leaves_nothing_done_or_everything_to_be_done(
    hub: HubProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    unit = f"fork-full-{step.strip('_')}"
    _first, twin = cloned(hub, tmp_path, unit)

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with Book.open(twin) as book, monkeypatch.context() as patched:
        patched.setattr(changeover, step, full)
        with pytest.raises(NotSaved, match="磁盘已满") as told:
            sync_http(book, hub.url, fork=True)
        assert "\n" not in str(told.value)
        assert bool(book.read_only) == (step == "_move")  # nothing may be written to a log that is being cut
    with Book.open(twin) as book:
        assert book.device.id.startswith("houye-01-") == (step == "_move")
        assert {"后写的一", "后写的二", "后写的三"} <= set(notes_in(book))
        assert sync_http(book, hub.url, fork=True).refused == ()
        assert hub.parts.ledger.heads(unit) == book.heads()
    assert verify(twin).ok
