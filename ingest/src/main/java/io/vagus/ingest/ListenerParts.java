package io.vagus.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.Registry;
import io.vagus.watch.ListenerWatch;

/**
 * What all listeners share.
 *
 * @param open whether anonymous senders may be any device
 */
public record ListenerParts(
    Loops loops,
    Admission admission,
    Authenticator authenticator,
    ClientCertificates certificates,
    ConnectionLimits connections,
    DeviceConnections deviceConnections,
    Registry registry,
    ListenerWatch watch,
    WayBack wayBack,
    LimitsConfig limits,
    boolean open,
    WallClock wallClock,
    MonotonicClock clock,
    MeterRegistry meters) {}
