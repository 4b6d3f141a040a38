"""Addresses of the desk: verbs of the house are nouns here."""

from django.urls import include, path
from django.views.generic import RedirectView

from interfaces.desk.views import account, acts, calls, dashboard, merging, queue, team
from interfaces.desk.views import ticket as one

app_name = "desk"

ticket_urls = [
    path("", one.ticket, name="ticket"),
    path("messages/", one.write, name="write"),
    path("history/", one.story, name="history"),
    path("call/", calls.record, name="record"),
    path("assignment/", acts.assignment, name="assign"),
    path("queue/", acts.move, name="move"),
    path("severity/", acts.severity, name="severity"),
    path("requester/", acts.requester, name="requester"),
    path("discard/", acts.discard, name="discard"),
    path("merge/", merging.merge, name="merge"),
    path("unmerge/", acts.unmerge, name="unmerge"),
    path("watchers/", acts.watchers, name="watchers"),
    path("watchers/removal/", acts.unwatch, name="unwatch"),
    path("mail/", acts.resume_mail, name="resume_mail"),
]

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("fila/", queue.queue, name="queue"),
    path("ir/", queue.jump, name="jump"),
    path("visoes/", queue.rail, name="rail"),
    path("tickets/novo/", calls.open_ticket, name="open"),
    path("tickets/<int:number>/", include(ticket_urls)),
    path("equipe/", team.team, name="load"),
    path("equipe/passagem/", team.hand_over, name="hand_over"),
    path("pesquisas/", RedirectView.as_view(pattern_name="surveys:answers"), name="surveys"),
    path("perfil/", account.profile, name="profile"),
]
