"""A server on a socket that opens a stream, tells one event and then says nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nRoundsman-Protocol: 1\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    b'data: {"shard":1,"head":1}\n\n'
)


@contextmanager
def quiet_stream() -> Iterator[str]:
    """Give its address; whatever is open is closed at the end of the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(65_536)
            client.sendall(_ANSWER)
            done.wait()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        thread.join()
        listener.close()
