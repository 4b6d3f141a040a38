# `make` alone says what there is. Needs Python 3.11 or later and make; the rest is installed in .venv.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv
# A stamp an installed set of requirements. The tests' set holds the demo's, which then needs no other.
DEV := $(VENV)/.dev
DEMO := $(if $(wildcard $(DEV)),$(DEV),$(VENV)/.embedded)
# What reads no row takes any settings.
NO_ROWS := SECRET_KEY=reads-no-row DATABASE_URL=postgres:///none?host=/nowhere REDIS_URL=unix:///nowhere

.DEFAULT_GOAL := help
.PHONY: help setup demo reset test check format lock coverage bench-mail bench-search bench-pages fuzz-mail screenshots

help: ## Diz o que há
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do printf 'make %-10s %s\n' "$$name" "$$what"; done

setup: $(DEV) ## Instala em .venv tudo o que o desenvolvimento usa

demo: $(DEMO) ## O produto inteiro em http://127.0.0.1:8000 (PORT= muda a porta); Ctrl-C para
	@exec $(BIN)/python -m helpdesk.supervisor demo --port $(PORT)

reset: $(DEMO) ## Apaga os dados da demonstração
	@exec $(BIN)/python -m helpdesk.supervisor reset

test: $(DEV) ## A suíte inteira, com o Chromium que ela usa
	@CHROMIUM="$$($(BIN)/python -m tests.chromium)" && export CHROMIUM && exec $(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal

check: $(DEV) ## Estilo, tipos, modelos de página, contrato de importação e migrações
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(NO_ROWS) $(BIN)/python -m mypy .
	$(BIN)/python -m djlint --check --lint --quiet templates
	$(BIN)/lint-imports
	$(NO_ROWS) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: $(DEV) ## Arruma o estilo
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	$(BIN)/python -m djlint --reformat --quiet templates

COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-annotate --no-header pyproject.toml
lock: $(DEV) ## Trava as versões de novo, depois de mudar pyproject.toml
	$(COMPILE) --extra embedded --group dev -o requirements/dev.txt
	$(COMPILE) --extra embedded --constraint requirements/dev.txt -o requirements/embedded.txt
	$(COMPILE) --constraint requirements/dev.txt -o requirements/app.txt

# What the product is about: no line and no branch of it goes untested unseen.
HEART := tickets/lifecycle.py,tickets/actions/*,tickets/rules.py,tickets/deadlines.py,calendars/business.py
coverage: $(DEV) ## A suíte com a cobertura por ramos; falha se a do coração do produto é menor que 98 %
	@CHROMIUM="$$($(BIN)/python -m tests.chromium)" && export CHROMIUM && $(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal --cov --cov-branch --cov-report=term-missing
	$(BIN)/python -m coverage report --include='$(HEART)' --precision=2 --fail-under=98

fuzz-mail: $(DEV) ## 10.000 e-mails estragados de todo jeito: nenhum falha, trava ou se perde (COUNT=, SEED=)
	@exec $(BIN)/python -m tests.fuzz_mail --count $(or $(COUNT),10000) --seed $(or $(SEED),1)

bench-mail: $(DEV) ## Quantos e-mails por segundo viram tickets nesta máquina, e com quanta memória
	@exec $(BIN)/python -m bench.mail

bench-search: $(DEV) ## Em quanto tempo a busca e as sugestões respondem, com 20.000 artigos e 200.000 tickets
	@exec $(BIN)/python -m bench.search

bench-pages: $(DEV) ## Quantas consultas cada página faz e em quanto tempo responde, com a mesma quantidade
	@exec $(BIN)/python -m bench.pages

screenshots: $(DEV) ## Tira de novo as imagens dos guias, de uma demonstração própria (SHOTS= nomes)
	@CHROMIUM="$$($(BIN)/python -m tests.chromium)" && export CHROMIUM && exec $(BIN)/python -m tests.screenshots $(SHOTS)

$(DEV): requirements/dev.txt $(BIN)/uv
	$(UV) pip sync --quiet --require-hashes --python $(BIN)/python $<
	@rm -f $(VENV)/.embedded && touch $@

$(VENV)/.embedded: requirements/embedded.txt $(BIN)/uv
	$(UV) pip sync --quiet --require-hashes --python $(BIN)/python $<
	@touch $@

$(BIN)/uv: requirements/tools.txt
	@command -v $(PYTHON) >/dev/null || { echo "Não achei $(PYTHON). Instale o Python 3.11 ou mais novo, ou diga onde ele está: make PYTHON=/caminho/do/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version 2>&1) é antigo: o Prazo precisa do Python 3.11 ou mais novo. Se há outro: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Este Python não traz o venv. No Debian e no Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Preparando .venv…"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --root-user-action ignore --disable-pip-version-check --require-hashes -r $<
	@touch $@
