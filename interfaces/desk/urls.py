"""Addresses of the desk: verbs of the house are nouns here."""

from django.urls import include, path
from django.views.generic import RedirectView

from interfaces.desk.views import (
    account,
    acts,
    answers,
    calls,
    dashboard,
    defects,
    incidents,
    merging,
    queue,
    services,
    team,
    ties,
)
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
    path("incident/", ties.incident, name="in_incident"),
    path("defects/", ties.defects, name="of_defects"),
    path("scope/", services.out_of_scope, name="out_of_scope"),
    path("service/withdrawal/", services.withdrawal, name="withdraw_service"),
]

incident_urls = [
    path("", incidents.incident, name="incident"),
    path("edit/", incidents.change, name="change_incident"),
    path("tickets/", incidents.join, name="join_incident"),
    path("tickets/removal/", incidents.leave, name="leave_incident"),
    path("end/", incidents.end, name="end_incident"),
]

defect_urls = [
    path("", defects.defect, name="defect"),
    path("edit/", defects.change, name="change_defect"),
    path("tickets/", defects.link, name="link_defect"),
    path("tickets/removal/", defects.unlink, name="unlink_defect"),
    path("release/", defects.release, name="release_defect"),
]

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("fila/", queue.queue, name="queue"),
    path("ir/", queue.jump, name="jump"),
    path("visoes/", queue.rail, name="rail"),
    path("tickets/novo/", calls.open_ticket, name="open"),
    path("tickets/<int:number>/", include(ticket_urls)),
    path("incidentes/", incidents.incidents, name="incidents"),
    path("incidentes/novo/", incidents.new, name="new_incident"),
    path("incidentes/<int:pk>/", include(incident_urls)),
    path("defeitos/", defects.defects, name="defects"),
    path("defeitos/novo/", defects.new, name="new_defect"),
    path("defeitos/<int:pk>/", include(defect_urls)),
    path("respostas/<uuid:key>/", answers.answer, name="answer"),
    path("respostas/<uuid:key>/retry/", answers.retry, name="retry_answer"),
    path("equipe/", team.team, name="load"),
    path("equipe/passagem/", team.hand_over, name="hand_over"),
    path("pesquisas/", RedirectView.as_view(pattern_name="surveys:answers"), name="surveys"),
    path("perfil/", account.profile, name="profile"),
]
