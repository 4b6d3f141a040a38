"""Addresses of the surveys, below /pesquisa/: the desk's page of answers, and each survey."""

from django.urls import path

from surveys import desk_views, views

app_name = "surveys"
urlpatterns = [
    path("respostas/", desk_views.answers, name="answers"),
    path("respostas.csv", desk_views.export, name="export"),
    path("<str:token>/", views.answer, name="answer"),
]
