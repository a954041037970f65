"""The words the planner and its files share: kinds, tiers, classes, costs, hard rules in sentences."""

from enum import IntEnum, StrEnum
from types import MappingProxyType

from expertpool.words import Words, words


class FacetKind(StrEnum):
    """What a facet of an expert speaks of."""

    ROLE_KIND = "role_kind"
    TECHNOLOGY = "technology"
    SKILL = "skill"
    PROCEEDING = "proceeding"
    LANGUAGE = "language"
    REGION = "region"
    CLEARANCE = "clearance"
    LICENCE = "licence"


class Tier(StrEnum):
    """How strong a conflict of interest is, strongest first."""

    BAR = "bar"
    REVIEW = "review"
    WAIVABLE = "waivable"
    DISCLOSE = "disclose"
    CLEAR = "clear"


class RoleClass(StrEnum):
    """Which side of the table a seat is on: adjudicates, assists an authority, supports the victim."""

    ADJ = "ADJ"
    INV = "INV"
    SUP = "SUP"


class Urgency(IntEnum):
    """How much an empty seat weighs; doubled from step to step."""

    NORMAL = 1
    RAISED = 2
    HIGH = 4
    TONIGHT = 8


class TeamRuleKind(StrEnum):
    """What a rule asks of the experts who sit together."""

    CHAIR = "chair"
    AT_LEAST = "at_least"
    ONE_PER_FIRM = "one_per_firm"
    MINISTRY_MOST = "ministry_most"
    MINISTRY_LEAST = "ministry_least"


class Part(StrEnum):
    """The named parts of a plan's cost, in the order of what matters."""

    UNFILLED = "unfilled"
    LATENESS = "lateness"
    QUALITY = "quality"
    DISCLOSE = "disclose"
    WAIVED = "waived"
    FAIRNESS = "fairness"
    SHARE = "share"
    TRAVEL = "travel"
    STABILITY = "stability"


class Rule(StrEnum):
    """Every hard rule by its one id. `code` is the machine name used where a word reads better than an id."""

    NOT_ACTIVE = "ELIG-01"
    ROLE_KIND_MISSING = "ELIG-02"
    FACET_MISSING = "ELIG-03"
    LEVEL_TOO_LOW = "ELIG-04"
    FACET_NOT_VALID = "ELIG-05"
    NOT_APPOINTED = "ELIG-06"
    CONFLICT_BAR = "CONF-01"
    CONFLICT_REVIEW = "CONF-02"
    CONFLICT_NOT_WAIVED = "CONF-03"
    TWO_ROLE_CLASSES = "CONF-04"
    NOT_FREE = "TIME-01"
    ELSEWHERE = "TIME-02"
    TRAVEL_BUFFER = "TIME-03"
    NO_START = "TIME-04"
    TEAM_TIME = "TIME-05"
    WEEKLY_CAPACITY = "CAP-01"
    OPEN_ENGAGEMENTS = "CAP-02"
    NO_AGREEMENT = "LEND-01"
    QUOTA_SPENT = "LEND-02"
    NOTICE_SHORT = "LEND-03"
    BLACKOUT = "LEND-04"
    CHAIR_LICENCE = "TEAM-01"
    TEAM_LACKS = "TEAM-02"
    SAME_FIRM = "TEAM-03"
    MINISTRY_MOST = "TEAM-04"
    MINISTRY_LEAST = "TEAM-05"
    SEATED_IN_NEED = "TEAM-06"
    PINNED_OTHER = "PIN-01"
    BANNED = "BAN-01"
    FIXED_OTHER = "FIX-01"
    FIXED_START = "FIX-02"
    PLAN_SHAPE = "PLAN-01"
    PLAN_OBJECTIVE = "PLAN-02"

    @property
    def code(self) -> str:
        """The machine name, e.g. `not_free` for TIME-01."""
        return self.name.lower()


RULE_WORDS: MappingProxyType[Rule, Words] = MappingProxyType(
    {
        Rule.NOT_ACTIVE: words("The expert is not active in the pool."),
        Rule.ROLE_KIND_MISSING: words("The expert does not hold this role."),
        Rule.FACET_MISSING: words("The expert lacks a required field, skill, language or clearance."),
        Rule.LEVEL_TOO_LOW: words("The expert's level is below the required level."),
        Rule.FACET_NOT_VALID: words("A required qualification is not valid at that time."),
        Rule.NOT_APPOINTED: words("The expert's appointment does not cover that time."),
        Rule.CONFLICT_BAR: words("A conflict of interest bars the expert from this role."),
        Rule.CONFLICT_REVIEW: words("A possible conflict of interest has not been resolved."),
        Rule.CONFLICT_NOT_WAIVED: words("A conflict of interest has not been waived."),
        Rule.TWO_ROLE_CLASSES: words("The expert already serves this incident in another capacity."),
        Rule.NOT_FREE: words("The expert is not free at that time."),
        Rule.ELSEWHERE: words("The expert is taken by another session of this plan."),
        Rule.TRAVEL_BUFFER: words("There is not enough time to travel between two places."),
        Rule.NO_START: words("The session cannot start at that time."),
        Rule.TEAM_TIME: words("The expert cannot come when the team meets."),
        Rule.WEEKLY_CAPACITY: words("The expert's weekly hours would be exceeded."),
        Rule.OPEN_ENGAGEMENTS: words("The expert already has as many open engagements as agreed."),
        Rule.NO_AGREEMENT: words("There is no lending agreement between the two ministries."),
        Rule.QUOTA_SPENT: words("The minutes agreed for lending this month are used up."),
        Rule.NOTICE_SHORT: words("The lending ministry asks for longer notice."),
        Rule.BLACKOUT: words("The lending ministry does not lend at that time."),
        Rule.CHAIR_LICENCE: words("The chair needs a licence the expert does not hold."),
        Rule.TEAM_LACKS: words("The team would lack a member with a required qualification."),
        Rule.SAME_FIRM: words("Another member of the team is from the same firm."),
        Rule.MINISTRY_MOST: words("The team would have too many members from one ministry."),
        Rule.MINISTRY_LEAST: words("The team would come from too few ministries."),
        Rule.SEATED_IN_NEED: words("The expert already holds another seat of this need."),
        Rule.PINNED_OTHER: words("Another expert is pinned to this seat."),
        Rule.BANNED: words("The expert is excluded from this seat."),
        Rule.FIXED_OTHER: words("The seat is already held by another expert."),
        Rule.FIXED_START: words("The time of the session is already fixed."),
        Rule.PLAN_SHAPE: words("The plan does not fit the snapshot."),
        Rule.PLAN_OBJECTIVE: words("The plan's cost is not what it says."),
    }
)
