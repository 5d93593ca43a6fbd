package io.vagus.series.questdb;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Numbers each pair of device and metric, from 0 up, for good. Rows hold the number in place of the
 * names, so the file is synced before the rows that use it.
 *
 * <p>The file: per number, in order, {@code length:u16 crc32c:u32 device:u8+bytes metric:bytes}.
 * What a crash left incomplete at the end was used by no row and is cut off.
 *
 * <p>Mutable; guarded by its own lock.
 */
final class Dictionary implements AutoCloseable {
  /** A number that no series ever gets. */
  static final int NO_SERIES = Integer.MAX_VALUE;

  private static final int HEADER_BYTES = 6;
  private static final DeviceSeries NONE = new DeviceSeries(new String[0], new int[0]);

  private final FileChannel file;
  private final Map<DeviceId, DeviceSeries> devices = new HashMap<>();
  private final Map<String, String> internedMetrics = new HashMap<>();
  private final ByteArrayOutputStream unsynced = new ByteArrayOutputStream();
  private int count;

  /** The metrics of a device, sorted, and their numbers. */
  record DeviceSeries(String[] metrics, int[] ids) {
    private @Nullable Integer id(String metric) {
      int at = Arrays.binarySearch(metrics, metric);
      return at < 0 ? null : ids[at];
    }

    private DeviceSeries with(String metric, int id) {
      int at = -1 - Arrays.binarySearch(metrics, metric);
      String[] names = Arrays.copyOf(metrics, metrics.length + 1);
      int[] numbers = Arrays.copyOf(ids, ids.length + 1);
      System.arraycopy(metrics, at, names, at + 1, metrics.length - at);
      System.arraycopy(ids, at, numbers, at + 1, ids.length - at);
      names[at] = metric;
      numbers[at] = id;
      return new DeviceSeries(names, numbers);
    }
  }

  private Dictionary(FileChannel file) {
    this.file = file;
  }

  /** {@link ErrorCode#DATA_CORRUPT} when a record that is not the last is damaged. */
  static Dictionary open(Path path) {
    try {
      byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
      Dictionary dictionary =
          new Dictionary(
              FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      int end = dictionary.load(ByteBuffer.wrap(bytes));
      dictionary.file.truncate(end);
      dictionary.file.position(end);
      return dictionary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of a series, given to it now if it has none. */
  synchronized int idOf(DeviceId device, String metric) {
    Integer known = devices.getOrDefault(device, NONE).id(metric);
    if (known != null) {
      return known;
    }
    write(device.value(), metric);
    return add(device, metric);
  }

  synchronized @Nullable Integer find(DeviceId device, String metric) {
    return devices.getOrDefault(device, NONE).id(metric);
  }

  synchronized DeviceSeries of(DeviceId device) {
    return devices.getOrDefault(device, NONE);
  }

  synchronized int count() {
    return count;
  }

  /** Makes all numbers given so far durable; costs nothing when there are no new ones. */
  synchronized void sync() throws IOException {
    if (unsynced.size() == 0) {
      return;
    }
    long start = file.position();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(unsynced.toByteArray());
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(false);
      unsynced.reset();
    } catch (IOException e) {
      file.position(start);
      throw e;
    }
  }

  /** Of what is synced. */
  synchronized long sizeBytes() throws IOException {
    return file.position();
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }

  private int add(DeviceId device, String metric) {
    String interned = internedMetrics.computeIfAbsent(metric, m -> m);
    devices.put(device, devices.getOrDefault(device, NONE).with(interned, count));
    return count++;
  }

  private void write(String device, String metric) {
    byte[] deviceBytes = device.getBytes(StandardCharsets.UTF_8);
    byte[] metricBytes = metric.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(1 + deviceBytes.length + metricBytes.length);
    body.put((byte) deviceBytes.length).put(deviceBytes).put(metricBytes).flip();
    try (DataOutputStream out = new DataOutputStream(unsynced)) {
      out.writeShort(body.remaining());
      out.writeInt(crc(body));
      out.write(body.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads all whole records; returns where they end. */
  private int load(ByteBuffer in) {
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = in.getShort() & 0xffff;
      int crc = in.getInt();
      if (length > in.remaining()) {
        return start;
      }
      ByteBuffer body = in.slice(in.position(), length);
      in.position(in.position() + length);
      if (length == 0 || crc(body) != crc) {
        if (!in.hasRemaining()) {
          return start;
        }
        throw new VagusException(
            ErrorCode.DATA_CORRUPT, "dictionary record at " + start + ": checksum does not match");
      }
      byte[] device = new byte[body.get() & 0xff];
      body.get(device);
      byte[] metric = new byte[body.remaining()];
      body.get(metric);
      add(
          new DeviceId(new String(device, StandardCharsets.UTF_8)),
          new String(metric, StandardCharsets.UTF_8));
    }
    return in.limit() - in.remaining();
  }

  private static int crc(ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(body.duplicate());
    return (int) crc.getValue();
  }
}
