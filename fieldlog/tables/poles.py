"""Whether it is good that something is so: 畅通 is good, 占用通道 is bad, and 有厨房 is neither."""

import re
from enum import Enum
from typing import Final

from fieldlog.tables.wording import BAN, NEGATOR, bare, begins, ends, holds, without_adverbs, words


class Pole(Enum):
    """Whether 是 is good."""

    GOOD = 1
    BAD = -1
    UNKNOWN = 0


_STRONG = re.compile(
    r"(?<!无)障碍|影响(?:逃生|疏散|灭火|救援)|妨碍|易燃|可燃(?!气)|假冒|伪劣|劣质|过期|虚假|防盗[网窗]|栅栏|广告牌|彩钢|泡沫|淘汰"
    r"|国家明令|不合格|违规|违法|宿舍|卧室"
)
_DWELLING = re.compile(r"宿舍|卧室|床铺|住人|居住|住宿|人住|住在")
_STORE = re.compile(r"仓库|库房|车间|厂房|店内|营业场所|经营场所|储存|楼梯间|地下室|半地下|气瓶间|瓶库|门店|商铺|市场")
_HAPPENS = re.compile(r"出现|发生|发现|造成|导致|产生|引起|被")
_IS = re.compile(r"为|是|属于|系|需要?|应当?")
_HAS = re.compile(r"有|设|存有|备|装|带|留|进行|从事|做|办|使用|采用|选用|提供|用|配|穿|戴|含|由|专")
_STILL = re.compile(r"(?:已经?)?(?:仍然?|依然|还|继续)")
_REMOVAL = re.compile(
    r"拆除|清除|清理|停止|移除|移走|搬离|撤除|关闭|封闭|上锁|处理|处置|下架|销毁|查处|纠正|封存|隔离|召回|消除|整改"
)
_ORDERLY = re.compile(
    r"符合|合格|规范|整齐|有序|离地|离墙|正规|齐全|完好|达标|有效|安全可靠|符|直立|固定|分开|分类|阴凉|干燥|通风"
)


_DENIED_THING = re.compile(
    r"(?:未(?!来|遂|成年)|无(?!线|菌|障碍|害化|纸化|人机|死角|烟)|没有|不(?!锈钢|燃|断|同|间断|动产|仅|定期|少于|低于|小于|超过|大于|高于|得)"
    r"|非(?!燃))[^，,；;、且并]{1,14}?的.|未(?:经|检|年检|培训|考核|取得|持|登记|备案|审批|注册|实名|消毒|接地|标|按)"
    r"|非(?:阻燃|防爆|专用|标|法|医用|食用|食品|正规)"
)
"""A thing that lacks something: 未经检验的气瓶, 无合格证的灭火器, 非阻燃材料. Having or using it is rarely good."""
_USES: Final = re.compile(r"使用|采用|选用|销售|经营|采购|购进|购买|聘用|雇用|安排|存放|储存|充装|加工|提供|投入使用")


def _lacks(core: str) -> bool:
    """Whether a predicate, whose own negator is off, is about a thing that lacks something."""
    found = _DENIED_THING.search(core)
    if found is None:
        return False
    rest = core[: found.start()] + core[found.end() :]
    return not (holds("remedies", rest) or BAN.search(core) or _REMOVAL.search(rest))


def pole_of(predicate: str, subject: str = "") -> tuple[Pole, bool]:
    """What it means that this is so, and whether that is certain."""
    whole, about = bare(predicate), bare(subject)
    if _DWELLING.search(whole + about) and _STORE.search(whole + about) and not re.search(r"隔|分开|分设|远离", whole):
        denied = NEGATOR.match(without_adverbs(whole)) is not None
        return (Pole.GOOD if denied else Pole.BAD), True
    core, passed, negative = whole, "", False
    for _ in range(4):
        if begins("bad_heads", core):
            break
        further = without_adverbs(core)
        passed, core = passed + core[: len(core) - len(further)], further
        if begins("bad_heads", core):
            break
        found = NEGATOR.match(core)
        if found is None or found.end() == len(core):
            break
        negative, core = not negative, core[found.end() :]
        if (
            found[0] in ("没有", "无", "没", "并无")
            and not begins("good_heads", core)
            and not begins("bad_heads", core)
        ):
            core = f"有{core}"  # 无健康证 denies a thing, not an act
    pole, sure = _base(core, about, still=_STILL.match(whole) is not None, negative=negative)
    if pole is not Pole.BAD and not negative and holds("bad_signs", passed) and not holds("remedies", passed + core):
        pole, sure = Pole.BAD, False  # 与无资质单位签订合同
    if pole is not Pole.BAD and _lacks(core if negative else whole):
        pole, sure = Pole.BAD, False
    return (Pole(-pole.value) if negative else pole), sure


def _base(core: str, subject: str, *, still: bool, negative: bool) -> tuple[Pole, bool]:
    """The pole of a predicate without its negator."""
    bad, good, remedied = holds("bad_signs", core), holds("good_signs", core), holds("remedies", core)
    if core.startswith("存在"):
        return Pole.BAD, bad or negative or begins("bad_heads", core[2:])
    if begins("bad_heads", core):
        return Pole.BAD, True
    if _REMOVAL.match(core) and not negative:
        return _removal(core, subject, bad=bad)
    if begins("good_heads", core):
        if not bad or remedied or negative:
            return Pole.GOOD, True
        return (Pole.BAD if _STRONG.search(core) else Pole.GOOD), False
    if _HAPPENS.match(core):
        return Pole.BAD, bad
    return _by_object(core, bad=bad, good=good, remedied=remedied, still=still)


def _removal(core: str, subject: str, *, bad: bool) -> tuple[Pole, bool]:
    """拆除违建 is good, 拆除消防设施 is bad; of 关闭 and 上锁 it depends on what."""
    if bad or holds("bad_signs", subject):
        return Pole.GOOD, True
    if core.startswith("拆除"):
        return Pole.BAD, holds("good_signs", core + subject)
    if re.match(r"关闭|封闭|上锁", core):
        exits = re.search(r"出口|通道|疏散|安全门", subject + core) is not None
        return (Pole.BAD if exits else Pole.GOOD), exits or subject.startswith("常闭")
    return Pole.GOOD, not re.match(r"停止(?!销售|使用|作业|经营|生产|施工)", core)


def _by_object(core: str, *, bad: bool, good: bool, remedied: bool, still: bool) -> tuple[Pole, bool]:
    """A predicate such as 有, 使用, 存放, of which its object decides; the last word counts most."""
    if _IS.match(core) and not bad:
        return Pole.UNKNOWN, False
    if bad and ends("bad_signs", core):
        return Pole.BAD, True
    if bad and remedied:
        return Pole.GOOD, ends("good_signs", core) or ends("remedies", core)
    if bad:
        return Pole.BAD, not good or _STRONG.search(core) is not None
    if still:
        return Pole.BAD, False
    if _ORDERLY.search(core) or words("states").fullmatch(core):
        return Pole.GOOD, True
    if good or remedied:
        return Pole.GOOD, good and _HAS.match(core) is not None
    return Pole.UNKNOWN, False


_REQUIRES: Final = re.compile(r"知道|知晓|掌握|了解|熟悉|收集|远离|离|有|设|按|对|针对|避开|隔")
_MUST: Final = re.compile(r"按(?:规定|要求|标准|时|期)|依法|落实|履行|及时|定期")


def says_wrong(statement: str) -> bool:
    """Whether a statement seems to say what must not be: 违规用电, 灭火器过期, 未配备灭火器.

    A denial is mostly the requirement itself (没有堆放杂物); only what must be done is wrong when it is denied.
    """
    core = bare(statement)
    if BAN.search(core):
        return False
    if _USES.match(core) and _lacks(core):
        return True
    negator = NEGATOR.search(core)
    if negator is not None and negator.end() < len(core):
        rest = core[negator.end() :]
        return (begins("done", rest) or _MUST.match(rest) is not None) and not re.search(
            r"[的时后]", core[: negator.start()]
        )
    plain = without_adverbs(core)
    if begins("bad_heads", plain) and not re.match(
        r"居住|住宿|堆放|影响|漏|故障|异常|改装|住人|带电|明火|动火|应急", plain
    ):
        return not _set_right(plain)
    found = words("bad_signs").search(core)
    if found is None or holds("remedies", core) or core[: found.start()].endswith("不"):
        return False
    return not (_REQUIRES.search(core[: found.start()]) or _set_right(core[found.end() :]))


def _set_right(after: str) -> bool:
    """Whether what follows says that the bad thing is dealt with: 过期药品单独存放, 问题都改了."""
    told = ("states", "good_signs", "good_heads", "remedies")
    return (
        any(holds(each, after) for each in told)
        or re.search(r"已|改了|改完|清|加盖|锁好|收好", after) is not None
        or _ORDERLY.search(after) is not None
    )
