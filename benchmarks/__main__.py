"""`make bench`: measure, and write RESULTS.md."""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks import floors, million, report, results
from benchmarks.results import Section
from benchmarks.servers import Server, hello
from benchmarks.suite import Suite

_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
_NAME = "experiments_ui_bench"


def main() -> None:
    arguments = _arguments()
    for database in arguments.databases.split(","):
        for size in [] if arguments.million else arguments.sizes.split(","):
            rows, experiments = map(int, size.split("x"))
            with _place(database) as (server, bare), hello() as floor:
                section = _section(database, f"{rows:,} × {experiments}", server)
                Suite(server, bare, floor, section).run(rows, experiments)
            report.write(results.keep(section))
        if arguments.million:
            with _place(database) as (server, bare):
                section = _section(database, f"{arguments.rows:,} runs × 8", server)
                million.run(server, bare, section, rows=arguments.rows)
            report.write(results.keep(section))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000x2,10000x5,100000x10")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--million", action="store_true", help="only the million runs")
    parser.add_argument("--rows", type=int, default=million.ROWS, help="of the million")
    return parser.parse_args()


@contextmanager
def _place(database: str) -> Iterator[tuple[Server, floors.Bare]]:
    """Yield a server with an empty database, and a bare table of the same kind."""
    with tempfile.TemporaryDirectory(prefix="experiments-ui-bench-") as name:
        folder = Path(name)
        if database == "sqlite":
            with Server(folder, database_url="") as server:
                bare = floors.BareSqlite(folder)
                yield server, bare
                bare.close()
            return
        with _empty_postgresql() as url, Server(folder, database_url=url) as server:
            bare = floors.BarePostgresql(url)
            yield server, bare
            bare.close()


@contextmanager
def _empty_postgresql() -> Iterator[str]:
    """Yield the address of a new database, which is dropped at the end."""
    url = os.environ.get("DATABASE_URL_POSTGRES", _POSTGRES)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_NAME}")
        yield f"{url.rpartition('/')[0]}/{_NAME}"
        connection.execute(f"DROP DATABASE {_NAME} WITH (FORCE)")


def _section(database: str, size: str, server: Server) -> Section:
    print(f"{database}, {size} ({server.url})", flush=True)
    names = ("Django", "pyarrow", "numpy", "waitress", "psycopg")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return Section(
        database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database],
        size=size,
        taken=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        machine=f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} · "
        f"Python {platform.python_version()}, {versions}",
    )


if __name__ == "__main__":
    main()
