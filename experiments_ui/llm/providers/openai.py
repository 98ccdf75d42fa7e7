"""Chat completions as OpenAI, Azure and all servers compatible with them speak."""

from typing import Any
from urllib.parse import quote, urlsplit

from experiments_ui.llm.exchange import (
    Answer,
    Finish,
    HttpRequest,
    Json,
    Message,
    Request,
    Structure,
)
from experiments_ui.llm.guard import blocked
from experiments_ui.llm.providers.endpoint import (
    Endpoint,
    Provider,
    authorised,
    base_url,
    bearer,
)
from experiments_ui.llm.providers.wire import (
    Form,
    count,
    dumps,
    given,
    schema_sentence,
)

AZURE_VERSION = "2024-10-21"
OURS = frozenset({"model", "messages", "stream", "n", "stream_options"})
ELSEWHERE = frozenset({"thinking_level", "thinking_budget"})
FINISHES = {"length": Finish.LENGTH, "content_filter": Finish.REFUSAL}


class OpenAI:
    structures = (Structure.SCHEMA, Structure.TOOL, Structure.PROMPT)

    def encode(self, endpoint: Endpoint, request: Request, form: Form) -> HttpRequest:
        body = {"model": request.model, "messages": _messages(request, form)}
        body |= form.apply(_parameters(request))
        body |= _structured(request, form.structure)
        return HttpRequest(
            _url(endpoint, request), _headers(endpoint), dumps(form.apply(body))
        )

    def decode(self, body: Json) -> Answer:
        choice = body["choices"][0]
        message = choice["message"]
        usage = body.get("usage") or {}
        calls = message.get("tool_calls") or []
        refused = bool(message.get("refusal")) and not message.get("content")
        finish = FINISHES.get(str(choice.get("finish_reason")), Finish.STOP)
        return Answer(
            text=_text(message) or str(message.get("refusal") or ""),
            finish=Finish.REFUSAL if refused else finish,
            tokens_in=count(usage.get("prompt_tokens")),
            tokens_out=count(usage.get("completion_tokens")),
            model=body.get("model"),
            tool_calls=tuple(calls),
        )

    def unsupported(self, request: Request) -> tuple[str, ...]:
        return tuple(sorted(ELSEWHERE & given(request.parameters).keys()))


def _url(endpoint: Endpoint, request: Request) -> str:
    base = base_url(endpoint, request)
    if endpoint.provider is not Provider.AZURE_OPEN_AI:
        return f"{base}/chat/completions"
    azure = request.provider_parameters.get("azure_params") or {}
    named = azure.get("azure_openai_endpoint")
    if named and urlsplit(str(named)).netloc != urlsplit(base).netloc:
        raise blocked("The evaluator names another host than its integration.")
    if base.endswith("/v1"):
        return f"{base}/chat/completions"
    deployment = quote(
        str(azure.get("azure_deployment_name") or request.model), safe=""
    )
    version = quote(str(azure.get("azure_openai_version") or AZURE_VERSION), safe="")
    base = base.removesuffix("/openai")
    path = f"/openai/deployments/{deployment}/chat/completions"
    return f"{base}{path}?api-version={version}"


def _headers(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.provider is Provider.AZURE_OPEN_AI:
        return authorised(endpoint, {"api-key": endpoint.api_key or ""})
    return authorised(endpoint, bearer(endpoint.api_key))


def _messages(request: Request, form: Form) -> list[Json]:
    messages = [_message(message) for message in request.messages]
    if request.schema and form.structure is Structure.PROMPT:
        sentence = schema_sentence(request.schema.as_json())
        messages.append({"role": "user", "content": sentence})
    return messages


def _message(message: Message) -> Json:
    extra = given({"tool_call_id": message.tool_call_id})
    if message.tool_calls:
        extra["tool_calls"] = [
            {**call, "type": str(call.get("type", "function")).lower()}
            for call in message.tool_calls
        ]
    return {"role": message.role, "content": message.content, **extra}


def _parameters(request: Request) -> Json:
    parameters = given(request.parameters)
    tools = parameters.pop("tool_config", None) or {}
    shape = parameters.pop("response_format", None)
    if isinstance(shape, dict) and shape.get("type"):
        kind = str(shape["type"]).lower()
        parameters["response_format"] = {**given(shape), "type": kind}
    return {
        name: value
        for name, value in {**parameters, **given(tools)}.items()
        if name not in OURS | ELSEWHERE
    }


def _structured(request: Request, structure: Structure | None) -> Json:
    schema = request.schema
    if schema is None or structure in {None, Structure.PROMPT}:
        return {}
    if structure is Structure.SCHEMA:
        named = {"name": schema.name, "strict": True, "schema": schema.as_json()}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    function = {
        "name": schema.name,
        "description": schema.description,
        "parameters": schema.as_json(),
    }
    return {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": schema.name}},
    }


def _text(message: Json) -> str:
    """The content, in parts or whole, or the arguments of the first tool call."""
    content: Any = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content)
    if not content and message.get("tool_calls"):
        return str(message["tool_calls"][0]["function"]["arguments"])
    return str(content or "")
