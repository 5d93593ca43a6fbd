package io.vagus.sink;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Page;
import io.vagus.registry.sql.Times;
import io.vagus.rule.Action;
import io.vagus.rule.LoopTimes;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkDeadLetter;
import io.vagus.rule.SinkState;
import io.vagus.rule.Sinks;
import io.vagus.sink.SqlSinks.Secret;
import io.vagus.sink.SqlSinks.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All sinks at work, each by itself: the platform's own, which carry out commands, changes of
 * desired state and alerts, and those that somebody set up. What a crash brings a second time is
 * known by its id. Thread-safe.
 */
public final class RunningSinks implements Sinks, AutoCloseable {
  private static final int MOST_SINKS = 100;
  private static final Duration CONCERN = Duration.ofMinutes(1);

  private final SinkParts parts;
  private final SqlSinks store;
  private final DeadLetters letters;
  private final Redelivery redelivery;
  private final LoopClock loops;
  private final Targets targets;
  private final SinkRun.SinkRunParts runParts;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Cursors cursors;
  private volatile boolean closing;

  /** One sink: what it does now. */
  private static final class Entry {
    final SinkMeters meters;
    volatile SinkRun run;

    Entry(SinkMeters meters, SinkRun run) {
      this.meters = meters;
      this.run = run;
    }
  }

  private RunningSinks(SinkParts parts, MqttWay mqtt, Addresses addresses, Patience patience) {
    this.parts = parts;
    this.store = new SqlSinks(parts.registry().database(), parts.registry().events());
    this.letters =
        new DeadLetters(parts.registry().database(), parts.wall(), parts.config().maxDeadLetters());
    this.redelivery = new Redelivery(letters, parts.wall());
    this.loops = LoopClock.start(parts.commands(), parts.meters());
    this.targets = new Targets(parts, addresses, mqtt);
    this.runParts =
        new SinkRun.SinkRunParts(parts.outbox(), letters, patience, parts.wall(), parts.clock());
    this.cursors = new Cursors(store, parts.outbox());
  }

  /** Begins to carry out what is in the outbox, from where it was left. */
  public static RunningSinks start(SinkParts parts, MqttWay mqtt) {
    return start(parts, mqtt, new Addresses(parts.config()), new Patience(parts.config().giveUp()));
  }

  static RunningSinks start(SinkParts parts, MqttWay mqtt, Addresses addresses, Patience patience) {
    RunningSinks sinks = new RunningSinks(parts, mqtt, addresses, patience);
    sinks.startBuiltIn(
        "command",
        new CommandTarget(parts.commands(), parts.registry(), sinks.loops),
        action -> action instanceof Action.SendCommand);
    sinks.startBuiltIn(
        "desired",
        new DesiredTarget(parts.desired(), parts.registry().database()),
        action -> action instanceof Action.ChangeDesired);
    sinks.startBuiltIn(
        "alert",
        new AlertTarget(parts.alerts(), parts.messageAt()),
        action -> action instanceof Action.RaiseAlert || action instanceof Action.ClearAlert);
    sinks.store.all().forEach(sinks::startStored);
    sinks.cursors.start();
    return sinks;
  }

  private void startBuiltIn(String name, Target target, Predicate<Action> wanted) {
    Sink sink = new Sink(name, Sink.Kind.BUILT_IN, "", Map.of(), Set.of(), Instant.EPOCH);
    begin(sink, name, target, wanted, store.position(name).orElse(-1L));
  }

  /** One whose settings are no longer understood must not keep the server from starting. */
  private void startStored(Stored stored) {
    Sink sink = stored.sink();
    Target target;
    try {
      target = targets.of(sink.kind(), sink.config(), stored.secretTexts());
    } catch (VagusException e) {
      target = new BrokenTarget(String.valueOf(e.getMessage()));
    }
    begin(
        sink,
        stored.consumer(),
        target,
        wants(sink.name()),
        store.position(stored.consumer()).orElseGet(parts.outbox()::newestOffset));
  }

  private static Predicate<Action> wants(String sink) {
    return action -> action instanceof Action.Send send && send.sink().equals(sink);
  }

  /** A cursor beyond the outbox is of an older one: its offsets come again. */
  private void begin(
      Sink sink, String consumer, Target target, Predicate<Action> wanted, long cursor) {
    long position = Math.min(cursor, parts.outbox().newestOffset());
    SinkMeters meters = new SinkMeters(parts.meters(), sink.name());
    SinkCounts counts = new SinkCounts(letters.count(sink.name()), meters::arrived);
    SinkRun run = SinkRun.start(sink, target, wanted, position, counts, runParts);
    Entry entry = new Entry(meters, run);
    entries.put(sink.name(), entry);
    cursors.follow(consumer, position, () -> entry.run.position());
    meters.show(counts, this::lagMicros);
  }

  private long lagMicros(String name) {
    Entry entry = entries.get(name);
    return entry == null ? 0 : entry.run.lagMicros();
  }

  @Override
  public synchronized Sink put(String name, Sink.Order order) {
    requireOpen();
    requireName(name);
    Optional<Stored> before = store.find(name);
    if (before.isEmpty() && entries.size() >= MOST_SINKS) {
      throw new VagusException(
          ErrorCode.CONFLICT, "sinks: " + entries.size() + " (expected: < " + MOST_SINKS + ")");
    }
    Instant now = parts.wall().now();
    Map<String, Secret> secrets = secrets(before, order, Times.micros(now));
    Sink sink =
        new Sink(name, order.kind(), order.description(), order.config(), secrets.keySet(), now);
    Stored stored =
        new Stored(sink, secrets, before.map(Stored::createdMicros).orElse(Times.micros(now)));
    Target target = targets.of(order.kind(), order.config(), stored.secretTexts());
    store.save(stored, parts.outbox().newestOffset());
    Entry running = entries.get(name);
    if (running == null) {
      begin(sink, stored.consumer(), target, wants(name), parts.outbox().newestOffset());
    } else {
      running.run.close();
      running.run =
          SinkRun.start(
              sink, target, wants(name), running.run.position(), running.run.counts(), runParts);
    }
    return sink;
  }

  private static Map<String, Secret> secrets(
      Optional<Stored> before, Sink.Order order, long nowMicros) {
    Map<String, Secret> secrets = new TreeMap<>(before.map(Stored::secrets).orElse(Map.of()));
    order
        .secrets()
        .forEach((name, text) ->
            text.ifPresentOrElse(
                t -> secrets.put(name, new Secret(t, nowMicros)), () -> secrets.remove(name)));
    return secrets;
  }

  private static void requireName(String name) {
    if (!Sink.isValidName(name)) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "sink: \"" + name + "\" (expected: 1 to 64 of a-z, 0-9 and -, not beginning with -)");
    }
    if (List.of("command", "desired", "alert", "event").contains(name)) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "sink: " + name + " is part of the platform (expected: another name)");
    }
  }

  private void requireOpen() {
    if (closing) {
      throw new VagusException(ErrorCode.STOPPING, "stopping");
    }
  }

  @Override
  public synchronized boolean delete(String name) {
    Optional<Stored> stored = store.find(name);
    if (stored.isEmpty()) {
      return false;
    }
    cursors.end(stored.get().consumer(), () -> store.delete(stored.get()));
    Entry gone = entries.remove(name);
    if (gone != null) {
      gone.run.close();
      gone.meters.remove();
      letters.discard(name, gone.run.counts());
    }
    return true;
  }

  @Override
  public Set<String> names() {
    return entries.values().stream()
        .map(entry -> entry.run.sink())
        .filter(sink -> sink.kind() != Sink.Kind.BUILT_IN)
        .map(Sink::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public List<SinkState> all() {
    return entries.values().stream()
        .map(entry -> entry.run.state())
        .sorted(
            Comparator.<SinkState, Integer>comparing(
                    s -> s.sink().kind() == Sink.Kind.BUILT_IN ? 0 : 1)
                .thenComparing(s -> s.sink().name()))
        .toList();
  }

  /** Which sinks fail for so long that somebody should look; empty when none does. */
  public String concern() {
    return entries.values().stream()
        .map(entry -> entry.run)
        .filter(run -> run.counts().isFailing() && run.lagMicros() > CONCERN.toNanos() / 1000)
        .map(run ->
            "sink %s is %d s behind: %s"
                .formatted(
                    run.sink().name(),
                    run.lagMicros() / 1_000_000,
                    run.counts().lastError().map(SinkState.Failure::why).orElse("")))
        .sorted()
        .collect(Collectors.joining("; "));
  }

  /** Deliveries of a sink that are held in memory. */
  long underWay(String name) {
    return run(name).underWay();
  }

  @Override
  public Optional<SinkState> find(String name) {
    return Optional.ofNullable(entries.get(name)).map(entry -> entry.run.state());
  }

  private SinkRun run(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new VagusException(ErrorCode.NOT_FOUND, "sink: " + name + " does not exist");
    }
    return entry.run;
  }

  /** What a rule asked of devices then is not what is right now. */
  private SinkRun setUp(String name) {
    SinkRun run = run(name);
    if (run.sink().kind() == Sink.Kind.BUILT_IN) {
      throw new VagusException(
          ErrorCode.CONFLICT, "sink: " + name + " is part of the platform (expected: one set up)");
    }
    return run;
  }

  @Override
  public Tested test(String name) {
    return redelivery.test(setUp(name));
  }

  @Override
  public Page<SinkDeadLetter> deadLetters(String name, Optional<String> cursor, int limit) {
    var unused = run(name);
    return letters.page(name, cursor, limit);
  }

  @Override
  public Replayed replay(String name, int limit) {
    return redelivery.replay(setUp(name), limit);
  }

  @Override
  public int discard(String name) {
    return letters.discard(name, run(name).counts());
  }

  @Override
  public List<LoopTimes> loops() {
    return loops.times();
  }

  /** Stops all at once, and writes down how far each came. */
  @Override
  public void close() {
    closing = true;
    List<Thread> stops =
        entries.values().stream()
            .map(entry -> Thread.ofVirtual().start(() -> entry.run.close()))
            .toList();
    try {
      for (Thread stop : stops) {
        stop.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cursors.close();
    loops.close();
  }
}
