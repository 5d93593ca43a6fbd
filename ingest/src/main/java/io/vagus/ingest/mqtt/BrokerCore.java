package io.vagus.ingest.mqtt;

import io.vagus.ingest.ListenerParts;
import io.vagus.journal.Journal;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Builds the broker, brings its state back, and keeps its snapshot fresh. */
final class BrokerCore implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BrokerCore.class.getName());

  private final MqttConfig config;
  private final Journal journal;
  private final Path file;
  private final WallClock clock;
  private final BrokerLoop loop;
  private final BrokerState state;
  private final SessionLog log;
  private final Distributor distributor;
  private final SessionLife life;
  private final Broker broker;
  private final SysTopics sysTopics;
  private boolean snapshotting;

  private BrokerCore(
      ListenerParts parts,
      MqttConfig config,
      Journal journal,
      Path file,
      MqttMetrics metrics,
      WillPublisher.WillIngest wills) {
    this.config = config;
    this.journal = journal;
    this.file = file;
    this.clock = parts.wallClock();
    this.loop = new BrokerLoop(parts.clock());
    this.state = Recovery.recover(config, journal, file);
    this.log = new SessionLog(journal, loop, clock);
    Delivery delivery = new Delivery(config, state.queued(), log, metrics, clock);
    this.distributor = new Distributor(state, delivery, log, metrics, clock);
    Subscriptions subscriptions = new Subscriptions(config, state, log, distributor);
    BrokerParts own = new BrokerParts(config, loop, clock, log, new Outboxes(), state);
    Arrivals arrivals = new Arrivals(parts.wayBack());
    this.life =
        new SessionLife(own, distributor, subscriptions, new WillPublisher(own, wills), arrivals);
    this.broker = new Broker(own, life, distributor, subscriptions, arrivals);
    this.sysTopics = new SysTopics(state, metrics, parts.clock());
    metrics.gauge("sessions", () -> state.sessions().size());
    metrics.gauge("subscriptions", () -> state.trie().size());
    metrics.gauge("retained", () -> state.retained().count());
  }

  static BrokerCore start(
      ListenerParts parts,
      MqttConfig config,
      Journal journal,
      Path snapshot,
      MqttMetrics metrics,
      WillPublisher.WillIngest wills) {
    BrokerCore core = new BrokerCore(parts, config, journal, snapshot, metrics, wills);
    core.loop.execute(core.life::recovered);
    core.loop.execute(core::scheduleSys);
    core.loop.start(core::afterBatch);
    return core;
  }

  Broker broker() {
    return broker;
  }

  BrokerState state() {
    return state;
  }

  private void scheduleSys() {
    loop.schedule(
        config.sysInterval().toNanos(),
        () -> {
          sysTopics.publish(state.trie(), clock.micros(), m -> distributor.publish(m, 0, 0));
          scheduleSys();
        });
  }

  private void afterBatch() {
    broker.afterBatch();
    if (!snapshotting && log.appendedBytes() > config.snapshotEvery().bytes()) {
      snapshot(() -> {});
    }
  }

  /** Takes the state now, writes it when all that led to it is durable. */
  private void snapshot(Runnable then) {
    snapshotting = true;
    log.resetAppendedBytes();
    log.flushAll();
    ByteBuffer content = Snapshot.encode(Snapshot.events(state));
    log.whenDurable(() -> {
      long offset = log.durableOffset();
      Thread.ofVirtual()
          .start(() -> {
            write(content, offset);
            then.run();
            loop.execute(() -> snapshotting = false);
          });
    });
    log.flush();
  }

  private void write(ByteBuffer content, long offset) {
    try {
      Snapshot.write(file, content, offset);
      journal.release(Recovery.CONSUMER, offset);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "no snapshot of the sessions; the journal grows on", e);
    }
  }

  /** Waits until what it was told before is done, and durable. */
  void settle() {
    CountDownLatch settled = new CountDownLatch(1);
    loop.execute(() -> {
      log.flushAll();
      log.whenDurable(settled::countDown);
    });
    await(settled, "stopped before the sessions were durable");
  }

  private static void await(CountDownLatch done, String otherwise) {
    try {
      if (!done.await(10, TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, otherwise);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A last snapshot, so that the next start is quick; then the thread ends. */
  @Override
  public void close() {
    CountDownLatch written = new CountDownLatch(1);
    loop.execute(() -> {
      if (snapshotting || log.appendedBytes() == 0) {
        log.flushAll();
        log.whenDurable(written::countDown);
      } else {
        snapshot(written::countDown);
      }
    });
    await(written, "stopped without a last snapshot of the sessions");
    loop.close();
  }
}
