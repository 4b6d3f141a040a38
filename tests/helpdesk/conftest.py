"""A database that the product has never seen."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The DATABASE_URL of a database without a table."""
    url = os.environ["DATABASE_URL"]
    name = f"empty_{os.getpid()}"
    connection = psycopg2.connect(url.replace("postgres://", "postgresql://"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()
