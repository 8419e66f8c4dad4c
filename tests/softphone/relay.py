"""A wire between phone and server that a test can cut (connections end) or deaden (silence)."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Relay:
    """Forwards bytes of TCP connections on 127.0.0.1 to another port there."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._dead = threading.Event()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._spawn(self._accept)

    def deaden(self) -> None:
        """Swallow everything from now on, as a network that lost its state does."""
        self._dead.set()

    def revive(self) -> None:
        """New connections work again; old ones stay dead."""
        self.cut()
        self._dead.clear()

    def cut(self) -> None:
        """End all connections."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                near.close()
                continue
            self._ends += [near, far]
            self._spawn(self._pump, near, far)
            self._spawn(self._pump, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with source, contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._dead.is_set():
                    sink.sendall(data)
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    def _spawn(self, target: object, *arguments: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()


@contextlib.contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """A relay that ends with the block."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
