"""People's photos: which pictures are taken, what is kept of them, and who sees them."""

import io
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from accounts.models import User
from common.errors import Refused

MOST_BYTES = 8 * 1024 * 1024
CONTENT_TYPE = "image/jpeg"
_SIDE = 256
_FORMATS = ("JPEG", "PNG", "WEBP")
# How many pixels are unpacked: 12 megapixels of any picture, and 24 of a JPEG, as telephones take
# them, since it is read smaller at once. Each needs less than 200 MB while it is drawn.
_MOST_PIXELS = 12_500_000
_MOST_OF_JPEG = 25_000_000
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")


def portrait(data: bytes) -> bytes:
    """The middle of the picture, small, drawn anew: nothing of the file itself is kept, so neither
    what was hidden in it nor where it was taken.

    Refused: what is no JPEG, PNG or WebP whatever it is called, what is too large, packed or
    unpacked, and what is broken.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too_big", _("A foto passa de 8 MB. Escolha uma menor."))
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            width, height = image.size
            most = _MOST_OF_JPEG if isinstance(image, JpegImageFile) else _MOST_PIXELS
            if width * height > most:
                raise Refused("too_large", _("A foto tem pontos demais. Escolha uma menor."))
            image.draft("RGB", (2 * _SIDE, 2 * _SIDE))
            upright = ImageOps.exif_transpose(_reduced(image)).convert("RGBA")
    except UnidentifiedImageError:
        raise Refused("no_photo", _("Isto não é uma foto. Envie JPEG, PNG ou WebP.")) from None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise Refused(
            "broken", _("Não foi possível ler a foto. Salve-a de novo e envie.")
        ) from None
    square = ImageOps.fit(upright, (_SIDE, _SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", square.size, "white")
    ground.paste(square, mask=square.getchannel("A"))
    drawn = io.BytesIO()
    ground.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def _reduced(image: Image.Image) -> Image.Image:
    """Not much larger than what is kept of it, before it is copied whole."""
    factor = min(image.size) // (2 * _SIDE)
    return image.reduce(factor) if factor > 1 and image.mode in _REDUCIBLE else image


@transaction.atomic
def put(user: User, drawn: bytes | None) -> None:
    """Keep `drawn`, of `portrait`, as the photo of `user`, or none; the former one is deleted."""
    storage, former = user.photo.storage, user.photo.name
    if drawn is None:
        user.photo = ""
    else:
        user.photo.save("", ContentFile(drawn), save=False)
    user.save(update_fields=["photo"])
    if former:
        transaction.on_commit(lambda: storage.delete(former))


def key_of(name: str) -> UUID:
    """The key in the name under which a photo is stored (`models.photo_path`)."""
    return UUID(name.rpartition("/")[2])


def shown_to(reader: User, key: UUID) -> User | None:
    """Whose photo this is, if `reader` may see it: one's own, those of the desk, those of the
    people of one's organizations; the desk sees all. Guests are strangers to one another (R1)."""
    person = User.objects.filter(photo=f"photos/{key.hex[:2]}/{key.hex}").first()
    if person is None or person == reader or reader.is_desk or person.desk_role:
        return person
    mine = [pk for pk, place in reader.places.items() if not place.holds_guests]
    together = person.memberships.filter(organization__in=mine, is_active=True)
    return person if together.exists() else None
