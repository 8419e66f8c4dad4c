"""manager.conf: AMI for the allo server, on loopback, with as few rights as its work needs.

Rights, as ``manager show command`` tells them: CoreShowChannels, ExtensionStateList and
DeviceStateList want ``reporting``; QueueStatus, QueueWithdrawCaller and QueueChangePriorityCaller
want none. PJSIPShowContacts wants ``system``, which also reloads and restarts: not given, device
states tell who is registered. Redirect, Hangup and Setvar want ``call``, MessageSend ``message``.
QueuePause and QueueAdd want ``agent``: not used yet, so not given.
"""

from pbx_config import escape
from pbx_config.model import Exchange
from pbx_config.render.text import document, section


def manager_conf(exchange: Exchange) -> str:
    """One user. Never ``command``, ``originate``, ``config`` or ``system``: as good as root.

    Write ``reporting``: the lists and QueueWithdrawCaller; ``call``: Hangup, to stop the ringing
    for a caller whom a receptionist takes, and Setvar, by which the dialplan knows that the server
    is there; ``message``: MessageSend, to other makers' phones; ``user``: VoicemailRemove, for what
    is older than messages are kept. Read ``user``: what other makers' phones send.
    """
    return document(
        section(
            "general",
            "enabled = yes",
            "webenabled = no",
            "bindaddr = 127.0.0.1",
            f"port = {exchange.network.ami_port}",
            "displayconnects = no",
            "authtimeout = 10",
            "authlimit = 20",
        ),
        section(
            escape.identifier(exchange.ami.username, "ami.username"),
            f"secret = {escape.secret(exchange.ami.secret, 'ami.secret')}",
            "deny = 0.0.0.0/0.0.0.0",
            "permit = 127.0.0.1/255.255.255.255",
            "read = call,agent,system,user",
            "write = call,reporting,message,user",
            "writetimeout = 5000",
        ),
    )
