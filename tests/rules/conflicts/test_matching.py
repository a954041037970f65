"""Numbers, names and second factors."""

from dataclasses import replace

import pytest

from expertpool.conflicts.rules.dates import DaySpan
from expertpool.conflicts.rules.facts import Organisation, Person, organisation, person
from expertpool.conflicts.rules.matching import (
    across,
    digits,
    forms_to_hash,
    identify_organisations,
    identify_persons,
    is_biz_no,
    is_corp_no,
    organisation_forms,
    organisation_key,
    person_handles,
    person_keys,
    person_sounds_of,
)
from expertpool.conflicts.rules.vocabulary import Identity
from tests.rules.conflicts.world import ON

FIRM = Organisation(organisation(1), "도담정밀", "Dodam Precision")
OTHER = Organisation(organisation(2), "도담정밀", "Dodam Precision")
KIM = Person(person(1), "김별하")
NAMESAKE = Person(person(2), "김별하")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("0001234560", True),
        ("0001234561", False),
        ("1234567891", True),
        ("1234567872", True),
        ("1234567800", True),
        ("000123456", False),
        ("00012345600", False),
        ("０００１２３４５６０", False),
        ("", False),
    ],
)
def test_a_business_number_is_checked_by_its_tenth_digit(number: str, valid: bool) -> None:
    assert is_biz_no(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("1101110062432", True),
        ("1101110062433", False),
        ("1101110062060", True),
        ("1101110062119", True),
        ("110111006243", False),
    ],
)
def test_a_corporation_number_is_checked_by_its_thirteenth_digit(number: str, valid: bool) -> None:
    assert is_corp_no(number) is valid


def test_digits_are_read_through_hyphens_and_full_width_forms() -> None:
    assert digits(" 000-12-３４５６0 X") == "0001234560"


@pytest.mark.parametrize(
    "written",
    [
        "도담정밀",
        "㈜도담정밀",
        "(주) 도담 정밀",
        "도담정밀 주식회사",
        "주식회사 도담정밀",
        "（주）도담정밀",
        "도담-정밀(주)",
        "유한회사 도담정밀",
        "(유한)도담정밀",
        "주)도담정밀",
        "도담정밀 (주식회사)",
        "농업회사법인(주)도담정밀",
    ],
)
def test_a_korean_name_is_compared_without_its_legal_form(written: str) -> None:
    assert organisation_key(written) == "도담정밀"


@pytest.mark.parametrize(
    "written",
    [
        "Dodam Precision",
        "DODAM PRECISION CO., LTD.",
        "Dodam Precision Co.,Ltd",
        "Dodam-Precision Inc.",
        "Ｄｏｄａｍ Precision GmbH",
        "Dodam Precision GmbH & Co. KG",
        "Dodam Precision K.K.",
        "Dodam Precision L.L.C.",
        "Dodam Precision S.p.A.",
        "Dodam Precision S.à r.l.",
        "Dodam Precision Pty Ltd",
        "Dodam Precision Sdn. Bhd.",
        "Dodam Precision (Co., Ltd.)",
    ],
)
def test_a_latin_name_is_compared_without_its_legal_form(written: str) -> None:
    assert organisation_key(written) == "dodamprecision"


@pytest.mark.parametrize(
    ("written", "key"),
    [("주식회사", "주식회사"), ("Inc.", "inc"), ("유한양조", "유한양조"), ("(주)", "주"), ("Mosab", "mosab")],
)
def test_a_name_is_never_stripped_to_nothing_nor_inside_a_word(written: str, key: str) -> None:
    assert organisation_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("법무법인(유한) 도담", "법무법인도담"),
        ("법무법인(유)도담", "법무법인도담"),
        ("㈱三星", "三星"),
        ("三星有限责任公司", "三星"),
    ],
)
def test_a_legal_form_is_left_out_wherever_it_stands_in_brackets_or_in_hanja(written: str, key: str) -> None:
    assert organisation_key(written) == key


def test_decomposed_hangul_is_the_same_name() -> None:
    assert organisation_key("도담정밀") == "도담정밀"


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("㈜도담정밀", ("도담정밀", "ko:TOTAmCOQmIR")),
        ("Dodam Precision Co., Ltd.", ("dodamprecision", "en:TOTAmPRESISIOn")),
        ("三星", ("三星",)),
        ("", ()),
    ],
)
def test_an_organisation_is_compared_by_its_bare_name_and_by_how_it_sounds_in_its_script(
    name: str, forms: tuple[str, ...]
) -> None:
    assert organisation_forms(name) == forms


def test_a_sound_is_looked_for_in_the_other_script() -> None:
    assert [across(heard) for heard in ("ko:TOTAm", "en:TOTAm")] == ["en:TOTAm", "ko:TOTAm"]


BYEOLHA = Person(
    person(1), "김 별하", "Kim, Byeol-ha", other_names=("金別河", "　", "Ｂyeolha Ｋim"), name_hashes=("a1",)
)
IN_LATIN = Person(person(2), name_en="Kim Byeolha")
IN_KOREAN = {"김|PÖRhA"}
IN_BOTH_ORDERS = {"김|PÖRhA", "~PÖRhA|KIm"}


def test_a_person_is_compared_by_every_name_however_spaced_and_by_hashes() -> None:
    assert person_keys(BYEOLHA) == {"김별하", "byeolhakim", "金別河", "#a1"}
    assert person_keys(Person(person(3))) == frozenset()


def test_what_stands_for_a_name_are_its_forms_and_its_sounds() -> None:
    assert forms_to_hash(replace(BYEOLHA, name_hashes=())) == {"김별하", "byeolhakim", "金別河"} | {
        f"~{each}" for each in IN_BOTH_ORDERS
    }


def test_a_name_sounds_as_its_hangul_does_and_else_as_its_latin_letters_may() -> None:
    assert person_sounds_of(BYEOLHA) == IN_KOREAN
    assert person_sounds_of(IN_LATIN) == IN_BOTH_ORDERS


@pytest.mark.parametrize(
    ("others", "sounds"),
    [
        ((IN_LATIN,), {("sounds:김|PÖRhA", 1), ("sounds:김|PÖRhA", 2), ("sounds:~PÖRhA|KIm", 2)}),
        ((Person(person(2), "이별하", "Yi Byeolha"),), set()),
        ((), set()),
    ],
)
def test_people_can_look_alike_by_each_name_and_by_a_sound_somebody_writes_in_latin_only(
    others: tuple[Person, ...], sounds: set[tuple[str, int]]
) -> None:
    handles = list(person_handles(iter((BYEOLHA, *others))))

    names = {(f"person:{key}", one.ref) for one in (BYEOLHA, *others) for key in person_keys(one)}
    assert len(handles) == len(set(handles))
    assert set(handles) == names | {(key, person(number)) for key, number in sounds}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Kim Byeol-ha", "Byeolha KIM", True),
        ("Kim Ch'ŏlsu", "Chŏlsu, KIM", True),
        ("별하 김", "김 별하", False),
        ("別河 金", "金 別河", False),
    ],
)
def test_a_romanised_name_ignores_the_order_of_its_parts_and_no_other_does(
    one: str, other: str, alike: bool
) -> None:
    assert (person_keys(replace(KIM, name_en=one)) == person_keys(replace(KIM, name_en=other))) is alike


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, Identity.UNRESOLVED),
        ({"biz_no": "0001234560"}, {"biz_no": "0001234560"}, Identity.SAME),
        ({"biz_no": "0001234560"}, {"biz_no": "0009999990"}, Identity.UNRESOLVED),
        (
            {"corp_no": "1101110062432", "biz_no": "0001234560"},
            {"corp_no": "1101110062432", "biz_no": "0009999990"},
            Identity.SAME,
        ),
        (
            {"corp_no": "1101110062432", "biz_no": "0001234560"},
            {"corp_no": "1101110062440", "biz_no": "0001234560"},
            Identity.DIFFERENT,
        ),
        ({"country": "DE", "foreign_no": "HRB 1"}, {"country": "DE", "foreign_no": "HRB 1"}, Identity.SAME),
        ({"country": "DE", "foreign_no": "1"}, {"country": "DE", "foreign_no": "2"}, Identity.DIFFERENT),
        ({"country": "DE", "foreign_no": "1"}, {"country": "DE"}, Identity.UNRESOLVED),
        ({"country": "DE"}, {"country": "DE", "foreign_no": "1"}, Identity.UNRESOLVED),
        ({"country": "DE"}, {"country": "KR"}, Identity.DIFFERENT),
    ],
)
def test_numbers_settle_what_a_shared_name_leaves_open(
    one: dict[str, str], other: dict[str, str], expected: Identity
) -> None:
    left, right = (
        Organisation(firm.ref, firm.name_ko, firm.name_en, **numbers)  # type: ignore[arg-type]
        for firm, numbers in ((FIRM, one), (OTHER, other))
    )

    assert identify_organisations(left, right) is expected


YEARS = DaySpan(ON.replace(year=2018), ON.replace(year=2020))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (KIM, NAMESAKE, Identity.UNRESOLVED),
        (replace(KIM, birth_year=1980), replace(NAMESAKE, birth_year=1980), Identity.SAME),
        (replace(KIM, birth_year=1980), replace(NAMESAKE, birth_year=1981), Identity.DIFFERENT),
        (
            replace(KIM, email_domain="dodam.example"),
            replace(NAMESAKE, email_domain="Dodam.Example"),
            Identity.SAME,
        ),
        (
            replace(KIM, email_domain="naver.com"),
            replace(NAMESAKE, email_domain="naver.com"),
            Identity.UNRESOLVED,
        ),
        (replace(KIM, birth_year=1980), Person(person(3), "이별하", birth_year=1980), Identity.DIFFERENT),
        (
            Person(person(1), name_hashes=("a1",), birth_year=1980),
            Person(person(2), name_hashes=("a1",), birth_year=1980),
            Identity.SAME,
        ),
    ],
)
def test_a_shared_name_needs_a_second_factor(one: Person, other: Person, expected: Identity) -> None:
    verdict = identify_persons(
        one,
        other,
        employers=(),
        other_employers=(),
        public_mail=frozenset({"naver.com"}),
        factors_needed=1,
    )

    assert verdict is expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        (DaySpan(ON.replace(year=2020), ON), Identity.SAME),
        (DaySpan(ON.replace(year=2021), ON), Identity.UNRESOLVED),
    ],
)
def test_an_employer_is_a_second_factor_only_in_the_same_years(years: DaySpan, expected: Identity) -> None:
    verdict = identify_persons(
        KIM,
        NAMESAKE,
        employers=[(FIRM.ref, YEARS)],
        other_employers=[(FIRM.ref, years)],
        public_mail=frozenset(),
        factors_needed=1,
    )

    assert verdict is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Person(person(1), "김철수"), Person(person(2), name_en="Kim Chul-soo"), Identity.UNRESOLVED),
        (
            Person(person(1), "김철수", birth_year=1970),
            Person(person(2), name_en="Ch'ŏlsu KIM", birth_year=1970),
            Identity.SAME,
        ),
        (
            Person(person(1), "김철수", birth_year=1970),
            Person(person(2), name_en="Kim Chul-soo", birth_year=1971),
            Identity.DIFFERENT,
        ),
        (Person(person(1), "김철수"), Person(person(2), name_en="Kim Min-soo"), Identity.DIFFERENT),
        (Person(person(1), "김철수"), Person(person(2), "김출수"), Identity.DIFFERENT),
        (
            Person(person(1), "김철수", other_names=("金哲洙",)),
            Person(person(2), other_names=("金哲洙",)),
            Identity.UNRESOLVED,
        ),
        (
            Person(person(1), "김철수", other_names=("金哲洙",)),
            Person(person(2), other_names=("金鐵秀",)),
            Identity.DIFFERENT,
        ),
    ],
)
def test_a_name_is_met_across_scripts_and_still_needs_a_second_factor(
    one: Person, other: Person, expected: Identity
) -> None:
    verdict = identify_persons(
        one, other, employers=(), other_employers=(), public_mail=frozenset(), factors_needed=1
    )

    assert verdict is expected
