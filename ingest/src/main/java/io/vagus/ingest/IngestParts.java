package io.vagus.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.ingest.mqtt.MqttConfig;
import io.vagus.journal.Journal;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.registry.Registry;
import io.vagus.trust.DeviceCertificates;
import io.vagus.watch.ListenerWatch;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@link Ingest} is made of.
 *
 * @param dataDirectory where a certificate is kept that was made here, and the snapshot of the MQTT
 *     sessions
 * @param sessions the journal of the MQTT sessions
 * @param certificates the certificate authority, when one was made
 * @param api the API server, which gets every HTTP request outside {@code /v1/}; empty: those are
 *     answered 503
 */
public record IngestParts(
    ListenConfig listen,
    LimitsConfig limits,
    AccessConfig access,
    MqttConfig mqtt,
    TlsConfig tls,
    Path dataDirectory,
    Intake intake,
    Journal sessions,
    Registry registry,
    Optional<DeviceCertificates> certificates,
    ListenerWatch watch,
    WayBack wayBack,
    Optional<ApiBehind> api,
    WallClock wallClock,
    MonotonicClock clock,
    MeterRegistry meters) {}
