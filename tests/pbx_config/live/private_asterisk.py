"""A real Asterisk with two queues and three hints, started from nothing for one test module.

Callers are Local channels that one extra AMI user originates; agents' states are Custom devices set
from Asterisk's console. Nothing here listens anywhere but on 127.0.0.1.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pbx_config.ami.client import Endpoint
from pbx_config.asterisk.runtime import Runtime, locate
from tests.support.ports import free_port

SECRET = "only-in-this-test-0123456789abcdef"

ASTERISK_CONF = """\
[directories]
astetcdir => {home}
astmoddir => {modules}
astvarlibdir => {home}
astdbdir => {home}
astkeydir => {home}
astdatadir => {data}
astagidir => {home}
astspooldir => {home}
astrundir => {home}
astlogdir => {home}

[options]
systemname = node1
verbose = 0
"""

MODULES_CONF = """\
[modules]
autoload = no
load = pbx_config.so
load = app_queue.so
load = app_dial.so
load = app_verbose.so
load = res_musiconhold.so
load = res_timing_timerfd.so
load = func_devstate.so
load = func_callerid.so
load = func_channel.so
load = bridge_simple.so
load = bridge_holding.so
load = codec_ulaw.so
"""

MANAGER_CONF = """\
[general]
enabled = yes
bindaddr = 127.0.0.1
port = {port}

[allo]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,agent
write = call,reporting

[citizen]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system
write = originate,call,system
"""

QUEUES_CONF = """\
[general]
log_membername_as_agent = yes

[population]
strategy = ringall
timeout = 60
ringinuse = no
member => Local/u14@queue-member/n,0,Zoé Lefèvre,hint:2014@internal

[travaux]
strategy = ringall
"""

EXTENSIONS_CONF = """\
[citizens]
exten => _29XX,1,NoOp()
same => n,GotoIf($["${EXTEN}" = "2901"]?travaux)
same => n,Queue(population,,,,300)
same => n,Goto(left)
same => n(travaux),Queue(travaux,,,,300)
same => n(left),GotoIf($["${QUEUE_WITHDRAW_INFO}" != ""]?internal,${QUEUE_WITHDRAW_INFO},1)
same => n,Hangup()
exten => line,1,Answer()
same => n,Wait(600)

[internal]
exten => 2014,hint,Custom:agent2014
exten => 2015,hint,Custom:agent2015
exten => 2016,hint,Custom:agent2016
exten => _20XX,1,Answer()
same => n,Wait(600)

[queue-member]
exten => _[a-z0-9]!,1,Answer()
same => n,Wait(600)
"""


class PrivateAsterisk:
    """One Asterisk process and its folder. ``start`` and ``stop`` may be repeated."""

    def __init__(self, home: Path, runtime: Runtime) -> None:
        self.home = home
        self.port = free_port()
        self._binary = runtime.command
        self._process: subprocess.Popen[bytes] | None = None
        for name, text in {
            "asterisk.conf": ASTERISK_CONF.format(
                home=home, modules=runtime.modules, data=runtime.data
            ),
            "modules.conf": MODULES_CONF,
            "manager.conf": MANAGER_CONF.format(port=self.port, secret=SECRET),
            "queues.conf": QUEUES_CONF,
            "extensions.conf": EXTENSIONS_CONF,
            "musiconhold.conf": "",
            "logger.conf": "[logfiles]\nmessages = notice,warning,error\n",
        }.items():
            (home / name).write_text(text)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.port, "allo", SECRET)

    @property
    def citizen(self) -> Endpoint:
        """The AMI user that plays callers."""
        return Endpoint(self.port, "citizen", SECRET)

    def start(self) -> None:
        with (self.home / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [*self._binary, "-f", "-C", str(self.home / "asterisk.conf")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.console("core waitfullybooted", check=False):
                return
            assert self._process.poll() is None, (self.home / "output").read_text()
            time.sleep(0.05)
        raise AssertionError("Asterisk did not start: " + (self.home / "output").read_text())

    def stop(self) -> None:
        """As a power cut would: at once, without goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def console(self, command: str, check: bool = True) -> str:
        """What ``asterisk -rx COMMAND`` prints."""
        done = subprocess.run(
            [*self._binary, "-C", str(self.home / "asterisk.conf"), "-rx", command],
            capture_output=True,
            text=True,
            timeout=20,
            check=check,
        )
        return done.stdout if done.returncode == 0 else ""


@contextmanager
def private_asterisk() -> Iterator[PrivateAsterisk]:
    """One running Asterisk; stopped and removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="allo-live-"))  # short: a socket path has 107 bytes
    asterisk = PrivateAsterisk(home, locate(Path()))
    try:
        asterisk.start()
        yield asterisk
    finally:
        asterisk.stop()
        shutil.rmtree(home)
