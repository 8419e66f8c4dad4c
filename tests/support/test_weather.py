"""The bad cable: packets arrive, get lost, and come late, as it is told."""

import socket
import subprocess
import sys
import time

from tests.support.weather import FarLaptop

PORT = 4_711
COUNT = 200
"""So many fit into a socket's memory."""
ECHO = f"""
import socket
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
end.bind(("0.0.0.0", {PORT}))
print("listening", flush=True)
while True:
    data, sender = end.recvfrom(100)
    end.sendto(data, sender)
"""


def test_packets_in_any_weather() -> None:
    with FarLaptop() as laptop:
        echo = subprocess.Popen(
            laptop.command(sys.executable, "-c", ECHO), stdout=subprocess.PIPE, text=True
        )
        try:
            assert echo.stdout
            assert echo.stdout.readline() == "listening\n"
            calm = _answers(laptop, COUNT)
            laptop.weather(loss=0.1)
            first = _answers(laptop, COUNT)
            laptop.weather(loss=0.1)
            again = _answers(laptop, COUNT)
            laptop.weather(jitter_ms=40)
            late = _answers(laptop, COUNT)
            laptop.weather(jam_ms=4_000)
            jammed = _answers(laptop, COUNT)
        finally:
            echo.terminate()
            echo.wait(5)
            if echo.stdout:
                echo.stdout.close()
    assert sorted(calm) == list(range(COUNT))
    assert 0.8 * COUNT < len(first) < 0.97 * COUNT
    assert first == again, "the same are lost whenever it begins anew"
    assert sorted(late) == list(range(COUNT))
    assert late != sorted(late), "they overtake each other"
    assert jammed == [], "they wait for the end of the jam"


def _answers(laptop: FarLaptop, count: int) -> list[int]:
    """Numbers of the packets that come back, in the order in which they do."""
    came = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.settimeout(0.3)
        for number in range(count):
            end.sendto(b"%d" % number, (laptop.address, PORT))
            time.sleep(0.001)
        try:
            while True:
                came.append(int(end.recv(100)))
        except TimeoutError:
            return came
