package io.vagus.ingest.mqtt;

import io.vagus.ingest.WayBack;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.util.Optional;

/** Where a topic leads for one principal. */
sealed interface Route {
  String DEVICE_TOPICS = "v1/";
  String COMMANDS = "commands/";

  /**
   * To the platform.
   *
   * @param gateway present when it came as {@code v1/{gateway}/via/{device}/…}
   */
  record Ingest(String topic, DeviceId device, Optional<DeviceId> gateway, Channel channel)
      implements Route {}

  /**
   * To what the platform keeps for the device.
   *
   * @param gateway as in {@link Ingest}
   */
  record Back(String topic, DeviceId device, Optional<DeviceId> gateway, Word word)
      implements Route {}

  /** What a device says on the way back. */
  sealed interface Word {}

  /** It wants its whole desired state. */
  record AsksForDesired() implements Word {}

  record Answers(String command, WayBack.Answer what) implements Word {}

  /** To its subscribers. */
  record PubSub(String topic) implements Route {}

  /** Nowhere. */
  record Denied(String topic) implements Route {}

  String topic();

  /** Finds the way of a topic, with string splitting: callers remember the answer. */
  static Route of(Principal principal, String topic) {
    Optional<Spoken> spoken = topic.startsWith(DEVICE_TOPICS) ? spoken(topic) : Optional.empty();
    Optional<Route> route = spoken.flatMap(s -> route(topic, s));
    if (route.isPresent() && maySpeakAs(principal, spoken.get())) {
      return route.get();
    }
    boolean deviceTopic = route.isPresent() && !(principal instanceof Principal.Anonymous);
    return !deviceTopic && principal.mayPublish(topic) ? new PubSub(topic) : new Denied(topic);
  }

  /** A topic as a device speaks on it. */
  record Spoken(DeviceId device, Optional<DeviceId> gateway, String suffix) {}

  private static boolean maySpeakAs(Principal principal, Spoken spoken) {
    return switch (principal) {
      case Principal.Anonymous _ -> true;
      case Principal.OfDevice d -> spoken.gateway.orElse(spoken.device).equals(d.device().id());
      case Principal.OfApplication _ -> false;
    };
  }

  private static Optional<Spoken> spoken(String topic) {
    int end = topic.indexOf('/', 3);
    if (end < 0 || !DeviceId.isValid(topic.substring(3, end))) {
      return Optional.empty();
    }
    DeviceId first = new DeviceId(topic.substring(3, end));
    String rest = topic.substring(end + 1);
    if (!rest.startsWith("via/")) {
      return Optional.of(new Spoken(first, Optional.empty(), rest));
    }
    int second = rest.indexOf('/', 4);
    if (second < 0 || !DeviceId.isValid(rest.substring(4, second))) {
      return Optional.empty();
    }
    DeviceId device = new DeviceId(rest.substring(4, second));
    return Optional.of(new Spoken(device, Optional.of(first), rest.substring(second + 1)));
  }

  private static Optional<Route> route(String topic, Spoken spoken) {
    Channel channel = channel(spoken.suffix);
    if (channel != null) {
      return Optional.of(new Ingest(topic, spoken.device, spoken.gateway, channel));
    }
    return word(spoken.suffix).map(w -> new Back(topic, spoken.device, spoken.gateway, w));
  }

  private static Optional<Word> word(String suffix) {
    if (suffix.equals("twin/desired/get")) {
      return Optional.of(new AsksForDesired());
    }
    if (!suffix.startsWith(COMMANDS)) {
      return Optional.empty();
    }
    int end = suffix.indexOf('/', COMMANDS.length());
    return switch (end < 0 ? "" : suffix.substring(end)) {
      case "/ack" -> answer(suffix.substring(COMMANDS.length(), end), WayBack.Answer.ACK);
      case "/result" -> answer(suffix.substring(COMMANDS.length(), end), WayBack.Answer.RESULT);
      default -> Optional.empty();
    };
  }

  private static Optional<Word> answer(String command, WayBack.Answer what) {
    return Optional.of(new Answers(command, what));
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
