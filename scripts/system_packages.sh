# What this project needs of the operating system, and the Debian package that brings it. Sourced by scripts/setup.
#
# Each need is looked for itself, not its package: names change between releases (libglib2.0-0 became
# libglib2.0-0t64), and what was installed by other means is as good.

has_library() { case $libraries in *"$1 "*) ;; *) return 1 ;; esac; }
has_file() { compgen -G "$1" >/dev/null; }
has_command() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }
has_chromium() { has_command chromium || has_command chromium-browser || has_command google-chrome; }
has_postgres() { has_command postgres || has_file '/usr/lib/postgresql/*/bin/initdb'; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_headers() { "$1" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'; }

# Prints the packages that bring what is missing. Arguments: purpose, the Python to use ("" where there is none).
missing_packages() {
  local purpose=$1 python=$2 version= libraries
  libraries=$(PATH=$PATH:/sbin ldconfig -p)
  need() { local package=$1; shift; "$@" || echo "$package"; }

  case $python in
    "") printf '%s\n' python3 python3-venv python3-dev ;;
    .venv/*) ;; # made and filled: it had all that it needs
    *) # Debian's own packages are named for the version, so that they fit a second Python as well.
      version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
      need "$version-venv" has_venv "$python"
      need "$version-dev" has_headers "$python"
      ;;
  esac
  need gcc has_command cc
  need libc6-dev has_file '/usr/include/stdlib.h'
  need libpcsclite-dev has_file '/usr/include/PCSC/winscard.h'
  need ca-certificates has_file '/etc/ssl/certs/ca-certificates.crt'
  need pcscd has_command pcscd
  need vsmartcard-vpcd has_file '/usr/lib/pcsc/drivers/serial/libifdvpcd.so'
  need fonts-noto-cjk has_file '/usr/share/fonts/opentype/noto/NotoSerifCJK*'
  need fonts-ocr-b has_file '/usr/share/fonts/opentype/ocr-b/OCRB.otf'
  # What OpenCV's wheel links; its window toolkit is never opened.
  need libgl1 has_library 'libGL.so.1'
  need libglib2.0-0 has_library 'libgthread-2.0.so.0'
  need libice6 has_library 'libICE.so.6'
  need libsm6 has_library 'libSM.so.6'
  need libx11-6 has_library 'libX11.so.6'
  need libxext6 has_library 'libXext.so.6'
  if [ "$purpose" = test ]; then
    need chromium has_chromium
    need curl has_command curl
    need postgresql has_postgres
  fi
}
