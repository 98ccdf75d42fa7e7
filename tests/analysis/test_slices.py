"""Slices: what got worse is found and named, and chance is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments_ui.analysis.filters import Booleans, Codes, Numbers, mask, parse
from experiments_ui.analysis.filters.tokens import tokenize
from experiments_ui.analysis.proportions import mcnemar
from experiments_ui.analysis.slices import (
    Category,
    Numeric,
    Settings,
    find,
    written_name,
)
from experiments_ui.analysis.slices.testing import adjusted

nan = float("nan")


class Table:
    def __init__(self, length, **columns):
        self.length = length
        self.columns = columns

    def get(self, name):
        return self.columns.get(name)


def categories(generator, n, *sizes):
    return [
        Category(
            f"metadata.f{place}",
            generator.integers(0, size, n).astype(np.int32),
            [f"value {each}" for each in range(size)],
        )
        for place, size in enumerate(sizes)
    ]


def selected(slice_, n, **columns):
    return mask(parse(slice_.filter), Table(n, **columns))


def test_a_planted_slice_comes_first_with_the_filter_that_selects_it():
    generator = np.random.default_rng(1)
    features = categories(generator, 4_000, 4, 5, 3)
    gains = generator.normal(0, 0.3, 4_000)
    bad = features[1].codes == 2
    gains[bad] -= 0.15

    found = find(gains, features)

    first = found.rows[0]
    assert first.features == ("metadata.f1",)
    assert first.filter == "metadata.f1 = 'value 2'"
    assert first.n == np.count_nonzero(bad)
    assert first.delta == pytest.approx(gains[bad].mean())
    assert first.effect == pytest.approx(gains[bad].mean() - gains[~bad].mean())
    assert first.effect_q < 0.001
    assert found.echoes > 0  # its pairs with others are not listed again


def test_a_planted_pair_comes_before_each_of_its_halves():
    generator = np.random.default_rng(2)
    features = categories(generator, 8_000, 4, 4)
    gains = generator.normal(0, 0.3, 8_000)
    gains[(features[0].codes == 1) & (features[1].codes == 3)] -= 0.3

    first = find(gains, features).rows[0]

    assert first.filter == "metadata.f0 = 'value 1' AND metadata.f1 = 'value 3'"


def test_noise_gives_slices_only_as_often_as_the_rate_of_false_discovery_allows():
    generator = np.random.default_rng(3)
    alarms = effects = 0
    for _ in range(200):
        features = categories(generator, 1_200, 3, 4, 5)
        gains = generator.choice([-1.0, 0.0, 1.0], 1_200, p=[0.15, 0.7, 0.15])
        rows = find(gains, features, settings=Settings(limit=10_000)).rows
        alarms += any(row.q < 0.05 for row in rows)
        effects += any(row.effect_q < 0.05 for row in rows)
    assert alarms <= 20
    assert effects <= 20


def test_a_drop_everywhere_is_a_change_of_each_slice_but_no_effect_of_any():
    generator = np.random.default_rng(4)
    features = categories(generator, 6_000, 3, 4)
    rows = find(generator.normal(-0.2, 0.3, 6_000), features).rows
    assert all(row.q < 0.05 for row in rows)
    assert not any(row.effect_q < 0.05 for row in rows)


def test_a_true_slice_does_not_make_room_for_chance():
    generator = np.random.default_rng(5)
    false = listed = 0
    for _ in range(40):
        features = categories(generator, 6_000, 6, 6, 6, 6)
        gains = generator.normal(0, 0.3, 6_000)
        gains[features[0].codes == 0] -= 0.2
        rows = [row for row in find(gains, features).rows if row.effect_q < 0.05]
        worse = [row for row in rows if row.effect < 0]
        listed += len(worse)
        false += sum("metadata.f0 = 'value 0'" not in row.filter for row in worse)
    assert listed >= 40
    assert false <= 0.1 * listed


def test_figures_are_those_of_scipy():
    generator = np.random.default_rng(6)
    features = categories(generator, 500, 3)
    gains = generator.normal(0.02, 0.3, 500)
    for row in find(gains, features).rows:
        inside = gains[selected(row, 500, **named(features))]
        outside = gains[~selected(row, 500, **named(features))]
        alone = stats.ttest_1samp(inside, 0)
        apart = stats.ttest_ind(inside, outside, equal_var=False)
        bounds = alone.confidence_interval()
        assert row.p == pytest.approx(alone.pvalue, rel=1e-9)
        assert row.effect_p == pytest.approx(apart.pvalue, rel=1e-9)
        assert (row.low, row.high) == pytest.approx((bounds.low, bounds.high))


def named(features):
    return {each.name: Codes(each.codes, tuple(each.labels)) for each in features}


def test_gains_of_whole_answers_are_tested_by_mcnemar():
    codes = np.repeat([0, 1], 60).astype(np.int32)
    gains = np.array([-1.0] * 12 + [1.0] * 3 + [0.0] * 45 + [0.0] * 60)
    rows = find(gains, [Category("lang", codes, ["de", "fr"])]).rows
    assert rows[0].p == mcnemar(12, 3).mid_p
    assert rows[1].p == 1


def test_q_is_adjusted_as_benjamini_and_hochberg_1995_print_it_ka_14():
    p = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
        0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ])  # fmt: skip
    shuffled = np.random.default_rng(7).permutation(15)
    assert adjusted(p)[:5].round(4).tolist() == [0.0015, 0.003, 0.0095, 0.0356, 0.0603]
    assert np.array_equal(adjusted(p[shuffled]), adjusted(p)[shuffled])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_q_is_that_of_scipy(p):
    expected = stats.false_discovery_control(p) if p else []
    assert adjusted(np.array(p)) == pytest.approx(np.array(expected))


def test_every_filter_selects_as_many_rows_as_it_says():
    generator = np.random.default_rng(8)
    n = 2_000
    length = generator.integers(0, 900, n).astype(float)
    length[:100] = nan
    length[100:110] = np.inf
    codes = generator.integers(-1, 3, n).astype(np.int32)
    stars = generator.integers(1, 4, n).astype(float)
    flag = generator.integers(0, 2, n).astype(np.int32)
    features = [
        Category('metadata.it\'s "odd"', codes, ["it's", 'a "b"', ""]),
        Numeric("input_length", length),
        Numeric("delta-x", -length / 7),
        Numeric("stars", stars),
        Category("flag", flag, [False, True]),
    ]
    table = {
        'metadata.it\'s "odd"': Codes(codes, ("it's", 'a "b"', "")),
        "input_length": Numbers(length),
        "delta-x": Numbers(-length / 7),
        "stars": Numbers(stars),
        "flag": Booleans(flag.astype(np.int8)),
    }
    gains = generator.normal(size=n)
    rows = find(gains, features, settings=Settings(limit=10_000)).rows
    assert {len(row.features) for row in rows} == {1, 2}
    for row in rows:
        chosen = selected(row, n, **table)
        assert np.count_nonzero(chosen) == row.n, row.filter
        assert gains[chosen].mean() == pytest.approx(row.delta)


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.strip()))
def test_any_name_can_be_written_so_that_a_filter_reads_it(name):
    first, *rest = tokenize(written_name(name))
    assert first.name == name
    assert len(rest) == 1


@pytest.mark.parametrize("name", ["2nd", "and", "a b", "x = 1", "a.", "'"])
def test_names_a_filter_would_misread_are_quoted(name):
    assert written_name(name) == f'"{name}"'


def test_what_was_not_looked_at_is_counted():
    generator = np.random.default_rng(9)
    n = 1_000
    gains = generator.normal(size=n)
    gains[:10] = nan
    rare = np.zeros(n, dtype=np.int32)
    rare[20:40] = 1
    features = [
        Category("rare", rare, ["often", "seldom"]),
        Category("same", np.zeros(n, dtype=np.int32), ["one"]),
        Category("id", np.arange(n, dtype=np.int32), [str(i) for i in range(n)]),
        Category("long", rare, ["x" * 501, "y"]),
        Numeric("nothing", np.full(n, nan)),
    ]
    found = find(gains, features)
    assert (found.n, found.not_comparable) == (990, 10)
    assert (found.tested, found.too_small) == (1, 1)
    assert dict(found.skipped) == {
        "same": "has one value only",
        "id": "has 990 values, and 200 are tried",
        "long": "has values of more than 500 characters",
        "nothing": "has no numbers",
    }


def test_pairs_stay_within_bounds_and_those_left_out_are_counted():
    generator = np.random.default_rng(10)
    features = categories(generator, 1_000, 3, 4, 5, 6)
    found = find(
        generator.normal(size=1_000), features, settings=Settings(max_cells=30)
    )
    assert (found.pairs, found.pairs_skipped) == (2, 4)  # 12 + 15 cells
    assert find(generator.normal(size=1_000), features, pairs=False).pairs == 0


def test_the_same_gain_in_every_row_of_a_slice_has_a_p_value_and_no_interval():
    codes = np.repeat([0, 1], 40).astype(np.int32)
    gains = np.where(codes == 1, -0.5, 0.0)
    row = find(gains, [Category("lang", codes, ["de", "fr"])]).rows[0]
    assert row.p == stats.binomtest(0, 40).pvalue
    assert (row.low, row.high) == (None, None)
    assert row.delta == -0.5


@pytest.mark.parametrize("gains", [[], [nan, nan], [0.5], [0.0] * 100])
def test_nothing_to_compare_gives_no_slice(gains):
    codes = np.arange(len(gains), dtype=np.int32) % 2
    found = find(np.array(gains), [Category("lang", codes, ["de", "fr"])])
    assert all(row.p == 1 and row.effect_p == 1 for row in found.rows)
    assert found.n == np.count_nonzero(np.isfinite(gains))


def test_progress_ends_at_one():
    generator = np.random.default_rng(11)
    told = []
    find(
        generator.normal(size=99), categories(generator, 99, 2, 3), progress=told.append
    )
    assert told == sorted(told)
    assert told[-1] == 1
