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

  private final MqttConfig config;
  private final Sessions sessions;
  private final SubscriptionTrie<Session> trie;
  private final RetainedMessages retained;
  private final ByteBudget budget;
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

  Distributor(
      MqttConfig config, BrokerState state, SessionLog log, MqttMetrics metrics, WallClock clock) {
    this.config = config;
    this.sessions = state.sessions();
    this.trie = state.trie();
    this.retained = state.retained();
    this.budget = state.queued();
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
    this.message = new Message("-", new byte[0], 0, false, Message.Properties.NONE, 0, 0);
  }

  /**
   * Distributes a message.
   *
   * @param receivedBy session whose QoS 2 packet identifier is to be remembered with it, or 0
   */
  Outcome publish(Message m, long receivedBy, int receivedPacketId) {
    message = m;
    trie.match(m.topic(), this);
    boolean matched = !copies.isEmpty() || !shareSessions.isEmpty();
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
      int rank = client == null ? 0 : hasTime(share.session(i)) ? 2 : 1;
      if (rank > bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    shareSessions.add(share.session(best));
    shareSubscriptions.add(share.subscription(best));
  }

  private boolean hasTime(Session session) {
    return session.outbound.next() == null
        && session.outbound.inflight() < window(session)
        && session.client != null
        && session.client.hasRoom();
  }

  private int window(Session session) {
    Client client = session.client;
    return client == null ? 0 : Math.min(config.maxInflight(), client.limits().receiveMaximum());
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
    boolean flag = retain && copy.retainAsPublished;
    if (copy.qos == 0) {
      sendQos0(session, new Outgoing(m, 0, 0, flag, copy.identifiers));
      return;
    }
    if (!makeRoom(session, m)) {
      metrics.dropped(Drop.QUEUE_FULL);
      return;
    }
    int packetId = session.outbound.newPacketId();
    Outgoing outgoing = new Outgoing(m, packetId, copy.qos, flag, copy.identifiers);
    session.outbound.add(outgoing);
    queuedFor.add(session);
    queued.add(outgoing);
  }

  private void sendQos0(Session session, Outgoing outgoing) {
    Client client = session.client;
    if (client == null) {
      return;
    }
    if (!client.hasRoom()) {
      metrics.dropped(Drop.NOT_WRITABLE);
    } else if (isTooLarge(client, outgoing)) {
      metrics.dropped(Drop.PACKET_TOO_LARGE); // [MQTT-3.1.2-25]
    } else {
      client.send(outgoing);
      metrics.sent(0);
    }
  }

  private static boolean isTooLarge(Client client, Outgoing outgoing) {
    ClientLimits limits = client.limits();
    return limits.maxPacketBytes() < Integer.MAX_VALUE
        && PacketSize.publish(outgoing, limits.isV5()) > limits.maxPacketBytes();
  }

  private boolean makeRoom(Session session, Message m) {
    OutboundQueue queue = session.outbound;
    while (queue.size() >= config.maxQueuedMessages()
        || (queue.size() > 0 && queue.bytes() + m.sizeBytes() > config.maxQueuedBytes().bytes())) {
      if (config.whenQueueFull() == MqttConfig.QueueFull.DROP_NEWEST) {
        return false;
      }
      Outgoing oldest = queue.giveUpOldest();
      if (oldest == null) {
        return false; // all are on their way already
      }
      metrics.dropped(Drop.QUEUE_FULL);
      completed(session, oldest);
    }
    return budget.hasRoomFor(m.sizeBytes());
  }

  /** Logs what must be, and sends: at once, or when it is durable. */
  private boolean log(Message m, boolean retain, long receivedBy, int receivedPacketId) {
    List<SessionEvent.Queued> records = new ArrayList<>();
    for (int i = 0; i < queued.size(); i++) {
      Outgoing o = queued.get(i);
      if (queuedFor.get(i).isPersistent()) {
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
      queued.get(i).logged = queuedFor.get(i).isPersistent() ? batch : 0;
    }
    if (queued.isEmpty()) {
      return logged;
    }
    List<Session> waiting = queuedFor;
    queuedFor = new ArrayList<>(4);
    queued = new ArrayList<>(4);
    waiting.forEach(this::drain);
    if (logged) {
      log.whenDurable(() -> waiting.forEach(this::drain));
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

  /** Sends what waits, as far as the client takes it (§4.9). */
  void drain(Session session) {
    Client client = session.client;
    OutboundQueue queue = session.outbound;
    Outgoing next = queue.next();
    while (client != null
        && next != null
        && log.isDurable(next.logged)
        && queue.inflight() < window(session)
        && client.hasRoom()) {
      if (next.message.isExpired(clock.micros()) && !(next.redelivery && next.qos == 2)) {
        discard(session, next, Drop.EXPIRED); // [MQTT-3.3.2-5]
      } else if (isTooLarge(client, next)) {
        discard(session, next, Drop.PACKET_TOO_LARGE); // [MQTT-3.1.2-25]
      } else {
        queue.sent();
        metrics.inflight(1);
        client.send(next);
        metrics.sent(next.qos);
      }
      next = queue.next();
    }
  }

  private void discard(Session session, Outgoing outgoing, Drop why) {
    session.outbound.discardNext();
    metrics.dropped(why);
    completed(session, outgoing);
  }

  private void completed(Session session, Outgoing outgoing) {
    if (session.logged) {
      log.lazily(new SessionEvent.Completed(session.number, outgoing.packetId));
    }
  }

  /** The client has it: PUBACK, PUBCOMP, or a PUBREC that refuses it. */
  void acknowledged(Session session, int packetId) {
    Outgoing outgoing = session.outbound.inflight(packetId);
    if (outgoing != null) {
      session.outbound.completed(outgoing);
      metrics.inflight(-1);
      completed(session, outgoing);
      drain(session);
    }
  }

  /** What was sent and not acknowledged waits again. */
  void disconnected(Session session) {
    int before = session.outbound.inflight();
    session.outbound.disconnected();
    metrics.inflight(session.outbound.inflight() - before);
  }

  /** The session is gone, with all that waited for it. */
  void ended(Session session) {
    metrics.inflight(-session.outbound.inflight());
    session.outbound.end();
  }
}
