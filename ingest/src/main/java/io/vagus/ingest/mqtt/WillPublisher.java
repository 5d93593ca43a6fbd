package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.SessionEvent.WillDue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings wills that are due to the platform, when their topic leads there: each once, whatever
 * happens to the server in between. Owned by the broker thread.
 *
 * <pre>
 * due ──logged──▶ durable here ──lane──▶ durable in the journal ──logged──▶ gone
 *                     ▲  └── no room: again after a while
 *                     └───── restart: again, with the same message id
 * </pre>
 */
final class WillPublisher {
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The way into the platform. */
  interface WillIngest {
    /**
     * Hands a will over.
     *
     * @param sender who was connected; null after a restart, when its name is all there is
     * @param done on any thread: false when it has to be tried again
     */
    void ingest(WillDue will, @Nullable Principal sender, Done done);
  }

  /** Hears what became of a will. */
  interface Done {
    void accept(boolean settled);
  }

  private final BrokerLoop loop;
  private final SessionLog log;
  private final DueWills wills;
  private final WillIngest ingest;

  WillPublisher(BrokerParts parts, WillIngest ingest) {
    this.loop = parts.loop();
    this.log = parts.log();
    this.wills = parts.state().dueWills();
    this.ingest = ingest;
  }

  void due(@Nullable Principal sender, String senderName, Message will) {
    if (will.topic().startsWith(Route.DEVICE_TOPICS)) {
      WillDue due = wills.add(senderName, will);
      log.append(due);
      log.whenDurable(() -> ingest(due, sender));
    }
  }

  /** After a restart: those of which it is not known whether they arrived. */
  void recovered() {
    wills.all().forEach(due -> ingest(due, null));
  }

  private void ingest(WillDue due, @Nullable Principal sender) {
    ingest.ingest(due, sender, settled -> loop.execute(() -> ingested(due, settled)));
  }

  private void ingested(WillDue due, boolean settled) {
    if (settled) {
      wills.remove(due.number());
      log.lazily(new SessionEvent.WillIngested(due.number()));
    } else {
      loop.schedule(AGAIN_NANOS, () -> ingest(due, null));
    }
  }
}
