package io.vagus.ingest.mqtt;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;

/** What all connections share. Thread-safe. */
record Shared(
    MqttConfig config,
    boolean open,
    Broker broker,
    SubscriptionTrie<Session> trie,
    MqttAuthenticator authenticator,
    MqttAdmission admission,
    WallClock wallClock,
    MonotonicClock monotonicClock) {}
