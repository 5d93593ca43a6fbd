#!/usr/bin/env bash
# Builds the examples anew (Debian: clang, lld) and notes of which source each is.
set -euo pipefail
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32 -O2 -ffreestanding -ffp-contract=off -nostdlib \
    -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=8192 -o "${source%.c}.wasm" "$source"
done
sha256sum vagus.h ./*.c ./*.wasm | sed 's|\./||' >SHA256SUMS
