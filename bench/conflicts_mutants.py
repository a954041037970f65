"""How well the tests hold the conflict rules: `python -m bench.conflicts_mutants [PATTERN ...]`.

mutmut makes the mutants and keeps their results (`mutmut results` and `mutmut show` read them); this tries
them faster: pytest collects once, then every mutant is a fork of that process which runs the tests that reach
the mutated function up to the first that fails: first those that killed its neighbours, then the quickest.
Hypothesis draws few examples.

Patterns are those of mutmut, such as "expertpool.conflicts.rules.dates*", tried in the order given. Whatever
was killed before is not tried again until its function changes; to begin anew, remove `mutants/`. Prints a
line a module, then the names of the survivors.
"""

import functools
import gc
import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name

TESTS = "tests/rules/conflicts"
EXAMPLES, SECONDS, MEMORY = 12, 60, 4 << 30
SURVIVED, KILLED, UNREACHED, LATE = 0, 1, 33, 36
Reached = tuple[dict[str, list[str]], dict[str, float]]
"""The tests that reach a function, by its name; the seconds a test takes without a mutant, by its id."""


class Trial:
    """A pytest plugin that runs the collected tests once a mutant instead of once."""

    def __init__(self, wanted: Sequence[tuple[Any, str]]) -> None:
        self.wanted = wanted

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            _draw_few(item)
        _forget()
        tests, seconds = _reached(session.items)
        items = {item.nodeid: item for item in session.items}
        kills: Counter[tuple[str, str]] = Counter()
        gc.freeze()  # a fork that collects garbage would copy all of this
        for data, name in self.wanted:
            function = mangled_name_from_mutant_name(name)
            module = function.rpartition(".")[0]
            order = {
                one: (-kills[function, one], -kills[module, one], seconds[one])
                for one in tests.get(function, ())
            }
            reaching = sorted(order, key=order.__getitem__)
            data.exit_code_by_key[name], killer = _tried(name, [items[one] for one in reaching])
            data.save()
            if killer is not None:
                kills.update([(function, reaching[killer]), (module, reaching[killer])])
        return True


def _draw_few(item: pytest.Item) -> None:
    function = getattr(item, "obj", None)
    drawn = getattr(function, "_hypothesis_internal_use_settings", None)
    if drawn is not None:
        few = type(drawn)(drawn, max_examples=min(EXAMPLES, drawn.max_examples), deadline=None)
        vars(function)["_hypothesis_internal_use_settings"] = few


def _reached(items: Sequence[pytest.Item]) -> Reached:
    """Run everything once without a mutant, in a child: what this process caches would hide mutants."""
    read, write = os.pipe()
    if not os.fork():
        with os.fdopen(write, "w") as out:
            json.dump(_traced(items), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as source:
        tests, seconds = json.load(source)
    return tests, seconds


def _traced(items: Sequence[pytest.Item]) -> Reached:
    tests: defaultdict[str, list[str]] = defaultdict(list)
    seconds: dict[str, float] = {}
    set_mutant_under_test("stats")
    for item in items:
        _forget()  # else a test would not reach what one before it had cached
        started = time.process_time()
        if not _passes(item):
            sys.exit(f"fails without a mutant: {item.nodeid}")
        seconds[item.nodeid] = time.process_time() - started
        for function in state()._stats:
            tests[function].append(item.nodeid)
        state()._stats.clear()
    return tests, seconds


@functools.cache
def _cached() -> list[Any]:
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith("expertpool.")
    ]


def _forget() -> None:
    for function in _cached():
        function.cache_clear()


def _tried(name: str, items: Sequence[pytest.Item]) -> tuple[int, int | None]:
    """What becomes of one mutant, and the place of the test that killed it."""
    if not items:
        return UNREACHED, None
    read, write = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(
            resource.RLIMIT_AS, (MEMORY, MEMORY)
        )  # a search without an end also takes all memory
        set_mutant_under_test(name)
        killer = next((place for place, item in enumerate(items) if not _passes(item)), None)
        os.write(write, json.dumps(killer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as source:
        said = source.read()
    _pid, status = os.waitpid(child, 0)
    if not said:
        return (LATE if os.WIFSIGNALED(status) else KILLED), None
    killer = json.loads(said)
    return (SURVIVED if killer is None else KILLED), killer


def _passes(item: pytest.Item) -> bool:
    return all(report.passed or report.skipped for report in runtestprotocol(item, log=False))


def made() -> list[Any]:
    """The mutated files with what is known of their mutants; made anew where the source changed."""
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    with mutmut.CatchOutput(spinner_title="Generating mutants"):
        mutmut.copy_src_dir()
        mutmut.copy_also_copy_files()
        mutmut.create_mutants(1)
    files = [SourceFileMutationData(path=path) for path in walk_mutatable_files()]
    for file in files:
        file.load()
        file.meta_path = file.meta_path.absolute()
    return files


def left(files: Sequence[Any], patterns: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """The mutants not killed yet, in the order of the patterns."""
    for pattern in patterns or ("*",):
        for file in files:
            for name, result in file.exit_code_by_key.items():
                if fnmatchcase(name, pattern) and result != KILLED:
                    yield file, name


def told(files: Sequence[Any]) -> None:
    print(f"{'':44}{'mutants':>8}{'tried':>7}{'killed':>8}{'late':>6}{'lived':>7}{'untested':>9}")
    total: Counter[int | None] = Counter()
    for file in files:
        counts = Counter(file.exit_code_by_key.values())
        total += counts
        _line(str(file.path), counts)
    _line("all", total)
    for file in files:
        for name, result in file.exit_code_by_key.items():
            if result in (SURVIVED, UNREACHED):
                print(name)


def _line(title: str, counts: Counter[int | None]) -> None:
    tried = counts.total() - counts[None]
    row = (counts.total(), tried, counts[KILLED], counts[LATE], counts[SURVIVED], counts[UNREACHED])
    if row[0]:
        print(f"{title:44}{row[0]:>8}{row[1]:>7}{row[2]:>8}{row[3]:>6}{row[4]:>7}{row[5]:>9}")


def main(patterns: Sequence[str]) -> None:
    files = made()
    wanted = list(left(files, patterns))
    os.chdir("mutants")
    sys.path.insert(0, str(Path.cwd()))
    options = ["-q", "--no-header", "--rootdir=.", "-p", "no:cacheprovider", "-p", "no:randomly", TESTS]
    pytest.main(options, plugins=[Trial(wanted)])
    told(files)


if __name__ == "__main__":
    main(sys.argv[1:])
