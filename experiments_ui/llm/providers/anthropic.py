"""Anthropic's messages."""

from experiments_ui.llm.exchange import (
    Answer,
    Finish,
    HttpRequest,
    Json,
    Message,
    Request,
    Structure,
)
from experiments_ui.llm.providers.endpoint import Endpoint, authorised, base_url
from experiments_ui.llm.providers.tools import (
    alternating,
    call_arguments,
    declared_tools,
    openai_call,
    system_text,
)
from experiments_ui.llm.providers.wire import (
    Form,
    count,
    dumps,
    given,
    schema_sentence,
)

VERSION = "2023-06-01"
MAX_TOKENS = 4_096  # the wire demands a number
NAMES = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "stop": "stop_sequences",
    "service_tier": "service_tier",
    "metadata": "metadata",
    "thinking": "thinking",
    "output_config": "output_config",
}
HANDLED = frozenset({*NAMES, "thinking_budget", "tool_config"})
FINISHES = {
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "refusal": Finish.REFUSAL,
}


class Anthropic:
    structures = (Structure.SCHEMA, Structure.TOOL, Structure.PROMPT)

    def encode(self, endpoint: Endpoint, request: Request, form: Form) -> HttpRequest:
        base = base_url(endpoint, request).removesuffix("/v1")
        own = {"x-api-key": endpoint.api_key or ""}
        headers = authorised(endpoint, own, _versions(request))
        return HttpRequest(f"{base}/v1/messages", headers, dumps(_body(request, form)))

    def decode(self, body: Json) -> Answer:
        blocks = body["content"]
        usage = body.get("usage") or {}
        calls = [block for block in blocks if block.get("type") == "tool_use"]
        text = "".join(str(b.get("text") or "") for b in blocks if "text" in b)
        return Answer(
            text=text if text and not calls else call_arguments(calls) or text,
            finish=FINISHES.get(str(body.get("stop_reason")), Finish.STOP),
            tokens_in=_all_input(usage),
            tokens_out=count(usage.get("output_tokens")),
            model=body.get("model"),
            tool_calls=tuple(
                openai_call(c["id"], c["name"], c["input"]) for c in calls
            ),
        )

    def unsupported(self, request: Request) -> tuple[str, ...]:
        return tuple(sorted(given(request.parameters).keys() - HANDLED))


def _versions(request: Request) -> dict[str, str]:
    parameters = request.provider_parameters
    headers = {"anthropic-version": str(parameters.get("anthropic_version") or VERSION)}
    betas = (parameters.get("anthropic_headers") or {}).get("anthropic_beta")
    if betas:
        headers["anthropic-beta"] = ",".join(map(str, betas))
    return headers


def _body(request: Request, form: Form) -> Json:
    system = system_text(request.messages)
    if request.schema and form.structure is Structure.PROMPT:
        sentence = schema_sentence(request.schema.as_json())
        system = f"{system}\n\n{sentence}".strip()
    body: Json = {"model": request.model, "max_tokens": MAX_TOKENS}
    body |= {"system": system} if system else {}
    body["messages"] = alternating(request.messages, _message)
    body |= _parameters(request)
    return form.apply(body | _structured(request, form.structure))


def _message(message: Message) -> tuple[str, list[Json]]:
    if message.role == "tool":
        result = {"tool_use_id": message.tool_call_id, "content": message.content or ""}
        return "user", [{"type": "tool_result", **result}]
    blocks: list[Json] = []
    if message.content:
        blocks.append({"type": "text", "text": message.content})
    for name, identifier, arguments in declared_tools(message.tool_calls):
        call = {"id": identifier, "name": name, "input": arguments}
        blocks.append({"type": "tool_use", **call})
    return message.role, blocks


def _parameters(request: Request) -> Json:
    parameters = given(request.parameters)
    body = {NAMES[key]: parameters[key] for key in NAMES if key in parameters}
    if budget := parameters.get("thinking_budget"):
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
    tools = given(parameters.get("tool_config") or {})
    return body | {key: tools[key] for key in ("tools", "tool_choice") if key in tools}


def _structured(request: Request, structure: Structure | None) -> Json:
    schema = request.schema
    if schema is None or structure in {None, Structure.PROMPT}:
        return {}
    if structure is Structure.SCHEMA:
        shape = {"type": "json_schema", "schema": schema.as_json()}
        return {"output_config": {"format": shape}}
    tool = {
        "name": schema.name,
        "description": schema.description,
        "input_schema": schema.as_json(),
    }
    return {"tools": [tool], "tool_choice": {"type": "tool", "name": schema.name}}


def _all_input(usage: Json) -> int | None:
    """Tokens read from and written to the cache are counted apart, but were sent."""
    names = (
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
    )
    counts = [count(usage.get(name)) for name in names]
    return None if counts[0] is None else sum(each or 0 for each in counts)
