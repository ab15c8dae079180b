"""What the bodies of a case are made of: the party, the power, the officers' findings, penalties, and how a paper was served.

Amounts are in 分. A case keeps copies of what other documents said on the day (names, the power's line, the scale that
was applied), since those change and the case must not.
"""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, Sha256

Fen = Annotated[int, Field(ge=0, le=10**13)]
"""An amount of money in 分, at most a hundred thousand million yuan."""
Procedure = Literal["普通", "简易"]
Source = Literal["检查", "隐患", "投诉举报", "移送", "其他"]
PowerBasis = Literal["法定", "赋权", "委托"]
EvidenceKind = Literal[
    "书证", "物证", "视听资料", "电子数据", "证人证言", "当事人的陈述", "鉴定意见", "勘验笔录、现场笔录"
]
"""处罚法 art. 46."""
PenaltyKind = Literal[
    "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级", "吊销许可证件",
    "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业",
]  # fmt: skip
"""处罚法 art. 9, but for detention, which no township orders."""
Outcome = Literal["处罚", "不予处罚", "撤销案件", "移送"]
NoPenaltyGround = Literal[
    "违法行为轻微并及时改正，没有造成危害后果",
    "初次违法且危害后果轻微并及时改正",
    "没有主观过错",
    "违法事实不能成立",
    "不满十四周岁",
    "精神病人、智力残疾人不能辨认或者控制自己行为",
    "超过追究时效",
]
"""处罚法 art. 33, 57.1.3, 30, 31 and 36."""
ReviewGround = Literal["重大公共利益", "重大权益且经过听证", "疑难复杂、多个法律关系", "法律法规规定的其他情形"]
"""The four cases of 处罚法 art. 58."""
CashGround = Literal["", "一百元以下", "事后难以执行", "边远、水上、交通不便，当事人提出"]
"""When officers may take money themselves (处罚法 art. 68, 69)."""
Way = Literal["直接", "留置", "委托", "邮寄", "电子", "公告"]
"""民事诉讼法 (2023) art. 87-91 and 95."""
Served = Literal["事先告知书", "听证通知书", "决定书", "催告书", "其他"]


class Party(Body):
    """Who the case is against. A natural person has `id_no`, a unit its unified social credit code."""

    kind: Literal["公民", "单位"]
    name: Annotated[str, Field(min_length=1)]
    credit_code: str = ""
    id_no: str = ""
    representative: str = ""
    """法定代表人 or 负责人."""
    address: str = ""
    contact: str = ""
    phone: str = ""
    born: Day | None = None
    """Where age matters (处罚法 art. 30)."""


class PowerCited(Body):
    """The line of the 事项清单 that the case rests on, as it stood that day; it decides name and seal (P54)."""

    power: str = ""
    """The document of the line, where the book has it."""
    number: str = ""
    name: str = ""
    basis: PowerBasis = "法定"
    principal: str = ""
    """In whose name a 委托 case is decided; empty for the organ's own."""
    entrustment: str = ""
    """Number of the 委托书."""
    citation: str = ""


class Factor(Body):
    """One thing that the scale looks at, what was found of it, and what that means."""

    name: str
    found: str
    effect: Literal["从轻", "减轻", "一般", "从重", ""] = ""
    evidence: str = ""


class Discretion(Body):
    """The step of the published scale that was applied, with the scale's version (处罚法 art. 34)."""

    scale: str
    """Id of the scale; empty where none is published for the violation, which `why` then says."""
    version: str = ""
    violation: str = ""
    step: str = ""
    least: Fen = 0
    most: Fen = 0
    factors: tuple[Factor, ...] = ()
    why: str = ""
    verified: bool = False


class Penalty(Body):
    """One penalty, with its amount or what it says."""

    kind: PenaltyKind
    amount: Fen = 0
    """Of a fine or of what is forfeited; 0 where there is none."""
    text: str = ""
    """Goods with their value, months, scope."""


class Delivery(Body):
    """How a paper reached the party. `counts` is the day from which terms run."""

    way: Way
    on: Day
    """Handed over, posted, sent, or announced."""
    counts: Day
    """The day on which it counts as served: the same day, the day on the receipt, or the end of an announcement."""
    receiver: str = ""
    relation: str = ""
    """What the receiver is to the party: 本人, 同住成年家属, 负责收件的人."""
    place: str = ""
    servers: tuple[str, ...] = ()
    refused: str = ""
    """Why the receiver would not sign (留置)."""
    witness: str = ""
    film: bool = False
    """Whether leaving it there was filmed instead of witnessed."""
    proof: str = ""
    """Number of the 送达回证, of the parcel, of the announcement; the mail's header."""
    consent: str = ""
    """Where and when the party agreed to electronic service (处罚法 art. 61.2)."""


class Shown(Body):
    """Where a piece of evidence can be seen: a file by its SHA-256, or a document of the book."""

    sha256: Sha256 | None = None
    doc: str = ""
    note: str = ""
