package io.vagus.sink;

import static io.vagus.sink.SinkFixture.BOUND;
import static io.vagus.sink.SinkFixture.close;
import static io.vagus.sink.SinkFixture.send;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.command.CommandRecords;
import io.vagus.command.CommandRequest;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.RegistryAudit;
import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.Rule;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkState;
import io.vagus.watch.Alert;
import io.vagus.watch.Alerts;
import io.vagus.wire.DocumentCodec;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeliveryTest {
  @TempDir Path folder;

  private SinkFixture start(InMemoryOutbox outbox, SinkConfig config, Patience patience) {
    return new SinkFixture(folder, outbox, config, patience, InetAddress::getAllByName);
  }

  private static SinkState state(SinkFixture fixture, String sink) {
    return fixture.sinks.find(sink).orElseThrow();
  }

  private static List<Command> commands(SinkFixture fixture) {
    return fixture.commands.page(CommandRecords.Filter.ALL, Optional.empty(), 1000).items();
  }

  private static SinkConfig room(int deadLetters) {
    return new SinkConfig("127.0.0.0/8", Path.of(""), Duration.ofDays(1), deadLetters);
  }

  @Test
  void aSinkThatHangsDelaysNoOther() {
    CountDownLatch never = new CountDownLatch(1);
    try (SinkFixture fixture = new SinkFixture(folder);
        Receiver hanging = new Receiver((exchange, n) -> never.await());
        Receiver willing = Receiver.willing()) {
      fixture.webhook("hanging", hanging.url(), "timeout=1m");
      fixture.webhook("willing", willing.url());
      for (int i = 0; i < 2000; i++) {
        fixture.fire(i, "pump-" + i % 20, send("hanging", i), send("willing", i));
      }
      eventually(BOUND, "all arrive", () -> state(fixture, "willing").delivered() == 2000);
      SinkState stuck = state(fixture, "hanging");
      assertThat(stuck.delivered()).isZero();
      assertThat(stuck.lag()).isEqualTo(2000);
      assertThat(stuck.lagMicros()).isPositive();

      long before = System.nanoTime();
      fixture.sinks.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void whatOneWasNotGivenComesAfterARestart() {
    InMemoryOutbox outbox = new InMemoryOutbox();
    try (Receiver down = Receiver.answering(503)) {
      try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
        fixture.webhook("erp", down.url());
        for (int i = 0; i < 500; i++) {
          fixture.fire(i, "pump-" + i % 5, send("erp", i));
        }
        eventually(BOUND, "it is tried", () -> state(fixture, "erp").failed() > 3);
      }
    }
    try (Receiver up = Receiver.willing();
        SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      fixture.webhook("erp", up.url());
      eventually(BOUND, "all arrive", () -> state(fixture, "erp").delivered() == 500);
      assertThat(up.bodies().stream().distinct()).hasSize(500);
      eventually(
          BOUND,
          "the outbox may forget them",
          () -> outbox.released(consumer(fixture, "erp")) == 499);
    }
  }

  private static String consumer(SinkFixture fixture, String sink) {
    return new SqlSinks(fixture.registry.database(), fixture.registry.events())
        .find(sink)
        .orElseThrow()
        .consumer();
  }

  @Test
  void givesUpAfterItsTimeAndGoesOn() {
    Patience short_ =
        new Patience(Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(50));
    try (SinkFixture fixture = start(new InMemoryOutbox(), room(100), short_);
        Receiver down = Receiver.answering(500)) {
      fixture.webhook("erp", down.url(), "parallel=1");
      fixture.fire(1, "pump-1", send("erp", 1));
      fixture.fire(2, "pump-1", send("erp", 2));
      eventually(BOUND, "both are given up", () -> state(fixture, "erp").deadLetters() == 2);
      assertThat(fixture.sinks.deadLetters("erp", Optional.empty(), 1).next()).isPresent();
      assertThat(fixture.sinks.discard("erp")).isEqualTo(2);
      assertThat(state(fixture, "erp").deadLetters()).isZero();
    }
  }

  @Test
  void standsStillWhenItsDeadLettersAreFullAndLosesNone() {
    int[] status = {400};
    try (SinkFixture fixture = start(new InMemoryOutbox(), room(3), SinkFixture.QUICK);
        Receiver receiver =
            new Receiver((exchange, n) -> exchange.sendResponseHeaders(status[0], -1))) {
      fixture.webhook("erp", receiver.url(), "parallel=1");
      for (int i = 0; i < 10; i++) {
        fixture.fire(i, "pump-1", send("erp", i));
      }
      eventually(BOUND, "it is full, and tried again", () -> state(fixture, "erp").failed() > 20);
      assertThat(state(fixture, "erp").deadLetters()).isEqualTo(3);
      assertThat(state(fixture, "erp").lag()).isEqualTo(7);

      status[0] = 200;
      eventually(BOUND, "the others arrive", () -> state(fixture, "erp").delivered() == 7);
      assertThat(fixture.sinks.replay("erp", 100).delivered()).isEqualTo(3);
    }
  }

  @Test
  void theOldestRefusedCommandsGoForWantOfRoom() {
    try (SinkFixture fixture = start(new InMemoryOutbox(), room(3), SinkFixture.QUICK)) {
      for (int i = 0; i < 10; i++) {
        fixture.fire(i, "pump-1", close("nobody"));
      }
      fixture.fire(10, "pump-1", close("pump-1"));
      eventually(BOUND, "7 had to go", () -> state(fixture, "command").droppedLetters() == 7);
      eventually(BOUND, "the command is sent", () -> state(fixture, "command").delivered() == 1);
      assertThat(state(fixture, "command").deadLetters()).isEqualTo(3);
      assertThat(fixture.sinks.deadLetters("command", Optional.empty(), 1).items().getFirst().why())
          .contains("nobody does not exist");
      assertThatThrownBy(() -> fixture.sinks.replay("command", 1))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("part of the platform");
    }
  }

  @Test
  void commandsAreSentOnceWhateverIsRepeated() {
    InMemoryOutbox outbox = new InMemoryOutbox();
    try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      for (int i = 0; i < 40; i++) {
        fixture.fire(i, "pump-1", close("pump-" + (1 + i % 2)));
      }
      eventually(BOUND, "all are there", () -> commands(fixture).size() == 40);
      assertThat(commands(fixture)).allMatch(c -> c.issuer().equals("rule:overheat"));
      assertThat(fixture.commands.find(CommandRequest.keyedId("rule:overheat", "overheat~1~5~0~0")))
          .isPresent();
      // As after a crash before any cursor was written.
      forgetCursors(fixture);
    }
    try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      eventually(BOUND, "all came again", () -> state(fixture, "command").delivered() == 40);
      assertThat(commands(fixture)).hasSize(40);
      assertThat(state(fixture, "command").deadLetters()).isZero();
    }
  }

  private static void forgetCursors(SinkFixture fixture) {
    fixture.sinks.close();
    fixture.registry.database().write(sql -> sql.update("delete from sink_cursor"));
  }

  @Test
  void aCommandThatWasFoundTooLongAgoIsNotSent() {
    try (SinkFixture fixture = new SinkFixture(folder)) {
      long old = fixture.wall.micros() - Duration.ofMinutes(2).toNanos() / 1000;
      fixture.outbox.add(
          List.of(SinkFixture.firing(1, "pump-1", Rule.Mode.LIVE, old, close("pump-1"))));
      eventually(BOUND, "it is refused", () -> state(fixture, "command").deadLetters() == 1);
      assertThat(fixture.sinks.deadLetters("command", Optional.empty(), 1).items().getFirst().why())
          .startsWith("deadline: ");
      assertThat(commands(fixture)).isEmpty();
    }
  }

  @Test
  void desiredStateIsChangedOnceEvenWhenAPersonChangedItSince() {
    InMemoryOutbox outbox = new InMemoryOutbox();
    DeviceId pump = new DeviceId("pump-1");
    try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      fixture.fire(1, "pump-1", new Action.ChangeDesired(pump, "{\"mode\":\"safe\"}"));
      eventually(BOUND, "it is safe", () -> desired(fixture, pump).contains("safe"));
      DocumentPatch person = DocumentCodec.readPatch("{\"mode\":\"fast\"}".getBytes());
      var unused = fixture.registry.desired().change(pump, person, OptionalLong.empty());
      forgetCursors(fixture);
    }
    try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      eventually(BOUND, "it came again", () -> state(fixture, "desired").delivered() == 1);
      assertThat(desired(fixture, pump)).contains("fast");
      fixture.fire(2, "pump-1", new Action.ChangeDesired(pump, "{\"mode\":\"slow\"}"));
      eventually(BOUND, "the next is done", () -> desired(fixture, pump).contains("slow"));
    }
  }

  private static String desired(SinkFixture fixture, DeviceId device) {
    return DocumentCodec.text(fixture.registry.desired().of(device).document());
  }

  @Test
  void alertsAreRaisedOnceAndClearedByTheirRule() {
    InMemoryOutbox outbox = new InMemoryOutbox();
    try (SinkFixture fixture = start(outbox, room(100), SinkFixture.QUICK)) {
      Action raise = new Action.RaiseAlert(Effect.AlertClass.PAGE, "Too hot");
      fixture.fire(1, "pump-1", close("pump-1"), raise);
      eventually(BOUND, "it is raised", () -> state(fixture, "alert").delivered() == 1);
      Alert alert = alert(fixture);
      assertThat(alert.source()).isEqualTo("rule:overheat");
      assertThat(alert.cause().firing()).contains("overheat~1~1~0");
      assertThat(alert.cause().commands())
          .containsExactly(CommandRequest.keyedId("rule:overheat", "overheat~1~1~0~0"));
      assertThat(alert.state()).isEqualTo(Alert.State.OPEN);

      fixture.fire(2, "pump-1", new Action.ClearAlert());
      eventually(BOUND, "it is over", () -> alert(fixture).state() == Alert.State.CLEARED);
    }
  }

  private static Alert alert(SinkFixture fixture) {
    return fixture.alerts.page(Alerts.Filter.ALL, Optional.empty(), 10).items().getFirst();
  }

  @Test
  void shadowsAreNotCarriedOut() {
    try (SinkFixture fixture = new SinkFixture(folder);
        Receiver receiver = Receiver.willing()) {
      fixture.webhook("erp", receiver.url());
      fixture.outbox.add(
          List.of(
              SinkFixture.firing(
                  1,
                  "pump-1",
                  Rule.Mode.SHADOW,
                  fixture.wall.micros(),
                  send("erp", 1),
                  close("pump-1"))));
      fixture.fire(2, "pump-1", send("erp", 2));
      eventually(BOUND, "the live one arrives", () -> state(fixture, "erp").delivered() == 1);
      eventually(BOUND, "both are read", () -> outboxRead(fixture));
      assertThat(receiver.bodies()).containsExactly("{\"n\":2}");
      assertThat(commands(fixture)).isEmpty();
    }
  }

  private static boolean outboxRead(SinkFixture fixture) {
    return fixture.outbox.released("command") == 2;
  }

  @Test
  void thousandsAtOnceAreHeldInTheOutboxNotInMemory() {
    CountDownLatch open = new CountDownLatch(1);
    try (SinkFixture fixture = new SinkFixture(folder);
        Receiver receiver =
            new Receiver((exchange, n) -> {
              open.await();
              exchange.sendResponseHeaders(200, -1);
            })) {
      fixture.webhook("erp", receiver.url(), "timeout=1m", "parallel=4");
      for (int i = 0; i < 5000; i++) {
        fixture.fire(i, "pump-" + i % 100, send("erp", i));
      }
      eventually(BOUND, "5000 wait", () -> state(fixture, "erp").lag() == 5000);
      // Four lanes of 64, and what each has in hand: the reader stopped there.
      assertThat(fixture.sinks.underWay("erp")).isLessThan(400);
      open.countDown();
      eventually(BOUND, "all arrive", () -> state(fixture, "erp").delivered() == 5000);
    }
  }

  @Test
  void oneThatIsDeletedIsForgottenWithAllThatWaits() {
    try (SinkFixture fixture = new SinkFixture(folder);
        Receiver down = Receiver.answering(503);
        Receiver up = Receiver.willing()) {
      fixture.fire(0, "pump-1");
      fixture.webhook("erp", down.url());
      for (int i = 1; i < 1000; i++) {
        fixture.fire(i, "pump-1", send("erp", i));
      }
      eventually(BOUND, "it is tried", () -> state(fixture, "erp").failed() > 1);
      String consumer = consumer(fixture, "erp");
      assertThat(fixture.outbox.released(consumer)).isZero();
      assertThat(fixture.sinks.delete("erp")).isTrue();
      assertThat(fixture.sinks.delete("erp")).isFalse();
      assertThat(fixture.sinks.find("erp")).isEmpty();
      assertThat(fixture.outbox.released(consumer)).isEqualTo(-1);
      assertThat(fixture.meters.find("vagus.sink.lag").tag("sink", "erp").gauge()).isNull();

      fixture.webhook("erp", up.url()); // another of that name begins with what comes now
      fixture.fire(1000, "pump-1", send("erp", 1000));
      eventually(BOUND, "the new one arrives", () -> state(fixture, "erp").delivered() == 1);
      assertThat(up.bodies()).containsExactly("{\"n\":1000}");
    }
  }

  @Test
  void secretsAreInNoEventAndNoAnswer() {
    String secret = "correct horse battery staple";
    try (SinkFixture fixture = new SinkFixture(folder)) {
      Sink.Order order =
          new Sink.Order(
              Sink.Kind.KAFKA,
              "to the lake",
              Map.of("servers", "127.0.0.1:9", "topic", "t", "user", "vagus"),
              Map.of("password", Optional.of(secret)));
      assertThat(fixture.sinks.put("lake", order).toString()).doesNotContain(secret);
      assertThat(state(fixture, "lake").sink().secrets()).containsExactly("password");
      String events =
          fixture
              .registry
              .events()
              .events(EventLog.Filter.ALL, Optional.empty(), 100)
              .items()
              .stream()
              .map(Object::toString)
              .collect(Collectors.joining());
      assertThat(events).contains("sink.saved", "secret.password").doesNotContain(secret);
      // Kept when it is not named, gone when it is taken away.
      var kept =
          fixture.sinks.put("lake", new Sink.Order(order.kind(), "", order.config(), Map.of()));
      assertThat(kept.secrets()).containsExactly("password");
      assertThatThrownBy(() ->
              fixture.sinks.put(
                  "lake",
                  new Sink.Order(
                      order.kind(), "", order.config(), Map.of("password", Optional.empty()))))
          .hasMessageContaining("secrets.password");
    }
    try (RegistryAudit audit =
        RegistryAudit.open(folder.resolve("registry.db"), SinkFixture.SCHEMA)) {
      assertThat(audit.rebuild().differences()).isEmpty();
    }
  }

  @Test
  void deliversManyASecondToEachSink() {
    try (SinkFixture fixture = new SinkFixture(folder);
        Receiver one = Receiver.willing()) {
      fixture.webhook("one", one.url(), "batch=100");
      IntStream.range(0, 5000).forEach(i -> fixture.fire(i, "pump-" + i % 50, send("one", i)));
      eventually(BOUND, "all arrive", () -> state(fixture, "one").delivered() == 5000);
      assertThat(one.posts().size()).isLessThan(2500);
    }
  }
}
