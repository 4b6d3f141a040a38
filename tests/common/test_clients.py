"""common/clients.py: by which address a request is counted."""

import pytest

from common import clients


@pytest.mark.parametrize(
    ("proxies", "sent", "said", "counted"),
    [
        (0, "9.1.1.1", None, "9.1.1.1"),
        (0, "9.1.1.1", "200.1.1.7", "9.1.1.1"),  # anybody may say so
        (1, "10.0.0.1", "1.1.1.1, 200.1.1.7", "200.1.1.7"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (2, "10.0.0.1", "200.1.1.7, 10.0.0.2", "200.1.1.7"),
        (2, "10.0.0.1", "200.1.1.7", "10.0.0.1"),
        (0, "2001:db8:1:2:aaaa::1", None, "2001:db8:1:2::/64"),
        (0, "", None, ""),
        (1, "10.0.0.1", "x", ""),
    ],
)
def test_a_request_is_counted_by_what_the_proxy_saw(rf, settings, proxies, sent, said, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if said is None else {"X-Forwarded-For": said}

    assert clients.address(rf.get("/", headers=headers, REMOTE_ADDR=sent)) == counted
