"""What is said of several contrasts at once: words, correction, rows still needed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.analysis.contrast import contrast, label_contrast
from experiments_ui.analysis.findings import effect_of_interest, findings
from experiments_ui.analysis.power import detectable_effect
from experiments_ui.analysis.several import holm


def changed(n, mean, stdev, *, base=0.5):
    """Compare scores whose change has exactly this mean and deviation."""
    change = np.random.default_rng(n).normal(size=n)
    change = (change - change.mean()) / change.std(ddof=1) * stdev + mean
    return contrast(np.full(n, base), base + change, direction="maximize")


def found(result, goal="maximize", **options):
    return findings([result], goals=[goal], **options)[0]


@pytest.mark.parametrize(
    ("mean", "goal", "verdict"),
    [
        (0.1, "maximize", "better"),
        (-0.1, "maximize", "worse"),
        (0.1, "minimize", "worse"),
        (-0.1, "minimize", "better"),
        (0.1, "none", "changed"),
    ],
)
def test_a_clear_change_is_named_by_the_direction(mean, goal, verdict):
    finding = found(changed(100, mean, 0.2), goal)
    assert (finding.verdict, finding.rows_needed) == (verdict, None)
    assert finding.p_adjusted < 0.05


def test_what_is_shown_together_is_corrected_together():
    results = [changed(100, mean, 0.2) for mean in (0.043, 0.1, 0.0, 0.043)]
    together = findings(results, goals=["maximize"] * 4)
    adjusted = [finding.p_adjusted for finding in together]
    assert adjusted == holm([result.p_value for result in results])
    assert found(results[0]).verdict == "better"
    assert [finding.verdict for finding in together][:2] == ["too few rows", "better"]


def test_contrasts_without_a_p_value_do_not_count():
    nothing = contrast(np.array([]), np.array([]), direction="maximize")
    result = changed(100, 0.05, 0.2)
    both = findings([nothing, result, nothing], goals=["maximize"] * 3)
    assert both[1] == found(result)
    assert (both[0].verdict, both[0].p_adjusted) == ("too few rows", None)
    assert (both[0].rows_needed, findings([], goals=[])) == (None, [])


def test_enough_rows_without_a_change_are_no_evidence():
    result = changed(1_000, 0.001, 0.2)
    assert result.detectable < 0.05
    finding = found(result)
    assert (finding.verdict, finding.rows_needed) == ("no evidence", None)


def test_too_few_rows_say_how_many_more_would_do():
    finding = found(changed(100, 0.001, 0.4), of_interest=[0.05])
    # Miller 2024, equation 9: (1.96 + 0.84)^2 * 0.16 / 0.0025, less the 100.
    assert (finding.verdict, finding.rows_needed) == ("too few rows", 503 - 100)


@given(st.integers(30, 300), st.floats(0.05, 2))
def test_with_the_rows_asked_for_the_effect_would_be_shown(n, stdev):
    result = changed(n, 0.0, stdev)
    finding = found(result, of_interest=[0.05])
    if finding.verdict == "no evidence":
        assert result.detectable <= 0.05
    else:
        enough = n + finding.rows_needed
        assert detectable_effect(result.stdev, enough) <= 0.05 * (1 + 1e-9)


def test_callers_decide_what_is_of_interest():
    result = changed(100, 0.001, 0.1)
    assert found(result, of_interest=[0.1]).verdict == "no evidence"
    finding = found(result, of_interest=[0.001])
    assert (finding.verdict, finding.of_interest) == ("too few rows", 0.001)


def test_five_points_matter_to_shares_and_five_per_cent_to_the_rest():
    share, other = changed(50, 0, 0.01), changed(50, 0, 0.01, base=700.0)
    assert effect_of_interest(share, has_unit=False) == 0.05
    assert effect_of_interest(share, has_unit=True) == pytest.approx(0.025)
    assert effect_of_interest(other, has_unit=False) == pytest.approx(35)
    assert found(other).of_interest == pytest.approx(35)
    nothing = contrast(np.zeros(9), np.linspace(-9, 9, 9), direction="maximize")
    assert effect_of_interest(nothing, has_unit=False) is None


@pytest.mark.parametrize("n", [2, 3, 5])
def test_fewer_than_six_examples_are_always_too_few(n):
    finding = found(changed(n, 0.01, 0.001))
    assert finding.verdict == "too few rows"
    assert finding.rows_needed >= 6 - n


@pytest.mark.parametrize("n", [0, 1])
def test_without_a_variance_nobody_knows_how_many_rows_are_missing(n):
    result = contrast(np.full(n, 0.5), np.full(n, 0.7), direction="maximize")
    finding = found(result)
    assert (finding.verdict, finding.rows_needed) == ("too few rows", None)


def test_equal_columns_are_too_few_rows_until_the_rule_of_three_is_satisfied():
    def equal(n):
        return contrast(np.ones(n), np.ones(n), direction="maximize")

    assert found(equal(20)).rows_needed == 59 - 20
    assert found(equal(58)).verdict == "too few rows"
    assert found(equal(59)).verdict == "no evidence"


def test_labels_are_changed_or_not():
    base = np.repeat(np.array([0, 1, 2], np.int32), 40)
    moved = np.where(np.arange(120) % 3 == 0, 2, base).astype(np.int32)
    results = [label_contrast(base, other) for other in (moved, base)]
    verdicts = [one.verdict for one in findings(results, goals=["none", "maximize"])]
    assert verdicts == ["changed", "no evidence"]
    assert found(label_contrast(base[:2], base[:2])).verdict == "too few rows"
    rare = np.arange(300, dtype=np.int32)
    untested = found(label_contrast(rare, rare[::-1].copy()))
    assert (untested.verdict, untested.p_adjusted) == ("too few rows", None)


def test_each_contrast_needs_its_goal():
    with pytest.raises(ValueError, match="zip"):
        findings([changed(30, 0, 1)], goals=[])


def test_undefined_contrasts_have_a_verdict_too():
    huge = contrast(
        np.array([1e308, -1e308, 1.0] * 20), np.full(60, -1e308), direction="minimize"
    )
    finding = found(huge)
    assert finding.rows_needed is None or math.isfinite(finding.rows_needed)
