package io.vagus.process;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of each metric of one device, in parallel arrays: some 51 bytes a metric. Not
 * thread-safe.
 */
final class LastReadings {
  private static final int INITIAL = 2;

  /** What follows a stored reading; files older than the second have it nowhere. */
  private static final int HAS_TEXT = 1;

  private static final int HAS_MORE_QUALITY = 1 << 1;

  private String[] metrics = new String[INITIAL];
  private long[] timeMicros = new long[INITIAL];
  private long[] deviceMicros = new long[INITIAL];
  private long[] receivedMicros = new long[INITIAL];
  private double[] numbers = new double[INITIAL];
  private short[] qualities = new short[INITIAL];
  private @Nullable String @Nullable [] texts;
  private int size;

  int size() {
    return size;
  }

  /** Index of a metric, or -1. */
  int indexOf(String metric) {
    for (int i = 0; i < size; i++) {
      if (metrics[i].equals(metric)) {
        return i;
      }
    }
    return -1;
  }

  String metric(int index) {
    return metrics[index];
  }

  long timeMicros(int index) {
    return timeMicros[index];
  }

  /** NaN of a text. */
  double number(int index) {
    return numbers[index];
  }

  /** When the newest of all came; 0 without any. */
  long newestReceivedMicros() {
    long newest = 0;
    for (int i = 0; i < size; i++) {
      newest = Math.max(newest, receivedMicros[i]);
    }
    return newest;
  }

  /**
   * Takes the reading as the newest of its metric.
   *
   * @param index of its metric, or -1 for a new one
   */
  void put(int index, Reading reading) {
    int at = index;
    if (at < 0) {
      at = add(reading.metric());
    }
    timeMicros[at] = reading.timeMicros();
    deviceMicros[at] = reading.deviceTimeMicros();
    receivedMicros[at] = reading.receivedMicros();
    numbers[at] = reading.number();
    qualities[at] = (short) reading.quality();
    if (reading.text() != null || texts != null) {
      texts = texts == null ? new @Nullable String[metrics.length] : texts;
      texts[at] = reading.text();
    }
  }

  private int add(String metric) {
    if (size == metrics.length) {
      int length = size * 2;
      metrics = Arrays.copyOf(metrics, length);
      timeMicros = Arrays.copyOf(timeMicros, length);
      deviceMicros = Arrays.copyOf(deviceMicros, length);
      receivedMicros = Arrays.copyOf(receivedMicros, length);
      numbers = Arrays.copyOf(numbers, length);
      qualities = Arrays.copyOf(qualities, length);
      texts = texts == null ? null : Arrays.copyOf(texts, length);
    }
    metrics[size] = metric;
    return size++;
  }

  /** Sorted by metric. */
  List<Reading> list(DeviceId device) {
    List<Reading> readings = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      readings.add(reading(device, i));
    }
    readings.sort(Comparator.comparing(Reading::metric));
    return readings;
  }

  Reading reading(DeviceId device, int i) {
    return new Reading(
        device,
        metrics[i],
        timeMicros[i],
        deviceMicros[i],
        receivedMicros[i],
        numbers[i],
        texts == null ? null : texts[i],
        qualities[i] & 0xFFFF);
  }

  void write(Bytes out) {
    out.putInt(size);
    for (int i = 0; i < size; i++) {
      out.putText(metrics[i]).putLong(timeMicros[i]).putLong(deviceMicros[i]);
      out.putLong(receivedMicros[i]).putDouble(numbers[i]).putByte(qualities[i]);
      String text = texts == null ? null : texts[i];
      int moreQuality = qualities[i] >>> 8 & 0xFF;
      out.putByte((text == null ? 0 : HAS_TEXT) | (moreQuality == 0 ? 0 : HAS_MORE_QUALITY));
      if (text != null) {
        out.putText(text);
      }
      if (moreQuality != 0) {
        out.putByte(moreQuality);
      }
    }
  }

  /** Replaces all; equal names become one string through the interner. */
  void read(Bytes in, DeviceId device, Interner names) {
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      String metric = names.intern(in.getText());
      long time = in.getLong();
      long deviceTime = in.getLong();
      long received = in.getLong();
      double number = in.getDouble();
      int quality = in.getByte() & 0xFF;
      int has = in.getByte();
      String text = (has & HAS_TEXT) == 0 ? null : in.getText();
      if ((has & HAS_MORE_QUALITY) != 0) {
        quality |= (in.getByte() & 0xFF) << 8;
      }
      put(
          indexOf(metric),
          new Reading(device, metric, time, deviceTime, received, number, text, quality));
    }
  }
}
