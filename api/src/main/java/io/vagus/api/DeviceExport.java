package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.Page;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.watch.Watch;
import io.vagus.watch.WatchFilter;
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

  private final DeviceList list;
  private final Watch watch;

  DeviceExport(DeviceList list, Watch watch) {
    this.list = list;
    this.watch = watch;
  }

  Reply csv(Sight sight, DeviceFilter filter, WatchFilter watched) {
    return named(
        "devices.csv",
        Reply.stream(
            "text/csv; charset=utf-8; header=present",
            out -> {
              out.write(DeviceCsv.HEADER.getBytes(StandardCharsets.US_ASCII));
              each(
                  sight,
                  filter,
                  watched,
                  device -> out.write(DeviceCsv.line(device).getBytes(StandardCharsets.UTF_8)));
            }));
  }

  Reply ndjson(Sight sight, DeviceFilter filter, WatchFilter watched) {
    return named(
        "devices.ndjson",
        Reply.stream(DeviceBulk.NDJSON, out -> ndjson(sight, filter, watched, out)));
  }

  private void ndjson(Sight sight, DeviceFilter filter, WatchFilter watched, OutputStream out)
      throws IOException {
    try (JsonGenerator json = Json.generator(out)) {
      each(
          sight,
          filter,
          watched,
          device -> {
            json.writeStartObject();
            DeviceShape.write(json, device, watch.contact(device.id()));
            json.writeEndObject();
            json.writeRaw('\n');
          });
    }
  }

  private static Reply named(String file, Reply reply) {
    return reply.with("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }

  private void each(Sight sight, DeviceFilter filter, WatchFilter watched, LineWriter writer)
      throws IOException {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = list.page(sight, filter, watched, cursor, PAGE);
      for (Device device : page.items()) {
        writer.write(device);
      }
      cursor = page.next();
    } while (cursor.isPresent());
  }
}
