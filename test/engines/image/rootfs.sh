#!/bin/bash
# Fills the working directory with the base layer of the test image; `expected.ts` knows the sizes.
set -euo pipefail
umask 022

# fill PATH BYTES: a file of that many bytes, its own path over and over, so that no two bodies are alike
fill() { yes "$1" | head -c "$2" >"$1" || [ "${PIPESTATUS[1]}" = 0 ]; }

mkdir -p bin data dev etc links opaque/sub proc swap/sub sys tmp
cp "$(command -v busybox)" bin/busybox
for name in chmod chown cp head ln mkdir mv printf rm sh touch yes; do ln -s busybox "bin/$name"; done

fill data/removed.bin 30000
fill data/chmod.bin 20000
fill data/replaced.bin 11000
fill data/touched.bin 10000
fill data/same.bin 9000
fill opaque/a 700
fill opaque/sub/b 600
fill swap/x 500
fill swap/sub/y 450
fill data/setuid 400
chmod 4755 data/setuid
chmod 1777 tmp

# three names of one body
fill links/one 5000
ln links/one links/two
ln links/one links/three

# two names that differ only in their bytes: the second is Latin-1 and not UTF-8
fill data/café 80
fill $'data/caf\xe9' 70

mkfifo data/fifo
mknod data/null c 1 3
fill "data/$(printf 'long-%.0s' {1..45})" 60
