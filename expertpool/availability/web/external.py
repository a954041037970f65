"""The calendars an expert keeps elsewhere: connect, see what was understood, renew, remove."""

import contextlib
import datetime as dt
import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from expertpool.availability import queries, service
from expertpool.availability.forms import FileForm, RenewForm, SubscribeForm, show_faults
from expertpool.availability.rules.ics import FILE_LIMITS, NOTE_WORDS, SKIP_WORDS, WholeDays
from expertpool.availability.rules.remote import MOST_CALENDARS, TROUBLE_WORDS, window_at
from expertpool.availability.web.blueprint import blp
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.infra.sealing import sealer_of_app
from expertpool.refusals import Invalid, NotFound
from expertpool.words import Words, words

Answer = Response | tuple[str, int]


@blp.get("/me/external-calendars")
@open_to(Role.EXPERT)
def external_calendars() -> str:
    """All of them, how old what we know is, and the two ways to add one."""
    return _list_page(SubscribeForm(formdata=None, prefix="web-"), FileForm(formdata=None, prefix="file-"))


@blp.post("/me/external-calendars/subscribe")
@open_to(Role.EXPERT)
def subscribe_calendar() -> Answer:
    """Read a calendar from its address from now on."""
    form = SubscribeForm(prefix="web-")
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                made = service.subscribe(
                    session,
                    _own_id(),
                    name=form.name.data or "",
                    url=form.url.data or "",
                    user_name=form.user_name.data or "",
                    password=form.password.data or "",
                    whole_days=WholeDays(form.whole_days.data),
                    sealer=sealer_of_app(service.SEALED_FOR),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, refusal)
        else:
            return _to(made.id, words("The calendar is connected. It is read in a moment."))
    # The address is a key: a page that comes back does not carry it again.
    form.url.data = ""
    return _list_page(form, FileForm(formdata=None, prefix="file-")), 422


@blp.post("/me/external-calendars/file")
@open_to(Role.EXPERT)
def add_calendar_file() -> Answer:
    """Keep the busy times of a file."""
    form = FileForm(prefix="file-")
    if form.validate_on_submit():
        try:
            whole_days = WholeDays(form.whole_days.data)
            read = _read(form.file.data, whole_days)
            with unit_of_work() as session:
                made = service.add_file(
                    session,
                    _own_id(),
                    name=form.name.data or "",
                    read=read,
                    whole_days=whole_days,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, refusal)
        else:
            return _to(made.id, words("The file was read. Look through what was understood."))
    return _list_page(SubscribeForm(formdata=None, prefix="web-"), form), 422


@blp.get("/me/external-calendars/<uuid:calendar_id>")
@open_to(Role.EXPERT)
def external_calendar(calendar_id: uuid.UUID) -> str:
    """What was understood of one calendar."""
    return _one_page(calendar_id, RenewForm(formdata=None))


@blp.post("/me/external-calendars/<uuid:calendar_id>/file")
@open_to(Role.EXPERT)
def renew_calendar_file(calendar_id: uuid.UUID) -> Answer:
    """Replace a file by a newer one."""
    form = RenewForm()
    if form.validate_on_submit():
        known = queries.own_calendar(db.session(), _own_id(), calendar_id, now=clock.now())
        try:
            read = _read(form.file.data, known.whole_days)
            with unit_of_work() as session:
                service.renew_file(
                    session, _own_id(), calendar_id, read=read, actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            show_faults(form, refusal)
        else:
            return _to(calendar_id, words("The file was read. Look through what was understood."))
    return _one_page(calendar_id, form), 422


@blp.post("/me/external-calendars/<uuid:calendar_id>/read-again")
@open_to(Role.EXPERT)
def read_calendar_again(calendar_id: uuid.UUID) -> Response:
    """Read it as soon as a worker is free."""
    with unit_of_work() as session:
        service.read_again(session, _own_id(), calendar_id, actor=current_actor(), now=clock.now())
    return _to(calendar_id, words("The calendar is read again in a moment."))


@blp.post("/me/external-calendars/<uuid:calendar_id>/remove")
@open_to(Role.EXPERT)
def remove_external_calendar(calendar_id: uuid.UUID) -> Response:
    """Forget it, its address and its times."""
    with unit_of_work() as session:
        service.remove_calendar(session, _own_id(), calendar_id, actor=current_actor(), now=clock.now())
    flash(say(words("The calendar and its times are removed.")), "success")
    return redirect(url_for("availability.external_calendars"))


def _list_page(subscribe: SubscribeForm, file: FileForm) -> str:
    now = clock.now()
    return render_template(
        "availability/external.html",
        calendars=queries.own_calendars(db.session(), _own_id(), now=now),
        most=MOST_CALENDARS,
        subscribe=subscribe,
        file=file,
        troubles=TROUBLE_WORDS,
        most_mib=FILE_LIMITS.size // 2**20,
    )


def _one_page(calendar_id: uuid.UUID, form: RenewForm) -> str:
    calendar = queries.own_calendar(db.session(), _own_id(), calendar_id, now=clock.now())
    return render_template(
        "availability/understood.html",
        calendar=calendar,
        form=form,
        troubles=TROUBLE_WORDS,
        skips=SKIP_WORDS,
        notes=NOTE_WORDS,
        day_of=_day_of,
    )


def _read(file: FileStorage, whole_days: WholeDays) -> service.Imported:
    """The busy times of a file that was sent. Raises: Invalid with the field "file"."""
    with contextlib.closing(file) as upload:
        data = upload.read()
    return service.import_busy(
        data,
        window=window_at(clock.now()),
        tz=queries.expert_seen(db.session(), _own_id()).timezone,
        whole_days=whole_days,
        own_domain=settings_of_app().desk_domain,
        limits=service.UPLOAD_LIMITS,
    )


def _day_of(written: str) -> dt.date | None:
    """The day a file names, if there is such a day."""
    try:
        return dt.date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def _own_id() -> uuid.UUID:
    expert_id = current_actor().expert_id
    if expert_id is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return expert_id


def _to(calendar_id: uuid.UUID, done: Words) -> Response:
    flash(say(done), "success")
    return redirect(url_for("availability.external_calendar", calendar_id=calendar_id))
