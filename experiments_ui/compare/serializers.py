"""The shape of a comparison over REST, as its OpenAPI description shows it."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[Any]


def _number(told: str = "") -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=told)


def _count(told: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=told)


class ComparedDatasetShape(Shape):
    id = serializers.CharField()
    name = serializers.CharField()
    space_id = serializers.CharField()


class ComparedVersionShape(Shape):
    id = serializers.CharField()
    name = serializers.CharField()


class MetricShape(Shape):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a member of that name
    kind = serializers.ChoiceField(["number", "label"])
    goal = serializers.ChoiceField(["maximize", "minimize", "none"])
    epsilon = serializers.FloatField(help_text="The largest change that is a tie.")
    unit = serializers.ChoiceField(["", "ms", "usd", "tokens"])
    statistic = serializers.ChoiceField(["mean", "median", "count"])
    is_shown = serializers.BooleanField(help_text="Only these have contrasts.")


class FiguresShape(Shape):
    metric = serializers.CharField()
    value = _number("The metric's statistic over n values.")
    low = _number("Of its 95 % interval.")
    high = _number()
    mean = _number()
    n = serializers.IntegerField()
    missing = serializers.IntegerField()


class ComparedExperimentShape(Shape):
    id = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    letter = serializers.CharField(help_text="Its name in filters.")
    is_baseline = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    dataset_version = ComparedVersionShape(allow_null=True)
    run_count = serializers.IntegerField()
    unmatched_count = serializers.IntegerField()
    error_count = serializers.IntegerField()
    most_repeats = serializers.IntegerField()
    fingerprint = serializers.CharField(help_text="SHA-256 over all its outputs.")
    figures = FiguresShape(many=True)


class ContrastShape(Shape):
    experiment = serializers.CharField(help_text="The candidate's id.")
    metric = serializers.CharField()
    verdict = serializers.ChoiceField(
        ["better", "worse", "changed", "no_evidence", "too_few_rows"]
    )
    delta = _number("The statistic of candidate less baseline, over n examples.")
    low = _number("Of the 95 % interval of delta.")
    high = _number()
    detectable = _number("The change that this n shows four times in five.")
    wins = _count()
    losses = _count()
    ties = _count()
    gained = _count("Scores gone from 0 to 1, where all are 0 or 1.")
    lost = _count()
    p = _number()
    p_adjusted = _number("After Holm's correction over all contrasts here.")
    test = serializers.CharField(allow_null=True)
    of_interest = _number("The smallest change worth finding.")
    rows_needed = _count("How many more examples would show it.")
    n = serializers.IntegerField(help_text="Examples with a value on both sides.")
    missing = serializers.IntegerField()
    only_baseline = serializers.IntegerField()
    only_candidate = serializers.IntegerField()
    changed = _count("Labels that differ, where the metric is a label.")


class NoteShape(Shape):
    title = serializers.CharField()
    text = serializers.CharField()


class ComparedRunShape(Shape):
    experiment = serializers.CharField()
    output = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    is_cut = serializers.BooleanField(help_text="The texts were longer.")
    values = serializers.DictField(help_text="By the metric's key; null is missing.")
    verdict = serializers.CharField(allow_null=True)


class ComparedRowShape(Shape):
    position = serializers.IntegerField()
    example_id = serializers.CharField()
    example = serializers.DictField()
    runs = ComparedRunShape(many=True, help_text="By experiment; null without a run.")


class RowsPageShape(Shape):
    has_more = serializers.BooleanField()
    total = serializers.IntegerField()
    next_after = serializers.IntegerField(required=False)


class ComparisonShape(Shape):
    schema = serializers.IntegerField(help_text="Version of this shape: 1.")
    url = serializers.CharField(help_text="The page that shows the same.")
    made_at = serializers.DateTimeField()
    dataset = ComparedDatasetShape()
    baseline = serializers.CharField()
    metric = serializers.CharField(allow_null=True)
    filter = serializers.CharField(allow_null=True)
    unknown_names = serializers.ListField(
        child=serializers.CharField(), help_text="Names in the filter nothing has."
    )
    examples = serializers.ChoiceField(["all", "common"])
    example_count = serializers.IntegerField()
    metrics = MetricShape(many=True)
    experiments = ComparedExperimentShape(many=True)
    contrasts = ContrastShape(many=True)
    notes = NoteShape(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    rows = ComparedRowShape(many=True, required=False)
    pagination = RowsPageShape(required=False)
