"""The address where a watcher stops watching."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [path("cancelar/<str:token>/", views.unsubscribe, name="unsubscribe")]
