package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds devices by a part of id or name, as somebody types it. In memory, since no index of SQL is
 * quick for every part: one letter, a word that all have, a word that none has
 * (docs/decisions/0013). Read by anyone; written by the file's writer, within its lock, after the
 * commit.
 *
 * <p>The devices stand in order of id in chunks of at most {@link #MAX_ROWS}; a change makes one
 * chunk anew.
 */
final class DeviceSearch {
  private static final int MAX_ROWS = 1024;

  private final TagNumbers tags = new TagNumbers();
  private volatile SearchChunk[] chunks;

  DeviceSearch(SqliteFile file) {
    List<SearchRow> rows =
        file.read(sql -> DeviceTable.searchRows(sql, device -> tags.number(device)));
    chunks = split(rows).toArray(SearchChunk[]::new);
  }

  private static List<SearchChunk> split(List<SearchRow> rows) {
    int parts = Math.ceilDiv(rows.size(), MAX_ROWS);
    List<SearchChunk> split = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) rows.size() * i / parts);
      int to = (int) ((long) rows.size() * (i + 1) / parts);
      split.add(new SearchChunk(rows.subList(from, to)));
    }
    return split;
  }

  /** The first ids behind the given one that the filter, which has a text, lets through. */
  List<DeviceId> find(DeviceFilter filter, Optional<DeviceId> after, int limit) {
    List<DeviceId> found = new ArrayList<>();
    scan(
        filter,
        after.map(DeviceId::value).orElse(""),
        row -> {
          found.add(row.id());
          return found.size() < limit;
        });
    return found;
  }

  long count(DeviceFilter filter) {
    long[] count = new long[1];
    scan(
        filter,
        "",
        row -> {
          count[0]++;
          return true;
        });
    return count[0];
  }

  private void scan(DeviceFilter filter, String after, Predicate<SearchRow> visitor) {
    String part = filter.text().orElseThrow().toLowerCase(Locale.ROOT);
    Predicate<SearchRow> others = others(filter);
    for (SearchChunk chunk : chunks) {
      boolean passed = !after.isEmpty() && chunk.lastId().compareTo(after) <= 0;
      if (!passed && !chunk.find(part, after, row -> !others.test(row) || visitor.test(row))) {
        return;
      }
    }
  }

  private Predicate<SearchRow> others(DeviceFilter filter) {
    int[] wanted = tags.find(filter.tags());
    return row ->
        (filter.product().isEmpty() || filter.product().get().equals(row.product()))
            && (filter.status().isEmpty() || filter.status().get() == row.status())
            && (filter.gateway().isEmpty() || filter.gateway().equals(row.gateway()))
            && row.hasAll(wanted);
  }

  void saved(Device device) {
    replace(
        device.id(),
        Optional.of(
            new SearchRow(
                device.id(),
                device.product(),
                device.status(),
                device.gateway(),
                tags.number(device.tags()),
                DeviceRules.searchText(device.id(), device.name()))));
  }

  void deleted(DeviceId device) {
    replace(device, Optional.empty());
  }

  private void replace(DeviceId id, Optional<SearchRow> row) {
    SearchChunk[] before = chunks;
    int at = chunkOf(before, id.value());
    List<SearchRow> rows = at < before.length ? before[at].rows() : new ArrayList<>();
    int place = 0;
    while (place < rows.size() && rows.get(place).id().compareTo(id) < 0) {
      place++;
    }
    if (place < rows.size() && rows.get(place).id().equals(id)) {
      rows.remove(place);
    }
    if (row.isPresent()) {
      rows.add(place, row.get());
    }
    List<SearchChunk> after = new ArrayList<>(List.of(before).subList(0, at));
    after.addAll(split(rows));
    if (at < before.length) {
      after.addAll(List.of(before).subList(at + 1, before.length));
    }
    chunks = after.toArray(SearchChunk[]::new);
  }

  /** The last chunk that begins at or before the id, or the first. */
  private static int chunkOf(SearchChunk[] chunks, String id) {
    int low = 0;
    int high = chunks.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (chunks[middle].firstId().compareTo(id) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
