"""Google's generateContent, of Gemini and of Vertex AI."""

from urllib.parse import quote

from experiments_ui.llm.exchange import (
    Answer,
    Finish,
    HttpRequest,
    Json,
    Message,
    Request,
    Schema,
    Structure,
)
from experiments_ui.llm.providers.endpoint import (
    Endpoint,
    Provider,
    authorised,
    base_url,
    bearer,
)
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

NAMES = {
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "stop": "stopSequences",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "seed": "seed",
}
THINKING = {"thinking_budget": "thinkingBudget", "thinking_level": "thinkingLevel"}
HANDLED = frozenset({*NAMES, *THINKING, "tool_config"})
REFUSED = [
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "LANGUAGE",
]
FINISHES = {"MAX_TOKENS": Finish.LENGTH} | dict.fromkeys(REFUSED, Finish.REFUSAL)


class Gemini:
    structures = (Structure.SCHEMA, Structure.TOOL, Structure.PROMPT)

    def encode(self, endpoint: Endpoint, request: Request, form: Form) -> HttpRequest:
        model = quote(request.model.removeprefix("models/"), safe="")
        url = f"{base_url(endpoint, request)}/models/{model}:generateContent"
        headers = authorised(endpoint, _key(endpoint))
        return HttpRequest(url, headers, dumps(_body(request, form)))

    def decode(self, body: Json) -> Answer:
        candidates = body.get("candidates") or []
        if not candidates and (body.get("promptFeedback") or {}).get("blockReason"):
            return _answer(body, "", Finish.REFUSAL)
        first = candidates[0]
        parts = (first.get("content") or {}).get("parts") or []
        said = [part for part in parts if not part.get("thought")]
        calls = [part["functionCall"] for part in said if "functionCall" in part]
        text = "".join(str(part["text"]) for part in said if "text" in part)
        called = call_arguments([{"input": call.get("args")} for call in calls])
        finish = FINISHES.get(str(first.get("finishReason")), Finish.STOP)
        return _answer(body, called or text, finish, calls)

    def unsupported(self, request: Request) -> tuple[str, ...]:
        return tuple(sorted(given(request.parameters).keys() - HANDLED))


def _key(endpoint: Endpoint) -> dict[str, str]:
    """Never in the address, where logs would keep it."""
    key = endpoint.api_key or ""
    is_token = endpoint.provider is Provider.VERTEX_AI
    if is_token and not key.startswith(("AIza", "AQ.")):
        return bearer(key)
    return {"x-goog-api-key": key}


def _answer(
    body: Json, text: str, finish: Finish, calls: list[Json] | None = None
) -> Answer:
    usage = body.get("usageMetadata") or {}
    counts = [
        count(usage.get(name))
        for name in ("candidatesTokenCount", "thoughtsTokenCount")
    ]
    said = [each for each in counts if each is not None]
    return Answer(
        text=text,
        finish=finish,
        tokens_in=count(usage.get("promptTokenCount")),
        tokens_out=sum(said) if said else None,
        model=body.get("modelVersion"),
        tool_calls=tuple(
            openai_call(call.get("id") or "call", call["name"], call.get("args") or {})
            for call in calls or []
        ),
    )


def _body(request: Request, form: Form) -> Json:
    system = system_text(request.messages)
    if request.schema and form.structure is Structure.PROMPT:
        shape = request.schema.as_json(strict=False)
        system = f"{system}\n\n{schema_sentence(shape)}".strip()
    body: Json = {"contents": alternating(request.messages, _message, "parts")}
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    body |= _tools(request, form.structure)
    config = _config(request) | _shape(request, form.structure)
    if config := form.apply(config):
        body["generationConfig"] = config
    return body


def _message(message: Message) -> tuple[str, list[Json]]:
    role = "model" if message.role == "assistant" else "user"
    if message.role == "tool":
        result = {"name": message.tool_call_id, "response": {"result": message.content}}
        return role, [{"functionResponse": result}]
    text: list[Json] = [{"text": message.content}] if message.content else []
    calls: list[Json] = [
        {"functionCall": {"name": name, "args": arguments}}
        for name, _, arguments in declared_tools(message.tool_calls)
    ]
    return role, text + calls


def _config(request: Request) -> Json:
    parameters = given(request.parameters)
    config = {NAMES[key]: parameters[key] for key in NAMES if key in parameters}
    thinking = {
        wire: parameters[key] for key, wire in THINKING.items() if key in parameters
    }
    return config | ({"thinkingConfig": thinking} if thinking else {})


def _shape(request: Request, structure: Structure | None) -> Json:
    if request.schema is None or structure is not Structure.SCHEMA:
        return {}
    shape = _google_schema(request.schema)
    return {"responseMimeType": "application/json", "responseSchema": shape}


def _tools(request: Request, structure: Structure | None) -> Json:
    schema = request.schema
    if schema is None or structure is not Structure.TOOL:
        tools = given(request.parameters).get("tool_config") or {}
        return {"tools": tools["tools"]} if tools.get("tools") else {}
    declared = {
        "name": schema.name,
        "description": schema.description,
        "parameters": _google_schema(schema),
    }
    choice = {"mode": "ANY", "allowedFunctionNames": [schema.name]}
    return {
        "tools": [{"functionDeclarations": [declared]}],
        "toolConfig": {"functionCallingConfig": choice},
    }


def _google_schema(schema: Schema) -> Json:
    """Google's subset: types in capitals, an order, no `additionalProperties`."""
    properties = {
        name: {**kind, "type": str(kind["type"]).upper()}
        for name, kind in schema.properties.items()
    }
    names = list(schema.properties)
    return {
        "type": "OBJECT",
        "properties": properties,
        "required": names,
        "propertyOrdering": names,
    }
