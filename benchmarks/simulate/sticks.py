"""USB sticks on their way between laptops, and what happens to them there."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson

from benchmarks.simulate.disk import Disk
from benchmarks.simulate.laptop import Broken, Laptop


class Sticks:
    """Two sticks. What a laptop says on one that it holds, it must hold after a power cut, too."""

    def __init__(self, folder: Path, dice: random.Random, said: Callable[[str], None]) -> None:
        self._folder = folder
        self._dice = dice
        self._tell = said
        self._owned: dict[str, set[bytes]] = {}
        """By laptop, what it has said on sticks and must hold; a clone bears the same name and has not said it."""
        self._seen: set[bytes] = set()
        self._visitor: Laptop | None = None
        for name in ("stick 1", "stick 2"):
            (folder / name).mkdir(parents=True)

    def one(self) -> Path:
        """One of the sticks."""
        return self._folder / self._dice.choice(("stick 1", "stick 2"))

    def put_back(self, disk: Disk) -> None:
        """Put a stick that was pulled out of this laptop back in."""
        if disk.stick is not None and disk.stick.out:
            self._tell(f"{disk.stick.folder.name} was pulled out")
            shutil.rmtree(disk.stick.folder, ignore_errors=True)
            disk.stick.aside.rename(disk.stick.folder)
        disk.stick = None

    def check(self, laptop: Laptop) -> None:
        """Raise Broken where the laptop holds less than it says on a stick."""
        if self._visitor is laptop:
            self._own(laptop)
        heads = laptop.book.heads()
        parted = [path.name for path in (laptop.folder / "branches").glob("*")]
        for content in sorted(self._owned.get(laptop.label, ())):
            for log, (seq, _hash) in orjson.loads(content)["heads"].items():
                if any(name.startswith(f"{log}-") for name in parted):
                    continue  # what it held of that log it has set aside since
                if log not in heads or heads[log].seq < seq:
                    raise Broken(f"{laptop} says on a stick that it holds {log} up to {seq}: {heads.get(log)}")

    def _said(self) -> Iterator[tuple[str, bytes]]:
        """By device, what is said on the sticks, openly or enclosed."""
        for path in (*self._folder.rglob("heads.json"), *self._folder.rglob("*.json.age")):
            content = path.read_bytes()
            content = content[max(0, content.find(b"{\n")) :]
            with suppress(orjson.JSONDecodeError, KeyError, TypeError):  # somebody has damaged it, or a receipt
                yield str(orjson.loads(content)["device"]), content

    @contextmanager
    def visited_by(self, laptop: Laptop) -> Iterator[None]:
        """Until the end of the block, what is newly said on a stick in the laptop's name is said by it."""
        self._visitor = laptop
        self._seen = {content for _device, content in self._said()}
        yield
        self._own(laptop)
        self._visitor = None

    def _own(self, laptop: Laptop) -> None:
        for device, content in self._said():
            if device == laptop.book.device.id and content not in self._seen:
                self._owned[laptop.label] = {content}

    def disown(self, laptop: Laptop) -> None:
        """What the laptop said on sticks so far holds no more, since it was put back."""
        self._owned.pop(laptop.label, None)

    def trouble(self) -> None:
        """Rename, copy, cut, change or remove a file, or put a foreign one beside it."""
        files = sorted(path for path in self.one().rglob("*") if path.is_file())
        if not files:
            return
        path = self._dice.choice(files)
        content = path.read_bytes()
        what = self._dice.choice(("renamed", "copied", "cut", "changed", "removed", "foreign"))
        self._tell(f"{path.relative_to(self._folder)} is {what}")
        match what:
            case "renamed":
                path.rename(path.with_name(f"x{self._dice.randrange(1000)}{path.suffix}"))
            case "copied":
                folders = sorted({each.parent for each in files})
                (self._dice.choice(folders) / f"复件 {path.name}").write_bytes(content)
            case "cut":
                path.write_bytes(content[: self._dice.randrange(len(content) + 1)])
            case "changed" if content:
                at = self._dice.randrange(len(content))
                path.write_bytes(content[:at] + bytes([content[at] ^ 1 << self._dice.randrange(8)]) + content[at + 1 :])
            case "removed":
                path.unlink()
            case _:
                path.with_name("照片.txt").write_bytes("别的东西".encode())
