"""Korean names in Hangul and in the spellings people use."""

import pytest

from expertpool.conflicts.rules.romanising import person_sounds, romanised, sound


@pytest.mark.parametrize(
    ("hangul", "spelled"),
    [("한들셀", "handeulsel"), ("도담정밀", "dodamjeongmil"), ("별빛", "byeolbit"), ("왕십리", "wangsipri")],
)
def test_hangul_is_spelled_syllable_by_syllable(hangul: str, spelled: str) -> None:
    assert romanised(hangul) == spelled


@pytest.mark.parametrize(
    ("hangul", "spellings"),
    [
        (
            "김철수",
            ["Kim Cheol-su", "KIM Chul Soo", "Kim Ch'ŏlsu", "Gim Cheolsu", "Chul-soo Kim", "Kim, Chulsoo"],
        ),
        ("이영희", ["Lee Young-hee", "Yi Yŏnghŭi", "I Yeonghui", "Rhee Younghee", "Young Hee Lee"]),
        ("박정현", ["Park Jung-hyun", "Pak Chŏnghyŏn", "Bak Jeonghyeon", "Jung Hyun Park"]),
        ("최성우", ["Choi Sung-woo", "Choe Seongu", "Ch'oe Sŏngu", "Choi Seongwoo"]),
        ("정은주", ["Jung Eun-joo", "Chung Eun Ju", "Jeong Eunju", "Chŏng Ŭnju"]),
        ("노태석", ["Roh Tae-suk", "Noh Taeseok", "No T'aesŏk"]),
        ("류한결", ["Ryu Han-gyeol", "Yoo Hangyeol", "Lyu Han Kyul"]),
        ("임경희", ["Lim Kyung-hee", "Im Gyeonghui", "Rim Kyŏnghŭi", "Yim Kyunghee"]),
        ("권재원", ["Kwon Jae-won", "Gwon Jaewon", "Kweon Jai Won"]),
        ("안보람", ["Ahn Bo-ram", "An Boram", "An Poram"]),
        ("남궁민", ["Namgung Min", "Namkoong Min", "Min Namkung"]),
        ("우승연", ["Woo Seung-yeon", "U Seungyeon", "Wu Sung Yon"]),
        ("백지혜", ["Baek Ji-hye", "Paik Jihye", "Paek Chihye"]),
        ("남궁민", ["Nam Goong Min", "Min Nam Kung"]),
        ("맹형규", ["Maeng Hyungkyu", "Maeng Hyeong-gyu"]),
        ("진중권", ["Chin Jungkwon", "Jin Joong-gwon"]),
        ("장동건", ["Chang Dongkun", "Jang Dong-geon"]),
        ("봉준서", ["Bong Joon-seo", "Joonsuh Bong"]),
        ("설하늘", ["Sol Hanŭl", "Sul Haneul"]),
        ("엄지원", ["Ohm Ji-won", "Ŏm Chiwŏn"]),
        ("좌경림", ["Jwa Kyung-lim", "Chwa Kyŏngrim"]),
    ],
)
def test_every_common_spelling_of_a_person_meets_the_hangul(hangul: str, spellings: list[str]) -> None:
    for spelling in spellings:
        assert person_sounds(hangul) & person_sounds(spelling), spelling


@pytest.mark.parametrize(
    ("hangul", "other"),
    [
        ("김철수", "Kim Min-su"),
        ("김철수", "Lee Chul-soo"),
        ("이영희", "Lee Young-ho"),
        ("박정현", "Park Jang-hyun"),
        ("정은주", "Cho Eun-joo"),
        ("마루한", "Ma"),
        ("마루한", "John Smith"),
    ],
)
def test_other_names_stay_apart(hangul: str, other: str) -> None:
    assert not person_sounds(hangul) & person_sounds(other)


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("한들셀", "Handeul Cell"),
        ("도담", "Todam"),
        ("미르온세미", "Mireon Semi"),
        ("가람누리", "Karam Nuri"),
        ("새봄", "Saebom"),
        ("새봄", "Sae Bohm"),
    ],
)
def test_an_organisation_is_heard_across_scripts(hangul: str, latin: str) -> None:
    assert sound(hangul) == sound(latin)
