"""What kind of premises it is, from a column, a group row, the sheet's name or the name on the sign."""

import re
import unicodedata
from typing import Final

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "药店": ("大药房", "药房", "药店", "药品零售", "药品经营", "医药连锁", "国药", "医药门店", "医药公司"),
    "超市": ("超市", "购物中心", "商场", "生活馆", "购物广场", "仓储会员店"),
    "副食店": (
        "副食店",
        "副食",
        "食杂店",
        "便利店",
        "百货店",
        "百货",
        "日杂店",
        "粮油店",
        "代销店",
        "小卖部",
        "烟酒店",
        "经营部",
    ),
    "烟花爆竹零售": ("烟花爆竹零售", "烟花爆竹经营", "烟花爆竹", "烟花", "爆竹", "鞭炮"),
    "液化气站点": ("液化气站点", "液化石油气", "液化气", "瓶装燃气", "燃气供应站", "供气站", "瓶装气"),
    "加油站": ("加油站", "加油点"),
    "小餐馆": ("小餐馆", "小餐饮", "小吃店", "小吃部", "小吃"),
    "小旅馆": ("小旅馆", "小旅店"),
    "小网吧": ("小网吧", "网吧", "网咖"),
    "小诊所": ("小诊所", "诊所", "卫生室", "医务室"),
    "托管班": ("小学校托管班", "小托管班", "托管班", "托管机构", "托管中心", "小饭桌", "校外托管"),
    "小作坊": ("小作坊", "小加工作坊", "食品作坊", "作坊", "榨油坊", "豆腐坊", "酒坊"),
    "小商店": ("小商店", "小商铺", "小商场"),
    "小美容洗浴": (
        "小美容洗浴",
        "小美容洗浴场所",
        "小美容",
        "美容美发",
        "美容院",
        "理发店",
        "美发店",
        "洗浴",
        "足浴",
        "浴室",
    ),
    "小歌舞娱乐": ("小歌舞娱乐", "小歌舞娱乐场所", "小娱乐", "歌舞厅", "KTV", "茶楼", "棋牌室", "麻将馆", "量贩"),
    "旅馆": ("旅馆", "宾馆", "酒店", "旅社", "招待所", "客栈", "民宿"),
    "餐饮": (
        "餐饮服务",
        "餐饮",
        "餐馆",
        "饭店",
        "餐厅",
        "酒楼",
        "食府",
        "火锅",
        "面馆",
        "烧烤",
        "豆花",
        "早餐店",
        "饭庄",
    ),
    "农家乐": ("农家乐", "山庄", "农庄"),
    "食堂": ("单位食堂", "学校食堂", "食堂"),
    "幼儿园": ("幼儿园", "托儿所"),
    "学校": ("小学", "中学", "学校"),
    "养老机构": ("养老机构", "养老院", "敬老院", "养老服务中心"),
    "医疗机构": ("医疗机构", "卫生院", "医院"),
    "食品经营": ("食品经营", "食品销售", "食品流通", "食品类", "食品"),
    "小生产加工企业": ("小生产加工企业", "小生产加工"),
    "仓库": ("仓库", "仓储"),
    "汽修店": ("汽修店", "汽修", "汽车修理", "修理厂", "摩托车修理"),
    "市场": ("农贸市场", "集贸市场", "市场"),
    "母婴店": ("母婴店", "母婴用品", "母婴"),
    "合作社": ("专业合作社", "合作社"),
    "自建房": ("自建房", "出租房", "出租屋", "民房"),
    "工贸企业": ("工贸企业", "工贸", "生产企业", "加工厂", "砖厂", "木材厂", "饲料厂", "制造厂", "企业"),
}
"""Kind to the words it goes by. The kinds are those that checklists name in `applies_to.kinds`."""

_BROAD: Final = frozenset(("食品经营", "工贸企业", "餐饮"))
"""As a heading over many rows these say less than the name on the sign."""

_LEGAL_FORM: Final = re.compile(
    r"(个体工商户|个体户|个体|个人独资企业?|合伙企业?|有限责任公司|有限公司|股份有限公司|公司|私营企业?|国有企业?|集体企业?"
    r"|农民专业合作社|专业合作社|企业法人|自然人|民办非企业单位?|事业单位|小微企业|规上|规下|规模以上|规模以下)"
)
_WORDS: Final = sorted(
    ((word, kind) for kind, words in KINDS.items() for word in (kind, *words)), key=lambda pair: -len(pair[0])
)


def kind_in_column(text: str) -> str:
    """The kind that a 类别 cell names; one that we do not know is kept as it is written."""
    bare = _bare(text)
    for kind, words in KINDS.items():
        if bare == kind.casefold() or bare in (word.casefold() for word in words):
            return kind
    return text


def is_kind_word(text: str) -> bool:
    """Whether the text is nothing but the name of a kind (小餐馆, 药店)."""
    return _bare(text) in {word.casefold() for word, _ in _WORDS}


def is_legal_form(text: str) -> bool:
    """Whether a 类别 cell only says 个体工商户, 有限公司 and the like."""
    return _LEGAL_FORM.fullmatch(text) is not None


def kind_in_name(name: str) -> str:
    """The kind that the sign names: the last word counts (超市旁小餐馆 is a 小餐馆). Empty when there is none."""
    bare = _bare(re.sub(r"[（(][^（）()]*[）)]", "", name)) or _bare(name)
    best = (0, 0, "")
    for word, kind in _WORDS:
        if kind in ("食品经营", "工贸企业") and word in ("食品", "食品类", "企业"):
            continue
        start = bare.rfind(word.casefold())
        if start >= 0:
            best = max(best, (start + len(word), len(word), kind))
    return best[2]


def kind_in_heading(text: str) -> tuple[str, bool]:
    """The kind that a group row or a sheet's name means, and whether it says more than the sign.

    A heading of two kinds (`烟花爆竹 液化气`) means neither.
    """
    rest, kinds = _bare(text), list[str]()
    for word, kind in _WORDS:
        if word.casefold() in rest:
            rest = rest.replace(word.casefold(), "\0")
            if kind not in kinds:
                kinds.append(kind)
    precise = [kind for kind in kinds if kind not in _BROAD]
    if len(precise) == 1:
        return precise[0], True
    return (kinds[0], False) if len(kinds) == 1 else ("", False)


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s:：,，、.。（）()\[\]【】]+", "", folded).replace("有限公司", "").replace("有限责任公司", "")
