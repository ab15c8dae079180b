"""What the rules say of a step in a case: the one door to the checks by stage.

Whether a step fits what happened so far at all is `case_state`; here stands what depends on days, amounts and people.
"""

from fieldlog.domain import case_bodies as before
from fieldlog.domain import case_execution_bodies as after
from fieldlog.domain.body_fields import Body
from fieldlog.domain.case import Case
from fieldlog.domain.procedure import case_decision as decision
from fieldlog.domain.procedure import case_filing as filing
from fieldlog.domain.procedure import case_service as service
from fieldlog.domain.procedure import case_transfer as transfer
from fieldlog.domain.procedure.case_facts import CaseFacts, day_of
from fieldlog.domain.procedure.inspectors import inspector_findings
from fieldlog.domain.procedure.objections import Finding


def case_findings(case: Case, body: Body, facts: CaseFacts) -> list[Finding]:
    """What the rules say of taking this step now."""
    match body:
        case before.CaseProposed():
            return filing.proposal_findings(body, facts)
        case before.CaseApproved() | before.CaseDeclined():
            return [] if body.approver else [Finding("P38", "立案须经负责人审批，请写明批准人", "approver")]
        case before.CaseOfficersChanged():
            return inspector_findings(facts.rows(body.officers), day_of(body.on))
        case before.EvidenceAdded():
            return filing.evidence_findings(body, facts)
        case before.EvidenceHeld():
            return filing.hold_findings(body)
        case before.HoldDecided():
            return filing.hold_decision_findings(case, body, facts)
        case before.CaseInvestigated():
            return filing.investigation_findings(case, body)
        case before.DecidedOnSpot():
            return decision.on_spot_findings(body, facts)
        case _:
            return _until_decision(case, body, facts)


def _until_decision(case: Case, body: Body, facts: CaseFacts) -> list[Finding]:
    match body:
        case before.CaseNotified():
            return decision.notice_findings(case, body, facts)
        case before.HearingRequested():
            return decision.hearing_request_findings(case, body, facts)
        case before.HearingSet():
            return decision.hearing_notice_findings(case, body, facts)
        case before.HearingHeld():
            return decision.hearing_findings(case, body, facts)
        case before.CaseReviewed():
            return decision.review_findings(case, body, facts)
        case before.CaseDiscussed():
            return decision.discussion_findings(body)
        case before.CaseDecided():
            return [*decision.decision_findings(case, body, facts), *decision.review_due(case, day_of(body.on))]
        case _:
            return _after_decision(case, body, facts)


def _after_decision(case: Case, body: Body, facts: CaseFacts) -> list[Finding]:
    match body:
        case after.CaseServed():
            return service.service_findings(case, body, facts)
        case after.CasePaid():
            return service.payment_findings(case, body, facts)
        case after.TermsGranted():
            return service.terms_findings(case, body)
        case after.CaseUrged():
            return service.urging_findings(case, body, facts)
        case after.EnforcementApplied():
            return service.enforcement_findings(case, body, facts)
        case after.CasePublished():
            return service.publication_findings(case, body, facts)
        case after.PublicationWithdrawn():
            return service.withdrawal_findings(case, body, facts)
        case after.CaseClosed():
            return service.closing_findings_of_case(case, body)
        case _:
            return _transfer(case, body, facts)


def _transfer(case: Case, body: Body, facts: CaseFacts) -> list[Finding]:
    match body:
        case after.TransferReported():
            return transfer.report_findings(body, facts)
        case after.TransferDecided():
            return transfer.transfer_decision_findings(case, body, facts)
        case after.TransferSent():
            return transfer.sending_findings(case, body)
        case after.TransferObjected():
            return transfer.objection_findings(case, body, facts)
        case after.CaseHandedOver():
            return transfer.handing_findings(body)
        case _:
            return []
