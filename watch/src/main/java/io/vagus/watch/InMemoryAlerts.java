package io.vagus.watch;

import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The alerts' twin without a disk and without events, for tests. Owns its lock. */
public final class InMemoryAlerts implements Alerts {
  /** The oldest first. */
  private final List<Alert> all = new ArrayList<>();

  private final Map<String, Long> sequences = new HashMap<>();

  @Override
  public synchronized void apply(List<AlertChange> changes) {
    changes.forEach(this::apply);
  }

  private void apply(AlertChange change) {
    String key = change.source() + " " + change.device();
    Long last = sequences.get(key);
    if (last != null && change.sequence() <= last) {
      return;
    }
    Optional<Alert> open =
        all.stream()
            .filter(a -> a.source().equals(change.source()) && a.device().equals(change.device()))
            .filter(a -> a.clearedMicros().isEmpty())
            .findFirst();
    switch (change) {
      case AlertChange.Raise raise when open.isPresent() -> put(open.get().again(raise));
      case AlertChange.Raise raise -> all.add(raised(raise));
      case AlertChange.Clear clear -> {
        if (open.isEmpty()) {
          return;
        }
        put(open.get().cleared(clear.atMicros()));
      }
    }
    sequences.put(key, change.sequence());
  }

  @Override
  public synchronized void end(String source) {
    all.replaceAll(alert ->
        alert.source().equals(source) && alert.clearedMicros().isEmpty()
            ? alert.cleared(alert.lastMicros())
            : alert);
  }

  private Alert raised(AlertChange.Raise raise) {
    return new Alert(
        "a" + all.size(),
        raise.source(),
        raise.device(),
        raise.alertClass(),
        raise.text(),
        1,
        raise.atMicros(),
        raise.atMicros(),
        OptionalLong.empty(),
        Optional.empty(),
        raise.cause());
  }

  private void put(Alert alert) {
    all.replaceAll(other -> other.id().equals(alert.id()) ? alert : other);
  }

  @Override
  public synchronized Optional<Alert> find(String id) {
    return all.stream().filter(alert -> alert.id().equals(id)).findFirst();
  }

  @Override
  public synchronized Optional<Alert> acknowledge(String id, String by, String note) {
    Alerts.requireNote(note);
    find(id)
        .ifPresent(alert ->
            put(alert.acknowledged(new Alert.Acknowledgement(by, alert.lastMicros(), note))));
    return find(id);
  }

  @Override
  public synchronized Page<Alert> page(Filter filter, Optional<String> cursor, int limit) {
    long before = Alerts.before(cursor);
    List<Alert> page = new ArrayList<>();
    for (int i = (int) Math.min(before, all.size()) - 1; i >= 0; i--) {
      if (filter.matches(all.get(i))) {
        if (page.size() == limit) {
          return new Page<>(page, Optional.of("a" + (i + 1)));
        }
        page.add(all.get(i));
      }
    }
    return new Page<>(page, Optional.empty());
  }

  @Override
  public synchronized long count(Filter filter) {
    return all.stream().filter(filter::matches).count();
  }

  @Override
  public synchronized boolean forget(AlertConfig config, long nowMicros) {
    long before = nowMicros - config.retention().toNanos() / 1000;
    return all.removeIf(alert -> alert.clearedMicros().orElse(Long.MAX_VALUE) < before);
  }
}
