package io.vagus.wire;

import io.vagus.model.DocumentPatch;
import java.util.Optional;

/**
 * What a device says of its state at one moment.
 *
 * @param timeMicros by its own clock; {@link Sample#ABSENT} when it gave none
 * @param sequence its running number; {@link Sample#ABSENT} when it gave none
 * @param desiredVersion that it follows; {@link Sample#ABSENT} when it did not say
 */
public record Report(
    Optional<String> id, long timeMicros, long sequence, long desiredVersion, DocumentPatch patch) {
  public boolean hasTime() {
    return timeMicros != Sample.ABSENT;
  }
}
