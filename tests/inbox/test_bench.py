"""What `make bench-mail` measures with: mails as they are, of the size that it tells."""

from bench.mail import SENDERS, _mails
from interfaces.inbox import mime


def test_the_mails_are_of_100_KB_half_of_them_replies_and_no_two_the_same() -> None:
    addresses = [f"ticket+{number}@prazo.example" for number in range(SENDERS)]

    mails = list(_mails(0, addresses, 20))

    parsed = [mime.parse(raw) for raw in mails]
    assert {round(len(raw) / 10_000) for raw in mails} <= {10, 11}
    assert [each.recipients[0].startswith("ticket+") for each in parsed] == [False, True] * 10
    assert len({each.message_id for each in parsed}) == 20
    assert all(each.plain and each.html and len(each.attachments) == 1 for each in parsed)
