"""Broken, absurd and hostile requests: a clear answer each, no partial effect."""
import socket

import pytest
from test_security import raw, status_of

BUY = "/api/customer/transactions/purchase-balance"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def buyer(shop):
    return shop.register(money=100_000)


@pytest.fixture(autouse=True)
def nothing_moves(request, shop, buyer):
    yield
    assert buyer.balance() == 100_000 and buyer.orders() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"42", b'"text"', b"{]", b"\xff\xfe\x00", b"{'a':1}", b'{"a":1}}', b"<xml/>",
                                  b'{"product_item_id":1', b'{"a":"\\ud800"}', b"[" * 40 + b"]" * 40],
                         ids=lambda b: repr(b[:20]))
def test_malformed_bodies_are_refused(buyer, body):
    assert buyer.ask("POST", BUY, body, JSON).status in (400, 422)


@pytest.mark.parametrize("value", [1, True, [], {}, None, ["a"], "x" * 300, {"$gt": ""}, "\u0000", "a\u202eb"],
                         ids=lambda v: repr(v)[:20])
def test_wrong_types_are_refused_field_by_field(shop, value):
    answer = shop.client().post("/api/auth/register", {"name": value, "email": value, "phone": value, "password": value,
                                                       "password_confirmation": value})
    assert answer.status == 422, answer
    assert {"email", "password"} <= set(answer.json["errors"])


@pytest.mark.parametrize("data", [None, [], "text", 5, {"phone": None}, {"phone": {}}, {"phone": []}, {"phone": "x" * 300}, {"phone": "abc"},
                                  {"phone": "0812"}, {f"k{n}": "v" for n in range(30)}, {"x" * 300: "v"}],
                         ids=lambda v: repr(v)[:24])
def test_a_bad_order_form_is_refused(shop, buyer, data):
    assert buyer.post(BUY, {"product_item_id": shop.item()["id"], "customer_data": data}).status == 422


def test_all_bad_fields_are_named_at_once_in_both_languages(shop):
    errors = {}
    for language in ("id", "en"):
        answer = shop.client(language=language).post("/api/auth/register", {"email": "bukan-email", "password": "pendek"})
        assert answer.status == 422
        errors[language] = answer.json
    assert set(errors["id"]["errors"]) >= {"name", "email", "phone", "password"}
    assert set(errors["id"]["errors"]) == set(errors["en"]["errors"])
    assert errors["id"]["message"] != errors["en"]["message"]


def test_numbers_and_keys_may_come_as_a_form(shop):
    buyer = shop.register(money=50_000)
    form = f"product_item_id={shop.item()['id']}&customer_data[phone]=087800001230"
    placed = buyer.ask("POST", BUY, form, {"Content-Type": "application/x-www-form-urlencoded"})
    assert placed.status == 201, placed
    buyer.ends(placed.data["transaction_code"], "success")


@pytest.mark.parametrize("path", ["/api/products/0", "/api/products/99999999999999999999999", "/api/products/slug/none",
                                  "/api/transactions/status/ENS-20260101-AAAAAAAAAAAAAAAA", "/api/transactions/status/x",
                                  "/api/customer/transactions/ENS-20260101-AAAAAAAAAAAAAAAA", "/api/nothing", "/nothing", "/api/products/12/13"])
def test_unknown_things_are_404_with_a_body(buyer, path):
    answer = buyer.get(path)
    assert answer.status == 404 and answer.json["success"] is False


@pytest.mark.parametrize("method, path", [("DELETE", "/api/products"), ("PATCH", "/api/customer/balance"), ("PUT", "/api/auth/login"),
                                          ("GET", "/api/auth/login"), ("BREW", "/api/products")])
def test_a_method_that_is_not_served_is_405_and_says_which_are(buyer, method, path):
    answer = buyer.ask(method, path, checked=False)
    assert answer.status == 405 and "allow" in answer.headers, answer


@pytest.mark.parametrize("query", ["page=-1", "page=0", "page=abc", "page=99999999999999999999", "per_page=0", "per_page=-5",
                                   "per_page=1000000", "limit=x", "sort_by=password", "sort_order=sideways", "category_id=x", "is_featured=maybe",
                                   "&&&", "=", "a=b=c", "page[]=1", "%", "%zz=1", "search=%ff%fe"])
def test_odd_queries_of_a_list_fall_back_to_the_default(shop, query):
    answer = shop.client().get("/api/products?" + query)
    assert answer.status in (200, 400), answer
    if answer.status == 200:
        assert 1 <= answer.data["per_page"] <= 100 and len(answer.data["data"]) <= 100


def test_a_page_past_the_end_is_empty(shop):
    data = shop.client().get("/api/products?page=100000").data
    assert data["data"] == [] and data["from"] is None and data["to"] is None


@pytest.mark.parametrize("request_bytes", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n\r\n", b"\x00" * 100,
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nBad Header\r\n\r\n",
    b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello",
    b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\n\r\n",
    b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
], ids=range(11))
def test_what_is_no_http_is_refused_or_dropped(shop, request_bytes):
    answer = raw(shop.port, request_bytes, 15)
    assert status_of(answer) in (0, 400, 408, 501, 505), answer[:300]
    assert answer.count(b"HTTP/1.1 200") == 0, "nothing was smuggled"
    assert shop.client().get("/livez").status == 200


def test_pipelined_requests_are_answered_in_order(shop):
    first, second = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /api/nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = raw(shop.port, first * 3 + second, 10)
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200, 200, 200, 404]


def test_a_client_that_leaves_in_the_middle_hurts_no_one(shop):
    for cut in (b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{", b"GET /api/pro", b""):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", shop.port)) as peer:
                peer.sendall(cut)
    assert shop.client().get("/api/products").status == 200
