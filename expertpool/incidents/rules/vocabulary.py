"""The closed word lists of incidents and needs, with their names."""

import enum

from expertpool.conflicts.rules.vocabulary import PanelAct
from expertpool.scheduling.vocabulary import RoleClass
from expertpool.words import Words, words


class Urgency(enum.IntEnum):
    """How much an unfilled seat hurts; the number is the planner's weight."""

    ROUTINE = 1
    RAISED = 2
    URGENT = 4
    TONIGHT = 8


URGENCY_WORDS: dict[Urgency, Words] = {
    Urgency.ROUTINE: words("Routine"),
    Urgency.RAISED: words("Raised"),
    Urgency.URGENT: words("Urgent"),
    Urgency.TONIGHT: words("Tonight"),
}


class MinistryPart(enum.StrEnum):
    """What a ministry does in an incident."""

    LEAD = "lead"
    SUPPORTING = "supporting"


MINISTRY_PART_WORDS: dict[MinistryPart, Words] = {
    MinistryPart.LEAD: words("Lead ministry"),
    MinistryPart.SUPPORTING: words("Supporting ministry"),
}


class PartySide(enum.StrEnum):
    """Whose side a party is on."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    OTHER = "other"


PARTY_SIDE_WORDS: dict[PartySide, Words] = {
    PartySide.COMPLAINANT: words("Complainant"),
    PartySide.RESPONDENT: words("Respondent"),
    PartySide.OTHER: words("Other side"),
}


class PartyKind(enum.StrEnum):
    """What a party is to the case."""

    PARTY = "party"
    REPRESENTATIVE = "representative"
    COUNSEL = "counsel"
    LAW_FIRM = "law_firm"
    ACCUSED = "accused"
    INVENTOR = "inventor"
    COMPETITOR = "competitor"
    CASE_OFFICER = "case_officer"


PARTY_KIND_WORDS: dict[PartyKind, Words] = {
    PartyKind.PARTY: words("Party to the case"),
    PartyKind.REPRESENTATIVE: words("Representative"),
    PartyKind.COUNSEL: words("Counsel"),
    PartyKind.LAW_FIRM: words("Law firm"),
    PartyKind.ACCUSED: words("Accused"),
    PartyKind.INVENTOR: words("Inventor"),
    PartyKind.COMPETITOR: words("Competitor"),
    PartyKind.CASE_OFFICER: words("Official in charge"),
}


class TeamRuleKind(enum.StrEnum):
    """Rules over the team of a need; their parameters are in `TeamRule.params`."""

    CHAIR_LICENCE = "chair_licence"
    AT_LEAST = "at_least"
    NO_TWO_OF_ONE_FIRM = "no_two_of_one_firm"
    MINISTRY_MIX = "ministry_mix"


TEAM_RULE_WORDS: dict[TeamRuleKind, Words] = {
    TeamRuleKind.CHAIR_LICENCE: words("The chair holds a licence"),
    TeamRuleKind.AT_LEAST: words("At least so many of a role"),
    TeamRuleKind.NO_TWO_OF_ONE_FIRM: words("No two from one firm"),
    TeamRuleKind.MINISTRY_MIX: words("From at least so many ministries"),
}

PANEL_ACT_WORDS: dict[PanelAct, Words] = {
    PanelAct.SME_PROTECTION: words("SME Technology Protection Support Act"),
    PanelAct.WIN_WIN: words("Win-Win Growth Act"),
    PanelAct.SUBCONTRACTING: words("Subcontracting Act"),
}

ROLE_CLASS_WORDS: dict[RoleClass, Words] = {
    RoleClass.ADJ: words("Decides between the parties"),
    RoleClass.INV: words("Assists an authority"),
    RoleClass.SUP: words("Supports the victim"),
}

# What a session is for, in words that say nothing about the case: they reach calendars.
SESSION_KIND_WORDS: dict[str, Words] = {
    "meeting": words("Meeting"),
    "kickoff": words("Kick-off"),
    "preparation": words("Preparatory meeting"),
    "briefing": words("Briefing"),
    "call": words("Call"),
    "consultation": words("Consultation"),
    "visit": words("Visit"),
    "deepening": words("Second visit"),
    "imaging": words("Evidence imaging"),
    "response": words("Urgent response"),
    "follow_up": words("Follow-up"),
    "analysis": words("Analysis"),
    "comparison": words("Comparison"),
    "review": words("Review"),
    "drafting": words("Drafting"),
    "valuation": words("Valuation"),
    "strategy": words("Strategy meeting"),
    "negotiation": words("Talks"),
    "hearing": words("Hearing"),
    "conclusion": words("Conclusion"),
    "report": words("Findings"),
}

# Sessions that only secure evidence: work of nothing but these may begin at once (NIGHT-01).
PRESERVES_EVIDENCE = frozenset({"imaging"})
