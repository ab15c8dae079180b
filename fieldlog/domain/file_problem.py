"""What is wrong in a text file that somebody wrote or handed over, with its place, so that it can be mended there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a file, in Chinese; `line` counts from 1."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.why}"


class Unreadable(Exception):
    """The file gives nothing to work with; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
