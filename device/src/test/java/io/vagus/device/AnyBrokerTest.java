package io.vagus.device;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Protocol;
import io.vagus.kit.HostPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain part of the SDK against a standard broker. */
@Timeout(60)
class AnyBrokerTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Mosquitto broker;
  private DeviceLoops loops;

  @BeforeEach
  void start() throws Exception {
    broker = new Mosquitto(folder);
    broker.start();
    loops = new DeviceLoops(1);
  }

  @AfterEach
  void stop() throws Exception {
    loops.close();
    broker.close();
  }

  private DeviceConfig config(Protocol protocol) {
    LinkOptions link =
        new LinkOptions(
            protocol,
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(200)),
            4);
    return DeviceConfig.of("pump-7", new HostPort("127.0.0.1", broker.port())).with(link);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasMeasuredBeforeArrivesInOrder(Protocol protocol) throws Exception {
    try (Device device = Device.open(config(protocol), loops, DeviceParts.DEFAULT.withoutTime())) {
      for (int i = 0; i < 50; i++) {
        device.send(Map.of("n", i));
      }
      Process subscriber = broker.subscriber(50);
      device.connect();
      List<String> lines =
          new String(subscriber.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertThat(lines).allMatch(line -> line.startsWith("v1/pump-7/telemetry {"));
      assertThat(lines.stream().map(l -> l.replaceFirst(".*\"n\":(\\d+).*", "$1")).toList())
          .isEqualTo(IntStream.range(0, 50).mapToObj(String::valueOf).toList());
      eventually(BOUND, "all are acknowledged", () -> device.counters().acknowledged() == 50);
    }
  }

  @ParameterizedTest
  @EnumSource
  void itComesBackWhenTheBrokerDoes(Protocol protocol) throws Exception {
    try (Device device = Device.open(config(protocol), loops, DeviceParts.DEFAULT.withoutTime())) {
      device.connect();
      device.send(Map.of("n", 0));
      eventually(BOUND, "it is acknowledged", () -> device.counters().acknowledged() == 1);
      broker.kill();
      for (int i = 1; i < 50; i++) {
        device.send(Map.of("n", i));
      }
      broker.start();
      eventually(BOUND, "all are acknowledged", () -> device.counters().acknowledged() == 50);
      assertThat(device.counters().kept()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIdleConnectionIsKeptAlive(Protocol protocol) throws Exception {
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger connections = new AtomicInteger();
    LinkListener counting =
        new LinkListener() {
          @Override
          public void connected() {
            connections.incrementAndGet();
          }

          @Override
          public void closed(boolean wasConnected) {
            closed.incrementAndGet();
          }
        };
    try (Device device = Device.open(config(protocol), loops, DeviceParts.DEFAULT.with(counting))) {
      device.connect();
      eventually(BOUND, "it is connected", () -> connections.get() == 1);
      long start = System.nanoTime();
      eventually(
          BOUND,
          "twice the keep alive has passed",
          () -> System.nanoTime() - start > Duration.ofSeconds(5).toNanos());
      assertThat(closed.get()).isZero();
    }
  }
}
