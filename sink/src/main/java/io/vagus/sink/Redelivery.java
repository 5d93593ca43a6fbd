package io.vagus.sink;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.rule.Action;
import io.vagus.rule.SinkDeadLetter;
import io.vagus.rule.Sinks.Replayed;
import io.vagus.rule.Sinks.Tested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody has a sink brought beside what rules send it: a test, and dead letters again. Each
 * is tried once, on the thread of who asks. Thread-safe.
 */
final class Redelivery {
  private static final int AT_ONCE = 100;

  private final DeadLetters letters;
  private final WallClock wall;

  Redelivery(DeadLetters letters, WallClock wall) {
    this.letters = letters;
    this.wall = wall;
  }

  Tested test(SinkRun run) {
    long now = wall.micros();
    String sink = run.sink().name();
    String body = "{\"test\":true,\"sink\":\"%s\"}".formatted(sink);
    SinkDeadLetter test =
        new SinkDeadLetter(
            "test~" + Long.toHexString(now),
            "test",
            new DeviceId("test"),
            "test",
            now,
            body,
            0,
            "",
            wall.now());
    String why = deliver(run.target(), List.of(delivery(sink, test))).getFirst();
    return new Tested(why.isEmpty(), why, wall.micros() - now);
  }

  /** The oldest first, until one fails; those that arrive are gone. */
  Replayed replay(SinkRun run, int limit) {
    String sink = run.sink().name();
    int batch = Math.min(run.target().batch(), AT_ONCE);
    int delivered = 0;
    String why = "";
    while (why.isEmpty() && delivered < limit) {
      List<SinkDeadLetter> oldest = letters.oldest(sink, Math.min(batch, limit - delivered));
      if (oldest.isEmpty()) {
        break;
      }
      List<String> outcomes =
          deliver(run.target(), oldest.stream().map(l -> delivery(sink, l)).toList());
      List<String> arrived = new ArrayList<>();
      for (int i = 0; i < oldest.size(); i++) {
        if (outcomes.get(i).isEmpty()) {
          arrived.add(oldest.get(i).id());
        } else {
          why = outcomes.get(i);
        }
      }
      letters.remove(sink, arrived, run.counts());
      delivered += arrived.size();
    }
    return new Replayed(delivered, run.counts().deadLetters().get(), why);
  }

  /** Why each did not arrive; empty for those that did. */
  private static List<String> deliver(Target target, List<Delivery> batch) {
    try {
      return target.deliver(batch).stream()
          .map(outcome ->
              switch (outcome) {
                case Outcome.Delivered() -> "";
                case Outcome.Failed(String why, Optional<Duration> _) -> why;
                case Outcome.Refused(String why) -> why;
              })
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "stopping");
    }
  }

  private static Delivery delivery(String sink, SinkDeadLetter letter) {
    return new Delivery(
        letter.id(),
        -1,
        0,
        letter.rule(),
        letter.device(),
        letter.product(),
        letter.receivedMicros(),
        letter.receivedMicros(),
        new Action.Send(sink, Optional.of(letter.body())),
        List.of(),
        letter.body());
  }
}
