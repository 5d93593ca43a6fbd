package io.vagus.fleet;

import java.util.List;
import java.util.Map;

/**
 * A device to be simulated.
 *
 * @param signals by metric
 * @param clockSkewMicros how far its clock is ahead at the start
 * @param clockDriftPpm microseconds that it gains in a second
 * @param wrongSecret whether it shows a secret that it does not have
 */
record DevicePlan(
    String id,
    String product,
    String name,
    Map<String, String> tags,
    Profile.Site site,
    Way way,
    long cadenceMicros,
    Map<String, Signal> signals,
    List<Fault> faults,
    Link link,
    long clockSkewMicros,
    double clockDriftPpm,
    boolean wrongSecret) {

  /** How it sends. */
  enum Way {
    MQTT,
    HTTP
  }

  /** The same under another id, which is its name too. */
  DevicePlan named(String other) {
    return new DevicePlan(
        other,
        product,
        other,
        tags,
        site,
        way,
        cadenceMicros,
        signals,
        faults,
        link,
        clockSkewMicros,
        clockDriftPpm,
        wrongSecret);
  }

  /** The same at another cadence. */
  DevicePlan each(long micros) {
    return new DevicePlan(
        id,
        product,
        name,
        tags,
        site,
        way,
        micros,
        signals,
        faults,
        link,
        clockSkewMicros,
        clockDriftPpm,
        wrongSecret);
  }
}
