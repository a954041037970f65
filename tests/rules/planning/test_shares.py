"""How much of the work each ministry should carry."""

from expertpool.planning.rules import shares_of, work_asked
from expertpool.scheduling.snapshot import Share
from tests.scheduling.boards import need, seat, session


def test_work_is_shared_out_by_the_hours_offered() -> None:
    shares = shares_of({"MSS": 600, "KFTC": 200}, {"KFTC": 300, "NPA": 5_000}, asked_minutes=100)

    assert shares == (Share("KFTC", 100, 300), Share("MSS", 300, 0))


def test_one_ministry_alone_should_carry_it_all() -> None:
    assert shares_of({"MSS": 60}, {"MSS": 30}, asked_minutes=90) == (Share("MSS", 120, 30),)


def test_without_hours_nobody_has_a_share() -> None:
    assert shares_of({"MSS": 0}, {"MSS": 30}, asked_minutes=90) == ()


def test_work_is_asked_in_started_units_of_each_seat() -> None:
    asked = need(
        "n",
        [seat("s", effort_minutes=150), seat("t"), seat("u", effort_minutes=480)],
        [session("k", "s", "t", length_minutes=120)],
    )

    assert work_asked(asked, 240) == 480 + 240 + 480
