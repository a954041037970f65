"""What sets some incidents apart: links, core technology, compartments, anonymous reports, a reopening."""

from collections.abc import Iterator
from dataclasses import replace

from expertpool.demo.world.cases import Incident, Stage
from expertpool.demo.world.seeding import DAY
from expertpool.incidents.data import load_incident_types
from expertpool.incidents.rules import PartyKind, PartySide
from expertpool.ministries.data import MinistryKind, load_ministries

STORY_PAIR = ("S3", "I09")
MORE_PAIRS = 3


def linked(incidents: list[Incident]) -> list[Incident]:
    """With four pairs against one respondent each: the third story with its neighbour, three of the rest."""
    others = [i.key for i in incidents if i.stage in (Stage.ACTIVE, Stage.PANEL) and _is_plain(i)]
    others = [key for key in others if key not in STORY_PAIR][: 2 * MORE_PAIRS]
    found = {each.key: each for each in incidents}
    for first, second in (STORY_PAIR, *zip(others[::2], others[1::2], strict=True)):
        respondent = found[first].principal(PartySide.RESPONDENT)
        found[first] = replace(found[first], linked=second)
        found[second] = replace(_against(found[second], respondent), linked=first)
    return list(found.values())


def _is_plain(incident: Incident) -> bool:
    return incident.key.startswith("I") and incident.type != "overseas_leak"


def _against(incident: Incident, respondent: str) -> Incident:
    parties = tuple(
        replace(party, organisation=respondent)
        if party.side is PartySide.RESPONDENT and party.kind is PartyKind.PARTY
        else party
        for party in incident.parties
    )
    return replace(incident, parties=parties)


def marked(incidents: list[Incident]) -> Iterator[Incident]:
    """With what the supporting ministries are, and with the marks of a few fixed neighbours."""
    left = [each for each in incidents if each.key.startswith("I") and each.linked is None]
    abroad = next(each.key for each in left if each.type == "overseas_leak")
    plain = [each for each in left if each.key != abroad]
    new, triage, stable = (
        [each.key for each in plain if each.stage is stage]
        for stage in (Stage.NEW, Stage.TRIAGE, Stage.STABLE)
    )
    for each in incidents:
        found = each if each.supporting else replace(each, supporting=_supporting(each))
        if each.key in (abroad, triage[0], stable[0]):
            found = replace(found, core_technology=True, clearance="grade3")
        if each.key in (triage[1], stable[1]):
            found = _compartmented(found)
        if each.key in new[:2]:
            found = replace(found, anonymous=True)
        if each.key == stable[2]:
            found = replace(found, reopened_at=each.received_at + 60 * DAY)
        yield found


def _compartmented(incident: Incident) -> Incident:
    return replace(
        incident,
        compartmented=True,
        clearance="grade2",
        lead="NIS",
        supporting=("NPA",),
        title_ko="제한 사건",
        title_en="Restricted case",
        summary_ko="열람이 제한된 사건입니다.",
        summary_en="Access to this case is restricted.",
    )


def _supporting(incident: Incident) -> tuple[str, ...]:
    """Whoever usually leads or helps with such a case and does not lead this one."""
    kind = next(each for each in load_incident_types() if each.code == incident.type)
    members = {each.code for each in load_ministries() if each.kind is MinistryKind.MEMBER}
    usual = (kind.lead, *kind.supporting[:2])
    return tuple(code for code in usual if code != incident.lead and code in members)
