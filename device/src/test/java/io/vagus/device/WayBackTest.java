package io.vagus.device;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Protocol;
import io.vagus.kit.HostPort;
import io.vagus.kit.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands and desired state, brought by a broker that knows nothing of them. */
@Timeout(60)
class WayBackTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String LIVING = "\"expiresInMs\":600000";

  @TempDir Path folder;
  @TempDir Path store;
  private Mosquitto broker;
  private DeviceLoops loops;
  private final AtomicInteger subscribed = new AtomicInteger();
  private final List<Command> carriedOut = new CopyOnWriteArrayList<>();
  private final List<Map<String, ?>> followed = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    broker = new Mosquitto(folder);
    broker.start();
    broker.listen();
    loops = new DeviceLoops(1);
  }

  @AfterEach
  void stop() throws Exception {
    loops.close();
    broker.close();
  }

  private Device device(WallClock clock) {
    int before = subscribed.get();
    LinkOptions link =
        new LinkOptions(
            Protocol.V5,
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(200)),
            4);
    DeviceParts parts =
        DeviceParts.DEFAULT
            .with(clock)
            .with(
                new LinkListener() {
                  @Override
                  public void subscribed() {
                    subscribed.incrementAndGet();
                  }
                })
            .withCommands(command -> {
              carriedOut.add(command);
              if (command.name().equals("break")) {
                throw new IllegalStateException("stuck");
              }
              return Command.Result.SUCCEEDED;
            })
            .withDesired(document -> {
              followed.add(document);
              return Map.of("mode", document.getOrDefault("mode", "none"));
            });
    DeviceConfig config =
        DeviceConfig.of("pump-7", new HostPort("127.0.0.1", broker.port()))
            .with(link)
            .with(StoreConfig.on(store));
    Device device = Device.open(config, loops, parts);
    device.connect();
    eventually(BOUND, "it has subscribed", () -> subscribed.get() > before);
    return device;
  }

  private void command(String id, int seq, String lane, String name, String more) throws Exception {
    broker.publish(
        "v1/pump-7/commands/" + id,
        "{\"id\":\"%s\",\"seq\":%d,\"lane\":\"%s\",\"name\":\"%s\",\"args\":{\"position\":40},%s}"
            .formatted(id, seq, lane, name, more));
  }

  private List<String> results(String id) {
    return broker.heard("v1/pump-7/commands/" + id + "/result");
  }

  private void awaitResults(String id, int count, String status) {
    eventually(BOUND, id + " has results", () -> results(id).size() >= count);
    assertThat(results(id)).allMatch(r -> r.contains("\"status\":\"" + status + "\""));
  }

  @Test
  void aCommandIsCarriedOutOnceHoweverOftenItComesAndOverRestarts() throws Exception {
    try (Device device = device(WallClock.system())) {
      command("c1", 5, "normal", "set-valve", LIVING);
      command("c1", 5, "normal", "set-valve", LIVING);
      awaitResults("c1", 2, "succeeded");
      assertThat(device.counters().dropped()).isZero();
    }
    try (Device device = device(WallClock.system())) {
      command("c1", 5, "normal", "set-valve", LIVING);
      awaitResults("c1", 3, "succeeded");
      command("c0", 4, "normal", "set-valve", LIVING); // older than what was taken
      command("p1", 1, "priority", "stop", LIVING); // a lane of its own
      awaitResults("p1", 1, "succeeded");
      eventually(BOUND, "nothing is left", () -> device.counters().kept() == 0);
    }
    assertThat(results("c0")).isEmpty();
    assertThat(carriedOut).extracting(Command::id).containsExactly("c1", "p1");
    assertThat(carriedOut.getFirst().args()).isEqualTo(Map.of("position", 40L));
    assertThat(broker.heard("v1/pump-7/commands/c1/ack")).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void itsClockOrTheTimeSinceItCameSayWhenACommandIsOver() throws Exception {
    try (Device device = device(WallClock.system())) {
      command("c1", 1, "normal", "set", "\"deadline\":\"2020-01-01T00:00:00Z\"");
      awaitResults("c1", 1, "expired");
      command("c2", 2, "normal", "set", "\"expiresInMs\":0");
      awaitResults("c2", 1, "expired");
      command("c3", 3, "normal", "set", "\"deadline\":\"2099-01-01T00:00:00Z\"");
      awaitResults("c3", 1, "succeeded");
      assertThat(device.clockOffset()).isZero();
    }
    assertThat(carriedOut).extracting(Command::id).containsExactly("c3");
  }

  @Test
  void whatWasBegunBeforeARestartIsAnsweredWithUnknownAndNotBegunAgain() throws Exception {
    new CommandMemory(Optional.of(store.resolve("commands.json")))
        .remember(Command.Lane.NORMAL, new CommandMemory.Taken("c9", 9, null));
    try (Device device = device(WallClock.system())) {
      awaitResults("c9", 1, "unknown");
      command("c9", 9, "normal", "set", LIVING);
      awaitResults("c9", 2, "unknown");
      assertThat(carriedOut).isEmpty();
      assertThat(device.counters().dropped()).isZero();
    }
  }

  @Test
  void aResultThatARestartMayHaveLostIsSentOnceMore() throws Exception {
    String result = "{\"seq\":9,\"status\":\"succeeded\"}";
    new CommandMemory(Optional.of(store.resolve("commands.json")))
        .remember(Command.Lane.NORMAL, new CommandMemory.Taken("c9", 9, result));
    try (Device device = device(WallClock.system())) {
      awaitResults("c9", 1, "succeeded");
      assertThat(carriedOut).isEmpty();
      assertThat(device.counters().dropped()).isZero();
    }
  }

  @Test
  void aHandlerThatFailsIsSaid() throws Exception {
    try (Device device = device(WallClock.system())) {
      command("c1", 1, "normal", "break", LIVING);
      awaitResults("c1", 1, "failed");
      assertThat(results("c1").getFirst()).contains("stuck");
      broker.publish("v1/pump-7/commands/c2", "no command");
      command("c3", 3, "normal", "set", LIVING);
      awaitResults("c3", 1, "succeeded");
      assertThat(device.counters().refused()).isZero();
    }
  }

  @Test
  void answersDoNotWaitBehindABacklog() throws Exception {
    try (Device device = device(WallClock.system())) {
      CountDownLatch filled = new CountDownLatch(1);
      Thread.ofVirtual()
          .start(() -> {
            for (int n = 0; n < 3000; n++) {
              device.send(Map.of("n", n));
            }
            filled.countDown();
          });
      command("c1", 1, "priority", "stop", LIVING);
      awaitResults("c1", 1, "succeeded");
      filled.await();
      eventually(BOUND, "all is sent", () -> device.counters().kept() == 0);
    }
    List<String> all = broker.heard("v1/pump-7/telemetry");
    assertThat(all).hasSize(3000);
  }

  private void desired(String payload) throws Exception {
    broker.publish("v1/pump-7/twin/desired", payload);
  }

  @Test
  void desiredStateIsFollowedByWholeAndByDeltaAndHeldOverARestart() throws Exception {
    String reported = "v1/pump-7/twin/reported";
    try (Device device = device(WallClock.system())) {
      desired("{\"version\":7,\"desired\":{\"mode\":\"eco\",\"valve\":{\"position\":40}}}");
      eventually(BOUND, "7 is followed", () -> followed.size() == 1);
      desired("{\"version\":8,\"base\":7,\"delta\":{\"valve\":{\"position\":60},\"mode\":null}}");
      eventually(BOUND, "8 is followed", () -> followed.size() == 2);
      assertThat(followed.getLast()).isEqualTo(Map.of("valve", Map.of("position", 60L)));
      desired("{\"version\":8,\"desired\":{}}");
      desired("{\"version\":12,\"base\":11,\"delta\":{\"mode\":\"eco\"}}");
      eventually(
          BOUND,
          "it asks for the whole",
          () -> !broker.heard("v1/pump-7/twin/desired/get").isEmpty());
      eventually(BOUND, "8 is reported", () -> broker.heard(reported).size() == 2);
      assertThat(broker.heard(reported).getLast())
          .contains("\"desiredVersion\":8", "\"reported\":{\"mode\":\"none\"}");
      assertThat(followed).hasSize(2);
      assertThat(device.counters().refused()).isZero();
    }
    try (Device device = device(WallClock.system())) {
      eventually(BOUND, "8 is followed again", () -> followed.size() == 3);
      assertThat(followed.getLast()).isEqualTo(Map.of("valve", Map.of("position", 60L)));
      assertThat(device.counters().dropped()).isZero();
    }
  }
}
