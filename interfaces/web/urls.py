"""Addresses of files and drafts."""

from django.urls import path

from interfaces.web import views

app_name = "web"

urlpatterns = [
    path("arquivos/", views.upload, name="upload"),
    path("arquivos/<uuid:key>/", views.file, name="file"),
    path("fotos/<uuid:key>/", views.photo, name="photo"),
    path("empresa-em-uso/", views.organization, name="organization"),
    path("rascunhos/<str:place>/", views.draft, name="draft"),
]
