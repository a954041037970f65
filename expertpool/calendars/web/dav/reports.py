"""Questions about the events of a calendar."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import Response, make_response

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics.offering import Signature, busy_file
from expertpool.availability.rules.xml import Element
from expertpool.calendars.models import DavObject
from expertpool.calendars.queries import dav as queries
from expertpool.calendars.rules import dav as rules
from expertpool.calendars.rules.dav import CALDAV, Kind, Precondition, Properties, Unfit, answering
from expertpool.calendars.service import dav as service
from expertpool.calendars.web.dav.speaking import question, sealer, xml
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work

_DATA = f"{CALDAV}calendar-data"
_MOST_AT_ONCE = 5_000
_LONGEST_FREE_BUSY = dt.timedelta(days=400)


def report(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind) -> Response:
    """Answer a REPORT about one calendar. Raises: NotXml; Unfit."""
    asked = rules.read_report(question())
    if kind is Kind.ASSIGNMENTS:
        with unit_of_work() as session:
            service.list_assignments(session, expert_id, now=clock.now())
    match asked:
        case rules.Multiget():
            return xml(answering.multistatus(_multiget(tree, expert_id, kind, asked)))
        case rules.Query():
            return xml(answering.multistatus(_query(tree, expert_id, kind, asked)))
        case rules.Sync():
            return _sync(tree, expert_id, kind, asked)
        case rules.FreeBusy():
            return _free_busy(expert_id, kind, asked.during)


def told_of(tree: rules.Tree, kind: Kind, rows: Sequence[DavObject]) -> list[tuple[str, Properties]]:
    """The events with what they say of themselves, without their texts."""
    return [(tree.object(kind, row.name), _said(tree, kind, row)) for row in rows]


def _said(tree: rules.Tree, kind: Kind, row: DavObject) -> Properties:
    return rules.object_properties(tree, kind, rules.Listed(row.name, row.etag, row.octets))


def _found(
    tree: rules.Tree, kind: Kind, rows: Sequence[DavObject], wanted: rules.Wanted
) -> Iterator[tuple[str, Element]]:
    """The answers for these events by their names, with the texts if they are wanted."""
    texts = queries.texts(db.session(), rows, sealer=sealer()) if _DATA in wanted.names else {}
    for row in rows:
        said = _said(tree, kind, row)
        if row.id in texts:
            said[_DATA] = rules.element(_DATA, texts[row.id])
        yield row.name, answering.found(tree.object(kind, row.name), said, wanted)


def _multiget(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind, asked: rules.Multiget) -> Iterator[Element]:
    names = {href: tree.name_of(kind, href) for href in asked.hrefs}
    rows = queries.named(db.session(), expert_id, kind, [name for name in names.values() if name])
    found = dict(_found(tree, kind, list(rows.values()), asked.wanted))
    for href, name in names.items():
        yield found.get(name, answering.gone(href))


def _query(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind, asked: rules.Query) -> Iterator[Element]:
    if asked.nothing:
        return
    rows = queries.matching(db.session(), expert_id, kind, during=asked.during, uid=asked.uid)
    for _, found in _found(tree, kind, rows, asked.wanted):
        yield found


def _sync(tree: rules.Tree, expert_id: uuid.UUID, kind: Kind, asked: rules.Sync) -> Response:
    """Source: RFC 6578 section 3."""
    known = rules.revision_of(asked.token) if asked.token else 0
    state = queries.counted(db.session(), expert_id, kind)
    if known is None or known > state.revision or 0 < known < state.forgotten:
        raise Unfit(Precondition.VALID_SYNC_TOKEN)
    most = min(asked.most or _MOST_AT_ONCE, _MOST_AT_ONCE)
    rows = queries.changed_since(db.session(), expert_id, kind, known, most=most + 1)
    told, reached = rows[:most], state.revision
    found = dict(_found(tree, kind, [row for row in told if not row.gone], asked.wanted))
    responses = [found.get(row.name) or answering.gone(tree.object(kind, row.name)) for row in told]
    if len(rows) > most:
        reached = told[-1].revision
        responses.append(answering.cut_short(tree.collection(kind)))
    return xml(answering.multistatus(responses, token=rules.sync_token(reached)))


def _free_busy(expert_id: uuid.UUID, kind: Kind, during: rules.Range) -> Response:
    """Source: RFC 4791 section 7.10."""
    if during.end - during.start > _LONGEST_FREE_BUSY:
        raise Unfit(Precondition.VALID_FILTER)
    busy, perhaps = queries.taken(db.session(), expert_id, kind, during)
    window, sign = Span(during.start, during.end), Signature(expert_id.hex, clock.now())
    body = busy_file(busy, perhaps, window, sign)
    return make_response(body, HTTPStatus.OK, {"Content-Type": "text/calendar; charset=utf-8"})
