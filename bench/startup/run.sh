#!/bin/sh
# Start-up behind 20 Mbit/s and 40 ms: a viewer with peer hints, one by DHT alone, a plain HTTP player.
# Needs root on Linux. Options: --runs N, --json.
set -eu
exec dotnet run -c Release --project "$(dirname "$0")/../P2PStream.StartUp" -- "$@"
