"""Finding projects."""

from django.db.models import F, OuterRef, QuerySet, Subquery

from experiments_ui import ids
from experiments_ui.errors import NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal
from experiments_ui.tracing.models import Project, Span


def get_project(principal: Principal, project_id: str, *, role: Role) -> Project:
    """Return a project by its wire id; errors as access.get_in_space."""
    return access.get_in_space(
        principal,
        Project.objects.all(),
        number=ids.decode("Model", project_id),
        what="Project",
        role=role,
    )


def list_projects(principal: Principal) -> QuerySet[Project]:
    """Return the projects of all spaces a principal may see."""
    return Project.objects.filter(space__in=access.spaces_of(principal))


def project_in(space: Space, project_id: str) -> Project:
    """Return a project of a space by its wire id.

    Raises:
        NotFound: The space has no such project.
    """
    number = ids.decode("Model", project_id)
    project = Project.objects.filter(space=space, pk=number).first()
    if project is None:
        raise NotFound("Project not found.")
    return project


def projects_by_activity(space: Space) -> QuerySet[Project]:
    """Return a space's projects with `latest_ns`, those with the newest spans first."""
    newest = Span.objects.filter(project=OuterRef("pk")).order_by("-start_ns", "-id")
    return (
        Project.objects.filter(space=space)
        .annotate(latest_ns=Subquery(newest.values("start_ns")[:1]))
        .order_by(F("latest_ns").desc(nulls_last=True), "name")
    )
