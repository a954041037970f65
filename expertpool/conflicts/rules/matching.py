"""Whether two records mean the same organisation or the same person.

Order of trust: corporation number, business number, foreign number, then a name. A name alone never
settles it (R28): a person needs a second factor, an organisation a number.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from expertpool.conflicts.rules.dates import DaySpan
from expertpool.conflicts.rules.facts import Organisation, Person, Ref
from expertpool.conflicts.rules.romanising import is_hangul, person_sounds, sound
from expertpool.conflicts.rules.vocabulary import Identity

_BIZ_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CORP_WEIGHTS = (1, 2) * 6
_KOREAN_FORMS = (
    "주식회사|유한책임회사|유한회사|합자회사|합명회사|재단법인|사단법인|학교법인|의료법인|사회복지법인"
    "|농업회사법인|어업회사법인|영농조합법인|영어조합법인"
)
_KOREAN_FORM = re.compile(rf"^(?:{_KOREAN_FORMS}|[주유]\))+|(?:{_KOREAN_FORMS}|\([주유])+$")
# Also inside a name: 법무법인(유한) 세종.
_IN_BRACKETS = re.compile(r"\((?:주|유|유한|유책|합|재|사|학|의|주식회사|유한회사|株|有)\)")
_LATIN_FORM = re.compile(
    r"(?:[\s,(]+(?:co\.?|company|ltd\.?|limited|inc\.?|incorporated|corp\.?|corporation|&"
    r"|l\.?l\.?c\.?|l\.?l\.?p\.?|l\.?p\.?|p\.?l\.?c\.?|gmbh|kg|ag|se|ug|a/s|aps|ab|oyj?"
    r"|s\.?a\.?s?\.?|s\.?p\.?a\.?|s\.? ?[aà]? ?r\.?l\.?|b\.?v\.?|n\.?v\.?|ltda\.?"
    r"|k\.?k\.?|g\.?k\.?|kabushiki kaisha|godo kaisha|jusik ?hoesa|yuhan ?hoesa"
    r"|pte\.?|pty\.?|pvt\.?|private|sdn\.?|bhd\.?)\)?)+$"
)
_HAN_FORM = re.compile(
    r"^(?:株式会社|株式會社|有限会社|有限公司|合同会社)"
    r"|(?:株式会社|株式會社|合同会社|股份有限公司|有限责任公司|有限責任公司|有限公司)$"
)
_NOT_WORD = re.compile(r"[\W_]+")
_IN_ORDER = re.compile("[가-힣一-鿿]")  # a surname in Hangul or Han stands first
_NAMES_KEPT = 1 << 17  # names as compared: a pool is screened again and again


def digits(text: str) -> str:
    """The ASCII digits of a number as typed, hyphens and full-width forms folded away."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")


def is_biz_no(number: str) -> bool:
    """Whether 10 digits carry the check digit of a business registration number (사업자등록번호).

    Source: the National Tax Service's weights 1 3 7 1 3 7 1 3 5; the ninth product also adds its tens.
    """
    if not re.fullmatch(r"[0-9]{10}", number):
        return False
    values = [int(c) for c in number]
    total = sum(w * v for w, v in zip(_BIZ_WEIGHTS, values, strict=False)) + values[8] * 5 // 10
    return (10 - total % 10) % 10 == values[9]


def is_corp_no(number: str) -> bool:
    """Whether 13 digits carry the check digit of a corporation registration number (법인등록번호).

    Source: weights 1 2 repeated over the first twelve digits, ten minus the last digit of the sum.
    """
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    values = [int(c) for c in number]
    total = sum(w * v for w, v in zip(_CORP_WEIGHTS, values, strict=False))
    return (10 - total % 10) % 10 == values[12]


@lru_cache(maxsize=_NAMES_KEPT)
def organisation_key(name: str) -> str:
    """A name as compared: full width folded, legal forms, spaces and punctuation taken away, lower case.

    A name that is nothing but a legal form keeps it.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    tight = re.sub(r"\s+", " ", folded)
    for form in (_LATIN_FORM, _HAN_FORM):
        tight = form.sub("", tight)
    bare = _KOREAN_FORM.sub("", _IN_BRACKETS.sub("", tight.replace(" ", "")))
    return _NOT_WORD.sub("", bare) or _NOT_WORD.sub("", folded)


def organisation_sound(name: str) -> str:
    """A name as compared with names in the other script: `ko:` from Hangul, `en:` from Latin letters."""
    heard = sound(organisation_key(name))
    return f"{'ko' if is_hangul(name) else 'en'}:{heard}" if heard else ""


@lru_cache(maxsize=_NAMES_KEPT)
def organisation_forms(name: str) -> tuple[str, ...]:
    """Everything two organisations' names are compared by; nothing where there is no name."""
    return tuple(filter(None, (organisation_key(name), organisation_sound(name))))


def across(heard: str) -> str:
    """The same sound from the other script."""
    script, _, form = heard.partition(":")
    return f"{'en' if script == 'ko' else 'ko'}:{form}"


def person_keys(one: Person) -> frozenset[str]:
    """Every form of a person's name as compared; romanised names ignore the order of their parts."""
    return _person_keys(_names(one), one.name_hashes)


def _names(one: Person) -> tuple[str, ...]:
    return (one.name_ko, one.name_en, *one.other_names)


@lru_cache(maxsize=_NAMES_KEPT)
def _person_keys(names: tuple[str, ...], hashes: tuple[str, ...]) -> frozenset[str]:
    keys = {_person_key(name) for name in names if name.strip()}
    return frozenset(keys - {""}) | {f"#{each}" for each in hashes}


def forms_to_hash(one: Person) -> frozenset[str]:
    """What stands for a name when only hashes may be kept: each form compared, and its sounds."""
    sounds = {f"~{each}" for name in (one.name_ko, one.name_en) for each in person_sounds(name)}
    return person_keys(one) | sounds


def _person_key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    parts = [_NOT_WORD.sub("", part) for part in re.split(r"[\s,]+", folded)]
    return "".join(parts if _IN_ORDER.search(folded) else sorted(parts))


def person_sounds_of(one: Person) -> frozenset[str]:
    """How the name sounds: from Hangul where there is any, else from the Latin letters."""
    return _sounds(_names(one))


@lru_cache(maxsize=_NAMES_KEPT)
def _sounds(names: tuple[str, ...]) -> frozenset[str]:
    hangul = [name for name in names if is_hangul(name)]
    return frozenset(heard for name in hangul or names for heard in person_sounds(name))


def person_handles(people: Iterable[Person]) -> Iterator[tuple[str, Ref]]:
    """What can make two people look alike: each form of a name, and across scripts its sound."""
    asked = list(people)
    for one in asked:
        yield from ((f"person:{key}", one.ref) for key in person_keys(one))
    latin = [one for one in asked if not _writes_hangul(one)]
    heard = {each for one in latin for each in person_sounds_of(one)}
    if heard:
        for one in asked:
            yield from ((f"sounds:{each}", one.ref) for each in person_sounds_of(one) & heard)


def _writes_hangul(one: Person) -> bool:
    return any(map(is_hangul, _names(one)))


def persons_named_alike(one: Person, other: Person) -> bool:
    """The same name in one script, or a name in Hangul that sounds like one in Latin letters."""
    if person_keys(one) & person_keys(other):
        return True
    two_scripts = _writes_hangul(one) is not _writes_hangul(other)
    return two_scripts and bool(person_sounds_of(one) & person_sounds_of(other))


def identify_organisations(one: Organisation, other: Organisation) -> Identity:
    """Whether two records whose names agree, or whose numbers do, mean the same organisation.

    Branches under one corporation number are the same organisation; two corporation numbers never are.
    Call it for records that share a number or a name.
    """
    if one.ref == other.ref:
        return Identity.SAME
    if one.corp_no and other.corp_no:
        return Identity.SAME if one.corp_no == other.corp_no else Identity.DIFFERENT
    if one.biz_no and one.biz_no == other.biz_no:
        return Identity.SAME
    if one.country != other.country:
        return Identity.DIFFERENT
    if one.foreign_no and other.foreign_no:
        return Identity.SAME if one.foreign_no == other.foreign_no else Identity.DIFFERENT
    return Identity.UNRESOLVED


Employers = Iterable[tuple[Ref, DaySpan]]


def identify_persons(
    one: Person,
    other: Person,
    *,
    employers: Employers,
    other_employers: Employers,
    public_mail: frozenset[str],
    factors_needed: int,
) -> Identity:
    """Whether two records mean the same person (R28 when it stays open).

    A shared name is needed, across scripts one that sounds alike. Factors beside it: the birth year, an
    e-mail domain that is not a public
    mail service, an employer in the same years. Two different birth years are two persons.
    """
    if one.ref == other.ref:
        return Identity.SAME
    if one.birth_year and other.birth_year and one.birth_year != other.birth_year:
        return Identity.DIFFERENT
    if not persons_named_alike(one, other):
        return Identity.DIFFERENT
    domain = one.email_domain.casefold()
    factors = (
        bool(one.birth_year and one.birth_year == other.birth_year),
        bool(domain and domain == other.email_domain.casefold() and domain not in public_mail),
        _share_employer(employers, tuple(other_employers)),
    )
    return Identity.SAME if sum(factors) >= factors_needed else Identity.UNRESOLVED


def _share_employer(employers: Employers, other_employers: Employers) -> bool:
    return any(
        firm == other_firm and span.shared(other_span)
        for firm, span in employers
        for other_firm, other_span in other_employers
    )
