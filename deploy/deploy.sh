#!/bin/sh
# Copies a built site to a folder, here or on a server: deploy/deploy.sh site/ user@server:/srv/foljmed/
#
# A build writes every file anew, so times say nothing. By checksum, and without carrying times over, what has not
# changed keeps the time it has at the target: whoever asks a feed whether it is new is told that it is not. New files
# are put in place at the end, and old ones go after that, so that no page is missing meanwhile. Until then they lie in
# folders called .~tmp~, which rsync leaves when it is broken off, and protects ever after: a full disk stayed full, and
# what was to be published could be read there. The next copying that succeeds takes them away.
set -eu

if [ $# -ne 2 ]; then
    echo "Skriv: deploy/deploy.sh MAPP MÅL, till exempel deploy/deploy.sh site/ namn@server:/srv/foljmed/" >&2
    exit 2
fi
if [ ! -f "${1%/}/index.html" ]; then
    echo "I ${1%/} finns ingen byggd webbplats. Kör make build först." >&2
    exit 1
fi
exec rsync --recursive --checksum --links --perms --chmod=D755,F644 --delay-updates --delete-after \
    --filter='risk .~tmp~' --exclude=/.well-known/ "${1%/}/" "$2"
