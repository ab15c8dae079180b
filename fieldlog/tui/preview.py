"""A list to look at as it will be walked, outside any visit; with what is being changed in it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from fieldlog.domain.checklist import Checklist, feature_conditions
from fieldlog.domain.condition import true_features
from fieldlog.domain.walk import Question, Walk, plan_walk
from fieldlog.tui.widgets.columns import Cell
from fieldlog.tui.widgets.prose import Paragraph


class Preview:
    """A list with its supplements at premises with some features."""

    def __init__(self, lists: Sequence[Checklist], features: frozenset[str] = frozenset()) -> None:
        self.lists = tuple(lists)
        self.features = features
        self.changed: Mapping[str, str] = {}
        """By item id: 改 or 新."""
        self.problems: Mapping[str, Sequence[str]] = {}
        self.asked: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        true = true_features(feature_conditions(self.lists), features)
        self.walk: Walk = plan_walk(self.lists, true)

    @property
    def several_lists(self) -> bool:
        """Whether supplements are walked with the list."""
        return len(self.lists) > 1

    def done_in(self, section: int) -> int:
        """Nothing is answered here."""
        del section
        return 0

    def mark(self, question: Question) -> Cell:
        """错, 新, 改 or nothing."""
        item = question.item.id
        if self.problems.get(item):
            return Cell("错", "bad")
        return Cell(self.changed.get(item, ""), "accent")

    def aside(self, question: Question) -> Cell:
        """What is wrong with it; else how often it failed."""
        item = question.item.id
        if whys := self.problems.get(item):
            return Cell(whys[0][:24], "bad")
        level = "重大" if question.item.level == "重大" else ""
        often = f"{self.failed[item]}/{self.asked[item]}" if self.asked[item] else ""
        return Cell(" ".join(filter(None, (level, often))), "warn" if level else "muted")

    def counted(self, question: Question) -> list[Paragraph]:
        """How often the item was asked and failed, and what is wrong with it."""
        item = question.item.id
        lines = [Paragraph(f"错：{why}", "bad", 4) for why in self.problems.get(item, ())]
        if asked := self.asked[item]:
            failed = self.failed[item]
            said = f"历次检查：查过 {asked} 次，不符合 {failed} 次（{failed * 100 // asked}%）"
            lines.append(Paragraph(said, "warn" if failed else "muted", 6))
        else:
            lines.append(Paragraph("历次检查：还没有查过", "muted"))
        return lines
