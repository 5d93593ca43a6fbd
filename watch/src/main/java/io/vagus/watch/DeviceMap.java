package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.model.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where devices are, those near each other as one cell of a grid.
 *
 * @param zoom of the cells: as asked for, less where that made too many of them
 */
public record DeviceMap(int zoom, List<Cell> cells) {
  public static final int MAX_ZOOM = 12;
  static final int MAX_CELLS = 2000;

  /** Cells around the earth at zoom 0; twice as many with each step. */
  private static final int CELLS_AROUND = 16;

  public DeviceMap {
    cells = List.copyOf(cells);
  }

  /** A box in degrees; from a west that is greater than its east it spans the antimeridian. */
  public record Box(double west, double south, double east, double north) {
    public boolean holds(double lat, double lon) {
      boolean within = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
      return within && lat >= south && lat <= north;
    }
  }

  /**
   * Devices near each other.
   *
   * @param center mean of their places
   * @param device when it is one
   */
  public record Cell(
      Location center, int devices, int connected, int silent, Optional<DeviceId> device) {}

  /** What one cell adds up to. */
  private static final class Sum {
    double lat;
    double lon;
    int devices;
    int connected;
    int silent;
    DeviceId any;

    Sum(DeviceId any) {
      this.any = any;
    }

    void add(Sum other) {
      lat += other.lat;
      lon += other.lon;
      devices += other.devices;
      connected += other.connected;
      silent += other.silent;
    }

    Cell cell() {
      return new Cell(
          new Location(lat / devices, lon / devices),
          devices,
          connected,
          silent,
          devices == 1 ? Optional.of(any) : Optional.empty());
    }
  }

  /** Row and column of a grid; halved they are those of the next coarser one. */
  private record Key(int row, int column) {
    static Key of(double lat, double lon, int zoom) {
      double width = 360.0 / ((long) CELLS_AROUND << zoom);
      return new Key((int) Math.floor((lat + 90) / width), (int) Math.floor((lon + 180) / width));
    }

    Key coarser() {
      return new Key(row >> 1, column >> 1);
    }
  }

  static DeviceMap of(
      Roster roster, Within within, Box box, int zoom, Optional<String> product, long nowMicros) {
    Map<Key, Sum> cells = new HashMap<>();
    roster.visit(
        within,
        (device, silenceMicros) -> {
          float lat = device.lat;
          float lon = device.lon;
          if (box.holds(lat, lon) && (product.isEmpty() || product.get().equals(device.product))) {
            Sum sum =
                cells.computeIfAbsent(Key.of(lat, lon, zoom), key -> new Sum(device.device()));
            sum.lat += lat;
            sum.lon += lon;
            sum.devices++;
            sum.connected += device.isConnected(nowMicros, silenceMicros) ? 1 : 0;
            sum.silent += device.isSilent(nowMicros, silenceMicros) ? 1 : 0;
          }
        });
    return bounded(cells, zoom);
  }

  private static DeviceMap bounded(Map<Key, Sum> found, int wanted) {
    Map<Key, Sum> cells = found;
    int zoom = wanted;
    while (cells.size() > MAX_CELLS && zoom > 0) {
      Map<Key, Sum> coarser = new HashMap<>();
      cells.forEach(
          (key, sum) -> coarser.computeIfAbsent(key.coarser(), k -> new Sum(sum.any)).add(sum));
      cells = coarser;
      zoom--;
    }
    List<Cell> all = new ArrayList<>(cells.size());
    cells.values().forEach(sum -> all.add(sum.cell()));
    return new DeviceMap(zoom, all);
  }
}
