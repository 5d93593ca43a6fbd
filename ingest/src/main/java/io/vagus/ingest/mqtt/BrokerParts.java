package io.vagus.ingest.mqtt;

import io.vagus.kit.WallClock;

/** What those who live on the broker thread share. */
record BrokerParts(
    MqttConfig config,
    BrokerLoop loop,
    WallClock clock,
    SessionLog log,
    Outboxes outboxes,
    BrokerState state) {}
