"""Every address of the product, by the package that answers it; probes: helpdesk/health.py."""

from allauth.account import views as account
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from interfaces.help_center.views import crawlers
from interfaces.inbox.webhooks import PREFIX

# Of allauth only this: whoever could change an own address would choose as whom they write (R1).
sign_in = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", include("interfaces.portal.urls")),
    path("", include("interfaces.web.urls")),
    path("mesa/", include("interfaces.desk.urls")),
    path("empresa/", include("interfaces.company.urls")),
    path("ajuda/", include("interfaces.help_center.urls")),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("", include("interfaces.inbox.mail_urls")),
    path("pesquisa/", include("surveys.urls")),
    path("avisos/", include("notifications.urls")),
    path("conta/", include(sign_in)),
    path("api/v1/", include("interfaces.api.urls")),
    path("admin/", admin.site.urls),
]

# Each asks for the secret; without one they would be open to all.
if settings.ANYMAIL_WEBHOOK_SECRET:
    urlpatterns += [path(PREFIX.removeprefix("/"), include("interfaces.inbox.webhook_urls"))]

if settings.DEMO:
    urlpatterns += [
        path("caixa/", include("interfaces.inbox.urls")),
        path("demo/", include("helpdesk.demo.urls")),
    ]
