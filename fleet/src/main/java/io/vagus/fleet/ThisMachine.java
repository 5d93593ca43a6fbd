package io.vagus.fleet;

import com.sun.management.OperatingSystemMXBean;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machine that this runs on, as a device: real values, once a second. Those of the operating
 * system's own files (Linux) are left out where there are none. Not thread-safe.
 */
final class ThisMachine implements Source {
  static final String PRODUCT = "computer";
  static final long CADENCE_MICROS = 1_000_000;
  private static final Link.Passage STRAIGHT = new Link.Passage(false, false, 0);
  private static final int SECTOR_BYTES = 512; // whatever the disk's: Documentation/block/stat

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final WallClock wall;
  private final Path root;
  private final Map<String, Counter> counters = new HashMap<>();

  private record Counter(double total, long micros) {}

  /**
   * @param root of the file system, whose {@code proc} and {@code sys} are read
   */
  ThisMachine(WallClock wall, Path root) {
    this.wall = wall;
    this.root = root;
  }

  @Override
  public long messageAt(long micros) {
    return Math.ceilDiv(micros, CADENCE_MICROS);
  }

  @Override
  public long dueMicros(long message) {
    return message * CADENCE_MICROS;
  }

  @Override
  public boolean isSilent(long message) {
    return false;
  }

  @Override
  public Link.Passage passage(long message) {
    return STRAIGHT;
  }

  @Override
  public byte[] payload(long message) {
    StringBuilder json = new StringBuilder(300);
    json.append("{\"time\":").append(wall.micros()).append(",\"seq\":").append(message);
    json.append(",\"values\":");
    char separator = '{';
    for (Map.Entry<String, Double> value : values().entrySet()) {
      json.append(separator)
          .append('"')
          .append(value.getKey())
          .append("\":")
          .append(String.format(Locale.ROOT, "%.2f", value.getValue()));
      separator = ',';
    }
    return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    put(values, "cpu", system.getCpuLoad() * 100);
    put(values, "load", system.getSystemLoadAverage());
    put(values, "memory", (double) (system.getTotalMemorySize() - availableBytes()));
    long now = wall.micros();
    disk(values, now);
    network(values, now);
    temperatures(values);
    return values;
  }

  /** The beans say what they cannot tell by a negative number. */
  private static void put(Map<String, Double> values, String metric, double value) {
    if (value >= 0) {
      values.put(metric, value);
    }
  }

  /** What programs can have; the bean counts what the system keeps as cache as used. */
  private long availableBytes() {
    for (String line : lines("proc/meminfo")) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return system.getFreeMemorySize();
  }

  /** By the second, since the call before. */
  private void putRate(Map<String, Double> values, String metric, double total, long now) {
    Counter before = counters.put(metric, new Counter(total, now));
    if (before != null && now > before.micros() && total >= before.total()) {
      values.put(metric, (total - before.total()) * 1e6 / (now - before.micros()));
    }
  }

  private void disk(Map<String, Double> values, long now) {
    double read = 0;
    double written = 0;
    for (String line : lines("proc/diskstats")) {
      String[] words = line.strip().split("\\s+");
      // Whole disks of the usual kinds; their partitions would be counted twice.
      if (words.length > 9 && words[2].matches("(sd|vd|xvd)[a-z]+|nvme\\d+n\\d+|mmcblk\\d+")) {
        read += Double.parseDouble(words[5]) * SECTOR_BYTES;
        written += Double.parseDouble(words[9]) * SECTOR_BYTES;
      }
    }
    if (read + written > 0) {
      putRate(values, "disk.read", read, now);
      putRate(values, "disk.written", written, now);
    }
  }

  private void network(Map<String, Double> values, long now) {
    double in = 0;
    double out = 0;
    for (String line : lines("proc/net/dev")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String[] words = line.substring(colon + 1).strip().split("\\s+");
        in += Double.parseDouble(words[0]);
        out += Double.parseDouble(words[8]);
      }
    }
    if (in + out > 0) {
      putRate(values, "network.in", in, now);
      putRate(values, "network.out", out, now);
    }
  }

  private void temperatures(Map<String, Double> values) {
    Path zones = root.resolve("sys/class/thermal");
    if (!Files.isDirectory(zones)) {
      return;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(zones, "thermal_zone*")) {
      for (Path zone : all) {
        String number = zone.getFileName().toString().substring("thermal_zone".length());
        for (String line : lines(root.relativize(zone).resolve("temp").toString())) {
          values.put("temperature." + number, Double.parseDouble(line.strip()) / 1000);
        }
      }
    } catch (IOException e) {
      // No sensor that can be read.
    }
  }

  private Iterable<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
  }
}
