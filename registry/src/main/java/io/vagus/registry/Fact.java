package io.vagus.registry;

import java.util.Map;

/**
 * What happened, before it has its place in the log.
 *
 * @param type such as {@code device.created}: its first word says which tables it changes
 * @param body a JSON object; never a secret, nor what one could be guessed from
 */
public record Fact(Subject subject, String type, String body) {
  public Fact {
    if (!type.matches("[a-z][a-z-]*\\.[a-z][a-z-]*")) {
      throw new IllegalArgumentException("type: " + type + " (expected: such as device.created)");
    }
  }

  /** One that changes no table: it only stands in the log. */
  public static Fact noted(Subject subject, String type, Map<String, String> body) {
    return new Fact(subject, type, Json.nodeOf(body).toString());
  }
}
