"""`rotate_encryption_keys`: seal every stored secret with the first key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from experiments_ui.integrations.rotation import rotate_all


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret with the first of the encryption keys; after "
        "that, the others can be taken out."
    )

    def handle(self, **options: Any) -> None:
        done = rotate_all()
        self.stdout.write(f"{done.rotated} secrets are sealed with the first key.")
        if done.unreadable:
            places = "\n".join(f"  {place}" for place in done.unreadable)
            raise CommandError(f"None of the keys opens these; keep them:\n{places}")
