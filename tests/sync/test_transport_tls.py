"""Encrypted connections: the right certificate is trusted, any other is not the office."""

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.client.transport import HttpOffice
from sync.contract.errors import AppError, Code
from sync.contract.wire import PROTOCOL, PROTOCOL_HEADER, Health

HEALTH = Health(ok=True, organisation="Kestrel", version="1", schema=1, server_time="2026-11-20T09:00:00.000Z")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = msgspec.json.encode(HEALTH)
        self.send_response(200)
        self.send_header(PROTOCOL_HEADER, PROTOCOL)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


def make_certificate(folder: Path, host: str) -> Path:
    """Write a certificate for a host, signed by itself, with its key; valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return file


class Server:
    """An office behind TLS with a certificate for ``host``."""

    def __init__(self, folder: Path, host: str) -> None:
        self.certificate = make_certificate(folder, host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server = HTTPServer(("127.0.0.1", 0), _Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"https://localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, "localhost")
    yield server
    server.close()


def health_of(office: HttpOffice) -> Health:
    try:
        return office.health()
    finally:
        office.close()


def refusal_of(office: HttpOffice) -> Code:
    with pytest.raises(AppError) as caught:
        health_of(office)
    return caught.value.code


def test_authority_of_the_company_is_trusted_when_it_is_named(server: Server) -> None:
    office = HttpOffice(server.address, certificates=str(server.certificate))

    assert health_of(office) == HEALTH


def test_authority_of_the_system_is_trusted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))

    assert health_of(HttpOffice(server.address)) == HEALTH


def test_unknown_certificate_is_not_the_office(server: Server) -> None:
    assert refusal_of(HttpOffice(server.address)) is Code.NOT_A_SERVER


def test_certificate_for_another_host_is_not_the_office(tmp_path: Path) -> None:
    server = Server(tmp_path, "crm.example.com")

    assert refusal_of(HttpOffice(server.address, certificates=str(server.certificate))) is Code.NOT_A_SERVER

    server.close()
