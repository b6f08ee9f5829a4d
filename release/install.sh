#!/bin/sh
# Installs clerk-rs for whoever runs this:
#   curl -fsSL ADDRESS/install.sh | sh
# It fetches one archive, compares its checksum, and puts one program into ~/.local/bin, or into the folder that
# CLERK_RS_INSTALL_DIR names. It edits no start-up file and needs no root.
set -eu

address='@ADDRESS@'

fail() {
  echo "error: $1" >&2
  exit 1
}

target() {
  system=$(uname -s) machine=$(uname -m)
  case "$machine" in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no program for the processor $machine; \`cargo install clerk-rs-cli\` builds one" ;;
  esac
  case "$system" in
    Linux) echo "$machine-unknown-linux-$(libc)" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    *) fail "there is no program for $system; \`cargo install clerk-rs-cli\` builds one" ;;
  esac
}

# The programs for glibc are built on 2.35; the static ones run everywhere.
libc() {
  version=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc 2\.\([0-9]*\).*/\1/p')
  if [ "${version:-0}" -ge 35 ]; then echo gnu; else echo musl; fi
}

fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --retry 2 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1"
  else
    fail "neither curl nor wget is there to fetch with"
  fi || fail "could not fetch $1"
}

checksum() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1"
  else
    shasum -a 256 "$1"
  fi | cut -d ' ' -f 1
}

# All of it in functions, the last line calls: a download that breaks off runs nothing.
install() {
  [ -n "${CLERK_RS_INSTALL_DIR:-}${HOME:-}" ] || fail "HOME is not set; name a folder in CLERK_RS_INSTALL_DIR"
  folder=${CLERK_RS_INSTALL_DIR:-$HOME/.local/bin}
  name=clerk-rs-cli-$(target)
  command -v sha256sum >/dev/null || command -v shasum >/dev/null ||
    fail "neither sha256sum nor shasum is there to compare the checksum with"
  mkdir -p "$folder" || fail "could not make $folder"
  # In the same folder, so that the last step is a rename: the program is there whole or not at all.
  work=$(mktemp -d "$folder/.clerk-rs-install.XXXXXX") || fail "could not write into $folder"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP

  fetch "$address/$name.tar.gz" "$work/archive"
  fetch "$address/$name.tar.gz.sha256" "$work/expected"
  expected=$(cut -d ' ' -f 1 "$work/expected")
  [ "$(checksum "$work/archive")" = "$expected" ] ||
    fail "the checksum of $name.tar.gz is not the one that was published: try again, and report it if it stays so"

  tar -xzf "$work/archive" -C "$work" --no-same-owner || fail "could not unpack $name.tar.gz"
  version=$("$work/$name/clerk-rs" --version) || fail "the program does not run on this machine"
  mv -f "$work/$name/clerk-rs" "$folder/clerk-rs" || fail "could not put it into $folder"
  echo "$version is in $folder/clerk-rs"
  case ":${PATH:-}:" in
    *":$folder:"*) ;;
    *) echo "$folder is not in PATH: add it, or call the program by its whole path" ;;
  esac
  echo "Begin with: clerk-rs init my-app"
}

install
