package io.vagus.fleet;

import java.util.List;
import java.util.Map;

/**
 * A device to be simulated.
 *
 * @param signals by metric
 * @param wrongSecret whether it shows a secret that it does not have
 * @param stubborn whether it keeps its cadence, whatever is desired
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
    Profile.Clock clock,
    boolean wrongSecret,
    boolean stubborn) {

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
        clock,
        wrongSecret,
        stubborn);
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
        clock,
        wrongSecret,
        stubborn);
  }
}
