"""The real program, run as its owner would, in a temp folder, beside the sandbox: what every flow is played with.

A World is one data folder, its sandbox and its store. The sandbox is a process of its own, so that a flow can kill the
store and keep the supplier. Every answer of the store is held against docs/openapi.yaml on its way back to the flow.
"""
from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse

from contract import contract

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The sandbox's test numbers decide the outcome on any SKU (digiflazz.md 10.1).
DELIVERS = "087800001230"
FAILS = "087800001232"
PENDS_THEN_DELIVERS = "087800001233"
PENDS_THEN_FAILS = "087800001234"

# Sold around the clock, any number of times, whatever the phone's operator: so no flow depends on the time of day.
SKU = "dana10"


def program() -> str:
    """What is under test: a build with failpoints."""
    if given := os.environ.get("ENSTORE_BIN"):
        return str(pathlib.Path(given).resolve())
    built = [ROOT / "build" / preset / "enstore" for preset in ("dev", "asan")]
    found = [b for b in built if b.exists()]
    assert found, "build first: scripts/build dev enstore (or set ENSTORE_BIN)"
    return str(max(found, key=lambda b: b.stat().st_mtime))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what: str, look, patience: float = 20.0):
    """The first truthy answer of `look`; fails with the last one when patience ends."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what}: not within {patience:.0f} s (last: {found!r})"
        time.sleep(0.05)


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:600]!r}>"


class Client:
    """A caller of the store. `token` signs in; answers are checked against the contract unless told otherwise."""

    def __init__(self, port: int, token: str | None = None, language: str = "en"):
        self.port, self.token, self.language = port, token, language

    def ask(self, method: str, path: str, body=None, headers: dict | None = None, timeout: float = 30,
            checked: bool = True) -> Answer:
        """One request on a connection of its own. A dict becomes JSON, bytes go as they are."""
        sent = {"Accept-Language": self.language, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        if body is not None and not isinstance(body, (bytes, str)):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        sent.update(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=sent)
            raw = connection.getresponse()
            answer = Answer(raw.status, {k.lower(): v for k, v in raw.getheaders()}, raw.read())
        finally:
            connection.close()
        if checked:
            contract().hold(method, path, answer)
        return answer

    def get(self, path: str, **options) -> Answer:
        return self.ask("GET", path, **options)

    def post(self, path: str, body=None, **options) -> Answer:
        return self.ask("POST", path, {} if body is None else body, **options)

    # ── what flows do ──
    def buy(self, item: int, number: str = DELIVERS, key: str | None = None, **more) -> Answer:
        body = {"product_item_id": item, "customer_data": {"phone": number}, **more}
        return self.post("/api/customer/transactions/purchase-balance", body,
                         headers={"Idempotency-Key": key} if key else None)

    def order(self, code: str) -> dict:
        answer = self.get(f"/api/customer/transactions/{code}")
        assert answer.status == 200, answer
        return answer.data

    def orders(self) -> list[dict]:
        rows, page = [], 1
        while True:
            data = self.get(f"/api/customer/transactions?per_page=100&page={page}").data
            rows += data["data"]
            if page >= data["last_page"]:
                return rows
            page += 1

    def balance(self) -> int:
        answer = self.get("/api/customer/balance")
        assert answer.status == 200, answer
        return answer.data["balance"]

    def mutations(self) -> list[dict]:
        return self.get("/api/customer/balance/mutations?limit=500").data

    def notifications(self) -> list[dict]:
        return self.get("/api/notifications?limit=100").data["data"]

    def ends(self, code: str, status: str, patience: float = 20) -> dict:
        """Waits until the order has that status."""
        def look():
            order = self.order(code)
            assert order["status"] in ("processing", status), f"{code} became {order['status']}, not {status}: {order}"
            return order if order["status"] == status else None
        return eventually(f"order {code} {status}", look, patience)


class Process:
    """A child with its own log, killed by its id and by nothing else."""

    def __init__(self, name: str, arguments: list, log: pathlib.Path, environment: dict[str, str]):
        self.name, self.log = name, log
        with log.open("ab") as sink:
            self.child = subprocess.Popen([str(a) for a in arguments], stdout=sink, stderr=sink, stdin=subprocess.DEVNULL,
                                          env=environment, cwd=log.parent)

    @property
    def running(self) -> bool:
        return self.child.poll() is None

    def kill(self) -> None:
        """As power loss would: SIGKILL."""
        if self.running:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self, patience: float = 30) -> int:
        """As an operator would: SIGTERM; returns the exit code."""
        if self.running:
            self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {patience} s of SIGTERM; log: {self.tail()}") from None

    def dies(self, patience: float = 20) -> int:
        """Waits for an end that the flow has provoked (a failpoint)."""
        try:
            return self.child.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} is still running; log: {self.tail()}") from None

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def tail(self) -> str:
        return self.text()[-3000:]


def base_environment() -> dict[str, str]:
    """Nothing of the caller's own configuration reaches the program under test."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
    return {name: os.environ[name] for name in kept if name in os.environ}


def run_enstore(*arguments, data: pathlib.Path | None = None, environment: dict | None = None, stdin: str | None = None,
                timeout: float = 60, binary: str | None = None, cwd: pathlib.Path | None = None) -> subprocess.CompletedProcess:
    """A command of the program, beside a running store or without one."""
    command = [binary or program(), *map(str, arguments), *(["--data", str(data)] if data else [])]
    return subprocess.run(command, env={**base_environment(), **(environment or {})}, input=stdin, capture_output=True,
                          text=True, timeout=timeout, cwd=cwd or (data if data and data.is_dir() else "/tmp"))


class World:
    """A data folder with its sandbox and its store."""

    def __init__(self, folder: pathlib.Path, database: dict[str, str] | None = None, template: pathlib.Path | None = None):
        self.folder, self.database = folder, database or {}
        self.data = folder / "data"
        if template and not self.database:
            shutil.copytree(template, self.data)
        self.port, self.sandbox_port = free_port(), free_port()
        self.store: Process | None = None
        self.sandbox: Process | None = None
        self.settings: dict[str, str] = {}
        self.starts = 0

    # ── processes ──
    def environment(self, **more: str) -> dict[str, str]:
        return {**base_environment(), "RATE_LIMITS": "off", "LOG_FORMAT": "json", "LOG_LEVEL": "debug",
                "APP_URL": f"http://127.0.0.1:{self.port}", **self.database, **self.settings, **more}

    def start_sandbox(self) -> None:
        self.data.mkdir(exist_ok=True)
        self.sandbox = Process("sandbox", [program(), "sandbox", "--port", self.sandbox_port, "--data", self.data,
                                           "--webhook-url", f"http://127.0.0.1:{self.port}/api/webhooks/digiflazz"],
                               self.folder / "sandbox.log", self.environment())
        eventually("sandbox answers", lambda: self.sandbox_answers(), 30)

    def sandbox_answers(self) -> bool:
        assert self.sandbox.running, f"the sandbox ended: {self.sandbox.tail()}"
        try:
            return self.sandbox_ask("GET", "/_sandbox/orders?ref_id=none").status in (200, 404)
        except OSError:
            return False

    def start(self, failpoint: str | None = None, ready: bool = True, command: str = "up", **environment: str) -> "World":
        """Starts what is not running. `failpoint` as in ENSTORE_FAILPOINT."""
        if self.sandbox is None:
            self.start_sandbox()
        self.starts += 1
        if failpoint:
            environment["ENSTORE_FAILPOINT"] = failpoint
        self.store = Process("store", [program(), command, "--port", self.port, "--data", self.data, "--sandbox-url",
                                       f"http://127.0.0.1:{self.sandbox_port}"],
                             self.folder / f"store-{self.starts}.log", self.environment(**environment))
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, patience: float = 60) -> None:
        def look():
            assert self.store.running, f"the store ended with {self.store.child.returncode}: {self.store.tail()}"
            return self.ready()
        eventually("store is ready", look, patience)

    def ready(self) -> bool:
        try:
            return self.client().get("/readyz", timeout=5).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.store.kill()

    def close(self) -> None:
        for process in (self.store, self.sandbox):
            if process is not None:
                process.kill()

    def logs(self) -> str:
        return "".join(p.read_text(errors="replace") for p in sorted(self.folder.glob("*.log")))

    # ── commands ──
    def enstore(self, *arguments, **options) -> subprocess.CompletedProcess:
        environment = self.environment(**options.pop("environment", {}))
        return run_enstore(*arguments, data=self.data, environment=environment, **options)

    def pass_time(self, seconds: int) -> None:
        """Runs what is due as if `seconds` had passed (a command of test builds, in a process of its own)."""
        self.sandbox_ask("POST", "/_sandbox/clock", {"advance_s": seconds})
        done = self.enstore("tick", "--advance", seconds, "--sandbox-url", f"http://127.0.0.1:{self.sandbox_port}")
        assert done.returncode == 0, done.stderr

    def audit(self) -> dict:
        done = self.enstore("audit", "--json", timeout=120)
        assert done.returncode == 0, f"audit: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def credit(self, email: str, amount: int) -> None:
        done = self.enstore("demo", "credit", email, amount)
        assert done.returncode == 0, done.stderr

    # ── callers ──
    def client(self, token: str | None = None, **options) -> Client:
        return Client(self.port, token, **options)

    def register(self, money: int = 0, **more) -> Client:
        """A new account, signed in, with that much in its wallet."""
        mark = secrets.token_hex(5)
        password = f"kata-sandi-{mark}"
        person = {"name": f"Pembeli {mark}", "email": f"pembeli-{mark}@example.com",
                  "phone": "0812" + str(secrets.randbelow(10**8)).zfill(8), "password": password,
                  "password_confirmation": password, **more}
        answer = self.client().post("/api/auth/register", person)
        assert answer.status == 201, answer
        client = self.client(answer.data["access_token"])
        client.person, client.user = person, answer.data["user"]
        if money:
            self.credit(person["email"], money)
        return client

    def item(self, sku: str = SKU) -> dict:
        return self.product_of(sku)[1]

    def product_of(self, sku: str = SKU) -> tuple[dict, dict]:
        answer = self.client().get(f"/api/products?with_items=1&per_page=100&search={urllib.parse.quote(sku)}")
        for product in answer.data["data"]:
            for item in product["items"]:
                if item["digiflazz_code"] == sku:
                    return product, item
        raise AssertionError(f"{sku} is not on sale: {answer}")

    # ── the supplier ──
    def sandbox_ask(self, method: str, path: str, body: dict | None = None) -> Answer:
        return Client(self.sandbox_port).ask(method, path, body, checked=False)

    def supplied(self, ref: str) -> dict:
        """What the supplier knows of a reference: requests, deliveries, status."""
        answer = self.sandbox_ask("GET", "/_sandbox/orders?ref_id=" + urllib.parse.quote(ref))
        if answer.status == 404:
            return {"requests": 0, "deliveries": 0, "status": None}
        assert answer.status == 200, answer
        return {name: answer.json[name] for name in ("requests", "deliveries", "status")}

    def check_supplier(self) -> None:
        """What must hold of every reference, whatever happened: delivered at most once, never asked twice in a minute."""
        for order in self.sandbox_ask("GET", "/_sandbox/orders?limit=10000").json:
            assert order["deliveries"] <= 1, order
            assert order["closest_requests_ms"] is None or order["closest_requests_ms"] >= 59_000, order

    def fault(self, fault: str, times: int = 1, options: dict | None = None, **match) -> None:
        answer = self.sandbox_ask("POST", "/_sandbox/faults", {"match": match, "fault": fault, "times": times, "options": options or {}})
        assert answer.status < 300, answer

    def no_webhooks(self) -> None:
        """The supplier calls nobody back about orders made from now on."""
        self.fault("no_webhook", times=-1)

    def hold_webhooks(self) -> None:
        """The supplier decides only when the flow says so (`flush_webhooks`)."""
        answer = self.sandbox_ask("POST", "/_sandbox/settings", {"callback_delay_ms": 3_600_000})
        assert answer.status < 300, answer

    def flush_webhooks(self) -> None:
        """Every webhook that is waiting is sent now."""
        answer = self.sandbox_ask("POST", "/_sandbox/webhooks/flush", {})
        assert answer.status < 300, answer

    def webhook_secret(self) -> str:
        for line in (self.data / "secrets.env").read_text().splitlines():
            if line.startswith("SANDBOX_WEBHOOK_SECRET="):
                return line.partition("=")[2]
        raise AssertionError("no webhook secret")

    def send_webhook(self, order: dict, status: str, rc: str, sn: str | None = None, secret: str | None = None,
                     number: str | None = None, **more) -> Answer:
        """A callback as the supplier would sign it, about an order of ours."""
        data = {"ref_id": order["transaction_code"], "customer_no": number or order["customer_data"]["phone"],
                "buyer_sku_code": order["product_code"], "message": f"Transaksi {status}", "status": status, "rc": rc,
                "price": 10150, **({"sn": sn} if sn else {}), **more}
        return self.send_raw_webhook(json.dumps({"data": data}).encode(), secret)

    def send_raw_webhook(self, body: bytes, secret: str | None = None, signature: str | None = None) -> Answer:
        if signature is None:
            key = self.webhook_secret() if secret is None else secret
            signature = "sha1=" + hmac.new(key.encode(), body, hashlib.sha1).hexdigest()
        return self.client().ask("POST", "/api/webhooks/digiflazz", body, headers={
            "Content-Type": "application/json", "X-Hub-Signature": signature, "X-Digiflazz-Event": "update",
            "User-Agent": "Digiflazz-Hookshot"})


def at_once(count: int, work) -> list:
    """`work(n)` for n in 0…count-1, all released at one moment; results in order, exceptions as values."""
    import threading
    gate = threading.Barrier(count)

    def one(number: int):
        gate.wait()
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - a flow decides what a lost connection means
            return error
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


class MariaDB:
    """A private server in a temp folder, on loopback, that a flow may stop and start."""

    def __init__(self, folder: pathlib.Path):
        self.folder, self.port = folder, free_port()
        self.user = ["--user=root"] if os.geteuid() == 0 else []
        self.process: Process | None = None
        done = subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={folder}/db", *self.user,
                               "--auth-root-authentication-method=normal", "--skip-test-db"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        self.start()

    def start(self) -> None:
        daemon = shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.process = Process("mariadb", [daemon, "--no-defaults", f"--datadir={self.folder}/db", *self.user,
                                           f"--socket={self.folder}/s", f"--port={self.port}", "--bind-address=127.0.0.1",
                                           f"--pid-file={self.folder}/pid", "--innodb-flush-log-at-trx-commit=1",
                                           "--innodb-buffer-pool-size=64M", "--performance-schema=off"],
                               self.folder / "mariadb.log", base_environment())
        eventually("mariadb answers", lambda: self.sql("SELECT 1", fail=False) == 0, 60)

    def sql(self, text: str, fail: bool = True) -> int:
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.folder}/s", "-uroot", "-e", text],
                              capture_output=True, text=True)
        assert done.returncode == 0 or not fail, done.stderr
        return done.returncode

    def fresh_database(self) -> dict[str, str]:
        """The environment of a store that has a new, empty database to itself."""
        name, password = "flow_" + secrets.token_hex(4), secrets.token_urlsafe(24)
        self.sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4; CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{password}';"
                 f"GRANT ALL ON {name}.* TO {name}@'127.0.0.1'")
        return {"DB_CONNECTION": "mysql", "DB_HOST": "127.0.0.1", "DB_PORT": str(self.port), "DB_DATABASE": name,
                "DB_USERNAME": name, "DB_PASSWORD": password}

    def stop(self) -> None:
        self.process.stop(60)

    def close(self) -> None:
        self.process.kill()


def database_file(world: World) -> pathlib.Path:
    """The store's SQLite file (the sandbox has one of its own)."""
    return next(p for p in world.data.glob("*.sqlite"))


@contextlib.contextmanager
def locked_sqlite(path: pathlib.Path):
    """Holds the database's write lock, as another program might."""
    import sqlite3
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()
