#!/usr/bin/python3
"""`make test`: everything that must hold before a change is merged, in the order in which it fails fastest.

    scripts/test.py [STEP…]     all steps, or only the named ones

checks    format, house rules, clang-tidy
unit      all unit tests under AddressSanitizer and UBSan, on SQLite and a private MariaDB
races     the concurrent rooms' tests again, under ThreadSanitizer
fuzz      a few seconds of every fuzz target
release   the shipped build, with its time
flows     the journeys against the real program (with failpoints, under the sanitizers), and a look at the shipped one

Ends with one line of totals. A step that cannot even start counts as one failure; the others still run.
"""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "results"
PYTHON = "/usr/bin/python3"
JOBS = os.environ.get("JOBS") or str(os.cpu_count() or 2)

# The rooms in which threads meet, and which of their tests are about that. ThreadSanitizer costs a build of its own and
# makes everything some ten times slower, so only what can race is run again.
RACE_ROOMS = ["db", "queue", "http", "wallet", "orders", "scheduler", "metrics"]
RACE_TESTS = r"[Rr]ac(e|es|ing)|[Tt]hread|[Pp]arallel|[Cc]oncurren|at_once|[Tt]ogether|drain|F15|F22|F24|F30"
FUZZ_SECONDS = os.environ.get("FUZZ_SECONDS", "5")
RELEASE_BUDGET_S = 360

passed = failed = 0
troubles: list[str] = []


def count(good: int, bad: int, what: str) -> None:
    global passed, failed
    passed += good
    failed += bad
    if bad:
        troubles.append(f"{what}: {bad} failed")


def run(command: list, **environment: str) -> int:
    return subprocess.run([str(c) for c in command], cwd=ROOT, env={**os.environ, **environment}).returncode


def step(what: str, command: list, **environment: str) -> bool:
    good = run(command, **environment) == 0
    count(int(good), int(not good), what)
    return good


def count_junit(file: pathlib.Path, what: str, status: int) -> None:
    """Adds a report's totals. A run that left no report, or failed without a failing test, is one failure."""
    try:
        root = xml.etree.ElementTree.parse(file).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        count(0, 1, f"{what} (no report)")
        return
    cases = list(root.iter("testcase"))
    bad = [c for c in cases if c.find("failure") is not None or c.find("error") is not None or c.get("status") == "fail"]
    skipped = [c for c in cases if c not in bad and (c.find("skipped") is not None or c.get("status") in ("notrun", "disabled"))]
    for case in bad:
        print(f"  failed: {case.get('classname')}.{case.get('name')}")
    # A test that did not run has proved nothing.
    for case in skipped:
        print(f"  not run: {case.get('classname')}.{case.get('name')}")
    count(len(cases) - len(bad) - len(skipped), len(bad) + len(skipped), what)
    if not cases or (status and not bad and not skipped):
        count(0, 1, f"{what} (ended with status {status})")


def with_mariadb(command: list) -> list:
    return [ROOT / "scripts" / "with-mariadb", *command]


def checks() -> None:
    for name in ("format", "rules", "analysis"):
        step(f"check {name}", [PYTHON, "tools/check.py", name])


def ctest(preset: str, what: str, *options: str, **environment: str) -> None:
    report = RESULTS / f"{preset}.xml"
    report.unlink(missing_ok=True)
    status = run(with_mariadb(["ctest", "--test-dir", f"build/{preset}", "-j", JOBS, "--quiet", "--output-on-failure",
                               "--no-tests=error", "--output-junit", report, *options]), **environment)
    if status:
        show_failures(report)
    count_junit(report, what, status)


def show_failures(report: pathlib.Path) -> None:
    if not report.exists():
        return
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if case.get("status") == "fail":
            output = (case.findtext("system-out") or "")[-6000:]
            print(f"──── {case.get('name')}\n{output}")


def unit() -> None:
    if step("asan build", ["scripts/build", "asan"]):
        ctest("asan", "unit tests", ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1",
              UBSAN_OPTIONS="print_stacktrace=1")


def races() -> None:
    targets = [f"{room}_test" for room in RACE_ROOMS if any((ROOT / "src").rglob(f"{room}/*_test.cpp"))]
    if step("tsan build", ["scripts/build", "tsan", *targets]):
        # ctest knows all programs of the preset; those of other rooms were not built, so they are named out.
        ctest("tsan", "races", "-R", RACE_TESTS, "-E", "_NOT_BUILT$",
              TSAN_OPTIONS=f"suppressions={ROOT}/tests/tsan.supp:halt_on_error=1:second_deadlock_stack=1")


def fuzz() -> None:
    step("fuzz", [PYTHON, "scripts/fuzz.py", "--seconds", FUZZ_SECONDS])


def release() -> None:
    started = time.monotonic()
    if step("release build", ["scripts/build", "release", "enstore"]):
        took = time.monotonic() - started
        size = (ROOT / "build" / "release" / "enstore").stat().st_size / 1e6
        late = f", over the budget of {RELEASE_BUDGET_S} s" if took > RELEASE_BUDGET_S else ""
        print(f"release: built in {took:.0f} s{late}; {size:.1f} MB")


def flows() -> None:
    report = RESULTS / "flows.xml"
    report.unlink(missing_ok=True)
    status = run(with_mariadb([PYTHON, "-m", "pytest", "tools", "tests/flows", "-q", "--junitxml", report]),
                 ENSTORE_BIN=str(ROOT / "build/asan/enstore"), ENSTORE_RELEASE_BIN=str(ROOT / "build/release/enstore"),
                 ASAN_OPTIONS="quarantine_size_mb=8:detect_stack_use_after_return=1", UBSAN_OPTIONS="print_stacktrace=1")
    count_junit(report, "flows", status)


STEPS = {"checks": checks, "unit": unit, "races": races, "fuzz": fuzz, "release": release, "flows": flows}


def main() -> int:
    chosen = sys.argv[1:] or list(STEPS)
    if unknown := [name for name in chosen if name not in STEPS]:
        sys.exit(f"unknown step {unknown[0]}; there are: {' '.join(STEPS)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for name in chosen:
        started = time.monotonic()
        print(f"\n━━ {name}", flush=True)
        try:
            STEPS[name]()
        except OSError as error:  # a tool or script that is not there
            print(error)
            count(0, 1, name)
        print(f"━━ {name}: {time.monotonic() - started:.0f} s", flush=True)
    print(f"\nall steps: {(time.monotonic() - began) / 60:.1f} min")
    for trouble in troubles:
        print(f"  {trouble}")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
