"""AI integrations: who may use them, their prices, and what they have spent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from experiments_ui.integrations.fields import SealedField
from experiments_ui.spaces.models import Organization, Space


class Provider(models.TextChoices):
    OPEN_AI = "OPEN_AI", "OpenAI"
    AZURE_OPEN_AI = "AZURE_OPEN_AI", "Azure OpenAI"
    ANTHROPIC = "ANTHROPIC", "Anthropic"
    AWS_BEDROCK = "AWS_BEDROCK", "AWS Bedrock"
    GEMINI = "GEMINI", "Google Gemini"
    VERTEX_AI = "VERTEX_AI", "Google Vertex AI"
    NVIDIA_NIM = "NVIDIA_NIM", "NVIDIA NIM"
    LITELLM = "LITELLM", "LiteLLM proxy"
    FIREWORKS = "FIREWORKS", "Fireworks"
    TOGETHER_AI = "TOGETHER_AI", "Together AI"
    CUSTOM = "CUSTOM", "OpenAI-compatible server"


class AuthType(models.TextChoices):
    DEFAULT = "DEFAULT", "API key"
    BEARER_TOKEN = "BEARER_TOKEN", "Bearer token"
    PROXY_WITH_HEADERS = "PROXY_WITH_HEADERS", "Headers of a proxy"


class Integration(models.Model):
    """A way to call models; a key is sealed here, or stands in the environment."""

    # What the secrets are bound to.
    seal = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255, unique=True)
    provider = models.CharField(max_length=20, choices=Provider.choices)
    auth_type = models.CharField(
        max_length=30, choices=AuthType.choices, default=AuthType.DEFAULT
    )
    base_url = models.CharField(max_length=2048, blank=True)
    api_key = SealedField(null=True)
    api_key_env = models.CharField(max_length=255, blank=True)
    # JSON of an object; the names are kept apart, to be shown without opening it.
    headers = SealedField(null=True)
    header_names = models.JSONField(default=list)
    model_names = models.JSONField(null=True)
    enable_default_models = models.BooleanField(default=False)
    function_calling_enabled = models.BooleanField(default=True)
    provider_metadata = models.JSONField(null=True)
    # Of Bedrock; what the wire has no member for.
    region = models.CharField(max_length=40, blank=True)
    # Not the same as having no scopings: those of a deleted space are gone with it.
    is_account_wide = models.BooleanField(default=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    monthly_budget = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    tested_at = models.DateTimeField(null=True)
    # {"ok": …, "words": …}, and of a good call its model, latency and tokens.
    test_result = models.JSONField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def has_api_key(self) -> bool:
        return self.api_key is not None or bool(self.api_key_env)


class Scoping(models.Model):
    """An organization or a space that may use an integration; both null: everyone."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="scopings"
    )
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "organization", "space"],
                name="integration_scoped_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.integration_id} in {self.organization_id}/{self.space_id}"


class ModelPrice(models.Model):
    """What a model costs through one integration, in USD per million tokens."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="prices"
    )
    model_name = models.CharField(max_length=255)
    input_usd = models.DecimalField(max_digits=14, decimal_places=6)
    output_usd = models.DecimalField(max_digits=14, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "model_name"], name="model_priced_once"
            ),
            models.CheckConstraint(
                condition=Q(input_usd__gte=0, output_usd__gte=0),
                name="model_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_name}: {self.input_usd} / {self.output_usd}"


class Spending(models.Model):
    """What an integration has used in one calendar month, in UTC."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="spendings"
    )
    month = models.DateField()
    calls = models.BigIntegerField(default=0)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    usd = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    # Calls of models without a price: their cost is not in `usd`.
    unpriced_calls = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "month"], name="spending_of_month_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.month:%Y-%m}: {self.usd} USD"
