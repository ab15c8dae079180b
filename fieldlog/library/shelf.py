"""Where the checklists are, and the ones this program knows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong
from fieldlog.domain.file_problem import Problem
from fieldlog.library.lint import check, checklist_files, lint, read_head

_PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED, LOCAL, PUBLISHED = "随程序", "本机文件", "本所发布"
LOCAL_FOLDER: Final = "checklists"
"""Within the data folder."""


def shipped_folder() -> Path:
    """The folder of the lists that come with fieldlog: inside the wheel, or beside the package in a checkout.

    Raises:
        EnvironmentFault: the installation has lost them.
    """
    for folder in (_PACKAGE / "_checklists", _PACKAGE.parent / "checklists"):
        if folder.is_dir():
            return folder
    raise EnvironmentFault("随程序的检查清单不见了，请重新安装 fieldlog")


@dataclass(frozen=True, slots=True)
class Published:
    """A list that the office has published and a supervisor approved, as the log holds it."""

    head: Head
    items: int
    doc: str
    by: str
    on: str
    read: Callable[[], Checklist]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list of an id is from."""

    kind: str
    """随程序, 本机文件 or 本所发布."""
    version: str
    by: str = ""
    on: str = ""

    @property
    def words(self) -> str:
        """`本所发布 李某甲 2026-11-20`."""
        return " ".join(filter(None, (self.kind, self.by, self.on)))


class Library(Mapping[str, Checklist]):
    """The checklists by id. A file is parsed when its list is asked for, its head when a menu is.

    Of lists of one id the office's published one counts, then the file on this device, then the one that came with the
    program; `origins` names them all.
    """

    def __init__(
        self,
        shipped: Mapping[str, Path],
        local: Mapping[str, Path] | None = None,
        published: Mapping[str, Published] | None = None,
    ) -> None:
        self._shipped = dict(shipped)
        self._local = dict(local or {})
        self._published = dict(published or {})
        self._files = self._shipped | self._local
        self._ids = sorted({*self._files, *self._published})
        self._parsed: dict[Path, Checklist] = {}
        self._heads: dict[Path, Head | None] = {}

    def with_published(self, published: Mapping[str, Published]) -> "Library":
        """The same shelf with the office's lists on it; what was parsed is not parsed again."""
        other = Library(self._shipped, self._local, published)
        other._parsed, other._heads = self._parsed, self._heads
        return other

    def __getitem__(self, list_id: str) -> Checklist:
        """The list of that id.

        Raises:
            KeyError: there is none.
            FoundWrong: its file has mistakes; the message names the first.
        """
        if list_id in self._published:
            return self._published[list_id].read()
        file = self._files[list_id]
        if file not in self._parsed:
            checklist, problems = check(file)
            if checklist is None:
                more = f"（共 {len(problems)} 处，用 fieldlog checklist lint 看全部）" if problems[1:] else ""
                raise FoundWrong(f"清单用不了：{problems[0]}{more}")
            self._parsed[file] = checklist
        return self._parsed[file]

    def __contains__(self, list_id: object) -> bool:
        return list_id in self._published or list_id in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def heads(self) -> tuple[Head, ...]:
        """What a menu shows, by id; lists whose head cannot be read are left out (see `problems`)."""
        return tuple(head for list_id in self._ids if (head := self.head(list_id)) is not None)

    def unreadable(self) -> list[str]:
        """The files of lists that no menu can show; a file on this device hides the program's list of its name all the same."""
        return [self._files[list_id].name for list_id in self._ids if self.head(list_id) is None]

    def readable(self) -> tuple[list[Checklist], list[FieldlogError]]:
        """Every list, and why those that are left out cannot be used; reads them all."""
        lists: list[Checklist] = []
        faults: list[FieldlogError] = []
        for list_id in self._ids:
            try:
                lists.append(self[list_id])
            except FieldlogError as fault:
                faults.append(fault)
        return lists, faults

    def head(self, list_id: str) -> Head | None:
        """The head of one list; None where there is none or it cannot be read."""
        if list_id in self._published:
            return self._published[list_id].head
        return self._file_head(self._files[list_id]) if list_id in self._files else None

    def _file_head(self, file: Path) -> Head | None:
        if file not in self._heads:
            self._heads[file] = read_head(file)
        return self._heads[file]

    def walked(self) -> tuple[Head, ...]:
        """The heads of the lists that a visit is begun with.

        Not those of catalogues, which are chosen from, one violation at a time, nor of supplements, which come along.
        """
        return tuple(head for head in self.heads() if head.form == "walk" and head.extends is None)

    def suggest(self, kind: str, features: frozenset[str] = frozenset()) -> list[str]:
        """The lists preselected for premises of that kind and features, the most special one first."""
        fitting = [
            head
            for head in self.walked()
            if kind in head.applies_to.kinds or features.intersection(head.applies_to.features)
        ]
        return [head.id for head in sorted(fitting, key=lambda head: (len(head.applies_to.kinds), head.id))]

    def origins(self, list_id: str) -> list[Origin]:
        """Where the list is from: first the one that counts, then those it stands before."""
        found: list[Origin] = []
        if own := self._published.get(list_id):
            found.append(Origin(PUBLISHED, own.head.version, own.by, own.on))
        for kind, files in ((LOCAL, self._local), (SHIPPED, self._shipped)):
            if list_id in files:
                head = self._file_head(files[list_id])
                found.append(Origin(kind, head.version if head else ""))
        return found

    def published(self, list_id: str) -> Published | None:
        """The office's list of that id, where one counts."""
        return self._published.get(list_id)

    def source(self, list_id: str) -> str:
        """Where the list that counts is from, and what it stands before; empty where there is none."""
        first, *covered = self.origins(list_id) or [None]
        return first.words + "".join(f"，覆盖{each.kind} {each.version}" for each in covered if each) if first else ""

    def shipped(self, list_id: str) -> Head | None:
        """The head of the list that came with the program; None where none did."""
        return self._file_head(self._shipped[list_id]) if list_id in self._shipped else None

    def problems(self) -> list[Problem]:
        """Every mistake in every file; reads them all."""
        return lint(self._files.values(), heads=self.head).problems

    @property
    def files(self) -> Mapping[str, Path]:
        """Where each list stands that is a file."""
        return dict(sorted(self._files.items()))


def with_supplements(library: Mapping[str, Checklist], lists: Iterable[str]) -> list[str]:
    """The lists, each followed by those that supplement it: they are walked together."""
    heads: Iterable[Head] = library.heads() if isinstance(library, Library) else library.values()
    beside = [(head.extends, head.id) for head in heads if head.extends is not None]
    named = ([each, *(id_ for base, id_ in beside if base == each)] for each in lists)
    return list(dict.fromkeys(id_ for together in named for id_ in together))


@cache
def load_library(extra_dir: Path | None = None) -> Library:
    """The shipped lists and those in `extra_dir`, which come first where an id is the same.

    Kept for the life of the process: a list added to `extra_dir` later is seen after
    `load_library.cache_clear()`.

    Raises:
        EnvironmentFault: the installation has lost its lists.
    """
    shipped = {file.stem: file for file in checklist_files(shipped_folder())}
    there = extra_dir is not None and extra_dir.is_dir()
    local = {file.stem: file for file in checklist_files(extra_dir)} if extra_dir is not None and there else {}
    return Library(shipped, local)
