"""docker-compose.yml and Dockerfile, as far as they can be checked without a container engine."""

from __future__ import annotations

import ipaddress
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from node.chain.plan import RANGE_MAX_BLOCKS
from node.chain.rpc import BATCH_MAX
from node.config import Settings, load_settings
from scripts import compose_secrets, qbft_genesis
from scripts.dockerfile_dry_run import DOCKERFILE, PROJECT, DryRun, StepFailedError, ignore_rules, is_sent
from scripts.dockerfile_dry_run import read_dockerfile as read
from scripts.runtime_lock import read_lock, runtime

pytestmark = pytest.mark.integration

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
STEPS = read(DOCKERFILE.read_text(encoding="utf-8"))
FINAL = STEPS[-1].stage

BESU = [name for name in SERVICES if name.startswith(("validator-", "observer-"))]
VALIDATORS = [name for name in BESU if name.startswith("validator-")]
MEMBERS = list(compose_secrets.MEMBERS)
DATABASES = [f"postgres-{member}" for member in MEMBERS]

MOST_PACKAGES = 120
"""The lock holds more: the test tools."""


IDENTITY_KEYS = {"image", "build", "init", "profiles", "environment", "configs", "secrets"}
SAFETY_KEYS = {"cap_drop", "read_only", "restart", "security_opt", "stop_grace_period", "healthcheck"}
PLACE_KEYS = {"depends_on", "logging", "networks", "ports", "shm_size", "tmpfs", "volumes"}
SERVICE_KEYS = IDENTITY_KEYS | SAFETY_KEYS | PLACE_KEYS
HEALTHCHECK_KEYS = frozenset({"test", "interval", "timeout", "retries", "start_period"})
DURATION = re.compile(r"\d+s")
"""Of the Compose specification, what this file uses; a misspelt key is not ignored by compose but ends it."""


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory) -> Path:
    """A folder in which the scripts have made what the compose file mounts."""
    folder = tmp_path_factory.mktemp("project")
    assert qbft_genesis.main(["--out", str(folder / "deploy" / "network")]) == 0
    assert compose_secrets.main(["--out", str(folder / "deploy" / "secrets")]) == 0
    return folder


def _interpolated(value: str) -> str:
    """A value as compose gives it with an empty environment."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def _secret_files(service: dict[str, Any]) -> dict[str, str]:
    """Path in the container -> path of the secret's file."""
    entries = [{"source": one} if isinstance(one, str) else one for one in service.get("secrets", [])]
    files = {name: entry["file"] for name, entry in COMPOSE["secrets"].items()}
    return {f"/run/secrets/{one.get('target', one['source'])}": files[one["source"]] for one in entries}


# --- the whole file ---


def test_the_consortium_is_complete():
    assert len(VALIDATORS) == qbft_genesis.VALIDATORS_FOR_ONE_FAULT
    assert set(SERVICES) == {*BESU, *DATABASES, *MEMBERS}
    by_profile = {name for name, service in SERVICES.items() if service.get("profiles") == ["regulator"]}
    assert by_profile == {"observer-1", "postgres-regulator", "regulator"}


def test_every_image_has_an_exact_version():
    images = {service["image"] for service in SERVICES.values()}
    assert images == {"hyperledger/besu:26.9.0", "postgres:17.6-bookworm", "rireki-node:0.1.0"}
    bases = {step.text.split()[0] for step in STEPS if step.keyword == "FROM"}
    assert bases == {"python:3.11.14-slim-bookworm"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_spelt_as_compose_reads_it(name):
    service = SERVICES[name]
    assert set(service) <= SERVICE_KEYS
    check = service["healthcheck"]
    assert set(check) <= HEALTHCHECK_KEYS
    durations = [check[key] for key in ("interval", "timeout", "start_period") if key in check]
    assert all(map(DURATION.fullmatch, [*durations, service["stop_grace_period"]]))
    assert all(isinstance(value, str) for value in service["environment"].values())
    waits = service.get("depends_on", {}).values()
    assert all(one == {"condition": "service_healthy"} for one in waits)


def test_ports_are_published_once_each_and_to_this_machine_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports) == len(MEMBERS)


def test_every_file_that_is_mounted_is_made_by_the_scripts(made):
    files = [entry["file"] for part in ("secrets", "configs") for entry in COMPOSE[part].values()]
    assert all((made / file).is_file() for file in files)
    wanted = {file.removeprefix("./deploy/") for file in files}
    secret = {path.relative_to(made / "deploy").as_posix() for path in (made / "deploy").rglob("*key*")}
    secret |= {path.relative_to(made / "deploy").as_posix() for path in (made / "deploy").rglob("*password")}
    assert {path for path in secret if not path.endswith(".pub")} <= wanted, "a secret nobody uses"


def test_what_the_scripts_make_is_never_committed_nor_sent_to_a_build():
    assert "/deploy/" in (PROJECT / ".gitignore").read_text().splitlines()
    rules = ignore_rules()
    for path in (
        "deploy/network/validator-1/key",
        "deploy/secrets/provider-a/database_url",
        ".git/config",
        ".env",
    ):
        assert not is_sent(path, rules)
    assert is_sent("node/config.py", rules)


def test_every_name_that_a_service_uses_is_defined():
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {one["source"] for one in service.get("configs", [])} <= set(COMPOSE["configs"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        _secret_files(service)
        for volume in map(_interpolated, service.get("volumes", [])):
            assert volume.startswith("./") or volume.split(":")[0] in COMPOSE["volumes"], volume
    used = {
        _interpolated(one).split(":")[0]
        for service in SERVICES.values()
        for one in service.get("volumes", [])
    }
    assert set(COMPOSE["volumes"]) <= used


def test_no_service_has_a_password_in_its_environment():
    for name, service in SERVICES.items():
        for key, value in service["environment"].items():
            if "PASSWORD" in key or "SECRET" in key or key.endswith(("_KEY", "DATABASE_URL")):
                assert key.endswith("_FILE"), (name, key)
            if key.endswith("_FILE") and str(value).startswith("/run/secrets/"):
                assert value in _secret_files(service), (name, key)


def test_every_service_is_watched_and_restarted_and_cannot_gain_rights():
    for service in SERVICES.values():
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"
        assert service["security_opt"] == ["no-new-privileges:true"]
    for member in MEMBERS:
        assert SERVICES[member]["read_only"]
        assert SERVICES[member]["cap_drop"] == ["ALL"]


def test_it_says_that_it_was_not_run():
    assert "NOT RUN HERE" in (PROJECT / "docker-compose.yml").read_text()
    assert "Not run here" in DOCKERFILE.read_text()


# --- Besu ---


@pytest.mark.parametrize("name", BESU)
def test_a_besu_node_stands_where_the_others_look_for_it(name):
    service = SERVICES[name]
    environment = service["environment"]
    address = service["networks"]["chain"]["ipv4_address"]
    kind, number = name.split("-")
    hosts = {"validator": qbft_genesis.VALIDATOR_HOSTS, "observer": qbft_genesis.OBSERVER_HOSTS}[kind]
    assert address == hosts[int(number) - 1] == environment["BESU_P2P_HOST"]
    subnet = COMPOSE["networks"]["chain"]["ipam"]["config"][0]["subnet"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet)
    assert environment["BESU_P2P_PORT"] == str(qbft_genesis.P2P_PORT)
    key = _secret_files(service)[environment["BESU_NODE_PRIVATE_KEY_FILE"]]
    assert key == f"./deploy/network/{name}/key"
    mounted = {one["target"] for one in service["configs"]}
    named = ("BESU_GENESIS_FILE", "BESU_STATIC_NODES_FILE", "BESU_PERMISSIONS_NODES_CONFIG_FILE")
    assert {environment[option] for option in named} == mounted


@pytest.mark.parametrize("name", BESU)
def test_gas_is_free_on_every_node_and_blocks_are_made_in_time(name):
    environment = SERVICES[name]["environment"]
    assert environment["BESU_MIN_GAS_PRICE"] == "0"
    assert environment["BESU_TX_POOL_ENABLE_BALANCE_CHECK"] == "false"
    assert int(environment["BESU_BLOCK_TXS_SELECTION_MAX_TIME"]) < 1000 * qbft_genesis.BLOCK_PERIOD_S


@pytest.mark.parametrize("name", BESU)
def test_a_besu_node_answers_what_the_ledger_client_asks_and_nothing_that_administers_it(name):
    environment = SERVICES[name]["environment"]
    assert int(environment["BESU_RPC_MAX_LOGS_RANGE"]) >= RANGE_MAX_BLOCKS
    assert int(environment["BESU_RPC_HTTP_MAX_BATCH_SIZE"]) >= BATCH_MAX
    assert set(environment["BESU_RPC_HTTP_API"].split(",")) == {"ETH", "NET", "WEB3"}


def test_the_regulators_node_keeps_every_state_and_has_no_vote():
    assert SERVICES["observer-1"]["environment"]["BESU_DATA_STORAGE_FORMAT"] == "FOREST"
    assert SERVICES["regulator"]["environment"]["RIREKI_RPC_URL"] == "http://observer-1:8545"


# --- members ---


@pytest.mark.parametrize("member", MEMBERS)
def test_a_members_environment_is_settings_of_the_node(member, made, monkeypatch):
    service = SERVICES[member]
    environment = {key: _interpolated(value) for key, value in service["environment"].items()}
    assert environment.pop("RIREKI_CONFIG") == "/dev/null"
    known = {f"RIREKI_{name}".upper() for name in Settings.model_fields}
    assert set(environment) <= known
    for key, value in environment.items():
        source = _secret_files(service).get(value)
        monkeypatch.setenv(key, str(made / source) if source else value)
    settings = load_settings(Path("/dev/null"))
    password = (made / f"deploy/secrets/{member}/postgres_password").read_text()
    assert settings.database == f"postgresql://rireki:{password}@postgres-{member}/rireki"
    assert settings.keystore_password is not None
    assert settings.chain_id == qbft_genesis.CHAIN_ID
    assert service["ports"] == [f"127.0.0.1:{settings.listen_port}:{settings.listen_port}"]
    assert settings.public_url == f"http://{member}.localhost:{settings.listen_port}"
    assert f"127.0.0.1:{settings.listen_port}/health" in service["healthcheck"]["test"][-1]


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_reaches_its_own_chain_node_and_database_and_no_other_ones(member):
    service = SERVICES[member]
    assert set(service["networks"]) == {member, "members"}
    assert service["networks"]["members"]["aliases"] == [f"{member}.localhost"]
    chain_node = service["environment"]["RIREKI_RPC_URL"].removeprefix("http://").split(":")[0]
    inside = {name for name, one in SERVICES.items() if member in one["networks"]}
    assert inside == {member, chain_node, f"postgres-{member}"}
    assert set(service["depends_on"]) == {chain_node, f"postgres-{member}"}
    assert chain_node in SERVICES[chain_node]["environment"]["BESU_HOST_ALLOWLIST"].split(",")
    assert COMPOSE["networks"][member]["internal"]


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_has_the_role_that_the_members_url_names(name):
    environment = SERVICES[name]["environment"]
    assert environment["POSTGRES_USER"] == environment["POSTGRES_DB"] == compose_secrets.DATABASE
    member = name.removeprefix("postgres-")
    assert _secret_files(SERVICES[name]) == {
        "/run/secrets/postgres_password": f"./deploy/secrets/{member}/postgres_password"
    }


# --- the image ---


def test_the_image_has_the_production_card_service_and_never_the_virtual_one():
    (packages,) = [step.debian_packages for step in STEPS if step.stage == FINAL and step.debian_packages]
    assert {"pcscd", "libccid", "libpcsclite1"} <= set(packages)
    assert not any("vpcd" in package or "vsmartcard" in package for package in packages)
    assert not {"nodejs", "npm", "gcc"} & set(packages)


def test_debian_knows_every_package_of_the_image():
    packages = sorted(
        {package for step in STEPS if step.keyword == "RUN" for package in step.debian_packages}
    )
    apt = shutil.which("apt-get")
    assert apt is not None, "this project's tests run on Debian or Ubuntu"
    command = [apt, "install", "--simulate", "--no-install-recommends", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_node_does_not_run_as_root():
    users = [step.text for step in STEPS if step.keyword == "USER"]
    assert users == ["rireki"]
    after = [step.keyword for step in STEPS[STEPS.index(next(s for s in STEPS if s.keyword == "USER")) :]]
    assert not {"RUN", "COPY"} & set(after)


def test_the_image_gets_the_locked_packages_with_hashes_and_no_test_tools():
    packages = runtime(read_lock((PROJECT / "requirements.lock").read_text()))
    names = {one.name for one in packages}
    assert {"web3", "fastapi", "psycopg-binary", "onnxruntime", "pyscard"} <= names
    assert not {"pytest", "ruff", "mypy", "hypothesis", "sd-jwt", "py-solc-x"} & names
    assert len(packages) < MOST_PACKAGES
    pip = re.compile(r"\bpip (install|wheel)\b")
    installs = [command for step in STEPS for command in step.commands if pip.search(command)]
    assert installs
    for command in installs:
        assert "--no-deps" in command
        assert "--require-hashes" in command or "--no-index" in command


def test_what_is_copied_into_the_image_is_a_node_that_starts(tmp_path):
    run = DryRun(tmp_path)
    for step in STEPS:
        local_copy = step.keyword == "COPY" and step.copied[0] is None
        if step.keyword == "WORKDIR" or local_copy:
            run.take(step)
    run.start(FINAL, sys.executable)
    folder = run.path(FINAL, "")
    assert (folder / "node/chain/IdentityHistory.json").is_file()
    assert not (folder / "tests").exists()
    assert not (folder / "scripts").exists()


def test_a_source_that_is_missing_or_kept_out_fails_the_build(tmp_path):
    run = DryRun(tmp_path)
    for source in ("missing", "tests"):
        (step,) = [one for one in read(f"FROM x\nCOPY {source} {source}") if one.keyword == "COPY"]
        with pytest.raises(StepFailedError):
            run.take(step)
