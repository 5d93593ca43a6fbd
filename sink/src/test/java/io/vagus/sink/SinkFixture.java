package io.vagus.sink;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.command.CommandConfig;
import io.vagus.command.Commands;
import io.vagus.command.SqlCommandRecords;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.Rule;
import io.vagus.rule.Sink;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.Interlocks;
import io.vagus.watch.InMemoryAlerts;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Real sinks on a real registry, with an outbox that the test fills. */
final class SinkFixture implements AutoCloseable {
  static final Schema SCHEMA = Schema.REGISTRY.with(SqlCommandRecords.PART).with(SqlSinks.PART);
  static final Duration BOUND = Duration.ofSeconds(20);
  static final SinkConfig LOOPBACK =
      new SinkConfig("127.0.0.0/8", Path.of(""), Duration.ofDays(1), 100);
  static final Patience QUICK =
      new Patience(Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofDays(1));

  final WallClock wall = WallClock.system();
  final SqlRegistry registry;
  final Commands commands;
  final InMemoryOutbox outbox;
  final InMemoryAlerts alerts = new InMemoryAlerts();
  final RunningSinks sinks;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  SinkFixture(Path folder) {
    this(folder, new InMemoryOutbox(), LOOPBACK, QUICK, InetAddress::getAllByName);
  }

  SinkFixture(
      Path folder,
      InMemoryOutbox outbox,
      SinkConfig config,
      Patience patience,
      Addresses.Lookup lookup) {
    this.outbox = outbox;
    registry =
        SqlRegistry.open(folder.resolve("registry.db"), SCHEMA, wall, MonotonicClock.system());
    if (registry.model("pump").isEmpty()) {
      registry.saveProduct(pump());
      for (String id : List.of("pump-1", "pump-2")) {
        registry.createDevice(
            new NewDevice(new DeviceId(id), "pump", "", Map.of(), Optional.empty()));
      }
    }
    Interlocks interlocks =
        new Interlocks(registry, device -> List.of(), device -> Optional.empty(), wall);
    commands =
        Commands.start(
            new SqlCommandRecords(registry.database(), registry.events()),
            registry,
            device -> Optional.empty(),
            interlocks,
            CommandConfig.defaults(),
            wall,
            MonotonicClock.system(),
            meters);
    sinks =
        RunningSinks.start(
            new SinkParts(
                config,
                outbox,
                registry,
                commands,
                new DesiredChanges(registry, interlocks),
                alerts,
                wall,
                MonotonicClock.system(),
                meters),
            (topic, json, id, retain) -> CompletableFuture.completedFuture(true),
            new Addresses(lookup, config),
            patience);
  }

  private static ProductModel pump() {
    CommandModel close =
        new CommandModel(
            "close",
            Map.of(),
            Set.of(),
            Command.Lane.NORMAL,
            Optional.empty(),
            Duration.ofMinutes(1),
            CommandSafety.NONE);
    return new ProductModel(
        "pump",
        1,
        "pump",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        Map.of("close", close),
        TwinModel.NONE);
  }

  /** A live firing now. */
  Firing firing(long offset, String device, Action... actions) {
    return firing(offset, device, Rule.Mode.LIVE, wall.micros(), actions);
  }

  static Firing firing(
      long offset, String device, Rule.Mode mode, long receivedMicros, Action... actions) {
    return new Firing(
        offset,
        0,
        "overheat",
        1,
        new DeviceId(device),
        "pump",
        Firing.Phase.RAISED,
        mode,
        receivedMicros,
        receivedMicros,
        Map.of("readings.temperature.value", 81.5),
        Arrays.asList(actions));
  }

  void fire(long offset, String device, Action... actions) {
    outbox.add(List.of(firing(offset, device, actions)));
  }

  static Action send(String sink, long number) {
    return new Action.Send(sink, Optional.of("{\"n\":" + number + "}"));
  }

  static Action close(String device) {
    return new Action.SendCommand(
        new DeviceId(device), "close", "{}", Optional.empty(), Optional.empty());
  }

  void webhook(String name, String url, String... settings) {
    Map<String, String> config = new java.util.TreeMap<>(Map.of("url", url));
    for (String setting : settings) {
      int cut = setting.indexOf('=');
      config.put(setting.substring(0, cut), setting.substring(cut + 1));
    }
    var unused = sinks.put(name, new Sink.Order(Sink.Kind.WEBHOOK, "", config, Map.of()));
  }

  @Override
  public void close() {
    sinks.close();
    commands.close();
    registry.close();
  }
}
