package io.vagus.rule;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sinks that take everything and deliver nothing, for tests. Thread-safe. */
public final class InMemorySinks implements Sinks {
  private final Map<String, Sink> sinks = new TreeMap<>();

  @Override
  public synchronized Sink put(String name, Sink.Order order) {
    Set<String> secrets = new TreeSet<>();
    Optional.ofNullable(sinks.get(name)).ifPresent(before -> secrets.addAll(before.secrets()));
    order
        .secrets()
        .forEach((secret, text) -> {
          boolean unused = text.isPresent() ? secrets.add(secret) : secrets.remove(secret);
        });
    Sink sink =
        new Sink(name, order.kind(), order.description(), order.config(), secrets, Instant.EPOCH);
    sinks.put(name, sink);
    return sink;
  }

  @Override
  public synchronized boolean delete(String name) {
    return sinks.remove(name) != null;
  }

  @Override
  public synchronized Set<String> names() {
    return Set.copyOf(sinks.keySet());
  }

  @Override
  public synchronized List<SinkState> all() {
    return sinks.values().stream().map(InMemorySinks::state).toList();
  }

  @Override
  public synchronized Optional<SinkState> find(String name) {
    return Optional.ofNullable(sinks.get(name)).map(InMemorySinks::state);
  }

  private static SinkState state(Sink sink) {
    return new SinkState(sink, 0, 0, 0, 0, false, 0, 0, Optional.empty());
  }

  @Override
  public Tested test(String name) {
    require(name);
    return new Tested(true, "", 0);
  }

  @Override
  public Page<SinkDeadLetter> deadLetters(String name, Optional<String> cursor, int limit) {
    require(name);
    return new Page<>(List.of(), Optional.empty());
  }

  @Override
  public Replayed replay(String name, int limit) {
    require(name);
    return new Replayed(0, 0, "");
  }

  @Override
  public int discard(String name) {
    require(name);
    return 0;
  }

  private void require(String name) {
    if (find(name).isEmpty()) {
      throw new VagusException(ErrorCode.NOT_FOUND, "sink: " + name + " does not exist");
    }
  }

  @Override
  public List<LoopTimes> loops() {
    return List.of();
  }
}
