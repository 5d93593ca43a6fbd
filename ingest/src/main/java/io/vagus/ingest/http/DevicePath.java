package io.vagus.ingest.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Device contract v1 as paths: {@code /v1/{device}/telemetry} and so on.
 *
 * @param gateway present in {@code /v1/{gateway}/via/{device}/telemetry}
 */
record DevicePath(DeviceId device, Optional<DeviceId> gateway, Channel channel) {
  static final String PREFIX = "/v1/";
  private static final String VIA = "via/";

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
    Channel channel = channel(rest);
    return channel == null
        ? Optional.empty()
        : device.map(id -> new DevicePath(id, gateway, channel));
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

  private static @org.jspecify.annotations.Nullable Channel channel(String rest) {
    return switch (rest) {
      case "telemetry" -> Channel.TELEMETRY;
      case "events" -> Channel.EVENTS;
      case "logs" -> Channel.LOGS;
      case "twin/reported" -> Channel.REPORTED;
      case "time" -> Channel.TIME;
      default -> null;
    };
  }
}
