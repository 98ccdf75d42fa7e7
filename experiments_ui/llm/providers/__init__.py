"""Every provider, the wire it speaks and where it answers."""

from experiments_ui.llm.providers.anthropic import Anthropic
from experiments_ui.llm.providers.bedrock import Bedrock
from experiments_ui.llm.providers.endpoint import Provider
from experiments_ui.llm.providers.gemini import Gemini
from experiments_ui.llm.providers.openai import OpenAI
from experiments_ui.llm.providers.wire import Wire

_OPENAI = OpenAI()
_GEMINI = Gemini()

WIRES: dict[Provider, Wire] = {
    Provider.OPEN_AI: _OPENAI,
    Provider.AZURE_OPEN_AI: _OPENAI,
    Provider.CUSTOM: _OPENAI,
    Provider.NVIDIA_NIM: _OPENAI,
    Provider.LITELLM: _OPENAI,
    Provider.FIREWORKS: _OPENAI,
    Provider.TOGETHER_AI: _OPENAI,
    Provider.ANTHROPIC: Anthropic(),
    Provider.AWS_BEDROCK: Bedrock(),
    Provider.GEMINI: _GEMINI,
    Provider.VERTEX_AI: _GEMINI,
}
