"""Lending agreements, the quotas that were cut afterwards, and the people who sign in."""

from dataclasses import replace

from flask_security import hash_password
from sqlalchemy.orm import Session

from expertpool.accounts import service as accounts
from expertpool.accounts.service import actor_of
from expertpool.demo.service.book import Book
from expertpool.demo.world.accounts import Account
from expertpool.demo.world.lending import Agreement
from expertpool.demo.world.seeding import seoul
from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries import service
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.rules import AgreementFacts, BlackoutFacts


def add_accounts(session: Session, *, book: Book, wanted: list[Account], password_hash: str) -> None:
    """Make sign-ins; coordinators act for their ministries from then on."""
    for each in wanted:
        row = accounts.add_account(
            session,
            actor=SYSTEM,
            email=each.email,
            password_hash=password_hash,
            name_ko=each.name_ko,
            name_en=each.name_en,
            roles=frozenset({each.role}),
            ministry_id=book.ministries[each.ministry] if each.ministry else None,
            expert_id=book.experts[each.expert] if each.expert else None,
            language="ko",
            now=book.now,
        )
        if each.role is Role.COORDINATOR and each.ministry:
            book.coordinators[each.ministry] = actor_of(row)
        if each.role is Role.CONFLICT_OFFICER:
            book.officers.append(actor_of(row))


def hashed(password: str) -> str:
    """The one password of the demo, hashed once: hashing is slow on purpose."""
    return str(hash_password(password))


def agree(session: Session, book: Book) -> None:
    """What the ministries lend each other, by the quotas they agreed on first."""
    for each in book.world.agreements:
        row = service.agree_lending(
            session,
            actor=book.coordinator(each.lender),
            now=seoul(each.valid_from, 9),
            facts=_facts(book, each, each.previous_quota_minutes),
        )
        book.agreements[f"{each.lender}>{each.borrower}"] = row.id


def cut_quotas(session: Session, book: Book) -> None:
    """Lower the quotas that were cut after more had been lent."""
    for each in book.world.agreements:
        if each.monthly_quota_minutes != each.previous_quota_minutes:
            row = session.get_one(LendingAgreement, book.agreements[f"{each.lender}>{each.borrower}"])
            service.change_agreement(
                session,
                row.id,
                actor=book.coordinator(each.lender),
                now=book.past(seoul(each.quota_since, 9)),
                version=row.version,
                facts=replace(_facts(book, each, each.monthly_quota_minutes), valid_from=row.valid_from),
            )


def _facts(book: Book, agreement: Agreement, quota: int) -> AgreementFacts:
    return AgreementFacts(
        lender_id=book.ministries[agreement.lender],
        borrower_id=book.ministries[agreement.borrower],
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        monthly_quota_minutes=quota,
        notice_minutes=agreement.notice_minutes,
        silent_consent_minutes=agreement.silent_consent_minutes,
        cost_share_percent=agreement.cost_share_percent,
        blackouts=tuple(BlackoutFacts(each.starts_at, each.ends_at) for each in agreement.blackouts),
    )
