"""The main menu: at most five places per kind of user."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import gettext

from expertpool.infra.gate import current_actor
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.words import Words, words

# Role -> places in order; the first existing one is where the role starts.
PLACES: dict[Role, tuple[tuple[str, Words], ...]] = {
    Role.COORDINATOR: (
        ("incidents.desk", words("My desk")),
        ("incidents.incident_list", words("Incidents")),
        ("planning.board", words("Plans")),
        ("experts.expert_list", words("Experts")),
        ("utilisation.overview", words("Utilisation")),
    ),
    Role.EXPERT: (
        ("engagements.inbox", words("Offers")),
        ("calendars.my_calendar", words("My calendar")),
        ("availability.my_availability", words("Availability")),
        ("experts.my_profile", words("My profile")),
        ("conflicts.my_interests", words("My interests")),
    ),
    Role.MINISTRY_VIEWER: (
        ("utilisation.overview", words("Utilisation")),
        ("ministries.agreement_list", words("Lending agreements")),
        ("experts.expert_list", words("Experts")),
    ),
    Role.CONFLICT_OFFICER: (
        ("conflicts.officer_desk", words("Conflicts of interest")),
        ("conflicts.screening", words("Screen experts")),
        ("conflicts.organisation_list", words("Organisations")),
        ("experts.expert_list", words("Experts")),
    ),
    Role.AUDITOR: (
        ("audit.entry_list", words("Audit record")),
        ("incidents.incident_list", words("Incidents")),
        ("planning.board", words("Plans")),
        ("experts.expert_list", words("Experts")),
        ("utilisation.overview", words("Utilisation")),
    ),
    Role.ADMIN: (
        ("accounts.account_list", words("Accounts")),
        ("ministries.agreement_list", words("Lending agreements")),
        ("experts.expert_list", words("Experts")),
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    label: str
    href: str
    current: bool


def places() -> list[Place]:
    """The menu of whoever signed in; a person with several roles gets each place once."""
    seen: dict[str, Place] = {}
    for role, entries in PLACES.items():
        if role not in current_actor().roles:
            continue
        for endpoint, label in entries:
            if endpoint in current_app.view_functions and endpoint not in seen:
                here = request.endpoint == endpoint
                seen[endpoint] = Place(say(label), url_for(endpoint), here)
    return list(seen.values())[:5]


def page_path() -> str:
    """Where the page shown can be read again.

    A page that answers a form may stand at an address that only takes the form: then it is the nearest above
    it that can be read.
    """
    addresses, path = current_app.create_url_adapter(request), request.path
    while addresses is not None and len(path) > 1:
        if addresses.test(path, method="GET"):
            return path
        path = path.rpartition("/")[0]
    return "/"


def account_places() -> list[Place]:
    """What stands in the user's own menu."""
    entries = [
        ("security.change_password", gettext("Change password")),
        ("security.two_factor_setup", gettext("Two-step sign-in")),
        ("accounts.token_list", gettext("API tokens")),
    ]
    if current_actor().is_a(Role.EXPERT, Role.COORDINATOR):
        entries.append(("calendars.my_feeds", gettext("Your calendar program")))
    if current_actor().is_a(Role.EXPERT):
        entries.append(("accounts.app_password_list", gettext("Passwords for calendars")))
    return [
        Place(label, url_for(endpoint), request.endpoint == endpoint)
        for endpoint, label in entries
        if endpoint in current_app.view_functions
    ]
