import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

from softphone.secrets import FileStore, KeyringStore, Secrets, SecretsError, find_store

BOTH = Secrets(sip="s1p-geheim", api_token="t0ken-geheim")


def test_a_file_keeps_them_and_says_so(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "phone")
    assert store.load() is None
    store.save(BOTH)
    assert store.load() == BOTH
    assert store.warning == str(tmp_path / "phone" / "secrets.json")
    assert stat.S_IMODE((tmp_path / "phone" / "secrets.json").stat().st_mode) == 0o600
    store.delete()
    store.delete()
    assert store.load() is None


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(BOTH)
    (tmp_path / "secrets.json").chmod(0o640)
    with pytest.raises(SecretsError, match="readable by others"):
        store.load()


def test_broken_content_is_not_quoted(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(BOTH)
    (tmp_path / "secrets.json").write_text('{"sip": "s1p-geheim"')
    with pytest.raises(SecretsError) as refused:
        store.load()
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_secrets_do_not_show_themselves() -> None:
    assert "geheim" not in f"{BOTH!r} {BOTH}"


@pytest.mark.parametrize("useless", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_without_a_real_keyring_it_is_the_file(tmp_path: Path, useless: type) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(useless())
    try:
        store = find_store(tmp_path)
    finally:
        keyring.set_keyring(before)
    assert store.warning


IN_A_SESSION = """
import sys
from pathlib import Path
from softphone.secrets import FileStore, KeyringStore, Secrets, find_store

home = Path(sys.argv[1])
store = find_store(home)
assert isinstance(store, KeyringStore), store
assert store.warning == ""
assert store.load() is None
secrets = Secrets(sip="é-geheim", api_token="t")
store.save(secrets)
assert find_store(home).load() == secrets
assert KeyringStore(home / "other").load() is None, "each phone has its own"
store.delete()
store.delete()
assert store.load() is None
assert not list(home.glob("*")), "nothing on disk"
FileStore(home).save(secrets)
assert store.load() == secrets, "from the time before there was a keyring"
assert FileStore(home).load() is None, "moved, not copied"
assert store.load() == secrets
store.delete()
print("kept by", type(__import__("keyring").get_keyring()).__module__)
"""


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus (a real Secret Service in a session of its own)",
)
def test_the_real_secret_service(tmp_path: Path) -> None:
    home = tmp_path / "phone"
    home.mkdir()
    script = textwrap.dedent("""
        printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets --foreground >&2 &
        daemon=$!
        for _ in $(seq 100); do
            dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
                org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets \\
                | grep -q true && break
            sleep 0.1
        done
        "$0" -c "$1" "$2"; code=$?
        kill $daemon
        exit $code
    """)
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", script, sys.executable, IN_A_SESSION, home],
        env={
            "PATH": str(Path(shutil.which("gnome-keyring-daemon") or "").parent) + ":/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_RUNTIME_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SecretService" in done.stdout


def test_a_refusing_keyring_is_an_error_without_the_secret(tmp_path: Path) -> None:
    useless: type = keyring.backends.fail.Keyring
    before = keyring.get_keyring()
    keyring.set_keyring(useless())
    try:
        with pytest.raises(SecretsError) as refused:
            KeyringStore(tmp_path).save(BOTH)
    finally:
        keyring.set_keyring(before)
    assert "geheim" not in str(refused.value)
