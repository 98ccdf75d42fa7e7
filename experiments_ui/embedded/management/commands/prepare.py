"""Bring the database up to date, and fill it where it is empty."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from experiments_ui.embedded.first_start import Welcome, prepare


class Command(BaseCommand):
    help = "Migrate the database; on the first run, make a space, a user and a key."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        welcome = prepare()
        if welcome is None:
            self.stdout.write("The database is up to date.")
        else:
            self._show(welcome)

    def _show(self, welcome: Welcome) -> None:
        password = welcome.password or "the one from EXPERIMENTS_UI_ADMIN_PASSWORD"
        self.stdout.write("The database is ready. What follows is shown this once.")
        self.stdout.write(f"User: {welcome.username}")
        self.stdout.write(f"Password: {password}")
        self.stdout.write(f"API key: {welcome.api_key}")
