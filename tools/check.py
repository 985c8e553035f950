#!/usr/bin/python3
"""Checks the sources without running them:  tools/check.py [format] [rules] [analysis]   (default: all three)

format    clang-format finds nothing to change
rules     tools/tidy.py: arrows, doors, bans
analysis  clang-tidy, with the checks of .clang-tidy as errors; tests get the quick half of them

An analysis result is remembered in build/check under a key of everything that went into it, so a second run only looks
at what changed.
"""
from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "check"
ANALYSIS = ROOT / "build" / "analysis"
TIDY, FORMAT = "clang-tidy-14", "clang-format-14"
# gtest costs the deep checks a quarter of a minute for each file; what tests get wrong most is here.
TEST_CHECKS = ("-*,bugprone-use-after-move,bugprone-unused-return-value,bugprone-dangling-handle,"
               "bugprone-string-constructor,concurrency-mt-unsafe,misc-redundant-expression")


def sources(*endings: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(p for p in set(listed.stdout.splitlines()) if p.endswith(endings) and (ROOT / p).is_file())


def check_format() -> bool:
    files = sources(".cpp", ".hpp")
    if not files:
        return True
    ran = subprocess.run([FORMAT, "--dry-run", "-Werror", *files], cwd=ROOT, capture_output=True, text=True)
    bad = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error: code should be clang-formatted", ran.stderr, re.M)))
    for path in bad:
        print(f"{path}: not formatted; run `make fmt`")
    if ran.returncode and not bad:
        print(ran.stderr)
    print(f"format: {len(files)} files, {len(bad)} to format")
    return ran.returncode == 0


def check_rules() -> bool:
    return subprocess.run([sys.executable, ROOT / "tools" / "tidy.py"], cwd=ROOT).returncode == 0


# ── analysis ──────────────────────────────────────────────────────────────────────────────────────────────────────
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


class Contents:
    """A file's own bytes and those of every house header it includes, hashed once each."""

    def __init__(self) -> None:
        self.known: dict[pathlib.Path, tuple[str, list[pathlib.Path]]] = {}

    def read(self, path: pathlib.Path) -> tuple[str, list[pathlib.Path]]:
        if path not in self.known:
            data = path.read_bytes()
            named = INCLUDE.findall(data.decode("utf-8", "replace"))
            found = [c for n in named for c in (path.parent / n, ROOT / "src" / n, ROOT / n) if c.is_file()]
            self.known[path] = hashlib.sha256(data).hexdigest(), [c.resolve() for c in found]
        return self.known[path]

    def key(self, path: pathlib.Path) -> str:
        seen, todo = set(), [path.resolve()]
        while todo:
            file = todo.pop()
            if file not in seen:
                seen.add(file)
                todo += self.read(file)[1]
        return "".join(self.read(file)[0] for file in sorted(seen))


def compile_commands() -> dict[str, str]:
    """By path; made by configuring the development preset in a folder where nothing is ever built: clang refuses the
    precompiled header that g++ would leave there."""
    database = ANALYSIS / "compile_commands.json"
    wanted = set(sources(".cpp"))
    for _ in range(2):
        if database.is_file():
            commands = {os.path.relpath(e["file"], ROOT): e["command"] for e in json.loads(database.read_text())}
            # A new file is known after the next configure; of what the presets leave out (fuzz, bench) nothing is.
            if {p for p in wanted if p.startswith(("src/", "sandbox/"))} <= set(commands):
                break
        done = subprocess.run(["cmake", "--preset", "dev", "-B", str(ANALYSIS)], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"cmake failed:\n{done.stdout}{done.stderr}")
    return {path: command for path, command in commands.items() if path in wanted}


def analyse(path: str) -> tuple[bool, str]:
    command = [TIDY, "-p", str(ANALYSIS), "--quiet", "--extra-arg=-Wno-unknown-warning-option"]
    if path.endswith("_test.cpp") or path.startswith("tests/"):
        command.append("--checks=" + TEST_CHECKS)
    elif "co_await" in (ROOT / path).read_text(errors="replace"):
        command.append("--checks=-clang-analyzer-*")  # its engine does not know how a coroutine is resumed
    ran = subprocess.run([*command, path], cwd=ROOT, capture_output=True, text=True)
    return ran.returncode == 0, ran.stdout.replace(f"{ROOT}/", "")


def check_analysis() -> bool:
    commands, contents = compile_commands(), Contents()
    CACHE.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True).stdout
    common = version + (ROOT / ".clang-tidy").read_text() + TEST_CHECKS
    keys = {path: hashlib.sha256((common + command + contents.key(ROOT / path)).encode()).hexdigest()
            for path, command in commands.items()}
    todo = [path for path in commands if not (CACHE / keys[path]).exists()]
    # The longest first, so that no core idles at the end behind one big file.
    todo.sort(key=lambda p: -(ROOT / p).stat().st_size - 50_000 * ("platform/http/" in p))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS") or os.cpu_count() or 2)) as pool:
        running = {pool.submit(analyse, path): path for path in todo}
        for done, future in enumerate(concurrent.futures.as_completed(running), 1):
            path, (good, said) = running[future], future.result()
            if good:
                (CACHE / keys[path]).touch()
            else:
                bad += 1
                print(said.rstrip() or f"{path}: {TIDY} failed", flush=True)
            if sys.stderr.isatty():
                print(f"\ranalysis: {done} of {len(todo)}", end="\r", file=sys.stderr, flush=True)
    print(f"analysis: {len(commands)} files, {len(todo)} looked at, {bad} with findings")
    return bad == 0


CHECKS = {"format": check_format, "rules": check_rules, "analysis": check_analysis}


def main() -> int:
    chosen = sys.argv[1:] or list(CHECKS)
    if unknown := [name for name in chosen if name not in CHECKS]:
        sys.exit(f"unknown check {unknown[0]}; there are: {' '.join(CHECKS)}")
    return 0 if all([CHECKS[name]() for name in chosen]) else 1


if __name__ == "__main__":
    sys.exit(main())
