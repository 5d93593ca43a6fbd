package io.vagus.twin;

import io.vagus.model.Desired;
import io.vagus.model.Document;
import io.vagus.model.Reported;
import java.util.NavigableMap;

/**
 * What is held in memory of one device's desired state.
 *
 * @param changedMicros when each field got its value
 * @param agreedMicros when the device was last seen to follow; when this version came, as long as
 *     it was not
 * @param behindMicros since when it does not follow; 0 while it does
 */
record Wanted(
    long version,
    Document document,
    NavigableMap<String, Long> changedMicros,
    long updatedMicros,
    long agreedMicros,
    long behindMicros) {

  /** Nothing is known yet of whether the device follows. */
  static Wanted of(Desired desired) {
    return new Wanted(
        desired.version(),
        desired.document(),
        desired.changedMicros(),
        desired.updatedMicros(),
        desired.updatedMicros(),
        desired.updatedMicros());
  }

  Wanted next(Desired after) {
    long since = behindMicros == 0 ? after.updatedMicros() : behindMicros;
    return new Wanted(
        after.version(),
        after.document(),
        after.changedMicros(),
        after.updatedMicros(),
        agreedMicros,
        since);
  }

  boolean isFollowed() {
    return behindMicros == 0;
  }

  boolean isFollowedBy(Reported reported) {
    return document.missingIn(reported.document()).isEmpty();
  }

  Wanted followed(long micros) {
    return new Wanted(version, document, changedMicros, updatedMicros, micros, 0);
  }

  Wanted left(long micros) {
    return new Wanted(version, document, changedMicros, updatedMicros, agreedMicros, micros);
  }
}
