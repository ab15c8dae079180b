"""Bodies of a case after its decision: service, payment, execution, disclosure, transfer, closing."""

from typing import Annotated, Literal

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, Moment
from fieldlog.domain.case_bodies import CaseStep
from fieldlog.domain.case_parts import CashGround, Delivery, Fen, Served

_Words = Annotated[str, Field(min_length=1)]


class CaseServed(CaseStep):
    """A paper reached the party; from `delivery.counts` its terms run."""

    paper: Served
    number: str = ""
    """Of the paper."""
    delivery: Delivery


class CasePaid(CaseStep):
    """Money came in; `surcharge` is the part that pays the 3 % a day."""

    amount: Fen
    surcharge: Fen = 0
    way: Literal["银行", "电子支付", "当场收缴", "法院执行", "拍卖抵缴"]
    cash_ground: CashGround = ""
    receipt: str = ""
    """Number of the 票据 or of the bank's slip."""


class CashDelivered(CaseStep):
    """Cash taken on the spot goes on: to the organ, then to the bank, 2 working days each (处罚法 art. 71)."""

    to: Literal["行政机关", "银行"]
    receipt: str = ""


class Instalment(Body):
    """A part of a fine and the day it is due."""

    due: Day
    amount: Fen


class TermsGranted(CaseStep):
    """延期 or 分期, on the party's application (处罚法 art. 66.2)."""

    parts: tuple[Instalment, ...]
    """One for an 延期."""
    why: _Words
    approver: str = ""


class FulfilledOtherwise(CaseStep):
    """A penalty that is no money was carried out: goods forfeited, business stopped, a warning read out."""

    what: _Words


class DisputeBegan(CaseStep):
    """复议 or 诉讼: the surcharge stands still meanwhile (处罚法 art. 73.3)."""

    kind: Literal["行政复议", "行政诉讼"]
    body: str = ""
    """The organ or court."""
    number: str = ""
    execution_stopped: bool = False


class DisputeEnded(CaseStep):
    """How the review or suit ended."""

    kind: Literal["行政复议", "行政诉讼"]
    result: Literal["维持", "变更", "撤销", "确认违法", "确认无效", "撤回申请", "调解、和解"]
    number: str = ""


class CaseUrged(CaseStep):
    """催告 (强制法 art. 35, 54)."""

    number: str = ""
    amount: Fen
    surcharge: Fen = 0
    pay_by: Day
    delivery: Delivery


class UrgedHeard(CaseStep):
    """What the party said to the 催告 (强制法 art. 36)."""

    said: _Words
    answer: str = ""


class EnforcementApplied(CaseStep):
    """申请人民法院强制执行 (强制法 art. 53-55)."""

    number: str = ""
    court: _Words
    amount: Fen
    surcharge: Fen = 0
    signed_by: str
    """The head who signed."""


class EnforcementAnswered(CaseStep):
    """What the court said."""

    result: Literal["受理", "不予受理", "准予执行", "不予执行", "执行完毕", "终结执行"]
    number: str = ""
    note: str = ""


class CasePublished(CaseStep):
    """公示."""

    where: _Words
    what: Literal["处罚决定", "不予处罚决定", "摘要"] = "处罚决定"
    masked: bool = True


class PublicationWithdrawn(CaseStep):
    """撤回公示 with the reason made public (处罚法 art. 48.2)."""

    why: _Words
    where: str = ""


class NotPublished(CaseStep):
    """The decision is not published, with why (处罚法 art. 48.1 asks for those of some public effect)."""

    why: _Words
    approver: str = ""


class DecisionChanged(CaseStep):
    """The decision was changed, withdrawn, or found unlawful or void."""

    how: Literal["变更", "撤销", "确认违法", "确认无效"]
    by: Literal["本机关", "复议机关", "人民法院"]
    why: _Words
    number: str = ""
    amount: Fen | None = None
    """The fine as it is now, where it was changed."""
    approver: str = ""


class TransferReported(CaseStep):
    """A suspected crime: at least two officers report in writing (移送规定 art. 5)."""

    officers: tuple[str, ...]
    crime: _Words
    facts: _Words
    received: Moment
    """When the head got the report; 3 days run from it."""


class TransferDecided(CaseStep):
    """The head lets it go to the police or not, with the reason (移送规定 art. 5)."""

    approver: str = ""
    approved: bool
    why: str = ""
    at: Moment
    """24 hours run from it."""


class TransferSent(CaseStep):
    """The file is with the police: 移送书, report, list of goods, test reports (移送规定 art. 6)."""

    number: str = ""
    to: _Words
    at: Moment
    enclosed: tuple[str, ...]
    copied_to: str = ""
    """人民检察院, which gets a copy of the 移送书."""
    receipt: str = ""


class TransferAnswered(CaseStep):
    """The police open a case or not (移送规定 art. 8); `on` is the day the notice came."""

    opened: bool
    number: str = ""
    why: str = ""


class TransferObjected(CaseStep):
    """复议 with the police or a word to the 检察院 (移送规定 art. 9)."""

    to: Literal["公安机关复议", "检察院立案监督"]
    note: str = ""


class TransferGoodsHanded(CaseStep):
    """Goods and papers went to the police (移送规定 art. 12)."""

    things: str = ""
    receipt: str = ""


class CaseHandedOver(CaseStep):
    """To the competent body (安法 art. 69), 监察机关 for a duty crime (移送规定 art. 19), or as a clue."""

    kind: Literal["部门", "监察", "线索"]
    to: _Words
    number: str = ""
    what: _Words
    approver: str = ""
    receipt: str = ""
    """Of the 回执; may come later."""


class HandOverReceived(CaseStep):
    """The other body signed for it."""

    receipt: _Words
    receiver: str = ""


class CaseClosed(CaseStep):
    """结案."""

    outcome: Literal["已履行", "不予处罚", "撤销案件", "移送", "法院执行完毕", "终结执行", "决定被撤销"]
    approver: str = ""
    note: str = ""
