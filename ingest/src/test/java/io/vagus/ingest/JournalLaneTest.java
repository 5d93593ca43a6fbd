package io.vagus.ingest;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JournalLaneTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int MAX_HELD_BYTES = 4000;

  private final GatedJournal journal = new GatedJournal();
  private final LinkedBlockingQueue<Runnable> eventLoop = new LinkedBlockingQueue<>();
  private final ManualClock clock = new ManualClock(1_795_600_000_000_000L);
  private final CountedArrivals arrivals = new CountedArrivals(new SimpleMeterRegistry());
  private final List<String> heard = new ArrayList<>();
  private final JournalLane lane =
      new JournalLane(
          journal, eventLoop::add, JournalLaneTest::judge, arrivals, clock, MAX_HELD_BYTES);

  @AfterEach
  void close() {
    journal.close();
  }

  private static Optional<Validator.Problem> judge(Envelope envelope) {
    return envelope.payload()[0] == 'x'
        ? Optional.of(new Validator.Problem(ErrorCode.PAYLOAD_MALFORMED, "it begins with x"))
        : Optional.empty();
  }

  private void submit(String payload, boolean wantsVerdict) {
    byte[] bytes = payload.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    lane.submit(
        new Envelope(
            new DeviceId("d"),
            Optional.empty(),
            Channel.TELEMETRY,
            Transport.MQTT,
            clock.micros(),
            "",
            Optional.empty(),
            "open",
            1,
            false,
            0,
            bytes),
        new Heard(payload.substring(0, 1), wantsVerdict));
  }

  private void runTasks() throws InterruptedException {
    for (Runnable task = eventLoop.poll(); task != null; task = eventLoop.poll()) {
      task.run();
    }
  }

  private void runTasksUntilHeard(int count) {
    eventually(
        SOON,
        count + " receipts",
        () -> {
          try {
            Runnable task = eventLoop.poll(1, TimeUnit.MILLISECONDS);
            if (task != null) {
              task.run();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return heard.size() == count;
        });
  }

  @Test
  void givesReceiptsInOrderWithOffsetsAndOneTaskABatch() throws Exception {
    journal.hold();
    for (String payload : List.of("a", "b", "c")) {
      submit(payload, true);
      lane.flush();
    }
    assertThat(eventLoop).hasSize(1);
    runTasks();
    assertThat(journal.held()).isEqualTo(1);
    assertThat(heard).isEmpty();

    journal.release();
    eventually(SOON, "one task", () -> eventLoop.size() == 1);
    runTasks();
    assertThat(heard).containsExactly("a durable 0", "b durable 1", "c durable 2");
    AtomicBoolean idle = new AtomicBoolean();
    lane.whenIdle(() -> idle.set(true));
    assertThat(idle).isTrue();
    assertThat(arrivals.received(Transport.MQTT)).isEqualTo(3);
  }

  @Test
  void journalsWhatIsWrongAndSaysSoOnlyToWhoCanHear() {
    submit("x1", true);
    submit("x2", false);
    submit("y", true);
    lane.flush();
    runTasksUntilHeard(3);

    assertThat(heard)
        .containsExactly(
            "x dead-lettered 0 payload-malformed: it begins with x", "x durable 1", "y durable 2");
    assertThat(journal.entries()).hasSize(3);
  }

  @Test
  void keepsWhatAFullJournalRefusesAndGoesOnInOrder() throws Exception {
    journal.fill();
    List<String> actions = new ArrayList<>();
    submit("a", true);
    lane.flush();
    runTasks();
    assertThat(lane.writable()).isFalse();
    lane.whenWritable(() -> actions.add("resumed"));
    submit("b", true);
    lane.flush();
    runTasks();
    assertThat(actions).isEmpty();

    journal.makeRoom();
    runTasksUntilHeard(2);
    assertThat(heard).containsExactly("a durable 0", "b durable 1");
    assertThat(actions).containsExactly("resumed");
    assertThat(lane.writable()).isTrue();
  }

  @Test
  void holdsBackWhileTheJournalIsBehindAndGoesOnInOrder() throws Exception {
    journal.behind(true);
    submit("a", true);
    lane.flush();
    runTasks();
    assertThat(lane.writable()).isFalse();
    submit("b", true);
    lane.flush();
    runTasks();
    assertThat(journal.entries()).isEmpty();

    journal.behind(false);
    runTasksUntilHeard(2);
    assertThat(heard).containsExactly("a durable 0", "b durable 1");
    assertThat(lane.writable()).isTrue();
  }

  @Test
  void forgetsWhoNoLongerWaits() throws Exception {
    journal.fill();
    submit("a", true);
    lane.flush();
    runTasks();
    Runnable gone = () -> heard.add("must not run");
    lane.whenWritable(gone);
    lane.forget(gone);

    journal.makeRoom();
    runTasksUntilHeard(1);
    assertThat(heard).containsExactly("a durable 0");
  }

  @Test
  void givesTheOtherReceiptsWhenOneFails() {
    submit("fail", true);
    submit("b", true);
    lane.flush();
    runTasksUntilHeard(1);

    assertThat(heard).containsExactly("b durable 1");
  }

  @Test
  void holdsNoMoreThanItsBound() throws Exception {
    journal.fill();
    String large = "a".repeat(1000);
    for (int i = 0; i < 10; i++) {
      submit(large, true);
      lane.flush();
      runTasks();
    }
    assertThat(heard).hasSize(6).containsOnly("a abandoned");

    journal.makeRoom();
    runTasksUntilHeard(10);
    arrivals.tell(journal, clock);
    eventually(SOON, "all told", () -> arrivals.received(Transport.MQTT) == 10);
    assertThat(arrivals.durable(Transport.MQTT)).isEqualTo(4);
  }

  @Test
  void tellsEachRefusalOnceAndKeepsWhatTheJournalDoesNotTake() {
    lane.refused(Transport.MQTT, ErrorCode.NOT_AUTHORIZED);
    lane.refused(Transport.MQTT, ErrorCode.NOT_AUTHORIZED);
    lane.refused(Transport.WS, ErrorCode.RATE_EXCEEDED);
    journal.fill();
    arrivals.tell(journal, clock);
    assertThat(arrivals.received(Transport.MQTT)).isZero();

    journal.makeRoom();
    lane.refused(Transport.WS, ErrorCode.RATE_EXCEEDED);
    arrivals.tell(journal, clock);
    arrivals.tell(journal, clock);
    eventually(SOON, "received", () -> arrivals.received(Transport.WS) == 2);

    assertThat(journal.entries())
        .containsExactly(
            new Refusals(
                clock.micros(),
                List.of(
                    new Refusals.Tally(Transport.MQTT, ErrorCode.NOT_AUTHORIZED, 2),
                    new Refusals.Tally(Transport.WS, ErrorCode.RATE_EXCEEDED, 2))));
    assertThat(arrivals.received(Transport.MQTT)).isEqualTo(2);
    assertThat(arrivals.durable(Transport.MQTT)).isZero();
  }

  private final class Heard implements Receipt {
    private final String name;
    private final boolean wantsVerdict;

    Heard(String name, boolean wantsVerdict) {
      this.name = name;
      this.wantsVerdict = wantsVerdict;
    }

    @Override
    public void durable(long offset) {
      if (name.equals("f")) {
        throw new IllegalStateException("a broken listener");
      }
      heard.add(name + " durable " + offset);
    }

    @Override
    public void deadLettered(long offset, ErrorCode reason, String why) {
      heard.add(name + " dead-lettered " + offset + " " + reason.code() + ": " + why);
    }

    @Override
    public void abandoned() {
      heard.add(name + " abandoned");
    }

    @Override
    public boolean wantsVerdict() {
      return wantsVerdict;
    }
  }
}
