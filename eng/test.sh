#!/usr/bin/env bash
# All tests, with one command:   ./eng/test.sh          the ordinary ones
#                                ./eng/test.sh --long   and those that take their time
# The last line is always `N passed, N failed, N skipped`; the exit code is 0 only when no test failed.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly install_seconds=300
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
# A module that crashes or holds no test is an error; a run that was cut short has no summary.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
finish "$passed" "$failed" "$skipped"
