"""What answers of calendar programs are worth."""

import datetime as dt
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.calendars.rules import (
    REASONS,
    Answer,
    Answering,
    Authentication,
    Heard,
    Origin,
    Outcome,
    Partstat,
    Propose,
    SendAgain,
    Sent,
    Verdict,
    Why,
    judge,
    read_part,
)
from tests.rules.calendars.replies import ALIAS, END, EXPERT, ORIGIN, SENT, START, part, stamp

OTHER_TIME = ("DTSTART:20260908T000000Z", "DTEND:20260908T020000Z")
# RFC 5546 section 4.2.6: whoever takes over names both.
BY_DELEGATE = (
    f'PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:{EXPERT}":mailto:eve@firm.example',
    f'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eve@firm.example":mailto:{EXPERT}',
)
HEARD = Heard(Answering.REPLY, 2, stamp(10), "ACCEPTED")


def judged(data: bytes, *, origin: Origin = ORIGIN, sent: Sent | None = SENT) -> Outcome:
    return judge(read_part(data), origin=origin, sent=sent)


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_a_true_answer_counts(answer: str) -> None:
    outcome = judged(part(attendees=(f"CN=Gil;PARTSTAT={answer}:mailto:{EXPERT}",), more=("COMMENT:a\\, b",)))

    assert outcome.verdict is Verdict.APPLIED
    assert outcome.act == Answer(Partstat(answer.lower()), "a, b")


def test_an_alias_of_the_expert_counts_as_the_expert() -> None:
    data = part(attendees=(f"PARTSTAT=DECLINED:MAILTO:{ALIAS.upper()}",))

    assert judged(data, origin=replace(ORIGIN, sender=ALIAS)).why is Why.ANSWERED


def test_a_reply_without_organizer_counts_as_outlook_writes_such() -> None:
    assert judged(part(organizer="")).why is Why.ANSWERED


def test_a_left_out_sequence_is_zero() -> None:
    assert judged(part(sequence=None), sent=replace(SENT, reset_sequence=0)).heard == replace(
        HEARD, sequence=0
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"uid": "another@pool.example"}, Why.UNKNOWN_UID),
        ({"organizer": "boss@firm.example"}, Why.ANOTHER_ORGANIZER),
        ({"attendees": ("PARTSTAT=ACCEPTED:mailto:eve@firm.example",)}, Why.NOT_INVITED),
        ({"attendees": (f"PARTSTAT=ACCEPTED:http:{EXPERT}",)}, Why.NOT_INVITED),
        ({"attendees": ()}, Why.NOT_ONE_ATTENDEE),
        ({"attendees": (f"PARTSTAT=ACCEPTED:mailto:{EXPERT}",) * 2}, Why.NOT_ONE_ATTENDEE),
        ({"attendees": (f"PARTSTAT=DELEGATED:mailto:{EXPERT}",)}, Why.DELEGATED),
        ({"attendees": BY_DELEGATE}, Why.DELEGATED),
        ({"attendees": BY_DELEGATE[:1]}, Why.NOT_INVITED),
        ({"attendees": (BY_DELEGATE[0], f"PARTSTAT=ACCEPTED:mailto:{EXPERT}")}, Why.NOT_ONE_ATTENDEE),
        ({"attendees": (f"RSVP=TRUE:mailto:{EXPERT}",)}, Why.NO_ANSWER),
        ({"sequence": 4}, Why.NEVER_SENT),
        ({"sequence": 1}, Why.OLD_VERSION),
        ({"at": stamp(26)}, Why.CLOCK_AHEAD),
        ({"method": "PUBLISH"}, Why.FOREIGN_METHOD),
        ({"method": "REQUEST"}, Why.FOREIGN_METHOD),
        ({"more": ("RECURRENCE-ID:20260907T000000Z",)}, Why.ONE_OF_MANY),
        ({"more": ("SEQUENCE:3",)}, Why.INCOMPLETE),
    ],
    ids=lambda value: value.value if isinstance(value, Why) else "",
)
def test_what_does_not_fit_is_not_applied(changes: dict[str, Any], why: Why) -> None:
    outcome = judged(part(**changes))

    assert outcome == Outcome(why)


PASSED, NONE, FAILED = Authentication.PASSED, Authentication.NONE, Authentication.FAILED


@pytest.mark.parametrize(
    ("token", "sender", "authentication", "why"),
    [
        ("4f1c", EXPERT, PASSED, Why.ANSWERED),
        ("4f1c", EXPERT, NONE, Why.ANSWERED),
        ("4f1c", EXPERT, FAILED, Why.FORGED),
        ("4f1c", "assistant@univ.example", PASSED, Why.FOR_ANOTHER),
        ("0000", EXPERT, PASSED, Why.WRONG_ADDRESS),
        ("\ud800", EXPERT, PASSED, Why.WRONG_ADDRESS),
        ("", EXPERT, PASSED, Why.ANSWERED),
        ("", EXPERT, NONE, Why.UNPROVEN),
        ("", EXPERT, FAILED, Why.FORGED),
        ("", "eve@firm.example", PASSED, Why.UNPROVEN),
        ("", "", PASSED, Why.UNPROVEN),
    ],
)
def test_who_sent_it_has_to_be_proven(
    token: str, sender: str, authentication: Authentication, why: Why
) -> None:
    origin = replace(ORIGIN, token=token, sender=sender, authentication=authentication)

    assert judged(part(), origin=origin).why is why


def test_somebody_who_took_the_appointment_over_needs_the_desk() -> None:
    origin = replace(ORIGIN, sender="eve@firm.example")

    assert judged(part(attendees=BY_DELEGATE), origin=origin).verdict is Verdict.NEEDS_DESK


def test_a_token_where_none_was_given_out_is_wrong() -> None:
    assert judged(part(), sent=replace(SENT, tokens=frozenset())).why is Why.WRONG_ADDRESS


@pytest.mark.parametrize(
    ("sequence", "minutes", "answer", "why"),
    [
        (2, 10, "ACCEPTED", Why.REPEATED),
        (2, 10, "DECLINED", Why.CONTRADICTED),
        (2, 9, "DECLINED", Why.OLDER_MESSAGE),
        (2, 11, "DECLINED", Why.ANSWERED),
        (3, 9, "DECLINED", Why.ANSWERED),
    ],
)
def test_sequence_orders_answers_and_then_the_stamp(
    sequence: int, minutes: int, answer: str, why: Why
) -> None:
    data = part(sequence=sequence, at=stamp(minutes), attendees=(f"PARTSTAT={answer}:mailto:{EXPERT}",))

    assert judged(data, sent=replace(SENT, heard=(HEARD,))).why is why


def test_no_answer_counts_after_the_cancellation() -> None:
    assert judged(part(), sent=replace(SENT, cancelled=True)).verdict is Verdict.STALE


def test_a_proposal_is_passed_on_with_its_times() -> None:
    outcome = judged(part("COUNTER", more=(*OTHER_TIME, "COMMENT:teaching")))

    day = dt.timedelta(days=1)
    assert outcome.act == Propose(START + day, END + day, base_sequence=2, comment="teaching")


def test_a_proposal_may_name_others_beside_the_expert() -> None:
    attendees = (f"PARTSTAT=TENTATIVE:mailto:{EXPERT}", "PARTSTAT=NEEDS-ACTION:mailto:other@firm.example")

    assert judged(part("COUNTER", attendees=attendees, more=OTHER_TIME)).why is Why.PROPOSED


@pytest.mark.parametrize(
    "times",
    [
        (),
        ("DTSTART:20260907T000000Z", "DTEND:20260907T020000Z"),
        ("DTSTART;TZID=Asia/Seoul:20260907T090000", "DURATION:PT2H"),
        ("DTSTART;VALUE=DATE:20260908", "DTEND;VALUE=DATE:20260909"),
        ("DTSTART;TZID=Somewhere:20260908T090000", "DTEND;TZID=Somewhere:20260908T110000"),
        ("DTSTART:20260908T020000Z", "DTEND:20260908T000000Z"),
        ("DTSTART:20260801T000000Z", "DTEND:20260801T020000Z"),
        ("DTSTART:20260908T000000Z", "DURATION:P400D"),
        ("DTSTART:99991231T000000Z", "DTEND:99991231T230000Z"),
    ],
)
def test_a_proposal_without_a_clear_new_time_goes_to_the_desk(times: tuple[str, ...]) -> None:
    outcome = judged(part("COUNTER", more=times))

    assert outcome.why is Why.UNCLEAR_TIMES


def test_a_windows_zone_in_a_proposal_is_understood() -> None:
    zone = "TZID=Korea Standard Time"
    outcome = judged(
        part("COUNTER", more=(f"DTSTART;{zone}:20260908T090000", f"DTEND;{zone}:20260908T110000"))
    )

    assert isinstance(outcome.act, Propose)
    assert outcome.act.start == START + dt.timedelta(days=1)


def test_a_late_proposal_does_not_undo_a_later_answer() -> None:
    data = part("COUNTER", at=stamp(9), more=OTHER_TIME)

    assert judged(data, sent=replace(SENT, heard=(HEARD,))).why is Why.OLDER_MESSAGE


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_program_may_ask_for_the_event_as_it_stands(cancelled: bool) -> None:
    data = part("REFRESH", sequence=None, attendees=(f"CN=Gil:mailto:{EXPERT}",))

    assert judged(data, sent=replace(SENT, cancelled=cancelled)).act == SendAgain()


def test_asking_for_a_copy_bars_no_answer() -> None:
    asked = Heard(Answering.REFRESH, 3, stamp(15), "")

    assert judged(part(), sent=replace(SENT, heard=(asked,))).why is Why.ANSWERED


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_a_verdict_and_a_sentence(why: Why) -> None:
    verdict, sentence = REASONS[why]

    assert verdict in Verdict
    assert sentence.text.endswith(".")


answers = st.tuples(
    st.integers(1, 3), st.integers(0, 12), st.sampled_from(["ACCEPTED", "DECLINED", "TENTATIVE"])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(answers, min_size=1, max_size=4, unique_by=lambda each: each[:2]))
def test_in_any_order_and_any_number_the_newest_answer_stands(
    sent_answers: list[tuple[int, int, str]],
) -> None:
    parts = [
        part(sequence=sequence, at=stamp(minutes), attendees=(f"PARTSTAT={answer}:mailto:{EXPERT}",))
        for sequence, minutes, answer in sent_answers
    ]
    counting = [each for each in sent_answers if each[0] >= SENT.reset_sequence]
    newest = max(counting)[2].lower() if counting else None

    for order in permutations(parts):
        sent, stands = SENT, None
        for data in (*order, *order):
            outcome = judged(data, sent=sent)
            if isinstance(outcome.act, Answer) and outcome.heard is not None:
                stands, sent = outcome.act.partstat, replace(sent, heard=(*sent.heard, outcome.heard))
        assert stands == newest
