"""The pages of planning: the board, runs, seats, and the block on the page of a need."""

from expertpool.planning.web import board, desk, panel, questions, runs, seats, times
from expertpool.planning.web.blueprint import blp

__all__ = ["blp", "board", "desk", "panel", "questions", "runs", "seats", "times"]
