"""One command, one method: what the engine does for each line it was sent."""

import pjsua2 as pj

from softphone import protocol
from softphone.engine.calls import Calls
from softphone.engine.faults import Refused, describe
from softphone.engine.line import Line
from softphone.engine.outbox import Outbox
from softphone.engine.sound.route import SoundRoute
from softphone.engine.watching import Watching


class Commands:
    """Obeys commands in the SIP thread; what cannot be done becomes an ``error`` fact."""

    def __init__(
        self, line: Line, calls: Calls, sound: SoundRoute, watching: Watching, outbox: Outbox
    ) -> None:
        self._line = line
        self._calls = calls
        self._sound = sound
        self._watching = watching
        self._outbox = outbox

    def obey(self, command: protocol.AnyCommand) -> bool:
        """Do it; False when the engine should stop. Raises ``NotYet``: to be given once more."""
        try:
            return self._do(command)
        except Refused as problem:
            message = str(problem)
        except pj.Error as problem:
            message = describe(problem)
        self._outbox.put(
            protocol.Error(
                command=str(command.__struct_config__.tag),
                call=getattr(command, "call", ""),
                message=message,
            )
        )
        return True

    def _do(self, command: protocol.AnyCommand) -> bool:
        match command:
            case protocol.Account():
                self._line.use(command)
                self._sound.look()
            case protocol.Dial(call=call, to=to):
                self._calls.dial(call, to)
            case protocol.Redial(call=call):
                self._calls.redial(call)
            case protocol.Answer(call=call):
                self._calls.answer(call)
            case protocol.Reject(call=call, why=why):
                self._calls[call].reject(why)
            case protocol.Hangup(call=call):
                self._calls[call].end()
            case protocol.Mute(call=call, on=on):
                self._calls[call].mute(on)
            case protocol.Hold(call=call, on=on):
                self._calls[call].hold(on)
            case protocol.Dtmf(call=call, digits=digits, by=by):
                self._calls[call].dtmf(digits, by)
            case protocol.Transfer(call=call, to=to):
                self._calls.transfer(call, to)
            case protocol.Connect(call=call, other=other):
                self._calls.connect(call, other)
            case protocol.Mix(calls=keys):
                self._calls.mix(keys)
            case protocol.Split(keep=keep):
                self._calls.split(keep)
            case protocol.Stats(call=call):
                self._calls[call].stats()
            case protocol.Announce(call=call):
                self._calls[call].announce()
            case protocol.Record(call=call, on=on, file=file):
                self._calls[call].record(on, file)
            case protocol.Sound():
                self._sound.choose(command)
            case protocol.SoundTest():
                self._sound.try_out(command)
            case protocol.Meter(on=on):
                self._sound.measure(on)
            case protocol.Processing():
                self._sound.process(command)
            case protocol.Watch(extensions=extensions):
                self._watching.watch(extensions)
            case protocol.Network():
                self._line.on_network()
            case protocol.Quit():
                return False
        return True
