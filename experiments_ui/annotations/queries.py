"""Reading annotation configs."""

from collections.abc import Collection

from django.db.models import QuerySet

from experiments_ui import ids
from experiments_ui.annotations.models import AnnotationConfig
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal


def list_configs(principal: Principal) -> QuerySet[AnnotationConfig]:
    """Return the annotation configs of all spaces a principal may see."""
    spaces = access.spaces_of(principal).order_by()
    return AnnotationConfig.objects.filter(space__in=spaces.values("pk"))


def get_config(principal: Principal, config_id: str, *, role: Role) -> AnnotationConfig:
    """Return an annotation config by its wire id; errors as access.get_in_space."""
    return access.get_in_space(
        principal,
        AnnotationConfig.objects.all(),
        number=ids.decode("AnnotationConfig", config_id),
        what="Annotation config",
        role=role,
    )


def configs_named(space: Space, names: Collection[str]) -> dict[str, AnnotationConfig]:
    """Return the configs of a space that have one of these names, by name."""
    configs = AnnotationConfig.objects.filter(space=space, name__in=names)
    return {config.name: config for config in configs}
