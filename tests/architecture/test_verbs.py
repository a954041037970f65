"""Every verb that goes into the audit record has words for those who read it."""

import re
from pathlib import Path

from expertpool.audit.rules import ACT_WORDS
from expertpool.conflicts.rules.waivers import WaiverAct
from expertpool.planning.rules import Wish

SOURCES = Path(__file__).resolve().parents[2] / "expertpool"
FULL = re.compile(r'"(\w+\.\w+)", (?:"\w+", )?(?:[\w.]+, )?actor=|verb\s*=\s*"(\w+\.\w+)"')
SHORT = re.compile(r'(?:verb="|(?:note|_record)\(session, \w+, ")(\w+)"')
PREFIX = re.compile(r'verb=f"(\w+)\.\{verb\}"')


def test_every_recorded_verb_has_words() -> None:
    recorded = {f"plan.{wish}" for wish in Wish} | {f"waiver.{act}" for act in WaiverAct}
    for feature in SOURCES.iterdir():
        text = "\n".join(each.read_text("utf-8") for each in feature.rglob("*.py"))
        recorded |= {first or second for first, second in FULL.findall(text)}
        recorded |= {f"{prefix}.{verb}" for prefix in PREFIX.findall(text) for verb in SHORT.findall(text)}

    assert len(recorded) > 80
    assert recorded - set(ACT_WORDS) == set()
