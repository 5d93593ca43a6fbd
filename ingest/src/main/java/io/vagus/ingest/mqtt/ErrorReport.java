package io.vagus.ingest.mqtt;

import io.vagus.kit.ErrorCode;
import java.nio.charset.StandardCharsets;

/** What a device hears on {@code v1/{device}/errors}, for those that listen. */
final class ErrorReport {
  private ErrorReport() {}

  static byte[] json(String topic, ErrorCode code, String why) {
    StringBuilder json = new StringBuilder(96);
    json.append("{\"topic\":");
    quote(json, topic);
    json.append(",\"code\":\"").append(code.code()).append("\",\"why\":");
    quote(json, why);
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** RFC 8259 §7. */
  private static void quote(StringBuilder to, String s) {
    to.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c < ' ') {
        to.append(String.format("\\u%04x", (int) c));
      } else {
        to.append(c);
      }
    }
    to.append('"');
  }
}
