# One image for web, worker, beat and the one-shot that migrates; docker-compose.yml says which is which.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/.static

WORKDIR /app
COPY requirements/tools.txt requirements/app.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/tools.txt \
    && uv pip sync --system --no-cache --require-hashes requirements/app.txt

COPY . .
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput \
    && rm -r /tmp/build \
    && useradd --create-home --uid 1000 prazo \
    && install -d -o prazo -g prazo /data
USER prazo
VOLUME /data
EXPOSE 8000
# No access log: paths hold the tokens of surveys and of forgotten passwords.
CMD ["uvicorn", "helpdesk.asgi:application", "--lifespan", "off", "--no-access-log", "--host", "0.0.0.0", "--port", "8000"]
