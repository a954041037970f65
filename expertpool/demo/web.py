"""The demo's mailbox as pages: where the invitations go while no mail server is set up."""

from flask import Blueprint, Response, render_template

from expertpool.config import settings_of_app
from expertpool.demo import queries
from expertpool.infra.gate import public
from expertpool.refusals import NotFound
from expertpool.words import words

blp = Blueprint("demo", __name__)
_WHY = "demo only: fictional mail"


@blp.before_request
def only_in_the_demo() -> None:
    """Anywhere else these addresses do not exist."""
    if not settings_of_app().demo:
        raise NotFound(words("There is nothing here that you can see. Check the address."))


@blp.get("/demo/mailbox")
@public(_WHY)
def mailbox() -> str:
    """Every mail of the demo, newest first."""
    mails = queries.newest_mails(settings_of_app().mailbox_dir)
    return render_template("demo/mailbox.html", mails=mails, most=queries.MOST_MAILS)


@blp.get("/demo/mailbox/<key>")
@public(_WHY)
def mail(key: str) -> str:
    """One mail with its text and calendar files."""
    found = queries.mail_named(settings_of_app().mailbox_dir, key)
    return render_template("demo/mail.html", mail=found)


@blp.get("/demo/mailbox/<key>/<int:place>.ics")
@public(_WHY)
def calendar_file(key: str, place: int) -> Response:
    """A calendar file of a mail, to be opened in a calendar program."""
    content = queries.calendar_part(settings_of_app().mailbox_dir, key, place)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response
