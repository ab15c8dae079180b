"""Any checklist, for round trips."""

from hypothesis import strategies as st

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import PLACES

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=12)
LINES = st.one_of(
    st.sampled_from(
        [
            "出口畅通",
            "=1+1",
            "'引号",
            "a: b",
            "# 不是注释",
            "是否…",
            "- 短横",
            "yes",
            "2026.1",
            "_x0041_",
            "长" * 120,
            "有限空间（三）",
        ]
    ),
    _TEXT.map(str.strip).filter(bool).filter(lambda text: text[0].strip() != "" and text[-1].strip() != ""),
)
FEATURES = ("有燃气", "有住宿", "有仓库")
CONDITIONS = st.sampled_from([None, "有燃气", "非 有住宿", "有燃气 且 有住宿 或 非 有仓库"])
CITATIONS = st.sampled_from(
    [
        "消防法#16.1.4",
        {"cite": "消防法#28", "verified": False},
        {"cite": "GB 50016-2014 第5.5.1条", "verified": False},
        "甲法#1",
    ]
)
POINTS = st.sampled_from([None, "5", "2.5", "0"])
FINDINGS = st.fixed_dictionaries({"text": LINES, "measure": LINES, "days": st.integers(0, 365), "deduct": POINTS})


@st.composite
def checklists(draw: st.DrawFn) -> Checklist:
    """A list with everything that the format has, in any combination."""
    texts = draw(st.lists(LINES, min_size=1, max_size=6, unique=True))
    numbers = draw(st.lists(st.integers(1, 9999), min_size=len(texts), max_size=len(texts), unique=True))
    items = []
    for text, number in zip(texts, numbers, strict=True):
        level = draw(st.sampled_from(["一般", "重大", None]))
        items.append(
            {
                "id": f"lianxi-{number}", "text": text, "how_to_check": draw(LINES),
                "basis": draw(st.lists(CITATIONS, min_size=1, max_size=3)), "penalty": draw(st.lists(CITATIONS, max_size=1)),
                "level": level, "deadline_days": draw(st.integers(0, 365)),
                "deadline_kind": draw(st.sampled_from(["calendar", "workday"])), "condition": draw(CONDITIONS),
                "shared": f"gong-{number}" if draw(st.booleans()) else None,
                "measure": draw(st.sampled_from([None, {"label": "温度", "unit": "℃", "min": "-18.5", "max": "8"}])),
                "standard": {"name": "判定规则", "clause": "5.1", "verified": False} if level == "重大" else None,
                "photo": draw(st.sampled_from([None, "always", "fail"])), "points": draw(POINTS), "veto": draw(st.booleans()),
                "note": draw(st.one_of(st.none(), LINES)), "findings": draw(st.lists(FINDINGS, min_size=1, max_size=4)),
            }
        )  # fmt: skip
    cut = draw(st.integers(1, len(items)))
    sections = [
        {
            "title": draw(LINES),
            "place": draw(st.sampled_from([None, *PLACES])),
            "condition": draw(CONDITIONS),
            "items": part,
        }
        for part in (items[:cut], items[cut:])
        if part
    ]
    if all(item["shared"] is None for item in sections[-1]["items"]):
        sections[-1]["repeat"] = draw(st.sampled_from([None, {"name": "冷藏柜", "most": 5}]))
    return Checklist.model_validate(
        {
            "id": "lianxi", "title": draw(LINES), "version": "2026.3", "area": draw(st.sampled_from(["消防", "道路交通"])),
            "form": draw(st.sampled_from(["walk", "catalogue"])), "competence": draw(LINES),
            "applies_to": {"kinds": draw(st.lists(LINES, max_size=2)), "features": draw(st.sampled_from([[], ["有燃气"]]))},
            "features": [{"id": name, "question": draw(LINES)} for name in FEATURES],
            "scoring": draw(st.sampled_from([None, {}, {"full": "60", "grades": [{"name": "A", "at_least": "50"}]}])),
            "sections": sections,
        }
    )  # fmt: skip
