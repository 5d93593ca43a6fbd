package io.vagus.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.journal.HeapJournal;
import io.vagus.kit.DataSize;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.registry.Credentials;
import io.vagus.registry.Registry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A broker on loopback with a journal on the heap. Names are passwords: device "d", "d". */
final class TestBroker implements AutoCloseable {
  final RecordingLane.Platform platform = new RecordingLane.Platform();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Path folder;
  final MqttConfig config;
  final boolean open;
  HeapJournal journal;
  MqttEndpoint endpoint;
  private int port;

  TestBroker(MqttConfig config, boolean open) {
    this.config = config;
    this.open = open;
    try {
      folder = Files.createTempDirectory("vagus-mqtt");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    journal = new HeapJournal();
    start();
  }

  static TestBroker open() {
    return new TestBroker(MqttConfig.defaults(), true);
  }

  static TestBroker guarded() {
    return new TestBroker(MqttConfig.defaults(), false);
  }

  private void start() {
    MqttParts parts =
        new MqttParts(
            config,
            open,
            platform::lane,
            (loop, remote, name, secret, wanted, answer) -> answer.accept(verdict(name, secret)),
            TestBroker::admit,
            journal,
            folder.resolve("snapshot"),
            WallClock.system(),
            MonotonicClock.system(),
            meters);
    endpoint = MqttEndpoint.start(parts, 1);
    port =
        endpoint.listen(HostPort.parse("127.0.0.1:0"), Transport.MQTT, Optional.empty()).getPort();
  }

  int port() {
    return port;
  }

  int listen(Transport transport, Optional<javax.net.ssl.SSLContext> tls) {
    return endpoint.listen(HostPort.parse("127.0.0.1:0"), transport, tls).getPort();
  }

  /** As kill -9 does it: what was durable remains, connections are gone. */
  void kill() {
    HeapJournal next = journal.kill();
    Path snapshot = folder.resolve("snapshot");
    byte[] kept = read(snapshot);
    endpoint.close();
    write(snapshot, kept);
    journal = next;
    start();
  }

  private static byte[] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] content) {
    try {
      if (content == null) {
        Files.deleteIfExists(file);
      } else {
        Files.write(file, content);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A clean stop and start. */
  void restart() {
    endpoint.close();
    start();
  }

  double count(String name, String... tags) {
    Counter counter = meters.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  private static Credentials.Verdict verdict(String name, byte[] secret) {
    String password = new String(secret, StandardCharsets.UTF_8);
    if (!password.equals(name)) {
      return new Credentials.Refused(ErrorCode.BAD_CREDENTIALS, "wrong");
    }
    if (name.startsWith("app")) {
      return new Credentials.ApplicationVerdict(
          new Registry.Application(
              name,
              List.of(
                  new Registry.Grant("v1/+/telemetry", false, true),
                  new Registry.Grant("public/#", true, true))));
    }
    return new Credentials.DeviceVerdict(
        new Device(
            new DeviceId(name),
            "thing",
            name,
            Device.Status.ACTIVE,
            Map.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            1));
  }

  private static MqttAdmission.Decision admit(
      Optional<Device> sender, DeviceId target, int payloadBytes) {
    if (sender.isPresent() && !sender.get().id().equals(target)) {
      return new MqttAdmission.Denied(ErrorCode.NOT_AUTHORIZED, "device: " + target);
    }
    return new MqttAdmission.Admitted(ProductModel.OPEN);
  }

  /** Limits small enough to be met. */
  static MqttConfig small() {
    MqttConfig d = MqttConfig.defaults();
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
        d.whenQueueFull(),
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
    endpoint.close();
    journal.close();
  }
}
