package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.MqttMetrics.Drop;
import io.vagus.kit.WallClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings messages to the sessions that subscribed them (MQTT 5.0 §3.3.4, §4.8). Owned by the broker
 * thread.
 */
final class Distributor implements SubscriptionTrie.Visitor<Session> {
  private static final int MAX_QUEUED_PER_RECORD = 10_000;

  /** What became of a message. */
  enum Outcome {
    NOBODY,
    SENT,
    /** Sent, once the log is durable. */
    LOGGED
  }

  /** One copy for one session, of all its subscriptions that match. */
  private static final class Copy {
    int qos;
    boolean retainAsPublished;
    int[] identifiers = Outgoing.NO_IDENTIFIERS;

    void merge(Subscription s, int messageQos) {
      qos = Math.max(qos, Math.min(messageQos, s.qos()));
      retainAsPublished |= s.retainAsPublished();
      if (s.identifier() != 0) {
        identifiers = Arrays.copyOf(identifiers, identifiers.length + 1);
        identifiers[identifiers.length - 1] = s.identifier();
      }
    }
  }

  private final Sessions sessions;
  private final SubscriptionTrie<Session> trie;
  private final RetainedMessages retained;
  private final Delivery delivery;
  private final SessionLog log;
  private final MqttMetrics metrics;
  private final WallClock clock;

  // Of the message being distributed.
  private Message message;
  private final Map<Session, Copy> copies = new LinkedHashMap<>();
  private final List<Session> shareSessions = new ArrayList<>();
  private final List<Subscription> shareSubscriptions = new ArrayList<>();
  private List<Session> queuedFor = new ArrayList<>();
  private List<Outgoing> queued = new ArrayList<>();
  private boolean reachedDevice;

  Distributor(
      BrokerState state, Delivery delivery, SessionLog log, MqttMetrics metrics, WallClock clock) {
    this.sessions = state.sessions();
    this.trie = state.trie();
    this.retained = state.retained();
    this.delivery = delivery;
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.message = new Message("-", new byte[0], 0, false, Message.Properties.NONE, 0, 0);
  }

  Delivery delivery() {
    return delivery;
  }

  /**
   * Distributes a message.
   *
   * @param receivedBy session whose QoS 2 packet identifier is to be remembered with it, or 0
   */
  Outcome publish(Message m, long receivedBy, int receivedPacketId) {
    message = m;
    reachedDevice = false;
    trie.match(m.topic(), this);
    boolean anybody = !copies.isEmpty() || !shareSessions.isEmpty();
    copies.forEach((session, copy) -> deliver(session, m, copy, m.retain()));
    for (int i = 0; i < shareSessions.size(); i++) {
      Copy copy = new Copy();
      copy.merge(shareSubscriptions.get(i), m.qos());
      deliver(shareSessions.get(i), m, copy, m.retain());
    }
    copies.clear();
    shareSessions.clear();
    shareSubscriptions.clear();
    boolean retain = m.retain() && retain(m);
    boolean logged = log(m, retain, receivedBy, receivedPacketId);
    boolean matched = m.isKeptElsewhere() ? reachedDevice : anybody;
    return logged ? Outcome.LOGGED : matched ? Outcome.SENT : Outcome.NOBODY;
  }

  private boolean retain(Message m) {
    boolean done = retained.put(m);
    if (!done) {
      metrics.dropped(Drop.RETAINED_FULL);
    }
    return done;
  }

  @Override
  public void subscriber(Session session, Subscription subscription) {
    if (!subscription.noLocal() || session.number != message.publisher()) {
      copies.computeIfAbsent(session, s -> new Copy()).merge(subscription, message.qos());
    }
  }

  /** The next member who can take it at once; else one who is connected; else any. */
  @Override
  public void share(SubscriptionTrie.Share<Session> share) {
    share.turn();
    int best = 0;
    int bestRank = -1;
    for (int i = 0; i < share.size() && bestRank < 2; i++) {
      Client client = share.session(i).client;
      int rank = client == null ? 0 : delivery.hasTime(share.session(i)) ? 2 : 1;
      if (rank > bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    shareSessions.add(share.session(best));
    shareSubscriptions.add(share.subscription(best));
  }

  /** A retained message for a new subscription (§3.8.4). */
  void deliverRetained(Session session, Subscription subscription, Message m) {
    if (m.isExpired(clock.micros())) {
      metrics.dropped(Drop.EXPIRED);
      return;
    }
    Copy copy = new Copy();
    copy.merge(subscription, m.qos());
    copy.retainAsPublished = true;
    deliver(session, m, copy, true);
    log(m, false, 0, 0);
  }

  private void deliver(Session session, Message m, Copy copy, boolean retain) {
    if (m.isKeptElsewhere() && session.client == null) {
      return;
    }
    boolean flag = retain && copy.retainAsPublished;
    if (copy.qos == 0) {
      delivery.sendQos0(session, new Outgoing(m, 0, 0, flag, copy.identifiers));
      reached(session);
      return;
    }
    if (!delivery.makeRoom(session, m)) {
      metrics.dropped(Drop.QUEUE_FULL);
      return;
    }
    int packetId = session.outbound.newPacketId();
    Outgoing outgoing = new Outgoing(m, packetId, copy.qos, flag, copy.identifiers);
    session.outbound.add(outgoing);
    queuedFor.add(session);
    queued.add(outgoing);
    reached(session);
  }

  /** An application that looks on is not who the message is for. */
  private void reached(Session session) {
    reachedDevice |= !(session.principal instanceof Principal.OfApplication);
  }

  private boolean isLogged(int i) {
    return queuedFor.get(i).isPersistent() && !queued.get(i).message.isKeptElsewhere();
  }

  /** Logs what must be, and sends: at once, or when it is durable. */
  private boolean log(Message m, boolean retain, long receivedBy, int receivedPacketId) {
    List<SessionEvent.Queued> records = new ArrayList<>();
    for (int i = 0; i < queued.size(); i++) {
      Outgoing o = queued.get(i);
      if (isLogged(i)) {
        records.add(
            new SessionEvent.Queued(
                queuedFor.get(i).number, o.packetId, o.qos, o.retain, o.subscriptionIdentifiers));
      }
    }
    boolean logged = !records.isEmpty() || retain || receivedBy != 0;
    long batch = logged ? append(m, retain, receivedBy, receivedPacketId, records) : 0;
    long number = sessions.nextOrder();
    for (int i = 0; i < queued.size(); i++) {
      queued.get(i).order = number;
      queued.get(i).logged = isLogged(i) ? batch : 0;
    }
    if (queued.isEmpty()) {
      return logged;
    }
    List<Session> waiting = queuedFor;
    queuedFor = new ArrayList<>(4);
    queued = new ArrayList<>(4);
    waiting.forEach(delivery::drain);
    if (logged) {
      log.whenDurable(() -> waiting.forEach(delivery::drain));
    }
    return logged;
  }

  private long append(
      Message m,
      boolean retain,
      long receivedBy,
      int receivedPacketId,
      List<SessionEvent.Queued> records) {
    long batch = 0;
    int from = 0;
    do {
      int to = Math.min(records.size(), from + MAX_QUEUED_PER_RECORD);
      boolean first = from == 0;
      batch =
          log.append(
              new SessionEvent.Published(
                  m,
                  first && retain,
                  first ? receivedBy : 0,
                  receivedPacketId,
                  records.subList(from, to)));
      from = to;
    } while (from < records.size());
    return batch;
  }
}
