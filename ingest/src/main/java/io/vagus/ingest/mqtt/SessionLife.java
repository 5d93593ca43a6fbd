package io.vagus.ingest.mqtt;

import io.vagus.kit.WallClock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How sessions begin, resume and end, and when their wills are due (MQTT 5.0 §3.1.2.5, §4.1). Owned
 * by the broker thread.
 *
 * <pre>
 * none ──CONNECT──▶ connected ──connection lost, taken over──▶ waiting ──expiry──▶ none
 *                       ▲ └──clean start, expiry 0──▶ none        │ └─will delay─▶ will published
 *                       └──────────────CONNECT────────────────────┘
 * </pre>
 */
final class SessionLife {

  private final MqttConfig config;
  private final BrokerLoop loop;
  private final WallClock clock;
  private final SessionLog log;
  private final Outboxes outboxes;
  private final Sessions sessions;
  private final SubscriptionTrie<Session> trie;
  private final Distributor distributor;
  private final Delivery delivery;
  private final Subscriptions subscriptions;
  private final WillPublisher wills;
  private final Arrivals arrivals;

  SessionLife(
      BrokerParts parts,
      Distributor distributor,
      Subscriptions subscriptions,
      WillPublisher wills,
      Arrivals arrivals) {
    this.config = parts.config();
    this.loop = parts.loop();
    this.clock = parts.clock();
    this.log = parts.log();
    this.outboxes = parts.outboxes();
    this.sessions = parts.state().sessions();
    this.trie = parts.state().trie();
    this.distributor = distributor;
    this.delivery = distributor.delivery();
    this.subscriptions = subscriptions;
    this.wills = wills;
    this.arrivals = arrivals;
  }

  /** After a restart: no session has a connection, and those that had one lost it now. */
  void recovered() {
    wills.recovered();
    long now = clock.micros();
    for (Session session : sessions.all()) {
      if (session.disconnectedMicros == 0) {
        detach(session, true);
      } else {
        leave(session, Math.max(0, (now - session.disconnectedMicros) / 1_000_000));
      }
    }
  }

  /**
   * Begins or resumes a session.
   *
   * @param answer on the event loop: the session, and whether it was present; null when there are
   *     too many
   */
  void connected(
      Broker.Connect request, Client client, BiConsumer<@Nullable Session, Boolean> answer) {
    outboxes.touch(client);
    client.attachTo(outboxes, request.expirySeconds() > 0 && maxExpirySeconds() > 0);
    String key = request.principal().name() + '\0' + request.clientId();
    Session session = sessions.get(key);
    if (session != null && session.client != null) {
      outboxes.post(
          session.client, c -> c.disconnect(ReasonCode.SESSION_TAKEN_OVER)); // [MQTT-3.1.4-3]
      detach(session, true);
      session = sessions.get(key);
    }
    if (session != null && request.cleanStart()) { // [MQTT-3.1.2-4]
      end(session);
      session = null;
    }
    boolean present = session != null;
    if (session == null && sessions.size() >= config.maxSessions()) {
      client.postFirst(() -> answer.accept(null, false));
      return;
    }
    Session resumed = session == null ? sessions.open(key) : session;
    resume(resumed, request, client);
    client.postFirst(() -> answer.accept(resumed, present));
    resend(resumed);
    arrivals.listens(resumed, resumed.subscriptions.values());
  }

  private void resume(Session session, Broker.Connect request, Client client) {
    session.cancelTimers();
    session.client = client;
    session.principal = request.principal();
    session.expirySeconds = Math.min(request.expirySeconds(), maxExpirySeconds());
    session.will = request.will();
    client.received().or(session.received);
    if (session.isPersistent() && !session.logged) {
      session.logged = true;
      log.append(new SessionEvent.Opened(session.number, session.key));
    }
    subscriptions.keepAllowed(session, request.principal());
    if (session.logged) {
      log.append(new SessionEvent.Connected(session.number, session.expirySeconds, session.will));
    }
  }

  private long maxExpirySeconds() {
    return config.maxSessionExpiry().toSeconds();
  }

  /** What the client did not complete on an earlier connection [MQTT-4.4.0-1]. */
  private void resend(Session session) {
    Client client = session.client;
    if (client != null) {
      session.outbound.forEachReleased(
          o -> outboxes.post(client, c -> c.writer().pubRel(o.packetId, ReasonCode.SUCCESS)));
      delivery.drain(session);
    }
  }

  /** The connection is gone. */
  void disconnected(Session session, Goodbye goodbye) {
    if (goodbye.expirySeconds() >= 0) {
      session.expirySeconds = Math.min(goodbye.expirySeconds(), maxExpirySeconds());
    }
    detach(session, goodbye.sendWill());
  }

  private void detach(Session session, boolean sendWill) {
    session.client = null;
    session.disconnectedMicros = clock.micros();
    arrivals.left(session);
    delivery.disconnected(session);
    if (!sendWill) {
      session.will = null;
    }
    if (session.logged) {
      log.append(
          new SessionEvent.Disconnected(
              session.number,
              session.disconnectedMicros,
              session.expirySeconds,
              session.will != null));
    }
    leave(session, 0);
  }

  /** Sets what happens to a session that has been without connection for some time. */
  private void leave(Session session, long goneSeconds) {
    if (session.expirySeconds <= goneSeconds) {
      end(session);
      return;
    }
    if (session.expirySeconds != Session.NEVER) {
      session.expiryTimer = after(session.expirySeconds - goneSeconds, () -> end(session));
    }
    Will will = session.will;
    if (will != null && will.delaySeconds() <= goneSeconds) {
      publishWill(session);
    } else if (will != null) {
      session.willTimer = after(will.delaySeconds() - goneSeconds, () -> publishWill(session));
    }
  }

  private BrokerLoop.Timer after(long seconds, Runnable task) {
    return loop.schedule(TimeUnit.SECONDS.toNanos(seconds), task);
  }

  private void end(Session session) {
    session.cancelTimers();
    publishWill(session); // [MQTT-3.1.3-9]: at the latest when the session ends
    List.copyOf(session.subscriptions.values()).forEach(s -> trie.remove(session, s));
    sessions.remove(session);
    delivery.ended(session);
    if (session.logged) {
      log.append(new SessionEvent.Ended(session.number));
    }
  }

  private void publishWill(Session session) {
    Will will = session.will;
    if (will == null) {
      return;
    }
    session.will = null;
    if (session.logged) {
      log.append(new SessionEvent.WillGone(session.number));
    }
    Message message = will.message().publishedAt(clock.micros());
    wills.due(session.principal, session.principalName(), message);
    distributor.publish(message, 0, 0);
  }
}
