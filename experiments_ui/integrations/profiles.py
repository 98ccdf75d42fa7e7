"""What each provider asks of whoever sets it up: words and fields of its form."""

from dataclasses import dataclass

from experiments_ui.integrations.models import AuthType, Provider
from experiments_ui.llm.providers.endpoint import DEFAULT_BASES
from experiments_ui.llm.providers.endpoint import Provider as WireProvider


@dataclass(frozen=True, slots=True)
class Profile:
    """A provider as its form shows it.

    `fields` are those it has beyond the common ones; `address` is an example of a base
    URL, and `needs_address` says that there is no default.
    """

    provider: Provider
    about: str
    key: str = "API key"
    key_help: str = ""
    address: str = ""
    needs_address: bool = False
    models: str = ""
    fields: tuple[str, ...] = ()
    auth_types: tuple[AuthType, ...] = (AuthType.DEFAULT, AuthType.PROXY_WITH_HEADERS)

    @property
    def label(self) -> str:
        return str(self.provider.label)

    @property
    def address_help(self) -> str:
        own = DEFAULT_BASES.get(WireProvider(self.provider.value))
        if own and not self.needs_address:
            return f"Without one, {own} is called."
        return f"Such as {self.address}." if self.address else ""


_ALL_AUTH = (AuthType.DEFAULT, AuthType.BEARER_TOKEN, AuthType.PROXY_WITH_HEADERS)

PROFILES = {
    profile.provider: profile
    for profile in (
        Profile(Provider.OPEN_AI, "Models of OpenAI.", models="gpt-5-mini"),
        Profile(
            Provider.ANTHROPIC,
            "Claude models, from Anthropic itself.",
            models="claude-sonnet-4-5",
        ),
        Profile(
            Provider.AZURE_OPEN_AI,
            "OpenAI models in a resource of yours at Azure.",
            address="https://my-resource.openai.azure.com",
            needs_address=True,
            models="the name of a deployment",
            auth_types=_ALL_AUTH,
        ),
        Profile(
            Provider.AWS_BEDROCK,
            "Models that Amazon hosts.",
            key="Bedrock API key, or access key",
            key_help="With the bearer token type a Bedrock API key, else "
            "access-key-id:secret-access-key.",
            models="anthropic.claude-sonnet-4-5-v1:0",
            fields=("region", "role_arn", "external_id"),
            auth_types=_ALL_AUTH,
        ),
        Profile(
            Provider.GEMINI,
            "Gemini models with a key of Google AI Studio.",
            models="gemini-2.5-flash",
        ),
        Profile(
            Provider.VERTEX_AI,
            "Gemini models in a project of yours at Google Cloud.",
            key="Access token",
            models="gemini-2.5-flash",
            fields=("project_id", "location", "project_access_label"),
        ),
        Profile(
            Provider.NVIDIA_NIM,
            "NVIDIA's hosted models, or a NIM of your own.",
            address="http://nim.lan:8000/v1",
            models="meta/llama-3.3-70b-instruct",
        ),
        Profile(
            Provider.LITELLM,
            "A LiteLLM proxy that you run.",
            address="https://litellm.example.org/v1",
            needs_address=True,
            models="a model of the proxy's list",
        ),
        Profile(
            Provider.FIREWORKS,
            "Open models at Fireworks.",
            models="accounts/fireworks/models/llama-v3p3-70b-instruct",
        ),
        Profile(
            Provider.TOGETHER_AI,
            "Open models at Together AI.",
            models="meta-llama/Llama-3.3-70B-Instruct-Turbo",
        ),
        Profile(
            Provider.CUSTOM,
            "Ollama, vLLM or any other server that speaks OpenAI's chat.",
            address="http://127.0.0.1:11434/v1",
            needs_address=True,
            models="llama3.2",
        ),
    )
}
