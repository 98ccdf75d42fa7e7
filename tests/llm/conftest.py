"""A fake provider for all tests of this folder, and judges that ask it."""

import asyncio

import pytest

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
