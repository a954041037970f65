"""`expertpool plan repair | explain | relax | alternatives | verify`, run on files."""

import json
import resource
import signal
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner

from expertpool.cli import main
from expertpool.planning.cli import files as on_disk
from expertpool.planning.cli.files import console
from expertpool.planning.cli.watching import watched
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.memory import Memory, confined
from tests.scheduling.boards import at, expert, need, preferred, role, seat, snapshot, span
from tests.scheduling.claims import claimed

WISH = (preferred("role_kind", "ATT", 4),)
BOARD = sn.checked(
    snapshot(
        [
            expert("ann", role("ATT", 4)),
            expert("bob", free=(span(0, 9, 18),)),
            expert("cho", role("PAT"), free=(span(0, 9, 18),)),
        ],
        [need("n", [seat("s", preferred=WISH), seat("t", "PAT")])],
    )
)
PLAN = claimed(BOARD, {"s": "ann", "t": "cho"}, {"n-kick": at(0, 9)})


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    board, plan = tmp_path / "snapshot.json", tmp_path / "plan.json"
    board.write_text(sn.dumps(BOARD), encoding="utf-8")
    plan.write_text(plans.dumps(PLAN), encoding="utf-8")
    return board, plan


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that need not break their lines."""
    monkeypatch.setattr(console, "_width", 200)


def run(command: str, *arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["plan", command, *map(str, arguments)], terminal_width=200)
    return done.exit_code, " ".join(done.output.replace("│", " ").split())


def test_a_decline_is_mended_and_the_answer_verified(files: tuple[Path, Path], tmp_path: Path) -> None:
    changed, mended = tmp_path / "changed.json", tmp_path / "mended.json"

    code, told = run("repair", *files, "--declined", "s", "-o", mended, "-s", changed)

    assert code == 0
    assert "1 seats changed" in told
    assert "s (ATT) bob (MSS) n-kick Mon 2026-08-31 09:00–11:00 KST, remote" in told
    assert {e.seat: e.expert for e in plans.loads(mended.read_text("utf-8")).engagements}["s"] == "bob"
    assert run("verify", changed, mended)[0] == 0
    assert run("verify", files[0], mended)[0] == 1


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        (("--away", "ann", 0, at(1)), 0),
        (("--away", "cho", "2026-08-31T00:00", "2026-09-14T00:00"), 4),
        (("--away", "cho", "yesterday", "2026-09-14T00:00"), 2),
        (("--available", "ann", at(3), at(4)), 0),
        (("--unappointed", "ann", 0), 0),
        (("--window", "n-kick", at(0, 13), at(0, 18)), 0),
        (("--deadline", "n-kick", at(1)), 0),
        (("--away", "cho", 0, at(14)), 4),
        (("--away", "eve", 0, at(14)), 1),
        (("--away", "ann", at(1), at(0)), 1),
        (("--declined", "unknown"), 1),
        ((), 2),
        (("--declined", "s", "--deadline", "n-kick", 0), 2),
    ],
)
def test_whatever_happens_has_an_exit_code(
    files: tuple[Path, Path], happened: tuple[object, ...], code: int
) -> None:
    assert run("repair", *files, *happened)[0] == code


def test_a_new_need_comes_from_a_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    arrived, broken = tmp_path / "need.json", tmp_path / "broken.json"
    more = {"need": asdict(need("m", [seat("u")])), "conflicts": []}
    arrived.write_text(json.dumps(more), encoding="utf-8")
    broken.write_text('{"need": {}}', encoding="utf-8")

    mended = tmp_path / "mended.json"

    code, _ = run("repair", *files, "--arrived", arrived, "-o", mended)

    assert code == 0
    placed = {e.seat: e.expert for e in plans.loads(mended.read_text("utf-8")).engagements}
    assert placed == {"s": "ann", "t": "cho", "u": "bob"}
    assert run("repair", *files, "--arrived", broken)[0] == 1


def test_the_chosen_and_the_runner_up_are_shown(files: tuple[Path, Path]) -> None:
    code, told = run("explain", *files, "s")

    assert code == 0
    assert "ann" in told
    assert "200" in told
    assert "ELIG-02 1" in told


def test_one_expert_is_told_what_would_help(files: tuple[Path, Path]) -> None:
    code, told = run("explain", *files, "s", "--expert", "cho")

    assert code == 0
    assert "ELIG-02" in told
    assert "Nothing that may be conceded" in told
    assert "could take the seat" in run("explain", *files, "s", "--expert", "bob")[1]
    assert run("explain", *files, "unknown")[0] == 1


def test_what_would_fill_a_seat_is_shown(tmp_path: Path) -> None:
    board = sn.checked(snapshot([expert("ann", max_open_engagements=0)], [need("n", [seat("s")])]))
    lost = sn.checked(snapshot([expert("ann", active=False)], [need("n", [seat("s")])]))
    found = []
    for number, one in enumerate((board, lost)):
        paths = tmp_path / f"{number}.json", tmp_path / f"plan-{number}.json"
        paths[0].write_text(sn.dumps(one), encoding="utf-8")
        paths[1].write_text(plans.dumps(claimed(one, {}, {})), encoding="utf-8")
        found.append(run("relax", *paths, "s"))

    assert found[0][0] == 0
    assert "Ask ann to take on more than agreed." in found[0][1]
    assert found[1] == (4, "Nothing that may be conceded would fill this seat.")


def told_of(**fields: object) -> bytes:
    """The board with other fields."""
    return json.dumps(json.loads(sn.dumps(BOARD)) | fields).encode()


ORDERS = told_of(experts=[asdict(BOARD.experts[0]) | {"used_minutes": {"\x1b[2J": 1}}])
HOSTILE = {
    "nothing": (b"", "not readable JSON at line 1, column 1"),
    "half of it": (sn.dumps(BOARD).encode()[:500], "not readable JSON at line 1"),
    "no text": (b"\xff\xfe\x00", "not text in UTF-8"),
    "a thousand lists": (b"[" * 100_000, "nested too deeply"),
    "a long number": (b'{"seed":' + b"9" * 6_000 + b"}", "not readable JSON"),
    "a key twice": (b'{"seed":1,"seed":2}', "The key seed is given twice in one object."),
    "a list": (b"[]", "Write an object."),
    "orders to the terminal": (b'{"\\u001b[2J": 1}', r"'\x1b[2J': This field is not known here."),
    "half a character": (b'{"\\ud800": 1}', r"'\ud800': This field is not known here."),
}
NUMBERS = {
    "no number": (told_of(seed=float("nan")), "seed: Write a whole number from 0 to 9223372036854775807."),
    "an endless number": (told_of(seed=float("inf")), "seed: Write a whole number"),
    "a fraction": (told_of(cell_minutes=30.0), "cell_minutes: Write a whole number"),
    "yes for a number": (told_of(cell_minutes=True), "cell_minutes: Write a whole number"),
    "a number beyond 64 bits": (told_of(seed=2**64), "seed: Write a whole number"),
    "orders in a label": (ORDERS, r"used_minutes.'\x1b[2J': There is nothing with this id"),
}


@pytest.mark.parametrize(("text", "what"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("role", ["snapshot", "plan", "arrived"])
def test_a_file_that_cannot_be_used_is_named_with_its_fault(
    files: tuple[Path, Path], tmp_path: Path, text: bytes, what: str, role: str
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(text)
    arguments: dict[str, tuple[Any, ...]] = {
        "snapshot": ("solve", broken),
        "plan": ("verify", files[0], broken),
        "arrived": ("repair", *files, "--arrived", broken),
    }

    code, told = run(*arguments[role])

    assert code == 1
    assert what in told
    assert role == "arrived" or told.startswith("broken.json: ")


@pytest.mark.parametrize(("text", "what"), NUMBERS.values(), ids=NUMBERS)
def test_what_a_snapshot_may_not_hold_is_told(tmp_path: Path, text: bytes, what: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(text)

    code, told = run("solve", broken)

    assert code == 1
    assert what in told


def test_the_memory_of_a_command_ends_it_with_a_sentence(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(text: str) -> sn.Snapshot:
        raise MemoryError

    monkeypatch.setattr(sn, "loads", full)

    assert run("solve", files[0]) == (
        1,
        "Error: The search needed more memory than it may use. Ask for fewer seats at a time.",
    )


@pytest.mark.parametrize(("command", "more"), [("solve", ()), ("repair", ("--declined", "s"))])
def test_a_search_on_files_is_told_how_much_memory_it_may_take(
    files: tuple[Path, Path], command: str, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = set()

    def full(memory: Memory) -> bool:
        told.add(memory.most)
        return False

    monkeypatch.setattr(Memory, "full", property(full))

    assert run(command, *(files if more else files[:1]), *more)[0] == 0
    assert told == {int((4 << 30) * 0.8)}


def test_only_the_first_faults_of_many_are_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({str(number): 1 for number in range(1_000)}), encoding="utf-8")

    code, told = run("solve", broken)

    assert code == 1
    assert told.count("This field") == 50
    assert "and 968 more" in told


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_disk, "MOST_BYTES", 1 << 20)
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate((1 << 20) + 1)

    assert run("solve", large) == (1, "large.json: The file has more than 1 MB.")


@pytest.mark.parametrize("command", ["repair", "explain", "relax", "alternatives"])
def test_nothing_is_told_of_a_plan_that_breaks_rules(
    files: tuple[Path, Path], tmp_path: Path, command: str
) -> None:
    broken, foreign = tmp_path / "broken.json", tmp_path / "foreign.json"
    stranger = replace(PLAN.engagements[0], expert="[/red]")
    broken.write_text(plans.dumps(replace(PLAN, engagements=(stranger, PLAN.engagements[1]))), "utf-8")
    foreign.write_text(plans.dumps(replace(PLAN, snapshot="0" * 64)), encoding="utf-8")
    asked = {"repair": ("--declined", "s"), "alternatives": ("n",)}.get(command, ("s",))

    assert run(command, files[0], broken, *asked) == (
        1,
        "broken.json: The plan breaks rules. PLAN-01 s [/red]: The plan does not fit the snapshot.",
    )
    assert run(command, files[0], foreign, *asked)[1] == (
        "foreign.json: The plan was made from another snapshot."
    )
    assert run("verify", files[0], broken)[0] == 1


def test_ctrl_c_ends_a_search_with_its_answer() -> None:
    def search(stop: Event) -> plans.Plan:
        signal.raise_signal(signal.SIGINT)
        assert stop.wait(timeout=60)
        return PLAN

    assert watched(search) is PLAN


@pytest.mark.parametrize(("where", "code"), [("none/plan.json", 2), ("/dev/full", 1)])
def test_an_answer_that_cannot_be_written_is_told(files: tuple[Path, Path], where: str, code: int) -> None:
    assert run("repair", *files, "--declined", "s", "-o", files[0].parent / where)[0] == code


def test_other_teams_are_shown(files: tuple[Path, Path]) -> None:
    code, told = run("alternatives", *files, "n", "-k", 2)

    assert code == 0
    assert "Team 1: costs +200" in told
    assert "ann (MSS) bob (MSS)" in told
    assert "Team 2" not in told
    assert run("alternatives", *files, "unknown")[0] == 1
    assert run("repair", *files, "--away", "bob", 0, at(14), "-o", files[1], "-s", files[0])[0] == 0
    assert run("alternatives", *files, "n") == (4, "There is no other team that fills as many seats.")


def test_a_confined_process_is_as_free_as_before_afterwards() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)

    with confined(8 << 30) as search_bytes:
        within = resource.getrlimit(resource.RLIMIT_AS)

    assert (within[0], search_bytes) == (8 << 30, int((8 << 30) * 0.8))
    assert resource.getrlimit(resource.RLIMIT_AS) == before
