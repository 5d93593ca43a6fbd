package io.vagus.ingest.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to {@code v1/{device}/time}, from which a device learns how far its clock is off. */
final class TimeExchange {
  private static final int MAX_QUESTION_BYTES = 256;
  private static final Pattern T0 =
      Pattern.compile(
          "\\{\\s*\"t0\"\\s*:\\s*(-?\\d[\\d.eE+-]{0,31}|\"[^\"\\\\\\p{Cntrl}]{0,64}\")\\s*[,}].*",
          Pattern.DOTALL);

  private TimeExchange() {}

  /**
   * The answer; empty when the question has no {@code t0} at its beginning.
   *
   * @param receivedMicros when the question came
   * @param sentMicros when the answer goes
   */
  static Optional<byte[]> answer(byte[] question, long receivedMicros, long sentMicros) {
    if (question.length > MAX_QUESTION_BYTES) {
      return Optional.empty();
    }
    Matcher m = T0.matcher(new String(question, StandardCharsets.UTF_8).strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    String answer =
        "{\"t0\":" + m.group(1) + ",\"t1\":" + receivedMicros + ",\"t2\":" + sentMicros + "}";
    return Optional.of(answer.getBytes(StandardCharsets.UTF_8));
  }
}
