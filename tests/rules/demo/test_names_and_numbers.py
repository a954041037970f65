import random

import pytest

from expertpool.demo.world.names import NameBook, full_name, romanise
from expertpool.demo.world.registry_numbers import (
    business_check_digit,
    business_number,
    corporate_check_digit,
    corporate_number,
)


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("민준", "min-jun"),
        ("하은", "ha-eun"),
        ("영희", "yeong-hui"),
        ("한별", "han-byeol"),
        ("빛나", "bit-na"),
    ],
)
def test_given_names_are_romanised_syllable_by_syllable(hangul: str, latin: str) -> None:
    assert romanise(hangul) == latin


def test_what_is_not_hangul_stays_as_it_is() -> None:
    assert romanise("가A") == "ga-A"


@pytest.mark.parametrize(
    ("surname", "given", "latin"),
    [("김", "민준", "Kim Min-jun"), ("이", "서연", "Lee Seo-yeon"), ("남궁", "지우", "Namgung Ji-u")],
)
def test_family_names_keep_their_customary_spelling(surname: str, given: str, latin: str) -> None:
    assert full_name(surname, given).en == latin


def test_a_name_book_never_gives_a_name_twice() -> None:
    book = NameBook(random.Random(1), ["김민준"])

    names = [book.new(1980).ko for _ in range(500)]

    assert len(set(names)) == 500
    assert "김민준" not in names


def test_common_family_names_are_common() -> None:
    book = NameBook(random.Random(1))

    kims = sum(book.new(1970).ko.startswith("김") for _ in range(300))

    assert 30 <= kims <= 90


def test_check_digits_follow_the_published_rules() -> None:
    assert business_check_digit("123456789") == 1
    assert corporate_check_digit("110111000001") == 0


def test_numbers_are_of_offices_that_do_not_exist() -> None:
    assert business_number(7).startswith("000")
    assert corporate_number(7).startswith("0000")
    assert (len(business_number(7)), len(corporate_number(7))) == (10, 13)
