package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.SessionEvent.*;
import io.vagus.journal.Journal;
import io.vagus.journal.JournalReader;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Brings the broker's state back: snapshot, then the journal from where it ends. Before the broker
 * thread starts, on the thread that starts it.
 */
final class Recovery {
  private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

  /** Name under which the sessions journal keeps what the snapshot does not hold yet. */
  static final String CONSUMER = "sessions";

  private static final int POLL_RECORDS = 4096;
  private static final Duration POLL_WAIT = Duration.ofSeconds(1);

  private final BrokerState state;

  private Recovery(BrokerState state) {
    this.state = state;
  }

  static BrokerState recover(MqttConfig config, Journal journal, Path snapshot) {
    BrokerState state = BrokerState.empty(config);
    long from = 0;
    try {
      Recovery recovery = new Recovery(state);
      from = Snapshot.read(snapshot, recovery::apply).orElse(journal.startOffset());
    } catch (VagusException e) {
      if (e.code() != ErrorCode.DATA_CORRUPT) {
        throw e;
      }
      LOG.log(System.Logger.Level.ERROR, "put aside; sessions before it may be lost", e);
      putAside(snapshot);
      state = BrokerState.empty(config);
      from = journal.startOffset();
    }
    journal.release(CONSUMER, from);
    new Recovery(state).replay(journal, from);
    return state;
  }

  private static void putAside(Path snapshot) {
    try {
      Snapshot.quarantine(snapshot);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot put aside " + snapshot, e);
    }
  }

  private void replay(Journal journal, long from) {
    long end = journal.endOffset();
    try (JournalReader reader = journal.reader(Math.min(from, end))) {
      while (reader.position() < end) {
        reader.poll(
            POLL_RECORDS,
            POLL_WAIT,
            (offset, timeMicros, array, at, length) ->
                apply(
                    SessionEventCodec.decode(
                        ByteBuffer.wrap(array, at, length).order(ByteOrder.LITTLE_ENDIAN))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted while reading sessions", e);
    }
  }

  private void apply(SessionEvent event) {
    switch (event) {
      case Opened e -> {
        state.sessions().open(e.session(), e.key()).logged = true;
      }
      case Published e -> published(e);
      case Connected e ->
          with(
              e.session(),
              s -> {
                s.expirySeconds = e.expirySeconds();
                s.will = e.will();
                s.disconnectedMicros = 0;
              });
      case Disconnected e ->
          with(
              e.session(),
              s -> {
                s.expirySeconds = e.expirySeconds();
                s.disconnectedMicros = e.timeMicros();
                s.will = e.willDue() ? s.will : null;
              });
      case WillDue e -> state.dueWills().add(e);
      case WillIngested e -> state.dueWills().remove(e.number());
      case WillGone e -> with(e.session(), s -> s.will = null);
      case Subscribed e ->
          with(
              e.session(),
              s -> {
                s.subscriptions.put(e.subscription().filter(), e.subscription());
                state.trie().add(s, e.subscription());
              });
      case Unsubscribed e ->
          with(
              e.session(),
              s -> {
                Subscription removed = s.subscriptions.remove(e.filter());
                if (removed != null) {
                  state.trie().remove(s, removed);
                }
              });
      case Received e -> with(e.session(), s -> s.received.set(e.packetId()));
      case Released e -> with(e.session(), s -> s.received.clear(e.packetId()));
      case Confirmed e -> with(e.session(), s -> s.outbound.recoverReleased(e.packetId()));
      case Completed e -> with(e.session(), s -> s.outbound.recoverCompleted(e.packetId()));
      case Ended e ->
          with(
              e.session(),
              s -> {
                s.subscriptions.values().forEach(sub -> state.trie().remove(s, sub));
                s.outbound.end();
                state.sessions().remove(s);
              });
    }
  }

  /** A session that ended is not in a snapshot, but events before its end may follow it. */
  private void with(long number, java.util.function.Consumer<Session> action) {
    Session session = state.sessions().get(number);
    if (session != null) {
      action.accept(session);
    }
  }

  private void published(Published e) {
    long order = state.sessions().nextOrder();
    if (e.retained() && !state.retained().put(e.message())) {
      LOG.log(System.Logger.Level.WARNING, "no room for a retained message: limits were lowered");
    }
    with(e.receivedBy(), s -> s.received.set(e.receivedPacketId()));
    for (Queued q : e.queued()) {
      with(
          q.session(),
          s -> {
            Outgoing outgoing =
                new Outgoing(
                    e.message(), q.packetId(), q.qos(), q.retain(), q.subscriptionIdentifiers());
            outgoing.order = order;
            outgoing.redelivery = true; // it may have been sent before
            s.outbound.add(outgoing);
          });
    }
  }
}
