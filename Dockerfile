# The exchange in one image: the same for the web and the worker, which differ by their command.
FROM debian:12.11-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates fonts-noto-core python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 tocsin \
    && useradd --system --uid 10001 --gid tocsin --home-dir /data --shell /usr/sbin/nologin tocsin \
    && install --directory --owner tocsin --group tocsin /data

COPY setup.cfg pyproject.toml README.md LICENSE /src/
COPY platform /src/platform
COPY feeds /src/feeds
COPY taxii_server /src/taxii_server
RUN python3 -m venv /opt/tocsin \
    && /opt/tocsin/bin/pip install --no-cache-dir --disable-pip-version-check /src \
    && rm -rf /src

USER tocsin
ENV PATH=/opt/tocsin/bin:$PATH TOCSIN_HOME=/data PYTHONUNBUFFERED=1
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["tocsin", "serve", "--host", "0.0.0.0", "--workers", "2", "--no-worker"]
