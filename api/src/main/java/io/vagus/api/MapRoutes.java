package io.vagus.api;

import io.vagus.watch.DeviceMap;
import io.vagus.watch.Watch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Where the devices are. Thread-safe. */
final class MapRoutes {
  private static final DeviceMap.Box EARTH = new DeviceMap.Box(-180, -90, 180, 90);
  private static final String NUMBER = "-?\\d{1,3}(\\.\\d{1,15})?";

  private final Watch watch;

  MapRoutes(Watch watch) {
    this.watch = watch;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/devices/map", Set.of("bbox", "zoom", "product"), this::map));
  }

  private Reply map(Call call) {
    DeviceMap.Box box = box(call).orElse(EARTH);
    int zoom = call.query().integer("zoom", 0, 0, DeviceMap.MAX_ZOOM);
    DeviceMap map = watch.map(call.sight().places(), box, zoom, call.query().string("product"));
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("zoom", map.zoom());
          Shape.items(out, "cells", map.cells(), MapRoutes::cell);
        });
  }

  static Optional<DeviceMap.Box> box(Call call) {
    return call.query().string("bbox").map(MapRoutes::box);
  }

  private static DeviceMap.Box box(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length == 4 && text.matches(NUMBER + "(," + NUMBER + "){3}")) {
      DeviceMap.Box box =
          new DeviceMap.Box(number(parts, 0), number(parts, 1), number(parts, 2), number(parts, 3));
      boolean isOnEarth =
          Math.abs(box.west()) <= 180
              && Math.abs(box.east()) <= 180
              && box.south() >= -90
              && box.north() <= 90;
      if (isOnEarth && box.south() <= box.north()) {
        return box;
      }
    }
    throw Problem.invalid(
        "bbox",
        Problem.shown(text)
            + " (expected: west,south,east,north in degrees, -180 to 180 and -90 to 90)");
  }

  private static double number(String[] parts, int at) {
    return Double.parseDouble(parts[at]);
  }

  private static void cell(JsonGenerator out, DeviceMap.Cell cell) {
    out.writeNumberProperty("lat", cell.center().lat());
    out.writeNumberProperty("lon", cell.center().lon());
    out.writeNumberProperty("devices", cell.devices());
    out.writeNumberProperty("connected", cell.connected());
    out.writeNumberProperty("silent", cell.silent());
    cell.device().ifPresent(id -> out.writeStringProperty("device", id.value()));
  }
}
