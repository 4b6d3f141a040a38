"""The one domain error, under the name by which the house and its interfaces know it."""

from common.errors import Refused

__all__ = ["Refused"]
