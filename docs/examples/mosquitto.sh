#!/usr/bin/env bash
# A device of shell and mosquitto_pub: a reading a second, each sent again until it is acknowledged.
#   docs/examples/mosquitto.sh DEVICE SECRET [HOST [PORT [CA_FILE]]]
#   COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart.
set -euo pipefail
device=$1 secret=$2 host=${3:-127.0.0.1} port=${4:-1883} ca=${5:-}

tls=()
if [ -n "$ca" ]; then tls=(--cafile "$ca"); fi

send() {
  local wait=1 code
  while true; do
    code=0
    mosquitto_pub -V 5 -h "$host" -p "$port" "${tls[@]}" -u "$device" -P "$secret" \
      -q 1 -t "v1/$device/telemetry" -m "$1" || code=$?
    case $code in
      0) return ;;
      134 | 135) # Bad User Name or Password, Not authorized (MQTT 5.0 §3.2.2.2)
        echo "refused: wrong secret, or no such device" >&2
        exit 1
        ;;
    esac
    sleep "$wait"
    wait=$((wait < 32 ? wait * 2 : 60))
  done
}

run=$(date +%s%N)
for ((n = 1; n <= ${COUNT:-60}; n++)); do
  send "$(printf '{"time": "%s", "id": "%s-%d", "seq": %d, "values": {"temperature": %d.5}}' \
    "$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)" "$run" "$n" "$n" "$((20 + n % 5))")"
  sleep "${INTERVAL:-1}"
done
