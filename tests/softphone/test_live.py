import msgspec
import pytest

from softphone.live import Message, MessageChanged, Received, Snapshot, decode_frame

MESSAGE = (
    '{"id": 17, "client_id": "c1", "from": "2014", "to": "2015", "text": "Déjà là",'
    ' "stored_at": "2026-11-24T09:00:00Z", "delivered_at": null}'
)


def test_a_message_has_a_sender_where_json_says_from() -> None:
    frame = decode_frame(f'{{"type": "message", "seq": 3, "message": {MESSAGE}}}')
    assert isinstance(frame, MessageChanged)
    assert (frame.message.sender, frame.message.text) == ("2014", "Déjà là")
    assert frame.message.stored_at.timestamp() == 1795510800
    assert msgspec.json.decode(msgspec.json.encode(frame.message), type=Message) == frame.message


def test_the_snapshot_of_an_agent() -> None:
    frame = decode_frame(
        '{"type": "snapshot", "v": 1, "seq": 1, "pbx": "up", "new_thing": [1],'
        ' "me": {"extension": "2014", "name": "Marie", "roles": ["agent"], "desk": "B12"},'
        ' "colleagues": [{"extension": "2015", "name": "Luc", "presence": "free", "since": 1.5}],'
        ' "queues": [], "queue_titles": {"etat-civil": "État civil"}, "messages": []}'
    )
    assert isinstance(frame, Snapshot)
    assert (frame.queues, frame.queue_titles) == ((), {"etat-civil": "État civil"})
    assert frame.colleagues[0].presence == "free"
    assert not frame.me.is_receptionist


def test_frames_of_a_newer_server_are_skipped() -> None:
    assert decode_frame('{"type": "weather", "seq": 9, "sky": "grey"}') is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"type": "pbx", "seq": "1", "pbx": "up"}', "seq"),
        ('{"type": "pbx", "seq": 1, "pbx": "sideways"}', "pbx"),
        ('{"type": "colleague", "seq": 1}', "colleague"),
        ('{"seq": 1}', "type"),
        ("[]", "object"),
        ("not json", "malformed"),
    ],
)
def test_broken_frames_are_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(msgspec.DecodeError, match=named):
        decode_frame(text)


def test_received_is_what_the_server_expects() -> None:
    assert msgspec.json.decode(msgspec.json.encode(Received(message_id=17))) == {
        "type": "received",
        "message_id": 17,
    }
