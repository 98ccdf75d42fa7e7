"""A fake provider for all tests of this folder, and judges that ask it."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from experiments_ui.llm.client import Client, Limits, Surroundings
from experiments_ui.llm.guard import Policy
from experiments_ui.llm.judging import Judge
from experiments_ui.llm.providers.endpoint import Endpoint, Provider
from experiments_ui.llm.retrying import Retry
from tests.fakes.provider import FakeProvider

KEY = "sk-test-0123456789abcdefghijklmnop"
AWS_KEY = "AKIDEXAMPLE0:wJalrXUtnFEMIsecretsecret"
CHOICES = {"correct": 1.0, "incorrect": 0.0}
LIMITS = Limits(connect_s=5, attempt_s=20, deadline_s=30)


@pytest.fixture(scope="session")
def running_fake():
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def fake(running_fake):
    running_fake.reset()
    return running_fake


def endpoint_at(fake, provider=Provider.OPEN_AI, **more):
    base = {
        Provider.ANTHROPIC: fake.url,
        Provider.AWS_BEDROCK: fake.url,
        Provider.AZURE_OPEN_AI: fake.url,
        Provider.GEMINI: fake.gemini,
        Provider.VERTEX_AI: fake.gemini,
    }.get(provider, fake.openai)
    key = AWS_KEY if provider is Provider.AWS_BEDROCK else KEY
    return Endpoint(provider, **{"api_key": key, "base_url": base, **more})


class Naps:
    """Stands in for sleep, and keeps how long it was asked to."""

    def __init__(self):
        self.seconds = []

    async def __call__(self, seconds):
        self.seconds.append(seconds)


def client_at(fake, provider=Provider.OPEN_AI, *, tries=1, naps=None, **more):
    around = Surroundings(random=lambda: 0.0, sleep=naps or Naps())
    endpoint = more.pop("endpoint", None) or endpoint_at(fake, provider)
    policy = more.pop("policy", Policy(loopback=True))
    kept = {"limits": LIMITS, "retry": Retry(tries=tries), "surroundings": around}
    return Client(endpoint, policy, **{**kept, **more})


def judge(model="judge", template="Is this right? {output}", **more):
    return Judge(template, model, **{"choices": CHOICES, **more})


def run(fake, values, *, judge_=None, provider=Provider.OPEN_AI, **more):
    """Judge one row, and return the verdict or raise its error."""

    async def once():
        async with client_at(fake, provider, **more) as client:
            return await (judge_ or judge()).run(values, client=client)

    return asyncio.run(once())


@pytest.fixture
def untrusted(tmp_path):
    """The address of a TLS server on loopback whose certificate is its own."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=greet, args=(listening, tls), daemon=True).start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/v1"


def greet(listening, tls):
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with contextlib.suppress(OSError):
                tls.wrap_socket(connection, server_side=True).close()


def self_signed(folder):
    """A key and its certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "self-signed.pem"
    path.write_bytes(text + certificate.public_bytes(pem))
    return path
