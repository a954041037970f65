"""The pieces of the search on large boards, each against what it promises."""

import numpy as np

from bench.boards import Size, board
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.board import clashes
from expertpool.scheduling.candidates import all_candidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.preferences import Choice, empty_cost, rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.dive import Dive
from expertpool.scheduling.size.everything import Everything
from expertpool.scheduling.size.filling import EmptySeats
from expertpool.scheduling.size.pairs import room_of, spans
from expertpool.scheduling.size.part import Whole
from expertpool.scheduling.size.recombine import Recombination
from expertpool.scheduling.size.seating import Seating, Teams
from tests.scheduling.boards import arrangement, at, expert, need, seat, session, snapshot, span

PROBLEM = Problem(sn.checked(board(Size(experts=60, incidents=12), seed=5)))
FOUND = all_candidates(PROBLEM)
NOBODY = Choice({}, {})
REACH = 20_000.0
SLACK = 200  # what columns that have not joined may be worth: ten points of quality


def seated() -> Seating:
    seating = Seating(PROBLEM, FOUND)
    Teams(seating).fill()
    return seating


def test_seating_keeps_the_load_it_prices_by() -> None:
    seating = seated()
    filled = dict(seating.board.seats)

    for name in filled:
        seating.leave(name)

    assert filled
    assert np.array_equal(seating.load, PROBLEM.roster.load_units)


def test_seating_a_need_anew_never_costs_more() -> None:
    seating = seated()
    before = rank(PROBLEM, seating.board.choice())[0]

    saved = Teams(seating).improve(list(PROBLEM.snapshot.needs), 5)

    assert saved >= 0
    assert rank(PROBLEM, seating.board.choice())[0] == before - saved


def test_an_expert_leaves_a_seat_that_others_can_fill() -> None:
    two = snapshot(
        [expert("ann"), expert("bob", free=(span(0, 14, 18),))],
        [
            need("n1", [seat("s1")], [session("k1", "s1", windows=(span(0, 14, 16),))]),
            need("n2", [seat("s2")], [session("k2", "s2", windows=(span(0, 13, 15),))]),
        ],
    )
    problem = Problem(sn.checked(two))
    seating = Seating(problem, all_candidates(problem))
    seating.seated("s1")

    alone, chained = seating.seated("s2"), Teams(seating).chained("s2")

    assert (alone, chained) == (None, True)
    assert seating.board.seats == {"s1": problem.roster.row["bob"], "s2": problem.roster.row["ann"]}


def test_the_floor_only_rises_while_columns_and_rows_join() -> None:
    bound = Bound(PROBLEM, FOUND, NOBODY)
    floors = []

    for _ in range(8):
        bound.step(REACH)
        floors.append(bound.floor)

    assert floors == sorted(floors)
    assert 0 < floors[-1] <= rank(PROBLEM, seated().board.choice())[0]


def test_two_seats_with_one_expert_between_them_are_known_to_leave_one_empty() -> None:
    two = snapshot(
        [expert("ann"), expert("bob", free=())],
        [need("n1", [seat("s1"), seat("s2")], [session("k1", "s1", "s2")])],
    )
    problem = Problem(sn.checked(two))
    found = all_candidates(problem)
    bound = Bound(problem, found, NOBODY)

    work = bound.alone.look(list(problem.asked), None)
    _, floor = bound.priced()

    assert work > 0
    assert floor >= empty_cost(problem, problem.asked["s1"])


def test_floors_of_single_needs_stay_under_every_plan() -> None:
    bound, best = Bound(PROBLEM, FOUND, NOBODY), seated().board.choice()

    bound.alone.look(EmptySeats(PROBLEM, FOUND, bound).open(NOBODY), None)
    bound.step(REACH)

    assert len(bound.alone.floors) > len(PROBLEM.snapshot.needs) / 2
    assert 0 < bound.floor <= rank(PROBLEM, best)[0]


def test_prices_are_dived_with_to_a_plan_without_clashes() -> None:
    bound = Bound(PROBLEM, FOUND, NOBODY)
    for _ in range(3):
        bound.step(REACH)
    bound.look(NOBODY)

    choice, work = Dive(bound).plan(NOBODY, REACH, None)

    assert work > 0
    assert clashes(PROBLEM, choice) == set()
    assert len(choice.seats) > len(PROBLEM.asked) / 2


def test_columns_say_what_exact_search_says_of_the_same_needs() -> None:
    bound = Bound(PROBLEM, FOUND, NOBODY)
    for _ in range(3):
        bound.step(REACH)
    bound.look(NOBODY)
    some = {need.id for need in PROBLEM.snapshot.needs[:3]}
    part = Whole(PROBLEM, NOBODY).part(some)
    exact = Exact(part, {seat: FOUND[seat] for seat in part.asked}, NOBODY, work=5)
    exact.improve()

    model = Recombination(bound, Whole(PROBLEM, NOBODY), some, 1_000)
    found = model.solved(NOBODY, model.cost, 5, None).best

    assert found is not None
    assert exact.bound <= rank(part, Choice(found.seats, found.starts))[0] <= exact.rank[0] + SLACK


def test_crowds_foreseen_change_no_best_plan_and_leave_none_to_be_found_out() -> None:
    bound, best = Bound(PROBLEM, FOUND, NOBODY), seated().board.choice()
    bound.step(REACH)
    bound.look(best)
    some = {need.id for need in PROBLEM.snapshot.needs[:8]}
    blind = Recombination(bound, Whole(PROBLEM, best), some, 8)
    known = Recombination(bound, Whole(PROBLEM, best), some, 8)

    known.foresee()
    first, slow = known.tried(best, known.cost, 5, None), blind.solved(best, blind.cost, 5, None)

    assert len(known.model.rows) > len(blind.model.rows)
    assert not first.crowded
    assert known.better(best, first.best)
    assert first.best is not None
    assert slow.best is not None
    assert rank(PROBLEM, first.best)[0] == rank(PROBLEM, slow.best)[0]


def test_empty_seats_are_filled_together_and_the_region_grows_where_nothing_is_found() -> None:
    bound, full = Bound(PROBLEM, FOUND, NOBODY), seated().board.choice()
    bound.step(REACH)
    empty = EmptySeats(PROBLEM, FOUND, bound)
    holes = Choice(
        {seat: row for seat, row in full.seats.items() if not seat.endswith("seat-0")}, full.starts
    )

    filled, work = empty.fill_in_turn(holes, 1, None)
    again, _ = empty.fill_in_turn(filled, 1, None)
    rested, none = empty.fill_in_turn(filled, 1, None)

    assert work > 0
    assert len(filled.seats) >= len(full.seats)
    assert clashes(PROBLEM, filled) == set()
    assert (len(again.seats), rested, none) == (len(filled.seats), filled, 0.0)
    assert empty.size == 1


def test_the_whole_board_fills_what_can_be_filled_and_proves_a_floor_under_every_plan() -> None:
    seats = seated().board.choice()
    everything = Everything(PROBLEM, Bound(PROBLEM, FOUND, seats), seats)

    filled, _ = everything.fill(seats, 5, None)
    floor, _ = everything.floor(None)
    better, proven, _ = everything.improve(filled, 2, None)

    assert len(filled.seats) >= len(seats.seats)
    assert clashes(PROBLEM, filled) == set()
    assert 0 < floor <= max(floor, proven) <= rank(PROBLEM, better or filled)[0]


def test_prices_for_a_plan_count_no_seat_as_filled_that_it_leaves_empty() -> None:
    seats = seated().board.choice()
    everything = Everything(PROBLEM, Bound(PROBLEM, FOUND, seats), seats)

    def worth_a_look() -> int:
        return sum(bool((costs < 1).any()) for costs in everything.bound.regret)

    everything.floor(None)
    worth_filling = worth_a_look()
    few = Choice(dict(list(seats.seats.items())[: len(seats.seats) // 4]), seats.starts)
    work = everything.guide(few, None)

    assert work > 0
    assert worth_filling >= len(seats.seats)
    assert worth_a_look() < worth_filling / 2


def test_hours_of_neighbouring_weeks_are_counted_together() -> None:
    assert spans(3).tolist() == [[0, 0], [1, 1], [2, 2], [0, 1], [1, 2], [0, 2]]
    assert room_of(np.array([[60, -30, 120]])).tolist() == [[60, 0, 120, 60, 120, 180]]


def test_columns_that_a_legal_plan_holds_together_do_not_exclude_each_other() -> None:
    choice = seated().board.choice()
    bound = Bound(PROBLEM, FOUND, choice)
    bound.step(REACH)
    bound.look(choice)
    columns = bound.columns
    held: dict[int, list[int]] = {}
    for name, row in choice.seats.items():
        s = columns.seat_number[name]
        meeting = columns.seats[s].meeting
        assert meeting is not None
        place = int(PROBLEM.starts[meeting.session.id].searchsorted(choice.starts[meeting.session.id]))
        option = [place in places for places in meeting.options].index(True)
        mine = [j for j in columns.of_expert[row] if columns.slot[j] == columns.first_slot[s] + option]
        held.setdefault(row, []).extend(mine)

    together = [(one, other) for own in held.values() for one in own for other in own if one != other]

    assert together
    assert not [pair for pair in together if bound.rivals.apart(pair[0]) >> columns.local[pair[1]] & 1]


def test_what_is_fixed_stays_under_the_floor() -> None:
    fixed = snapshot(
        [expert("ann", load_minutes=960), expert("bob")],
        [need("n", [seat("s1"), seat("s2")])],
        fixed=arrangement({"s1": "ann"}, {"n-kick": at(0, 9)}),
    )
    problem = Problem(sn.checked(fixed))
    found = all_candidates(problem)
    bound = Bound(problem, found, NOBODY)

    while not bound.done:
        bound.step(REACH)

    rows = problem.roster.row
    best = Choice({"s1": rows["ann"], "s2": rows["bob"]}, {"n-kick": at(0, 9)})
    assert bound.floor == rank(problem, best)[0]


def test_whoever_cannot_come_at_the_times_of_a_plan_is_not_taken_over() -> None:
    plan = seated().board.choice()
    starts, away = dict(plan.starts), dict[str, int]()
    for name, row in plan.seats.items():
        for held in PROBLEM.asked[name].sessions:
            fits = FOUND[name].fits[held.id][np.searchsorted(FOUND[name].rows, row)]
            if not away and not fits.all():
                starts[held.id] = int(PROBLEM.starts[held.id][np.flatnonzero(~fits)[0]])
                away[name] = row

    seating = Seating(PROBLEM, FOUND)
    seating.load_choice(Choice(plan.seats, starts))

    assert away
    assert all(seating.board.seats.get(name) != row for name, row in away.items())
    assert all(seating.comes(name, row) for name, row in seating.board.seats.items())
