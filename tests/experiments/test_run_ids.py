"""Run ids name a run and sort as the runs came."""

from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.experiments import run_ids

experiments = st.integers(1, 2**40)
sequences = st.integers(0, 2**61)


@given(experiments, sequences)
def test_an_id_gives_back_experiment_and_sequence(experiment, sequence):
    assert run_ids.decode(run_ids.encode(experiment, sequence)) == (
        experiment,
        sequence,
    )


@given(experiments, st.lists(sequences, min_size=2, unique=True))
def test_ids_sort_in_order_of_arrival(experiment, numbers):
    ids = [run_ids.encode(experiment, number) for number in sorted(numbers)]
    assert ids == sorted(ids)


def test_a_mistyped_or_strange_id_is_none():
    good = run_ids.encode(7, 3)
    assert run_ids.decode("x" + good[1:]) is None
    assert run_ids.decode("9" + good[1:]) is None
    assert run_ids.decode("not an id") is None
    assert run_ids.decode("00000000-0000-0000-0000-000000000000") is None
