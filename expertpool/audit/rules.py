"""How entries are tied together, and what their verbs say."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from expertpool.words import Words, words

GENESIS = bytes(32)

# Every verb that features record. What is not here is shown to auditors as it stands, and to nobody else.
ACT_WORDS: Mapping[str, Words] = {
    "account.add": words("Opened an account."),
    "account.off": words("Closed an account."),
    "account.on": words("Opened a closed account again."),
    "account.password": words("Set a password."),
    "alias.add": words("Added an address to answer from."),
    "alias.remove": words("Removed an address to answer from."),
    "answer.look": words("Read a mail that came in."),
    "app_password.issue": words("Issued a password for calendars."),
    "app_password.revoke": words("Revoked a password for calendars."),
    "availability.add_busy": words("Added busy times."),
    "availability.add_exception": words("Added a day that differs from the usual week."),
    "availability.add_file": words("Added a calendar file."),
    "availability.add_leave": words("Added leave."),
    "availability.notice": words("Changed the notice an expert needs."),
    "availability.patterns": words("Changed the usual week."),
    "availability.read_again": words("Asked for a calendar to be read again."),
    "availability.remove_busy": words("Removed a busy time."),
    "availability.remove_calendar": words("Removed a calendar."),
    "availability.remove_exception": words("Removed a day that differs from the usual week."),
    "availability.remove_leave": words("Removed leave."),
    "availability.renew_file": words("Replaced a calendar file."),
    "availability.subscribe": words("Connected a calendar."),
    "availability.write_calendar": words("Changed times from a calendar program."),
    "conflict.forget_screening": words("Deleted a kept screening."),
    "conflict.rule": words("Ruled on a finding."),
    "conflict.screen": words("Screened experts in silence."),
    "engagement.accept": words("The expert said yes."),
    "engagement.answer_card": words("Answered the conflict card."),
    "engagement.cancel": words("Took an expert off a seat."),
    "engagement.certify": words("Certified the work."),
    "engagement.challenge": words("Recorded a party's challenge."),
    "engagement.close": words("Accepted the work."),
    "engagement.confirm": words("Confirmed an engagement."),
    "engagement.decline": words("The expert declined."),
    "engagement.deliver": words("Handed in the work."),
    "engagement.end_waiver": words("Took an expert off, as a waiver had ended."),
    "engagement.lapse": words("An offer lapsed without an answer."),
    "engagement.move": words("Moved the times of an engagement."),
    "engagement.offer": words("Sent an offer."),
    "engagement.pledge": words("Began on a pledge, the card to follow."),
    "engagement.propose": words("Proposed an expert for a seat."),
    "engagement.recuse": words("Stepped down because of a tie."),
    "engagement.refuse_consent": words("The lending ministry refused."),
    "engagement.reject_challenge": words("Rejected a challenge."),
    "engagement.rule_on_card": words("Decided about a conflict card."),
    "engagement.rule_on_certificate": words("Decided about a tie certified after the work."),
    "engagement.suspend": words("Shut the case to an expert for a conflict found or a card overdue."),
    "engagement.uphold_challenge": words("Upheld a challenge."),
    "engagement.withdraw": words("An expert took back a yes."),
    "expert.change": words("Changed an expert's record."),
    "expert.change_own": words("Changed one's own record."),
    "expert.export": words("Downloaded a list of experts."),
    "expert.move": words("Changed an expert's state in the pool."),
    "expert.register": words("Registered an expert."),
    "expert.verify_facet": words("Verified what an expert can do."),
    "expert.view": words("Opened an expert's record."),
    "feed.revoke": words("Revoked a feed."),
    "feed.rotate": words("Made a new address for a feed."),
    "incident.activate": words("Began the response."),
    "incident.add_party": words("Added a party."),
    "incident.change": words("Changed the facts."),
    "incident.close": words("Closed the incident."),
    "incident.close_to_expert": words("Closed the case to an expert."),
    "incident.export": words("Downloaded a list of incidents."),
    "incident.involve_ministry": words("Involved a ministry."),
    "incident.mark_earlier_work": words(
        "Marked an expert's earlier work: it came before a conflict was found."
    ),
    "incident.move_rule_pack": words("Moved the case to other conflict rules."),
    "incident.note_trigger": words("Noted a date that starts a clock."),
    "incident.open_to_expert": words("Opened the case to an expert."),
    "incident.receive": words("Received the incident."),
    "incident.record": words("Recorded the incident."),
    "incident.release_ministry": words("Released a ministry."),
    "incident.remove_party": words("Removed a party."),
    "incident.reopen": words("Reopened the incident."),
    "incident.state_conflict_facts": words("Changed what conflicts of interest are judged by."),
    "incident.triage": words("Triaged the incident."),
    "interests.confirm": words("Confirmed the register of interests."),
    "lending.agree": words("Agreed on lending."),
    "lending.change": words("Changed a lending agreement."),
    "mail.resend": words("Sent an invitation again."),
    "need.add": words("Drafted a need."),
    "need.approve": words("Offers went out for a need."),
    "need.cancel": words("Cancelled a need."),
    "need.change": words("Changed a need."),
    "need.complete": words("Completed a need."),
    "need.fill": words("Every seat of a need is filled."),
    "need.move_times": words("Moved the times of a need."),
    "need.propose": words("A plan was proposed for a need."),
    "need.submit": words("Submitted a need."),
    "organisation.add": words("Recorded an organisation."),
    "organisation.add_alias": words("Added another name of an organisation."),
    "organisation.add_ownership": words("Recorded who holds shares of an organisation."),
    "organisation.change": words("Changed an organisation."),
    "organisation.end_ownership": words("Ended a holding in an organisation."),
    "organisation.remove_alias": words("Removed another name of an organisation."),
    "other_tie.end": words("Ended a tie of an organisation or person."),
    "other_tie.record": words("Recorded a tie of an organisation or person."),
    "person.add": words("Recorded a person."),
    "plan.approve": words("Approved a proposed team."),
    "plan.ask": words("Asked what a change to a team would do."),
    "plan.ban": words("Excluded an expert from a seat."),
    "plan.discard": words("Discarded a proposed team."),
    "plan.give_up": words("Gave a search up."),
    "plan.lose": words("A search broke off."),
    "plan.pin": words("Pinned an expert to a seat."),
    "plan.propose": words("Proposed a team."),
    "plan.request": words("Asked for a team to be searched."),
    "plan.stop": words("Stopped a search."),
    "plan.supersede": words("A newer team took a proposal's place."),
    "plan.unwish": words("Took a wish about a seat back."),
    "proposal.decline": words("Declined another time that an expert proposed."),
    "secrecy.record": words("Recorded a duty of secrecy."),
    "secrecy.remove": words("Removed a duty of secrecy."),
    "technology.record": words("Recorded a technology or right."),
    "tie.end": words("Noted the end of a tie."),
    "tie.record": words("Recorded a tie of an expert."),
    "tie.settle": words("Settled an open question about a tie."),
    "tie.take_back": words("Took back a tie entered by mistake."),
    "token.issue": words("Issued an API token."),
    "token.revoke": words("Revoked an API token."),
    "utilisation.download": words("Downloaded figures of utilisation."),
    "waiver.add_consents": words("Noted the parties' consents to a waiver."),
    "waiver.ask_for_proof": words("Asked for a waiver to be proven again."),
    "waiver.endorse": words("Endorsed a waiver."),
    "waiver.expire": words("A waiver expired."),
    "waiver.grant": words("Granted a waiver."),
    "waiver.prove": words("Looked whether anybody else could take the seat."),
    "waiver.refuse": words("Refused a waiver."),
    "waiver.request": words("Asked for a waiver."),
    "waiver.revoke": words("Revoked a waiver."),
    "waiver.withdraw": words("Withdrew a request for a waiver."),
}


class Entry(Protocol):
    """What is hashed of an entry."""

    stream: Any
    no: Any
    at: Any
    user_id: Any
    role: Any
    verb: Any
    thing_kind: Any
    thing_id: Any
    detail: Any
    previous_hash: Any


def digest(entry: Entry) -> bytes:
    """The hash that ties `entry` to the one before: SHA-256 over canonical JSON, instants in microseconds."""
    body = [
        entry.stream,
        entry.no,
        int(entry.at.timestamp()) * 1_000_000 + entry.at.microsecond,
        str(entry.user_id or ""),
        entry.role,
        entry.verb,
        entry.thing_kind,
        str(entry.thing_id or ""),
        entry.detail,
        entry.previous_hash.hex(),
    ]
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
