"""The words findings are told in: what a tie is, what a rule rests on, what was counted."""

from collections.abc import Mapping

from expertpool.conflicts.rules.vocabulary import Kinship, RelationType, Tier
from expertpool.words import Words, words

BASES: Mapping[str, Words] = {
    "sme-act-24": words("SME Technology Protection Support Act, article 24"),
    "win-win-act-28-8": words("Win-Win Growth Act, article 28-8"),
    "subcontracting-act-24-2": words("Fair Transactions in Subcontracting Act, article 24-2"),
    "coi-act": words("Conflict of Interest Prevention Act, articles 5 and 16"),
    "recusal": words("The expert's own choice to step down; it is never held against the expert"),
    "policy": words("Rule of the shared roster (policy value)"),
}

RULE_NAMES: Mapping[str, Words] = {
    "R01": words("A party to the case, or somebody who acts or holds a right with one"),
    "R02": words("Current post or mandate at a party"),
    "R03": words("Current post or mandate at an affiliate of a party"),
    "R04a": words("Family of the expert is a party"),
    "R04b": words("Close family holds office at a party"),
    "R05": words("A member of the household works for a party"),
    "R06": words("Large holding in a party, or stake in the outcome"),
    "R07": words("Holding in a party"),
    "R08": words("The expert's firm or employer acts for a party"),
    "R09": words("Past employment or office at a party"),
    "R10": words("Past advice or representation of a party"),
    "R11": words("Earlier part in the same matter"),
    "R12": words("Stake in the technology at issue"),
    "R13": words("Works for, or owns part of, a direct competitor"),
    "R14": words("Published or researched with somebody named in the case"),
    "R15": words("Teacher or student of somebody named in the case"),
    "R16": words("Works at the same place as somebody named in the case"),
    "R17": words("Same firm as counsel in the case"),
    "R18": words("Often appointed by the same party or counsel"),
    "R19": words("Public stance on the case or a party"),
    "R20": words("Litigation or hostility with a party"),
    "R21": words("Loan or deal outside the market with a party"),
    "R22": words("Official who handled the matter, or was close to those who do"),
    "R23": words("Small board shared with somebody named in the case"),
    "R24": words("Gift or hospitality over the limit"),
    "R25": words("Post or mandate under negotiation with a party"),
    "R26": words("Judged a public programme of a party"),
    "R27": words("Depends on a party for revenue or funds"),
    "R28": words("Identity or dates not settled"),
    "R29": words("Bound to secrecy about ties to the case"),
    "R30": words("The expert stepped down"),
    "R31": words("Two roles in linked cases"),
    "R32": words("Current post at a minority affiliate of a party"),
}

RELATIONS: Mapping[RelationType, Words] = {
    RelationType.SAME_PERSON: words("Is the same person"),
    RelationType.REPRESENTATIVE: words("Legal representative"),
    RelationType.RIGHT_HOLDER: words("Shares the right or duty at issue"),
    RelationType.OFFICER: words("Officer"),
    RelationType.OUTSIDE_DIRECTOR: words("Outside director"),
    RelationType.AUDITOR: words("Statutory auditor"),
    RelationType.EMPLOYEE: words("Employee"),
    RelationType.ADVISER: words("Adviser"),
    RelationType.COUNSEL: words("Counsel"),
    RelationType.MEMBER_OF_FIRM: words("Member of the firm"),
    RelationType.SHAREHOLDER: words("Holds shares"),
    RelationType.FUND_HOLDER: words("Holds shares through a fund"),
    RelationType.OUTCOME_INTEREST: words("Gains or loses by the outcome"),
    RelationType.WITNESS: words("Witness"),
    RelationType.APPRAISER: words("Appraiser"),
    RelationType.INVESTIGATOR: words("Investigated the matter for an agency"),
    RelationType.OFFICIAL_IN_CHARGE: words("Handled the matter as an official"),
    RelationType.INVENTOR: words("Inventor or applicant"),
    RelationType.LICENSEE: words("Licensee"),
    RelationType.CO_AUTHOR: words("Co-author"),
    RelationType.JOINT_RESEARCH: words("Joint research"),
    RelationType.TEACHER: words("Taught or supervised the other"),
    RelationType.STUDENT: words("Was taught or supervised by the other"),
    RelationType.SUPERIOR: words("Was the other's superior"),
    RelationType.APPOINTED_BY: words("Appointed by"),
    RelationType.PUBLIC_STANCE: words("Took a public stance on"),
    RelationType.LITIGATION: words("In litigation with"),
    RelationType.LOAN: words("Lent to or borrowed from"),
    RelationType.DEAL: words("Dealt with outside the market"),
    RelationType.GIFT: words("Received a gift or hospitality from"),
    RelationType.NEGOTIATION: words("Negotiates a post or mandate with"),
    RelationType.PROGRAMME_JUDGE: words("Judged a public programme of"),
    RelationType.DEPENDS_ON: words("Depends on revenue or funds of"),
    RelationType.SCHOOL: words("Same school"),
    RelationType.REGION: words("Same region"),
    RelationType.ASSOCIATION: words("Same association"),
    RelationType.BOARD: words("Same board"),
}

TIERS: Mapping[Tier, Words] = {
    Tier.BAR: words("Barred"),
    Tier.REVIEW: words("Needs review"),
    Tier.WAIVABLE: words("Waiver needed"),
    Tier.DISCLOSE: words("To be disclosed"),
    Tier.CLEAR: words("No conflict"),
}

WITHHELD = ("친족 (이름 비공개)", "A relative, name withheld")
"""How a person without a name in clear is shown, in Korean and in English."""

FAMILY: Mapping[Kinship, Words] = {
    Kinship.SPOUSE: words("Spouse"),
    Kinship.FORMER_SPOUSE: words("Former spouse"),
    Kinship.LINEAL: words("Parent, child or other lineal relative"),
    Kinship.SIBLING: words("Brother or sister"),
    Kinship.HOUSEHOLD: words("Member of the household"),
    Kinship.RELATIVE: words("Other relative"),
}

CONTROLLED_BY = words("Declared to be controlled by")
CONTROLS = words("Declared to control")
SAME_NUMBER = words("Same registration number")
SAME_IDENTITY = RELATIONS[RelationType.SAME_PERSON]
SAME_NAME = words("Same name only")
KEPT_APART = words("Bears the name of a party, and is somebody else")
BORN_APART = words("The years of birth differ.")
NUMBERED_APART = words("The registration numbers or the countries differ.")
STEPPED_DOWN = words("Stepped down from")
COULD_NOT_SAY = words("Could not answer because of a duty of secrecy in")
RULED_ON = words("Conflict confirmed by an officer in")
STANDS_IN = words("Named in")
CONCERNS = words("In the matter of")
AT_ISSUE_IN = words("At issue in")
HANDLES = words("Handles")
HAS_ROLE_LINKED_TO = words("Has a role in a case linked to")


def relation_words(kind: RelationType, kinship: Kinship, *, share_bp: int | None = None) -> Words:
    """What a tie is called, with its share; a family member's tie names the kinship, never the person."""
    tie = RELATIONS[kind]
    if share_bp is not None:
        tie = words("%(tie)s (%(share)s)", tie=tie, share=percent(share_bp))
    if kinship is Kinship.SELF:
        return tie
    if kind is RelationType.SAME_PERSON:
        return FAMILY[kinship]
    return words("%(family)s: %(tie)s", family=FAMILY[kinship], tie=tie)


def holding_words(share_bp: int, *, declared_control: bool, from_parent: bool) -> Words:
    """What joins an owner to what it owns, told from the owner's end or from the other."""
    if declared_control:
        return CONTROLS if from_parent else CONTROLLED_BY
    if from_parent:
        return words("Holds %(share)s of", share=percent(share_bp))
    return words("%(share)s held by", share=percent(share_bp))


def percent(share_bp: int) -> str:
    """Basis points as a percentage without idle zeros: 5500 is 55%, 1250 is 12.5%.

    A holding too small for a basis point is recorded as none of them: it is small, not nothing.
    """
    if share_bp == 0:
        return "<0.01%"
    return f"{share_bp / 100:.2f}".rstrip("0").rstrip(".") + "%"
