package io.vagus.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Paths of the API, with what people typed encoded (RFC 3986 §2.1). */
public final class ApiPath {
  private ApiPath() {}

  /** {@code of("devices", "pump 7", "readings")} is {@code /api/v1/devices/pump%207/readings}. */
  public static String of(String... segments) {
    StringBuilder path = new StringBuilder("/api/v1");
    for (String segment : segments) {
      path.append('/').append(encoded(segment));
    }
    return path.toString();
  }

  /** One more parameter of a query that has begun; empty when there is no value. */
  public static String and(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + encoded(value);
  }

  public static String encoded(String word) {
    return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
