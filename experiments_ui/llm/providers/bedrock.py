"""Amazon Bedrock's Converse, signed by keys or called with a bearer key."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from experiments_ui.llm.exchange import (
    Answer,
    Finish,
    HttpRequest,
    Json,
    Message,
    Request,
    Structure,
)
from experiments_ui.llm.providers.endpoint import (
    Auth,
    Endpoint,
    authorised,
    base_url,
    bearer,
    place,
    region_of,
)
from experiments_ui.llm.providers.sigv4 import AwsKeys, signed
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

KEY_PAIR = re.compile(r"(\w{8,128}):([^:\s]{8,})(?::(\S+))?\Z")
NAMES = {
    "max_tokens": "maxTokens",
    "max_completion_tokens": "maxTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "stop": "stopSequences",
}
HANDLED = frozenset({*NAMES, "top_k", "tool_config"})
FINISHES = {
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "content_filtered": Finish.REFUSAL,
    "guardrail_intervened": Finish.REFUSAL,
}


def now() -> datetime:
    return datetime.now(UTC)


class Bedrock:
    # The first use of a schema may take minutes to compile, so a tool comes first.
    structures = (Structure.TOOL, Structure.SCHEMA, Structure.PROMPT)

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock

    def encode(self, endpoint: Endpoint, request: Request, form: Form) -> HttpRequest:
        model = quote(request.model, safe="")
        url = f"{base_url(endpoint, request)}/model/{model}/converse"
        body = dumps(_body(request, form))
        pair = KEY_PAIR.match(endpoint.api_key or "")
        if pair is None or endpoint.auth is not Auth.DEFAULT:
            headers = authorised(endpoint, bearer(endpoint.api_key))
            return HttpRequest(url, headers, body)
        proof = signed(
            "POST",
            url,
            {"Content-Type": "application/json"},
            body,
            keys=AwsKeys(*pair.groups()),
            region=place(region_of(endpoint, request), "region"),
            service="bedrock",
            at=self._clock(),
        )
        return HttpRequest(url, authorised(endpoint, proof), body)

    def decode(self, body: Json) -> Answer:
        blocks = body["output"]["message"]["content"]
        usage = body.get("usage") or {}
        calls = [block["toolUse"] for block in blocks if "toolUse" in block]
        text = "".join(str(block["text"]) for block in blocks if "text" in block)
        return Answer(
            text=call_arguments(calls) or text,
            finish=FINISHES.get(str(body.get("stopReason")), Finish.STOP),
            tokens_in=_all_input(usage),
            tokens_out=count(usage.get("outputTokens")),
            model=None,
            tool_calls=tuple(
                openai_call(call["toolUseId"], call["name"], call["input"])
                for call in calls
            ),
        )

    def unsupported(self, request: Request) -> tuple[str, ...]:
        return tuple(sorted(given(request.parameters).keys() - HANDLED))


def _all_input(usage: Json) -> int | None:
    names = ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")
    counts = [count(usage.get(name)) for name in names]
    return None if counts[0] is None else sum(each or 0 for each in counts)


def _body(request: Request, form: Form) -> Json:
    system = system_text(request.messages)
    if request.schema and form.structure is Structure.PROMPT:
        sentence = schema_sentence(request.schema.as_json())
        system = f"{system}\n\n{sentence}".strip()
    body: Json = {"messages": alternating(request.messages, _message)}
    if system:
        body["system"] = [{"text": system}]
    parameters = given(request.parameters)
    settings = {NAMES[key]: parameters[key] for key in NAMES if key in parameters}
    if settings := form.apply(settings):
        body["inferenceConfig"] = settings
    if "top_k" in parameters:
        more = form.apply({"top_k": parameters["top_k"]})
        body |= {"additionalModelRequestFields": more} if more else {}
    if tools := parameters.get("tool_config"):
        body["toolConfig"] = tools
    return body | _structured(request, form.structure)


def _message(message: Message) -> tuple[str, list[Json]]:
    text: list[Json] = [{"text": message.content}] if message.content else []
    if message.role == "tool":
        result = {"toolUseId": message.tool_call_id, "content": text}
        return "user", [{"toolResult": result}]
    calls: list[Json] = [
        {"toolUse": {"toolUseId": identifier, "name": name, "input": arguments}}
        for name, identifier, arguments in declared_tools(message.tool_calls)
    ]
    return message.role, text + calls


def _structured(request: Request, structure: Structure | None) -> Json:
    schema = request.schema
    if schema is None or structure in {None, Structure.PROMPT}:
        return {}
    shape = schema.as_json()
    if structure is Structure.TOOL:
        tool = {
            "name": schema.name,
            "description": schema.description,
            "inputSchema": {"json": shape},
        }
        choice = {"tool": {"name": schema.name}}
        return {"toolConfig": {"tools": [{"toolSpec": tool}], "toolChoice": choice}}
    named = {"name": schema.name, "schema": json.dumps(shape)}
    text = {"type": "json_schema", "structure": {"jsonSchema": named}}
    return {"outputConfig": {"textFormat": text}}
