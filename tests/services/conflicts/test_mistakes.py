"""Entries of one's own register that were made by mistake."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts import service
from expertpool.conflicts.models import InterestStatement
from expertpool.conflicts.queries import screen_experts, ties_of, ties_taken_back
from expertpool.conflicts.rules.vocabulary import Source
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import NotFound, Refusal, WrongState
from expertpool.scheduling.vocabulary import RoleClass, Tier
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflict_process import a_tied_case, a_waiver
from tests.fixtures.conflicts import a_party, a_tie, an_organisation
from tests.fixtures.experts import an_expert


def of(expert_id: object) -> Actor:
    return Actor(roles=frozenset({Role.EXPERT}), expert_id=expert_id)  # type: ignore[arg-type] # a key


def test_a_mistake_counts_no_more_and_officers_still_read_it(session: Session, now: dt.datetime) -> None:
    expert, firm = an_expert(session), an_organisation(session)
    tie, me = a_tie(session, expert, firm, source=Source.SELF), of(expert.id)
    officer = an_actor(session, Role.CONFLICT_OFFICER)

    with acting_as(session, me):
        service.take_back_tie(session, tie.id, version=1, actor=me, now=now)
        mine = ties_of(session, expert.id, viewer=me)
    with acting_as(session, officer):
        told = ties_taken_back(session, viewer=officer)

    (screening,) = screen_experts(
        session,
        incident_id=None,
        parties=[a_party(firm)],
        role_class=RoleClass.ADJ,
        on=now.date(),
        expert_ids=[expert.id],
    ).values()
    assert (mine, screening.tier) == ((), Tier.CLEAR)
    assert [(each.id, each.taken_back_at) for each in told] == [(tie.id, now)]
    with pytest.raises(NotFound):
        service.tie_seen(session, tie.id, actor=me)


@pytest.mark.parametrize(
    ("source", "rank", "confirmed", "by_officer", "hours_ago", "refusal"),
    [
        (Source.DOCUMENT, "", False, False, 0, WrongState),
        (Source.SELF, "Director", False, False, 0, WrongState),
        (Source.SELF, "", True, False, 0, WrongState),
        (Source.SELF, "", False, True, 0, NotFound),
        (Source.SELF, "", False, False, 25, WrongState),
    ],
)
def test_only_ones_own_untouched_word_is_taken_back(
    session: Session,
    now: dt.datetime,
    source: Source,
    rank: str,
    confirmed: bool,
    by_officer: bool,
    hours_ago: int,
    refusal: type[Refusal],
) -> None:
    expert = an_expert(session)
    entered = now - dt.timedelta(hours=hours_ago)
    tie = a_tie(session, expert, an_organisation(session), source=source, recorded_at=entered)
    tie.rank = rank  # a change, if there is one, makes it another version
    if confirmed:
        session.add(InterestStatement(expert_id=expert.id, stated_at=now))
    session.flush()
    actor = an_actor(session, Role.CONFLICT_OFFICER) if by_officer else of(expert.id)

    with acting_as(session, actor), pytest.raises(refusal):
        service.take_back_tie(session, tie.id, version=tie.version, actor=actor, now=now)


def test_what_a_waiver_was_asked_for_stands(session: Session, now: dt.datetime) -> None:
    tied = a_tied_case(session)
    tie = a_tie(session, tied.expert, an_organisation(session), source=Source.SELF)
    a_waiver(session, tied)
    me = of(tied.expert.id)

    with acting_as(session, me), pytest.raises(WrongState, match="decided about your ties"):
        service.take_back_tie(session, tie.id, version=1, actor=me, now=now)
