"""Plans as files, and the same plan every time."""

import dataclasses
import random
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from expertpool.refusals import Invalid
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.__main__ import main
from expertpool.scheduling.plan import Limits, Status
from expertpool.scheduling.solve import Cancelled, Progress, Stage, solve
from expertpool.scheduling.verify import verify
from tests.scheduling.boards import at, days, expert, need, preferred, realistic, seat, session, snapshot
from tests.scheduling.claims import LIMITS

EXAMPLE = Path(__file__).with_name("example_snapshot.json")
BOARD = realistic(experts=60, needs=2, seats=4, seed=3)


def test_a_plan_survives_the_round_trip() -> None:
    plan = solve(BOARD, limits=LIMITS)

    assert plans.loads(plans.dumps(plan)) == plan


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    assert plans.dumps(solve(BOARD, limits=LIMITS)) == plans.dumps(solve(BOARD, limits=LIMITS))


def test_the_order_of_experts_and_needs_changes_nothing() -> None:
    people, needs = list(BOARD.experts), list(BOARD.needs)
    random.Random(2).shuffle(people)
    needs.reverse()
    other = dataclasses.replace(BOARD, experts=tuple(people), needs=tuple(needs))

    assert plans.dumps(solve(other, limits=LIMITS)) == plans.dumps(solve(BOARD, limits=LIMITS))


def test_equal_experts_are_drawn_by_the_seed() -> None:
    twins = snapshot([expert(f"e{number}") for number in range(8)], [need("n", [seat("s")])])

    drawn = {
        solve(dataclasses.replace(twins, seed=seed), limits=LIMITS).engagements[0].expert
        for seed in range(12)
    }

    assert len(drawn) > 2


def test_the_earliest_of_equal_times_is_taken() -> None:
    board = snapshot([expert("ann")], [need("n", [seat("s")])])

    plan = solve(board, limits=LIMITS)

    assert plan.engagements[0].sessions[0].start == at(0, 9)
    assert plan.search.ties_settled


def test_a_late_session_is_held_and_its_lateness_told() -> None:
    late = session("k", "s", windows=days(4)[3:], deadline=at(3, 9))
    board = snapshot([expert("ann")], [need("n", [seat("s")], [late])])

    plan = solve(board, limits=LIMITS)

    parts = {part.part.value: part.amount for part in plan.objective.parts}
    assert parts["lateness"] == 2
    assert parts["unfilled"] == 0


def test_the_better_match_is_preferred_until_load_weighs_more() -> None:
    wish = (preferred("role_kind", "ATT", 4, weight=1),)
    board = snapshot(
        [expert("ann", load_minutes=9_600), expert("bob")], [need("n", [seat("s", preferred=wish)])]
    )

    assert solve(board, limits=LIMITS).engagements[0].expert == "bob"


def test_a_realistic_board_is_solved_and_verified() -> None:
    board = realistic(experts=300, needs=1, seats=10)

    plan = solve(board, limits=LIMITS)

    assert plan.status is Status.OPTIMAL
    assert plan.search.ties_settled
    assert verify(board, plan) == []


def test_without_work_allowed_the_first_plan_stands_and_is_legal() -> None:
    plan = solve(BOARD, limits=Limits(deterministic_seconds=0, most_entries=0))

    assert verify(BOARD, plan) == []
    assert plan.objective.bound <= plan.objective.total


def test_clashes_met_on_the_way_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = solve(BOARD, limits=LIMITS)
    monkeypatch.setattr("expertpool.scheduling.solve.RIVALS_AT_ONCE", -1)

    plan = solve(BOARD, limits=LIMITS)

    assert verify(BOARD, plan) == []
    assert plan.objective == exact.objective


def test_progress_only_gets_better() -> None:
    told: list[Progress] = []

    solve(BOARD, limits=LIMITS, progress=told.append)

    assert told[0].stage is Stage.FIRST_PLAN
    assert [one.best for one in told] == sorted((one.best for one in told), reverse=True)
    assert [one.bound for one in told] == sorted(one.bound for one in told)


def test_a_cancelled_search_answers_with_its_best_plan() -> None:
    def stop(progress: Progress) -> bool:
        raise Cancelled

    plan = solve(BOARD, limits=LIMITS, progress=stop)

    assert verify(BOARD, plan) == []
    assert not plan.search.ties_settled


def test_a_fault_in_the_callback_reaches_the_caller() -> None:
    def break_later(progress: Progress) -> bool:
        if progress.stage is Stage.FIRST_PLAN:
            return True
        raise LookupError("a bug of the caller")

    with pytest.raises(LookupError):
        solve(BOARD, limits=LIMITS, progress=break_later)


def test_an_empty_board_has_an_empty_plan() -> None:
    plan = solve(snapshot([], []), limits=LIMITS)

    assert plan.status is Status.OPTIMAL
    assert not plan.engagements
    assert not plan.unfilled


def test_another_format_is_refused() -> None:
    plan = solve(BOARD, limits=LIMITS)

    with pytest.raises(Invalid) as refusal:
        plans.loads(plans.dumps(dataclasses.replace(plan, format="expertpool.plan/9")))

    assert set(refusal.value.fields) == {"format"}


def test_the_command_solves_and_verifies_files(tmp_path: Path) -> None:
    output = tmp_path / "plan.json"

    assert main(["solve", str(EXAMPLE), "-o", str(output)]) == 0
    assert main(["verify", str(EXAMPLE), str(output)]) == 0


def test_the_command_names_the_rules_a_plan_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "plan.json"
    main(["solve", str(EXAMPLE), "-o", str(output)])
    plan = plans.loads(output.read_text(encoding="utf-8"))
    output.write_text(plans.dumps(dataclasses.replace(plan, engagements=())), encoding="utf-8")

    assert main(["verify", str(EXAMPLE), str(output)]) == 1
    assert "PLAN-01" in capsys.readouterr().err


def test_the_command_names_the_faults_of_its_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = tmp_path / "snapshot.json"
    faulty.write_text(sn.dumps(BOARD).replace('"cell_minutes":30', '"cell_minutes":0'), encoding="utf-8")

    assert main(["solve", str(faulty)]) == 2
    assert "cell_minutes" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"\xff\xfe{}"], ids=["missing", "no text"])
def test_the_command_tells_of_a_file_it_cannot_read(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = tmp_path / "snapshot.json"
    if content is not None:
        unread.write_bytes(content)

    assert main(["solve", str(unread)]) == 2
    assert capsys.readouterr().err


def test_a_search_told_to_stop_answers_with_its_first_plan() -> None:
    stop = Event()
    stop.set()

    plan = solve(BOARD, limits=LIMITS, stop=stop)

    assert verify(BOARD, plan) == []
    assert plan.search.ties_settled is False


def loaded_by(module: str) -> set[str]:
    """What a fresh interpreter has loaded after importing a module."""
    script = f"import {module}, sys; print(*sys.modules, sep='\\n')"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True
        ).stdout.split()
    )


def test_verification_shares_only_records_and_words_with_the_search() -> None:
    shared = {"plan", "snapshot", "strict", "verify", "vocabulary"}

    ours = {
        name.split(".")[2]
        for name in loaded_by("expertpool.scheduling.verify")
        if name.startswith("expertpool.scheduling.")
    }

    assert ours == shared


def test_the_solver_is_not_loaded_before_it_is_needed() -> None:
    loaded = loaded_by("expertpool.scheduling.solve")

    assert "ortools" not in loaded
    assert "numpy" not in loaded_by("expertpool.scheduling")


def test_a_search_without_memory_for_a_first_plan_says_so(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    path.write_text(sn.dumps(BOARD), encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "expertpool.scheduling", "solve", path, "--memory-bytes", "50000000"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "There is no memory even for a first plan; give it more.\n"
