#!/usr/bin/env bash
# All tests, with one command:   ./eng/test.sh          the ordinary ones
#                                ./eng/test.sh --long   and those that take their time
# The last line is always `N passed, N failed, N skipped`; the exit code is 0 only when no test failed.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly install_seconds=300
readonly npm_seconds=120
readonly npm_package=bittorrent-dht@11.0.12
test_seconds=600

for argument in "$@"; do
    case $argument in
        --long) export P2PSTREAM_LONG=1; test_seconds=2400 ;;
        *) echo "usage: eng/test.sh [--long]" >&2; exit 1 ;;
    esac
done

finish() {  # passed failed skipped
    echo "$1 passed, $2 failed, $3 skipped"
    [ "$2" -eq 0 ]
    exit
}

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    finish 0 1 0
fi

# Tests that need one of these skip themselves when it is missing.
missing=()
command -v ffmpeg >/dev/null || missing+=(ffmpeg)
command -v cvlc >/dev/null || missing+=(vlc-bin vlc-plugin-base)
command -v chromium >/dev/null || missing+=(chromium)
/usr/bin/python3 -c 'import libtorrent' 2>/dev/null || missing+=(python3-libtorrent)
if [ "$(id -u)" -eq 0 ]; then # In a network namespace of its own.
    command -v transmission-daemon >/dev/null || missing+=(transmission-daemon)
    command -v ip >/dev/null || missing+=(iproute2)
fi
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
        echo "installing ${missing[*]}"
        if ! { timeout "$install_seconds" apt-get update -qq &&
               DEBIAN_FRONTEND=noninteractive timeout "$install_seconds" apt-get install -qq -y \
                   --no-install-recommends "${missing[@]}"; } >/tmp/p2pstream-apt.log 2>&1; then
            echo "could not install ${missing[*]}; tests that need them will be skipped:" >&2
            tail -n 3 /tmp/p2pstream-apt.log >&2
        fi
    else
        echo "Some tests need ${missing[*]} and will be skipped. On Debian or Ubuntu:" >&2
        echo "    sudo apt-get install ${missing[*]}" >&2
    fi
fi

# The package's service is not what the tests need, and must not stay on.
case " ${missing[*]-} " in
    *" transmission-daemon "*)
        [ ! -d /run/systemd/system ] || systemctl disable --now transmission-daemon >/dev/null 2>&1 || true ;;
esac

npm_folder=artifacts/interop
# Written last by npm: an installation that was broken off is begun anew.
if [ ! -f "$npm_folder/node_modules/.package-lock.json" ]; then
    mkdir -p "$npm_folder"
    if ! command -v npm >/dev/null; then
        echo "Tests beside ${npm_package%@*} need Node and npm and will be skipped." >&2
    elif ! timeout "$npm_seconds" npm install --prefix "$npm_folder" --ignore-scripts --no-audit --no-fund \
        --loglevel=error --fetch-retries=1 --fetch-timeout=20000 "$npm_package" >"$npm_folder/npm.log" 2>&1; then
        rm -rf "$npm_folder/node_modules"
        echo "could not install $npm_package; tests that need it will be skipped:" >&2
        tail -n 3 "$npm_folder/npm.log" >&2
    fi
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# One compiler server for all projects, also where the environment turns it off: building takes half the
# time. It is this run's own, and ends with the build.
build() {
    local server=p2pstream-$$ status
    dotnet build P2PStream.sln -c Release -v q --nologo \
        -p:UseSharedCompilation=true -p:SharedCompilationId="$server"
    status=$?
    pkill -f -- "-pipename:$server" || true
    return $status
}
if ! build; then
    echo "The solution does not build." >&2
    finish 0 1 0
fi

log=$(mktemp)
# What the long form measures is shown at its end.
P2PSTREAM_FIGURES=$(mktemp)
export P2PSTREAM_FIGURES
trap 'rm -f "$log" "$P2PSTREAM_FIGURES"' EXIT
# One test module at a time: several of them measure time on the machine's few cores.
timeout "$test_seconds" dotnet test --solution P2PStream.sln -c Release --no-build \
    --max-parallel-test-modules 1 --no-progress --no-ansi 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# Only the summary at the very end counts the solution.
total() { sed -n '/^Test run summary/,$p' "$log" | grep -E "^ *$1: [0-9]+" | grep -oE '[0-9]+' | tail -n 1; }
passed=$(total succeeded); failed=$(total failed); skipped=$(total skipped); errors=$(total error)
passed=${passed:-0}; failed=$((${failed:-0} + ${errors:-0})); skipped=${skipped:-0}
[ ! -s "$P2PSTREAM_FIGURES" ] || { echo "Measured:"; sed 's/^/  /' "$P2PSTREAM_FIGURES"; }
# Once more, where nobody has to look for them.
grep -E -A 8 '^failed ' "$log" || true
[ "$status" -ne 124 ] || echo "The tests did not end within $test_seconds s: this machine may be too busy." >&2
# A module that crashes or holds no test is an error; a run that was cut short has no summary.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
finish "$passed" "$failed" "$skipped"
