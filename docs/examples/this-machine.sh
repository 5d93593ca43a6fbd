#!/usr/bin/env bash
# This machine as a device: reads the operating system each second, publishes by mosquitto_pub.
#   docs/examples/this-machine.sh DEVICE SECRET [SECONDS] [HOST] [PORT]
set -euo pipefail
device=$1 secret=$2 seconds=${3:-60} host=${4:-127.0.0.1} port=${5:-1883}

cpu_ticks() { awk '/^cpu /{idle=$5+$6; all=0; for(i=2;i<=9;i++) all+=$i; print idle, all}' /proc/stat; }
disk_bytes() { awk '$3 !~ /^(loop|ram|zram)/{r+=$6; w+=$10} END{printf "%.0f %.0f", r*512, w*512}' /proc/diskstats; }
net_bytes() { awk -F'[: ]+' '/:/{sub(/^ +/,""); if($1!="lo"){r+=$2; t+=$10}} END{printf "%.0f %.0f", r, t}' /proc/net/dev; }
temperatures() {
  local zone
  for zone in /sys/class/thermal/thermal_zone*; do
    [ -r "$zone/temp" ] && awk -v n="$(basename "$zone")" '{printf ", \"temperature.%s\": %.1f", n, $1/1000}' "$zone/temp"
  done
  return 0
}

read -r idle all < <(cpu_ticks)
for ((n = 1; n <= seconds; n++)); do
  sleep 1
  read -r idle2 all2 < <(cpu_ticks)
  read -r disk_read disk_written < <(disk_bytes; echo)
  read -r net_in net_out < <(net_bytes; echo)
  cpu=$(awk -v i=$((idle2 - idle)) -v a=$((all2 - all)) 'BEGIN{printf "%.1f", a ? 100*(a-i)/a : 0}')
  memory=$(awk '/MemTotal/{t=$2} /MemAvailable/{a=$2} END{printf "%.0f", (t-a)*1024}' /proc/meminfo)
  load=$(cut -d' ' -f1 /proc/loadavg)
  idle=$idle2 all=$all2
  printf '{"time": "%s", "seq": %d, "id": "%s-%s", "values": {"cpu": %s, "memory": %s, "load": %s, "disk.read": %s, "disk.written": %s, "network.in": %s, "network.out": %s%s}}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)" "$n" "$$" "$n" "$cpu" "$memory" "$load" \
    "$disk_read" "$disk_written" "$net_in" "$net_out" "$(temperatures)"
done | mosquitto_pub -h "$host" -p "$port" -u "$device" -P "$secret" -q 1 -l -t "v1/$device/telemetry"
