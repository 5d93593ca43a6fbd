package io.vagus.ingest.mqtt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Builds the broker, brings its state back, and keeps its snapshot fresh. */
final class BrokerCore implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BrokerCore.class.getName());

  private final MqttParts parts;
  private final BrokerLoop loop;
  private final BrokerState state;
  private final SessionLog log;
  private final Distributor distributor;
  private final Broker broker;
  private final SysTopics sysTopics;
  private boolean snapshotting;

  private BrokerCore(MqttParts parts, MqttMetrics metrics, Broker.WillIngest wills) {
    this.parts = parts;
    MqttConfig config = parts.config();
    this.loop = new BrokerLoop(parts.monotonicClock());
    this.state = Recovery.recover(config, parts.sessions(), parts.snapshot());
    this.log = new SessionLog(parts.sessions(), loop, parts.wallClock());
    this.distributor = new Distributor(config, state, log, metrics, parts.wallClock());
    this.broker = new Broker(config, loop, parts.wallClock(), log, state, distributor, wills);
    this.sysTopics = new SysTopics(state, metrics, parts.monotonicClock());
    metrics.gauge("sessions", () -> state.sessions().size());
    metrics.gauge("subscriptions", () -> state.trie().size());
    metrics.gauge("retained", () -> state.retained().count());
  }

  static BrokerCore start(MqttParts parts, MqttMetrics metrics, Broker.WillIngest wills) {
    BrokerCore core = new BrokerCore(parts, metrics, wills);
    core.loop.execute(core.broker::recovered);
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
        parts.config().sysInterval().toNanos(),
        () -> {
          sysTopics.publish(
              state.trie(), parts.wallClock().micros(), m -> distributor.publish(m, 0, 0));
          scheduleSys();
        });
  }

  private void afterBatch() {
    broker.afterBatch();
    if (!snapshotting && log.appendedBytes() > parts.config().snapshotEvery().bytes()) {
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
      Snapshot.write(parts.snapshot(), content, offset);
      parts.sessions().release(Recovery.CONSUMER, offset);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "no snapshot of the sessions; the journal grows on", e);
    }
  }

  /** A last snapshot, so that the next start is quick; then the thread ends. */
  @Override
  public void close() {
    CountDownLatch written = new CountDownLatch(1);
    loop.execute(() -> {
      if (snapshotting) {
        log.flushAll();
        log.whenDurable(written::countDown);
      } else {
        snapshot(written::countDown);
      }
    });
    try {
      if (!written.await(10, TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "stopped without a last snapshot of the sessions");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.close();
  }
}
