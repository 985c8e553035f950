"""What README.md and examples/ tell a new user to do is done here, word by word."""
import os
import re
import subprocess

from harness import ROOT, World, eventually, free_port, program
from harness import Process


def blocks() -> list[str]:
    """```sh blocks that are preceded by the line <!-- tested -->."""
    return re.findall(r"<!-- tested -->\n```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S)


def running_store(tmp_path):
    """`enstore up` as `make run` starts it, with its sandbox inside."""
    world = World(tmp_path)
    world.store = Process("store", [program(), "up", "--port", world.port, "--sandbox-port", free_port(), "--data", world.data],
                          tmp_path / "store-1.log", {k: v for k, v in world.environment().items() if k not in ("LOG_FORMAT", "RATE_LIMITS")})
    world.wait_ready()
    eventually("the welcome is printed", lambda: "Demo buyer" in world.store.text())
    return world


def shell(script: str, world, tmp_path) -> subprocess.CompletedProcess:
    environment = {**os.environ, "STORE": f"http://localhost:{world.port}", "DATA": str(world.data)}
    return subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_the_readmes_first_purchase_works_as_written(tmp_path):
    world = running_store(tmp_path)
    try:
        assert blocks(), "README.md has no tested block"
        for block in blocks():
            script = block.replace("http://localhost:8000", f"http://localhost:{world.port}").replace("data/demo-login.txt", f"{world.data}/demo-login.txt")
            done = shell(script, world, tmp_path)
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        assert '"status":"success"' in done.stdout.replace(" ", ""), done.stdout
        world.audit()
    finally:
        world.close()


def test_the_example_buys_one_that_is_delivered_and_one_that_is_refunded(tmp_path):
    world = running_store(tmp_path)
    try:
        done = shell("examples/first-purchase.sh", world, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"processing\s*(→|->)\s*success", done.stdout) and re.search(r"refunded", done.stdout), done.stdout
        world.audit()
    finally:
        world.close()


def test_the_two_commands_of_the_readme_are_in_the_makefile():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "build", "check", "bench", "fmt", "help"):
        assert re.search(rf"make {target}\s+\w", listed), target
    assert "make run" in (ROOT / "README.md").read_text() and "make test" in (ROOT / "README.md").read_text()


def test_every_link_of_the_readme_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
