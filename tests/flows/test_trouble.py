"""The ground gives way: a full disk, a locked or vanished database, a supplier that is gone. The store says so and carries on."""
import shutil
import subprocess
import time

import pytest
from harness import MariaDB, Process, World, at_once, database_file, eventually, locked_sqlite, program, run_enstore


def test_F32_a_full_disk_refuses_orders_before_money_and_recovers_by_itself(tmp_path, template):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    world = World(tmp_path / "logs-outside")
    try:
        world.folder.mkdir()
        world.data = disk / "data"
        shutil.copytree(template, world.data)
        # The supplier lives elsewhere: its own small store must not be hurt by our disk.
        elsewhere = tmp_path / "sandbox-data"
        shutil.copytree(template, elsewhere)
        ours, world.data = world.data, elsewhere
        world.start_sandbox()
        world.data = ours
        world.start()
        buyer, item = world.register(money=1_000_000), world.item()
        before = buyer.buy(item["id"])
        assert before.status == 201
        buyer.ends(before.data["transaction_code"], "success")
        filler = disk / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        answers = [buyer.buy(item["id"], key=f"full-{n}") for n in range(10)]
        assert {a.status for a in answers} <= {201, 500, 503}, answers
        refused = [n for n, a in enumerate(answers) if a.status != 201]
        assert refused, "the disk was full, yet every order was taken"
        assert all(a.status == 503 for a in answers if a.status != 201), answers
        eventually("/readyz says no", lambda: world.client().get("/readyz", checked=False).status == 503, 5)
        assert world.client().get("/livez").status == 200
        assert world.client().get("/api/products").status == 200, "the catalogue needs no disk"
        filler.unlink()
        eventually("/readyz says yes", world.ready, 10)
        for n in range(10):  # every client asks again with its key: each order is made exactly once
            again = buyer.buy(item["id"], key=f"full-{n}")
            assert again.status == 201, again
            buyer.ends(again.data["transaction_code"], "success", 60)
        assert len(buyer.orders()) == 11 and buyer.balance() == 1_000_000 - 11 * item["price"]
        world.audit()
    finally:
        world.close()
        subprocess.run(["umount", "-l", disk], check=False)


def test_a_locked_database_is_waited_for_and_then_refused_clearly(store):
    buyer, item = store.register(money=100_000), store.item()
    file = database_file(store)
    with locked_sqlite(file):
        began = time.monotonic()
        answer = buyer.buy(item["id"], key="locked")
        assert answer.status == 503 and "retry-after" in answer.headers, answer
        assert time.monotonic() - began < 30
        assert store.client().get("/api/products").status == 200
        assert buyer.balance() == 100_000, "readers are not locked out"
    again = buyer.buy(item["id"], key="locked")
    assert again.status == 201
    buyer.ends(again.data["transaction_code"], "success")


def test_a_short_lock_costs_time_and_no_order(store):
    buyer, item = store.register(money=100_000), store.item()
    file = database_file(store)

    def work(number):
        if number == 0:
            with locked_sqlite(file):
                time.sleep(1.5)
            return None
        time.sleep(0.3)
        return buyer.buy(item["id"])
    answers = at_once(5, work)[1:]
    assert [a.status for a in answers] == [201] * 4, answers
    for answer in answers:
        buyer.ends(answer.data["transaction_code"], "success")


def test_mariadb_stops_and_comes_back_and_the_store_carries_on(tmp_path):
    server = MariaDB(tmp_path)
    world = World(tmp_path, server.fresh_database())
    try:
        world.start()
        buyer, item = world.register(money=1_000_000), world.item()
        assert buyer.buy(item["id"]).status == 201
        server.stop()
        answer = buyer.buy(item["id"], key="gone")
        assert answer.status == 503 and "retry-after" in answer.headers, answer
        eventually("/readyz says no", lambda: world.client().get("/readyz", checked=False).status == 503, 5)
        assert world.client().get("/livez").status == 200
        assert world.client().get("/api/products").status == 200
        server.start()
        eventually("/readyz says yes", world.ready, 20)
        again = buyer.buy(item["id"], key="gone")
        assert again.status == 201, again
        world.pass_time(240)  # past the leases of jobs whose end could not be written
        for order in buyer.orders():
            buyer.ends(order["transaction_code"], "success", 60)
        assert buyer.balance() == 1_000_000 - 2 * item["price"]
        world.audit()
    finally:
        world.close()
        server.close()


@pytest.mark.timeout(400)
def test_F25_a_database_killed_under_load_loses_nothing_that_was_acknowledged(tmp_path):
    server = MariaDB(tmp_path)
    world = World(tmp_path, server.fresh_database())
    try:
        world.start()
        item = world.item()
        buyers = [world.register(money=100 * item["price"]) for _ in range(4)]
        done = []

        def buy(number):
            answer = buyers[number % 4].buy(item["id"], key=f"k{number}")
            done.append(number)
            if len(done) == 40:
                server.process.kill()
            return answer
        first = at_once(80, buy)
        acknowledged = {n: a.data["transaction_code"] for n, a in enumerate(first) if not isinstance(a, Exception) and a.status == 201}
        assert acknowledged
        server.start()
        eventually("/readyz says yes", world.ready, 30)
        for number in range(80):
            again = buyers[number % 4].buy(item["id"], key=f"k{number}")
            assert again.status == 201, again
            code = again.data["transaction_code"]
            assert acknowledged.setdefault(number, code) == code
        world.pass_time(240)
        for index, buyer in enumerate(buyers):
            mine = {o["transaction_code"] for o in buyer.orders()}
            assert mine == {c for n, c in acknowledged.items() if n % 4 == index}
            for code in mine:
                buyer.ends(code, "success", 60)
                assert world.supplied(code)["deliveries"] == 1
            assert buyer.balance() == 100 * item["price"] - len(mine) * item["price"]
        world.audit()
    finally:
        world.close()
        server.close()


def test_sigterm_drains_and_ends_within_25_seconds(store):
    buyer, item = store.register(money=1_000_000), store.item()
    codes = [buyer.buy(item["id"]).data["transaction_code"] for _ in range(5)]
    began = time.monotonic()
    assert store.store.stop(25) == 0
    assert time.monotonic() - began < 25
    store.start()
    for code in codes:
        buyer.ends(code, "success", 30)


def test_a_port_in_use_and_a_folder_that_cannot_be_written_are_told_with_a_remedy(tmp_path, store):
    taken = store.enstore("serve", "--port", store.port, timeout=30)
    assert taken.returncode == 1 and str(store.port) in taken.stderr, taken.stderr
    file = tmp_path / "a-file"
    file.write_text("")
    bad = run_enstore("migrate", "--data", file, timeout=30)
    assert bad.returncode in (1, 2) and str(file) in bad.stderr and len(bad.stderr.splitlines()) < 6, bad.stderr


def test_two_stores_on_one_folder_share_the_work_and_do_not_double_it(store):
    buyer, item = store.register(money=1_000_000), store.item()
    second = Process("worker", [program(), "work", "--data", store.data, "--sandbox-url", f"http://127.0.0.1:{store.sandbox_port}"],
                     store.folder / "worker.log", store.environment())
    try:
        answers = at_once(30, lambda _: buyer.buy(item["id"]))
        codes = [a.data["transaction_code"] for a in answers]
        for code in codes:
            buyer.ends(code, "success", 40)
            known = store.supplied(code)
            assert (known["requests"], known["deliveries"]) == (1, 1), known
    finally:
        assert second.stop(25) == 0


def test_the_parts_run_apart_as_they_run_together(world):
    """`serve`, `work` and `schedule` as separate processes."""
    world.start_sandbox()
    url = ["--data", world.data, "--sandbox-url", f"http://127.0.0.1:{world.sandbox_port}"]
    parts = [Process(name, [program(), name, *url], world.folder / f"{name}.log", world.environment()) for name in ("work", "schedule")]
    try:
        world.start(command="serve")
        buyer, item = world.register(money=100_000), world.item()
        code = buyer.buy(item["id"]).data["transaction_code"]
        buyer.ends(code, "success", 30)
    finally:
        for part in parts:
            assert part.stop(25) == 0, part.tail()
