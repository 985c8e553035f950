"""A wallet purchase, from the catalogue to the goods, over real HTTP on both databases."""
import sqlite3

import pytest
from harness import DELIVERS, FAILS, PENDS_THEN_DELIVERS, PENDS_THEN_FAILS, at_once, database_file, eventually


@pytest.mark.both_databases
def test_first_purchase_is_pending_then_delivered_by_webhook(store):
    store.hold_webhooks()
    buyer, item = store.register(money=100_000), store.item()
    placed = buyer.buy(item["id"], PENDS_THEN_DELIVERS)
    assert placed.status == 201, placed
    code, total = placed.data["transaction_code"], placed.data["total_price"]
    assert placed.data["status"] == "processing" and placed.data["payment_status"] == "paid"
    assert total == item["price"] and buyer.balance() == 100_000 - total

    eventually("the supplier was asked", lambda: store.supplied(code)["requests"] == 1)
    assert buyer.order(code)["status"] == "processing"
    store.flush_webhooks()
    order = buyer.ends(code, "success")
    assert order["sn"], "the goods are the serial number"
    assert [log["action"] for log in order["logs"]][0] == "created"
    assert {"success"} <= {log["action"] for log in order["logs"]}
    assert buyer.balance() == 100_000 - total
    assert store.supplied(code)["deliveries"] == 1
    assert "Transaksi Berhasil" in [n["title"] for n in buyer.notifications()]

    # Whoever holds the code sees the same, and not who bought.
    public = store.client().get(f"/api/transactions/status/{code}").data
    assert public["status"] == "success" and public["sn"] == order["sn"]
    assert buyer.person["email"] not in str(public)


@pytest.mark.both_databases
def test_a_failure_gives_the_whole_price_back(store):
    buyer, item = store.register(money=50_000), store.item()
    placed = buyer.buy(item["id"], PENDS_THEN_FAILS)
    assert placed.status == 201, placed
    code = placed.data["transaction_code"]
    eventually("the supplier was asked", lambda: store.supplied(code)["requests"] == 1)
    store.flush_webhooks()
    order = buyer.ends(code, "refunded")
    assert order["failed_reason"] and order["refunded_at"] and order["sn"] is None
    assert buyer.balance() == 50_000
    refunds = [m for m in buyer.mutations() if m["reference_type"] == "refund"]
    assert [(m["type"], m["amount"], m["transaction_id"]) for m in refunds] == [("credit", order["total_price"], order["id"])]
    assert {"Transaksi Gagal", "Refund Berhasil"} <= {n["title"] for n in buyer.notifications()}
    assert store.supplied(code)["deliveries"] == 0
    public = store.client().get(f"/api/transactions/status/{code}").data
    assert public["refund"] == {"is_refunded": True, "refunded_at": order["refunded_at"],
                                "refund_amount": order["total_price"], "refund_method": "balance"}


def test_an_immediate_answer_ends_the_order_without_a_webhook(store):
    buyer, item = store.register(money=50_000), store.item()
    delivered = buyer.buy(item["id"], DELIVERS).data["transaction_code"]
    refunded = buyer.buy(item["id"], FAILS).data["transaction_code"]
    assert buyer.ends(delivered, "success")["sn"]
    assert buyer.ends(refunded, "refunded")["failed_reason"]
    assert buyer.balance() == 50_000 - item["price"]
    with sqlite3.connect(database_file(store)) as database:
        assert database.execute("SELECT total_sold FROM product_items WHERE id = ?", [item["id"]]).fetchone() == (1,)


def test_F21_a_repeated_key_gives_the_first_answer_and_charges_once(store):
    buyer, item = store.register(money=100_000), store.item()
    answers = at_once(8, lambda _: buyer.buy(item["id"], key="checkout-1"))
    assert {a.status for a in answers} <= {201, 409}, answers
    created = [a for a in answers if a.status == 201]
    assert created and len({a.data["transaction_code"] for a in created}) == 1
    assert all("retry-after" in a.headers for a in answers if a.status == 409)
    again = buyer.buy(item["id"], key="checkout-1")
    assert again.status == 201 and again.data == created[0].data
    assert buyer.balance() == 100_000 - item["price"]

    other = buyer.buy(item["id"], number=FAILS, key="checkout-1")
    assert other.status == 409, "the same key with another body"
    assert len(buyer.orders()) == 1
    # The key is the caller's own: another account may use the same word.
    stranger = store.register(money=100_000)
    theirs = stranger.buy(item["id"], key="checkout-1")
    assert theirs.status == 201 and theirs.data["transaction_code"] != again.data["transaction_code"]


def test_without_a_key_two_purchases_are_two(store):
    buyer, item = store.register(money=100_000), store.item()
    codes = {buyer.buy(item["id"]).data["transaction_code"] for _ in range(2)}
    assert len(codes) == 2 and buyer.balance() == 100_000 - 2 * item["price"]


@pytest.mark.both_databases
def test_F22_of_64_parallel_purchases_with_money_for_one_exactly_one_is_made(store):
    item = store.item()
    buyer = store.register(money=item["price"] + item["price"] // 2)
    answers = at_once(64, lambda _: buyer.buy(item["id"]))
    statuses = sorted(a.status for a in answers)
    assert statuses == [201] + [400] * 63, answers
    assert {a.json["code"] for a in answers if a.status == 400} == {"insufficient_balance"}
    assert buyer.balance() == item["price"] // 2
    code = next(a for a in answers if a.status == 201).data["transaction_code"]
    buyer.ends(code, "success")
    assert len(buyer.orders()) == 1 and store.supplied(code)["deliveries"] == 1


def test_what_cannot_be_bought_is_refused_without_a_trace(store):
    buyer, item = store.register(money=5_000), store.item()
    poor = buyer.buy(item["id"])
    assert (poor.status, poor.json["code"]) == (400, "insufficient_balance")
    assert buyer.buy(999_999_999).status == 422
    assert "customer_data.phone" in buyer.post("/api/customer/transactions/purchase-balance", {
        "product_item_id": item["id"], "customer_data": {}}).json["errors"]
    product, pulsa = store.product_of("xl25")
    mismatch = buyer.buy(pulsa["id"], "081234567890")  # a Telkomsel number on an XL product
    assert mismatch.status == 400, mismatch
    assert buyer.orders() == [] and buyer.balance() == 5_000
