"""What the server prints when it is ready."""

from experiments_ui.embedded.first_start import Welcome
from experiments_ui.spaces.clients import ax_profile, environment, local_address


def ready(welcome: Welcome | None) -> str:
    """Return the lines to paste: where to look, a sign-in, the clients' settings."""
    address = local_address()
    key = welcome.api_key if welcome else "YOUR_KEY"
    return "\n".join(
        [
            "",
            f"  Experiments UI is ready: {address.url}",
            *_sign_in(welcome),
            "",
            "  Settings of the clients (Python, ax, TypeScript): paste into a shell",
            "",
            *(f"export {line}" for line in environment(address, key=key)),
            "",
            "  A profile for ax, once: paste into the same shell",
            "",
            *ax_profile(),
            "",
        ]
    )


def _sign_in(welcome: Welcome | None) -> list[str]:
    if welcome is None:
        return [
            "  Sign in as before. Another API key:",
            "  .venv/bin/python manage.py create_api_key --name NAME --role admin",
        ]
    password = welcome.password or "(from EXPERIMENTS_UI_ADMIN_PASSWORD)"
    return [
        f"  Sign in as {welcome.username} with the password {password}",
        "  The password and the key below are shown this once.",
    ]
