"""What people read of a finding: stops, dates and what decides."""

import pytest

from expertpool.conflicts.rules.facts import CaseFacts, Relation
from expertpool.conflicts.rules.telling import screening_as_text, tell
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType
from tests.rules.conflicts.table import RIVAL, case, listed, weighed
from tests.rules.conflicts.world import SUSPECT, VICTIM, only, tie

R = RelationType


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (case(tie(VICTIM, R.SHAREHOLDER, share_bp=1)), "not listed; what they are worth does not matter."),
        (
            listed(case(tie(VICTIM, R.SHAREHOLDER, share_bp=1, amount_krw=3_000_000))),
            "worth 3,000,000 won together; from 10,000,000 won on they weigh more.",
        ),
    ],
)
def test_a_smaller_holding_says_what_decides(shares: CaseFacts, said: str) -> None:
    assert str(only(weighed(shares)).reckoning).endswith(said)


@pytest.mark.parametrize(
    ("one", "label", "dates"),
    [
        (tie(SUSPECT, R.SAME_PERSON, kinship=Kinship.SIBLING), "Brother or sister", "since 2010-03-01"),
        (tie(RIVAL, R.SHAREHOLDER, share_bp=700), "Holds shares (7%)", "since 2010-03-01"),
        (
            tie(VICTIM, R.GIFT, since="2026-05-01", until="2026-05-01", amount_krw=70_000),
            "Received a gift or hospitality from",
            "2026-05-01",
        ),
    ],
)
def test_a_stop_says_what_the_tie_is_and_once_on_which_day(one: Relation, label: str, dates: str) -> None:
    step = tell(weighed(case(one)), with_path=True)[0].steps[1]

    assert (str(step.link), str(step.dates)) == (label, dates)


def test_a_text_says_what_a_doubt_weighs_at_worst() -> None:
    told = screening_as_text(weighed(case(tie(VICTIM, until="unknown"))), "name_en")

    assert "If it is settled against the expert: Barred" in [str(line) for _depth, line in told]
