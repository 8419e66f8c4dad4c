"""States of a small town's phones, made by applying real facts: what the window tests show."""

import time
from datetime import UTC, datetime

from softphone import state as phone
from softphone.facts import (
    Dialled,
    EngineChanged,
    LinkChanged,
    MessageRefused,
    MessageTyped,
    Problem,
    RecordingWanted,
    SoundChosen,
)
from softphone.live import (
    Answered,
    CallAnswered,
    Caller,
    Colleague,
    Member,
    Message,
    MessageChanged,
    Presence,
    Queue,
    Snapshot,
)
from softphone.profile import Agent
from softphone.protocol import (
    CallState,
    Device,
    Devices,
    Error,
    Incoming,
    Muted,
    Quality,
    Recordable,
    Recording,
    Registration,
    SoundState,
    Trouble,
    TroubleKind,
)
from softphone.sound_settings import SoundSettings
from softphone.state import Fact, State

MARIE = Agent(
    extension="2014",
    name="Marie Dupont",
    function="Employée",
    service="État civil",
    site="Hôtel de ville",
    public_number="+3271000014",
    roles=("agent",),
)
CHANTAL = Agent(
    extension="2001",
    name="Chantal Hubin",
    function="Réceptionniste",
    service="Accueil",
    site="Hôtel de ville",
    public_number="+3271000001",
    roles=("agent", "receptionist"),
)

HEADSET = Device(name="Casque Orion 30 (USB), ALSA", inputs=1, outputs=2, rate=48000)
SPEAKERS = Device(name="Haut-parleurs de l’ordinateur, ALSA", outputs=2, rate=48000)
INSIDE = Device(name="Micro intégré, ALSA", inputs=2, rate=48000)

_PEOPLE: tuple[tuple[str, str, str, str, Presence, float], ...] = (
    ("2001", "Chantal Hubin", "Réceptionniste", "Accueil", "free", 0),
    ("2002", "Julien Marchal", "Réceptionniste", "Accueil", "busy", 161),
    ("2003", "Amina Tahiri", "Réceptionniste", "Accueil", "offline", 0),
    ("2014", "Marie Dupont", "Employée", "État civil", "free", 0),
    ("2015", "Sophie Lejeune", "Officière déléguée", "État civil", "busy", 380),
    ("2016", "Amélie Piron", "Employée d’administration", "État civil", "ringing", 6),
    ("2017", "Nathalie Servais", "Cheffe de service", "État civil", "dnd", 0),
    ("2018", "Élodie D’Haene", "Employée", "État civil", "free", 0),
    ("2021", "Damien Collard", "Employé", "Population", "free", 0),
    ("2022", "Pascale Noël", "Employée", "Population", "hold", 75),
    ("2030", "Luc Vandenbroeck", "Chef de service", "Urbanisme", "offline", 0),
    ("2031", "Thierry Lambotte", "Permis d’urbanisme", "Urbanisme", "busy", 380),
    ("2032", "Giulia Ferretti", "Conseillère en urbanisme", "Urbanisme", "free", 0),
    ("2033", "Fatima El Amrani", "Secrétariat", "Urbanisme", "free", 0),
    ("2041", "Karim Benali", "Brigadier", "Travaux", "offline", 0),
    ("2042", "Olivier Massart", "Comptable", "Finances", "free", 0),
)


def colleagues(now: float) -> tuple[Colleague, ...]:
    """Everybody, with presence that began some seconds before ``now``."""
    return tuple(
        Colleague(
            extension=extension,
            name=name,
            function=function,
            service=service,
            site="Hôtel de ville",
            presence=presence,
            since=now - ago if ago else None,
        )
        for extension, name, function, service, presence, ago in _PEOPLE
    )


def queues(now: float, rush: bool) -> tuple[Queue, ...]:
    """Four queues; ``rush``: eight callers, three of them for too long; else nobody waits."""

    def waiting(*who: tuple[str, str, float]) -> tuple[Caller, ...]:
        return tuple(
            Caller(
                id=f"node1-{now - ago:.0f}.{place}",
                number=number,
                name=name,
                position=place,
                since=now - ago,
            )
            for place, (name, number, ago) in enumerate(who, 1)
        )

    population = waiting(
        ("Aïcha Bouzid", "+32400000018", 228.4),
        ("", "", 177.4),
        ("Pol Warnant", "+3271000021", 72.4),
        ("", "+32400000052", 29.4),
    )
    works = waiting(("Toitures Gilson", "+3271000063", 134.4), ("", "+32400000031", 44.4))
    civil = waiting(("Annelies Peeters", "+32400000047", 58.4))
    finance = waiting(("Rosa Marchetti", "+3271000088", 17.4))
    return (
        Queue(
            name="population",
            title="Population",
            extension="2900",
            callers=population if rush else (),
            members=(
                Member(extension="2021", name="Damien Collard", state="ringing", since=now - 6),
                Member(extension="2022", name="Pascale Noël", state="busy", since=now - 252),
                Member(extension="2015", name="Sophie Lejeune", state="paused", since=now - 380),
            ),
        ),
        Queue(
            name="etat-civil",
            title="État civil",
            callers=civil if rush else (),
            members=(
                Member(extension="2014", name="Marie Dupont", state="free"),
                Member(extension="2018", name="Élodie D’Haene", state="free"),
            ),
        ),
        Queue(
            name="travaux",
            title="Travaux",
            callers=works if rush else (),
            members=(Member(extension="2041", name="Karim Benali", state="offline"),),
        ),
        Queue(
            name="finances",
            title="Finances",
            callers=finance if rush else (),
            members=(Member(extension="2042", name="Olivier Massart", state="free"),),
        ),
    )


def message(
    id_: int,
    sender: str,
    to: str,
    text: str,
    at: float,
    delivered: bool = True,
    handed: bool = False,
) -> Message:
    """A stored message."""
    when = datetime.fromtimestamp(at, UTC)
    return Message(
        id=id_,
        client_id=f"c{id_}",
        sender=sender,
        to=to,
        text=text,
        stored_at=when,
        handed_at=when if handed else None,
        delivered_at=when if delivered else None,
    )


def after(state: State, *facts: Fact, now: float | None = None) -> State:
    """``state`` after ``facts``."""
    for fact in facts:
        state = phone.apply(state, fact, time.time() if now is None else now)
    return state


def town(me: Agent = MARIE, *, rush: bool = False, now: float | None = None) -> State:
    """A registered phone with a live directory and some messages."""
    now = time.time() if now is None else now
    mine = me.extension
    messages = (
        message(11, "2031", mine, "D’accord pour 14 h ?", now - 5000),
        message(12, mine, "2031", "D’accord pour 14 h.", now - 4900),
        message(
            13, mine, "2032", "Merci. L’acte est prêt, je le rappelle avant onze heures.", now - 900
        ),
        message(
            14,
            "2032",
            mine,
            "Parfait. Il habite loin, il préfère le recevoir par la poste.",
            now - 720,
        ),
        message(15, mine, "2032", "C’est noté, envoi aujourd’hui.", now - 60, delivered=False),
        message(16, "2042", mine, "Le guichet 2 est libre à 11 h", now - 30),
        message(17, "2042", mine, "Qui remplace vendredi matin ?", now - 20),
    )
    return after(
        phone.initial(me),
        EngineChanged("running"),
        Registration(
            state="registered",
            server="pbx.commune.example",
            user="u14-1",
            tls="TLSv1.3 TLS_AES_256_GCM_SHA384",
            auth="SHA-256",
        ),
        SoundState(device=True, input="Casque", output="Casque"),
        LinkChanged("live", heard=now),
        Snapshot(
            seq=1,
            pbx="up",
            me=me,
            colleagues=colleagues(now),
            queues=queues(now, rush) if me.is_receptionist else (),
            queue_titles={queue.name: queue.title for queue in queues(now, rush)},
            messages=messages,
        ),
        now=now,
    )


def talking(state: State, ago: float = 252.0) -> State:
    """In a call with a citizen for ``ago`` seconds."""
    now = time.time()
    state = after(
        state,
        Incoming(call="i1", number="+3271000042", name="Jeanne Collignon", queue="population"),
        now=now - ago - 6,
    )
    return after(state, CallState(call="i1", state="connected", code=200), now=now - ago)


def muted(state: State) -> State:
    """The same with the microphone cut."""
    return after(state, Muted(call="i1", on=True))


def ringing(state: State) -> State:
    """A colleague calls."""
    return after(
        state, Incoming(call="i2", number="2016", name="Amélie Piron"), now=time.time() - 7
    )


def ringing_for(state: State, queue: str = "etat-civil") -> State:
    """A citizen calls through a queue."""
    ring = Incoming(call="i3", number="+3271000042", name="Jeanne Collignon", queue=queue)
    return after(state, ring, now=time.time() - 5)


def taken(state: State) -> State:
    """The citizen who called through a queue talks with a colleague now."""
    queue = Incoming(
        call="i3", number="+3271000042", name="Jeanne Collignon", queue="etat-civil", call_id="n.1"
    )
    by = Answered(call_id="n.1", extension="2016", name="Amélie Piron")
    state = after(state, queue, now=time.time() - 5)
    return after(
        state,
        CallAnswered(seq=90, answered=by),
        CallState(call="i3", state="ended", why="elsewhere"),
    )


def handed(state: State) -> State:
    """A message went to a telephone of another make."""
    now = time.time()
    text = "Le registre est au guichet 2."
    sent = message(20, state.me.extension, "2032", text, now - 5, delivered=False, handed=True)
    return after(state, MessageChanged(seq=91, message=sent))


def calling(state: State, number: str = "2032") -> State:
    """Somebody is being called and rings."""
    state = after(state, Dialled(call="o1", number=number), now=time.time() - 5)
    return after(state, CallState(call="o1", state="ringing", code=180))


def busy(state: State) -> State:
    """The one called was busy."""
    return after(calling(state, "2031"), CallState(call="o1", state="ended", code=486, why="busy"))


def offline(state: State) -> State:
    """No network at all for 20 s."""
    now = time.time()
    return after(
        state,
        Registration(state="offline", server="pbx.commune.example", user="u14-1"),
        LinkChanged("stale", heard=now - 20, retry_in=4),
        now=now - 20,
    )


def stale(state: State) -> State:
    """The server cannot be reached for 12 s; the exchange can."""
    now = time.time()
    return after(state, LinkChanged("stale", heard=now - 12, retry_in=3), now=now - 12)


def refused(state: State) -> State:
    """The registrar says no."""
    return after(
        state,
        Registration(
            state="refused",
            code=403,
            reason="Forbidden",
            server="pbx.commune.example",
            user="u14-1",
        ),
    )


def silent(state: State) -> State:
    """No sound card."""
    return after(
        state,
        SoundState(
            device=False,
            problem="no sound input device; no sound output device",
            input_problem="absent",
            output_problem="absent",
            ring_problem="absent",
        ),
    )


def held(state: State) -> State:
    """Another program has the only sound card."""
    problem = "Intégré, ALSA: Error opening RawOutputStream: Device unavailable"
    return after(
        state,
        SoundState(
            device=False, problem=problem, input_problem="refuses", output_problem="refuses"
        ),
    )


def unprocessed(state: State) -> State:
    """What cleans the microphone's sound does not load."""
    return after(
        state,
        SoundState(
            device=True, input="Casque", output="Casque", processing="livekit is not installed"
        ),
    )


def equipped(state: State, *devices: Device) -> State:
    """A laptop's own devices, and ``devices`` plugged in."""
    found = (SPEAKERS, INSIDE, *devices)
    return after(state, Devices(devices=found, input=INSIDE.name, output=SPEAKERS.name))


def choosing(state: State, settings: SoundSettings) -> State:
    """What the person chose for the sound."""
    return after(state, SoundChosen(settings))


def quality(mos: float, call: str = "i1") -> Quality:
    """What the engine says of a call every second."""
    return Quality(
        call=call, codec="G722/16000", mos=mos, loss=0.4, loss_there=1.2, jitter_ms=6.4,
        rtt_ms=23.0, buffer_ms=40.0, input=-24.0, output=-27.0, underruns=0,
    )  # fmt: skip


def troubled(state: State, what: TroubleKind) -> State:
    """The call is hard to understand."""
    return after(state, quality(2.4), Trouble(call="i1", what=what, on=True))


def announced(state: State, *, in_vain: bool = False) -> State:
    """The call is to be recorded, and the other side is being told (or could not be)."""
    state = after(state, quality(4.3), RecordingWanted(call="i1", on=True))
    refused = Error(command="announce", call="i1", message="they did not hear it")
    return after(state, refused) if in_vain else state


def recorded(state: State) -> State:
    """The call is being recorded."""
    return after(
        state,
        quality(4.3),
        Recordable(call="i1"),
        Recording(call="i1", on=True, file="/home/marie/Documents/allo/071000042.wav"),
    )


def unsent(state: State) -> State:
    """One message waits, one was refused."""
    now = time.time()
    return after(
        state,
        MessageTyped(client_id="p1", to="2032", text="Je passe à 15 h.", typed_at=now),
        MessageTyped(client_id="p2", to="2032", text="Prends le registre.", typed_at=now),
        MessageRefused(client_id="p2", problem=Problem("no-such-extension")),
    )
