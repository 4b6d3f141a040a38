"""Addresses of the portal: verbs of the house are nouns here."""

from django.urls import include, path

from interfaces.portal.views import (
    account,
    by_letter,
    conversation,
    ending,
    export,
    home,
    known,
    opening,
    services,
    suggestions,
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
    path("service/acceptance/", services.acceptance, name="accept_service"),
    path("service/refusal/", services.refusal, name="decline_service"),
    path("following/", suggestions.follow, name="follow"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/arquivo/", export.export, name="export"),
    path("tickets/novo/", opening.open_ticket, name="open"),
    path("tickets/novo/sugestoes/", suggestions.suggest, name="suggest"),
    path("tickets/novo/sugestoes/<slug:slug>/", suggestions.read, name="read"),
    path("tickets/novo/resolvido/", suggestions.solved, name="solved"),
    path("tickets/<int:number>/", include(ticket_urls)),
    path("correcoes/<int:pk>/", known.defect, name="defect"),
    path("correcoes/<int:pk>/aviso/", known.follow, name="follow_defect"),
    path("perfil/", account.profile, name="profile"),
    path("prazos/", account.rules, name="rules"),
    path("carta/<str:token>/", by_letter.by_letter, name="by_letter"),
]
