package io.vagus.twin;

import io.vagus.model.Document;
import io.vagus.wire.DocumentCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Desired state as it goes down (device contract v1). */
final class DesiredMessages {
  private DesiredMessages() {}

  static byte[] whole(Wanted wanted) {
    return head(wanted, "", "desired", DocumentCodec.encode(wanted.document()));
  }

  /** On a version the device holds; the whole where that is not longer. */
  static byte[] delta(Document base, long baseVersion, Wanted wanted) {
    byte[] delta =
        head(
            wanted,
            "\"base\":" + baseVersion + ",",
            "delta",
            DocumentCodec.encode(base.to(wanted.document())));
    byte[] whole = whole(wanted);
    return delta.length < whole.length ? delta : whole;
  }

  private static byte[] head(Wanted wanted, String base, String name, byte[] document) {
    String text =
        "{\"version\":%d,%s\"time\":\"%s\",\"%s\":%s}"
            .formatted(
                wanted.version(),
                base,
                Instant.EPOCH.plus(wanted.updatedMicros(), ChronoUnit.MICROS),
                name,
                new String(document, StandardCharsets.UTF_8));
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
