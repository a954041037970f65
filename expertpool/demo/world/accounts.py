"""Who can sign in to the demo: one person for each thing there is to see."""

from dataclasses import dataclass

from expertpool.demo.world.availability import battery_chairs
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.names import PersonName, full_name
from expertpool.demo.world.roster import MINISTRIES
from expertpool.infra.identity import Role

DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in bound to a ministry or to an expert, or to neither for those who serve all."""

    key: str
    email: str
    name_ko: str
    name_en: str
    role: Role
    ministry: str | None
    expert: str | None


COORDINATORS = ("서지우", "문도윤", "양하은", "배태윤", "남채원", "심건우")
VIEWERS = ("허은솔", "노시우", "곽다은", "성동하", "차예린", "우하준")
OFFICER, SECOND_OFFICER, AUDITOR, ADMIN = "구윤서", "하도경", "민세훈", "진나현"


def generate_accounts(experts: tuple[Expert, ...]) -> tuple[Account, ...]:
    """Six coordinators, three experts, six viewers, two conflict officers, an auditor, an administrator.

    A waiver takes two officers, each of another ministry.
    """
    coordinators = _officials(Role.COORDINATOR, "coordinator", COORDINATORS)
    viewers = _officials(Role.MINISTRY_VIEWER, "viewer", VIEWERS)
    others = [
        _person("conflict", OFFICER, Role.CONFLICT_OFFICER, "MSS"),
        _person("conflict.kftc", SECOND_OFFICER, Role.CONFLICT_OFFICER, "KFTC"),
        _person("auditor", AUDITOR, Role.AUDITOR, "SEC"),
        _person("admin", ADMIN, Role.ADMIN, "SEC"),
    ]
    signing = [_expert(number, expert) for number, expert in enumerate(_signing_in(experts), start=1)]
    return (*coordinators, *signing, *viewers, *others)


def _signing_in(experts: tuple[Expert, ...]) -> tuple[Expert, Expert, Expert]:
    """The standby examiner of the first story, the chair with a conflict, and an assessor."""
    standby = next(each for each in experts if each.standby)
    assessor = next(each for each in experts if each.role_kind == "SIM" and each.state == "active")
    return standby, battery_chairs(experts)[0], assessor


def _officials(role: Role, local: str, given: tuple[str, ...]) -> list[Account]:
    return [
        _person(f"{local}.{code.lower()}", name, role, code)
        for code, name in zip(MINISTRIES, given, strict=True)
    ]


def _person(local: str, name_ko: str, role: Role, ministry: str) -> Account:
    name: PersonName = full_name(name_ko[0], name_ko[1:])
    return Account(f"account-{local}", f"{local}@{DOMAIN}", name.ko, name.en, role, ministry, None)


def _expert(number: int, expert: Expert) -> Account:
    local = f"expert{number}"
    return Account(
        f"account-{local}",
        f"{local}@{DOMAIN}",
        expert.name_ko,
        expert.name_en,
        Role.EXPERT,
        None,
        expert.key,
    )
