"""Requests as each provider documents them, and answers read back."""

import json

import pytest

from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.exchange import Finish, Message, Request, Schema, Structure
from experiments_ui.llm.providers import WIRES
from experiments_ui.llm.providers.endpoint import Auth, Endpoint, Provider
from experiments_ui.llm.providers.wire import Form

LABEL = {"type": "string", "enum": ["a", "b"]}
SCHEMA = Schema(
    "verdict", "Say it.", {"explanation": {"type": "string"}, "label": LABEL}
)
STRICT = {
    "type": "object",
    "properties": {"explanation": {"type": "string"}, "label": LABEL},
    "required": ["explanation", "label"],
    "additionalProperties": False,
}
MESSAGES = (
    Message("system", "Be fair."),
    Message("user", "Hello"),
    Message("user", "again"),
)
TOOL_TALK = (
    Message("user", "Weather?"),
    Message(
        "assistant",
        None,
        (
            {
                "id": "c1",
                "type": "FUNCTION",
                "function": {"name": "look", "arguments": '{"at": "Rome"}'},
            },
        ),
    ),
    Message("tool", "Sunny", tool_call_id="c1"),
)


def sent(provider, structure=None, *, model="m", form=None, endpoint=None, **request):
    """The URL, headers and body of a request."""
    asked = Request(
        model,
        request.pop("messages", MESSAGES),
        schema=SCHEMA if structure else None,
        **request,
    )
    where = endpoint or Endpoint(provider, api_key="KEY")
    put = WIRES[provider].encode(where, asked, form or Form(structure))
    return put.url, dict(put.headers), json.loads(put.body)


@pytest.mark.parametrize(
    ("provider", "host"),
    [
        (Provider.OPEN_AI, "api.openai.com/v1"),
        (Provider.NVIDIA_NIM, "integrate.api.nvidia.com/v1"),
        (Provider.FIREWORKS, "api.fireworks.ai/inference/v1"),
        (Provider.TOGETHER_AI, "api.together.xyz/v1"),
    ],
)
def test_openai_and_its_likes_are_called_with_a_bearer_key(provider, host):
    url, headers, body = sent(provider, parameters={"temperature": 0, "top_p": None})
    assert url == f"https://{host}/chat/completions"
    assert headers["Authorization"] == "Bearer KEY"
    assert body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be fair."},
            {"role": "user", "content": "Hello"},
            {"role": "user", "content": "again"},
        ],
        "temperature": 0,
    }


@pytest.mark.parametrize("provider", [Provider.CUSTOM, Provider.LITELLM])
def test_a_server_of_ones_own_needs_its_address(provider):
    with pytest.raises(CallError) as raised:
        sent(provider)
    assert raised.value.kind is Kind.BLOCKED_HOST
    mine = Endpoint(provider, base_url="http://box:8000/v1/")
    url, headers, _ = sent(provider, endpoint=mine)
    assert url == "http://box:8000/v1/chat/completions"
    assert "Authorization" not in headers


def test_azure_names_deployment_and_version_in_the_address():
    azure = Endpoint(Provider.AZURE_OPEN_AI, "KEY", "https://x.openai.azure.com")
    params = {
        "azure_params": {
            "azure_deployment_name": "my/dep",
            "azure_openai_version": "2025-01-01",
        }
    }
    url, headers, _ = sent(
        Provider.AZURE_OPEN_AI, endpoint=azure, provider_parameters=params
    )
    assert url == (
        "https://x.openai.azure.com/openai/deployments/my%2Fdep/chat/completions"
        "?api-version=2025-01-01"
    )
    assert headers["api-key"] == "KEY"


def test_an_evaluator_cannot_send_azures_key_elsewhere():
    azure = Endpoint(Provider.AZURE_OPEN_AI, "KEY", "https://x.openai.azure.com")
    params = {"azure_params": {"azure_openai_endpoint": "https://evil.example"}}
    with pytest.raises(CallError) as raised:
        sent(Provider.AZURE_OPEN_AI, endpoint=azure, provider_parameters=params)
    assert raised.value.kind is Kind.BLOCKED_HOST


@pytest.mark.parametrize("region", ["x.evil.com/", "us@evil.com", "US", "a#", ""])
def test_a_region_cannot_name_another_host(region):
    params = {"provider_parameters": {"region": region}}
    if region:
        with pytest.raises(CallError):
            sent(Provider.AWS_BEDROCK, **params)
    else:
        assert "us-east-1.amazonaws.com" in sent(Provider.AWS_BEDROCK, **params)[0]


@pytest.mark.parametrize(
    "model", ["../../x", "a?b=c", "a#b", "a b", "a%2fb", "anthropic.claude-v1:0"]
)
@pytest.mark.parametrize("provider", [Provider.AWS_BEDROCK, Provider.GEMINI])
def test_a_model_stays_one_part_of_the_path(provider, model):
    url = sent(provider, model=model)[0]
    assert url.count("/") == sent(provider, model="m")[0].count("/")
    assert "?" not in url
    assert "#" not in url


def test_openai_takes_a_strict_schema():
    body = sent(Provider.OPEN_AI, Structure.SCHEMA)[2]
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "strict": True, "schema": STRICT},
    }


def test_openai_takes_a_forced_tool():
    body = sent(Provider.OPEN_AI, Structure.TOOL)[2]
    assert body["tools"][0]["function"]["parameters"] == STRICT
    assert body["tool_choice"] == {"type": "function", "function": {"name": "verdict"}}


def test_anthropic_takes_its_system_message_apart_and_one_turn_a_role():
    url, headers, body = sent(
        Provider.ANTHROPIC,
        Structure.TOOL,
        parameters={"stop": ["x"], "max_tokens": 9, "frequency_penalty": 1},
        provider_parameters={"anthropic_headers": {"anthropic_beta": ["b1", "b2"]}},
    )
    assert url == "https://api.anthropic.com/v1/messages"
    assert headers["x-api-key"] == "KEY"
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["anthropic-beta"] == "b1,b2"
    assert body == {
        "model": "m",
        "max_tokens": 9,
        "stop_sequences": ["x"],
        "system": "Be fair.",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Hello"},
                    {"type": "text", "text": "again"},
                ],
            }
        ],
        "tools": [
            {"name": "verdict", "description": "Say it.", "input_schema": STRICT}
        ],
        "tool_choice": {"type": "tool", "name": "verdict"},
    }


def test_anthropic_takes_a_schema():
    body = sent(Provider.ANTHROPIC, Structure.SCHEMA)[2]
    shape = {"type": "json_schema", "schema": STRICT}
    assert body["output_config"] == {"format": shape}
    assert body["max_tokens"] > 0


def test_bedrock_is_called_with_a_bearer_key_or_signed():
    url, headers, body = sent(
        Provider.AWS_BEDROCK,
        Structure.TOOL,
        model="anthropic.claude-v1:0",
        parameters={"max_tokens": 5, "top_k": 3},
        provider_parameters={"region": "eu-west-1"},
    )
    assert url == (
        "https://bedrock-runtime.eu-west-1.amazonaws.com"
        "/model/anthropic.claude-v1%3A0/converse"
    )
    assert headers["Authorization"] == "Bearer KEY"
    assert body["inferenceConfig"] == {"maxTokens": 5}
    assert body["additionalModelRequestFields"] == {"top_k": 3}
    spec = body["toolConfig"]["tools"][0]["toolSpec"]
    assert spec["inputSchema"] == {"json": STRICT}
    assert body["toolConfig"]["toolChoice"] == {"tool": {"name": "verdict"}}
    pair = Endpoint(Provider.AWS_BEDROCK, "AKIDEXAMPLE0:secretsecret:session")
    headers = sent(Provider.AWS_BEDROCK, endpoint=pair)[1]
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEX")
    assert headers["x-amz-security-token"] == "session"


def test_gemini_takes_its_key_in_a_header_and_a_schema_without_additional_properties():
    url, headers, body = sent(
        Provider.GEMINI,
        Structure.SCHEMA,
        model="models/gemini-2.5-flash",
        parameters={"max_tokens": 5, "thinking_budget": 0},
    )
    assert url == (
        "https://generativelanguage.googleapis.com/v1beta"
        "/models/gemini-2.5-flash:generateContent"
    )
    assert headers["x-goog-api-key"] == "KEY"
    assert body["systemInstruction"] == {"parts": [{"text": "Be fair."}]}
    assert body["generationConfig"] == {
        "maxOutputTokens": 5,
        "thinkingConfig": {"thinkingBudget": 0},
        "responseMimeType": "application/json",
        "responseSchema": {
            "type": "OBJECT",
            "properties": {
                "explanation": {"type": "STRING"},
                "label": {"type": "STRING", "enum": ["a", "b"]},
            },
            "required": ["explanation", "label"],
            "propertyOrdering": ["explanation", "label"],
        },
    }


def test_vertex_names_project_and_location():
    vertex = Endpoint(
        Provider.VERTEX_AI, "ya29.x", project="proj", region="europe-west1"
    )
    url, headers, _ = sent(Provider.VERTEX_AI, endpoint=vertex)
    assert url == (
        "https://europe-west1-aiplatform.googleapis.com/v1/projects/proj/locations/"
        "europe-west1/publishers/google/models/m:generateContent"
    )
    assert headers["Authorization"] == "Bearer ya29.x"


@pytest.mark.parametrize("provider", list(Provider))
def test_a_proxy_gets_headers_and_no_key(provider):
    proxied = Endpoint(
        provider,
        "KEY",
        "https://proxy.example/v1",
        {"x-team": "us", "Host": "evil", "content-length": "0"},
        Auth.PROXY_WITH_HEADERS,
        project="p",
    )
    headers = sent(provider, endpoint=proxied)[1]
    assert "KEY" not in json.dumps(headers)
    assert headers["x-team"] == "us"
    assert not {"host", "content-length"} & {name.lower() for name in headers}


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize("value", ["a\r\nX: y", "a\0", "é\u2028"])
def test_a_key_or_header_that_breaks_the_line_is_refused(provider, value):
    for endpoint in (
        Endpoint(provider, value, "https://x.example", auth=Auth.BEARER_TOKEN),
        Endpoint(provider, "KEY", "https://x.example", {"x-y": value}),
    ):
        with pytest.raises(CallError) as raised:
            sent(provider, endpoint=endpoint)
        assert value not in raised.value.message


@pytest.mark.parametrize("provider", list(Provider))
def test_words_ask_for_the_schema_where_nothing_else_can(provider):
    endpoint = Endpoint(provider, "KEY", "https://x.example/v1")
    body = sent(provider, Structure.PROMPT, endpoint=endpoint)[2]
    assert "JSON Schema" in json.dumps(body)
    assert not {"tools", "response_format", "toolConfig"} & set(body)


def test_tool_calls_of_a_prompt_take_each_wires_shape():
    openai = sent(Provider.OPEN_AI, messages=TOOL_TALK)[2]["messages"]
    assert openai[1]["tool_calls"][0]["type"] == "function"
    anthropic = sent(Provider.ANTHROPIC, messages=TOOL_TALK)[2]["messages"]
    assert anthropic[1]["content"][0]["input"] == {"at": "Rome"}
    assert anthropic[2]["content"][0]["tool_use_id"] == "c1"
    bedrock = sent(Provider.AWS_BEDROCK, messages=TOOL_TALK)[2]["messages"]
    assert bedrock[1]["content"][0]["toolUse"]["input"] == {"at": "Rome"}
    gemini = sent(Provider.GEMINI, messages=TOOL_TALK)[2]["contents"]
    assert gemini[1]["parts"][0]["functionCall"]["args"] == {"at": "Rome"}


def test_openais_own_formats_and_extra_parameters_are_passed_on():
    parameters = {
        "response_format": {"type": "JSON_OBJECT", "json_schema": None},
        "tool_config": {"tools": [{"type": "function"}], "tool_choice": None},
        "vendor_extra": 1,
        "stream": True,
        "model": "other",
    }
    body = sent(Provider.OPEN_AI, parameters=parameters)[2]
    assert body["response_format"] == {"type": "json_object"}
    assert body["tools"] == [{"type": "function"}]
    assert body["vendor_extra"] == 1
    assert "stream" not in body
    assert body["model"] == "m"


@pytest.mark.parametrize("provider", list(Provider))
def test_a_lone_surrogate_can_be_sent(provider):
    endpoint = Endpoint(provider, "KEY", "https://x.example/v1")
    sent(provider, endpoint=endpoint, messages=(Message("user", "\ud800"),))


ANSWERS = {
    Provider.OPEN_AI: {
        "model": "m-1",
        "choices": [{"finish_reason": "length", "message": {"content": "hi"}}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    },
    Provider.ANTHROPIC: {
        "model": "m-1",
        "stop_reason": "max_tokens",
        "content": [{"type": "thinking"}, {"type": "text", "text": "hi"}],
        "usage": {"input_tokens": 2, "cache_read_input_tokens": 5, "output_tokens": 3},
    },
    Provider.AWS_BEDROCK: {
        "stopReason": "max_tokens",
        "output": {"message": {"content": [{"reasoningContent": {}}, {"text": "hi"}]}},
        "usage": {"inputTokens": 7, "outputTokens": 3},
    },
    Provider.GEMINI: {
        "modelVersion": "m-1",
        "candidates": [
            {
                "finishReason": "MAX_TOKENS",
                "content": {"parts": [{"text": "hm", "thought": True}, {"text": "hi"}]},
            }
        ],
        "usageMetadata": {
            "promptTokenCount": 7,
            "candidatesTokenCount": 1,
            "thoughtsTokenCount": 2,
        },
    },
}


@pytest.mark.parametrize("provider", ANSWERS)
def test_text_tokens_and_finish_are_read(provider):
    answer = WIRES[provider].decode(ANSWERS[provider])
    assert (answer.text, answer.finish) == ("hi", Finish.LENGTH)
    assert (answer.tokens_in, answer.tokens_out) == (7, 3)


def test_odd_counts_of_tokens_are_unknown():
    body = {**ANSWERS[Provider.OPEN_AI]}
    for odd in (-1, 1.5, "7", True, None, 10**30):
        body["usage"] = {"prompt_tokens": odd}
        assert WIRES[Provider.OPEN_AI].decode(body).tokens_in is None
