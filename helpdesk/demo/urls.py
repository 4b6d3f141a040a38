"""Addresses of the demonstration's clock; `helpdesk/urls.py` includes them with DEMO=1 only."""

from django.urls import path

from helpdesk.demo import views

app_name = "demo"

urlpatterns = [
    path("next-day/", views.next_day, name="next_day"),
]
