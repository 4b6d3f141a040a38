"""Addresses of the customer's own administration: an organization's number, then what of it."""

from django.urls import URLPattern, URLResolver, include, path

from interfaces.company.views import company, figures, imports, invitation, people, person, teams

app_name = "company"

person_urls: list[URLPattern | URLResolver] = [
    path("", person.person_page, name="person"),
    path("acesso/", person.access, name="access"),
    path("saida/", person.leaving, name="leaving"),
    path("volta/", person.bring_back, name="bring_back"),
]

import_urls: list[URLPattern | URLResolver] = [
    path("", imports.upload, name="imports"),
    path("modelo/", imports.template, name="import_template"),
    path("<uuid:key>/", imports.preview, name="import"),
    path("<uuid:key>/erros/", imports.errors, name="import_errors"),
    path("<uuid:key>/aceite/", imports.accept, name="import_accept"),
]

team_urls: list[URLPattern | URLResolver] = [
    path("", teams.teams, name="teams"),
    path("<int:team>/", teams.rename, name="team"),
    path("<int:team>/remocao/", teams.remove, name="team_removal"),
]

company_urls: list[URLPattern | URLResolver] = [
    path("", company.organization, name="organization"),
    path("pessoas/", people.people, name="people"),
    path("pessoas/convite/", people.invite, name="invite"),
    path("pessoas/planilha/", include(import_urls)),
    path("pessoas/<int:member>/", include(person_urls)),
    path("equipes/", include(team_urls)),
    path("numeros/", figures.page, name="figures"),
    path("numeros/arquivo/", figures.file, name="figures_file"),
    path("contrato/", company.contract, name="contract"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", company.index, name="index"),
    path("convites/<int:pk>/", invitation.invitation, name="invitation"),
    path("<int:pk>/", include(company_urls)),
]
