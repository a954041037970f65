"""What must hold before facts become an incident, and a draft becomes a need. Each fault names its field."""

import datetime as dt
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules.drafts import (
    IncidentFacts,
    NeedDraft,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
)
from expertpool.incidents.rules.vocabulary import SESSION_KIND_WORDS, TeamRuleKind
from expertpool.refusals import Invalid
from expertpool.words import Words, words

MOST_SEATS = 20
MOST_SESSIONS = 20
MOST_TEAM_RULES = 20
MOST_FACETS = 20
LONGEST_TITLE = 200
LONGEST_SUMMARY = 8000
LONGEST_WINDOW = dt.timedelta(days=366)

TermKey = tuple[FacetKind, str]
Faults = Iterator[tuple[str, Words]]

MISSING = words("Fill in this field.")
NOT_LISTED = words("Choose an entry of the list.")
TWICE = words("This was given before. Remove one of the two.")
CORRECT = words("Some answers cannot be used. Correct the fields named below.")


def check_incident(
    facts: IncidentFacts, *, terms: AbstractSet[TermKey], type_codes: AbstractSet[str]
) -> None:
    """Raises: Invalid, naming each faulty field."""
    _refuse(dict(faults_of_incident(facts, terms=terms, type_codes=type_codes)))


def check_need(draft: NeedDraft, *, terms: AbstractSet[TermKey]) -> None:
    """Raises: Invalid, naming each faulty field by its path, such as `seats-0-role_kind`."""
    _refuse(_first_of_each(faults_of_need(draft, terms=terms)))


def _refuse(faults: Mapping[str, Words]) -> None:
    if faults:
        raise Invalid(CORRECT, fields=faults)


def _first_of_each(faults: Faults) -> dict[str, Words]:
    """The first fault of each field: one thing to mend at a time."""
    found: dict[str, Words] = {}
    for path, sentence in faults:
        found.setdefault(path, sentence)
    return found


def faults_of_move(draft: NeedDraft, before: NeedDraft, *, now: dt.datetime) -> dict[str, Words]:
    """What of changed times cannot be done any more at `now`. Windows that stay are not judged again."""
    moved = {f"sessions-{n}-latest" for n, s in enumerate(draft.sessions) if s != before.sessions[n]}
    found = faults_at_submission(draft, now=now)
    return {path: sentence for path, sentence in found.items() if path in moved | {"deadline"}}


def faults_of_incident(
    facts: IncidentFacts, *, terms: AbstractSet[TermKey], type_codes: AbstractSet[str]
) -> Faults:
    """Every fault of the facts under the name of its field."""
    if not facts.title.strip():
        yield "title", words("Give the incident a short title without names of parties.")
    else:
        yield from _text(facts.title, "title", LONGEST_TITLE)
    if not facts.summary.strip():
        yield "summary", words("Say in a few sentences what happened.")
    else:
        yield from _text(facts.summary, "summary", LONGEST_SUMMARY)
    if facts.type_code not in type_codes:
        yield "type_code", NOT_LISTED
    if (FacetKind.REGION, facts.region_code) not in terms:
        yield "region_code", NOT_LISTED
    if any((FacetKind.TECHNOLOGY, code) not in terms for code in facts.technologies):
        yield "technologies", NOT_LISTED


def _text(text: str, path: str, longest: int) -> Faults:
    if len(text) > longest:
        yield path, words("Write at most %(longest)s characters.", longest=longest)
    if "\x00" in text:
        yield path, words("Remove characters that cannot be shown.")


def faults_of_need(draft: NeedDraft, *, terms: AbstractSet[TermKey]) -> Faults:
    """Every fault of the draft under the path of its field; several may name one field."""
    if not draft.purpose.strip():
        yield "purpose", words("Say in one line what the experts are asked to do.")
    else:
        yield from _text(draft.purpose, "purpose", LONGEST_TITLE)
    if draft.deadline <= draft.not_before:
        yield "deadline", words("The deadline must come after the start.")
    elif draft.deadline - draft.not_before > LONGEST_WINDOW:
        yield "deadline", words("A need covers at most one year. Choose an earlier deadline.")
    yield from _counts(draft)
    for place, seat in enumerate(draft.seats):
        yield from _seat(seat, f"seats-{place}", terms)
    for place, session in enumerate(draft.sessions):
        yield from _session(session, f"sessions-{place}", draft, terms)
    for place, rule in enumerate(draft.team_rules):
        yield from _team_rule(rule, f"team_rules-{place}", draft, terms)


def _counts(draft: NeedDraft) -> Faults:
    if not draft.seats:
        yield "seats", words("Add at least one seat.")
    if not draft.sessions and not any(seat.effort_minutes for seat in draft.seats):
        yield "sessions", words("Add at least one session, or say how many hours a seat takes.")
    limits = (
        ("seats", len(draft.seats), MOST_SEATS),
        ("sessions", len(draft.sessions), MOST_SESSIONS),
        ("team_rules", len(draft.team_rules), MOST_TEAM_RULES),
    )
    for name, count, most in limits:
        if count > most:
            yield name, words("At most %(most)s fit into one need. Split it into two needs.", most=most)


def _seat(seat: SeatDraft, path: str, terms: AbstractSet[TermKey]) -> Faults:
    if (FacetKind.ROLE_KIND, seat.role_kind) not in terms:
        yield f"{path}-role_kind", NOT_LISTED
    if not 1 <= seat.minimum_level <= 4:
        yield f"{path}-minimum_level", words("A level is 1, 2, 3 or 4.")
    if seat.preferred_level is not None and not seat.minimum_level <= seat.preferred_level <= 4:
        yield f"{path}-preferred_level", words("The preferred level must not lie below the lowest level.")
    if not 0 <= seat.effort_minutes <= 60_000:
        yield f"{path}-effort_minutes", words("Write between 0 and 1000 hours.")
    yield from _facets(seat, path, terms)


def _facets(seat: SeatDraft, path: str, terms: AbstractSet[TermKey]) -> Faults:
    if len(seat.facets) > MOST_FACETS:
        yield f"{path}-facets", words("Ask for at most %(most)s things of one seat.", most=MOST_FACETS)
    seen: set[TermKey] = set()
    for place, facet in enumerate(seat.facets):
        at = f"{path}-facets-{place}"
        key = (facet.kind, facet.code)
        if facet.kind is FacetKind.ROLE_KIND or key not in terms:
            yield f"{at}-code", NOT_LISTED
        if key in seen:
            yield f"{at}-code", TWICE
        seen.add(key)
        if not 1 <= facet.minimum_level <= 4:
            yield f"{at}-minimum_level", words("A level is 1, 2, 3 or 4.")
        if not 1 <= facet.weight <= 10:
            yield f"{at}-weight", words("A weight is a number from 1 to 10.")


def _session(session: SessionDraft, path: str, draft: NeedDraft, terms: AbstractSet[TermKey]) -> Faults:
    if session.kind not in SESSION_KIND_WORDS:
        yield f"{path}-kind", NOT_LISTED
    if not 30 <= session.length_minutes <= 720 or session.length_minutes % 30:
        yield f"{path}-length_minutes", words("A session takes 30 minutes to 12 hours, in half hours.")
    yield from _window(session, path, draft)
    if session.region_code is not None and (FacetKind.REGION, session.region_code) not in terms:
        yield f"{path}-region_code", NOT_LISTED
    yield from _seats_of(session.seats, f"{path}-seats", draft, words("Choose who attends this session."))


def _window(session: SessionDraft, path: str, draft: NeedDraft) -> Faults:
    if session.latest <= session.earliest:
        yield f"{path}-latest", words("The session ends before it starts.")
    elif session.latest - session.earliest < dt.timedelta(minutes=session.length_minutes):
        yield (
            f"{path}-latest",
            words("The window is shorter than the session. Widen it or shorten the session."),
        )
    elif session.latest > draft.deadline:
        yield f"{path}-latest", words("The session must end by the deadline of the need.")
    if session.earliest < draft.not_before:
        yield f"{path}-earliest", words("The session cannot start before the need does.")


def _team_rule(rule: TeamRuleDraft, path: str, draft: NeedDraft, terms: AbstractSet[TermKey]) -> Faults:
    chair = rule.kind is TeamRuleKind.CHAIR_LICENCE
    missing = words("Choose the seat of the chair.") if chair else None
    yield from _seats_of(rule.seats, f"{path}-seats", draft, missing)
    if chair:
        yield from _codes(rule.licences, FacetKind.LICENCE, f"{path}-licences", terms)
    if rule.kind is TeamRuleKind.AT_LEAST:
        yield from _codes(rule.role_kinds, FacetKind.ROLE_KIND, f"{path}-role_kinds", terms)
    least = 2 if rule.kind is TeamRuleKind.MINISTRY_MIX else 1
    most = len(rule.seats or draft.seats)
    if rule.kind in (TeamRuleKind.AT_LEAST, TeamRuleKind.MINISTRY_MIX) and not least <= rule.count <= most:
        sentence = words("Write a number from %(least)s to the number of seats.", least=least)
        yield f"{path}-count", sentence


def _codes(codes: tuple[str, ...], kind: FacetKind, path: str, terms: AbstractSet[TermKey]) -> Faults:
    if not codes:
        yield path, MISSING
    elif any((kind, code) not in terms for code in codes):
        yield path, NOT_LISTED


def _seats_of(seats: tuple[int, ...], path: str, draft: NeedDraft, missing: Words | None) -> Faults:
    """`seats` must be seats of the need, each once; none at all only where `missing` is None."""
    if not seats and missing is not None:
        yield path, missing
    elif any(not 0 <= seat < len(draft.seats) for seat in seats):
        yield path, words("Choose seats of this need.")
    elif len(set(seats)) != len(seats):
        yield path, TWICE


def faults_at_submission(draft: NeedDraft, *, now: dt.datetime) -> dict[str, Words]:
    """What can no longer be done at `now`, though it was sound when it was written."""
    found: dict[str, Words] = {}
    if draft.deadline <= now:
        found["deadline"] = words("The deadline has passed. Choose a later one.")
    for place, session in enumerate(draft.sessions):
        left = session.latest - max(session.earliest, now)
        if left < dt.timedelta(minutes=session.length_minutes):
            found[f"sessions-{place}-latest"] = words(
                "The session no longer fits before its end. Widen the window."
            )
    return found
