"""The words by which polarity is told, from `words.toml`, as patterns."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

NEGATOR: Final = re.compile(
    r"(?:没有|并未|并无|从未|尚未|不曾|不再|不存在|未(?!来|成年)|没|不(?!良|锈钢|燃|断|同|间断|动产|仅|定期|少于|低于|小于|超过|大于|高于|得)|无(?!线|菌|障碍|害化|纸化|人机|死角|烟))"
)
BAN: Final = re.compile(r"严禁|禁止|不得|不准|不许|不应|不可|不允许|杜绝|防止|避免|切勿|请勿|勿|严防|谨防|不能")
ADVERBS: Final = re.compile(
    r"(?:已经?|均|都|全部|全都|也|仍然?|依然|还|继续|正在|同时|分别|各自|真正|切实|能够|长期|经常|随时|始终|一直|一律|必须|应当?|当场|现场|普遍|实际|真正)"
    r"|(?:在|于)[^，,；;]{1,16}?(?:处|位置|地方|地点|部位|区域?|场所|内|里|上|下|旁|前|后|中|间|时|周围|附近|醒目位置)(?=[^，,；;])"
    r"|(?:对|将|把|由|向|为|与|同|从|针对|根据|利用|通过)[^，,；;]{1,12}?(?=上锁|设|配|安|建|制|落|开|组|实|取|办|签|采|登|备|报|培|检|校|验|整|消|清|处|进行|使用|违|擅|占|堵|锁|随意|定期|及时|按)"
)
_PARENTHESES = re.compile(r"[(（][^()（）]*[)）]")


@cache
def words(name: str) -> re.Pattern[str]:
    """One group of `words.toml` as one pattern, longest alternatives first."""
    table = tomllib.loads(files("fieldlog.tables").joinpath("words.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(sorted(table[name], key=len, reverse=True)))


def bare(text: str) -> str:
    """The text without what stands in brackets, and without blanks."""
    return re.sub(r"\s+", "", _PARENTHESES.sub("", text))


def without_adverbs(text: str) -> str:
    """The text without adverbs and places before its verb."""
    while found := ADVERBS.match(text):
        if found.end() == len(text):
            return text
        text = text[found.end() :]
    return text


def begins(name: str, text: str) -> bool:
    """Whether the text begins with a word of that group."""
    return words(name).match(text) is not None


def holds(name: str, text: str) -> bool:
    """Whether the text has a word of that group anywhere."""
    return words(name).search(text) is not None


def ends(name: str, text: str) -> bool:
    """Whether the text ends with a word of that group, 等 and 的情况 aside."""
    end = re.sub(r"(?:等等?|之类|的?(?:情况|情形|行为))+$", "", text)
    return any(found.end() == len(end) for found in words(name).finditer(end))
