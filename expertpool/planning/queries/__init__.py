"""Reads of planning: the snapshot of a run, and what pages and programs are shown of runs."""

from expertpool.planning.queries.board import plan_board
from expertpool.planning.queries.page import run_page
from expertpool.planning.queries.proofs import snapshot_without
from expertpool.planning.queries.questions import question, question_to_answer, question_view
from expertpool.planning.queries.runs import (
    latest_runs,
    run_row,
    runs_of,
    snapshot_of,
    stored_run,
    wishes_of,
)
from expertpool.planning.queries.seats import find_people, seat_page, ties_of_asked
from expertpool.planning.queries.snapshot import look_once, take_snapshot, take_standing, take_wider
from expertpool.planning.queries.ties import still_stand
from expertpool.planning.queries.troubles import troubled
from expertpool.planning.queries.views import (
    BoardRow,
    CandidateLine,
    MatchView,
    PersonView,
    QuestionView,
    RunPage,
    RunRow,
    SeatPage,
    SeatPlan,
    WishView,
)

__all__ = [
    "BoardRow",
    "CandidateLine",
    "MatchView",
    "PersonView",
    "QuestionView",
    "RunPage",
    "RunRow",
    "SeatPage",
    "SeatPlan",
    "WishView",
    "find_people",
    "latest_runs",
    "look_once",
    "plan_board",
    "question",
    "question_to_answer",
    "question_view",
    "run_page",
    "run_row",
    "runs_of",
    "seat_page",
    "snapshot_of",
    "snapshot_without",
    "still_stand",
    "stored_run",
    "take_snapshot",
    "take_standing",
    "take_wider",
    "ties_of_asked",
    "troubled",
    "wishes_of",
]
