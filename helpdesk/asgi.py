"""The web server's door: pages by Django, live sockets by Channels."""

import os

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

django.setup(set_prefix=False)

from helpdesk.door import Door  # noqa: E402 - needs the apps loaded
from interfaces.live.routing import websocket_urlpatterns  # noqa: E402

sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter({"http": Door(), "websocket": sockets})
