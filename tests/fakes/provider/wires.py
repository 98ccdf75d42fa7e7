"""The shapes of four providers: reading their requests, writing their answers."""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read."""

    wire: str
    model: str
    prompt: str
    body: Json
    schema: Json | None
    by_tool: str | None
    by_words: bool = False

    @property
    def labels(self) -> list[str]:
        properties = (self.schema or {}).get("properties") or {}
        return list((properties.get("label") or {}).get("enum") or [])


def read(path: str, body: Json) -> Asked | None:
    """What a request asks; None if its path is no provider's."""
    asked = _read(path.partition("?")[0], body)
    if asked is None or asked.schema is not None:
        return asked
    schema = _schema_in_words(json.dumps(body))
    return replace(asked, schema=schema, by_words=True) if schema else asked


def _schema_in_words(text: str) -> Json | None:
    """The schema that a sentence somewhere in the request quotes."""
    _, _, rest = text.partition("JSON Schema: ")
    quoted = rest.replace('\\"', '"')
    return json.JSONDecoder().raw_decode(quoted)[0] if quoted else None


def _read(path: str, body: Json) -> Asked | None:
    if path.endswith("/chat/completions"):
        return _openai(path, body)
    if path.endswith("/v1/messages"):
        return _anthropic(body)
    if path.endswith("/converse"):
        return _bedrock(path, body)
    if path.endswith(":generateContent"):
        return _gemini(path, body)
    return None


def answer(asked: Asked, text: str, finish: str, counts: tuple[int, int]) -> Json:
    """A successful body; `finish` is stop, length or refusal."""
    write = {
        "openai": _openai_answer,
        "anthropic": _anthropic_answer,
        "bedrock": _bedrock_answer,
        "gemini": _gemini_answer,
    }[asked.wire]
    return write(asked, text, finish, counts)


def error(wire: str, status: int, message: str, code: str) -> Json:
    if wire == "gemini":
        return {"error": {"code": status, "message": message, "status": code}}
    if wire == "bedrock":
        return {"message": message, "__type": code}
    if wire == "anthropic":
        return {"type": "error", "error": {"type": code, "message": message}}
    return {"error": {"message": message, "type": code, "param": None, "code": code}}


def _openai(path: str, body: Json) -> Asked:
    shape = (body.get("response_format") or {}).get("json_schema") or {}
    tool = (body.get("tools") or [{}])[0].get("function") or {}
    forced = tool.get("name") if body.get("tool_choice") else None
    schema = shape.get("schema") or tool.get("parameters")
    texts = [_said(message.get("content")) for message in body["messages"]]
    model = str(body.get("model"))
    if "/deployments/" in path:
        model = unquote(path.split("/deployments/")[1].split("/", maxsplit=1)[0])
    prompt = _user_prompt(body["messages"], texts)
    return Asked("openai", model, prompt, body, schema, forced)


def _user_prompt(messages: list[Json], texts: list[str]) -> str:
    pairs = zip(messages, texts, strict=True)
    return "\n".join(text for each, text in pairs if each["role"] != "system")


def _said(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content)
    return str(content or "")


def _anthropic(body: Json) -> Asked:
    tool = (body.get("tools") or [{}])[0]
    forced = tool.get("name") if body.get("tool_choice") else None
    shape = (body.get("output_config") or {}).get("format") or {}
    prompt = "\n".join(_said(message["content"]) for message in body["messages"])
    schema = shape.get("schema") or tool.get("input_schema")
    return Asked("anthropic", body["model"], prompt, body, schema, forced)


def _bedrock(path: str, body: Json) -> Asked:
    config = body.get("toolConfig") or {}
    spec = (config.get("tools") or [{}])[0].get("toolSpec") or {}
    schema = (spec.get("inputSchema") or {}).get("json")
    text = ((body.get("outputConfig") or {}).get("textFormat") or {}).get("structure")
    if text:
        schema = json.loads(text["jsonSchema"]["schema"])
    prompt = "\n".join(_said(message["content"]) for message in body["messages"])
    model = unquote(path.split("/model/")[1].removesuffix("/converse"))
    forced = spec.get("name") if config.get("toolChoice") else None
    return Asked("bedrock", model, prompt, body, schema, forced)


def _gemini(path: str, body: Json) -> Asked:
    config = body.get("generationConfig") or {}
    tools = (body.get("tools") or [{}])[0].get("functionDeclarations") or [{}]
    forced = tools[0].get("name") if body.get("toolConfig") else None
    prompt = "\n".join(_said(content["parts"]) for content in body["contents"])
    model = unquote(path.split("/models/")[1].removesuffix(":generateContent"))
    schema = config.get("responseSchema") or tools[0].get("parameters")
    return Asked("gemini", model, prompt, body, schema, forced)


def _openai_answer(
    asked: Asked, text: str, finish: str, counts: tuple[int, int]
) -> Json:
    message: Json = {"role": "assistant", "content": text}
    if finish == "refusal":
        message = {"role": "assistant", "content": None, "refusal": text}
    elif asked.by_tool:
        call = {"name": asked.by_tool, "arguments": text}
        tool = {"id": "call_1", "type": "function", "function": call}
        message = {"role": "assistant", "content": None, "tool_calls": [tool]}
    reason = {"length": "length"}.get(finish, "stop")
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": f"{asked.model.split('+')[0]}-2026-01-01",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": counts[0],
            "completion_tokens": counts[1],
            "total_tokens": sum(counts),
        },
    }


def _arguments(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}


def _anthropic_answer(
    asked: Asked, text: str, finish: str, counts: tuple[int, int]
) -> Json:
    block: Json = {"type": "text", "text": text}
    if asked.by_tool and finish == "stop":
        call = {"id": "toolu_1", "name": asked.by_tool, "input": _arguments(text)}
        block = {"type": "tool_use", **call}
    reason = {"length": "max_tokens", "refusal": "refusal"}.get(finish, "end_turn")
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": f"{asked.model.split('+')[0]}-20260101",
        "content": [block],
        "stop_reason": reason,
        "usage": {"input_tokens": counts[0], "output_tokens": counts[1]},
    }


def _bedrock_answer(
    asked: Asked, text: str, finish: str, counts: tuple[int, int]
) -> Json:
    block: Json = {"text": text}
    if asked.by_tool and finish == "stop":
        call = {"toolUseId": "t1", "name": asked.by_tool, "input": _arguments(text)}
        block = {"toolUse": call}
    reasons = {"length": "max_tokens", "refusal": "content_filtered"}
    return {
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": reasons.get(finish, "end_turn"),
        "usage": {
            "inputTokens": counts[0],
            "outputTokens": counts[1],
            "totalTokens": sum(counts),
        },
    }


def _gemini_answer(
    asked: Asked, text: str, finish: str, counts: tuple[int, int]
) -> Json:
    usage = {"promptTokenCount": counts[0], "candidatesTokenCount": counts[1]}
    model = {"modelVersion": f"{asked.model.split('+')[0]}-001", "usageMetadata": usage}
    if finish == "refusal":
        return {"promptFeedback": {"blockReason": "SAFETY"}, **model}
    part: Json = {"text": text}
    if asked.by_tool and finish == "stop":
        part = {"functionCall": {"name": asked.by_tool, "args": _arguments(text)}}
    reason = {"length": "MAX_TOKENS"}.get(finish, "STOP")
    content = {"role": "model", "parts": [part]}
    return {"candidates": [{"content": content, "finishReason": reason}], **model}
