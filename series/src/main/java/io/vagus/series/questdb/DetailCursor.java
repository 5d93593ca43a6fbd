package io.vagus.series.questdb;

import io.questdb.cairo.sql.Record;
import io.questdb.std.str.Utf8Sequence;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks the detail table forward in time, beside a walk over the raw one. Owned by one thread. */
final class DetailCursor implements AutoCloseable {
  private final OpenQuery query;
  private final Record row;
  private boolean onRow;

  record Detail(@Nullable String text, long deviceTimeMicros, long receivedMicros, int quality) {}

  DetailCursor(OpenQuery query) {
    this.query = query;
    this.row = query.cursor().getRecord();
    this.onRow = query.cursor().hasNext();
  }

  /** What there is at a time, by series; times must not decrease from call to call. */
  Map<Integer, Detail> at(long timeMicros) {
    Map<Integer, Detail> found = new HashMap<>();
    while (onRow && row.getTimestamp(0) <= timeMicros) {
      if (row.getTimestamp(0) == timeMicros) {
        Utf8Sequence text = row.getVarcharA(2);
        found.put(
            row.getInt(1),
            new Detail(
                text == null ? null : text.toString(),
                row.getLong(3),
                row.getLong(4),
                row.getInt(5)));
      }
      onRow = query.cursor().hasNext();
    }
    return found;
  }

  @Override
  public void close() {
    query.close();
  }
}
