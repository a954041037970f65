"""Pages on which facts are entered that conflicts are judged by, as people use them."""

import io
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.conflicts import packs
from expertpool.conflicts.models import Organisation, OtherTie, Person, SecrecyDuty, Tie
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import Confidence, PanelAct, RelationType, RoleClass, Side
from expertpool.incidents.models import Incident, TechnologyAtIssue
from expertpool.incidents.queries import about_case
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.conflicts import a_tie, an_organisation, an_ownership
from tests.fixtures.engagements import a_case
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import an_incident


def rows(session: Session, query: sa.Select[object]) -> list[object]:
    act_as(session, SYSTEM)
    session.expire_all()
    return list(session.scalars(query))


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    return signed_in(client, an_account(session, Role.CONFLICT_OFFICER))


@pytest.fixture
def incident(session: Session) -> Incident:
    made = an_incident(session)
    session.commit()
    return made


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_officer_states_what_conflicts_are_judged_by(
    officer: FlaskClient, session: Session, incident: Incident, lang: str
) -> None:
    address = f"/incidents/{incident.id}/conflict-facts"
    facts = {
        "version": incident.version,
        "panel_act": "win-win",
        "helped_side": "respondent",
        "technologies": "분리막 공정; 10-0000001; complainant\n측정 방법",
        "linked": "",
    }

    faulty = officer.post(address, data=facts | {"technologies": "분리막; 1; nobody"})
    unknown = officer.post(address, data=facts | {"linked": "2026-NOBODY"})
    done = officer.post(address, data=facts)
    late = officer.post(address, data=facts)
    page = officer.get(f"{address}?lang={lang}").get_data(as_text=True)

    assert (faulty.status_code, unknown.status_code, done.status_code, late.status_code) == (
        422,
        422,
        302,
        412,
    )
    assert "분리막 공정; 10-0000001; complainant" in page
    assert len(rows(session, sa.select(TechnologyAtIssue))) == 2
    stated = session.get_one(Incident, incident.id)
    assert (stated.panel_act, stated.helped_side) == (PanelAct.WIN_WIN, Side.RESPONDENT)


def test_a_duty_of_secrecy_is_noted_and_taken_away(
    officer: FlaskClient, session: Session, incident: Incident
) -> None:
    an_expert(session, name_ko="윤슬기")
    session.commit()

    nobody = officer.post(f"/incidents/{incident.id}/secrecy", data={"expert_text": "없는이"})
    done = officer.post(
        f"/incidents/{incident.id}/secrecy", data={"expert_text": "윤슬기", "since": "2025-03"}
    )
    (duty,) = rows(session, sa.select(SecrecyDuty))
    page = officer.get(f"/incidents/{incident.id}/conflict-facts?lang=ko").get_data(as_text=True)
    gone = officer.post(f"/incidents/{incident.id}/secrecy/{duty.id}/remove")  # type: ignore[attr-defined]

    assert (nobody.status_code, done.status_code, gone.status_code) == (422, 302, 302)
    assert "윤슬기" in page
    assert rows(session, sa.select(SecrecyDuty)) == []


def test_a_coordinator_of_another_ministry_finds_nothing(
    client: FlaskClient, session: Session, incident: Incident
) -> None:
    stranger = signed_in(client, an_account(session, Role.COORDINATOR, ministry="NPA"))

    assert stranger.get(f"/incidents/{incident.id}/conflict-facts").status_code == 404


def test_a_mandate_is_entered_and_ended(officer: FlaskClient, session: Session) -> None:
    firm, client = an_organisation(session, "가온법률"), an_organisation(session, "한들셀")
    session.commit()
    address = f"/organisations/{firm.id}/mandates"
    facts = {"target_text": "한들셀", "type": "counsel", "since": "2025-02"}

    wrong = officer.post(address, data=facts | {"target_text": "없는회사"})
    itself = officer.post(address, data=facts | {"target_text": "가온법률"})
    done = officer.post(address, data=facts)
    (tie,) = rows(session, sa.select(OtherTie))
    ended = officer.post(
        f"/conflicts/other-ties/{tie.id}/end",  # type: ignore[attr-defined]
        data={"until": "2026-02", "version": 1},
    )
    page = officer.get(f"/organisations/{client.id}/mandates?lang=en").get_data(as_text=True)

    assert (wrong.status_code, itself.status_code, done.status_code, ended.status_code) == (
        422,
        422,
        302,
        302,
    )
    assert "가온법률" in page
    assert "Feb 2025 to Feb 2026" in page


def test_a_person_of_a_case_is_recorded_with_a_post(officer: FlaskClient, session: Session) -> None:
    an_organisation(session, "누리연구원")
    session.commit()

    nameless = officer.post("/persons/new", data={"birth_year": "1970"})
    made = officer.post("/persons/new", data={"name_ko": "마루한", "birth_year": "1970"})
    post = officer.post(
        made.location, data={"target_text": "누리연구원", "type": "employee", "unit": "소재연구실"}
    )
    page = officer.get(made.location).get_data(as_text=True)

    assert (nameless.status_code, made.status_code, post.status_code) == (422, 302, 302)
    assert "소재연구실" in page
    assert [one.name_ko for one in rows(session, sa.select(Person))] == ["마루한"]  # type: ignore[attr-defined]


@pytest.fixture
def milder(monkeypatch: pytest.MonkeyPatch) -> RulePack:
    """A second version, under which current posts at an affiliate only have to be disclosed."""
    now = packs.shipped_packs()[0]
    disclosed = now.rules["R32"].bands[0]
    tiers = dict.fromkeys(RoleClass, disclosed.tiers[RoleClass.SUP])
    terms = replace(now.rules["R03"], bands=(replace(now.rules["R03"].bands[0], tiers=tiers),))
    later = now.effective_from.replace(year=2027)
    other = replace(now, version="draft", effective_from=later, rules={**now.rules, "R03": terms})
    monkeypatch.setattr(packs, "shipped_packs", lambda: (now, other))
    monkeypatch.setattr("expertpool.engagements.web.rule_pack.shipped_packs", lambda: (now, other))
    return other


def test_an_officer_sees_who_would_change_tier_and_moves_the_case(
    officer: FlaskClient, session: Session, milder: RulePack
) -> None:
    case = a_case(session)
    party = rows(session, sa.select(Incident).where(Incident.id == case.need.incident_id))[0].parties[0]  # type: ignore[attr-defined]
    sister = an_organisation(session, "새롬모터스")
    expert = an_expert(session, name_ko="윤슬기")
    a_tie(session, expert, sister, RelationType.ADVISER)
    an_ownership(session, session.get_one(type(sister), party.organisation_id), sister)
    session.commit()
    address = f"/incidents/{case.need.incident_id}/rules"

    page = officer.get(f"{address}?pack=draft&lang=ko").get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', page)
    moved = officer.post(address, data={"pack": "draft", "version": version[1] if version else ""})
    unknown = officer.get(f"{address}?pack=nothing")

    assert "윤슬기" in page
    assert "제척" in page
    assert (moved.status_code, unknown.status_code) == (302, 404)
    assert session.get_one(Incident, case.need.incident_id, populate_existing=True).rule_pack == "draft"


def test_the_shipped_draft_is_looked_at_and_not_moved_to(officer: FlaskClient, session: Session) -> None:
    case = a_case(session)
    incident = session.get_one(Incident, case.need.incident_id)
    expert = an_expert(session, name_ko="윤슬기")
    firm = session.get_one(Organisation, incident.parties[0].organisation_id)
    a_tie(session, expert, firm, RelationType.ADVISER, until="2022-06")
    session.commit()
    address = f"/incidents/{incident.id}/rules"

    page = officer.get(f"{address}?pack=2027-07-draft&lang=ko").get_data(as_text=True)
    moved = officer.post(address, data={"pack": "2027-07-draft", "version": incident.version})

    assert "윤슬기" in page
    assert 'name="version"' not in page
    assert moved.status_code in (302, 422)
    assert session.get_one(Incident, incident.id, populate_existing=True).rule_pack == "2026-01"


def test_a_case_keeps_its_rules_when_others_come_into_force(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = packs.shipped_packs()[0]
    case = an_incident(session)
    later = replace(first, version="2026-11", effective_from=first.effective_from.replace(month=11))
    monkeypatch.setattr(packs, "shipped_packs", lambda: (first, later))

    newer = an_incident(session)

    assert (case.rule_pack, newer.rule_pack) == ("2026-01", "2026-11")
    assert about_case(session, case.id).pack == first


def test_an_expert_adds_a_relative_whose_name_only_the_expert_reads(
    client: FlaskClient, session: Session
) -> None:
    expert = an_expert(session)
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))

    wrong = me.post("/me/interests/relatives", data={"name": "", "kinship": "sibling"})
    done = me.post(
        "/me/interests/relatives", data={"name": "마루한", "kinship": "sibling", "birth_year": "1980"}
    )
    page = me.get("/me/interests").get_data(as_text=True)

    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "마루한" in page


def test_an_expert_brings_in_a_table_of_own_ties(client: FlaskClient, session: Session) -> None:
    expert = an_expert(session)
    an_organisation(session, "도담정밀", biz_no="1010000002")
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))
    text = "organisation,type,since,until\n1010000002,employee,2015,2024-08\n도담정밀,adviser,2025,\n"

    def send(table: str) -> str:
        file = (io.BytesIO(table.encode()), "ties.csv")
        return me.post("/me/interests/import?lang=en", data={"file": file}).get_data(as_text=True)

    faulty = send(text + "새회사,friend,soon,\n")
    foreign = send("expert_email," + text)
    page = send(text + "새회사,employee,2020,2021\n새회사,adviser,2022,2023\n")
    fields = dict(re.findall(r'name="(table|digest)" value="([^"]*)"', page))
    done = me.post("/me/interests/import/confirm", data=fields)

    assert "Write one of" in faulty
    assert "The first row names these columns" in foreign
    assert "4 new ties" in page
    assert done.status_code == 302
    ties = rows(session, sa.select(Tie).where(Tie.expert_id == expert.id))
    assert len({each.organisation_id for each in ties}) == 2  # type: ignore[attr-defined]
    assert sum(each.confidence is Confidence.NAME_ONLY for each in ties) == 1  # type: ignore[attr-defined]


def test_a_table_brings_in_persons_cases_and_figures(officer: FlaskClient, session: Session) -> None:
    expert, incident = an_expert(session), an_incident(session)
    firm = an_organisation(session, "도담정밀")
    session.commit()
    heading = officer.get("/conflicts/import/template.csv").get_data(as_text=True).lstrip("\ufeff").strip()
    empty = dict.fromkeys(heading.split(","), "") | {"expert_email": expert.email, "since": "2025"}

    def send(*rows: dict[str, str]) -> str:
        lines = [heading, *(",".join((empty | row).values()) for row in rows)]
        file = (io.BytesIO("\n".join(lines).encode()), "ties.csv")
        return officer.post("/conflicts/import?lang=en", data={"file": file}).get_data(as_text=True)

    held = {"organisation": "도담정밀", "type": "shareholder", "share_percent": "7.5", "amount_won": "900"}
    taught = {"type": "teacher", "person": "마루한", "person_birth_year": "1980"}
    heard = {"organisation": "도담정밀", "type": "witness", "case_number": incident.receipt_no}
    unseen = send(heard | {"case_number": "EP-2026-NOSUCH"})
    page = send(held, taught, heard)
    fields = dict(re.findall(r'name="(table|digest)" value="([^"]*)"', page))
    done = officer.post("/conflicts/import/confirm", data=fields)
    again = send(held, taught, heard)
    other = send(held | {"share_percent": "8"})

    assert "You see no case with this number." in unseen
    assert "3 new ties" in page
    assert "마루한" in page
    assert done.status_code == 302
    assert "0 new ties; 3 are on record already." in again
    assert "The tie is on record with something else here." in other
    kept = {each.type: each for each in rows(session, sa.select(Tie))}  # type: ignore[attr-defined]
    share, teacher, witness = (kept[RelationType(kind)] for kind in ("shareholder", "teacher", "witness"))
    assert (share.organisation_id, share.share_basis_points, share.amount_won) == (firm.id, 750, 900)  # type: ignore[attr-defined]
    assert session.get_one(Person, teacher.person_id).birth_year == 1980  # type: ignore[attr-defined]
    assert witness.incident_id == incident.id  # type: ignore[attr-defined]


def test_an_end_without_its_date_is_asked_for(client: FlaskClient, session: Session) -> None:
    expert = an_expert(session)
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))
    facts = {"organisation": "새회사", "type": "employee", "kinship": "self", "ends": "ended"}

    assert me.post("/me/interests", data=facts).status_code == 422
