"""How a Korean name sounds, whichever way it is written in Latin letters.

Hangul is spelled by the Revised Romanisation; what was written in Latin letters comes in that, in
McCune–Reischauer or as the bearer likes it (Chul-soo, Cheol-su, Ch'ŏlsu). `sound` folds all of them into one
coarse form: voiced and voiceless consonants are one, and so are the vowels that are spelled alike. Different
names may come out the same; therefore a sound only asks the question, a second factor answers it. Surnames
follow no system (이 is Lee, Yi, Rhee or I) and come from a table; one it lacks is compared by its sound.

Source: Revised Romanisation, Ministry of Culture and Tourism notice 2000-8; McCune and Reischauer, 1939.
"""

import re
import unicodedata
from functools import lru_cache

_FIRST, _LAST = "가", "힣"
_SYLLABLE = re.compile(f"[{_FIRST}-{_LAST}]")
_INITIALS = [
    "g",
    "kk",
    "n",
    "d",
    "tt",
    "r",
    "m",
    "b",
    "pp",
    "s",
    "ss",
    "-",
    "j",
    "jj",
    "ch",
    "k",
    "t",
    "p",
    "h",
]
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_FINALS = [
    "-",
    "k",
    "k",
    "ks",
    "n",
    "nj",
    "nh",
    "t",
    "l",
    "lk",
    "lm",
    "lp",
    "ls",
    "lt",
    "lp",
    "lh",
    "m",
    "p",
    "ps",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]

_CONSONANTS = (
    (r"h(?![aeiouwy])", ""),  # Noh, Ahn
    (r"tch|ch|jj|j|z", "C"),
    (r"sh|ss|s|c(?=[ei])", "S"),
    (r"x", "KS"),
    (r"kk|gg|kh|k|g|q|c", "K"),
    (r"tt|dd|th|t|d", "T"),
    (r"pp|bb|ph|p|b|f|v", "P"),
    (r"[rl]+", "R"),
)
_SPELLINGS = (
    (r"yeo|yoo|you|yu|yo", "Ö"),
    (r"ya", "Ä"),
    (r"eui|ui|wee|wi|yee|yi|ee|ie", "I"),
    (r"yae|ye|wae|we|oe|oi|ae|ai|ay|e(?![ou])", "E"),
    (r"wa|oa", "W"),
    (r"weo|woo|wo|wu|eo|eu|oo|ou|o|u", "O"),
    (r"a", "A"),
    (r"[iy]", "I"),
)

_SURNAMES = """
김 kim gim kym|이 lee yi rhee ri i yee rhie ree reeh rhi lie|박 park pak bak bahk pahk
최 choi choe choy chwe|정 jung jeong chung chong cheong joung jeoung|강 kang gang|조 cho jo joe joh
윤 yoon yun youn|장 jang chang|임 lim im yim rim leem|한 han hahn|오 oh o|서 seo suh so sur|신 shin sin
권 kwon gwon kwun kweon|황 hwang whang|안 ahn an|송 song|전 jeon jun chun chon cheon|홍 hong
유 yoo yu ryu you lyu rue rew yoon|고 ko go koh goh|문 moon mun|양 yang ryang|손 son sohn
배 bae pae bai pai|백 baek paik paek back baik|허 huh heo hur her ho|남 nam|심 shim sim|노 noh roh no ro
하 ha hah|곽 kwak gwak|성 sung seong song|차 cha|주 joo ju chu choo|우 woo u wu|구 koo gu ku goo
나 na ra rha nah la|민 min|진 jin chin|지 ji chi jee|엄 um eom uhm om ohm|채 chae chai|원 won
천 cheon chun chon|방 bang pang|공 kong gong|현 hyun hyeon hyon|함 ham hahm|변 byun byeon pyun pyon
염 yeom yum youm yom|여 yeo yuh yo|추 choo chu|도 do to doh|소 so soh|석 seok suk sok|선 sun seon son
설 seol sul sol|마 ma mah|길 gil kil|연 yeon yun youn yon|위 wi wee|표 pyo|명 myung myeong myong|기 ki gi
호 ho|승 seung|반 ban pan|왕 wang|금 keum geum kum|옥 ok oak|육 yook yuk|인 in|맹 maeng|제 je jae che
모 mo|탁 tak|국 kook guk kuk|어 eo uh o|은 eun un|편 pyun pyeon pyon|용 yong
남궁 namgung namkung namkoong namgoong|황보 hwangbo|제갈 jegal chegal|선우 sunwoo seonu sunu
독고 dokgo tokko|사공 sagong|서문 seomun|동방 dongbang
"""
_SAME_SURNAME = {"리": "이", "류": "유", "림": "임", "라": "나", "로": "노", "량": "양", "려": "여"}


def _spelled() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in _SURNAMES.replace("\n", "|").split("|"):
        surname, *spellings = entry.split() or [""]
        for spelling in spellings:
            found.setdefault(spelling, set()).add(surname)
    return found


_BY_SPELLING = _spelled()
_KNOWN = frozenset(name for names in _BY_SPELLING.values() for name in names)
_COMPOUND = frozenset(name for names in _BY_SPELLING.values() for name in names if len(name) == 2)


@lru_cache(maxsize=1 << 15)
def is_hangul(name: str) -> bool:
    """Whether any letter is a Hangul syllable."""
    return _SYLLABLE.search(name) is not None


def romanised(hangul: str) -> str:
    """Hangul syllable by syllable in the Revised Romanisation; other letters stay as they are."""
    return "".join(map(_syllable, hangul))


def _syllable(letter: str) -> str:
    if not _FIRST <= letter <= _LAST:
        return letter
    place = ord(letter) - ord(_FIRST)
    initial, vowel, final = place // 588, place % 588 // 28, place % 28
    return (_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]).replace("-", "")


@lru_cache(maxsize=1 << 15)
def sound(name: str) -> str:
    """The coarse form a name is compared in across scripts; empty for what has no such letters."""
    plain = unicodedata.normalize("NFKD", romanised(unicodedata.normalize("NFKC", name)).casefold())
    letters = "".join(letter for letter in plain if "a" <= letter <= "z" or letter.isdecimal())
    for spelling, form in _CONSONANTS:
        letters = re.sub(spelling, form, letters)
    letters = re.sub(r"nK+", "Q", letters)  # Jung-gyu, Jungkyu
    for spelling, form in _SPELLINGS:
        letters = re.sub(spelling, form, letters)
    return re.sub(r"(\D)\1+", r"\1", letters)


@lru_cache(maxsize=1 << 15)
def person_sounds(name: str) -> frozenset[str]:
    """A person's name as surname and sound of the given name; several where a spelling fits several surnames.

    In Latin letters the surname may stand first or last, and one of two syllables in two words.
    """
    if is_hangul(name):
        written = "".join(letter for letter in unicodedata.normalize("NFKC", name) if letter.isalpha())
        length = 2 if written[:2] in _COMPOUND and len(written) > 2 else 1
        surname, given = written[:length], sound(written[length:])
        surname = _SAME_SURNAME.get(surname, surname)
        kept = surname if surname in _KNOWN else _heard(surname)
        return frozenset({f"{kept}|{given}"} if given else ())
    parts = [latin for part in re.split(r"[\s,]+", name) if (latin := _latin(part))]
    splits = [(parts[:1], parts[1:]), (parts[-1:], parts[:-1])] if len(parts) > 1 else []
    if len(parts) > 2:
        splits += [(parts[:2], parts[2:]), (parts[-2:], parts[:-2])]
    read = [(surname, sound("".join(given))) for surname, given in splits]
    return frozenset(f"{meant}|{given}" for surname, given in read if given for meant in _meant(surname))


def _meant(surname: list[str]) -> set[str]:
    """The surnames spelled like this; two words only make up a surname the table knows."""
    known = _BY_SPELLING.get("".join(surname), set())
    return known or {_heard(word) for word in surname if len(surname) == 1}


def _heard(surname: str) -> str:
    """A surname the table lacks."""
    return f"~{sound(surname)}"


def _latin(part: str) -> str:
    plain = unicodedata.normalize("NFKD", part).casefold()
    return "".join(letter for letter in plain if "a" <= letter <= "z")
