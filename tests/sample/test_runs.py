"""The generated experiments: repeatable, believable, with their known differences."""

import json
from statistics import mean

import pytest

from experiments_ui.sample.load import SEED
from experiments_ui.sample.runs import experiments
from experiments_ui.sample.tickets import tickets

TICKETS = tickets()
EXPERIMENTS = experiments(TICKETS, seed=SEED)
BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
STEPS = {0.0, 0.25, 0.5, 0.75, 1.0}


def scores(name, evaluator, *, language=None, label=None):
    return [
        run[f"eval.{evaluator}.score"]
        for ticket, run in zip(TICKETS, BY_NAME[name].runs, strict=True)
        if run["execution_status"] == "COMPLETED"
        and language in (None, ticket.language)
        and label in (None, ticket.label)
    ]


def completed(experiment):
    return [run for run in experiment.runs if run["execution_status"] == "COMPLETED"]


def failed(experiment):
    return [run for run in experiment.runs if run["execution_status"] == "FAILED"]


def test_there_are_four_experiments_with_a_run_for_every_ticket():
    assert list(BY_NAME) == [
        "baseline-v3",
        "shorter-system",
        "sonnet-4.5",
        "few-shot-6",
    ]
    assert {len(experiment.runs) for experiment in EXPERIMENTS} == {len(TICKETS)}


def test_the_same_seed_gives_the_same_runs():
    assert experiments(TICKETS, seed=SEED) == EXPERIMENTS


def test_another_seed_gives_other_runs():
    assert experiments(TICKETS, seed=SEED + 1) != EXPERIMENTS


def test_runs_fit_into_one_upload():
    for experiment in EXPERIMENTS:
        assert len(experiment.runs) <= 1000
        assert len(json.dumps(experiment.runs)) < 2_000_000


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda found: found.name)
def test_scores_latency_tokens_and_cost_are_within_range(experiment):
    for run in completed(experiment):
        assert run["eval.helpfulness.score"] in STEPS
        assert run["eval.label_match.score"] in {0.0, 1.0}
        assert 0 <= run["eval.brevity.score"] <= 1
        assert 100 < run["latency"] < 10_000
        assert 200 < run["token_count"] < 3_000
        assert 0 < run["total_cost"] < 0.02


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda found: found.name)
def test_label_accuracy_is_believable(experiment):
    accuracy = mean(scores(experiment.name, "label_match"))

    assert 0.78 <= accuracy <= 0.91


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda found: found.name)
def test_two_to_four_runs_fail_and_carry_no_scores(experiment):
    assert 2 <= len(failed(experiment)) <= 4
    for run in failed(experiment):
        assert run["error"]
        assert run["output"] == ""
        assert not any(column.startswith("eval.") for column in run)


def test_failures_are_of_several_kinds():
    kinds = {
        str(run["error"]).partition("(")[0]
        for experiment in EXPERIMENTS
        for run in failed(experiment)
    }

    assert len(kinds) >= 4


def test_the_label_check_says_what_it_compared():
    for experiment in EXPERIMENTS:
        for ticket, run in zip(TICKETS, experiment.runs, strict=True):
            if run["execution_status"] == "COMPLETED":
                matches = run["predicted_label"] == ticket.label
                assert run["eval.label_match.score"] == float(matches)
                assert ticket.label in run["eval.label_match.explanation"]


def test_no_phrase_is_left_unfilled():
    for experiment in EXPERIMENTS:
        for run in completed(experiment):
            assert "{" not in run["output"]
            assert "{" not in run["eval.helpfulness.explanation"]
            assert '""' not in run["eval.helpfulness.explanation"]


def test_judge_explanations_are_varied():
    explanations = {
        run["eval.helpfulness.explanation"]
        for experiment in EXPERIMENTS
        for run in completed(experiment)
    }

    assert len(explanations) > 400


def test_the_judge_gives_equal_replies_equal_verdicts():
    seen = {}
    for experiment in EXPERIMENTS:
        for ticket, run in zip(TICKETS, experiment.runs, strict=True):
            if run["output"]:
                verdict = seen.setdefault(
                    (ticket.input, run["output"]), run["eval.helpfulness.explanation"]
                )
                assert verdict == run["eval.helpfulness.explanation"]


def test_shorter_system_regresses_on_german_tickets_only():
    def change(evaluator, language):
        return mean(scores("shorter-system", evaluator, language=language)) - mean(
            scores("baseline-v3", evaluator, language=language)
        )

    assert change("label_match", "de") < -0.25
    assert change("helpfulness", "de") < -0.25
    for language in ("en", "fr", "es"):
        assert change("label_match", language) > -0.08
        assert change("helpfulness", language) > -0.08


def test_shorter_system_answers_most_german_tickets_in_english():
    english = [
        ticket.material.english_reply in run["output"]
        for ticket, run in zip(TICKETS, BY_NAME["shorter-system"].runs, strict=True)
        if ticket.language == "de"
    ]

    assert mean(english) > 0.5


def test_shorter_system_is_briefer_and_slightly_more_helpful_overall():
    assert mean(scores("shorter-system", "brevity")) > mean(
        scores("baseline-v3", "brevity")
    )
    gain = mean(scores("shorter-system", "helpfulness")) - mean(
        scores("baseline-v3", "helpfulness")
    )
    assert 0 < gain < 0.1


def test_few_shot_is_better_on_refund_requests():
    for evaluator in ("label_match", "helpfulness"):
        gain = mean(scores("few-shot-6", evaluator, label="refund_request")) - mean(
            scores("baseline-v3", evaluator, label="refund_request")
        )
        assert gain > 0.1


def test_a_few_replies_are_the_same_as_the_baseline():
    pairs = zip(
        BY_NAME["baseline-v3"].runs, BY_NAME["shorter-system"].runs, strict=True
    )
    same = sum(base["output"] == run["output"] != "" for base, run in pairs)

    assert 5 <= same <= len(TICKETS) / 4
