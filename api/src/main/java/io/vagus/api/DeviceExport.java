package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** All devices of a filter as a stream of lines; one page of them in memory. Thread-safe. */
final class DeviceExport {
  private static final int PAGE = 1000;

  /** How a list is wanted. */
  enum Format {
    JSON,
    CSV,
    NDJSON
  }

  private interface LineWriter {
    void write(Device device) throws IOException;
  }

  private final Registry registry;

  DeviceExport(Registry registry) {
    this.registry = registry;
  }

  Reply csv(DeviceFilter filter) {
    return named(
        "devices.csv",
        Reply.stream(
            "text/csv; charset=utf-8; header=present",
            out -> {
              out.write(DeviceCsv.HEADER.getBytes(StandardCharsets.US_ASCII));
              each(
                  filter,
                  device -> out.write(DeviceCsv.line(device).getBytes(StandardCharsets.UTF_8)));
            }));
  }

  Reply ndjson(DeviceFilter filter) {
    return named("devices.ndjson", Reply.stream(DeviceBulk.NDJSON, out -> ndjson(filter, out)));
  }

  private void ndjson(DeviceFilter filter, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.generator(out)) {
      each(
          filter,
          device -> {
            json.writeStartObject();
            DeviceShape.write(json, device);
            json.writeEndObject();
            json.writeRaw('\n');
          });
    }
  }

  private static Reply named(String file, Reply reply) {
    return reply.with("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }

  private void each(DeviceFilter filter, LineWriter writer) throws IOException {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = registry.devices(filter, cursor, PAGE);
      for (Device device : page.items()) {
        writer.write(device);
      }
      cursor = page.next();
    } while (cursor.isPresent());
  }
}
