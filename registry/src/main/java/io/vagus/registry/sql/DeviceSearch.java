package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  DeviceSearch(Database database) {
    List<SearchRow> rows =
        database.read(sql ->
            DeviceTable.searchRows(
                sql, (words, details) -> tags.number(TagNumbers.union(words, details))));
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
  List<DeviceId> find(DeviceFilter filter, GroupTree tree, Optional<DeviceId> after, int limit) {
    List<DeviceId> found = new ArrayList<>();
    scan(
        filter,
        tree,
        after.map(DeviceId::value).orElse(""),
        row -> {
          found.add(row.id());
          return found.size() < limit;
        });
    return found;
  }

  long count(DeviceFilter filter, GroupTree tree) {
    long[] count = new long[1];
    scan(
        filter,
        tree,
        "",
        row -> {
          count[0]++;
          return true;
        });
    return count[0];
  }

  private void scan(
      DeviceFilter filter, GroupTree tree, String after, Predicate<SearchRow> visitor) {
    String part = filter.text().orElseThrow().toLowerCase(Locale.ROOT);
    Predicate<SearchRow> others = others(filter, tree);
    for (SearchChunk chunk : chunks) {
      boolean passed = !after.isEmpty() && chunk.lastId().compareTo(after) <= 0;
      if (!passed && !chunk.find(part, after, row -> !others.test(row) || visitor.test(row))) {
        return;
      }
    }
  }

  private Predicate<SearchRow> others(DeviceFilter filter, GroupTree tree) {
    int[] wanted = tags.find(TagNumbers.union(filter.tags(), filter.details()));
    Set<GroupId> groups = filter.group().map(tree::within).orElse(Set.of());
    return row ->
        (filter.product().isEmpty() || filter.product().get().equals(row.product()))
            && (filter.status().isEmpty() || filter.status().get() == row.status())
            && (filter.gateway().isEmpty() || filter.gateway().equals(row.gateway()))
            && (filter.group().isEmpty() || row.group().filter(groups::contains).isPresent())
            && row.hasAll(wanted);
  }

  void saved(List<Device> devices) {
    NavigableMap<DeviceId, Optional<SearchRow>> changes = new TreeMap<>();
    devices.forEach(device -> changes.put(device.id(), Optional.of(row(device))));
    change(changes);
  }

  private SearchRow row(Device device) {
    return new SearchRow(
        device.id(),
        device.product(),
        device.status(),
        device.gateway(),
        device.group(),
        tags.number(TagNumbers.union(device.tags(), device.details())),
        DeviceRules.searchText(device.id(), device.name()));
  }

  void deleted(DeviceId device) {
    change(new TreeMap<>(Map.of(device, Optional.<SearchRow>empty())));
  }

  /** Makes anew the chunks that changes fall into: each begins where its first id says. */
  private void change(NavigableMap<DeviceId, Optional<SearchRow>> changes) {
    SearchChunk[] before = chunks;
    List<SearchChunk> after = new ArrayList<>(before.length + 1);
    NavigableMap<DeviceId, Optional<SearchRow>> rest = changes;
    for (int i = 0; i + 1 < before.length; i++) {
      DeviceId next = new DeviceId(before[i + 1].firstId());
      after.addAll(changed(List.of(before[i]), rest.headMap(next, false)));
      rest = rest.tailMap(next, true);
    }
    after.addAll(
        changed(List.of(before).subList(Math.max(0, before.length - 1), before.length), rest));
    chunks = after.toArray(SearchChunk[]::new);
  }

  /**
   * @param chunk one, or none at the very beginning
   */
  private static List<SearchChunk> changed(
      List<SearchChunk> chunk, Map<DeviceId, Optional<SearchRow>> changes) {
    if (changes.isEmpty()) {
      return chunk;
    }
    NavigableMap<DeviceId, SearchRow> rows = new TreeMap<>();
    chunk.forEach(c -> c.rows().forEach(row -> rows.put(row.id(), row)));
    changes.forEach(
        (id, row) -> row.ifPresentOrElse(present -> rows.put(id, present), () -> rows.remove(id)));
    return split(List.copyOf(rows.values()));
  }
}
