#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the .deb and the .tar.gz, installs the .deb into a bare Debian 12 root, and renders a clip
# there with the program as its only user would find it. Needs root (a chroot), mmdebstrap, and the
# package mirror that this machine's apt uses.
#
#   scripts/check_package.sh [BUILD_FOLDER (build)]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}

rm -f "$build"/vasa_*.deb "$build"/vasa-*.tar.gz
cmake --build "$build" --target package >"$build/package.log" 2>&1 || {
    tail -n 40 "$build/package.log" >&2
    exit 1
}
deb=$(ls "$build"/vasa_*.deb)
archive=$(ls "$build"/vasa-*.tar.gz)
ls -l "$deb" "$archive"

root=$(mktemp -d)
trap 'umount -q "$root/proc"; rm -rf --one-file-system "$root"' EXIT
inputs=$(scripts/example_inputs.sh build/examples)
mmdebstrap --quiet --variant=apt --include=ca-certificates bookworm "$root" \
    /etc/apt/sources.list.d/debian.sources
mount -t proc proc "$root/proc"  # how a program finds what lies beside it
cp "$deb" "$root/tmp/"
cp "$inputs/portrait.jpg" "$inputs/speech.wav" "$root/tmp/"
chroot "$root" sh -c "apt-get update -q && apt-get install -q -y --no-install-recommends /tmp/$(basename "$deb")" \
    >"$build/package-install.log" 2>&1 || {
    tail -n 40 "$build/package-install.log" >&2
    exit 1
}
chroot "$root" vasa info >/dev/null
chroot "$root" vasa render --quiet --image /tmp/portrait.jpg --audio /tmp/speech.wav --out /tmp/clip.mp4
frames=$(chroot "$root" vasa info /tmp/clip.mp4)
# Signed if the package carries the C2PA library: exit code 0, and the manifest was made here.
if dpkg-deb --contents "$deb" | grep 'libc2pa_c\.so' >/dev/null; then
    chroot "$root" vasa verify /tmp/clip.mp4 | grep 'manifest intact'
else
    echo "package: without the C2PA library, clips are not signed"
fi
echo "$frames" | head -n 5
# The archive runs where it is unpacked.
mkdir "$root/opt/vasa"
tar -xzf "$archive" -C "$root/opt/vasa" --strip-components=1
chroot "$root" apt-get remove -q -y vasa >/dev/null
chroot "$root" /opt/vasa/bin/vasa info >/dev/null
echo "package: installed, rendered a clip, and unpacked"
