"""What people say is held against the config it is said under."""

import math

import pytest

from experiments_ui.annotations.judging import Said, checked
from experiments_ui.annotations.models import AnnotationConfig, ConfigType
from experiments_ui.errors import Invalid
from experiments_ui.spaces.verdicts import UNSET, Annotation

CONFIGS = {
    "quality": AnnotationConfig(
        name="quality",
        config_type=ConfigType.CONTINUOUS,
        minimum_score=0,
        maximum_score=1,
    ),
    "verdict": AnnotationConfig(
        name="verdict",
        config_type=ConfigType.CATEGORICAL,
        values=[{"label": "good", "score": 1.0}, {"label": "bad"}],
    ),
    "note": AnnotationConfig(name="note", config_type=ConfigType.FREEFORM),
}


def say(name, *, target="one", **members):
    return Said(Annotation(target, name, **members), "annotations[0].values[0]")


def only(*said):
    (annotation,) = checked(said, CONFIGS)
    return annotation


@pytest.mark.parametrize("score", [0, 0.5, 1, None, UNSET])
def test_a_score_in_range_is_kept(score):
    assert only(say("quality", score=score)).score is score


@pytest.mark.parametrize("score", [-0.01, 1.01, math.inf, math.nan])
def test_a_score_out_of_range_is_refused_by_name(score):
    with pytest.raises(Invalid, match=r"values\[0\]\.score.*0 to 1"):
        only(say("quality", score=score))


def test_a_label_brings_its_score():
    assert only(say("verdict", label="good")).score == 1.0
    assert only(say("verdict", label="bad")).score is None


def test_a_score_that_is_said_wins_over_the_labels_own():
    assert only(say("verdict", label="good", score=0.5)).score == 0.5


def test_a_cleared_label_clears_its_score():
    said = only(say("verdict", label=None))
    assert (said.label, said.score) == (None, None)


def test_text_alone_leaves_label_and_score_alone():
    said = only(say("verdict", text="because"))
    assert said.label is UNSET
    assert said.score is UNSET


def test_an_unknown_label_is_refused_naming_the_known_ones():
    with pytest.raises(Invalid, match="'good', 'bad'"):
        only(say("verdict", label="fine"))


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("quality", {"label": "good"}),
        ("note", {"label": "good"}),
        ("note", {"score": 1.0}),
    ],
)
def test_a_config_takes_nothing_it_has_no_place_for(name, members):
    with pytest.raises(Invalid):
        only(say(name, **members))


def test_an_unknown_config_is_refused_by_name():
    with pytest.raises(Invalid, match="'other'"):
        only(say("other", text="x"))


def test_saying_something_twice_keeps_the_last_of_each_member():
    said = only(say("quality", score=0.1, text="first"), say("quality", score=0.2))
    assert (said.score, said.text) == (0.2, "first")


def test_other_targets_and_names_stay_apart():
    said = [
        say("note", text="a"),
        say("note", target="two", text="b"),
        say("quality", score=1),
    ]
    assert len(checked(said, CONFIGS)) == 3
