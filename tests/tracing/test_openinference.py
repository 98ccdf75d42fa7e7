"""What a span says is read by OpenInference's names, however odd the values."""

from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.tracing.attributes import flat
from experiments_ui.tracing.openinference import SHOWN, Passage, read


def test_messages_come_in_their_order_with_tool_calls():
    attributes = flat(
        {
            "llm.input_messages": [
                {"message": {"role": "user", "content": str(n)}} for n in range(12)
            ],
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"q":"x"}',
        }
    )

    content = read(attributes, [])

    assert [one.passage.text for one in content.input_messages] == [
        str(n) for n in range(12)
    ]
    (answer,) = content.output_messages
    assert (answer.role, answer.passage) == ("assistant", None)
    assert answer.tool_calls[0].name == "search"
    assert answer.tool_calls[0].arguments.is_json


def test_parts_of_a_message_are_put_together():
    parts = [
        {"message_content": {"type": "text", "text": "look"}},
        {"message_content": {"type": "image"}},
    ]
    attributes = flat(
        {"llm.input_messages": [{"message": {"role": "user", "contents": parts}}]}
    )

    (message,) = read(attributes, []).input_messages

    assert message.passage.text == "look\n\n[image]"


def test_documents_show_their_score():
    attributes = flat(
        {
            "retrieval.documents": [
                {"document": {"content": "a", "score": 0.5}},
                {"document": {"content": "b"}},
            ]
        }
    )

    assert [one.label for one in read(attributes, []).documents] == [
        "score 0.5",
        "document",
    ]


def test_exceptions_are_told_from_other_events():
    events = [
        {
            "name": "exception",
            "attributes": {
                "exception.type": "ValueError",
                "exception.message": "no",
                "exception.stacktrace": "T",
            },
        },
        {"name": "retry", "timestamp": "t", "attributes": {}},
    ]

    failed, retried = read({}, events).events

    assert (failed.title, failed.is_exception, failed.passage.text) == (
        "ValueError: no",
        True,
        "T",
    )
    assert (retried.title, retried.is_exception, retried.passage) == (
        "retry",
        False,
        None,
    )


def test_long_text_is_shown_in_part_and_says_so():
    passage = Passage.of("x" * (SHOWN + 5))

    assert (len(passage.text), passage.hidden_count) == (SHOWN, 5)


_names = st.sampled_from(
    [
        "llm.input_messages.0.message.role",
        "llm.input_messages.0.message.contents.0.message_content.text",
        "llm.output_messages.99999.message.tool_calls.1.tool_call.function.arguments",
        "input.value",
        "output.value",
        "retrieval.documents.0.document.score",
        "llm.input_messages.0",
        "exception.type",
    ]
)
_values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.lists(st.integers(0, 9))
    | st.just({})
)


@given(
    st.dictionaries(_names | st.text(), _values),
    st.lists(st.dictionaries(st.text(), st.just(None))),
)
def test_nothing_that_can_be_stored_breaks_the_page(attributes, events):
    kept = flat(attributes)

    read(kept, [*events, {"name": "e", "attributes": kept}])
