"""docs/openapi.yaml against the program: every route is served as described, or named in not_built_yet.txt."""
import json
import pathlib
import re

import pytest
from contract import contract
from harness import DELIVERS, FAILS, program, run_enstore

LIST = pathlib.Path(__file__).with_name("not_built_yet.txt")

# What the store serves beside the contract, and why.
BESIDE = {
    "GET /livez": "health, as /up",
    "GET /readyz": "health: can it serve, and why not",
    "GET /metrics": "for Prometheus",
    "GET /setup": "one-time page of the first admin",
    "POST /setup": "one-time page of the first admin",
    "GET /setup/style.css": "its look, so that its policy needs no inline style",
    "POST /api/setup/admin": "the same for scripts",
}


def not_built_yet() -> set[str]:
    return {line.strip() for line in LIST.read_text().splitlines() if line.strip() and not line.startswith("#")}


@pytest.fixture(scope="module")
def served() -> dict[str, dict]:
    done = run_enstore("routes", "--json")
    assert done.returncode == 0, done.stderr
    return {f"{r['method']} {r['path']}": r for r in json.loads(done.stdout)}


def shape(name: str) -> str:
    """Parameter names are ours to choose; where they stand is not."""
    return re.sub(r"\{[^}]+\}", "{}", name)


def test_routes_need_no_database_and_are_told_in_full(tmp_path):
    done = run_enstore("routes", "--json", cwd=tmp_path, environment={"DB_CONNECTION": "mysql"})
    assert done.returncode == 0, done.stderr
    routes = json.loads(done.stdout)
    assert list(tmp_path.iterdir()) == []
    assert {tuple(sorted(r)) for r in routes} == {("method", "path", "rate_limit", "role")}
    assert len({(r["method"], r["path"]) for r in routes}) == len(routes)


def test_every_route_is_served_as_described_or_on_the_list(served):
    here = {shape(name): route for name, route in served.items()}
    waiting = not_built_yet()
    unknown = waiting - set(contract().operations)
    assert not unknown, f"not in the contract: {unknown}"
    missing = [n for n in contract().operations if shape(n) not in here and n not in waiting]
    assert not missing, f"neither served nor on the list: {missing}"
    built = [n for n in waiting if shape(n) in here]
    assert not built, f"served by now, take off the list: {built}"
    wrong = {name: (here[shape(name)]["role"], here[shape(name)]["rate_limit"], "instead of", o.role, o.rate)
             for name, o in contract().operations.items()
             if shape(name) in here and (here[shape(name)]["role"], here[shape(name)]["rate_limit"]) != (o.role, o.rate)}
    assert not wrong, wrong
    beside = {n for n, r in served.items() if shape(n) not in {shape(o) for o in contract().operations}}
    assert beside <= set(BESIDE), f"served, and neither in the contract nor explained: {beside - set(BESIDE)}"


def ask_everything(shop) -> None:
    """Good and bad requests to every route that is built; the client holds each answer against its schema."""
    anyone, person = shop.client(), shop.register(money=100_000)
    product, item = shop.product_of()
    delivered = person.buy(item["id"], DELIVERS).data["transaction_code"]
    refunded = person.buy(item["id"], FAILS).data["transaction_code"]
    person.ends(delivered, "success"), person.ends(refunded, "refunded")
    buy = "/api/customer/transactions/purchase-balance"
    stranger = shop.client("1|" + "0" * 40)
    password = person.person["password"]

    for path in ("/up", "/livez", "/readyz", "/api/products", "/api/products?with_items=1&per_page=100", "/api/products?page=9999",
                 "/api/products?search=pln&sort_by=name&sort_order=desc", "/api/products?payment_type=postpaid", "/api/products/categories",
                 f"/api/products/{product['id']}", f"/api/products/slug/{product['slug']}", "/api/products/slug/pln-token",
                 "/api/products/999999", "/api/products/slug/none", f"/api/transactions/status/{delivered}",
                 f"/api/transactions/status/{refunded}", "/api/transactions/status/ENS-20200101-AAAAAAAAAAAAAAAA"):
        anyone.get(path)
        person.get(path)
    for path in ("/api/auth/profile", "/api/customer/profile", "/api/customer/balance", "/api/customer/balance/mutations",
                 "/api/customer/transactions", "/api/customer/transactions?status=success,refunded&type=purchase",
                 "/api/customer/transactions?per_page=1&page=2", f"/api/customer/transactions/{delivered}",
                 f"/api/customer/transactions/{refunded}", "/api/customer/transactions/ENS-20200101-AAAAAAAAAAAAAAAA",
                 "/api/notifications", "/api/notifications?limit=1&page=2", "/api/notifications/count"):
        person.get(path), anyone.get(path), stranger.get(path)
    anyone.post("/api/auth/register", {}), anyone.post("/api/auth/register", b"{", headers={"Content-Type": "application/json"})
    anyone.post("/api/auth/register", person.person)  # taken
    anyone.post("/api/auth/login", {}), anyone.post("/api/auth/login", {"identifier": "x@example.com", "password": "salah"})
    assert anyone.post("/api/auth/login", {"identifier": person.person["email"], "password": password}).status == 200
    assert anyone.post("/api/auth/login", {"identifier": person.person["phone"], "password": password}).status == 200
    person.post(buy, {}), anyone.post(buy, {}), person.post(buy, {"product_item_id": item["id"], "customer_data": {"phone": DELIVERS},
                                                                  "voucher_code": "TIDAKADA"})
    postpaid = anyone.get("/api/products?payment_type=postpaid&with_items=1").data["data"][0]["items"][0]
    assert person.post(buy, {"product_item_id": postpaid["id"], "customer_data": {"customer_no": "530000000001"}}).status == 400
    for method in ("PUT", "POST"):
        person.ask(method, "/api/customer/profile", {"name": "Nama Lain"}), person.ask(method, "/api/customer/profile", {"name": "x" * 300})
        anyone.ask(method, "/api/customer/profile", {})
    change = "/api/customer/profile/change-password"
    person.post(change, {}), anyone.post(change, {})
    person.post(change, {"current_password": "salah", "new_password": "kata-sandi-lain-9", "new_password_confirmation": "kata-sandi-lain-9"})
    person.post(change, {"current_password": password, "new_password": "kata-sandi-lain-9", "new_password_confirmation": "kata-sandi-lain-9"})
    notice = person.notifications()[0]["id"]
    person.post(f"/api/notifications/read/{notice}"), person.post("/api/notifications/read/999999"), anyone.post(f"/api/notifications/read/{notice}")
    person.post("/api/notifications/read-all"), anyone.post("/api/notifications/read-all")
    order = person.order(delivered)
    shop.send_webhook(order, "Sukses", "00"), shop.send_webhook(order, "Sukses", "00", secret="salah"), shop.send_raw_webhook(b"{")
    anyone.post("/api/auth/logout"), anyone.post("/api/auth/refresh-token")
    fresh = shop.client(person.post("/api/auth/refresh-token").data["access_token"])
    fresh.post("/api/auth/logout")


def test_every_served_answer_keeps_the_contract(shop, served):
    ask_everything(shop)
    built = [o for n, o in contract().operations.items() if shape(n) in {shape(s) for s in served}]
    quiet = []
    for operation in built:
        described = {int(status) for status in operation.described["responses"]}
        seen = contract().seen.get(operation.name, set())
        # Rate limits have a flow of their own; 500 and partners' failures are not provoked here.
        wanted = described - {429, 500, 502, 503, 413}
        if operation.name == "POST /api/auth/login":
            wanted -= {403}  # suspending an account comes with its admin route
        if operation.role == "customer":
            wanted -= {403}  # every account there is may act as a customer
        if missing := wanted - seen:
            quiet.append((operation.name, sorted(missing)))
    assert not quiet, f"answers of the contract that were not seen: {quiet}"


def test_the_contract_in_docs_is_the_one_that_is_tested():
    assert contract().document["openapi"].startswith("3.1") and len(contract().operations) > 90
    assert program()
