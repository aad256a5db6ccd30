#!/bin/sh
# Fetches, builds and copies: /srv/foljmed-source/deploy/publish.sh /srv/foljmed/
#
# On a server of your own, run in a clone by the bare repository's post-receive hook and every night by cron. Nothing is
# copied when the build fails: the site stays as it was.
set -eu

publish() {
    # Git says by these which repository it runs a hook of. It is another one than this clone.
    # shellcheck disable=SC2046 # names without spaces
    unset $(git rev-parse --local-env-vars)
    cd "$(dirname "$0")/.."
    mkdir -p .cache
    exec 9>.cache/publish.lock
    flock 9
    if ! git pull --quiet --ff-only; then
        echo "$PWD går inte att uppdatera. Är mappen någon annans: kör som den användare som äger den, inte som root." >&2
        echo "Har main fått en ny historik: töm mappen och klona den på nytt." >&2
        exit 1
    fi
    make build
    deploy/deploy.sh site/ "$1"
}

# As a function, since the shell reads a script bit by bit and git may put a new one in its place meanwhile.
publish "${1:?Skriv vart webbplatsen ska kopieras, till exempel /srv/foljmed/}"
