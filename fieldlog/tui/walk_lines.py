"""What the header of the walk says."""

from fieldlog.actions.evidence import last_camera
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.columns import Cell
from fieldlog.tui.widgets.meter import meter
from fieldlog.tui.widgets.walk_header import HeaderLines

_BAR = {True: 20, False: 12}


def header_lines(visit: Visit, width: int) -> HeaderLines:
    """Where, what, who and how far, for a screen of `width` cells."""
    state = visit.state
    titles = "＋".join(checklist.title for checklist in visit.walk.lists)
    progress = [
        Cell(meter(visit.tally.done, visit.tally.total, _BAR[width >= 100]), "accent"),
        Cell(f"{visit.tally.done}/{visit.tally.total}"),
    ]
    if visit.tally.failed:
        progress.append(Cell(f"不符合 {visit.tally.failed}", "bad"))
    progress += [Cell(each.shown, "bad" if each.vetoed else "strong") for each in visit.scores]
    return HeaderLines(
        premises=visit.opened.premises_name,
        lists=f"{titles}（{visit.tally.total} 项）",
        who=_who(visit),
        progress=tuple(progress),
        warnings=tuple(_warnings(visit, last_camera(state))),
    )


def _who(visit: Visit) -> str:
    stages = [(stage.stage, stage.moment[11:16]) for _by, stage in visit.state.stages[-1:]]
    parts = [
        f"{visit.opened.type.value}检查",
        " ".join(visit.officer_names()),
        f"{visit.state.opened_at[11:16]} 开始",
        *(f"{stage} {at}" for stage, at in stages),
    ]
    return "  ".join(parts)


def _warnings(visit: Visit, camera: str) -> list[Cell]:
    found: list[Cell] = []
    if visit.refused:
        found.append(Cell(f"未保存 {len(visit.refused)}", "bad"))
    if visit.tally.lacking:
        found.append(Cell(f"待补充 {visit.tally.lacking}", "warn"))
    if visit.tally.photoless:
        found.append(Cell(f"缺照 {visit.tally.photoless}", "warn"))
    if contested := sum(visit.state.contest(item) is not None for item in visit.state.shared):
        found.append(Cell(f"两改 {contested}", "warn"))
    if visit.book.read_only:
        found.append(Cell("只读", "warn"))
    elif visit.state.closed:
        found.append(Cell("已结束", "muted"))
    found.append(Cell(f"录像 {camera} 号机", "good") if camera else Cell("录像未登记", "warn"))
    return found
