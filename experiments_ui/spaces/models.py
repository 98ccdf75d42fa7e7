"""Organizations, spaces, memberships and tags."""

from django.conf import settings
from django.db import models
from django.urls import reverse


class Role(models.TextChoices):
    ADMIN = "ADMIN", "Admin"
    MEMBER = "MEMBER", "Member"
    READ_ONLY = "READ_ONLY", "Read-only"
    ANNOTATOR = "ANNOTATOR", "Annotator"

    @property
    def rank(self) -> int:
        """Order of power; a role may do whatever a lower one may."""
        return _RANKS[self]


_RANKS = {Role.ANNOTATOR: 0, Role.READ_ONLY: 1, Role.MEMBER: 2, Role.ADMIN: 3}


class Organization(models.Model):
    name = models.CharField(max_length=255, unique=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Space(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=80, unique=True)
    description = models.TextField(blank=True)
    is_private = models.BooleanField(default=True)
    gradient_start_color = models.CharField(max_length=20, default="#3355DD")
    gradient_end_color = models.CharField(max_length=20, default="#22AA88")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"], name="space_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("home", kwargs={"slug": self.slug})


class Membership(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "space"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id}: {self.role}"


class Tag(models.Model):
    space = models.ForeignKey(Space, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    # The name in one case: names are unique without regard to it.
    name_key = models.CharField(max_length=200)
    description = models.TextField(null=True)  # noqa: DJ001 -- the wire knows null
    color = models.CharField(max_length=20, null=True)  # noqa: DJ001 -- the wire knows null
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "name_key"], name="tag_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TagLink(models.Model):
    """A tag on any resource, named as its id names it: kind and number."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="links")
    resource_kind = models.CharField(max_length=40)
    resource_number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource_kind", "resource_number", "tag"], name="tagged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.resource_kind} {self.resource_number}"
