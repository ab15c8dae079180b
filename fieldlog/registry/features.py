"""Features of premises, from a column of yes and no or from a remark; what is denied is kept apart."""

import re
from collections.abc import Sequence
from typing import Final

FEATURES: Final[dict[str, str]] = {
    "有住宿": r"住宿|住人|留宿|居住|住店",
    "有燃气": r"燃气|用气|天然气|煤气|液化气",
    "有冷藏": r"冷藏|冷链|冷库|冷冻|阴凉柜|冰柜",
    "有地下室": r"地下室|地下空间",
    "有厨房": r"厨房",
    "有有限空间": r"有限空间|受限空间",
    "有粉尘": r"粉尘|涉爆",
    "有动火": r"动火",
    "有处方药": r"处方药",
    "有饮片": r"饮片",
    "有散装食品": r"散装食品",
    "有散装酒": r"散装(白?酒)",
    "有网络销售": r"网络销售|网上销售|网售|外卖平台",
    "有气瓶": r"气瓶|氧气瓶|乙炔",
    "有特种设备": r"特种设备",
    "有危化品": r"危化品|危险化学品",
    "有消控室": r"消控室|消防控制室",
    "有电动车充电": r"电动(自行)?车.{0,3}充电",
    "人员密集场所": r"人员密集场所",
    "公众聚集场所": r"公众聚集场所",
    "重点单位": r"消防(安全)?重点单位|重点单位",
}
"""Feature to the words it goes by. Checklists ask for features by these names."""

_DENIED_BEFORE: Final = re.compile(r"(无|没有?|未|不|非|禁止?|严禁|杜绝|否)[^，,；;。、\s]{0,4}$")
_DENIED_AFTER: Final = re.compile(
    r"^[^，,；;。\s]{0,6}?(停用|拆除|取消|报废|搬走|搬离|已停|不用|未用|[:：]?(否|无|没有?)$)"
)
_HAVE_OR_NOT: Final = re.compile(r"有无|是否有?|有没有|能否|可否")


def feature_in_header(header: str) -> str:
    """The feature a yes-or-no column is about, or empty. 燃气公司 or 液化气经营 is not about a feature."""
    bare = re.sub(r"\s", "", header)
    asks = re.search(r"有无|是否|有没有|情况|使用|设|^有|^无", bare) or re.search(
        r"[（(][是有][/／、]?[否无][）)]", bare
    )
    for feature, words in FEATURES.items():
        if re.search(words, bare) and (asks or re.fullmatch(rf"({words})(人数|设备|设施|柜)?", bare)):
            return feature
    return ""


def is_denying(header: str) -> bool:
    """Whether yes in this column means that the feature is missing (无人住宿)."""
    return re.match(r"(无|没有|未|不)", _HAVE_OR_NOT.sub("", re.sub(r"\s", "", header))) is not None


def features_in_text(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a remark says the premises have, and what it says they don't."""
    has: list[str] = []
    denied: list[str] = []
    for part in re.split(r"[，,；;。、\s]+", text):
        for feature, words in FEATURES.items():
            if match := re.search(words, part):
                before, after = part[: match.start()], part[match.end() :]
                no = _DENIED_BEFORE.search(_HAVE_OR_NOT.sub("", before)) or _DENIED_AFTER.match(after)
                (denied if no else has).append(feature)
    return _once(has), _once([feature for feature in denied if feature not in has])


def _once(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
