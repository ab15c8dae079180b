"""What does not fit between the parts of one checklist: ids and texts used twice, conditions that nothing asks for."""

import re
from collections.abc import Iterable, Iterator, Sequence

from fieldlog.domain.checklist_parts import Feature, Item, Section
from fieldlog.domain.condition import named


def conflicts(
    list_id: str, features: Sequence[Feature], sections: Iterable[Section], preselecting: Iterable[str] = ()
) -> Iterator[tuple[Item | Section | Feature | None, str]]:
    """What does not fit between the parts of a list: (the part, or None for the features as a whole; why, in Chinese)."""
    known = {feature.id for feature in features}
    yield from _feature_conflicts(features, known, preselecting)
    own_id = re.compile(re.escape(list_id) + r"-[1-9][0-9]*", re.ASCII)
    ids: set[str] = set()
    texts: dict[str, str] = {}
    shared: dict[str, str] = {}
    for section in sections:
        for name in sorted(named(section.condition) - known):
            yield section, f"条件“{name}”不在 features 里：先在清单开头写上它和提问"
        for item in section.items:
            if item.id in ids:
                yield item, f"编号 {item.id} 重复：每项的 id 只能用一次"
            elif not own_id.fullmatch(item.id):
                yield item, f"编号 {item.id} 应是 {list_id}- 加数字，免得与别的清单相撞"
            ids.add(item.id)
            if texts.setdefault(item.text, item.id) != item.id:
                yield item, f"{item.id} 的检查内容与 {texts[item.text]} 重复：{item.text}"
            if item.shared is not None and shared.setdefault(item.shared, item.id) != item.id:
                yield item, f"{item.id} 的 shared 与 {shared[item.shared]} 重复：同一清单里只能用一次"
            if item.shared is not None and section.repeat is not None:
                yield item, f"{item.id} 要逐个检查，不能同别的清单共用：去掉 shared 或移到别的部分"
            for name in sorted(named(item.condition) - known):
                yield item, f"{item.id} 的条件“{name}”不在 features 里：先在清单开头写上它和提问"


def _feature_conflicts(
    features: Sequence[Feature], known: set[str], preselecting: Iterable[str]
) -> Iterator[tuple[Feature | None, str]]:
    if len(known) < len(features):
        yield None, "features 里有重复的名称"
    for name in preselecting:
        if name not in known:
            yield None, f"applies_to 的“{name}”不在 features 里：先写上它和提问"
    needs = {feature.id: named(feature.condition) for feature in features}
    for feature in features:
        for name in sorted(needs[feature.id] - known):
            yield feature, f"“{feature.id}”的条件“{name}”不在 features 里：先写上它和提问"
        reached, ahead = set[str](), set(needs[feature.id])
        while ahead:
            reached |= ahead
            ahead = {further for name in ahead for further in needs.get(name, ())} - reached
        if feature.id in reached:
            yield feature, f"“{feature.id}”的条件绕了一圈又回到它自己：去掉其中一个条件"
