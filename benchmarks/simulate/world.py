"""One township from its first day to the evening when everybody has synchronised: what happens, step by step."""

import random
import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.simulate import checks, township
from benchmarks.simulate.chance import seeded
from benchmarks.simulate.disk import HOOKS, Killed, Stick
from benchmarks.simulate.laptop import Broken, Laptop, case_lines, copy_data, stood
from benchmarks.simulate.office import UNIT, URL, Line, Office
from benchmarks.simulate.officer import Officer
from benchmarks.simulate.sticks import Sticks
from fieldlog.actions.ways_home import WayHome, bring_home, ways_home
from fieldlog.domain.errors import EnvironmentFault, FieldlogError
from fieldlog.sync.exchange import SyncResult
from fieldlog.sync.qr_case import make_case
from fieldlog.sync.qr_compact import pack_case
from fieldlog.sync.qr_frames import Message
from fieldlog.sync.qr_receive import receive

MINUTE: Final = 60_000
DAY: Final = 24 * 60 * MINUTE
SKEWS: Final = (0, 0, 3 * MINUTE, -3 * MINUTE, 90 * MINUTE, -90 * MINUTE, DAY, -DAY, 40 * DAY, -40 * DAY, 365 * DAY,
                -365 * DAY)  # fmt: skip
ROUNDS: Final = 9
"""Synchronisations of everybody after which all must be alike; a clone of a clone takes the most."""
LAST_STEPS: Final = 8


class Failed(Exception):
    """A seed whose world broke; one line."""

    def __init__(self, seed: int, why: str, last: list[str]) -> None:
        super().__init__(f"seed {seed}: {why} | last steps: {' / '.join(last)}")


class World:
    """Everything that follows from one seed."""

    def __init__(self, seed: int, folder: Path, say: Callable[[str], None] | None = None) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.folder = folder
        self.last: deque[str] = deque(maxlen=LAST_STEPS)
        self._say = say
        self.ms = int(township.START.timestamp() * 1000)
        self.hub_skew_ms = 0
        self.laptops: list[Laptop] = []
        self.snapshots: list[tuple[str, Path]] = []
        self.backups: list[Path] = []
        self.required: set[str] = set()
        """What must be everywhere at the end, by the hash of the entry that said it first."""
        self._copies = 0

    def run(self) -> str:
        """Live it from beginning to end and return a digest of what came of it.

        Raises:
            Failed: something did not hold.
        """
        with HOOKS.installed(), seeded(random.Random(f"{self.seed} chance")):
            try:
                return self._run()
            except Exception as error:
                why = " ".join(f"{type(error).__name__}: {error}".split())
                raise Failed(self.seed, why, list(self.last)) from error
            finally:
                self._end()

    def _run(self) -> str:
        township.beginning(self.folder)
        self.office = Office(self.folder / "office", lambda: self.ms + self.hub_skew_ms)
        self.line = Line(self.office, self.dice, self.say)
        self.sticks = Sticks(self.folder / "sticks", self.dice, self.say)
        (self.folder / "photos").mkdir()
        for label, name in zip("ABC", township.FIRST, strict=True):
            self._add(label, self.folder / name).open()
        self._draw_faults()
        for _ in range(self.dice.choice((5, 8, 12, 20, 40))):
            self.ms += self.dice.choice((1, 1, 1000, 20_000, MINUTE, 10 * MINUTE, 120 * MINUTE, DAY))
            self._step()
        self._settle()
        return checks.check_all(self)

    def say(self, text: str) -> None:
        """Note what happens."""
        self.last.append(text)
        if self._say is not None:
            self._say(text)

    def _end(self) -> None:
        for laptop in self.laptops:
            laptop.close()
        if hasattr(self, "office"):
            self.office.close()

    def _add(self, label: str, folder: Path) -> Laptop:
        laptop = Laptop(label, folder, lambda: self.ms, self.dice)
        self.laptops.append(laptop)
        return laptop

    def _draw_faults(self) -> None:
        """Each world has some kinds of fault and not others, so that each meets the others' absence, too."""
        may = self.dice.random
        self.line.kills = may() < 0.4
        self._trouble = self.dice.choice((0.0, 0.1, 0.3))
        self._kill = self.dice.choice((0.0, 0.05, 0.2))
        steps: list[tuple[int, float, Callable[[], None]]] = [
            (30, 1, self._work), (16, 1, self._synchronise), (8, 0.7, self._carry), (3, 0.5, self._stick_trouble),
            (2, 0.5, self._paper), (3, 0.5, self._jump_clock), (2, 0.7, self._reopen), (3, 0.6, self._snapshot),
            (2, 0.4, self._restore), (1, 0.4, self._clone), (2, 0.5, self._back_up), (1, 0.5, self._restore_hub),
            (2, 0.5, self._late), (1, 0.4, self._revoke), (2, 0.7, self._enrol), (1, 0.4, self._newcomer),
            (1, 0.3, self._fill_disk), (1, 0.2, self._lie), (1, 0.5, self._restart_hub), (1, 0.3, self._rebuild),
        ]  # fmt: skip
        self._steps = [(weight, step) for weight, likely, step in steps if may() < likely]

    def _step(self) -> None:
        weights, steps = zip(*self._steps, strict=True)
        self.dice.choices(steps, weights)[0]()

    # one laptop does something, and may be killed at it

    def _one(self) -> Laptop:
        return self.dice.choice(self.laptops)

    def operate(self, laptop: Laptop, what: str, work: Callable[[], str]) -> None:
        """Let a laptop do something; it may be killed meanwhile, and starts again then."""
        if self.dice.random() < self._kill:
            laptop.disk.left = self.dice.choice((0, 1, 2, 3, 5, 8, 13, 20, 35, 60))
        try:
            with HOOKS.running(laptop.disk):
                self.say(f"{laptop} {what}: {work()}")
        except FieldlogError as error:
            self.say(f"{laptop} {what}: {type(error).__name__} {error}")
        except Killed:
            self.say(f"{laptop} {what}: killed")
            self._after_kill(laptop)
        laptop.disk.left = None
        laptop.check()
        self.required |= laptop.holds.keys()

    def _after_kill(self, laptop: Laptop) -> None:
        for tries in range(4):
            if self.dice.random() < 0.6:
                self.say(f"{laptop} loses power, taking back: {laptop.disk.cut_power()}")
                if laptop.disk.lies:  # about a checkpoint, too; what is ahead of its log would be told as damage
                    (laptop.folder / "view.json").unlink(missing_ok=True)
                    self._forget(laptop)
            laptop.disk.settle()
            self.sticks.put_back(laptop.disk)
            laptop.after_kill()
            if tries < 3 and self.dice.random() < self._kill:
                laptop.disk.left = self.dice.randrange(12)
            try:
                laptop.open()
            except Killed:
                self.say(f"{laptop} is killed as it starts")
            else:
                break
        self.sticks.check(laptop)

    def _forget(self, laptop: Laptop) -> None:
        """What the laptop held may be gone: nobody can be asked for what stands nowhere any more."""
        laptop.holds = {}
        self.sticks.disown(laptop)
        self._only_what_stands()

    def _only_what_stands(self) -> None:
        alive = set(stood(line for lines in self.office.lines().values() for line in lines))
        alive |= stood(self.office.beside()).keys()
        for laptop in self.laptops:
            alive |= checks.standing(laptop.folder).keys() | stood(case_lines(laptop.folder)).keys()
        self.required &= alive

    def _work(self) -> None:
        laptop = self._one()
        if not laptop.book.table("officers").rows or not laptop.book.table("premises").rows:
            return  # a newcomer that has not synchronised yet
        for _ in range(self.dice.randint(1, 5)):
            self.operate(laptop, "works", lambda: Officer(laptop.book, self.dice, self.folder / "photos").work())

    def _fill_disk(self) -> None:
        laptop = self.laptops[0]
        laptop.disk.full = self.dice.randrange(1500)
        self.operate(laptop, "with a full disk", lambda: Officer(laptop.book, self.dice, self.folder / "photos").work())
        laptop.disk.full = None

    def _lie(self) -> None:
        laptop = self._one()
        laptop.disk.lies = not laptop.disk.lies
        self.say(f"{laptop} has a disk that {'lies' if laptop.disk.lies else 'is honest'}")

    def _reopen(self) -> None:
        laptop = self._one()
        if self.dice.random() < 0.5:
            self.operate(laptop, "writes a checkpoint", lambda: str(laptop.book.checkpoint()))
        laptop.close()
        try:
            laptop.open()
        except Killed:
            self._after_kill(laptop)

    def _rebuild(self) -> None:
        laptop = self._one()
        self.operate(laptop, "rebuilds", lambda: str(laptop.book.rebuild()))

    def _jump_clock(self) -> None:
        if self.dice.random() < 0.1:
            self.hub_skew_ms = self.dice.choice(SKEWS)
            return
        laptop = self._one()
        laptop.skew_ms = self.dice.choice(SKEWS)
        self.say(f"{laptop}'s clock is {laptop.skew_ms // MINUTE} minutes off")

    # ways home

    def _synchronise(self) -> None:
        laptop, fork = self._one(), self.dice.random() < 0.6
        with self.line.in_trouble(self._trouble):
            self.operate(laptop, "synchronises", lambda: checks.told(laptop.book, self.exchange(laptop, fork=fork)))

    def exchange(self, laptop: Laptop, *, fork: bool, code: str | None = None) -> SyncResult:
        """One synchronisation with the hub, through the door that commands and screens use."""
        known = next((way for way in ways_home(laptop.book.folder) if way.target == URL), WayHome(URL))
        return bring_home(laptop.book, known, _quietly, code, fork=fork, wait=self._wait, transport=self.line)[1]

    def _wait(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)

    def _carry(self) -> None:
        """Synchronise with a stick, which may be pulled at any moment."""
        laptop, stick, fork = self._one(), self.sticks.one(), self.dice.random() < 0.6
        if self.dice.random() < self._trouble:
            left = self.dice.choice((0, 1, 3, 6, 10, 20, 40))
            laptop.disk.stick = Stick(stick, stick.with_name(f"{stick.name} pulled"), left)

        def exchange() -> str:
            known = next(
                (way for way in ways_home(laptop.book.folder) if way.target == str(stick)), WayHome(str(stick))
            )
            done = bring_home(laptop.book, known, _quietly, fork=fork)[1]
            return f"{done.sent} out, {done.received} in, refused {done.refused}"

        with self.sticks.visited_by(laptop):
            self.operate(laptop, f"visits {stick.name}", exchange)
            self.sticks.put_back(laptop.disk)

    def _stick_trouble(self) -> None:
        self.sticks.trouble()

    def _paper(self) -> None:
        """Carry a visit home on paper, its codes in any order and perhaps not all of them."""
        writer, reader = self._one(), self._one()
        visits = sorted(str(row["id"]) for row in writer.book.rows("inspections"))
        if not visits:
            return
        doc = self.dice.choice(visits)
        try:
            message = Message(pack_case(make_case(writer.book, doc)), 200)
        except FieldlogError as error:
            self.say(f"{writer} prints {doc}: {error}")
            return
        texts = [message.text(number) for number in message.paper_numbers]
        self.dice.shuffle(texts)
        some = texts[: self.dice.randint(max(1, len(texts) - 2), len(texts))]
        self.operate(reader, f"reads {len(some)} codes of {writer}", lambda: str(receive(reader.book, some).outcomes))

    def _late(self) -> None:
        self.line.bring_late()

    # devices come, go, and are put back

    def _snapshot(self) -> None:
        laptop = self._one()
        self._copies += 1
        self.snapshots.append((laptop.label, self.folder / f"snapshot {self._copies}"))
        copy_data(laptop.folder, self.snapshots[-1][1])
        self.say(f"{laptop} is backed up as {self._copies}")

    def _restore(self) -> None:
        if not self.snapshots:
            return
        label, snapshot = self.dice.choice(self.snapshots)
        laptop = next(each for each in self.laptops if each.label == label)
        laptop.close()
        self.say(f"{laptop} is restored from {snapshot.name}")
        laptop.disk.settle()
        laptop.move(snapshot)
        self._forget(laptop)
        self.open(laptop)

    def open(self, laptop: Laptop) -> None:
        """Start a laptop's program until it runs."""
        try:
            laptop.open()
        except Killed:
            self._after_kill(laptop)

    def _clone(self) -> None:
        if len(self.laptops) >= 5:
            return
        laptop = self._one()
        label = f"{laptop.label}{len(self.laptops)}"
        copy_data(laptop.folder, self.folder / label)
        clone = self._add(label, self.folder / label)
        clone.skew_ms = laptop.skew_ms
        self.say(f"{laptop} is cloned as {clone}")
        self.open(clone)

    def _newcomer(self) -> None:
        if len(self.laptops) >= 5:
            return
        number = len(self.laptops)
        newcomer = self._add(f"N{number}", self.folder / f"N{number}")
        newcomer.folder.mkdir()
        newcomer.name = f"houye-1{number}"
        self.say(f"{newcomer} is new")
        if self.dice.random() < self._kill:
            newcomer.disk.left = self.dice.randrange(30)
        self.open(newcomer)
        newcomer.disk.left = None
        with self.line.in_trouble(self._trouble):
            self._enrol_one(newcomer)

    def _enrol(self) -> None:
        with self.line.in_trouble(self._trouble):
            self._enrol_one(self._one())

    def _enrol_one(self, laptop: Laptop) -> None:
        with HOOKS.running(None):
            code = self.office.hub.enrolment.new_code(UNIT, laptop.book.device.role)
        fork = self.dice.random() < 0.6
        self.operate(laptop, "enrols", lambda: checks.told(laptop.book, self.exchange(laptop, fork=fork, code=code)))

    def _revoke(self) -> None:
        device = self._one().book.device.id
        self.office.hub.enrolment.revoke(UNIT, device)
        self.say(f"{device} is revoked")

    def _back_up(self) -> None:
        self.backups.append(self.folder / f"backup {len(self.backups)}.zip")
        self.office.back_up(self.backups[-1])
        self.say(f"the hub is backed up as {self.backups[-1].name}")

    def _restore_hub(self) -> None:
        if self.backups:
            backup = self.dice.choice(self.backups)
            self.say(f"the hub is restored from {backup.name}")
            self.office.restore(backup)
            self._only_what_stands()

    def _restart_hub(self) -> None:
        self.say("the hub is killed")
        self.office.restart()

    # the evening

    def _settle(self) -> None:
        """No more faults, and everybody synchronises until all are alike."""
        self.say("the faults stop")
        self._kill = 0.0
        while self.line.late:
            self.line.bring_late()
        for laptop in self.laptops:
            laptop.disk.lies = False
        named: dict[str, set[str]] = {laptop.label: set() for laptop in self.laptops}
        for _round in range(ROUNDS):
            for laptop in self.laptops:
                result = self._come_home(laptop)
                named[laptop.label] = {refusal.log for refusal in result.refused}
                if checks.are_alike(self):
                    self._nothing_is_new(named)
                    return
        raise Broken(f"not alike after {ROUNDS} rounds: {checks.differences(self)}")

    def _nothing_is_new(self, named: dict[str, set[str]]) -> None:
        """Once all are alike, another synchronisation carries nothing and names what it named before."""
        if self.dice.random() < 0.7:
            return  # it would be a tenth of all the time
        laptop = self.dice.choice(self.laptops)
        result = self._come_home(laptop)
        refused = {refusal.log for refusal in result.refused}
        if result.sent or result.received or not refused <= named[laptop.label]:
            raise Broken(f"{laptop} exchanged something although all were alike: {result}")

    def _come_home(self, laptop: Laptop) -> SyncResult:
        self.ms += MINUTE
        with HOOKS.running(laptop.disk):
            try:
                result = self.exchange(laptop, fork=True)
            except EnvironmentFault as error:  # never enrolled, revoked, or enrolled after the hub's backup
                self.say(f"{laptop} comes home: {error}")
                code = self.office.hub.enrolment.new_code(UNIT, laptop.book.device.role)
                result = self.exchange(laptop, fork=True, code=code)
        laptop.check()
        self.required |= laptop.holds.keys()
        self.say(f"{laptop} comes home: {checks.told(laptop.book, result)}")
        return result


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Say nothing."""


def live(seed: int, folder: Path, say: Callable[[str], None] | None = None) -> str:
    """Run the world of a seed in an empty folder, which is emptied again; returns a digest of what came of it.

    Raises:
        Failed: something did not hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return World(seed, folder, say).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
