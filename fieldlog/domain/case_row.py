"""What lists show of a case."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldlog.domain.case import Case


def case_row(case: "Case") -> dict[str, Any] | None:
    """What a list shows; None until the entry that it begins with is here."""
    if case.party is None:
        return None
    began = case.proposed or case.on_spot
    return {
        "id": case.doc,
        "doc": case.doc,
        "number": case.number,
        "source": began.source if began else "",
        "source_doc": began.source_doc if began else "",
        "premises": began.premises if began else "",
        "party": case.party.name,
        "party_kind": case.party.kind,
        "cause": case.cause,
        "basis": case.power.basis,
        "principal": case.power.principal,
        "procedure": case.procedure,
        "state": case.state,
        "proposed": began.on if began else "",
        "filed": case.approved.on if case.approved else case.decided_on if case.on_spot else "",
        "decided": case.decided_on,
        "outcome": case.closed.outcome if case.closed else case.outcome,
        "served": case.served_on,
        "amount": case.fine,
        "paid": case.paid,
        "published": case.published.on if case.published else "",
        "closed": case.closed.on if case.closed else case.declined.on if case.declined else "",
        "officers": list(case.officers),
        "approvals": [list(each) for each in case.approvals],
        "comments": " ".join(each.by for each in case.comments),
        "ignored": len(case.ignored),
    }
