"""How often something may be done, counted in the cache; where that is away, nothing is refused."""

from django.core.cache import cache


def is_too_fast(what: str, most: int, seconds: int, *, times: int = 1) -> bool:
    """Whether `what`, done `times` more, has now been done more than `most` times in about so many
    real seconds."""
    key = f"pace:{what}"
    cache.add(key, 0, seconds)
    try:
        count = cache.incr(key, times) or 0
    except ValueError:
        return False
    return count > most
