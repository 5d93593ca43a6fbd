package io.vagus.sink;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.rule.Sink;
import io.vagus.sink.kafka.KafkaSettings;
import io.vagus.sink.kafka.KafkaTarget;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** Makes targets of the sinks that somebody set up. Thread-safe. */
final class Targets {
  private final SinkConfig config;
  private final Addresses addresses;
  private final MqttWay mqtt;
  private final SinkParts parts;

  Targets(SinkParts parts, Addresses addresses, MqttWay mqtt) {
    this.config = parts.config();
    this.addresses = addresses;
    this.mqtt = mqtt;
    this.parts = parts;
  }

  /** An INVALID_REQUEST says what is wrong. */
  Target of(Sink.Kind kind, Map<String, String> settings, Map<String, String> secrets) {
    SinkOptions options = new SinkOptions(settings, secrets);
    return switch (kind) {
      case WEBHOOK -> webhook(WebhookSettings.of(options));
      case MQTT -> new MqttTarget(options, mqtt);
      case KAFKA -> new KafkaTarget(KafkaSettings.of(options), addresses);
      case BUILT_IN ->
          throw new VagusException(
              ErrorCode.INVALID_REQUEST, "kind: built-in (expected: webhook, mqtt or kafka)");
    };
  }

  private Target webhook(WebhookSettings settings) {
    try {
      addresses.requireOutside(settings.url().getHost());
    } catch (UnknownHostException e) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "config.url: " + e.getMessage(), e);
    }
    WebhookClient client =
        new WebhookClient(
            addresses,
            Optional.of(config.caFile()).filter(file -> !file.toString().isEmpty()),
            settings.parallel(),
            settings.timeout());
    return new WebhookTarget(settings, client, parts.wall());
  }
}
