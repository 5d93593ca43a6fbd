package io.vagus.ingest.mqtt;

import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.util.Optional;

/** Where a topic leads for one principal. */
sealed interface Route {
  String DEVICE_TOPICS = "v1/";

  /**
   * To the platform.
   *
   * @param gateway present when it came as {@code v1/{gateway}/via/{device}/…}
   */
  record Ingest(String topic, DeviceId device, Optional<DeviceId> gateway, Channel channel)
      implements Route {}

  /** To its subscribers. */
  record PubSub(String topic) implements Route {}

  /** Nowhere. */
  record Denied(String topic) implements Route {}

  String topic();

  /** Finds the way of a topic, with string splitting: callers remember the answer. */
  static Route of(Principal principal, String topic) {
    Ingest ingest = topic.startsWith(DEVICE_TOPICS) ? ingest(topic) : null;
    if (ingest != null && maySpeakAs(principal, ingest)) {
      return ingest;
    }
    boolean deviceTopic = ingest != null && !(principal instanceof Principal.Anonymous);
    return !deviceTopic && principal.mayPublish(topic) ? new PubSub(topic) : new Denied(topic);
  }

  private static boolean maySpeakAs(Principal principal, Ingest ingest) {
    return switch (principal) {
      case Principal.Anonymous _ -> true;
      case Principal.OfDevice d -> ingest.gateway.orElse(ingest.device).equals(d.device().id());
      case Principal.OfApplication _ -> false;
    };
  }

  private static @org.jspecify.annotations.Nullable Ingest ingest(String topic) {
    int end = topic.indexOf('/', 3);
    if (end < 0 || !DeviceId.isValid(topic.substring(3, end))) {
      return null;
    }
    DeviceId first = new DeviceId(topic.substring(3, end));
    String rest = topic.substring(end + 1);
    if (!rest.startsWith("via/")) {
      Channel channel = channel(rest);
      return channel == null ? null : new Ingest(topic, first, Optional.empty(), channel);
    }
    int second = rest.indexOf('/', 4);
    if (second < 0 || !DeviceId.isValid(rest.substring(4, second))) {
      return null;
    }
    Channel channel = channel(rest.substring(second + 1));
    DeviceId device = new DeviceId(rest.substring(4, second));
    return channel == null ? null : new Ingest(topic, device, Optional.of(first), channel);
  }

  private static @org.jspecify.annotations.Nullable Channel channel(String suffix) {
    return switch (suffix) {
      case "telemetry" -> Channel.TELEMETRY;
      case "events" -> Channel.EVENTS;
      case "logs" -> Channel.LOGS;
      case "twin/reported" -> Channel.REPORTED;
      case "time" -> Channel.TIME;
      default -> null;
    };
  }
}
