"""The checklists: YAML files read, checked and found. `docs/checklist-format.md` describes the format."""

from fieldlog.domain.file_problem import Problem
from fieldlog.library.lint import LintResult, check, checklist_files, lint
from fieldlog.library.shelf import Library, load_library, shipped_folder, with_supplements
from fieldlog.library.written import written

__all__ = [
    "Library",
    "LintResult",
    "Problem",
    "check",
    "checklist_files",
    "lint",
    "load_library",
    "shipped_folder",
    "with_supplements",
    "written",
]
