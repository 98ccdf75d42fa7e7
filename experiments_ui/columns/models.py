"""Frames, their columns, and the chunks and patches that hold the values."""

from django.db import models


class Kind(models.TextChoices):
    """How a column's vector is stored; a text column has no vector."""

    FLOAT = "f8"
    INTEGER = "i8"
    BOOLEAN = "bool"
    CODE = "code"
    TEXT = "text"


class Role(models.TextChoices):
    """What a column is for."""

    INTERNAL = "internal"
    SCORE = "score"
    LABEL = "label"
    METRIC = "metric"
    EXTRA = "extra"


class Frame(models.Model):
    """Columns of one length that share one revision counter.

    Rows at or beyond `length` belong to a load that has not ended (or died) and
    are invisible. Every write raises `revision` under this row's lock and stamps
    what it writes with it.
    """

    length = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    # Patches up to here are in the chunks; a reader older than this reads again.
    folded_revision = models.BigIntegerField(default=0)
    # The load under way, if any: its token and when it last showed a sign of life.
    load_token = models.CharField(max_length=32, blank=True)
    load_seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The reconciler looks for loads that have gone silent.
            models.Index(
                fields=["load_seen_at"],
                condition=~models.Q(load_token=""),
                name="frame_loading",
            ),
        ]

    def __str__(self) -> str:
        return f"frame {self.pk} of {self.length}"


class Column(models.Model):
    """One named column of a frame.

    A value that does not fit the kind is spilled: the vector holds "missing" there,
    and the owner of the frame keeps the value with the row's text.
    """

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="columns")
    name = models.CharField(max_length=255)
    ordinal = models.IntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    role = models.CharField(max_length=10, choices=Role.choices)
    spills = models.BooleanField(default=False)
    # Labels of the codes, in order of first appearance: a JSON array of strings.
    dictionary = models.TextField(default="[]")
    # The frame's revision when chunks or dictionary last changed other than by patch.
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame", "name"], name="column_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Chunk(models.Model):
    """The values of one column for 16,384 rows."""

    pk = models.CompositePrimaryKey("column_id", "number")
    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    values = models.BinaryField()

    def __str__(self) -> str:
        return f"chunk {self.number} of {self.column_id}"


class Patch(models.Model):
    """A value written after its chunk; missing when both members are null."""

    pk = models.CompositePrimaryKey("column_id", "row")
    column = models.ForeignKey(
        Column, on_delete=models.CASCADE, related_name="patches", db_index=False
    )
    row = models.BigIntegerField()
    number = models.FloatField(null=True)
    code = models.IntegerField(null=True)
    revision = models.BigIntegerField()

    class Meta:
        indexes = [
            # A reader asks for what changed since the revision it has seen.
            models.Index(fields=["column", "revision"], name="patch_since"),
        ]

    def __str__(self) -> str:
        return f"patch of {self.column_id} at {self.row}"
