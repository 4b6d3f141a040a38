"""Addresses of the portal: verbs of the house are nouns here."""

from django.urls import include, path

from interfaces.portal.views import (
    account,
    by_letter,
    conversation,
    ending,
    home,
    opening,
    tickets,
    watchers,
)
from interfaces.portal.views import ticket as one

app_name = "portal"

ticket_urls = [
    path("", one.ticket, name="ticket"),
    path("messages/", conversation.reply, name="reply"),
    path("follow-up/", conversation.follow_up, name="follow_up"),
    path("confirmation/", ending.confirmation, name="confirmation"),
    path("cancellation/", ending.cancellation, name="cancellation"),
    path("watchers/", watchers.add, name="watchers"),
    path("watchers/removal/", watchers.remove, name="unwatch"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/novo/", opening.open_ticket, name="open"),
    path("tickets/<int:number>/", include(ticket_urls)),
    path("perfil/", account.profile, name="profile"),
    path("prazos/", account.rules, name="rules"),
    path("carta/<str:token>/", by_letter.by_letter, name="by_letter"),
]
