"""The report is one file that opens anywhere, asks nobody, and runs nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import sync_playwright

from tests import make
from tests.pages.conftest import ARGUMENTS, CHROMIUM
from tests.pages.test_accessibility import RULES

pytestmark = pytest.mark.django_db

HOSTILE = (
    "</script></style></title><script>window.hit=1</script><img src=x onerror=hit=1>"
    "<link rel=stylesheet href=//evil.example/x.css>{{ 7|add:7 }}\"'&\u202e"
)


@pytest.fixture
def take(browser_client, space):
    def get(*experiments, **query):
        base, *others = experiments
        answer = browser_client.get(
            f"/spaces/{space.slug}/compare/report.html",
            query_params={"base": base.pk, "with": [x.pk for x in others], **query},
        )
        assert answer.status_code == 200, answer.content[:300]
        return answer

    return get


@pytest.fixture
def pair(space):
    dataset = make.dataset(space, count=40)
    base = make.experiment(
        dataset,
        name="base",
        score=[1] * 30 + [0] * 10,
        latency=[100.0 + i for i in range(40)],
        label=["yes"] * 30 + ["no"] * 10,
    )
    rows = [
        {"example_id": example_id, "output": f"another output {i}"}
        for i, example_id in enumerate(make.example_ids(dataset))
    ]
    rows[39] = {"example_id": rows[39]["example_id"], "output": None, "error": "boom"}
    candidate = make.experiment(
        dataset,
        name="candidate",
        rows=rows,
        score=[0] * 25 + [1] * 14,
        latency=[90.0 + i for i in range(40)],
    )
    return base, candidate


@pytest.fixture
def hostile(space):
    dataset = make.dataset(space, name=HOSTILE, rows=[{"input": HOSTILE}] * 4)
    return [
        make.experiment(
            dataset,
            name=HOSTILE.replace('"', "") + str(i),
            rows=[
                {
                    "example_id": one,
                    "output": f"{HOSTILE} {i}",
                    f"eval.{HOSTILE[:40]}.score": score,
                }
                for one in make.example_ids(dataset)
            ],
        )
        for i, score in enumerate((1, 0.5, 2))
    ]


def text_of(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_it_says_the_verdict_the_numbers_the_settings_and_the_rows(take, pair):
    answer = take(*pair)
    text = text_of(answer)
    assert (
        'attachment; filename="questions-comparison.html"'
        in (answer.headers["Content-Disposition"])
    )
    assert "candidate : worse on correct" in text
    assert "better on Latency" in text
    assert "McNemar mid-p, Newcombe interval, p" in text
    assert "after Holm" in text
    assert "14 won, 25 lost, 0 tied" in text or "lost" in text
    assert "Regressions of candidate the 20 biggest of 25; 5 are left out" in text
    assert "Distribution of correct" in text
    assert "Outputs, SHA-256" in text
    assert "http://testserver/spaces/acme/compare/?base=" in answer.content.decode()


def test_it_says_its_filter_and_what_is_outside(take, pair):
    text = text_of(take(*pair, filter="a.latency < 120"))
    assert "a.latency &lt; 120" in text
    assert "20 of 40 examples are outside the filter." in text


def test_labels_and_one_experiment_alone_have_a_report_too(take, space, pair):
    dataset = pair[0].dataset
    first, second = (
        make.experiment(dataset, name=name, label=labels)
        for name, labels in (("x", ["yes"] * 40), ("y", ["no"] * 4 + ["yes"] * 36))
    )
    text = text_of(take(first, second))
    assert "4 of 40 labels changed" in text
    assert "Changes of y 4" in text
    assert "one experiment stands alone" in text_of(take(first))


def test_its_policy_allows_its_own_style_and_nothing_else(take, pair):
    page = take(*pair).content.decode()
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    mark = b64encode(sha256(style.encode()).digest()).decode()
    policy = re.search('Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; "
        "form-action 'none'"
    )
    assert "<script" not in page
    assert "url(" not in style
    assert " style=" not in page
    assert set(re.findall(r"(?:src|srcset|action|data)=", page)) == set()


def test_nothing_a_user_wrote_is_markup(take, hostile):
    page = take(*hostile).content.decode()
    assert escape(HOSTILE[:30]) in page
    assert "<script" not in page
    assert "<img" not in page
    assert "<link" not in page
    assert page.count("</title>") == page.count("<title>")
    assert page.count("</style>") == 1


def test_it_takes_the_same_queries_for_any_number_of_rows(take, space, pair):
    def queries(*experiments):
        take(*experiments)
        with CaptureQueriesContext(connection) as seen:
            take(*experiments)
        return len(seen)

    few = queries(*pair)
    dataset = pair[0].dataset
    more = [make.experiment(dataset, name=str(i), score=[0] * 40) for i in range(4)]
    assert queries(*pair, *more) == few


@pytest.mark.page
@pytest.mark.timeout(180)
@pytest.mark.parametrize("who", ["pair", "hostile"])
def test_it_opens_from_a_disk_without_a_network(take, tmp_path, request, who):
    file = tmp_path / "report.html"
    file.write_bytes(take(*request.getfixturevalue(who)).content)
    connection.close()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme, width in (("light", 1440), ("dark", 390)):
            complaints, asked = [], []
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": 844}
            )
            context.set_offline(True)
            page = context.new_page()
            page.on("console", lambda said, to=complaints: to.append(said.text))
            page.on("pageerror", lambda error, to=complaints: to.append(str(error)))
            page.on("request", lambda sent, to=asked: to.append(sent.url))
            page.goto(file.as_uri())
            assert page.get_by_role("heading", name="Metrics").is_visible()
            assert page.get_by_role("link", name="Open the comparison").is_visible()
            assert page.locator("svg").first.is_visible()
            assert asked == [file.as_uri()]
            assert page.evaluate("window.hit") is None
            width_of_all = page.evaluate("document.documentElement.scrollWidth")
            assert width_of_all <= width
            assert complaints == []
            # axe itself needs a policy that lets it in.
            assert violations(context, file) == []
        browser.close()


def violations(context, file):
    loose = re.sub("<meta http-equiv[^>]*>", "", file.read_text())
    page = context.new_page()
    page.set_content(loose)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]
    ]
