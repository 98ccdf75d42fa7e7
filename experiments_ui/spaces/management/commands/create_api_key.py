"""`create_api_key`: make a service key and print it, and nothing else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from experiments_ui.accounts.models import AccountRole, User
from experiments_ui.errors import DomainError
from experiments_ui.spaces import key_actions, queries
from experiments_ui.spaces.key_queries import SpaceGrant
from experiments_ui.spaces.models import Role

_ROLES = {
    "admin": Role.ADMIN,
    "member": Role.MEMBER,
    "read-only": Role.READ_ONLY,
    "annotator": Role.ANNOTATOR,
}


class Command(BaseCommand):
    help = "Make an API key for programs and print it; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument(
            "--space", help="the only space it works in; without it, every space"
        )
        parser.add_argument("--role", choices=_ROLES, default="member")

    def handle(self, **options: Any) -> None:
        if User._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 -- Django's documented model API
            raise CommandError("The database is empty; run 'manage.py prepare' first.")
        role = _ROLES[options["role"]]
        everywhere = options["space"] is None
        grants = [] if everywhere and role == Role.ADMIN else _grants(options, role)
        try:
            made = key_actions.make_service_key(
                name=options["name"],
                account_role=AccountRole.MEMBER if grants else AccountRole.ADMIN,
                grants=grants,
                by=None,
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(made.secret)


def _grants(options: dict[str, Any], role: Role) -> list[SpaceGrant]:
    """Return the role in the named space, or in all spaces there are now."""
    spaces = list(queries.all_spaces())
    wanted = [space for space in spaces if options["space"] in {None, space.name}]
    if not wanted:
        names = ", ".join(f"'{space.name}'" for space in spaces)
        raise CommandError(
            f"There is no space '{options['space']}'; the spaces are: {names}."
            if spaces
            else "There is no space yet; make one first."
        )
    return [SpaceGrant(space.pk, role) for space in wanted]
