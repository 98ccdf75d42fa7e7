"""Bulk writing: rows come back as they went in, on either database."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from django.db import connection, transaction

from experiments_ui.columns import bulk
from tests.columns.frames import APPS

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)

TEXTS = [
    "",
    None,
    " ",
    "NULL",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "\n\\.",
    "\\",
    "a\\",
    '"',
    '""',
    "'",
    ",",
    "a,b",
    "a\nb",
    "a\r\nb",
    "\r",
    "\t",
    "schön “😀”\u2028",
    "%s %d %%",
    "x" * 100_000,
]
COLUMNS = ["number", "words", "amount", "flag", "moment"]


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bulky (number bigint PRIMARY KEY, words text, "
            "amount double precision, flag boolean, moment timestamp with time zone)"
        )
    yield "bulky"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bulky")


def stored(table, columns):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY number")
        return [list(column) for column in zip(*cursor.fetchall(), strict=True)]


def test_texts_come_back_byte_for_byte_and_null_is_not_empty(table):
    bulk.insert(table, ["number", "words"], [range(len(TEXTS)), TEXTS])

    assert stored(table, ["words"]) == [TEXTS]


def test_numbers_come_back_exactly(table):
    numbers = pa.array([-(2**63), 2**63 - 1, 0, 5])
    amounts = pa.array([0.1, 5e-324, None, 1.7976931348623157e308])

    bulk.insert(table, ["number", "amount"], [numbers, amounts])

    assert stored(table, ["number", "amount"]) == [
        sorted(numbers.to_pylist()),
        [0.1, None, 1.7976931348623157e308, 5e-324],
    ]


def test_flags_and_moments_are_stored_in_djangos_own_form(table):
    moment = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    moments = pa.array([moment, moment.replace(microsecond=0), None])
    flags = pa.array([True, False, None])

    bulk.insert(table, ["number", "flag", "moment"], [range(3), flags, moments])

    assert stored(table, ["flag"]) == [[True, False, None]]
    with connection.cursor() as cursor:
        equal = "SELECT number FROM bulky WHERE moment = %s"
        cursor.execute(equal, [connection.ops.adapt_datetimefield_value(moment)])
        assert cursor.fetchall() == [(0,)]


def test_many_rows_arrive_in_order_of_their_columns(table):
    bulk.insert(table, ["words", "number"], [list("ab") * 10_000, range(20_000)])

    assert stored(table, ["words"]) == [list("ab") * 10_000]


def test_no_rows_are_no_work(table, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(table, ["number"], [[]])
        bulk.upsert(table, ["number"], [], keys=["number"])


def test_rows_inserted_in_a_transaction_go_when_it_is_undone(table):
    with transaction.atomic():
        bulk.insert(table, ["number"], [range(5_000)])
        transaction.set_rollback(True)

    assert stored(table, ["number"]) == []


def test_an_upsert_overwrites_rows_with_the_same_key(table):
    bulk.insert(table, ["number", "words"], [[1, 2], ["old", "old"]])

    rows = [(2, "new"), *((number, "more") for number in range(3, 2_500))]
    bulk.upsert(table, ["number", "words"], rows, keys=["number"])

    assert stored(table, ["words"]) == [["old", "new", *["more"] * 2_497]]
