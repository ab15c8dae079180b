"""Where the checklists are, and the ones this program knows."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from fieldlog.domain.checklist import Checklist, Head
from fieldlog.domain.errors import EnvironmentFault, FoundWrong
from fieldlog.library.lint import check, checklist_files, lint
from fieldlog.library.source import Problem, Unreadable, read_source

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder() -> Path:
    """The folder of the lists that come with fieldlog: inside the wheel, or beside the package in a checkout.

    Raises:
        EnvironmentFault: the installation has lost them.
    """
    for folder in (_PACKAGE / "_checklists", _PACKAGE.parent / "checklists"):
        if folder.is_dir():
            return folder
    raise EnvironmentFault("随程序的检查清单不见了，请重新安装 fieldlog")


class Library(Mapping[str, Checklist]):
    """The checklists by id. A file is parsed when its list is asked for, its head when a menu is."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(files)
        self._lists: dict[str, Checklist] = {}
        self._heads: tuple[Head, ...] | None = None

    def __getitem__(self, list_id: str) -> Checklist:
        """The list of that id.

        Raises:
            KeyError: there is none.
            FoundWrong: its file has mistakes; the message names the first.
        """
        if list_id not in self._lists:
            checklist, problems = check(self._files[list_id])
            if checklist is None:
                more = f"（共 {len(problems)} 处，用 fieldlog checklist lint 看全部）" if problems[1:] else ""
                raise FoundWrong(f"清单用不了：{problems[0]}{more}")
            self._lists[list_id] = checklist
        return self._lists[list_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def heads(self) -> tuple[Head, ...]:
        """What a menu shows, by id; lists whose head cannot be read are left out (see `problems`)."""
        if self._heads is None:
            read = (_head(file) for file in self._files.values())
            self._heads = tuple(head for head in read if head is not None)
        return self._heads

    def head(self, list_id: str) -> Head | None:
        """The head of one list; None where it cannot be read."""
        if self._heads is not None:
            return next((head for head in self._heads if head.id == list_id), None)
        return _head(self._files[list_id]) if list_id in self._files else None

    def walked(self) -> tuple[Head, ...]:
        """The heads of the lists that a visit walks; a catalogue is chosen from, one violation at a time."""
        return tuple(head for head in self.heads() if head.form == "walk")

    def suggest(self, kind: str, features: frozenset[str] = frozenset()) -> list[str]:
        """The lists preselected for premises of that kind and features, the most special one first."""
        fitting = [
            head
            for head in self.walked()
            if kind in head.applies_to.kinds or features.intersection(head.applies_to.features)
        ]
        return [head.id for head in sorted(fitting, key=lambda head: (len(head.applies_to.kinds), head.id))]

    def problems(self) -> list[Problem]:
        """Every mistake in every file; reads them all."""
        return lint(self._files.values()).problems

    @property
    def files(self) -> Mapping[str, Path]:
        """Where each list stands."""
        return self._files


@cache
def load_library(extra_dir: Path | None = None) -> Library:
    """The shipped lists and those in `extra_dir`, which come first where an id is the same.

    Kept for the life of the process: a list added to `extra_dir` later is seen after
    `load_library.cache_clear()`.

    Raises:
        EnvironmentFault: the installation has lost its lists.
    """
    files = {file.stem: file for file in checklist_files(shipped_folder())}
    if extra_dir is not None and extra_dir.is_dir():
        files |= {file.stem: file for file in checklist_files(extra_dir)}
    return Library(dict(sorted(files.items())))


def _head(file: Path) -> Head | None:
    try:
        return Head.model_validate(read_source(file, head_only=True).data)
    except (Unreadable, ValidationError):
        return None
