"""Names of invented people: Korean surnames by how common they are, given names by generation, romanised."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

# Surname, share in per mille (census 2015, rounded), customary spelling.
SURNAMES: tuple[tuple[str, int, str], ...] = (
    ("김", 215, "Kim"), ("이", 147, "Lee"), ("박", 84, "Park"), ("최", 47, "Choi"), ("정", 43, "Jung"),
    ("강", 24, "Kang"), ("조", 21, "Cho"), ("윤", 21, "Yoon"), ("장", 20, "Jang"), ("임", 17, "Lim"),
    ("한", 15, "Han"), ("오", 15, "Oh"), ("서", 15, "Seo"), ("신", 15, "Shin"), ("권", 14, "Kwon"),
    ("황", 14, "Hwang"), ("안", 14, "Ahn"), ("송", 14, "Song"), ("류", 13, "Ryu"), ("전", 11, "Jeon"),
    ("홍", 11, "Hong"), ("고", 9, "Ko"), ("문", 9, "Moon"), ("양", 9, "Yang"), ("손", 9, "Son"),
    ("배", 8, "Bae"), ("백", 8, "Baek"), ("허", 7, "Heo"), ("유", 6, "Yoo"), ("남", 6, "Nam"),
    ("심", 5, "Shim"), ("노", 5, "Noh"), ("하", 5, "Ha"), ("곽", 4, "Kwak"), ("성", 4, "Sung"),
    ("차", 4, "Cha"), ("주", 4, "Joo"), ("우", 4, "Woo"), ("구", 4, "Koo"), ("나", 3, "Na"),
    ("민", 3, "Min"), ("진", 3, "Jin"), ("지", 3, "Ji"), ("엄", 3, "Eom"), ("채", 3, "Chae"),
    ("원", 3, "Won"), ("천", 2, "Cheon"), ("방", 2, "Bang"), ("공", 2, "Kong"), ("현", 2, "Hyun"),
    ("남궁", 1, "Namgung"), ("황보", 1, "Hwangbo"), ("선우", 1, "Sunwoo"),
)  # fmt: skip
OLDER, YOUNGER = (
    names.split()
    for names in (
        "영수 정호 성호 영호 상철 종수 경수 동현 재호 성진 상훈 창호 병철 기영 용식 태영 광수 진호 승환 덕수 "
        "영희 미경 정숙 은주 경희 혜숙 미정 현숙 선영 명희 은경 지영 수경 정희 윤정 혜경 성미 인숙 난영 희정",
        "민준 서준 도윤 지훈 현우 준영 승민 태윤 건우 성민 재윤 동하 우진 시우 하준 은호 정우 기태 한결 세훈 "
        "지우 서연 민서 하은 수빈 예린 지민 유진 소연 다은 채원 나현 가은 윤서 혜린 보라 슬기 아름 은솔 지안",
    )
)
_INITIALS, _VOWELS, _FINALS = (
    sounds.split()
    for sounds in (
        "g kk n d tt r m b pp s ss . j jj ch k t p h",
        "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i",
        ". k k k n n n t l k m l l l p l m p p t t ng t t k t p t",
    )
)
_FIRST_SYLLABLE = ord("가")
_SYLLABLES = len(_INITIALS) * len(_VOWELS) * len(_FINALS)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in Hangul and in Latin script, family name first in both."""

    ko: str
    en: str


def romanise(word: str) -> str:
    """Hangul in the Revised Romanisation, syllable by syllable, hyphenated; other characters as they are.

    Sounds that change where syllables meet are not shown, as the rule for personal names has it.
    Source: 국어의 로마자 표기법 (Revised Romanisation of Korean), chapter 3, item 4.
    """
    return "-".join(_syllable(character) for character in word)


def _syllable(character: str) -> str:
    number = ord(character) - _FIRST_SYLLABLE
    if not 0 <= number < _SYLLABLES:
        return character
    initial, rest = divmod(number, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return f"{_INITIALS[initial]}{_VOWELS[vowel]}{_FINALS[final]}".replace(".", "")


def full_name(surname: str, given: str) -> PersonName:
    """Family name in its customary spelling, given name by rule: 김 + 민준 is Kim Min-jun."""
    spelling = {ko: en for ko, _, en in SURNAMES}[surname]
    return PersonName(f"{surname}{given}", f"{spelling} {romanise(given).capitalize()}")


def draw_name(rng: random.Random, birth_year: int) -> PersonName:
    """A name that somebody born in `birth_year` may well have."""
    surname = rng.choices([ko for ko, _, _ in SURNAMES], [share for _, share, _ in SURNAMES])[0]
    return full_name(surname, rng.choice(OLDER if birth_year < 1978 else YOUNGER))


class NameBook:
    """Hands out names nobody in the world has yet."""

    def __init__(self, rng: random.Random, taken: Iterable[str] = ()) -> None:
        self._rng = rng
        self._taken = set(taken)

    def new(self, birth_year: int) -> PersonName:
        while (name := draw_name(self._rng, birth_year)).ko in self._taken:
            pass
        self._taken.add(name.ko)
        return name
