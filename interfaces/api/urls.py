"""Addresses of the API, version 1."""

from django.urls import path

from interfaces.api import views

app_name = "api"

urlpatterns = [
    path("tickets/", views.Tickets.as_view(), name="tickets"),
    path("tickets/<int:number>/", views.OneTicket.as_view(), name="ticket"),
    path("tickets/<int:number>/messages/", views.Messages.as_view(), name="messages"),
    path("tickets/<int:number>/follow-up/", views.FollowUp.as_view(), name="follow-up"),
]
