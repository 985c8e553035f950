"""The security checklist (promises 3), for what is served so far."""
import hashlib
import hmac
import http.client
import json
import re
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import urllib.parse

import pytest
from harness import DELIVERS, SKU, at_once, database_file, eventually, run_enstore

USUAL_NAMES = ["admin@example.com", "admin@localhost", "admin@enstore.id", "root@localhost", "demo@example.com"]
USUAL_PASSWORDS = ["admin", "password", "changeme", "12345678"]


# ── accounts ──
def test_S5_none_of_twenty_usual_logins_works(shop):
    tried = [shop.client().post("/api/auth/login", {"identifier": name, "password": word}).status
             for name in USUAL_NAMES for word in USUAL_PASSWORDS]
    assert len(tried) == 20 and set(tried) <= {401, 422}, tried


@pytest.mark.parametrize("setting", [
    {"APP_KEY": "changeme"}, {"APP_KEY": "secret"}, {"METRICS_TOKEN": "admin"},
    {"DB_CONNECTION": "mysql", "DB_HOST": "db", "DB_DATABASE": "enstore", "DB_USERNAME": "root", "DB_PASSWORD": "root"},
    {"DIGIFLAZZ_USERNAME": "toko", "DIGIFLAZZ_API_KEY": "changeme", "DIGIFLAZZ_WEBHOOK_SECRET": "changeme"},
], ids=lambda setting: next(reversed(setting)))
def test_S5_weak_secrets_do_not_start(tmp_path, setting):
    done = run_enstore("up", "--port", 0, data=tmp_path, environment=setting, timeout=20)
    assert done.returncode == 2, done.stderr
    name = next(reversed(setting))
    assert name in done.stderr, "the message names the variable"
    assert not re.search(rf"\b{setting[name]}\b", done.stderr.replace(name, "")), "… and does not repeat the secret"


def test_S5_the_demo_login_is_random_and_private(tmp_path, template):
    text = (template / "demo-login.txt").read_text()
    mode = (template / "demo-login.txt").stat().st_mode & 0o777
    assert mode == 0o600 and (template / "secrets.env").stat().st_mode & 0o777 == 0o600
    password = re.search(r"^password=(\S+)$", text, re.M).group(1)
    assert len(password) >= 12 and password not in USUAL_PASSWORDS


def test_S1_passwords_are_kept_as_argon2id_with_their_parameters(store):
    buyer = store.register()
    with sqlite3.connect(database_file(store)) as database:
        (kept,) = database.execute("SELECT password FROM users WHERE id = ?", [buyer.user["id"]]).fetchone()
        tokens = [text for row in database.execute("SELECT * FROM access_tokens") for text in row if isinstance(text, str)]
    memory, passes = map(int, re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", kept).groups())
    assert memory >= 19456 and passes >= 2
    assert buyer.token.split("|")[1] not in " ".join(tokens), "a token is stored hashed"


@pytest.mark.timeout(300)
def test_S2_a_flood_of_logins_exhausts_nothing(store):
    before = memory_kb(store.store.child.pid)
    waits, stop = [], threading.Event()

    def others():
        while not stop.is_set():
            began = time.perf_counter()
            assert store.client().get("/api/products").status == 200
            waits.append(time.perf_counter() - began)
            time.sleep(0.02)
    watcher = threading.Thread(target=others)
    watcher.start()
    flood = at_once(500, lambda n: store.client().post("/api/auth/login", {"identifier": f"u{n}@example.com", "password": "salah-sekali"},
                                                       timeout=120).status)
    stop.set()
    watcher.join()
    assert {s for s in flood if isinstance(s, int)} <= {401, 503} and flood.count(401) > 100, flood[:5]
    assert memory_kb(store.store.child.pid) - before < 200_000
    assert sorted(waits)[int(len(waits) * 0.99)] < 0.5, sorted(waits)[-10:]


def test_S4_listed_passwords_are_refused(shop):
    words = ["password", "12345678", "qwertyuiop", "iloveyou", "football", "baseball", "sunshine", "princess"]
    for word in words:
        answer = shop.client().post("/api/auth/register", {
            "name": "A", "email": f"weak-{word}@example.com", "phone": "081200000999", "password": word,
            "password_confirmation": word})
        assert answer.status == 422 and "password" in answer.json["errors"], (word, answer)


def test_S3_long_passwords_are_not_truncated(shop):
    word = "é" * 50 + "panjang sekali"
    buyer = shop.register(password=word, password_confirmation=word)

    def login(password):
        return shop.client().post("/api/auth/login", {"identifier": buyer.person["email"], "password": password}).status
    assert login(word) == 200
    assert login(word.encode()[:72].decode(errors="ignore")) == 401
    assert login(word + "x") == 401


def test_S6_unknown_and_known_accounts_get_the_same_answer_in_the_same_time(shop):
    known = shop.register().person["email"]
    times = {"known": [], "unknown": []}
    bodies = set()
    for number in range(40):
        for kind, name in (("known", known), ("unknown", f"nobody-{number}@example.com")):
            began = time.perf_counter()
            answer = shop.client().post("/api/auth/login", {"identifier": name, "password": "salah-besar-sekali"})
            times[kind].append(time.perf_counter() - began)
            bodies.add((answer.status, answer.body))
    assert len(bodies) == 1 and next(iter(bodies))[0] == 401
    medians = {kind: statistics.median(taken) for kind, taken in times.items()}
    difference = abs(medians["known"] - medians["unknown"])
    assert difference < max(0.005, 0.10 * medians["known"]), medians


def test_S27_a_token_dies_at_logout_and_at_refresh(shop):
    buyer = shop.register()
    fresh = shop.client(buyer.post("/api/auth/refresh-token").data["access_token"])
    assert buyer.get("/api/auth/profile").status == 401 and fresh.get("/api/auth/profile").status == 200
    assert fresh.post("/api/auth/logout").status == 200
    assert fresh.get("/api/auth/profile").status == 401


# ── abuse ──
def raw(port: int, data: bytes, wait: float = 40) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as peer:
        try:
            peer.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent; the answer may still be there to read
        answer = b""
        try:
            while chunk := peer.recv(65536):
                answer += chunk
        except (ConnectionResetError, socket.timeout):
            pass
        return answer


def status_of(answer: bytes) -> int:
    match = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(match.group(1)) if match else 0


def memory_kb(pid: int) -> int:
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_S15_large_deep_and_long_requests_are_refused_and_cost_no_memory(shop):
    before = memory_kb(shop.store.child.pid)
    head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    big = raw(shop.port, f"{head}Content-Length: 10485760\r\n\r\n".encode() + b"x" * 1_000_000, 10)
    assert status_of(big) == 413, big[:300]
    chunks = b"".join(b"8000\r\n" + b"x" * 0x8000 + b"\r\n" for _ in range(40)) + b"0\r\n\r\n"
    assert status_of(raw(shop.port, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks, 10)) == 413
    deep = b"[" * 10_000 + b"]" * 10_000
    assert shop.client().ask("POST", "/api/auth/login", deep, {"Content-Type": "application/json"}).status == 400
    nested = b'{"identifier":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001
    assert shop.client().ask("POST", "/api/auth/login", nested, {"Content-Type": "application/json"}).status == 400
    assert status_of(raw(shop.port, b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 10)) in (414, 431)
    many = b"".join(b"X-H%d: %s\r\n" % (n, b"v" * 500) for n in range(60))
    assert status_of(raw(shop.port, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n", 10)) == 431
    webhook = shop.send_raw_webhook(b'{"data":"' + b"x" * 300_000 + b'"}')
    assert webhook.status == 413
    assert memory_kb(shop.store.child.pid) - before < 60_000


def test_S15_slow_senders_are_cut_off(shop):
    def drip(start: bytes, rest: bytes):
        with socket.create_connection(("127.0.0.1", shop.port), timeout=5) as peer:
            peer.sendall(start)
            peer.settimeout(1)
            began, answer = time.monotonic(), b""
            for byte in rest:
                try:
                    peer.sendall(bytes([byte]))
                    chunk = peer.recv(4096)
                    answer += chunk
                    if not chunk:
                        break
                except socket.timeout:
                    continue
                except OSError:
                    break
            return time.monotonic() - began, answer
    body = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
    results = at_once(3, lambda n: drip(*[(b"GET /livez HTTP/1.1\r\n", b"X-A: " + b"a" * 60),
                                          (body, b"{" + b" " * 60),
                                          (b"", b"GET /livez HTTP/1.1\r\n" + b"X-A: b\r\n" * 20)][n]))
    for result in results:
        assert not isinstance(result, Exception), result
        took, answer = result
        assert took < 40 and status_of(answer) in (0, 408), (took, answer)


def test_S16_a_forged_forwarding_header_does_not_change_who_is_counted(world):
    world.start(RATE_LIMITS="on")
    statuses = [world.client().post("/api/auth/login", {"identifier": "a@example.com", "password": "salah-sekali"},
                                    headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}",
                                             "Forwarded": f"for=203.0.113.{n}"}).status for n in range(8)]
    assert statuses == [401] * 5 + [429] * 3


def test_S16_a_trusted_proxy_is_believed(world):
    world.start(RATE_LIMITS="on", TRUSTED_PROXIES="127.0.0.1")
    for n in range(8):
        answer = world.client().post("/api/auth/login", {"identifier": "a@example.com", "password": "salah-sekali"},
                                     headers={"X-Forwarded-For": f"10.9.9.9, 203.0.113.{n}"})
        assert answer.status == 401, (n, answer)


def test_a_limited_answer_says_what_is_left_and_when(world):
    world.start(RATE_LIMITS="on")
    seen = [world.client().get("/api/products/categories") for _ in range(3)]
    assert [a.headers["x-ratelimit-limit"] for a in seen] == ["300"] * 3
    left = [int(a.headers["x-ratelimit-remaining"]) for a in seen]
    assert left == sorted(left, reverse=True) and left[0] - left[2] == 2


# ── authorisation ──
def test_S17_what_asks_for_a_role_refuses_everyone_else(shop):
    routes = json.loads(run_enstore("routes", "--json").stdout)
    assert {r["role"] for r in routes} <= {"public", "optional", "auth", "customer", "admin"}
    customer = shop.register()
    for route in routes:
        path = re.sub(r"\{[^}]+\}", "1", route["path"])
        if route["role"] in ("auth", "customer", "admin"):
            for client in (shop.client(), shop.client("1|" + "x" * 40), shop.client("garbage")):
                assert client.ask(route["method"], path, {}).status == 401, route
        if route["role"] == "admin":
            assert customer.ask(route["method"], path, {}).status == 403, route


def test_S18_another_persons_things_are_not_there(shop):
    ann, bob = shop.register(money=100_000), shop.register(money=100_000)
    code = bob.buy(shop.item()["id"]).data["transaction_code"]
    bob.ends(code, "success")
    notice = bob.notifications()[0]["id"]
    assert ann.get(f"/api/customer/transactions/{code}").status == 404
    assert ann.post(f"/api/notifications/read/{notice}").status == 404
    assert not next(n for n in bob.notifications() if n["id"] == notice)["is_read"]
    assert bob.post(f"/api/notifications/read/{notice}").status == 200
    assert ann.orders() == [] and ann.notifications() == []
    assert {m["reference_type"] for m in ann.mutations()} == {"adjustment"}
    assert ann.get("/api/customer/transactions?search=" + code).data["data"] == []


def keys_of(value, found=None) -> set:
    found = set() if found is None else found
    if isinstance(value, dict):
        found |= set(value)
        for inner in value.values():
            keys_of(inner, found)
    elif isinstance(value, list):
        for inner in value:
            keys_of(inner, found)
    return found


def test_S21_no_cost_no_margin_and_no_supplier_reach_a_customer(shop):
    buyer, (product, item) = shop.register(money=100_000), shop.product_of()
    placed = buyer.buy(item["id"])
    code = placed.data["transaction_code"]
    buyer.ends(code, "success")
    answers = [placed, *(buyer.get(path) for path in (
        "/api/products?with_items=1&per_page=100", f"/api/products/{product['id']}", f"/api/products/slug/{product['slug']}",
        "/api/products/categories", "/api/customer/transactions", f"/api/customer/transactions/{code}",
        f"/api/transactions/status/{code}", "/api/customer/balance/mutations", "/api/notifications", "/api/customer/profile",
        "/api/auth/profile"))]
    hidden = {"base_price", "reseller_price", "retail_profit", "reseller_profit", "profit", "provider", "supplier_cost",
              "digiflazz_trx_id", "digiflazz_rc", "digiflazz_status", "seller_name", "max_price", "buyer_last_saldo", "password",
              "real_admin", "price_locked", "needs_attention"}
    for answer in answers:
        assert answer.status in (200, 201), answer
        assert not hidden & keys_of(answer.json), (answer, hidden & keys_of(answer.json))
        text = answer.body.decode()
        assert "Transaksi Sukses" not in text, "the supplier's own words"
        assert not re.search(r"\b10150\b", text), "what the item costs us"


def test_S22_fields_that_are_not_asked_for_change_nothing(shop):
    greed = {"role": "admin", "customer_type": "reseller", "balance": 10**9, "status": "active", "id": 1, "is_admin": True,
             "email_verified_at": "2026-01-01T00:00:00Z", "referral_code": None, "price": 1}
    buyer = shop.register(**greed)
    assert (buyer.user["role"], buyer.user["customer_type"]) == ("customer", "retail")
    assert buyer.ask("PUT", "/api/customer/profile", {**greed, "name": "Nama Baru", "email": "lain@example.com"}).status == 200
    profile = buyer.get("/api/customer/profile").data
    assert (profile["role"], profile["customer_type"], profile["name"]) == ("customer", "retail", "Nama Baru")
    assert profile["email"] == buyer.person["email"] and profile["id"] == buyer.user["id"]
    assert buyer.balance() == 0


def test_S23_the_price_is_the_stores_own_figure(shop):
    buyer, item = shop.register(money=100_000), shop.item()
    tampered = {"price": 1, "product_price": 1, "total_price": 1, "discount_amount": 99_999, "admin_fee": -5,
                "base_price": 1, "customer_type": "reseller", "payment_status": "paid", "status": "success", "user_id": 1}
    placed = buyer.buy(item["id"], **tampered)
    assert placed.status == 201 and placed.data["total_price"] == item["price"]
    assert placed.data["status"] == "processing" and placed.data["user_id"] == buyer.user["id"]
    assert buyer.balance() == 100_000 - item["price"]
    buyer.ends(placed.data["transaction_code"], "success")


ABSURD = [0, -1, -(2**63), 2**63, 2**64, 10**30, 1.5, 1e300, "1e9", "0x10", "-1", "1.5", " ", "", None, True, [], {}, "１２", "1,000",
          "NaN", "Infinity", "9" * 400, "1; DROP TABLE users", "\u0000"]


@pytest.mark.parametrize("value", ABSURD, ids=lambda v: repr(v)[:20])
def test_S24_an_absurd_item_id_is_refused(shop, value):
    buyer = getattr(shop, "rich", None) or shop.register(money=100_000)
    shop.rich = buyer
    answer = buyer.buy(value)
    assert answer.status in (400, 422), answer
    assert buyer.balance() == 100_000


@pytest.mark.parametrize("amount", ["0", "-5000", "1e9", "0x10", "1.5", "9223372036854775808", "99999999999999999999", "1000000000001",
                                    "Rp 5000", "5.000", ""])
def test_S24_an_absurd_amount_is_refused_at_the_command_line(shop, amount):
    buyer = shop.register()
    done = shop.enstore("demo", "credit", buyer.person["email"], "--", amount) if amount.startswith("-") else \
        shop.enstore("demo", "credit", buyer.person["email"], amount)
    assert done.returncode in (2, 4), (done.returncode, done.stderr)
    assert buyer.balance() == 0


# ── data, logs ──
PROBES = ["'", "''", "\"", "`", "' OR '1'='1", "1' OR 1=1-- -", "' UNION SELECT NULL,NULL,NULL-- -", "1; DROP TABLE users--",
          "') OR ('a'='a", "\\' OR 1=1", "%27%20OR%201=1", "1 AND SLEEP(5)", "1) AND (SELECT 5 FROM (SELECT(SLEEP(5)))a)-- -",
          "' AND EXTRACTVALUE(1,CONCAT(0x7e,VERSION()))-- -", "1 ORDER BY 100-- -", "admin'/*", "${jndi:ldap://x/a}", "{{7*7}}",
          "../../../../etc/passwd", "a\r\nSet-Cookie: x=1", "\x00", "\ud7ff", "%", "_", "%%%", ":p1", "?", "?1", "$1", "NULL",
          "x" * 5000]


def test_S48_no_probe_on_any_parameter_gets_through(shop):
    buyer = shop.register(money=100_000)
    item = shop.item()["id"]
    listing = ["search", "category", "category.slug", "brand", "type", "payment_type", "is_active", "featured", "category_id",
               "with_items", "sort_by", "sort_order", "page", "per_page", "limit"]
    history = ["type", "status", "search", "start_date", "end_date", "page", "per_page"]
    bad = []

    def look(answer, what):
        if answer.status >= 500 or b"SQL" in answer.body or b"syntax" in answer.body:
            bad.append((what, answer))
    began = time.monotonic()
    for probe in PROBES:
        quoted = urllib.parse.quote(probe.encode("utf-8", "surrogatepass"), safe="")
        for name in listing:
            look(shop.client().get(f"/api/products?{urllib.parse.quote(name)}={quoted}", checked=len(probe) < 1000), (name, probe))
        for name in history:
            look(buyer.get(f"/api/customer/transactions?{name}={quoted}", checked=len(probe) < 1000), (name, probe))
        for path in ("/api/products/slug/", "/api/transactions/status/", "/api/customer/transactions/", "/api/notifications?limit=",
                     "/api/customer/balance/mutations?limit="):
            look(buyer.get(path + quoted, checked=False), (path, probe))
        for path, body in (
                ("/api/auth/login", {"identifier": probe, "password": probe}),
                ("/api/auth/register", {"name": probe, "email": probe, "phone": probe, "password": probe, "password_confirmation": probe,
                                        "referral_code": probe}),
                ("/api/customer/transactions/purchase-balance", {"product_item_id": item, "customer_data": {"phone": probe}}),
                ("/api/customer/transactions/purchase-balance", {"product_item_id": item, "customer_data": {probe: probe}}),
                ("/api/customer/transactions/purchase-balance", {"product_item_id": item, "customer_data": {"phone": DELIVERS},
                                                                 "voucher_code": probe})):
            look(buyer.post(path, body), (path, probe))
        look(buyer.ask("PUT", "/api/customer/profile", {"name": probe, "phone": probe}), ("profile", probe))
        look(shop.client("1|" + probe if probe.isprintable() and probe.isascii() else "1|x").get("/api/auth/profile"), ("token", probe))
    assert not bad, bad[:5]
    assert time.monotonic() - began < 120, "no probe makes the store sleep"
    assert shop.client().get("/api/products").data["total"] > 10, "nothing was dropped"


def test_S51_secrets_and_personal_data_never_reach_the_log(world):
    world.start()
    mark = "kanari-RahasiaBesar-7781"
    phone = "081377788899"
    buyer = world.register(money=100_000, password=mark, password_confirmation=mark, phone=phone)
    world.client().post("/api/auth/login", {"identifier": buyer.person["email"], "password": mark})
    world.client().post("/api/auth/login", {"identifier": buyer.person["email"], "password": mark + "-salah"})
    buyer.post("/api/customer/profile/change-password", {"current_password": mark, "new_password": mark + "-baru",
                                                         "new_password_confirmation": mark + "-baru"})
    world.fault("rc", options={"rc": "00", "sn": "SN-KANARI-99817"})
    code = buyer.buy(world.item()["id"], DELIVERS).data["transaction_code"]
    sn = buyer.ends(code, "success")["sn"]
    assert sn == "SN-KANARI-99817"
    buyer.ask("GET", "/api/customer/balance", headers={"User-Agent": "evil\x1b[31m agent", "Cookie": "session=" + mark})
    world.client().get("/api/products?search=" + mark)
    world.store.stop()
    text = (world.folder / "store-1.log").read_text(errors="replace")
    assert "api/customer/transactions/purchase-balance" in text, "the log is there to be searched"
    secrets_env = dict(line.split("=", 1) for line in (world.data / "secrets.env").read_text().splitlines() if "=" in line and line[0] != "#")
    for name, canary in {"password": mark, "token": buyer.token, "token secret": buyer.token.split("|")[1], "phone": phone,
                         "number": DELIVERS, "serial number": sn, "order code": code, "e-mail": buyer.person["email"],
                         **{n: v for n, v in secrets_env.items() if n != "SANDBOX_USERNAME"}}.items():
        assert canary not in text, f"{name} in the log: " + next(line for line in text.splitlines() if canary in line)[:600]


def test_S52_what_a_client_sends_cannot_break_a_log_line(world):
    world.start()
    connection = http.client.HTTPConnection("127.0.0.1", world.port)
    connection.putrequest("GET", "/api/products?search=a%0d%0a%7B%22level%22:%22forged%22%7D%1b[31m")
    connection.putheader("User-Agent", "evil {\"level\":\"forged\"} \x1b[31m")
    connection.endheaders()
    connection.getresponse().read()
    world.store.stop()
    lines = [line for line in (world.folder / "store-1.log").read_text().splitlines() if line.startswith("{")]
    assert lines and "\x1b" not in "".join(lines)
    assert all(json.loads(line).get("level") != "forged" for line in lines)


def test_S55_a_refusal_says_nothing_about_the_inside(shop):
    seen = [shop.client().ask(method, path, body, headers, checked=False) for method, path, body, headers in (
        ("GET", "/api/nothing-here", None, None), ("DELETE", "/api/products", None, None), ("POST", "/api/auth/login", b"{", None),
        ("POST", "/api/auth/login", b"\xff\xfe", {"Content-Type": "application/json"}), ("GET", "/api/products/99999999", None, None),
        ("POST", "/api/webhooks/digiflazz", b"{}", None), ("GET", "/api/customer/balance", None, {"Authorization": "Basic x"}),
        ("BREW", "/api/products", None, None), ("GET", "/../../etc/passwd", None, None), ("GET", "/storage/../secrets.env", None, None))]
    for answer in seen:
        assert 400 <= answer.status < 500, answer
        text = answer.body.decode(errors="replace")
        assert not re.search(r"(?i)\.cpp|\.hpp|sqlite|mysql|boost|stack|exception|terminate|/src/|std::|version", text), answer
        assert "server" not in answer.headers or not re.search(r"\d", answer.headers["server"])


def test_S39_a_webhook_without_the_right_signature_does_nothing(store):
    buyer, item = store.register(money=100_000), store.item()
    store.no_webhooks()
    code = buyer.buy(item["id"], "087800001233").data["transaction_code"]
    eventually("the supplier was asked", lambda: store.supplied(code)["requests"] >= 1)
    order = buyer.order(code)
    body = json.dumps({"data": {"ref_id": code, "customer_no": "087800001233", "buyer_sku_code": SKU, "status": "Sukses", "rc": "00",
                                "sn": "PALSU", "message": "x", "price": 1}}).encode()
    forged = [store.send_webhook(order, "Sukses", "00", sn="PALSU", secret="wrong"),
              store.send_webhook(order, "Sukses", "00", sn="PALSU", secret=""),
              store.send_raw_webhook(body, signature=""), store.send_raw_webhook(body, signature="sha1="),
              store.send_raw_webhook(body, signature="sha1=" + "0" * 40), store.send_raw_webhook(body, signature="md5=" + "0" * 32)]
    assert {a.status for a in forged} == {403}, forged
    good = body.replace(b'"price": 1', b'"price": 2')
    signature = "sha1=" + hmac.new(store.webhook_secret().encode(), body, hashlib.sha1).hexdigest()
    assert store.send_raw_webhook(good, signature=signature).status == 403, "one byte changed"
    assert buyer.order(code)["status"] == "processing"
    # Rightly signed, about another number: acknowledged, and nothing moves.
    assert store.send_webhook(order, "Sukses", "00", sn="LAIN", number="081111111111").status == 200
    assert store.send_raw_webhook(body.replace(code.encode(), b"ENS-20200101-AAAAAAAAAAAAAAAA")).status == 200
    assert buyer.order(code)["status"] == "processing"
    assert store.send_raw_webhook(b"not json").status == 400
    assert store.send_raw_webhook(b'{"data":[]}').status == 400
    ping = b'{"sed":"abc","hook_id":"1","hook":{"url":"x","secret":"y","type":"json","status":1}}'
    assert store.send_raw_webhook(ping).status in (200, 400)
    assert store.send_webhook(order, "Sukses", "00", sn="ASLI").status == 200
    assert buyer.ends(code, "success")["sn"] == "ASLI"


def test_S50_no_secret_on_the_command_line_or_in_the_metrics(store):
    values = [line.split("=", 1)[1] for line in (store.data / "secrets.env").read_text().splitlines() if "=" in line and line[0] != "#"]
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(store.store.child.pid)], capture_output=True, text=True).stdout
    metrics = store.client().get("/metrics").body.decode()
    assert "http" in metrics
    for value in values:
        assert value not in listed and value not in metrics
