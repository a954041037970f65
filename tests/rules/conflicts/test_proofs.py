"""What a snapshot and its plan prove about a seat without an expert."""

import hashlib
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.proofs import ProofState, text_digest, weigh_proof
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Status
from expertpool.scheduling.solve import solve
from tests.scheduling.boards import arrangement, at, expert, need, seat, snapshot
from tests.scheduling.claims import LIMITS

ANN = sn.NeedBan("n", "ann")
KEPT_OUT = {"need_bans": (ANN,)}


def board(*names: str, **fields: object) -> sn.Snapshot:
    """One seat asked for by need n, and another need m of the same seat's kind that nobody looks at."""
    needs = [need("n", [seat("s")]), need("m", [seat("t")])]
    return snapshot([expert(name) for name in names], needs, **(KEPT_OUT | fields))


def weighed(
    asked: sn.Snapshot, plan: plans.Plan | None = None, changes: dict[str, str] | None = None
) -> ProofState:
    answer = plan or solve(asked, limits=LIMITS)
    about = {"need": "n", "seat": "s", "expert": "ann"} | (changes or {})
    return weigh_proof(sn.dumps(asked), plans.dumps(answer), **about)


def test_an_optimal_plan_that_leaves_the_seat_empty_proves_it() -> None:
    assert weighed(board("ann")) is ProofState.STANDS


def test_a_plan_that_fills_the_seat_proves_that_the_waiver_is_not_needed() -> None:
    assert weighed(board("ann", "bea", "cor")) is ProofState.TEAM_FOUND


def test_a_search_that_was_cut_short_proves_nothing() -> None:
    asked = board("ann")
    answer = solve(asked, limits=LIMITS)
    worse = replace(answer.objective, bound=answer.objective.total - 1, gap=1)

    assert weighed(asked, replace(answer, status=Status.FEASIBLE, objective=worse)) is ProofState.UNDECIDED


@pytest.mark.parametrize(
    "fields",
    [
        {"need_bans": ()},
        {"need_bans": (sn.NeedBan("m", "ann"),)},
        {"need_bans": (sn.NeedBan("n", "bea"),)},
        {"pins": (sn.Placement("s", "ann"),)},
    ],
)
def test_a_board_that_forbids_others_or_not_the_expert_proves_nothing(fields: dict[str, object]) -> None:
    both = board("ann", "bea", **fields)

    assert weighed(both) is ProofState.UNDECIDED


def test_a_seat_somebody_is_fixed_on_proves_nothing() -> None:
    asked = board("ann", "bea", fixed=arrangement({"s": "bea"}, {"n-kick": at(0, 9)}))

    assert weighed(asked) is ProofState.UNDECIDED


def test_what_is_fixed_or_pinned_elsewhere_does_not_matter() -> None:
    fixed = arrangement({"t": "ann"}, {"m-kick": at(0, 9)})

    assert weighed(board("ann", fixed=fixed)) is ProofState.STANDS
    assert weighed(board("ann", pins=(sn.Placement("t", "ann"),))) is ProofState.STANDS


@pytest.mark.parametrize("changes", [{"seat": "t"}, {"need": "m"}, {"seat": "x"}, {"expert": "bea"}])
def test_a_proof_speaks_of_its_own_need_seat_and_expert(changes: dict[str, str]) -> None:
    assert weighed(board("ann"), changes=changes) is ProofState.UNDECIDED


def test_a_plan_of_another_board_or_no_plan_at_all_proves_nothing() -> None:
    other = solve(board("ann", seed=1), limits=LIMITS)
    texts = (sn.dumps(board("ann")), plans.dumps(solve(board("ann"), limits=LIMITS)))

    assert weighed(board("ann"), other) is ProofState.UNDECIDED
    for faulty in (("{}", texts[1]), (texts[0], "{}"), ("", "")):
        assert weigh_proof(*faulty, need="n", seat="s", expert="ann") is ProofState.UNDECIDED


def test_the_digest_is_the_sha_256_of_the_text() -> None:
    assert text_digest("가") == hashlib.sha256("가".encode()).hexdigest()
