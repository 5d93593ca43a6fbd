package io.vagus.ingest.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import java.util.Optional;

/** Device contract v1 as paths: {@code /v1/{device}/telemetry} and so on. */
record DevicePath(DeviceId device, Channel channel) {
  static final String PREFIX = "/v1/";

  /** Empty for a path that the contract does not have. */
  static Optional<DevicePath> parse(String uri) {
    int query = uri.indexOf('?');
    int end = query < 0 ? uri.length() : query;
    int slash = uri.indexOf('/', PREFIX.length());
    if (!uri.startsWith(PREFIX) || slash < 0 || slash >= end) {
      return Optional.empty();
    }
    String name = decode(uri.substring(PREFIX.length(), slash));
    Channel channel = channel(uri.substring(slash + 1, end));
    return channel == null || !DeviceId.isValid(name)
        ? Optional.empty()
        : Optional.of(new DevicePath(new DeviceId(name), channel));
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
