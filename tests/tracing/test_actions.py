"""Projects and spans are written once, and cleaned."""

import pytest
from django.db.models import QuerySet

from experiments_ui.errors import Conflict
from experiments_ui.tracing import actions
from experiments_ui.tracing.models import Project, ProjectType, Span
from tests import make
from tests.tracing.spans import span, stored


def test_a_project_is_made_on_first_sight_and_found_after(space):
    made = actions.project_named(space, "p", project_type=ProjectType.EXPERIMENT)

    assert actions.project_named(space, "p") == made
    assert made.project_type == "EXPERIMENT"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("", "default"), (" \n", "default"), ("a\x00", "a\ufffd"), ("x" * 300, "x" * 255)],
)
def test_names_from_machines_are_mended(space, sent, kept):
    assert actions.project_named(space, sent).name == kept


def test_a_rival_who_was_faster_made_the_project(space, monkeypatch):
    get = QuerySet.get

    def get_too_early(self, *args, **kwargs):
        monkeypatch.setattr(QuerySet, "get", get)
        Project.objects.create(space=space, name="p")
        raise Project.DoesNotExist

    monkeypatch.setattr(QuerySet, "get", get_too_early)

    assert actions.project_named(space, "p") == Project.objects.get()


def test_a_name_is_given_once_in_a_space(space):
    actions.create_project(space, name="p")
    other = actions.create_project(space, name="q")

    with pytest.raises(Conflict, match="'p'"):
        actions.create_project(space, name="p")
    with pytest.raises(Conflict, match="'p'"):
        actions.rename_project(other, name="p")
    actions.create_project(make.space("other"), name="p")


def test_spans_sent_twice_are_stored_once_beside_new_ones(space):
    first, second = span(), span()

    stored(space, first)
    stored(space, first, second)

    assert Span.objects.count() == 2


def test_the_same_span_id_may_occur_in_another_trace(space):
    stored(space, span(trace=1, span_id="a" * 16), span(trace=2, span_id="a" * 16))

    assert Span.objects.count() == 2


def test_times_out_of_range_are_brought_into_it(space):
    stored(space, span(at=10**14), span(at=-(10**14)))

    newest, oldest = Span.objects.order_by("-start_ns")
    assert newest.start_ns == 2**63 - 1
    assert oldest.start_ns == 0
    assert newest.started_at.year == 2262


def test_deleting_a_project_takes_its_spans_along(space, monkeypatch):
    monkeypatch.setattr(actions, "_SLICE", 2)
    project = stored(space, *(span() for _ in range(5)))
    stored(space, span(), project="kept")

    actions.delete_project(project)

    assert Span.objects.count() == 1
    assert Project.objects.get().name == "kept"
