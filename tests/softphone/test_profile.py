import stat
from pathlib import Path

import msgspec
import pytest

from softphone.profile import (
    Agent,
    Profile,
    ProfileError,
    Server,
    Sip,
    ca_file,
    load,
    phone_home,
    save,
)

MARIE = Profile(
    server=Server(url="https://pbx.commune.example:8443", ca_pem="-----BEGIN…"),
    sip=Sip(host="pbx.commune.example", port=5061, user="u14-1"),
    agent=Agent(extension="2014", name="Marie Dupont", service="État civil", roles=("agent",)),
    echo_test="*43",
)


def test_no_profile_means_not_enrolled(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere") is None


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    save(tmp_path / "phone", MARIE)
    assert load(tmp_path / "phone") == MARIE
    assert ca_file(tmp_path / "phone").read_text() == MARIE.server.ca_pem


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    home = tmp_path / "phone"
    save(home, MARIE)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.iterdir()} == {0o600}
    assert sorted(file.name for file in home.iterdir()) == ["ca.pem", "profile.json"]


def test_a_newer_server_may_say_more(tmp_path: Path) -> None:
    save(tmp_path, MARIE)
    more = msgspec.json.decode((tmp_path / "profile.json").read_bytes())
    more["colour"] = "blue"
    more["agent"]["badge"] = 7
    (tmp_path / "profile.json").write_bytes(msgspec.json.encode(more))
    assert load(tmp_path) == MARIE


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "profile.json"),
        (b"\xff\xfe", "profile.json"),
        (b'{"v": 1}', "server"),
        (msgspec.json.encode(MARIE).replace(b"5061", b'"5061"'), "sip.port"),
    ],
)
def test_a_broken_profile_is_named(tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / "profile.json").write_bytes(content)
    with pytest.raises(ProfileError, match=named):
        load(tmp_path)


def test_home_is_told_or_named_or_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLO_PHONE_HOME", str(tmp_path / "named"))
    assert phone_home(tmp_path / "told") == tmp_path / "told"
    assert phone_home() == tmp_path / "named"
    monkeypatch.delenv("ALLO_PHONE_HOME")
    assert phone_home().name == "allo-phone"
