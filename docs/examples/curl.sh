#!/usr/bin/env bash
# A device of shell and curl: a reading a second, each sent again until it is acknowledged.
#   docs/examples/curl.sh DEVICE SECRET [URL [CA_FILE]]
#   COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart.
set -euo pipefail
device=$1 secret=$2 url=${3:-http://127.0.0.1:8080} ca=${4:-}

tls=()
if [ -n "$ca" ]; then tls=(--cacert "$ca"); fi

send() {
  local wait=1 status
  while true; do
    # The key makes it the same message when the answer was lost: it is stored once.
    status=$(curl -s -o /dev/null -w '%{http_code}' -m 10 "${tls[@]}" -u "$device:$secret" \
      -H "Idempotency-Key: $1" -d "$2" "$url/v1/$device/telemetry") || status=000
    case $status in
      200) return ;;
      401 | 403)
        echo "refused: wrong secret, or no such device" >&2
        exit 1
        ;;
      4?? ) if [ "$status" != 429 ]; then
          echo "answered $status: it is kept as a dead letter" >&2
          return
        fi ;;
    esac
    sleep "$wait" # 429, 503, no connection
    wait=$((wait < 32 ? wait * 2 : 60))
  done
}

run=$(date +%s%N)
for ((n = 1; n <= ${COUNT:-60}; n++)); do
  send "$run-$n" "$(printf '{"time": "%s", "seq": %d, "values": {"temperature": %d.5}}' \
    "$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)" "$n" "$((20 + n % 5))")"
  sleep "${INTERVAL:-1}"
done
