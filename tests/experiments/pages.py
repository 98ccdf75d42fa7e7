"""What tests of pages share."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

HOSTILE = "<script>alert(1)</script>\"'"


def text_of(response, *, status=200):
    assert response.status_code == status, response.content[:800]
    return response.content.decode()


def queries_of(client, url):
    """How many queries a page takes once everything is in the cache."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        text_of(client.get(url))
    return len(captured)


def rows_of(page):
    """The numbers of a page's rows, from top to bottom."""
    return [int(number) for number in re.findall(r'data-row="(\d+)"', page)]
