package io.vagus.model;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the platform wants a device to be.
 *
 * @param version rises by one with each change; 0: nobody ever said anything
 * @param changedMicros when each field got its value, by pointer
 * @param updatedMicros when this version was made
 */
public record Desired(
    DeviceId device,
    long version,
    Document document,
    NavigableMap<String, Long> changedMicros,
    long updatedMicros) {
  public Desired {
    changedMicros = Collections.unmodifiableNavigableMap(new TreeMap<>(changedMicros));
  }

  public static Desired none(DeviceId device) {
    return new Desired(device, 0, Document.EMPTY, Collections.emptyNavigableMap(), 0);
  }

  /** The next version, which has this document; a field that keeps its value keeps its time. */
  public Desired next(Document after, long nowMicros) {
    TreeMap<String, Long> times = new TreeMap<>();
    after
        .fields()
        .forEach((pointer, json) -> {
          boolean kept = json.equals(document.fields().get(pointer));
          times.put(pointer, kept ? changedMicros.getOrDefault(pointer, nowMicros) : nowMicros);
        });
    return new Desired(device, version + 1, after, times, nowMicros);
  }
}
