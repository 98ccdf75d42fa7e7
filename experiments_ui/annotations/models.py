"""Annotation configs: what people are asked to say."""

from django.db import models

from experiments_ui.spaces.models import Space


class ConfigType(models.TextChoices):
    CONTINUOUS = "CONTINUOUS"
    CATEGORICAL = "CATEGORICAL"
    FREEFORM = "FREEFORM"


class Direction(models.TextChoices):
    MAXIMIZE = "MAXIMIZE"
    MINIMIZE = "MINIMIZE"
    NONE = "NONE"


class AnnotationConfig(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    config_type = models.CharField(max_length=20, choices=ConfigType.choices)
    minimum_score = models.FloatField(null=True)
    maximum_score = models.FloatField(null=True)
    # Of a categorical config: [{"label": …, "score": … | absent}].
    values = models.JSONField(default=list)
    optimization_direction = models.CharField(
        max_length=10, choices=Direction.choices, default=Direction.NONE
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "name"], name="annotation_config_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
