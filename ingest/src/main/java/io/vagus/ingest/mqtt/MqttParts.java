package io.vagus.ingest.mqtt;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.ingest.Lane;
import io.vagus.journal.Journal;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What the MQTT endpoint is built from.
 *
 * @param open anyone may connect and use every topic
 * @param lanes gives an event loop its way into the telemetry journal; called once per event loop
 * @param sessions a journal of the endpoint's own, which it does not close
 * @param snapshot file beside that journal
 */
public record MqttParts(
    MqttConfig config,
    boolean open,
    Function<Executor, Lane> lanes,
    MqttAuthenticator authenticator,
    MqttAdmission admission,
    Journal sessions,
    Path snapshot,
    WallClock wallClock,
    MonotonicClock monotonicClock,
    MeterRegistry meters) {}
