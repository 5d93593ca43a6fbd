#!/usr/bin/env python3
"""A device in Python, with paho (Debian: python3-paho-mqtt): a reading a second, each acknowledged.

  device.py DEVICE SECRET [HOST [PORT [CA_FILE]]]

COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart.
"""
import json
import os
import sys
import threading
import time
from datetime import datetime, timezone

import paho.mqtt.client as mqtt

if len(sys.argv) < 3:
    sys.exit(__doc__)
device, secret = sys.argv[1:3]
host = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
port = int(sys.argv[4]) if len(sys.argv) > 4 else 1883
ca_file = sys.argv[5] if len(sys.argv) > 5 else None

refused = threading.Event()
acknowledged = set()


def on_connect(client, userdata, flags, code, *rest):
    # MQTT 3.1.1 §3.2.2.3: 4 bad user name or password, 5 not authorized. paho 2 calls 5 "135".
    if getattr(code, "value", code) in (4, 5, 134, 135):
        refused.set()


def on_publish(client, userdata, message_id, *rest):
    acknowledged.add(message_id)


# The session and what is in it outlive a lost connection: paho sends again what was not acknowledged.
options = {"client_id": device, "clean_session": False}
if hasattr(mqtt, "CallbackAPIVersion"):  # paho 2
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, **options)
else:
    client = mqtt.Client(**options)
client.on_connect = on_connect
client.on_publish = on_publish
client.username_pw_set(device, secret)
if ca_file:
    client.tls_set(ca_file)
client.reconnect_delay_set(min_delay=1, max_delay=60)
client.connect_async(host, port, keepalive=60)
client.loop_start()

run = time.time_ns()
sent = set()
for n in range(1, int(os.environ.get("COUNT", "60")) + 1):
    reading = {
        "time": datetime.now(timezone.utc).isoformat(),
        "id": f"{run}-{n}",  # the same message sent twice is stored once
        "seq": n,
        "values": {"temperature": 20.5 + n % 5},
    }
    sent.add(client.publish(f"v1/{device}/telemetry", json.dumps(reading), qos=1).mid)
    if refused.wait(float(os.environ.get("INTERVAL", "1"))):
        break

while not refused.is_set() and not sent <= acknowledged:
    refused.wait(0.05)
client.disconnect()
client.loop_stop()
if refused.is_set():
    sys.exit("refused: wrong secret, or no such device")
