"""Work in a copy of the process: what it tells, how it ends, and what nobody hears."""

import io
import os
import pickle
import signal
from threading import Event

import pytest

from expertpool.scheduling.aside import Aside, Tell, _complete


def count(tell: Tell[int]) -> None:
    for number in range(5):
        tell(number)


def fail(tell: Tell[int]) -> None:
    tell(1)
    raise ValueError("no such column")


def die(tell: Tell[int]) -> None:
    tell(1)
    os.kill(os.getpid(), signal.SIGKILL)


def run_out_of_memory(tell: Tell[int]) -> None:
    tell(1)
    raise MemoryError


def wait_for_ever(tell: Tell[int]) -> None:
    signal.pause()


def test_the_last_that_was_told_is_the_answer() -> None:
    with Aside(count) as aside:
        assert aside.answer(None) == 4


def test_nothing_it_does_to_itself_is_left() -> None:
    here: list[int] = []

    with Aside[int](lambda tell: here.append(1)) as aside:
        assert aside.answer(None) is None

    assert here == []


def test_what_goes_wrong_in_it_is_raised_here() -> None:
    with Aside(fail) as aside, pytest.raises(ValueError, match="no such column"):
        aside.answer(None)


@pytest.mark.parametrize("end", [die, run_out_of_memory])
def test_what_it_told_before_its_end_stands(end: Tell[Tell[int]]) -> None:
    with Aside(end) as aside:
        assert aside.answer(None) == 1


def test_a_wish_to_stop_ends_it() -> None:
    stop = Event()
    stop.set()

    with Aside(wait_for_ever) as aside:
        assert aside.answer(stop) is None

    with pytest.raises(ProcessLookupError):
        os.kill(aside.copy, 0)


def test_it_ends_with_the_block() -> None:
    with Aside(wait_for_ever) as aside:
        os.kill(aside.copy, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(aside.copy, 0)


def test_half_an_answer_is_none() -> None:
    whole, cut = pickle.dumps((7, None)), pickle.dumps((8, None))[:-3]

    assert list(_complete(io.BytesIO(whole + cut))) == [(7, None)]


def test_no_room_for_a_copy_is_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)

    with pytest.raises(MemoryError):
        Aside(count)
