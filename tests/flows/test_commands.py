"""The command line: data on stdout, talk on stderr, exit codes that a script can trust."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest
from harness import ROOT, World, database_file, program, run_enstore

COMMANDS = ["up", "sandbox", "serve", "work", "schedule", "migrate", "sync-products", "admin", "audit", "doctor", "routes", "completion", "demo"]


def test_help_names_every_command_and_the_exit_codes():
    done = run_enstore("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\b", done.stdout, re.M), command
        assert run_enstore(command, "--help").returncode == 0
    assert "Exit codes" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("nothing",), ("up", "--port", "99999"), ("up", "--port", "x"), ("completion", "tcsh"), ("demo", "credit"),
                                       ("admin",), ("routes", "--nothing")], ids=" ".join)
def test_wrong_use_is_exit_2_with_a_hint_on_stderr(arguments):
    done = run_enstore(*arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_the_shell_accepts(shell):
    done = run_enstore("completion", shell)
    assert done.returncode == 0 and "enstore" in done.stdout
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=done.stdout, text=True).returncode == 0


def test_all_mistakes_of_the_configuration_are_told_at_once(tmp_path):
    done = run_enstore("migrate", data=tmp_path, environment={
        "DB_CONNECTION": "oracle", "APP_ENV": "staging", "APP_URL": "not a url", "RATE_LIMITS": "maybe", "DB_PORT": "many"})
    assert done.returncode == 2, done.stderr
    for name in ("DB_CONNECTION", "APP_ENV", "APP_URL", "RATE_LIMITS", "DB_PORT"):
        assert name in done.stderr


@pytest.mark.parametrize("environment", [
    {"APP_ENV": "production", "RATE_LIMITS": "off"}, {"APP_ENV": "production"},
    {"APP_ENV": "production", "DIGIFLAZZ_BASE_URL": "http://127.0.0.1:8010"}], ids=["no limits", "no credentials", "sandbox"])
def test_production_refuses_what_only_a_laptop_may(tmp_path, environment):
    assert run_enstore("up", "--port", 0, data=tmp_path, environment=environment, timeout=20).returncode == 2


def test_secrets_may_come_from_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("sebuah-rahasia-yang-panjang-sekali-123456\n")
    data = tmp_path / "data"
    assert run_enstore("migrate", data=data, environment={"APP_KEY_FILE": str(secret)}).returncode == 0
    missing = run_enstore("migrate", data=data, environment={"APP_KEY_FILE": str(tmp_path / "none")})
    assert missing.returncode == 2 and "APP_KEY_FILE" in missing.stderr


def test_an_env_file_is_read_and_the_environment_wins(tmp_path):
    (tmp_path / ".env").write_text("DB_CONNECTION=oracle\n")
    assert run_enstore("migrate", "--data", tmp_path / "d", cwd=tmp_path).returncode == 2
    assert run_enstore("migrate", "--data", tmp_path / "d", cwd=tmp_path, environment={"DB_CONNECTION": "sqlite"}).returncode == 0


def test_migrate_is_idempotent_and_safe_in_two_processes(tmp_path):
    environment = {**os.environ, "DB_CONNECTION": "sqlite"}
    both = [subprocess.Popen([program(), "migrate", "--data", tmp_path], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]
    assert [p.communicate() and p.returncode for p in both] == [0, 0]
    again = run_enstore("migrate", "--json", data=tmp_path)
    assert again.returncode == 0 and json.loads(again.stdout)


def test_every_command_works_beside_a_running_store(store):
    buyer = store.register(money=25_000)
    assert store.audit()["checks"]
    assert store.enstore("migrate").returncode == 0
    routes = store.enstore("routes", "--json")
    assert json.loads(routes.stdout)
    doctor = store.enstore("doctor", "--json", "--sandbox-url", f"http://127.0.0.1:{store.sandbox_port}")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert json.loads(doctor.stdout)
    made = store.enstore("admin", "create", "--email", "pemilik@example.com", stdin="sebuah kata sandi panjang 77\n")
    assert made.returncode == 0, made.stderr
    login = store.client().post("/api/auth/login", {"identifier": "pemilik@example.com", "password": "sebuah kata sandi panjang 77"})
    assert login.status == 200 and login.data["user"]["role"] == "admin"
    weak = store.enstore("admin", "create", "--email", "lain@example.com", stdin="pendek\n")
    assert weak.returncode in (2, 4) and "15" in weak.stderr
    assert store.enstore("demo", "credit", "nobody@example.com", "5000").returncode == 4
    assert store.enstore("demo", "credit", buyer.person["email"], "5000").returncode == 0
    assert buyer.balance() == 30_000


def test_a_store_without_its_supplier_says_so_in_doctor(store):
    store.sandbox.kill()
    done = store.enstore("doctor", "--sandbox-url", f"http://127.0.0.1:{store.sandbox_port}")
    assert done.returncode == 1 and "supplier" in (done.stdout + done.stderr).lower()


def test_the_audit_finds_a_rupiah_that_is_missing(store):
    import sqlite3
    buyer = store.register(money=25_000)
    file = database_file(store)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE balances SET balance = balance - 1 WHERE user_id = ?", [buyer.user["id"]])
    done = store.enstore("audit", "--json")
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert "I2" in {f["invariant"] for f in report["findings"]}, report
    with sqlite3.connect(file) as database:
        database.execute("UPDATE balances SET balance = balance + 1 WHERE user_id = ?", [buyer.user["id"]])


def test_a_sandbox_database_refuses_live_credentials(store):
    store.store.stop()
    done = store.enstore("serve", "--port", 0, environment={
        "DIGIFLAZZ_USERNAME": "toko-asli", "DIGIFLAZZ_API_KEY": "kunci-asli-2f8a91c7d3b64e50",
        "DIGIFLAZZ_WEBHOOK_SECRET": "rahasia-asli-77aa02bb19cc"}, timeout=30)
    assert done.returncode in (1, 2) and "sandbox" in done.stderr, done.stderr
    assert store.enstore("demo", "credit", "x@example.com", "5000", environment={
        "DIGIFLAZZ_USERNAME": "toko-asli", "DIGIFLAZZ_API_KEY": "kunci-asli-2f8a91c7d3b64e50",
        "DIGIFLAZZ_WEBHOOK_SECRET": "rahasia-asli-77aa02bb19cc"}).returncode != 0


def test_a_fresh_folder_is_ready_with_a_catalogue_that_can_be_bought_from(tmp_path):
    world = World(tmp_path)
    try:
        world.start()
        buyer, item = world.register(money=50_000), world.item()
        buyer.ends(buyer.buy(item["id"]).data["transaction_code"], "success")
        assert (world.data / "demo-login.txt").exists()
        world.audit()
    finally:
        world.close()


# ── the shipped program ──
SHIPPED = os.environ.get("ENSTORE_RELEASE_BIN") or str(ROOT / "build" / "release" / "enstore")


@pytest.fixture
def shipped():
    if not os.path.exists(SHIPPED):
        pytest.fail("build it first: make build")
    return SHIPPED


def test_the_shipped_program_has_no_failpoints_and_no_tick(shipped, tmp_path):
    assert run_enstore("tick", "--advance", "1", binary=shipped, data=tmp_path).returncode == 2
    # What acts at a failpoint is gone; the places' names may be left in the debugging information.
    assert b"ENSTORE_FAILPOINT" not in pathlib.Path(shipped).read_bytes()
    ends = {}
    for binary in (program(), shipped):
        data = tmp_path / str(len(ends))
        assert run_enstore("migrate", binary=binary, data=data).returncode == 0
        ends[binary] = run_enstore("admin", "create", "--email", "a@example.com", binary=binary, data=data,
                                   stdin="sebuah kata sandi panjang 77\n", environment={"ENSTORE_FAILPOINT": "db.before_commit"})
    assert [done.returncode for done in ends.values()] == [-signal.SIGKILL, 0], ends


def test_S59_the_shipped_program_is_hardened(shipped):
    headers = subprocess.run(["readelf", "-W", "-l", "-d", "-h", "-s", shipped], capture_output=True, text=True).stdout
    assert re.search(r"Type:\s+DYN", headers), "position independent"
    assert "GNU_RELRO" in headers and re.search(r"BIND_NOW|FLAGS.*NOW", headers)
    assert not re.search(r"GNU_STACK.*RWE", headers) and "__stack_chk_fail" in headers and re.search(r"__\w+_chk\b", headers)
