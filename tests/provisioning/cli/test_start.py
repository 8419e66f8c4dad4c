"""``allo`` where the server's libraries are not installed, and its language when it serves."""

import json
import os
import signal
import subprocess
import sys

import pytest

from provisioning.home import Home


@pytest.mark.parametrize("library", ["typer", "sqlalchemy"])
def test_where_only_a_phone_is_installed_the_remedy_is_said(library: str) -> None:
    script = (
        f"import sys; sys.modules[{library!r}] = None\n"  # as if it were not installed
        "from provisioning.cli.start import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "agents", "list", "--json", "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "pip install 'allo[server]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["id"] == "not-installed"


@pytest.mark.parametrize(("language", "said"), [("en", "listens on"), ("fr", "écoute sur")])
def test_the_server_speaks_the_asked_language(town_home: Home, language: str, said: str) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "provisioning.cli.start", "--lang", language, "serve"],
        env={**os.environ, "ALLO_HOME": str(town_home.path), "ALLO_LANG": "de"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        assert said in server.stdout.readline()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=10)
    assert server.returncode == 0
