"""Addresses of the live sockets; pages are in the `urls` of each door."""

from django.urls import path

from interfaces.live.consumers import DeskSocket, TicketSocket

websocket_urlpatterns = [
    path("ws/desk/", DeskSocket.as_asgi()),
    path("ws/tickets/<int:number>/", TicketSocket.as_asgi()),
]
