package io.vagus.model;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a device says it is.
 *
 * @param fields by pointer
 * @param desiredVersion the desired version that it last said it follows; 0 before it did
 * @param receivedMicros when it last said something
 */
public record Reported(
    DeviceId device, NavigableMap<String, Field> fields, long desiredVersion, long receivedMicros) {

  /**
   * One value.
   *
   * @param json compact
   * @param timeMicros of the newest report that has it, by corrected device time
   * @param changedMicros of the first report in a row that has this value
   */
  public record Field(String json, long timeMicros, long changedMicros) {}

  public Reported {
    fields = Collections.unmodifiableNavigableMap(new TreeMap<>(fields));
  }

  public static Reported none(DeviceId device) {
    return new Reported(device, Collections.emptyNavigableMap(), 0, 0);
  }

  public Document document() {
    TreeMap<String, String> values = new TreeMap<>();
    fields.forEach((pointer, field) -> values.put(pointer, field.json()));
    return new Document(values);
  }
}
