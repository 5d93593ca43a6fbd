package io.vagus.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.ingest.AccessConfig;
import io.vagus.ingest.GatedJournal;
import io.vagus.ingest.Ingest;
import io.vagus.ingest.IngestParts;
import io.vagus.ingest.Intake;
import io.vagus.ingest.LimitsConfig;
import io.vagus.ingest.ListenConfig;
import io.vagus.ingest.NothingBack;
import io.vagus.ingest.TlsConfig;
import io.vagus.ingest.Validator;
import io.vagus.journal.FileJournal;
import io.vagus.journal.Journal;
import io.vagus.journal.JournalConfig;
import io.vagus.kit.DataSize;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry;
import io.vagus.watch.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real ingest with its MQTT listeners on loopback (all four unless it is open), its sessions in
 * files. Devices d1 to d3 and application app1 log in with {@link #SECRET}; payloads that begin
 * with "bad" break their model.
 */
final class TestBroker implements AutoCloseable {
  static final String SECRET = "correct horse";

  final GatedJournal messages = new GatedJournal();
  final InMemoryRegistry registry = new InMemoryRegistry(WallClock.system());
  final MqttConfig config;
  final boolean open;
  final int mqttPort;
  SimpleMeterRegistry meters = new SimpleMeterRegistry();
  Path folder = newFolder();
  Journal sessions;
  Ingest ingest;

  TestBroker(MqttConfig config, boolean open) {
    this(config, open, 0, null);
  }

  TestBroker(MqttConfig config, boolean open, int mqttPort, Journal sessions) {
    this.config = config;
    this.open = open;
    this.mqttPort = mqttPort;
    if (!open) {
      registerClients();
    }
    start(sessions == null ? openJournal() : sessions);
  }

  private void registerClients() {
    registry.saveProduct(
        new ProductModel("thing", 1, "Thing", Map.of(), Optional.empty(), Optional.empty(), 0));
    for (String id : List.of("d1", "d2", "d3")) {
      registry.createDevice(
          new Registry.NewDevice(new DeviceId(id), "thing", id, Map.of(), Optional.of(SECRET)));
    }
    registry.saveApplication(
        "app1",
        Optional.of(SECRET),
        List.of(
            new Registry.Grant("v1/+/telemetry", false, true),
            new Registry.Grant("public/#", true, true)));
  }

  static TestBroker open() {
    return new TestBroker(MqttConfig.defaults(), true);
  }

  static TestBroker guarded() {
    return new TestBroker(MqttConfig.defaults(), false);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("vagus-mqtt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Journal openJournal() {
    return FileJournal.open(
        folder.resolve("sessions"),
        JournalConfig.defaults(),
        WallClock.system(),
        MonotonicClock.system(),
        meters);
  }

  private void start(Journal journal) {
    sessions = journal;
    HostPort free = open ? HostPort.OFF : HostPort.parse("127.0.0.1:0");
    Intake intake =
        new Intake(
            messages, TestBroker::problem, WallClock.system(), MonotonicClock.system(), meters);
    ingest =
        Ingest.start(
            new IngestParts(
                new ListenConfig(
                    HostPort.parse("127.0.0.1:" + mqttPort),
                    free,
                    free,
                    free,
                    HostPort.OFF,
                    HostPort.OFF,
                    open,
                    2),
                LimitsConfig.defaults(),
                AccessConfig.defaults(),
                config,
                TlsConfig.defaults(),
                folder,
                intake,
                sessions,
                registry,
                Optional.empty(),
                new Watch(registry, WallClock.system(), MonotonicClock.system()),
                new NothingBack(),
                Optional.empty(),
                WallClock.system(),
                MonotonicClock.system(),
                meters));
  }

  private static Optional<Validator.Problem> problem(Envelope e) {
    boolean bad = new String(e.payload(), StandardCharsets.UTF_8).startsWith("bad");
    return bad
        ? Optional.of(new Validator.Problem(ErrorCode.PAYLOAD_MALFORMED, "payload: bad"))
        : Optional.empty();
  }

  int port() {
    return port(Transport.MQTT);
  }

  int port(Transport transport) {
    return ingest.addresses().get(transport).getPort();
  }

  List<Envelope> envelopes() {
    return messages.entries().stream()
        .filter(Envelope.class::isInstance)
        .map(Envelope.class::cast)
        .toList();
  }

  List<Refusals.Tally> refusals() {
    return messages.entries().stream()
        .filter(Refusals.class::isInstance)
        .flatMap(e -> ((Refusals) e).tallies().stream())
        .toList();
  }

  /** As kill -9 does it: the files as they are now, and nothing of what comes after. */
  void kill() {
    Path copy = newFolder();
    copy(folder, copy);
    messages.lose();
    ingest.close();
    sessions.close();
    remove(folder);
    folder = copy;
    meters = new SimpleMeterRegistry();
    messages.keep();
    start(openJournal());
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A clean stop and start. */
  void restart() {
    ingest.close();
    sessions.close();
    meters = new SimpleMeterRegistry();
    start(openJournal());
  }

  double count(String name, String... tags) {
    Counter counter = meters.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Limits small enough to be met. */
  static MqttConfig small() {
    return new MqttConfig(
        new DataSize(64 << 10),
        8,
        4,
        Duration.ofMillis(500),
        Duration.ofSeconds(60),
        20,
        Duration.ofDays(1),
        5,
        10,
        DataSize.ofMebibytes(1),
        new DataSize(600 << 10),
        MqttConfig.QueueFull.DROP_OLDEST,
        4,
        new DataSize(64 << 10),
        Duration.ofSeconds(1),
        10,
        new DataSize(4096),
        Duration.ofMillis(200),
        new DataSize(4096));
  }

  @Override
  public void close() {
    ingest.close();
    sessions.close();
    remove(folder);
  }
}
