"""Walks through the pages of organisations, interests and screening, in both languages."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.conflicts.models import InterestStatement, Organisation, Tie
from expertpool.conflicts.rules.vocabulary import Confidence, RelationType, Source
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.conflicts import a_group, a_person, a_tie, an_organisation, an_ownership
from tests.fixtures.experts import an_expert

BIZ_NO = "1010000002"


def rows(session: Session, query: sa.Select[object]) -> list[object]:
    act_as(session, SYSTEM)
    session.expire_all()
    return list(session.scalars(query))


@pytest.fixture
def officer(client: FlaskClient, session: Session, now: dt.datetime) -> FlaskClient:
    return signed_in(client, an_account(session, Role.CONFLICT_OFFICER))


@pytest.mark.parametrize(
    ("lang", "title"),
    [("ko", "기관·기업"), ("en", "Organisations")],
)
def test_staff_read_organisations_in_their_language(
    officer: FlaskClient, session: Session, lang: str, title: str
) -> None:
    an_organisation(session, "도담정밀", biz_no=BIZ_NO)
    session.commit()

    page = officer.get(f"/organisations?q=도담&lang={lang}").get_data(as_text=True)

    assert f'<h1 id="page-title" tabindex="-1">{title}</h1>' in page
    assert "도담정밀" in page


def test_an_organisation_is_recorded_with_a_sound_number_only(officer: FlaskClient, session: Session) -> None:
    facts = {"name_ko": "한들셀", "kind": "company", "country": "KR", "biz_no": "101-00-00001"}

    refused = officer.post("/organisations/new", data=facts)
    made = officer.post("/organisations/new", data=facts | {"biz_no": "101-00-00002"})

    assert refused.status_code == 422
    assert made.status_code == 302
    assert [one.biz_no for one in rows(session, sa.select(Organisation))] == [BIZ_NO]  # type: ignore[attr-defined]


def test_a_stale_form_does_not_overwrite_a_newer_change(officer: FlaskClient, session: Session) -> None:
    firm = an_organisation(session)
    session.commit()
    facts = {"name_ko": "새이름", "kind": "company", "country": "KR", "version": str(firm.version)}
    address = f"/organisations/{firm.id}/edit"

    first, second = officer.post(address, data=facts), officer.post(address, data=facts)

    assert (first.status_code, second.status_code) == (302, 412)


def test_the_group_of_a_day_is_drawn_from_its_owners_down(officer: FlaskClient, session: Session) -> None:
    holding, middle = a_group(session, ["가람홀딩스", "미르온세미"])
    sold = an_organisation(session, "한들셀")
    an_ownership(session, middle, sold, share_basis_points=5_550, valid_until=dt.date(2024, 1, 1))
    session.commit()

    before = officer.get(f"/organisations/{middle.id}?on=2023-12-31&lang=en").get_data(as_text=True)
    after = officer.get(f"/organisations/{middle.id}?on=2024-01-01&lang=en").get_data(as_text=True)

    group = re.compile(r'aria-label="Group">(.*?)</section>', re.DOTALL)
    drawn = [group.search(page) for page in (before, after)]
    assert drawn[0] is not None
    assert drawn[1] is not None
    assert "55.5%" in drawn[0][1]
    assert drawn[0][1].index(holding.name_ko) < drawn[0][1].index(middle.name_ko)
    assert "한들셀" not in drawn[1][1]


def test_an_owner_and_a_name_are_added_and_a_namesake_has_to_be_chosen(
    officer: FlaskClient, session: Session
) -> None:
    firm, owner = an_organisation(session, "한들셀"), an_organisation(session, "가람홀딩스")
    an_organisation(session, "(주)가람홀딩스")
    session.commit()
    held = {"owner_text": "가람홀딩스", "share": "49", "declared_control": "y", "first_day": "2020-01-01"}
    address = f"/organisations/{firm.id}"

    unsure = officer.post(f"{address}/owners", data=held)
    sure = officer.post(f"{address}/owners", data=held | {"owner": ["", f"organisation:{owner.id}"]})
    named = officer.post(f"{address}/aliases", data={"name": "새한전지", "last_day": "2020-12-31"})

    assert unsure.status_code == 422
    assert f'value="organisation:{owner.id}"' in unsure.get_data(as_text=True)
    assert (sure.status_code, named.status_code) == (302, 302)
    page = officer.get(f"{address}?lang=en").get_data(as_text=True)
    assert "49%" in page
    assert "Thu 31 Dec 2020" in page


def test_experts_keep_their_own_register(client: FlaskClient, session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    known = an_organisation(session, "도담정밀", biz_no=BIZ_NO)
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))
    said = {"type": "adviser", "kinship": "self", "ends": "open", "since": "2019.3"}

    assert "Confirm your register" in me.get("/me/interests?lang=en").get_data(as_text=True)
    added = me.post("/me/interests", data=said | {"organisation": "도담", "number": "101-00-00002"})
    unnamed = me.post("/me/interests", data=said)
    ties: list[Tie] = rows(session, sa.select(Tie))  # type: ignore[assignment]
    ended = me.post(f"/me/interests/{ties[0].id}/end", data={"version": "1", "until": "2026-08"})
    confirmed = me.post("/me/interests/confirm")

    assert [each.status_code for each in (added, unnamed, ended, confirmed)] == [302, 422, 302, 302]
    assert (ties[0].organisation_id, ties[0].confidence) == (known.id, Confidence.MATCHED)
    assert len(rows(session, sa.select(InterestStatement))) == 1
    page = me.get("/me/interests?lang=en").get_data(as_text=True)
    assert "Mar 2019 to Aug 2026" in page
    assert "Confirm your register" not in page


def test_an_entry_made_by_mistake_is_taken_back_and_the_officer_is_told(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    expert = an_expert(session)
    tie = a_tie(session, expert, an_organisation(session, "도담정밀"), source=Source.SELF)
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))
    offered = "It was entered by mistake" in me.get("/me/interests?lang=en").text

    said = me.post(
        f"/me/interests/{tie.id}/take-back?lang=en", data={"version": "1"}, follow_redirects=True
    ).text

    assert offered
    assert "The entry is taken back" in said
    assert "도담정밀" not in said
    officer = signed_in(client, an_account(session, Role.CONFLICT_OFFICER))
    for page in ("/conflicts", f"/conflicts/experts/{expert.id}"):
        assert "Taken back as mistakes" in officer.get(f"{page}?lang=en").text


def test_another_experts_tie_does_not_exist_for_an_expert(
    client: FlaskClient, session: Session, now: dt.datetime
) -> None:
    tie = a_tie(session, an_expert(session), an_organisation(session))
    expert = an_expert(session)
    me = signed_in(client, an_account(session, Role.EXPERT, expert_id=expert.id))

    answer = me.post(f"/me/interests/{tie.id}/end", data={"version": "1", "until": "2026"})

    assert answer.status_code == 404


def test_an_officer_settles_a_tie_known_by_name_only(officer: FlaskClient, session: Session) -> None:
    expert, meant = an_expert(session), an_organisation(session, "도담정밀", biz_no=BIZ_NO)
    bare = an_organisation(session, "도담정밀")
    tie = a_tie(session, expert, bare, until="unknown", confidence=Confidence.NAME_ONLY)
    session.commit()

    desk = officer.get("/conflicts?lang=en").get_data(as_text=True)
    shown = officer.get(f"/conflicts/ties/{tie.id}?lang=en").get_data(as_text=True)
    settled = officer.post(
        f"/conflicts/ties/{tie.id}",
        data={
            "version": "1",
            "target_text": "1010000002",
            "confidence": "matched",
            "type": "employee",
            "kinship": "self",
            "since": "2015",
            "ends": "ended",
            "until": "2024-08",
        },
    )

    assert "Only the name agrees with the record" in desk
    assert 'value="unknown" checked' in shown
    assert settled.status_code == 302
    now_said: list[Tie] = rows(session, sa.select(Tie))  # type: ignore[assignment]
    assert (now_said[0].organisation_id, now_said[0].ends_precision) == (meant.id, "month")


@pytest.mark.parametrize(
    ("lang", "tier", "share"),
    [("ko", "제척", "60%"), ("en", "Barred", "60% held by")],
)
def test_a_silent_screening_draws_the_path_and_leaves_one_audit_entry(
    officer: FlaskClient, session: Session, lang: str, tier: str, share: str
) -> None:
    holding, sister = a_group(session, ["가람홀딩스", "미르온세미"])
    expert = an_expert(session)
    a_tie(session, expert, sister, RelationType.OFFICER, since="2020-02")
    accused = a_person(session, "마루한")
    session.commit()

    answer = officer.post(
        f"/conflicts/screening?lang={lang}",
        data={
            "expert": str(expert.id),
            "role_class": "ADJ",
            "on": "2026-11-23",
            "purpose": "recheck",
            "party0_text": "가람홀딩스",
            "side0": "respondent",
            "kind0": "party",
            "party1": f"person:{accused.id}",
            "side1": "respondent",
            "kind1": "accused",
        },
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "R03" in page
    assert tier in page
    assert share in page
    entries: list[AuditEntry] = rows(  # type: ignore[assignment]
        session, sa.select(AuditEntry).where(AuditEntry.verb == "conflict.screen")
    )
    assert [entry.detail for entry in entries] == [
        {"purpose": "recheck", "role_class": "ADJ", "parties": 2, "experts": str(expert.id)}
    ]
    assert holding.name_ko not in str(entries[0].detail)


def test_a_namesake_of_a_party_is_noted_beside_the_findings(officer: FlaskClient, session: Session) -> None:
    expert = an_expert(session, name_ko="마루한", name_en="Ma Ruhan", birth_year=1975)
    accused = a_person(session, "마루한", birth_year=1980)
    session.commit()
    asked = {
        "expert": str(expert.id),
        "role_class": "ADJ",
        "on": "2026-11-23",
        "purpose": "recheck",
        "party0": f"person:{accused.id}",
        "side0": "respondent",
        "kind0": "accused",
    }

    page = officer.post("/conflicts/screening?lang=en", data=asked).get_data(as_text=True)

    assert "Nothing was found" in page
    assert "Bears the name of a party, and is somebody else. The years of birth differ." in page


def test_a_screening_without_a_party_or_with_an_unknown_one_is_refused(
    officer: FlaskClient, session: Session
) -> None:
    expert = an_expert(session)
    session.commit()
    asked = {"expert": str(expert.id), "role_class": "ADJ", "on": "2026-11-23", "purpose": "recheck"}

    nobody = officer.post("/conflicts/screening", data=asked)
    unknown = officer.post("/conflicts/screening", data=asked | {"party0_text": "없는회사"})

    assert (nobody.status_code, unknown.status_code) == (422, 422)
    assert rows(session, sa.select(AuditEntry).where(AuditEntry.verb == "conflict.screen")) == []


def test_a_table_of_ties_is_checked_then_imported_once(officer: FlaskClient, session: Session) -> None:
    expert = an_expert(session)
    an_organisation(session, "도담정밀", biz_no=BIZ_NO)
    session.commit()
    text = (
        "expert_email,organisation,type,since,until\n"
        f"{expert.email},{BIZ_NO},employee,2015,2024-08\n"
        f"{expert.email},도담정밀,adviser,2025-01,\n"
    )

    def send(table: str) -> str:
        file = (io.BytesIO(table.encode()), "ties.csv")
        return officer.post("/conflicts/import?lang=en", data={"file": file}).get_data(as_text=True)

    faulty = send(text + "nobody@expert.example,없는회사,friend,soon,\n")
    page = send(text)
    assert rows(session, sa.select(Tie)) == []
    fields = dict(re.findall(r'name="(table|digest)" value="([^"]*)"', page))
    done = officer.post("/conflicts/import/confirm", data=fields)
    again = send(text)

    for wrong in (
        "No expert has this address.",
        "No organisation on record",
        "Write one of",
        "Write the date",
    ):
        assert wrong in faulty
    assert "2 new ties" in page
    assert done.status_code == 302
    assert len(rows(session, sa.select(Tie))) == 2
    assert "0 new ties; 2 are on record already." in again


@pytest.mark.parametrize(
    "address", ["/conflicts", "/conflicts/screening", "/me/interests", "/conflicts/import"]
)
def test_coordinators_are_turned_away(
    client: FlaskClient, session: Session, now: dt.datetime, address: str
) -> None:
    coordinator = signed_in(client, an_account(session, Role.COORDINATOR))

    assert coordinator.get(address).status_code == 403
