"""The address that a request came from: what is counted by it is counted for each client alone."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Whoever has one IPv6 address has all of its network.
_NETWORK = 64


def address(request: HttpRequest) -> str:
    """The client's address, or network where it is of IPv6; as the proxy saw it (BEHIND_PROXY).

    What a client itself says of where it comes from counts for nothing. Empty where nobody knows.
    """
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    seen = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    told = seen[-proxies] if proxies and len(seen) >= proxies else ""
    try:
        found = ip_address(told.strip() or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _NETWORK), strict=False))
    return str(found)
