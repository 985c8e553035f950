#!/usr/bin/python3
"""Builds the fuzz targets and runs each for a while:  scripts/fuzz.py [--seconds N] [--junit FILE] [NAME…]

What a run learns stays in build/fuzz/corpus/<name> and is where the next one starts; seeds that are worth keeping lie
in fuzz/corpus/<name>. A crash leaves its input in build/fuzz/crashes/<name>-….
"""
from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"


def run(target: pathlib.Path, seconds: int) -> bool:
    corpus, crashes = BUILD / "corpus" / target.name, BUILD / "crashes"
    corpus.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(parents=True, exist_ok=True)
    folders = [str(corpus)]
    seeds = ROOT / "fuzz" / "corpus" / target.name.removesuffix("_fuzz")
    if seeds.is_dir():
        folders.append(str(seeds))
    command = [str(target), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=65536",
               "-print_final_stats=1", f"-artifact_prefix={crashes}/{target.name}-", *folders]
    environment = {**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace")
    tried = [line.split()[-1] for line in ran.stderr.splitlines() if "number_of_executed_units" in line]
    if ran.returncode:
        print(ran.stderr[-4000:])
    print(f"  {target.name:24} {tried[0] if tried else '?':>9} inputs  {'ok' if ran.returncode == 0 else 'FAILED'}", flush=True)
    return ran.returncode == 0


def main() -> int:
    options = argparse.ArgumentParser(description="Fuzzes every parser of outside bytes.")
    options.add_argument("--seconds", type=int, default=20, help="for each target (default %(default)s)")
    options.add_argument("names", nargs="*", help="only these targets")
    given = options.parse_args()
    started = time.monotonic()
    if subprocess.run([ROOT / "scripts" / "build", "fuzz", "fuzz_targets"]).returncode:
        return 2
    targets = sorted(p for p in BUILD.rglob("*_fuzz") if p.is_file() and os.access(p, os.X_OK))
    targets = [t for t in targets if not given.names or t.name in given.names or t.name.removesuffix("_fuzz") in given.names]
    if not targets:
        print("fuzz: no targets")
        return 2
    print(f"fuzz: {len(targets)} targets, {given.seconds} s each (built in {time.monotonic() - started:.0f} s)", flush=True)
    results = [run(target, given.seconds) for target in targets]
    print(f"fuzz: {results.count(True)} ok, {results.count(False)} crashed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
