package io.vagus.ingest.mqtt;

import io.vagus.ingest.Lane;
import io.vagus.ingest.Receipt;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A lane that keeps what it is given; payloads that begin with "bad" become dead letters. */
final class RecordingLane implements Lane {
  /** What all lanes of a test were given. */
  static final class Platform {
    final List<Envelope> envelopes = new CopyOnWriteArrayList<>();
    final List<ErrorCode> refusals = new CopyOnWriteArrayList<>();
    volatile boolean held;
    private final List<Runnable> waiting = new ArrayList<>();

    Lane lane(Executor loop) {
      return new RecordingLane(this, loop);
    }

    synchronized void settle(Runnable receipt) {
      if (held) {
        waiting.add(receipt);
      } else {
        receipt.run();
      }
    }

    synchronized void release() {
      held = false;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
  }

  private record Submitted(Envelope envelope, Receipt receipt) {}

  private final Platform platform;
  private final Executor loop;
  private List<Submitted> batch = new ArrayList<>();

  RecordingLane(Platform platform, Executor loop) {
    this.platform = platform;
    this.loop = loop;
  }

  @Override
  public void submit(Envelope envelope, Receipt receipt) {
    batch.add(new Submitted(envelope, receipt));
  }

  @Override
  public void flush() {
    List<Submitted> flushed = batch;
    batch = new ArrayList<>();
    for (Submitted s : flushed) {
      platform.envelopes.add(s.envelope);
      boolean bad =
          new String(s.envelope.payload(), java.nio.charset.StandardCharsets.UTF_8)
              .startsWith("bad");
      platform.settle(() ->
          loop.execute(() -> {
            if (bad) {
              s.receipt.deadLettered(1, ErrorCode.PAYLOAD_MALFORMED, "payload: bad");
            } else {
              s.receipt.durable(1);
            }
          }));
    }
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void whenWritable(Runnable action) {
    loop.execute(action);
  }

  @Override
  public void refused(Transport transport, ErrorCode reason) {
    platform.refusals.add(reason);
  }
}
