"""A stored file on its way to a browser, over the whole ASGI application."""

from typing import Any
from urllib.request import Request, urlopen

from django.test import Client

from tests.portal.reading import stored


def test_L13_a_file_travels_as_it_is_with_its_length(
    live: str, client: Client, ana: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(ana)
    kept = stored(ana, "log.txt", b"erro 539\n" * 100_000)
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    with urlopen(Request(f"{live}/arquivos/{kept.key}/", headers=headers)) as answer:
        content, told = answer.read(), dict(answer.headers)

    assert content == b"erro 539\n" * 100_000
    assert (told["content-length"], told.get("content-encoding")) == ("900000", None)
    assert told["content-disposition"] == 'attachment; filename="log.txt"'
    assert told["x-content-type-options"] == "nosniff"
