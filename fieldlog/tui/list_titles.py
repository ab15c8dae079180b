"""What lists call a checklist, a few characters long."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fieldlog.domain.errors import FieldlogError
from fieldlog.library import load_library


def list_title(folder: Path, list_id: str) -> str:
    """The checklist's title without the word every title ends in; its id where this laptop does not have the list.

    Args:
        folder: the book's folder, which may hold the office's own lists.
        list_id: the checklist's id.
    """
    return _titles(folder).get(list_id, list_id)


def list_titles(folder: Path, list_ids: Sequence[str]) -> str:
    """Several titles on one line: `药品零售+消防安全`."""
    return "+".join(list_title(folder, list_id) for list_id in list_ids)


@lru_cache(maxsize=4)
def _titles(folder: Path) -> dict[str, str]:
    try:
        heads = load_library(folder / "checklists").heads()
    except FieldlogError:
        return {}
    return {head.id: head.title.removesuffix("检查") for head in heads}
