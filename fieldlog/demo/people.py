"""Who works in the sample township and what is inspected there. Every name is plainly invented."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fieldlog.domain.bodies import OfficerRegistered, PremisesRegistered

UNIT: Final = "houye"
UNIT_NAME: Final = "云阳县后叶镇综合行政执法大队"
DEVICE: Final = "houye-01"
PREMISES_A_SCALE: Final = 40

_OFFICERS: Final = (
    ("李某甲", "队员"), ("王某乙", "队员"), ("张某丙", "大队长"), ("赵某丁", "副大队长"), ("陈某戊", "队员"),
    ("刘某己", "队员"),
)  # fmt: skip
_SURNAMES: Final = "陈黄周吴郑冯蒋沈韩杨朱秦许何吕"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
VILLAGES: Final = (
    "正街社区", "新桥社区", "大竹村", "白果村", "石板村", "兴隆村", "柏林村", "青龙村", "双河村", "高坪村",
)  # fmt: skip
_STREETS: Final = ("正街", "新桥路", "兴隆街", "桥头", "学府路", "河坝街", "老场口")
_SIGNS: Final = (
    "福源", "宏达", "新桥", "佳佳", "康乐", "益民", "惠民", "金桥", "四季", "鑫隆", "同心", "万家", "丰收", "平安",
    "顺意", "长青",
)  # fmt: skip

_KINDS: Final = (
    ("药店", "大药房", 4, ("有处方药", "有冷藏药品", "有含麻制剂")),
    ("超市", "超市", 4, ("有散装食品", "有食用农产品", "有冷藏", "有仓库", "人员密集场所", "公众聚集场所")),
    ("副食店", "副食店", 7, ("有散装食品", "有散装酒")),
    ("小餐馆", "餐馆", 6, ("有燃气", "有厨房")),
    ("烟花爆竹零售", "烟花爆竹经营店", 3, ()),
    ("液化气站点", "液化气经营点", 1, ("有仓库",)),
    ("小旅馆", "旅馆", 2, ("有住宿", "人员密集场所", "公众聚集场所")),
    ("工贸企业", "木材加工厂", 3, ("有粉尘", "有动火", "有特种设备")),
    ("食品经营", "粮油店", 2, ("是企业", "有散装食品", "有仓库")),
    ("小诊所", "诊所", 2, ()),
    ("农家乐", "农家乐", 2, ("有燃气", "有厨房")),
    ("养老机构", "养老服务中心", 1, ("有住宿", "人员密集场所", "有厨房", "有固定消防设施")),
    ("幼儿园", "幼儿园", 1, ("人员密集场所", "有厨房")),
    ("仓库", "仓储部", 1, ("有仓库", "有电动车充电")),
    ("小网吧", "网吧", 1, ("公众聚集场所", "有固定消防设施")),
)
"""Kind, last word of the name, how many of forty, and features."""


@dataclass(frozen=True, slots=True)
class Place:
    """Premises of the sample township."""

    doc: str
    body: PremisesRegistered


def officers(today: date) -> Iterator[OfficerRegistered]:
    """The six officers; the last one's certificate runs out soon."""
    for number, (name, post) in enumerate(_OFFICERS, 1):
        left = timedelta(days=40 if number == len(_OFFICERS) else 500 + 90 * number)
        yield OfficerRegistered(
            name=name,
            certificate=f"示例{number:04d}",
            certificate_expiry=(today + left).isoformat(),
            issuer="重庆市人民政府（示例）",
            post=post,
        )


def premises(count: int, chance: random.Random) -> Iterator[PremisesRegistered]:
    """That many premises of all kinds, no two of one name."""
    kinds = [kind for kind in _KINDS for _ in range(kind[2])]
    for number in range(count):
        kind, word, _many, features = kinds[number % len(kinds)]
        village = VILLAGES[number * 7 % len(VILLAGES)]
        street = chance.choice(_STREETS)
        yield PremisesRegistered(
            name=_sign(number, village, word),
            uscc=_code(number),
            address=f"后叶镇{village}{street}{chance.randint(1, 299)}号",
            kind=kind,
            village=village,
            contact=f"{chance.choice(_SURNAMES)}某{chance.choice(_STEMS)}",
            phone=f"1300000{chance.randint(0, 9999):04d}",
            features=tuple(feature for feature in features if chance.random() < 0.8),
            source="示例",
        )


def _sign(number: int, village: str, word: str) -> str:
    """A name; signs, villages and kinds repeat together after eighty."""
    branch, place = divmod(number, 80)
    middle = village.removesuffix("社区").removesuffix("村") if place >= len(_SIGNS) else ""
    return f"后叶镇{_SIGNS[place % len(_SIGNS)]}{middle}{word}" + (f"（{branch + 1}店）" if branch else "")


def _code(number: int) -> str:
    """A credit code whose check digit fits and that no register has given out: a body code never begins `MAD00`."""
    from stdnum.cn import uscc

    stem = f"92500235MAD{number:06d}"
    return stem + uscc.calc_check_digit(stem)
