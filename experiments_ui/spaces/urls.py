"""Where identity and settings are found."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from experiments_ui.spaces import views
from experiments_ui.spaces.api import keys, people, spaces, tags

page_urls = [
    path("sign-in", views.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("spaces/<slug:slug>/settings/", views.settings, name="settings"),
    path(
        "spaces/<slug:slug>/settings/keys/<int:number>/revoke",
        views.revoke_key,
        name="revoke-key",
    ),
]

# Under /v2/. The path of one space is in housekeeping, which can delete it.
rest_urls = [
    path("spaces", spaces.SpaceList.as_view()),
    path("spaces/<str:space_id>/users", spaces.SpaceUsers.as_view()),
    path("spaces/<str:space_id>/users/<str:user_id>", spaces.SpaceUser.as_view()),
    path("organizations", spaces.OrganizationList.as_view()),
    path("organizations/<str:organization_id>", spaces.OrganizationDetail.as_view()),
    path("users", people.UserList.as_view()),
    path("users/<str:user_id>", people.UserDetail.as_view()),
    path("api-keys", keys.KeyList.as_view()),
    path("api-keys/<str:key_id>/refresh", keys.KeyRefreshing.as_view()),
    path("api-keys/<str:key_id>/revoke", keys.KeyRevoking.as_view()),
    path("tags", tags.TagList.as_view()),
    path("tags/<str:tag_id>", tags.TagDetail.as_view()),
]
