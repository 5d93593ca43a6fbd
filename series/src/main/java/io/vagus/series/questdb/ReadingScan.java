package io.vagus.series.questdb;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts readings of one device together from raw rows and their details, holding one instant's rows
 * at a time. Owned by one thread.
 */
final class ReadingScan implements AutoCloseable {
  private final RawStore store;
  private final DeviceId device;
  private final Map<Integer, String> metrics;
  private final String condition;
  private final long toMicros;
  private final Consumer<Reading> sink;
  private final List<Row> instant = new ArrayList<>();
  private long instantMicros;
  private @Nullable DetailCursor details;

  private record Row(int id, String metric, double value, int meta) {}

  private ReadingScan(
      RawStore store,
      DeviceId device,
      Dictionary.DeviceSeries series,
      long toMicros,
      Consumer<Reading> sink) {
    this.store = store;
    this.device = device;
    this.metrics =
        IntStream.range(0, series.ids().length)
            .boxed()
            .collect(Collectors.toMap(i -> series.ids()[i], i -> series.metrics()[i]));
    this.condition = condition(series.ids());
    this.toMicros = toMicros;
    this.sink = sink;
  }

  /** Oldest first, readings of one instant by metric. */
  static void run(
      RawStore store,
      DeviceId device,
      Dictionary.DeviceSeries series,
      long fromMicros,
      long toMicros,
      long limit,
      Consumer<Reading> sink) {
    if (series.ids().length == 0 || fromMicros >= toMicros || limit <= 0) {
      return;
    }
    try (ReadingScan scan = new ReadingScan(store, device, series, toMicros, sink)) {
      store.scan(scan.condition, fromMicros, toMicros, limit, scan::row);
      scan.flush();
    }
  }

  static String condition(int... ids) {
    return ids.length == 1
        ? "sid = " + ids[0]
        : IntStream.of(ids)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ", "sid in (", ")"));
  }

  private void row(long timeMicros, int id, double value, int meta) {
    if (timeMicros != instantMicros) {
      flush();
      instantMicros = timeMicros;
    }
    instant.add(new Row(id, metrics.getOrDefault(id, ""), value, meta));
  }

  private void flush() {
    instant.sort(Comparator.comparing(Row::metric));
    Map<Integer, DetailCursor.Detail> found =
        instant.stream().anyMatch(r -> (r.meta & RawRow.DETAIL) != 0) ? detailsNow() : Map.of();
    for (Row row : instant) {
      sink.accept((row.meta & RawRow.DETAIL) == 0 ? plain(row) : detailed(row, found.get(row.id)));
    }
    instant.clear();
  }

  private Map<Integer, DetailCursor.Detail> detailsNow() {
    DetailCursor cursor = details;
    if (cursor == null) {
      cursor = store.details(condition, instantMicros, toMicros);
      details = cursor;
    }
    return cursor.at(instantMicros);
  }

  private Reading plain(Row row) {
    int quality = RawRow.quality(row.meta);
    long received = RawRow.receivedMicros(instantMicros, row.meta);
    return new Reading(
        device,
        row.metric,
        instantMicros,
        RawRow.deviceTimeMicros(instantMicros, received, quality),
        received,
        row.value,
        null,
        quality);
  }

  private Reading detailed(Row row, DetailCursor.@Nullable Detail detail) {
    if (detail == null) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "detail of series " + row.id + " at " + instantMicros + ": missing");
    }
    return new Reading(
        device,
        row.metric,
        instantMicros,
        detail.deviceTimeMicros(),
        detail.receivedMicros(),
        row.value,
        detail.text(),
        detail.quality());
  }

  @Override
  public void close() {
    if (details != null) {
      details.close();
    }
  }
}
