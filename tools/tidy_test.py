"""The house rules, each with a case that breaks it and one that does not. Run by pytest (`make test`)."""
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402


def rules(path, text):
    if path.endswith(".hpp") and "#pragma once" not in text:
        text = "#pragma once\n" + text
    return {problem.rule for problem in tidy.check(path, text)}


BROKEN = [
    # arrows and doors
    ("arrow", "src/wallet/post.cpp", '#include "orders/orders.hpp"'),
    ("arrow", "src/platform/db/pool.cpp", '#include "platform/http/http.hpp"'),
    ("arrow", "src/notifications/http.cpp", '#include "wallet/wallet.hpp"'),
    ("arrow", "src/platform/queue/worker.cpp", '#include "accounts/accounts.hpp"'),
    ("arrow", "sandbox/server.cpp", '#include "suppliers/digiflazz.hpp"'),
    ("arrow", "src/nobody_knows/it.cpp", "int x;"),
    ("door", "src/orders/place_order.cpp", '#include "wallet/store.hpp"'),
    ("door", "src/catalog/sync.cpp", '#include "suppliers/answers.hpp"'),
    ("door", "src/orders/jobs.cpp", '#include "platform/queue/table.hpp"'),
    ("door", "src/orders/jobs.cpp", '#include "../wallet/wallet.hpp"'),
    # coroutines
    ("detached", "src/platform/http/server.cpp", "co_spawn(strand, serve(), asio::detached);"),
    ("detached", "src/platform/queue/worker.cpp", "std::thread(run).detach();"),
    ("await", "src/platform/http/server.cpp", "if (co_await read(socket)) return;"),
    ("await", "src/platform/http/server.cpp", "while (co_await more(socket)) { }"),
    ("await", "src/platform/http/server.cpp", "auto x = fast ? co_await a() : b;"),
    ("await", "src/platform/http/server.cpp", "auto x = TRY(co_await read(socket));"),
    ("await", "src/platform/http/server.cpp", "auto x = co_await run([owned] { return owned; });"),
    ("await", "src/platform/http/server.cpp", "auto x = co_await send(Request{socket, 3});"),
    ("await", "src/platform/http/server.cpp", "auto serve = [socket](int n) -> net::awaitable<void> { co_return; };"),
    # time, money, environment
    ("clock", "src/orders/settle.cpp", "const auto now = std::chrono::system_clock::now();"),
    ("clock", "src/orders/settle.cpp", "const auto now = std::time(nullptr);"),
    ("float", "src/wallet/post.cpp", "double total = 0;"),
    ("float", "src/orders/price.cpp", "const auto fee = static_cast<float>(price);"),
    ("sleep", "src/platform/queue/worker_test.cpp", "std::this_thread::sleep_for(1s);"),
    ("getenv", "src/orders/http.cpp", 'const char* home = std::getenv("HOME");'),
    ("random", "src/orders/codes.cpp", "std::mt19937 engine{std::random_device{}()};"),
    # libraries behind their doors
    ("spdlog", "src/orders/http.cpp", "#include <spdlog/spdlog.h>"),
    ("soci", "src/orders/store.cpp", "#include <soci/soci.h>"),
    ("soci", "src/audit/audit.cpp", "#include <sqlite3.h>"),
    ("asio", "src/orders/http.cpp", "#include <boost/asio/ip/tcp.hpp>"),
    ("asio", "sandbox/server.cpp", "#include <boost/beast/http.hpp>"),
    ("ranges", "src/orders/http.cpp", "#include <format>"),
    # security
    ("weak_hash", "src/accounts/login.cpp", "auto h = crypto::md5(password);"),
    ("tls", "src/platform/outbound/client.cpp", "curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);"),
    ("sql", "src/orders/store.cpp", 'auto q = "SELECT id FROM transactions WHERE code = \'" + code;'),
    ("sql", "src/orders/store.cpp", 'sql += " AND x = 1 WHERE id = ";'),
    ("sql", "src/orders/store.cpp", 'auto q = fmt::format("DELETE FROM orders WHERE id = {}", id);'),
    # habits
    ("open_end", "src/orders/http.cpp", "// TO" "DO: the rest"),
    ("open_end", "scripts/x.sh", "# FIX" "ME later"),
    ("machine_path", "src/orders/http_test.cpp", '// see /ho' 'me/someone/notes'),
    ("machine_path", "docs/x.md", "run /ro" "ot/build/enstore"),
    ("disabled_test", "src/orders/http_test.cpp", "TEST(A, DISABLED_b) {}"),
    ("disabled_test", "src/orders/http_test.cpp", "GTEST_SKIP() << 1;"),
    ("header", "src/orders/orders.hpp", "using namespace std;"),
    ("file_length", "src/orders/http.cpp", "int x;\n" * 401),
    ("file_length", "src/orders/http_test.cpp", "int x;\n" * 501),
    ("function_length", "src/orders/http.cpp", "void longest(int a)\n{\n" + "    step();\n" * 70 + "}\n"),
    ("function_length", "src/orders/http.cpp", "struct A {\n    int longest(int a) const\n    {\n" + "        step();\n" * 70 + "    }\n};\n"),
]


@pytest.mark.parametrize("rule, path, text", BROKEN)
def test_finds(rule, path, text):
    assert rule in rules(path, text)


def test_every_ban_has_a_case_that_breaks_it():
    assert {ban.rule for ban in tidy.BANS} <= {rule for rule, _, _ in BROKEN}


FINE = [
    ("src/orders/place_order.cpp", '#include "wallet/wallet.hpp"\n#include "wallet/refusals.hpp"\n#include "orders/store.hpp"'),
    ("src/orders/http.cpp", '#include "platform/http/json.hpp"\n#include "platform/core/text.hpp"'),
    ("src/orders/orders_test.cpp", '#include "tests/support/builders.hpp"\n#include "audit/audit.hpp"'),
    ("src/orders/orders_fixture.hpp", '#include "tests/support/builders.hpp"'),
    ("src/apps/wiring.cpp", '#include "orders/orders.hpp"\n#include "audit/audit.hpp"'),
    ("src/suppliers/client.cpp", "auto s = crypto::md5(x);"),
    ("src/wallet/post.cpp", "// a double-entry ledger, never a double"),
    ("src/wallet/post.cpp", 'log::info("double trouble");'),
    ("src/platform/metrics/metrics.cpp", "double seconds = 0;"),
    ("src/platform/http/server.cpp", "auto got = co_await read(socket);\nif (got) co_return;"),
    ("src/platform/http/server.cpp", "co_await send(socket, std::move(reply));"),
    ("src/orders/settle.cpp", "Result<void> settle(db::Tx& tx, Timestamp now);"),
    ("src/orders/settle.cpp", "order.time(7); row.time(3);"),
    ("src/orders/store.cpp", 'constexpr db::Query q{"a", "SELECT id FROM t WHERE a = ? "\n    "AND b = ?"};'),
    ("src/orders/store.cpp", 'refuse(no, "order " + code);'),
    ("src/platform/queue/worker.cpp", "std::this_thread::sleep_for(wait);"),
    ("src/orders/http.cpp", "int x;\n" * 400),
    ("src/orders/http.cpp", "void fits(int a)\n{\n" + "    step();\n" * 68 + "}\n"),
    ("src/orders/http.cpp", "namespace enstore\n{\n" + "int x;\n" * 100 + "}\n"),
    ("src/orders/http.cpp", "class Long\n{\n" + "    int x;\n" * 100 + "};\n"),
    ("src/orders/http.cpp", "char c = '\"'; // \"\nint thousand = 1'000'000;\nconst char* s = R\"(co_await if (co_await x))\";"),
]


@pytest.mark.parametrize("path, text", FINE)
def test_leaves_alone(path, text):
    assert rules(path, text) == set()


def test_says_where():
    problem = tidy.check("src/wallet/post.cpp", 'int a;\n/* two\nlines */ double b;\n')[0]
    assert (problem.path, problem.line, problem.rule) == ("src/wallet/post.cpp", 3, "float")


def test_an_exception_excuses_its_rule_in_its_place_only():
    getenv = tidy.check("src/platform/config/config.cpp", 'std::getenv("A");')
    elsewhere = tidy.check("src/orders/http.cpp", 'std::getenv("A");')
    allowed = {("getenv", "src/platform/config/"): "reads the environment"}
    assert tidy.excused(getenv, allowed) == []
    assert [p.rule for p in tidy.excused(getenv + elsewhere, allowed)] == ["getenv"]


def test_an_exception_that_excuses_nothing_is_reported():
    left = tidy.excused([], {("getenv", "src/gone.cpp"): "was needed once"})
    assert [p.rule for p in left] == ["allowed"]


def test_the_build_leans_no_further_than_the_arrows():
    """CMakeLists.txt and ARROWS tell one story: what a room links (directly) it may include, too."""
    cmake = (pathlib.Path(__file__).parent.parent / "CMakeLists.txt").read_text()
    for name, uses in re.findall(r"^room\((\w+) FOLDER \S+ USES ([\w ]+?)(?: LINKS.*)?\)$", cmake, re.M):
        too_far = set(uses.split()) - tidy.ARROWS[name]
        assert not too_far, f"{name} links {too_far} but may not include them"


def test_the_command_fails_on_a_broken_house_and_names_the_place(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "src" / "wallet").mkdir(parents=True)
    (tmp_path / "src" / "wallet" / "post.cpp").write_text("int a;\nfloat b;\n")
    ran = subprocess.run([sys.executable, tidy.__file__, tmp_path], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "src/wallet/post.cpp:2: [float] money is `Idr`" in ran.stdout
