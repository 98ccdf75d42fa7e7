"""The style guide: every component on one page, with believable content."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@dataclass(frozen=True, slots=True)
class Choice:
    """A tab, a segment or a command: somewhere to go."""

    label: str
    url: str = "#"
    count: str | None = None
    key: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    name: str
    kind: str
    depth: int
    start_percent: float
    width_percent: float
    duration: str
    tokens: str = ""
    error: bool = False
    current: bool = False
    url: str = "#"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One row of the sample list."""

    id: str
    name: str
    hue: int
    model: str
    accuracy: str
    accuracy_percent: float
    direction: str
    change: str
    verdict: str
    trend: str
    cost: str
    latency: str
    created: str


TABS = (
    Choice("All", count="2,000", current=True),
    Choice("Regressed", count="214"),
    Choice("Improved", count="380"),
    Choice("Disagree", count="633"),
    Choice("Errors", count="58"),
)
MODES = (
    Choice("Changes", current=True),
    Choice("Full"),
    Choice("Plain"),
)
SNIPPETS = (
    Snippet(
        "python",
        "Python",
        "from arize import ArizeClient\n\n"
        'client = ArizeClient(api_key="…", host="localhost:8000")\n'
        'dataset = client.datasets.get(dataset="support-triage", space="acme")\n',
    ),
    Snippet("ax", "ax", "ax datasets list --space acme\n"),
    Snippet(
        "curl",
        "curl",
        'curl -H "Authorization: Bearer $KEY" http://localhost:8000/v2/datasets\n',
    ),
)
HEIGHTS = (2, 3, 5, 6, 6, 5, 12, 18, 20, 15)
BARS = tuple(
    Bar(position * 8.1, 20 - height, 7.2, height, f"{position / 2:.1f}: {height * 9}")
    for position, height in enumerate(HEIGHTS)
)
SPANS = (
    Span("triage_ticket", "chain", 0, 0, 100, "1,218 ms", "1,204", current=True),
    Span("retrieve_policy", "retriever", 1, 1, 22, "266 ms"),
    Span("embed_query", "embedding", 2, 2, 9, "104 ms", "38"),
    Span("lookup_order", "tool", 1, 24, 12, "148 ms", error=True),
    Span("claude-sonnet-4.5", "llm", 1, 37, 62, "758 ms", "1,166"),
)
EXPERIMENTS = (
    Experiment(
        *("a", "baseline-v3", 0, "gpt-4.1-mini", "78.0%", 78, "same", "0.0", "same"),
        *("0,12 16,10 32,11 48,8 64,9 80,7", "$4.37", "738 ms", "12 d ago"),
    ),
    Experiment(
        *("b", "shorter-system", 1, "gpt-4.1-mini", "73.0%", 73, "down", "5.0"),
        *("worse", "0,8 16,7 32,9 48,10 64,13 80,14", "$4.37", "736 ms", "9 d ago"),
    ),
    Experiment(
        *("c", "sonnet-4.5", 2, "claude-sonnet-4.5", "86.8%", 86.8, "up", "8.8"),
        *("better", "0,14 16,13 32,9 48,7 64,5 80,3", "$4.38", "1,218 ms", "3 h ago"),
    ),
)
ANSWER = (
    '{"intent": "shipping_delay", "confidence": 0.91, "priority": "normal", '
    '"entities": {"order": "#45587", "amount": 321.5, "currency": "EUR"}, '
    '"escalate": false, "steps": ["look up the order", "write to the carrier"]}'
)
SHORT_ANSWER = '{\n  "intent": "cancellation",\n  "confidence": 0.83\n}'
PAIRS = (
    ("Model", "claude-sonnet-4.5"),
    ("Prompt", "triage@12"),
    ("Dataset version", "3, 2,000 examples"),
    ("Created", "22 November 2026, 10:04 by Mara"),
)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    context = {
        "tabs": TABS,
        "modes": MODES,
        "snippets": SNIPPETS,
        "bars": BARS,
        "spans": SPANS,
        "experiments": EXPERIMENTS,
        "answer": ANSWER,
        "short_answer": SHORT_ANSWER,
        "pairs": PAIRS,
        "hues": range(10),
    }
    return render(request, "web/styleguide.html", context)
