package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fleet that comes back at once, through real sockets. The server is a process of its own with
 * 256 MB of heap, which bounds its memory.
 */
@Timeout(300)
class HerdTest {
  /** {@code -Dvagus.herd=10000} for the figures of docs/performance.md. */
  private static final int FLEET = Integer.getInteger("vagus.herd", 3000);

  private static final int CHOSEN = FLEET / 10;
  private static final int GUESSES = FLEET;

  /** Several times what was seen (docs/performance.md): the machine has other work too. */
  private static final Duration GENERATED_BOUND = Duration.ofSeconds(60);

  /** Twice 20 ms of one processor for each. */
  private static final Duration CHOSEN_BOUND = Duration.ofSeconds(30).plusMillis(20L * CHOSEN);

  @TempDir Path data;

  @Test
  void aFleetWithGeneratedSecretsComesBackAtOnceAlsoAfterAKill() {
    List<String> secrets;
    ServerProcess process = ServerProcess.start(data);
    try (RunningServer server = RunningServer.of(process, data)) {
      secrets = registerFleet(server, FLEET);
      try (Herd herd = new Herd("127.0.0.1", secrets)) {
        requireServed("first", herd, server);
        herd.cut();
        requireServed("after a cut", herd, server);
        server.requireAccepted(2 * FLEET);
        process.kill();
      }
    }
    try (RunningServer server = RunningServer.of(ServerProcess.start(data), data);
        Herd herd = new Herd("127.0.0.1", secrets)) {
      requireServed("replays after a kill and a restart", herd, server);
      herd.cut();
      requireServed("replays after another cut", herd, server);
      herd.cut();
      requireServed("news", herd, server);
      server.requireDecided(Map.of("accepted", 3 * FLEET, "duplicate", 2 * FLEET));
    }
  }

  /** Devices pump-0 and on, with secrets that the server makes. */
  static List<String> registerFleet(RunningServer server, int devices) {
    expect(201, server.post("/api/v1/products", "{\"id\":\"pump\"}"));
    String body =
        IntStream.range(0, devices)
            .mapToObj(
                "{\"id\":\"pump-%d\",\"product\":\"pump\",\"generateSecret\":true}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    long start = System.nanoTime();
    String answer = expect(201, server.post("/api/v1/devices/bulk", body)).body();
    say(
        "bulk of " + devices + " with generated secrets",
        Duration.ofNanos(System.nanoTime() - start));
    JsonNode secrets = JsonMapper.shared().readTree(answer).path("secrets");
    return StreamSupport.stream(secrets.spliterator(), false)
        .map(made -> made.path("secret").asString())
        .toList();
  }

  private static void requireServed(String what, Herd herd, RunningServer server) {
    Herd.Outcome outcome = herd.comeBack(server.port("mqtt"), GENERATED_BOUND);
    say(what + " " + outcome.reasons(), outcome.took());
    assertThat(outcome.served()).as(what).isEqualTo(FLEET);
  }

  private static void say(String what, Duration took) {
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, took.toMillis() / 1000.0);
  }

  @Test
  void thoseWithChosenSecretsAreServedInTurnAfterARestart() {
    try (RunningServer server = RunningServer.of(ServerProcess.start(data), data)) {
      server.registerAll(CHOSEN, "secret of %d");
    }
    List<String> secrets = IntStream.range(0, CHOSEN).mapToObj("secret of %d"::formatted).toList();
    try (RunningServer server = RunningServer.of(ServerProcess.start(data), data);
        Herd herd = new Herd("127.0.0.1", secrets)) {
      Herd.Outcome cold = herd.comeBack(server.port("mqtt"), CHOSEN_BOUND);
      say(CHOSEN + " chosen, after a restart " + cold.reasons(), cold.took());
      assertThat(cold.served()).isEqualTo(CHOSEN);
      herd.cut();
      Herd.Outcome warm = herd.comeBack(server.port("mqtt"), CHOSEN_BOUND);
      say(CHOSEN + " chosen, known " + warm.reasons(), warm.took());
      assertThat(warm.served()).isEqualTo(CHOSEN);
      server.requireAccepted(2 * CHOSEN);
    }
  }

  @Test
  void wrongPasswordsAreRefusedCheaplyWhileTheRightfulGetIn() throws Exception {
    try (RunningServer server = RunningServer.of(ServerProcess.start(data), data);
        Herd guessers = new Herd("127.0.0.2", Collections.nCopies(GUESSES, "wrong horse"))) {
      server.registerAll(2, "correct horse");
      int port = server.port("mqtt");
      Thread guessing = Thread.ofPlatform().unstarted(() -> requireRefused(guessers, port));
      Throwable[] failure = new Throwable[1];
      guessing.setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
      guessing.start();
      int connected = 0;
      do {
        long start = System.nanoTime();
        MqttDevice.connected(port, "pump-" + connected % 2).close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        connected++;
      } while (guessing.isAlive());
      guessing.join();
      assertThat(failure[0]).isNull();
      assertThat(server.refusedConnections()).isEqualTo(GUESSES);
    }
  }

  private static void requireRefused(Herd guessers, int port) {
    Herd.Outcome outcome = guessers.comeBack(port, Duration.ofSeconds(60));
    say(GUESSES + " wrong passwords " + outcome.reasons(), outcome.took());
    assertThat(outcome.served()).isZero();
    // Bad User Name or Password, Connection rate exceeded, or Server busy and later one of these.
    assertThat(outcome.reasons().keySet()).isSubsetOf(0x86, 0x9F, 0x89);
    assertThat(outcome.reasons().getOrDefault(0x86, 0) + outcome.reasons().getOrDefault(0x9F, 0))
        .isEqualTo(GUESSES);
  }
}
