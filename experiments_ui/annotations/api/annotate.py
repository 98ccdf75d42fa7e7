"""REST: what people say about examples and runs."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.annotations import judging, queries
from experiments_ui.annotations.serializers.annotations import AnnotationBody, said_in
from experiments_ui.api.schema import describes
from experiments_ui.datasets import actions as datasets
from experiments_ui.datasets.queries import get_dataset
from experiments_ui.experiments import actions as experiments
from experiments_ui.experiments.queries import get_experiment
from experiments_ui.spaces import access
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.verdicts import Annotation


class ExampleAnnotations(APIView):
    @describes("annotate_dataset_examples", takes=AnnotationBody, status=202)
    def post(self, request: Request, dataset_id: str) -> Response:
        principal = caller(request)
        dataset = get_dataset(principal, dataset_id, role=Role.ANNOTATOR)
        access.require_annotating(principal, dataset.space_id)
        datasets.annotate_examples(
            dataset,
            annotations=_annotations(request, dataset.space),
            by=principal.user,
            now=timezone.now(),
        )
        return Response(status=202)


class RunAnnotations(APIView):
    @describes("annotate_experiment_runs", takes=AnnotationBody, status=202)
    def post(self, request: Request, experiment_id: str) -> Response:
        principal = caller(request)
        experiment = get_experiment(principal, experiment_id, role=Role.ANNOTATOR)
        access.require_annotating(principal, experiment.space_id)
        experiments.annotate_runs(
            experiment,
            annotations=_annotations(request, experiment.space),
            by=principal.user,
            now=timezone.now(),
        )
        return Response(status=202)


def _annotations(request: Request, space: Space) -> list[Annotation]:
    """Return what the body says, held against the configs of the space."""
    body = AnnotationBody(data=request.data)
    body.is_valid(raise_exception=True)
    said = said_in(body.validated_data["annotations"])
    names = {one.annotation.name for one in said}
    return judging.checked(said, queries.configs_named(space, names))
