"""What the server prints when it is ready."""

from django.conf import settings

from experiments_ui.embedded.first_start import Welcome


def ready(welcome: Welcome | None) -> str:
    """Return the lines to paste: where to look, a sign-in, the clients' settings."""
    host, http = settings.HOST, settings.HTTP_PORT
    key = welcome.api_key if welcome else "<your key>"
    return "\n".join(
        [
            "",
            f"  Experiments UI is ready: http://{host}:{http}",
            *_sign_in(welcome),
            "",
            "  Settings of the clients (Python, ax, TypeScript): paste into a shell",
            "",
            *(f"export {line}" for line in client_settings(key)),
            "",
            *ax_profile(),
            "",
        ]
    )


def client_settings(key: str) -> list[str]:
    """Return the environment that points the Arize AX clients at this server."""
    host, http = settings.HOST, settings.HTTP_PORT
    return [
        f"ARIZE_API_KEY={key}",
        f"ARIZE_API_HOST={host}",
        f"ARIZE_API_PORT={http}",
        "ARIZE_API_SCHEME=http",
        f"ARIZE_FLIGHT_HOST={host}",
        f"ARIZE_FLIGHT_PORT={settings.FLIGHT_PORT}",
        "ARIZE_FLIGHT_SCHEME=grpc",
        f"ARIZE_OTLP_HOST={host}",
        f"ARIZE_OTLP_PORT={settings.OTLP_PORT}",
        "ARIZE_OTLP_SCHEME=http",
        f"ARIZE_BASE_URL=http://{host}:{http}",
    ]


def ax_profile() -> list[str]:
    """Return the shell lines that make and choose an `ax` profile for this server."""
    return [
        "mkdir -p ~/.arize/profiles && cat > ~/.arize/profiles/experiments-ui.toml"
        " <<'END'",
        "[profile]",
        'name = "experiments-ui"',
        "[auth]",
        'auth_method = "api-key"',
        'api_key = "${ARIZE_API_KEY}"',
        "[routing]",
        'api_host = "${ARIZE_API_HOST}"',
        'api_scheme = "${ARIZE_API_SCHEME:http}"',
        'otlp_host = "${ARIZE_OTLP_HOST}"',
        'otlp_scheme = "${ARIZE_OTLP_SCHEME:http}"',
        'flight_host = "${ARIZE_FLIGHT_HOST}"',
        f'flight_port = "${{ARIZE_FLIGHT_PORT:{settings.FLIGHT_PORT}}}"',
        'flight_scheme = "${ARIZE_FLIGHT_SCHEME:grpc}"',
        "[update]",
        "enabled = false",
        "END",
        "printf experiments-ui > ~/.arize/.active_profile",
    ]


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
