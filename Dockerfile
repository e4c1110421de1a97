# The node as a container: `docker build --tag rireki-node .`; docker-compose.yml builds and runs it.
# Not run here: no container engine was at hand when this was written. `python -m scripts.dockerfile_dry_run` carries
# out its steps in a plain folder, and tests/integration/test_compose.py checks every name in it.

FROM python:3.11.14-slim-bookworm AS packages
# pyscard comes as source: a compiler, the PC/SC headers and its locked build tools, left behind with this stage.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev libpcsclite-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
COPY scripts/__init__.py scripts/runtime_lock.py scripts/
RUN python -m scripts.runtime_lock requirements.lock > runtime.lock
RUN python -m venv /build/tools \
    && /build/tools/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-build.lock \
    && PATH=/build/tools/bin:$PATH pip wheel --no-cache-dir --no-deps --no-build-isolation --require-hashes --wheel-dir /build/wheels -r runtime.lock
# Nothing is resolved: the lock is closed, and `pip check` would say where it is not.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --no-deps --no-index /build/wheels/*.whl

FROM python:3.11.14-slim-bookworm
# Cards: pcscd, libccid and libpcsclite1, never vpcd, through which anybody could put a card in the reader.
# Images: the OpenCV wheel's window toolkit, which is never opened, links the rest.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends pcscd libccid libpcsclite1 \
        libgl1 libglib2.0-0 libice6 libsm6 libx11-6 libxext6 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 rireki \
    && useradd --system --uid 10001 --gid rireki --no-create-home --home-dir /var/lib/rireki rireki \
    && install -d -o rireki -g rireki -m 0700 /var/lib/rireki
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/rireki
# As folders, not as a wheel: no build tool is fetched.
COPY LICENSE ./
COPY verifier verifier
COPY node node
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER rireki
VOLUME /var/lib/rireki
EXPOSE 8800
ENTRYPOINT ["python", "-m", "node.cli"]
CMD ["serve"]
