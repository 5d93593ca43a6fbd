package io.vagus.ingest.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vagus.ingest.WayBack;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Device contract v1 as paths: {@code /v1/{device}/telemetry} and so on.
 *
 * @param gateway present in {@code /v1/{gateway}/via/{device}/telemetry}
 */
record DevicePath(DeviceId device, Optional<DeviceId> gateway, Target target) {
  static final String PREFIX = "/v1/";
  private static final String VIA = "via/";
  private static final String COMMANDS = "commands/";

  /** What a path of a device is for. */
  sealed interface Target {
    default String method() {
      return "POST";
    }
  }

  /** A message for the journal. */
  record Message(Channel channel) implements Target {}

  /** What it says of a command. */
  record Answers(String command, WayBack.Answer what) implements Target {}

  /** Commands that wait for it. */
  record PollsCommands() implements Target {
    @Override
    public String method() {
      return "GET";
    }
  }

  /** Desired state. */
  record PollsDesired() implements Target {
    @Override
    public String method() {
      return "GET";
    }
  }

  /** Empty for a path that the contract does not have. */
  static Optional<DevicePath> parse(String uri) {
    int query = uri.indexOf('?');
    int end = query < 0 ? uri.length() : query;
    int slash = uri.indexOf('/', PREFIX.length());
    if (!uri.startsWith(PREFIX) || slash < 0 || slash >= end) {
      return Optional.empty();
    }
    Optional<DeviceId> first = device(uri.substring(PREFIX.length(), slash));
    String rest = uri.substring(slash + 1, end);
    if (!rest.startsWith(VIA)) {
      return of(first, Optional.empty(), rest);
    }
    int second = rest.indexOf('/', VIA.length());
    return second < 0 || first.isEmpty()
        ? Optional.empty()
        : of(device(rest.substring(VIA.length(), second)), first, rest.substring(second + 1));
  }

  private static Optional<DevicePath> of(
      Optional<DeviceId> device, Optional<DeviceId> gateway, String rest) {
    return target(rest).flatMap(target -> device.map(id -> new DevicePath(id, gateway, target)));
  }

  private static Optional<DeviceId> device(String segment) {
    String name = decode(segment);
    return DeviceId.isValid(name) ? Optional.of(new DeviceId(name)) : Optional.empty();
  }

  private static String decode(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    try {
      return QueryStringDecoder.decodeComponent(name);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static Optional<Target> target(String rest) {
    return switch (rest) {
      case "telemetry" -> Optional.of(new Message(Channel.TELEMETRY));
      case "events" -> Optional.of(new Message(Channel.EVENTS));
      case "logs" -> Optional.of(new Message(Channel.LOGS));
      case "twin/reported" -> Optional.of(new Message(Channel.REPORTED));
      case "time" -> Optional.of(new Message(Channel.TIME));
      case "twin/desired" -> Optional.of(new PollsDesired());
      case "commands" -> Optional.of(new PollsCommands());
      default -> rest.startsWith(COMMANDS) ? answers(rest) : Optional.empty();
    };
  }

  private static Optional<Target> answers(String rest) {
    int end = rest.indexOf('/', COMMANDS.length());
    String command = end < 0 ? "" : decode(rest.substring(COMMANDS.length(), end));
    return switch (end < 0 ? "" : rest.substring(end)) {
      case "/ack" -> Optional.of(new Answers(command, WayBack.Answer.ACK));
      case "/result" -> Optional.of(new Answers(command, WayBack.Answer.RESULT));
      default -> Optional.empty();
    };
  }
}
