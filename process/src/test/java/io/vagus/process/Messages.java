package io.vagus.process;

import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Envelopes for tests, changed step by step. */
record Messages(
    String device,
    Optional<String> gateway,
    Channel channel,
    Transport transport,
    long receivedMicros,
    Optional<String> messageId,
    String product,
    int version,
    boolean redelivery,
    int packetId) {
  static final long T0 = micros("2026-11-23T10:00:00Z");

  static Messages of(String device) {
    return new Messages(
        device,
        Optional.empty(),
        Channel.TELEMETRY,
        Transport.MQTT,
        T0,
        Optional.empty(),
        "open",
        1,
        false,
        0);
  }

  static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  Messages at(long micros) {
    return new Messages(
        device,
        gateway,
        channel,
        transport,
        micros,
        messageId,
        product,
        version,
        redelivery,
        packetId);
  }

  Messages over(Transport other) {
    return new Messages(
        device,
        gateway,
        channel,
        other,
        receivedMicros,
        messageId,
        product,
        version,
        redelivery,
        packetId);
  }

  Messages via(String other) {
    return new Messages(
        device,
        Optional.of(other),
        channel,
        transport,
        receivedMicros,
        messageId,
        product,
        version,
        redelivery,
        packetId);
  }

  Messages id(String id) {
    return new Messages(
        device,
        gateway,
        channel,
        transport,
        receivedMicros,
        Optional.of(id),
        product,
        version,
        redelivery,
        packetId);
  }

  Messages product(String other, int otherVersion) {
    return new Messages(
        device,
        gateway,
        channel,
        transport,
        receivedMicros,
        messageId,
        other,
        otherVersion,
        redelivery,
        packetId);
  }

  Messages packet(int id, boolean dup) {
    return new Messages(
        device, gateway, channel, transport, receivedMicros, messageId, product, version, dup, id);
  }

  Messages on(Channel other) {
    return new Messages(
        device,
        gateway,
        other,
        transport,
        receivedMicros,
        messageId,
        product,
        version,
        redelivery,
        packetId);
  }

  Envelope says(String payload) {
    return new Envelope(
        new DeviceId(device),
        gateway.map(DeviceId::new),
        channel,
        transport,
        receivedMicros,
        "",
        messageId,
        product,
        version,
        redelivery,
        packetId,
        payload.getBytes(StandardCharsets.UTF_8));
  }

  /** One value with its device time. */
  Envelope says(long timeMicros, double value) {
    return says(
        "{\"time\":\"%s\",\"values\":{\"t\":%s}}"
            .formatted(Instant.EPOCH.plus(timeMicros, ChronoUnit.MICROS), value));
  }
}
