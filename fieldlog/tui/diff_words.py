"""What differs between two versions of a list, as paragraphs to read."""

from collections.abc import Iterator

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_diff import Change, ChecklistDiff, FieldChange, ItemChange
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.prose import Paragraph

_TONES: dict[Change, Tone] = {Change.ADDED: "good", Change.REMOVED: "bad", Change.CHANGED: "accent", Change.MOVED: ""}
_NOTHING = "（无）"


def diff_paragraphs(found: ChecklistDiff) -> list[Paragraph]:
    """Numbers that were given away twice first, then item by item in walking order."""
    old, new = found.old, found.new
    return [
        Paragraph(f"{new.title}（{new.id}）{old.version} 改为 {new.version}：{found.summary}", "strong"),
        *_reused(found),
        Paragraph(""),
        *(_field(each, 2) for each in found.head if each.field != "version"),
        *(_section(each) for each in found.sections),
        *(line for each in found.items for line in _item(each)),
    ]


def new_list(checklist: Checklist) -> Iterator[Paragraph]:
    """A list that there was not before."""
    beside = f"，补充 {checklist.extends}" if checklist.extends else ""
    title = f"新清单 {checklist.title}（{checklist.id}）{checklist.version}，{len(checklist.items())} 项{beside}"
    yield Paragraph(title, "good", 4)
    for item in checklist.items():
        yield Paragraph(f"新增  {item.id}  {item.text}", "good", 6)


def _reused(found: ChecklistDiff) -> Iterator[Paragraph]:
    if found.reused:
        numbers = "、".join(each.id for each in found.reused)
        yield Paragraph(f"注意：{numbers} 的编号换给了别的内容，新旧结果不能比较", "bad", 6)


def _item(each: ItemChange) -> Iterator[Paragraph]:
    reused = "（编号换了内容）" if each.reused else ""
    tone: Tone = "bad" if each.reused else _TONES[each.change]
    yield Paragraph(f"{each.change.value}  {each.id}{reused}  {each.text}", tone, 6)
    for field in each.fields:
        yield _field(field, 8)


def _field(each: FieldChange, indent: int) -> Paragraph:
    said = f"{each.word}：{each.old or _NOTHING} 改为 {each.new or _NOTHING}"
    return Paragraph(f"{' ' * indent}{said}", "muted", indent + 2)


def _section(each: FieldChange) -> Paragraph:
    match each.field:
        case "section":
            return Paragraph(f"新增部分：{each.new}", "good") if each.new else Paragraph(f"删去部分：{each.old}", "bad")
        case "order":
            return Paragraph(f"部分换了次序：{each.old} 改为 {each.new}")
        case _:
            return Paragraph(f"部分的{each.word}：{each.old} 改为 {each.new}", hanging=4)
