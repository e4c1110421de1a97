# What is in place already, asked without installing or reading much. Sourced by scripts/setup, in the checkout's
# folder, with `purpose` set.

# --- a Python that this project supports (pyproject.toml: requires-python) -----------------------------------------
supported() { "$1" -ISc 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }
find_python() {
  local candidate
  ! environment_in_place || { echo .venv/bin/python && return; }
  for candidate in python3 python3.11 python3.12 python3.13; do
    if command -v "$candidate" >/dev/null && supported "$candidate"; then
      echo "$candidate"
      return
    fi
  done
}

# --- stamps: what was in force when a part was finished ------------------------------------------------------------
digest() { cat -- "$@" | sha256sum | cut -d' ' -f1; }
stamped() { [ "$(cat -- "$1" 2>/dev/null)" = "$2" ]; }

environment_key() {
  # Of pyproject.toml, what comes before the settings of tools; and the place, which a virtual environment holds.
  sed '/^\[tool\.ruff\]/q' pyproject.toml | cat - requirements.lock requirements-build.lock scripts/install_packages.py | sha256sum
  pwd
}
environment_in_place() {
  [ -x .venv/bin/python ] && supported .venv/bin/python && # no: its interpreter was removed
    [ -d ".venv/lib/$(.venv/bin/python -ISc 'import sys; print("python%d.%d" % sys.version_info[:2])')" ] &&
    stamped .venv/.rireki-lock "$(environment_key)"
}
npm_key() { digest contracts/package-lock.json contracts/package.json; }
npm_in_place() { stamped contracts/node_modules/.rireki-lock "$(npm_key)"; }

models=${RIREKI_MODEL_ROOT:-.cache/models}
models_key() { # the files as they lie there, without reading them; the engine compares digests when it loads them
  digest scripts/fetch_models.py scripts/registry_archives.py verifier/models.py
  find -L "$models" .cache/photos -type f ! -name '.rireki-*' -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum
}
models_in_place() { stamped ".cache/.rireki-models-$purpose" "$(models_key)"; }
