"""How much of the work each ministry should carry."""

from expertpool.planning.rules import shares_of
from expertpool.scheduling.snapshot import Share


def test_work_is_shared_out_by_the_hours_offered() -> None:
    shares = shares_of({"MSS": 600, "KFTC": 200}, {"KFTC": 300, "NPA": 5_000}, asked_minutes=100)

    assert shares == (Share("KFTC", 100, 300), Share("MSS", 300, 0))


def test_one_ministry_alone_should_carry_it_all() -> None:
    assert shares_of({"MSS": 60}, {"MSS": 30}, asked_minutes=90) == (Share("MSS", 120, 30),)


def test_without_hours_nobody_has_a_share() -> None:
    assert shares_of({"MSS": 0}, {"MSS": 30}, asked_minutes=90) == ()
