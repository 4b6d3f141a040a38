"""Addresses of mail for people: the desk's quarantine, a message's mail, a stranger's link."""

from django.urls import include, path

from interfaces.inbox import desk_views, mail_views

app_name = "mail"

mail_urls = [
    path("", desk_views.quarantined, name="quarantined"),
    path("acceptance/", desk_views.accept, name="accept"),
    path("rejection/", desk_views.reject, name="reject"),
    path("restoration/", desk_views.restore, name="restore"),
    path("retry/", desk_views.retry, name="retry"),
    path("original/", desk_views.original, name="raw"),
    path("files/<int:index>/", desk_views.file, name="file"),
]

urlpatterns = [
    path("mesa/quarentena/", desk_views.quarantine_list, name="quarantine"),
    path("mesa/quarentena/<int:pk>/", include(mail_urls)),
    path("mensagens/<int:pk>/email/", mail_views.full, name="full"),
    path("mensagens/<int:pk>/email/original/", mail_views.original, name="original"),
    path("email/confirmacao/<str:token>/", mail_views.confirm, name="confirm"),
]
