"""What integrations cost: prices, months and budgets."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from experiments_ui.errors import Conflict
from experiments_ui.integrations import actions, queries
from experiments_ui.integrations.models import Integration, Spending
from experiments_ui.integrations.queries import Price
from tests import make
from tests.race import together

NOW = dt.datetime(2026, 3, 31, 23, 59, tzinfo=dt.UTC)


@pytest.fixture
def stored(db):
    return make.integration(monthly_budget=Decimal(10))


def spend(stored, usd, *, now=NOW, **more):
    actions.record_spending(
        stored,
        now=now,
        usd=None if usd is None else Decimal(usd),
        input_tokens=10,
        output_tokens=1,
        **more,
    )


def test_a_price_is_per_million_tokens(stored):
    actions.set_prices(stored, {"m": Price(Decimal("0.25"), Decimal(2))})
    price = queries.price_of(stored, "m")
    assert price.of(2_000_000, 500_000) == Decimal("1.5")
    assert price.of(1, 0) == Decimal("0.00000025")
    assert queries.price_of(stored, "other") is None


def test_a_month_has_its_own_count(stored):
    spend(stored, "1.25")
    spend(stored, "0.00000025", calls=3)
    spend(stored, None, calls=2)
    spend(stored, "5", now=NOW + dt.timedelta(minutes=2))
    march = queries.spent([stored], now=NOW)[stored.pk]
    assert (march.month, march.calls, march.unpriced_calls) == (
        dt.date(2026, 3, 1),
        6,
        2,
    )
    assert (march.usd, march.input_tokens) == (Decimal("1.25000025"), 30)
    assert queries.budget_left(stored, now=NOW) == Decimal("8.74999975")
    april = NOW + dt.timedelta(days=1)
    assert queries.budget_left(stored, now=april) == 5


def test_without_a_budget_there_is_no_end(db):
    assert queries.budget_left(make.integration(), now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_count_every_call():
    stored = make.integration()
    together(8, lambda: [spend(stored, "0.5") for _ in range(5)])
    row = Spending.objects.get()
    assert (row.calls, row.usd, row.output_tokens) == (40, 20, 40)


def test_what_is_in_use_is_not_deleted_and_says_by_what(stored, monkeypatch):
    def refuse(_):
        raise ProtectedError("in use", {"Judge of tone", "Judge of facts"})

    monkeypatch.setattr(Integration, "delete", refuse)
    with pytest.raises(Conflict, match="2: “Judge of facts”, “Judge of tone”"):
        actions.delete_integration(stored)


def test_changing_what_is_gone_is_not_found(stored):
    from experiments_ui.errors import NotFound

    Integration.objects.all().delete()
    with pytest.raises(NotFound):
        actions.update_integration(stored, {"name": "x"}, now=timezone.now())
