package io.vagus.ingest;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The clock exchange of device contract v1: a device says its time, and hears when the server got
 * that and when it answered, so that it can tell its offset (RFC 5905 §8). Microseconds since the
 * epoch, UTC.
 */
public final class TimeExchange {
  private static final int MAX_QUESTION_BYTES = 256;
  private static final Pattern T0 = Pattern.compile("\"t0\"\\s*:\\s*(-?\\d{1,18})\\s*[,}]");

  private TimeExchange() {}

  /** The answer's members without the braces; {@code t0} only when the question had a whole one. */
  public static String members(byte[] question, long receivedMicros, long sentMicros) {
    int length = Math.min(question.length, MAX_QUESTION_BYTES);
    Matcher t0 = T0.matcher(new String(question, 0, length, StandardCharsets.UTF_8));
    String echo = t0.find() ? "\"t0\":" + t0.group(1) + "," : "";
    return echo + "\"t1\":" + receivedMicros + ",\"t2\":" + sentMicros;
  }

  /** The answer as JSON. */
  public static byte[] answer(byte[] question, long receivedMicros, long sentMicros) {
    return ("{" + members(question, receivedMicros, sentMicros) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
