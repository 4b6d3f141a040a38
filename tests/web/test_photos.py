"""Photos: what is taken, what is kept of it, and who sees it (R1)."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts import photos
from accounts.models import Membership, User
from common.errors import Refused
from tests.cast import make_person

# Every address of `web` tested here that takes a key (tests/architecture).
ENDPOINTS = ["photo"]
FORM = {"name": "Ana Nogueira", "phone": "", "time_zone": "America/Sao_Paulo", "letters": "all"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind, **more)
    return drawn.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it is 3.6 thousand million pixels large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_small_and_square(kind: str) -> None:
    with Image.open(io.BytesIO(photos.portrait(picture(kind)))) as kept:
        assert (kept.format, kept.size, kept.mode) == ("JPEG", (256, 256), "RGB")


def test_where_it_was_taken_and_what_was_hidden_are_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "casa da Ana"
    exif.get_ifd(0x8825)[1] = "S"
    polyglot = picture(exif=exif) + b"<script>alert(1)</script>PK\x03\x04"

    kept = photos.portrait(polyglot)

    assert b"casa da Ana" in polyglot
    assert b"casa da Ana" not in kept
    assert b"<script>" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no_photo"),
        (b"", "no_photo"),
        (picture("GIF"), "no_photo"),
        (picture("TIFF"), "no_photo"),
        (picture("BMP"), "no_photo"),
        (b"%PDF-1.7" + picture(), "no_photo"),
        (picture()[:300], "broken"),
        (picture("PNG")[:60], "broken"),
        (bomb(), "broken"),
        (bomb(9_000), "too_large"),
        (bomb(3_600), "too_large"),
        (picture("WEBP", (3_600, 3_600)), "too_large"),
        (picture(size=(5_100, 5_000)), "too_large"),
        (b"\xff\xd8\xff" + b"\0" * photos.MOST_BYTES, "too_big"),
    ],
)
def test_hostile_and_broken_pictures_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        photos.portrait(data)

    assert refused.value.code == code


def test_photos_as_telephones_take_them_are_drawn_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    two = io.BytesIO()
    scene = Image.new("RGB", (5_712, 4_284), "black")
    scene.paste("white", (0, 0, 2_856, 4_284))
    scene.save(two, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))], exif=exif)
    screen = Image.new("RGBA", (4_032, 3_024), "black")
    screen.paste("white", (0, 0, 2_016, 3_024))
    png = io.BytesIO()
    screen.save(png, "PNG", exif=exif, compress_level=1)

    for data in (two.getvalue(), png.getvalue()):
        with Image.open(io.BytesIO(photos.portrait(data))) as kept:
            above, below = kept.getpixel((128, 20)), kept.getpixel((128, 236))
        assert (above, below) == ((255, 255, 255), (0, 0, 0))


@pytest.fixture
def shown(ana: Any, settings: Any, tmp_path: Any) -> str:
    """The address of Ana's photo."""
    settings.MEDIA_ROOT = tmp_path
    photos.put(ana, photos.portrait(picture()))
    return f"/fotos/{photos.key_of(ana.photo.name)}/"


def test_a_photo_sent_is_shown_and_may_be_taken_back(
    login: Callable[[Any], Client],
    ana: Any,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    browser = login(ana)
    sent = SimpleUploadedFile("eu.php", picture(), content_type="text/html")

    assert browser.post("/perfil/", {**FORM, "picture": sent}).status_code == 302

    first = User.objects.get(pk=ana.pk).photo
    address = f"/fotos/{photos.key_of(str(first.name))}/"
    assert address in browser.get("/").content.decode()
    answer = browser.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"].startswith("private")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/perfil/", {**FORM, "no_picture": "on"})
    assert browser.get(address).status_code == 404
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_refused_photo_is_said_beside_the_field_and_nothing_else_is_lost(
    login: Callable[[Any], Client], ana: Any
) -> None:
    sent = SimpleUploadedFile("eu.png", b"<svg/>", content_type="image/png")

    answer = login(ana).post("/perfil/", {**FORM, "name": "Ana Maria", "picture": sent})

    assert answer.status_code == 422
    assert "Isto não é uma foto. Envie JPEG, PNG ou WebP." in answer.content.decode()
    assert 'value="Ana Maria"' in answer.content.decode()


def test_a_profile_sent_too_often_is_not_read_and_nothing_typed_is_lost(
    login: Callable[[Any], Client], ana: Any, bruno: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    browser = login(ana)
    for _n in range(30):
        assert browser.post("/perfil/", FORM).status_code == 302
    sent = SimpleUploadedFile("eu.jpg", picture(), content_type="image/jpeg")
    typed = {**FORM, "name": "Ana Maria", "tax_id": "529.982.247-26", "letters": "mine"}

    answer = browser.post("/perfil/", {**typed, "picture": sent})

    assert answer.status_code == 429
    html = answer.content.decode()
    assert "São envios demais em pouco tempo. Espere alguns minutos e guarde de novo." in html
    assert 'value="Ana Maria"' in html
    assert 'value="529.982.247-26"' in html
    kept = User.objects.get(pk=ana.pk)
    assert (kept.name, kept.tax_id, kept.photo.name) == ("Ana Nogueira", "", "")
    assert login(bruno).post("/perfil/", {**FORM, "name": "Bruno"}).status_code == 302


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("ana", 200),
        ("bruno", 200),  # a colleague
        ("carla", 200),
        ("davi", 404),  # of another organization
        ("elisa", 200),  # the desk
    ],
)
def test_R1_a_photo_is_for_who_works_with_the_person(
    login: Callable[[Any], Client],
    request: pytest.FixtureRequest,
    shown: str,
    reader: str,
    status: int,
) -> None:
    assert login(request.getfixturevalue(reader)).get(shown).status_code == status


def test_R1_guests_and_who_has_left_see_no_photo(
    login: Callable[[Any], Client], client: Client, shown: str, bruno: Any, organization: Any
) -> None:
    assert client.get(shown).status_code == 302  # to sign in
    organization.holds_guests = True
    organization.save()
    assert login(bruno).get(shown).status_code == 404
    organization.holds_guests = False
    organization.save()
    Membership.objects.filter(user=bruno).update(is_active=False)
    assert login(bruno).get(shown).status_code == 404


def test_every_customer_sees_a_photo_of_the_desk(
    login: Callable[[Any], Client], davi: Any, elisa: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    photos.put(elisa, photos.portrait(picture()))

    assert login(davi).get(f"/fotos/{photos.key_of(elisa.photo.name)}/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana\x0bMaria", "Ana Maria"),
        ("Ana\x1b[2J \u202eMaria", "Ana[2J Maria"),
        ("Anaïs d’Ávila", "Anaïs d’Ávila"),
    ],
)
def test_a_name_is_kept_on_one_line_without_signs_that_nobody_sees(
    login: Callable[[Any], Client], ana: Any, typed: str, kept: str
) -> None:
    assert login(ana).post("/perfil/", {**FORM, "name": typed}).status_code == 302

    assert User.objects.get(pk=ana.pk).name == kept


def test_a_name_of_nothing_that_is_seen_is_refused(
    login: Callable[[Any], Client], ana: Any
) -> None:
    answer = login(ana).post("/perfil/", {**FORM, "name": "\u200b\x1b"})

    assert answer.status_code == 422
    assert "Diga como você se chama." in answer.content.decode()


UNUSABLE = (
    "Não foi possível usar este CPF ou CNPJ. Verifique os números; se estão certos, fale com o "
    "suporte."
)


@pytest.mark.parametrize(
    ("typed", "kept", "shown_as"),
    [
        ("529.982.247-25", "52998224725", "529.982.247-25"),
        ("52998224725", "52998224725", "529.982.247-25"),
        ("11.222.333/0001-81", "11222333000181", "11.222.333/0001-81"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("12abc34501de35", "12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("", "", ""),
    ],
)
def test_C5_a_valid_cpf_or_cnpj_is_kept_bare_and_shown_as_people_write_it(
    login: Callable[[Any], Client], ana: Any, typed: str, kept: str, shown_as: str
) -> None:
    browser = login(ana)

    assert browser.post("/perfil/", {**FORM, "tax_id": typed}).status_code == 302

    assert User.objects.get(pk=ana.pk).tax_id == kept
    if shown_as:
        assert f'value="{shown_as}"' in browser.get("/perfil/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "529.982.247-26",
        "111.111.111-11",
        "5299822472",
        "12.ABC.345/01DE-36",
        "abc",
        "390.533.447-05",  # of another account
    ],
)
def test_C5_of_a_wrong_one_and_of_one_of_somebody_else_the_same_is_said(
    login: Callable[[Any], Client], ana: Any, typed: str
) -> None:
    other = make_person("Outro", "outro@elsewhere.example")
    User.objects.filter(pk=other.pk).update(tax_id="39053344705")

    answer = login(ana).post("/perfil/", {**FORM, "tax_id": typed})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"tax_id": [UNUSABLE]}
    assert User.objects.get(pk=ana.pk).tax_id == ""


def test_C5_the_desk_reads_the_middle_of_it_beside_the_requester(
    login: Callable[[Any], Client], elisa: Any, ana: Any, ticket: Any
) -> None:
    User.objects.filter(pk=ana.pk).update(tax_id="52998224725")

    html = login(elisa).get(f"/mesa/tickets/{ticket.number}/").content.decode()

    assert "***.982.247-**" in html
    assert "52998224725" not in html
