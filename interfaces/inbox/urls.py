"""Addresses of the demo's mailbox; `helpdesk/urls.py` includes them with DEMO=1 only."""

from django.urls import path

from interfaces.inbox import views

app_name = "inbox"

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<str:key>/", views.letter, name="letter"),
    path("<str:key>/html/", views.html, name="html"),
    path("<str:key>/original/", views.original, name="original"),
    path("<str:key>/files/<int:index>/", views.file, name="file"),
    path("<str:key>/answers/", views.answers, name="answers"),
]
