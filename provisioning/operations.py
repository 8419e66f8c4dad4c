"""The few compositions that the command line and the server both need.

Owns the order in which things happen (directory → exchange → plan → apply) and the lock around
changing the PBX. Each function takes what it works on; nothing is kept open behind one's back.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from sqlalchemy.orm import Session

from pbx_config.apply import Applied, PlanStale, apply
from pbx_config.asterisk.process import Asterisk
from pbx_config.asterisk.runtime import FOLDER_VARIABLE, Runtime, locate
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.plan import Plan, make_plan
from provisioning import asterisk_words, names, prompts
from provisioning.ca import CaFiles, addresses_of, fingerprint, renew_server
from provisioning.commune import Commune
from provisioning.commune_file import read_commune
from provisioning.exchange import build_exchange
from provisioning.home import Home
from provisioning.store.database import Store, open_store

AUTH_FILE = "pjsip_auth.conf"
"""The only file that an enrolment changes."""


class NotInitialised(Exception):
    """There is no installation in this folder yet."""

    def __init__(self, home: Home) -> None:
        super().__init__(str(home.path))
        self.home = home


@dataclass(frozen=True, slots=True)
class Installation:
    """An opened home: what the admin wrote, and the directory."""

    home: Home
    commune: Commune
    store: Store

    @property
    def layout(self) -> Layout:
        return Layout(self.home.asterisk)

    @property
    def runtime(self) -> Runtime:
        """Raises AsteriskNotFound."""
        return locate(runtime_folder(self.home))

    @property
    def asterisk(self) -> Asterisk:
        """Raises AsteriskNotFound."""
        return asterisk_of(self.home)

    @property
    def ca_fingerprint(self) -> str:
        return fingerprint(CaFiles(self.home.ca).ca.read_bytes())


@contextmanager
def opened(home: Home) -> Iterator[Installation]:
    """Open a home. Raises NotInitialised, InputRefused (commune.toml), StoreTooNew, OSError."""
    if not home.exists:
        raise NotInitialised(home)
    commune = read_commune(home.commune)
    store = open_store(home.database)
    try:
        yield Installation(home, commune, store)
    finally:
        store.close()


def asterisk_of(home: Home) -> Asterisk:
    """The PBX process of a home, whatever state its other files are in.

    Raises NotInitialised, AsteriskNotFound.
    """
    if not home.exists:
        raise NotInitialised(home)
    return Asterisk(Layout(home.asterisk), locate(runtime_folder(home)))


def runtime_folder(home: Home) -> Path:
    """Where a private Asterisk is, or will be installed: as chosen now, at ``init``, or at home."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    try:
        return Path(home.chosen_runtime.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return home.runtime


def renew_certificate(home: Home, commune: Commune) -> tuple[str, ...]:
    """Before a process loads it: a server certificate that lives on and names ``host`` and
    ``bind`` as commune.toml has them now. Names of the files made.

    Raises OSError, CaDamaged.
    """
    own = commune.installation
    with _changing(home):
        return renew_server(CaFiles(home.ca), own.host, addresses=addresses_of(own.bind))


def exchange_of(installation: Installation, session: Session) -> Exchange:
    """The exchange as the directory wants it now. Raises InputRefused."""
    return build_exchange(session, installation.commune, installation.home)


def plan_of(installation: Installation, session: Session) -> Plan:
    """What would change on the PBX. Raises InputRefused, AsteriskNotFound."""
    exchange = exchange_of(installation, session)
    return make_plan(exchange, installation.layout, installation.runtime)


def carry_out(installation: Installation, plan: Plan) -> Applied:
    """Apply a plan that was looked at.

    Raises PlanStale (the files changed since), ApplyFailed, PromptFailed.
    """
    with _changing(installation.home):
        return _apply(installation, plan)


def apply_all(installation: Installation, session: Session) -> Applied:
    """Plan and apply in one go: for one device just added, in the transaction that added it."""
    with _changing(installation.home):
        return _apply(installation, plan_of(installation, session))


def apply_secrets(installation: Installation, session: Session) -> Applied:
    """Bring the digests of all devices to the PBX and nothing else (after a link was used).

    Call it inside the transaction of ``redeem``: when Asterisk refuses, the link stays unused.
    Raises ApplyFailed.
    """
    with _changing(installation.home):
        plan = _secrets(installation, session)
        try:
            return apply(plan, installation.layout, installation.asterisk)
        except PlanStale:  # somebody applied without our lock; once more on what is there now
            plan = _secrets(installation, session)
            return apply(plan, installation.layout, installation.asterisk)


def _secrets(installation: Installation, session: Session) -> Plan:
    exchange = build_exchange(
        session, installation.commune, installation.home, calendars_matter=False
    )
    return make_plan(exchange, installation.layout, installation.runtime).only(AUTH_FILE)


def _apply(installation: Installation, plan: Plan) -> Applied:
    """What is said must be there before the dialplan names it, and until it does not any more."""
    folder = installation.layout.prompts
    composed = tuple(each for info in plan.exchange.infos for each in info.prompts)
    voice = prompts.voice_of(installation.commune, installation.home)
    prompts.make_missing(installation.commune, installation.home, folder, composed)
    asterisk_words.make_missing(
        plan.exchange,
        voice,
        installation.layout.data / "sounds",
        installation.runtime,
    )
    names.make_missing(plan.exchange, installation.layout.names, voice)
    applied = apply(plan, installation.layout, installation.asterisk)
    prompts.remove_unused(plan.exchange.all_prompts, folder)
    names.remove_unused(plan.exchange, installation.layout.names, voice)
    return applied


def _changing(home: Home) -> FileLock:
    """One change of the PBX at a time, across processes."""
    home.run.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(home.lock, mode=0o600, timeout=120)
