"""Fixtures of the flows. Every world ends with a clean audit of its books; a failed flow keeps its logs."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from harness import MariaDB, World  # noqa: E402

KEPT_LOGS = pathlib.Path(__file__).resolve().parents[2] / "build" / "flow-logs"


def pytest_configure(config):
    config.addinivalue_line("markers", "both_databases: play the flow on SQLite and on MariaDB")
    config.addinivalue_line("markers", "no_audit(reason): the flow leaves no database to audit")


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("database", ["sqlite", "mariadb"] if both else ["sqlite"], indirect=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.failed_call = report.failed


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory):
    server = MariaDB(tmp_path_factory.mktemp("maria"))
    yield server
    server.close()


@pytest.fixture
def database(request):
    """The environment that names the flow's database; empty for SQLite."""
    if request.param == "sqlite":
        return {}
    return request.getfixturevalue("mariadb").fresh_database()


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A store that has been started once: migrated, catalogue loaded. Flows begin with a copy."""
    world = World(tmp_path_factory.mktemp("template"))
    try:
        world.start()
        code = world.store.stop()
        assert code == 0, f"SIGTERM ended the store with {code}: {world.store.tail()}"
        world.sandbox.stop()
    finally:
        world.close()
    return world.data


def finish(world: World, name: str, failed: bool, audited: bool) -> None:
    try:
        if audited and not failed:
            world.audit()
            if world.sandbox.running:
                world.check_supplier()
    except BaseException:
        failed = True
        raise
    finally:
        world.close()
        if failed:
            KEPT_LOGS.mkdir(parents=True, exist_ok=True)
            kept = KEPT_LOGS / (name.replace("/", "_") + ".log")
            kept.write_text(world.logs())
            print(f"\nlogs: {kept}")


@pytest.fixture
def world(request, tmp_path, database, template):
    """A world of the flow's own, not started yet."""
    made = World(tmp_path, database, template)
    yield made
    finish(made, request.node.name, getattr(request.node, "failed_call", True),
           request.node.get_closest_marker("no_audit") is None)


@pytest.fixture
def store(world):
    """The same, started."""
    return world.start()


@pytest.fixture(scope="module")
def shop(request, tmp_path_factory, template):
    """One running store for all flows of a module that only ask (and may leave rows behind)."""
    made = World(tmp_path_factory.mktemp("shop"), None, template).start()
    yield made
    finish(made, request.module.__name__, request.session.testsfailed > 0, True)
