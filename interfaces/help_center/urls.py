"""Addresses of the help center: articles to read, and their editor."""

from django.urls import include, path

from interfaces.help_center.views import (
    editing,
    files,
    from_ticket,
    pick,
    reading,
    revisions,
    search,
    searches,
)

app_name = "help_center"

writing_urls = [
    path("", editing.edit, name="edit"),
    path("previa/", editing.preview, name="preview"),
    path("arquivos/", editing.upload, name="upload"),
    path("publication/", revisions.publication, name="publish"),
    path("withdrawal/", revisions.withdrawal, name="unpublish"),
    path("revisoes/", revisions.revisions, name="revisions"),
    path("revisoes/<int:number>/", revisions.revision, name="revision"),
    path("revisoes/<int:number>/restoration/", revisions.restoration, name="restore"),
]

urlpatterns = [
    path("", reading.index, name="index"),
    path("busca/", search.search, name="search"),
    path("c/<slug:slug>/", reading.category, name="category"),
    path("arquivos/<uuid:key>/", files.file, name="file"),
    path("editar/", editing.articles, name="articles"),
    path("editar/buscas/", searches.searches, name="searches"),
    path("editar/buscas/settlement/", searches.settle, name="settle_search"),
    path("editar/novo/", editing.new, name="new"),
    path("editar/usar/<int:number>/", pick.pick, name="pick"),
    path("editar/de-um-ticket/<int:number>/", from_ticket.begin, name="from_ticket"),
    path("editar/<int:pk>/", include(writing_urls)),
    path("<slug:slug>/", reading.article, name="article"),
    path("<slug:slug>/votes/", reading.vote, name="vote"),
]
