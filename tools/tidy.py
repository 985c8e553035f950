#!/usr/bin/python3
"""The house rules that a compiler cannot see: arrows between rooms, doors, and bans. Runs in `make check`.

    tools/tidy.py [ROOT]      checks every source that git knows or would add; exit 1 when a rule is broken

Every message says what to write instead. An exception is a row in ALLOWED, with its reason; rows that no longer
excuse anything are reported too, so the list can only shrink.
"""
from __future__ import annotations

import dataclasses
import pathlib
import re
import subprocess
import sys

# ── rooms and arrows ──────────────────────────────────────────────────────────────────────────────────────────────
# Which rooms a room may lean on, beside itself. `apps → features → platform → core`; between features only down the
# shelves (docs/architecture.md). CMakeLists.txt says the same to the linker.
PLATFORM = {"core", "metrics", "log", "crypto", "db", "outbound", "http", "config", "queue", "scheduler"}
EDGE = {"core", "metrics", "log", "crypto", "db", "http"}
ARROWS: dict[str, set[str]] = {
    # platform: knows no word of the shop's trade
    "core": set(),
    "metrics": {"core"},
    "log": {"core"},
    "crypto": {"core"},
    "db": {"core", "log", "metrics"},
    "outbound": {"core", "log", "metrics", "db"},  # db: asserts that no transaction is open
    "http": {"core", "log", "metrics", "crypto", "db"},
    "config": {"core", "log", "db", "http"},  # each room gets its own piece of the configuration
    "queue": {"core", "log", "metrics", "db"},
    "scheduler": {"core", "log", "metrics", "db"},
    # shelf 1
    "settings": EDGE,
    "activity": EDGE,
    "accounts": EDGE | {"activity", "settings"},
    # shelf 2
    "notifications": EDGE,
    "suppliers": EDGE | {"outbound"},
    "wallet": EDGE | {"accounts", "activity", "settings"},
    # shelf 3
    "catalog": EDGE | {"suppliers", "settings", "activity", "accounts"},
    # shelf 4
    "audit": {"core", "log", "db"},  # reads across features by SQL, calls none of them
    "orders": EDGE | {"queue", "scheduler", "catalog", "wallet", "notifications", "activity", "settings", "accounts",
                      "suppliers"},
    # beside the house: plays the supplier, so it may not know how the store thinks
    "sandbox": EDGE | {"outbound"},
}
EVERY_ROOM = set(ARROWS)
ARROWS["apps"] = EVERY_ROOM  # the hall knows every room
ARROWS["support"] = PLATFORM | {"accounts", "wallet", "settings", "catalog"}  # fixtures for tests
ARROWS["bench"] = EVERY_ROOM | {"apps", "support"}
ARROWS["fuzz"] = EVERY_ROOM | {"apps"}

FOLDERS = {"sandbox": "sandbox", "bench": "bench", "fuzz": "fuzz", "tests/support": "support"}

# What other rooms may include of a room: its door, `<room>/<room>.hpp`, its refusals, and what stands here.
MORE_DOORS = {
    "suppliers": {"suppliers/digiflazz.hpp"},  # one door per supplier
    "db": {"platform/db/query.hpp"},
    "http": {"platform/http/json.hpp",  # bodies in and out, for http.cpp only (it includes Boost.JSON)
             "platform/http/idempotency.hpp",  # keys stored in the transaction of their effect
             "platform/http/health.hpp"},  # the hall's own routes: is it alive, can it serve
}
TEST_DOORS = {"platform/db/ddl.hpp"}  # tests make tables of their own
OPEN_ROOMS = {"core", "support"}  # every header of theirs is a door

# ── exceptions ────────────────────────────────────────────────────────────────────────────────────────────────────
# (rule, path) → reason. A path ending in / excuses a folder.
ALLOWED: dict[tuple[str, str], str] = {
    ("clock", "src/platform/core/"): "SystemClock itself",
    ("getenv", "src/platform/config/"): "the one reader of the environment",
    ("getenv", "src/platform/core/failpoint.cpp"): "test builds only; read before any configuration exists",
    ("spdlog", "src/platform/log/"): "the one room behind the logging door; the header costs 16 s elsewhere",
    ("soci", "src/platform/db/"): "the one place that knows the drivers",
    ("sql", "src/platform/db/"): "the dialects themselves: session settings, token expansion, the migrator's own table",
    ("getenv", "tests/support/"): "where a private MariaDB listens is told by scripts/with-mariadb",
    ("soci", "tests/support/"): "makes and drops databases for the conformance suites",
    ("sql", "tests/support/"): "makes and drops databases, whose names cannot be bound",
    ("random", "src/platform/http/dispatcher.cpp"): "names of requests in logs: made for each, and guessing one gives nothing",
    ("detached", "src/apps/run.cpp"): "the watchdog of the drain outlives everything: it ends the process",
    ("file_length", "src/platform/db/db.hpp"): "the one interface of the database, half of it comments",
    ("soci", "bench/raw_purchase.cpp"): "the yardstick: the drivers without our own door",
    ("asio", "src/platform/http/"): "the asynchronous edge",
}

MAX_FILE_LINES = 400
MAX_TEST_LINES = 500  # stories and tables are read one at a time
MAX_FUNCTION_LINES = 70


@dataclasses.dataclass(frozen=True)
class Problem:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


# ── reading C++ ───────────────────────────────────────────────────────────────────────────────────────────────────
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|(?:u8|u|U|L)?R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'",
    re.S,
)


def blanked(text: str, keep_strings: bool = False) -> str:
    """The source without comments (and texts), every line still where it was."""

    def blank(match: re.Match) -> str:
        found = match.group(0)
        if keep_strings and not found.startswith("/"):
            return found
        quote = "" if found.startswith("/") else '""'
        return quote + "\n" * found.count("\n")

    return TOKEN.sub(blank, text)


def room_of(path: str) -> str | None:
    """The room that a source lies in; nothing for what is no part of the house."""
    for folder, room in FOLDERS.items():
        if path.startswith(folder + "/"):
            return room
    parts = path.split("/")
    if parts[0] != "src" or len(parts) < 3:
        return None
    return parts[2] if parts[1] == "platform" and len(parts) > 3 else parts[1]


def is_test(path: str) -> bool:
    return path.endswith(("_test.cpp", "_fixture.hpp", "_fixture.cpp", "_for_tests.hpp"))


def room_of_include(include: str) -> str | None:
    first, _, rest = include.partition("/")
    if first == "platform":
        return rest.split("/")[0]
    if first == "tests" and rest.startswith("support/"):
        return "support"
    return first if first in ARROWS else None


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def check_arrows(path: str, text: str) -> list[Problem]:
    room = room_of(path)
    if room is None:
        return []
    problems = []
    if room not in ARROWS:
        return [Problem(path, 1, "arrow", f"the room `{room}` is not in ARROWS: say which rooms it may lean on, and why")]
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match or match.group(1) == "<":
            continue
        include = match.group(2)
        other = room_of_include(include)
        if include.startswith("../") or "/../" in include:
            problems.append(Problem(path, number, "door", f'write the path from src/ instead of "{include}"'))
            continue
        if other is None or other == room:
            continue
        if other == "support" and (is_test(path) or room == "bench"):
            continue
        # Tests may use any part of the platform, the sandbox as their supplier, and the audit as their judge.
        if other not in ARROWS.get(room, set()) and not (is_test(path) and other in PLATFORM | {"audit", "sandbox"}):
            problems.append(Problem(path, number, "arrow", (
                f"`{room}` may not lean on `{other}`: ask a lower room, let the hall (src/apps) pass a function in, "
                "or let a job carry the news")))
            continue
        door = f"{'platform/' if other in PLATFORM else ''}{other}/{other}.hpp"
        refusals = door.replace(f"{other}.hpp", "refusals.hpp")
        if other in OPEN_ROOMS or include in {door, refusals} | MORE_DOORS.get(other, set()):
            continue
        if is_test(path) and include in TEST_DOORS:
            continue
        if room == "fuzz":  # a fuzz target looks at the parser itself
            continue
        problems.append(Problem(path, number, "door", f'"{include}" is inside `{other}`: include its door "{door}"'))
    return problems


@dataclasses.dataclass(frozen=True)
class Ban:
    rule: str
    pattern: re.Pattern
    instead: str
    where: str = r"\.(cpp|hpp)$"  # paths that the ban looks at
    texts: bool = False  # look into string literals too


BANS = [
    Ban("detached", re.compile(r"\basio::detached\b|\bnet::detached\b|\.detach\(\)"),
        "every coroutine and thread has an owner: TaskGroup::spawn, or a joined std::thread"),
    Ban("await", re.compile(r"\b(if|while|switch|for)\s*\([^;{]*\bco_await\b"),
        "`auto x = co_await f(names);` alone on its line, then test x (g++ 12 miscompiles this shape)"),
    Ban("await", re.compile(r"\?[^;\n]*\bco_await\b|\bTRY\s*\([^;\n]*\bco_await\b"),
        "`auto x = co_await f(names);` alone on its line (g++ 12 frees twice, or crashes, on this shape)"),
    Ban("await", re.compile(r"\bco_await\s+[\w:.<>]+\([^;\n]*(\[[^\]\n]*\]\s*[({]|\b[A-Z]\w+\{)"),
        "name the closure or aggregate first, then pass it: built in place under co_await, g++ 12 frees it twice"),
    Ban("await", re.compile(r"\]\s*\([^()]*\)\s*(?:mutable\s*)?->\s*(?:net::|asio::|boost::asio::)?awaitable<"),
        "a lambda is never itself a coroutine (its captures die with it): write a named function with parameters by value"),
    Ban("clock", re.compile(r"\bsystem_clock::now\s*\(|\bstd::time\s*\(|(?<![\w.:>])time\s*\(\s*(?:nullptr|NULL|0)\s*\)|\bgettimeofday\s*\("),
        "take `Timestamp now` as an argument, or `Clock::now()` at the edge"),
    Ban("float", re.compile(r"(?<![\w\"])(?:double|float)\b(?!\s*\")"),
        "money is `Idr`, percentages are `BasisPoints`: no floating point in this room",
        where=r"^src/(wallet|orders|payments|audit|catalog)/.*\.(cpp|hpp)$"),
    Ban("sleep", re.compile(r"\bsleep_(?:for|until)\s*\(|\busleep\s*\(|(?<![\w.:])sleep\s*\("),
        "tests wait for events or move a ManualClock; a latch or a TestSignal instead of a sleep",
        where=r"_test\.cpp$"),
    Ban("getenv", re.compile(r"\b(?:std::|::)?(?:secure_)?getenv\s*\("),
        "platform/config reads the environment once; take your piece of Config"),
    Ban("spdlog", re.compile(r"#\s*include\s*<spdlog"), 'include "platform/log/log.hpp"'),
    Ban("soci", re.compile(r"#\s*include\s*<(?:soci|mysql|mariadb|sqlite3)\b"), 'include "platform/db/db.hpp"'),
    Ban("asio", re.compile(r"#\s*include\s*<boost/(?:asio|beast)\b"), 'include "platform/http/http.hpp"'),
    Ban("ranges", re.compile(r"#\s*include\s*<(?:format|ranges)>|\bstd::(?:format\s*\(|views::|ranges::views)"),
        "clang 14 and g++ 12 do not both know it: plain algorithms, fmt inside platform/log"),
    Ban("random", re.compile(r"\bstd::(?:s?rand|default_random_engine|mt19937(?:_64)?)\b|(?<![\w.:])s?rand\s*\("),
        "crypto::random_bytes or random_text; jitter needs no more than a std::minstd_rand", where=r"(?<!_test)\.(cpp|hpp)$"),
    Ban("weak_hash", re.compile(r"\bcrypto::(?:md5|hmac_sha1)\s*\(|\b(?:EVP_md5|EVP_sha1|MD5|SHA1)\s*\("),
        "MD5 and SHA-1 only where Digiflazz forces them (S42); sha256 or hmac_sha256 elsewhere",
        where=r"^(?!src/platform/crypto/|src/suppliers/|sandbox/|fuzz/).*(?<!_test)\.(cpp|hpp)$"),
    Ban("tls", re.compile(r"CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*0|\bverify_none\b"),
        "TLS is always verified (S46); tests bring their own certificate authority"),
    Ban("open_end", re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"), "finish it, or name it in an issue", texts=True),
    Ban("machine_path", re.compile(r"/(?:home|root|work|tmp/bash)/\w+"), "a path of one machine: take it as an option"),
    Ban("disabled_test", re.compile(r"\bDISABLED_\w+|\bGTEST_SKIP\s*\("), "run the test, or delete it with its reason in the commit",
        where=r"_test\.cpp$"),
]
# These look into comments too: a promise is a promise, wherever it is written.
IN_COMMENTS = {"open_end", "machine_path"}

# S48: SQL is a literal. A statement that is glued together shows as a keyword in a text beside a `+` or a `<<`.
SQL_TEXT = r'"(?:SELECT\s+\w|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|[^"\n]*\sWHERE\s)[^"\n]*"'
SQL_GLUE = re.compile(rf"{SQL_TEXT}\s*\+|\+=?\s*{SQL_TEXT}|(?:fmt::format|std::format)\s*\(\s*{SQL_TEXT}")


def check_bans(path: str, text: str) -> list[Problem]:
    code, code_with_texts = blanked(text), blanked(text, keep_strings=True)
    problems = []
    for ban in BANS:
        if not re.search(ban.where, path):
            continue
        source = text if ban.rule in IN_COMMENTS else code_with_texts if ban.texts else code
        if ban.rule in ("spdlog", "soci", "asio", "ranges"):
            source = code_with_texts
        for match in ban.pattern.finditer(source):
            problems.append(Problem(path, source.count("\n", 0, match.start()) + 1, ban.rule, ban.instead))
    for match in SQL_GLUE.finditer(code_with_texts):
        problems.append(Problem(path, code_with_texts.count("\n", 0, match.start()) + 1, "sql",
                                "SQL is one literal db::Query, or a db::Filter of literal pieces; values are bound (S48)"))
    return problems


def check_sizes(path: str, text: str) -> list[Problem]:
    lines = blanked(text).splitlines()
    problems = []
    limit = MAX_TEST_LINES if is_test(path) else MAX_FILE_LINES
    if len(lines) > limit:
        problems.append(Problem(path, len(lines), "file_length", f"{len(lines)} lines, a sitting is {limit}: divide it by idea"))
    for start, end, name in functions(lines):
        if end - start + 1 > MAX_FUNCTION_LINES:
            problems.append(Problem(path, start + 1, "function_length", (
                f"`{name}` has {end - start + 1} lines, a screen is {MAX_FUNCTION_LINES}: name its steps")))
    return problems


def functions(lines: list[str]) -> list[tuple[int, int, str]]:
    """Bodies of functions: a brace alone on its line that opens neither a namespace nor a type (see .clang-format)."""
    found = []
    for start, line in enumerate(lines):
        match = re.fullmatch(r"( *)\{", line.rstrip())
        if not match:
            continue
        head, above = "", start - 1
        while above >= 0 and lines[above].strip() and not re.search(r"[;{}]\s*$", lines[above]):
            head = lines[above] + " " + head
            above -= 1
        head = re.sub(r"\s+", " ", head).strip()
        if re.match(r"(?:inline )?namespace\b|extern\b", head) or re.search(r"\b(?:class|struct|union|enum)\b[^()]*$", head):
            continue
        if "(" not in head:
            continue
        closing = match.group(1) + "}"
        end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip().rstrip(";") == closing), len(lines) - 1)
        name = re.search(r"([\w:~]+)\s*\(", head)
        test = re.match(r"(?:TEST|TEST_F|TEST_P|TYPED_TEST)\s*\(([^)]*)\)", head)
        found.append((start, end, test.group(1) if test else name.group(1) if name else head[:40]))
    return found


def check_header(path: str, text: str) -> list[Problem]:
    if not path.endswith(".hpp"):
        return []
    problems = []
    if "#pragma once" not in text:
        problems.append(Problem(path, 1, "header", "`#pragma once` on the first line"))
    for match in re.finditer(r"^\s*using namespace\b.*$", blanked(text), re.M):
        problems.append(Problem(path, text.count("\n", 0, match.start()) + 1, "header",
                                "no `using namespace` in a header: it reaches everyone who includes it"))
    return problems


def check_other(path: str, text: str) -> list[Problem]:
    """Scripts, pages and tables: only what must stand nowhere."""
    if path.startswith("tools/tidy"):
        return []
    return [Problem(path, text.count("\n", 0, m.start()) + 1, ban.rule, ban.instead)
            for ban in BANS if ban.rule in IN_COMMENTS for m in ban.pattern.finditer(text)]


def check(path: str, text: str) -> list[Problem]:
    """Every broken rule of one file, exceptions not yet excused."""
    if path.endswith((".cpp", ".hpp")):
        return [p for rule in (check_arrows, check_bans, check_sizes, check_header) for p in rule(path, text)]
    return check_other(path, text)


def excused(problems: list[Problem], allowed: dict[tuple[str, str], str] | None = None) -> list[Problem]:
    """What is left after the exceptions, and the exceptions that excuse nothing."""
    allowed = ALLOWED if allowed is None else allowed
    used, left = set(), []
    for problem in problems:
        key = next((k for k in allowed if k[0] == problem.rule and (
            problem.path.startswith(k[1]) if k[1].endswith("/") else problem.path == k[1])), None)
        if key:
            used.add(key)
        else:
            left.append(problem)
    for key in allowed:
        if key not in used:
            left.append(Problem("tools/tidy.py", 1, "allowed", f"nothing breaks `{key[0]}` in {key[1]} any more: remove the exception"))
    return left


READABLE = (".cpp", ".hpp", ".py", ".sh", ".sql", ".md", ".txt", ".json", ".yml", ".yaml", ".in", ".cmake")


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True)
    problems, count = [], 0
    for path in sorted(set(listed.stdout.splitlines())):
        file = root / path
        if not file.is_file() or not (path.endswith(READABLE) or "." not in file.name):
            continue
        count += 1
        problems += check(path, file.read_text(encoding="utf-8", errors="replace"))
    problems = excused(problems)
    for problem in problems:
        print(problem)
    print(f"tidy: {count} files, {len(problems)} broken rules" if problems else f"tidy: {count} files, all rules hold")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
