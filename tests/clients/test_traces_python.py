"""Traces of tasks and evaluators, found under their experiment and joined by id."""

import json

import pytest

from tests.clients.rows import QUESTIONS
from tests.clients.waiting import until
from tests.fakes.openai_server import FakeOpenAI

HEAD = """
import sys
from arize import ArizeClient
from opentelemetry import trace

client = ArizeClient()

def run(task, **options):
    experiment, _ = client.experiments.run(
        name="traced", dataset=sys.argv[1], task=task, **options
    )
    print(experiment.id)
"""

BY_HAND = """
def task(row):
    tracer = trace.get_tracer("mine")
    with tracer.start_as_current_span("look it up") as outer:
        outer.set_attribute("openinference.span.kind", "RETRIEVER")
        with tracer.start_as_current_span("read a page") as inner:
            inner.set_attribute("page", 7)
            inner.add_event("turned", {"fast": True})
    return row["input"]

def judge(output):
    with trace.get_tracer("mine").start_as_current_span("think"):
        return 1.0, "it is fine"

run(task, evaluators=[judge], set_global_tracer_provider=True)
"""

OPENAI = """
from openai import AsyncOpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor

OpenAIInstrumentor().instrument()
model = AsyncOpenAI(base_url=sys.argv[2], api_key="unused")

async def task(row):
    answer = await model.chat.completions.create(
        model="fake-model",
        temperature=0,
        messages=[
            {"role": "system", "content": "Shout."},
            {"role": "user", "content": row["input"]},
        ],
    )
    return answer.choices[0].message.content

run(task, set_global_tracer_provider=True, concurrency=3)
"""

LANGGRAPH = """
from typing import TypedDict
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langgraph.graph import END, START, StateGraph
from openinference.instrumentation.langchain import LangChainInstrumentor

LangChainInstrumentor().instrument()
model = FakeListChatModel(responses=["a plan", "an answer"])

class State(TypedDict):
    question: str
    plan: str
    answer: str

def make_plan(state):
    return {"plan": model.invoke(state["question"]).content}

def write_answer(state):
    return {"answer": model.invoke(state["plan"]).content}

graph = StateGraph(State)
graph.add_node("planner", make_plan)
graph.add_node("writer", write_answer)
graph.add_edge(START, "planner")
graph.add_edge("planner", "writer")
graph.add_edge("writer", END)
app = graph.compile()

def task(row):
    return app.invoke({"question": row["input"]})["answer"]

run(task, set_global_tracer_provider=True)
"""


@pytest.fixture
def dataset(client, name):
    return client.datasets.create(name=name, space="demo", examples=QUESTIONS)


@pytest.fixture
def traces(client, rest):
    """Return the spans of an experiment's project by trace, once there are enough."""

    def of(experiment_id, *, spans):
        experiment = client.experiments.get(experiment=experiment_id)
        project_id = experiment.experiment_traces_project_id

        def enough():
            body = {"project_id": project_id}
            found = rest.post("/spans", body, limit=500).body["spans"]
            return found if len(found) >= spans else None

        by_trace = {}
        for span in until(enough):
            by_trace.setdefault(span["context"]["trace_id"], []).append(span)
        return by_trace

    return of


def named(spans):
    """Spans by name; the only one of each."""
    found = {span["name"]: span for span in spans}
    assert len(found) == len(spans)
    return found


def is_inside(child, parent):
    return child["parent_id"] == parent["context"]["span_id"]


def test_each_run_and_each_verdict_has_its_trace(client, dataset, traces):
    def task(row):
        if row["input"] == "question 2":
            raise ValueError("too hard")
        return f"é {row['input']}"

    def is_long(output):
        return 0.5, "a bit"

    experiment, _ = client.experiments.run(
        name="traced", dataset=dataset.id, task=task, evaluators=[is_long]
    )
    found = traces(experiment.id, spans=6)
    runs = client.experiments.list_runs(experiment=experiment.id).experiment_runs
    for run in runs:
        (span,) = found[run.additional_properties["result.trace.id"]]
        assert span["name"] == "Task: task"
        assert span["kind"] == "CHAIN"
        assert span["parent_id"] is None
        metadata = json.loads(span["attributes"]["metadata"])
        assert metadata["experiment_id"] == experiment.id
        assert metadata["dataset_id"] == dataset.id
        (verdict,) = found[run.additional_properties["eval.is_long.trace.id"]]
        assert verdict["name"] == "Evaluation: is_long"
        assert verdict["kind"] == "EVALUATOR"
        assert verdict["attributes"]["score"] == 0.5
        assert verdict["attributes"]["explanation"] == "a bit"
    first = found[runs[0].additional_properties["result.trace.id"]][0]
    assert first["attributes"]["output.value"] == "é question 0"
    assert json.loads(first["attributes"]["input.value"])["input"] == "question 0"
    failed = found[runs[2].additional_properties["result.trace.id"]][0]
    assert failed["status_code"] == "ERROR"
    assert failed["status_message"] == "ValueError: too hard"
    (event,) = failed["events"]
    assert event["attributes"]["exception.message"] == "too hard"


def test_the_clients_own_lists_find_spans_and_traces(client, dataset, traces):
    experiment, frame = client.experiments.run(
        name="traced", dataset=dataset.id, task=lambda row: row["topic"]
    )
    traces(experiment.id, spans=3)
    project = experiment.experiment_traces_project_id
    trace_id = frame["result.trace.id"][0]
    page = client.spans.list(project=project, filter=f"context.trace_id = '{trace_id}'")
    assert [span.attributes["output.value"] for span in page.spans] == ["a"]
    assert page.spans[0].context.trace_id == trace_id
    listed = client.traces.list(project=project)
    assert {found.trace_id for found in listed.traces} == set(frame["result.trace.id"])
    listed = client.projects.list(space="demo", limit=100).projects
    assert [p.project_type for p in listed if p.id == project] == ["EXPERIMENT"]


def test_spans_made_by_hand_are_children_of_the_run(client, dataset, script, traces):
    done = script(HEAD + BY_HAND, dataset.id)
    assert done.code == 0, done.stderr
    experiment_id = done.stdout.split()[-1]
    found = traces(experiment_id, spans=12)
    runs = client.experiments.list_runs(experiment=experiment_id).experiment_runs
    assert len(runs) == 3
    for run in runs:
        spans = named(found[run.additional_properties["result.trace.id"]])
        assert is_inside(spans["look it up"], spans["Task: task"])
        assert is_inside(spans["read a page"], spans["look it up"])
        assert spans["look it up"]["kind"] == "RETRIEVER"
        assert spans["read a page"]["attributes"]["page"] == 7
        assert spans["read a page"]["events"][0]["name"] == "turned"
        thinking = named(found[run.additional_properties["eval.judge.trace.id"]])
        assert is_inside(thinking["think"], thinking["Evaluation: judge"])


def test_calls_of_openai_are_traced_with_their_tokens(client, dataset, script, traces):
    with FakeOpenAI() as fake:
        done = script(HEAD + OPENAI, dataset.id, fake.base_url)
    assert done.code == 0, done.stderr
    assert len(fake.requests) == 3
    experiment_id = done.stdout.split()[-1]
    found = traces(experiment_id, spans=6)
    runs = client.experiments.list_runs(experiment=experiment_id).experiment_runs
    assert [run.output for run in runs] == ["QUESTION 0", "QUESTION 1", "QUESTION 2"]
    for run in runs:
        columns = run.additional_properties
        spans = {span["kind"]: span for span in found[columns["result.trace.id"]]}
        assert is_inside(spans["LLM"], spans["CHAIN"])
        attributes = spans["LLM"]["attributes"]
        assert attributes["llm.model_name"] == "fake-model"
        assert attributes["llm.token_count.total"] == 5
        assert attributes["llm.output_messages.0.message.content"] == run.output
        assert columns["token_count"] == 5


def test_the_steps_of_a_langgraph_are_traced(client, dataset, script, traces):
    done = script(HEAD + LANGGRAPH, dataset.id)
    assert done.code == 0, done.stderr
    experiment_id = done.stdout.split()[-1]
    found = traces(experiment_id, spans=18)
    runs = client.experiments.list_runs(experiment=experiment_id).experiment_runs
    assert [run.output for run in runs] == ["an answer"] * 3
    for run in runs:
        spans = found[run.additional_properties["result.trace.id"]]
        by_name = {span["name"]: span for span in spans}
        assert is_inside(by_name["LangGraph"], by_name["Task: task"])
        assert is_inside(by_name["planner"], by_name["LangGraph"])
        assert is_inside(by_name["writer"], by_name["LangGraph"])
        calls = [span for span in spans if span["kind"] == "LLM"]
        assert sorted(call["attributes"]["output.value"] != "" for call in calls) == [
            True,
            True,
        ]
