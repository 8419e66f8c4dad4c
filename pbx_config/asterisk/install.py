"""Asterisk from Debian into a private folder: no root, nothing on the machine changes.

Debian 12 has no Asterisk package; the one of a newer Debian runs here by its own loader and
libraries. apt works in a root of its own, so signatures are checked as ever (Debian's keyring).
"""

import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pbx_config.asterisk.runtime import AsteriskNotFound, private
from pbx_config.errors import PbxError

RELEASE = "forky"
"""Debian release whose Asterisk 22 (LTS) is used."""
PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-core-sounds-fr-g722",
    "asterisk-core-sounds-en-g722",
    "asterisk-moh-opsound-g722",
)
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
_KEPT = re.compile(r"(?:\./)?(?:usr/)?(?:sbin/asterisk$|lib/[^/]+-linux-[^/]+/|share/asterisk/)")
_TRIMMED = re.compile(
    r"(?:\./)?(?:usr/)?(?:lib/[^/]+/(?:perl|perl-base|perl5|gconv|security|systemd|krb5|audit)/"
    r"|share/asterisk/(?:phoneprov|firmware|static-http|rest-api|conf)/)"
)

Progress = Callable[[str, float], None]


class InstallFailed(PbxError):
    """Asterisk could not be installed; the folder is as it was before."""


class _AptFailed(Exception):
    """apt-get said no; carries its error lines."""


def install(folder: Path, progress: Progress) -> None:
    """Install Asterisk 22 into ``folder`` (then ``locate(folder)`` finds it).

    ``progress`` gets the stage that begins (``update``, ``expired-mirror``: the mirror's index is
    out of date and accepted nevertheless, signatures still checked; ``download``, ``unpack``,
    ``check``, ``done``) and the seconds since the start. Raises ``InstallFailed``.
    """
    started = time.monotonic()

    def stage(name: str) -> None:
        progress(name, time.monotonic() - started)

    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".asterisk-", dir=folder.parent) as temporary:
            work = Path(temporary)
            options = _apt_root(work / "apt")
            _download(options, stage)
            stage("unpack")
            for package in sorted((work / "apt" / "cache" / "archives").glob("*.deb")):
                _unpack(package, work / "new" / "root")
            stage("check")
            private(work / "new")
            _swap(work / "new", folder, work / "old")
    except (_AptFailed, AsteriskNotFound, OSError, tarfile.TarError) as problem:
        text = getattr(problem, "fr", str(problem))
        raise InstallFailed(
            f"Asterisk n'a pas pu être installé dans {folder} : {text} Vérifiez le réseau et la "
            "place sur le disque, puis : allo pbx install",
            f"Asterisk could not be installed in {folder}: {getattr(problem, 'en', problem)} Check "
            "the network and the free space, then: allo pbx install",
        ) from problem
    stage("done")


def _apt_root(root: Path) -> list[str]:
    """A private apt: its folders, its one source, the options that make apt use nothing else."""
    for part in ("state/lists/partial", "cache/archives/partial", "etc"):
        (root / part).mkdir(parents=True)
    (root / "state/status").touch()
    keyring = next((k for k in KEYRINGS if k.is_file()), None)
    if keyring is None:
        raise _AptFailed("debian-archive-keyring?")
    source = f"deb [signed-by={keyring}] {_mirror()} {RELEASE} main\n"
    (root / "etc/sources.list").write_text(source)
    values = {
        "Dir::State": root / "state",
        "Dir::State::status": root / "state/status",
        "Dir::Cache": root / "cache",
        "Dir::Etc::sourcelist": root / "etc/sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",  # the folder is ours alone, apt's own user could not enter
        "Debug::NoLocking": "1",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "20",
        "Acquire::https::Timeout": "20",
    }
    return [word for key, value in values.items() for word in ("-o", f"{key}={value}")]


def _mirror() -> str:
    """The Debian mirror this machine already uses (found without any downloaded list)."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
    listed = _apt_get(["--print-uris", "update"])
    found = re.search(rf"^'(\S+?)/+dists/{re.escape(codename)}/InRelease'", listed, re.MULTILINE)
    if not found:
        raise _AptFailed(f"no Debian mirror for {codename} in this machine's apt sources.")
    return found[1]


def _download(options: list[str], stage: Callable[[str], None]) -> None:
    stage("update")
    try:
        _apt_get([*options, "-o", "APT::Update::Error-Mode=any", "update"])
    except _AptFailed as problem:
        if "is expired" not in str(problem) and "not valid" not in str(problem):
            raise
        # A frozen mirror: its index is signed but past its date.
        stage("expired-mirror")
        options += ["-o", "Acquire::Check-Valid-Until=false"]
        _apt_get([*options, "-o", "APT::Update::Error-Mode=any", "update"])
    stage("download")
    _apt_get([*options, "--download-only", "--yes", "install", *PACKAGES])


def _apt_get(arguments: list[str]) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            ["apt-get", *arguments],
            capture_output=True,
            text=True,
            timeout=600,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError as missing:
        raise _AptFailed("apt-get not found: this machine is no Debian.") from missing
    except subprocess.TimeoutExpired as late:
        raise _AptFailed("apt-get took more than 10 minutes.") from late
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("E:", "Err"))]
        raise _AptFailed(" ".join(errors[:3] or done.stderr.splitlines()[-3:]))
    return done.stdout


def _unpack(package: Path, root: Path) -> None:
    """Program, libraries, prompts and music of one package; no documentation, no scripts."""
    with (
        subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
        ) as reader,
        tarfile.open(fileobj=reader.stdout, mode="r|") as archive,
    ):
        for member in archive:
            if not _KEPT.match(member.name) or _TRIMMED.match(member.name):
                continue
            if member.issym() and member.linkname.startswith("/"):
                continue
            archive.extract(member, root, filter="data")
    if reader.returncode:
        raise _AptFailed(f"{package.name}: dpkg-deb {reader.returncode}")
    package.unlink()


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put ``new`` at ``folder``; what was there goes to ``old`` (and back when that fails)."""
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
