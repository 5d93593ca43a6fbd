package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Range;
import io.vagus.series.Series;
import io.vagus.series.SeriesHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A series that can fail, and forgets what was not committed when it is told to crash. */
final class MemorySeries implements Series {
  final Map<String, Reading> stored = new ConcurrentSkipListMap<>();
  private final List<Reading> appended = new ArrayList<>();
  volatile int failures;
  volatile int maintained;
  volatile long maintainedAtMicros;
  volatile boolean maintenanceFails;

  /** Stores nothing: for measuring what the rest costs. */
  boolean discards;

  void crash() {
    appended.clear();
  }

  @Override
  public void append(Reading reading) {
    if (!discards) {
      appended.add(reading);
    }
  }

  @Override
  public void commit() {
    if (failures > 0) {
      failures--;
      throw new VagusException(ErrorCode.IO_FAILED, "series: planted failure");
    }
    for (Reading r : appended) {
      stored.put(r.device() + "/" + r.metric() + "/" + r.timeMicros(), r);
    }
    appended.clear();
  }

  @Override
  public List<Reading> raw(DeviceId device, String metric, long from, long to, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Range range(DeviceId device, String metric, long from, long to, long step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> metrics(DeviceId device) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void export(DeviceId device, long from, long to, Consumer<Reading> sink) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void maintain(long nowMicros) {
    maintained++;
    maintainedAtMicros = nowMicros;
    if (maintenanceFails) {
      throw new VagusException(ErrorCode.IO_FAILED, "series: planted failure of maintenance");
    }
  }

  @Override
  public SeriesHealth health() {
    return new SeriesHealth(stored.size(), 0, Map.of(), List.of());
  }

  @Override
  public void close() {}
}
