package io.vagus.ingest.mqtt;

/** What is published when a connection ends without goodbye (MQTT 5.0 §3.1.2.5). */
record Will(Message message, long delaySeconds) {}
