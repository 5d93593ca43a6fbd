package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.Distributor.Outcome;
import io.vagus.kit.WallClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions, subscriptions and messages between clients (MQTT 5.0 §4). One thread, the {@link
 * BrokerLoop}, owns all of it; event loops call the methods marked so, which queue a task, and get
 * answers through their {@link Client}, in order with what they are sent. The telemetry of devices
 * does not come here unless somebody subscribed it.
 */
final class Broker {

  /** What a connection wants. */
  record Connect(
      Principal principal,
      String clientId,
      boolean cleanStart,
      long expirySeconds,
      @Nullable Will will) {}

  /** Publishes a will to the platform, when its topic leads there. */
  interface WillIngest {
    void ingest(@Nullable Principal principal, Message will);
  }

  private final MqttConfig config;
  private final BrokerLoop loop;
  private final WallClock clock;
  private final SessionLog log;
  private final Sessions sessions;
  private final SubscriptionTrie<Session> trie;
  private final RetainedMessages retained;
  private final Distributor distributor;
  private final WillIngest willIngest;
  private final List<Client> dirty = new ArrayList<>();

  Broker(
      MqttConfig config,
      BrokerLoop loop,
      WallClock clock,
      SessionLog log,
      BrokerState state,
      Distributor distributor,
      WillIngest willIngest) {
    this.config = config;
    this.loop = loop;
    this.clock = clock;
    this.log = log;
    this.sessions = state.sessions();
    this.trie = state.trie();
    this.retained = state.retained();
    this.distributor = distributor;
    this.willIngest = willIngest;
  }

  /** Hands the round's work over: to the journal and to the event loops. */
  void afterBatch() {
    log.flush();
    for (Client client : dirty) {
      client.flush();
    }
    dirty.clear();
  }

  private void whenDurable(Session session, Runnable action) {
    if (session.logged) {
      log.whenDurable(action);
    } else {
      action.run();
    }
  }

  void post(Client client, Consumer<Connection> action) {
    touch(client);
    client.post(action);
  }

  /** Whoever may get something in this round is flushed at its end. */
  void touch(Client client) {
    if (!client.isDirty()) {
      client.markDirty();
      dirty.add(client);
    }
  }

  /** After a restart: no session has a connection, and those that had one lost it now. */
  void recovered() {
    long now = clock.micros();
    for (Session session : sessions.all()) {
      if (session.disconnectedMicros == 0) {
        detach(session, true);
      } else {
        long gone = Math.max(0, (now - session.disconnectedMicros) / 1_000_000);
        boolean never = session.expirySeconds == Session.NEVER;
        leave(session, never ? Session.NEVER : session.expirySeconds - gone);
      }
    }
  }

  // ---- connecting (any event loop)

  /**
   * Begins or resumes a session.
   *
   * @param answer on the event loop: the session, and whether it was present; null when there are
   *     too many
   */
  void connect(Connect request, Client client, BiConsumer<@Nullable Session, Boolean> answer) {
    loop.execute(() -> connected(request, client, answer));
  }

  private void connected(
      Connect request, Client client, BiConsumer<@Nullable Session, Boolean> answer) {
    touch(client);
    client.attachTo(this, request.expirySeconds() > 0 && maxExpirySeconds() > 0);
    String key = request.principal().name() + '\0' + request.clientId();
    Session session = sessions.get(key);
    if (session != null && session.client != null) {
      post(session.client, c -> c.disconnect(ReasonCode.SESSION_TAKEN_OVER)); // [MQTT-3.1.4-3]
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
  }

  private void resume(Session session, Connect request, Client client) {
    session.cancelTimers();
    session.client = client;
    session.principal = request.principal();
    session.expirySeconds = Math.min(request.expirySeconds(), maxExpirySeconds());
    session.will = request.will();
    client.received().or(session.received);
    List<Subscription> lost =
        session.subscriptions.values().stream()
            .filter(s -> !request.principal().maySubscribe(s.topicFilter()))
            .toList();
    if (session.isPersistent() && !session.logged) {
      session.logged = true;
      log.append(new SessionEvent.Opened(session.number, session.key));
    }
    lost.forEach(s -> unsubscribe(session, s.filter()));
    if (session.logged) {
      log.append(new SessionEvent.Connected(session.number, session.expirySeconds, session.will));
    }
  }

  long maxExpirySeconds() {
    return config.maxSessionExpiry().toSeconds();
  }

  /** What the client did not complete on an earlier connection [MQTT-4.4.0-1]. */
  private void resend(Session session) {
    Client client = session.client;
    if (client != null) {
      session.outbound.forEachReleased(o -> post(client, c -> c.writePubrel(o.packetId)));
      distributor.drain(session);
    }
  }

  // ---- the end of a connection (any event loop)

  /**
   * The connection is gone.
   *
   * @param sendWill false after a DISCONNECT with reason 0
   * @param expirySeconds what that DISCONNECT said; negative when nothing
   */
  void disconnected(Session session, Client client, boolean sendWill, long expirySeconds) {
    loop.execute(() -> {
      if (session.client == client) {
        if (expirySeconds >= 0) {
          session.expirySeconds = Math.min(expirySeconds, maxExpirySeconds());
        }
        detach(session, sendWill);
      }
    });
  }

  private void detach(Session session, boolean sendWill) {
    session.client = null;
    session.disconnectedMicros = clock.micros();
    session.outbound.disconnected();
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
    leave(session, session.expirySeconds);
  }

  /** Sets what happens to a session without connection, the given seconds before it expires. */
  void leave(Session session, long expirySeconds) {
    Will will = session.will;
    if (expirySeconds <= 0) {
      end(session);
      return;
    }
    if (expirySeconds != Session.NEVER) {
      session.expiryTimer = after(expirySeconds, () -> end(session));
    }
    if (will != null && will.delaySeconds() == 0) {
      publishWill(session);
    } else if (will != null) {
      session.willTimer = after(will.delaySeconds(), () -> publishWill(session));
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
    willIngest.ingest(session.principal, message);
    distributor.publish(message, 0, 0);
  }

  /** Ends connections whose session the condition holds for. Any thread. */
  void disconnectAll(java.util.function.Predicate<Session> which, ReasonCode reason) {
    loop.execute(() -> {
      for (Session session : sessions.all()) {
        if (session.client != null && which.test(session)) {
          post(session.client, c -> c.disconnect(reason));
        }
      }
    });
  }

  // ---- messages (any event loop)

  /**
   * Publishes.
   *
   * @param receivedPacketId of QoS 2, to be remembered for a persistent session; or 0
   * @param done on the broker thread, when the message is durable if it has to be
   */
  void publish(
      @Nullable Session from, Message message, int receivedPacketId, Consumer<Outcome> done) {
    loop.execute(() -> {
      boolean remember = receivedPacketId != 0 && from != null && from.isPersistent();
      if (remember && from != null) {
        from.received.set(receivedPacketId);
      }
      long receivedBy = remember && from != null ? from.number : 0;
      Outcome outcome = distributor.publish(message, receivedBy, receivedPacketId);
      if (outcome == Outcome.LOGGED) {
        log.whenDurable(() -> done.accept(outcome));
      } else {
        done.accept(outcome);
      }
    });
  }

  /** Remembers a QoS 2 packet identifier; then the action, on the event loop. */
  void received(Session session, Client client, int packetId, Consumer<Connection> then) {
    loop.execute(() -> {
      session.received.set(packetId);
      if (session.logged) {
        log.append(new SessionEvent.Received(session.number, packetId));
      }
      whenDurable(session, () -> post(client, then));
    });
  }

  /** Forgets it, durably before the client hears so and may use it again; then the action. */
  void released(Session session, Client client, int packetId, Consumer<Connection> then) {
    loop.execute(() -> {
      session.received.clear(packetId);
      if (session.logged) {
        log.append(new SessionEvent.Released(session.number, packetId));
      }
      whenDurable(session, () -> post(client, then));
    });
  }

  /** PUBACK or PUBCOMP, or a PUBREC that refuses the message. */
  void acknowledged(Session session, Client client, int packetId) {
    loop.execute(() -> {
      if (session.client == client) {
        distributor.acknowledged(session, packetId);
      }
    });
  }

  /** PUBREC: PUBREL follows when that is durable. */
  void confirmed(Session session, Client client, int packetId) {
    loop.execute(() -> {
      Outgoing outgoing = session.outbound.inflight(packetId);
      if (session.client != client || outgoing == null) {
        post(client, c -> c.writePubrelNotFound(packetId));
        return;
      }
      outgoing.released = true;
      if (session.logged) {
        log.append(new SessionEvent.Confirmed(session.number, packetId));
      }
      whenDurable(session, () -> post(client, c -> c.writePubrel(packetId)));
    });
  }

  /** The client takes more again. */
  void drain(Session session, Client client) {
    loop.execute(() -> {
      if (session.client == client) {
        distributor.drain(session);
      }
    });
  }

  // ---- subscriptions (any event loop)

  /**
   * Subscribes.
   *
   * @param answer on the event loop: reason codes in order (MQTT 5.0 §3.9.3)
   */
  void subscribe(
      Session session,
      Client client,
      List<Subscription> wanted,
      BiConsumer<Connection, List<Integer>> answer) {
    loop.execute(() -> {
      List<Integer> codes = new ArrayList<>(wanted.size());
      List<Subscription> toReplay = new ArrayList<>();
      for (Subscription s : wanted) {
        boolean isNew = !session.subscriptions.containsKey(s.filter());
        ReasonCode refusal = refusal(session, s, isNew);
        codes.add(refusal == null ? s.qos() : refusal.value());
        if (refusal == null) {
          subscribe(session, s);
          if (!s.isShared() && (s.retainHandling() == 0 || (s.retainHandling() == 1 && isNew))) {
            toReplay.add(s);
          }
        }
      }
      whenDurable(
          session,
          () -> {
            post(client, c -> answer.accept(c, codes));
            toReplay.forEach(s -> replayRetained(session, s));
          });
    });
  }

  private @Nullable ReasonCode refusal(Session session, Subscription s, boolean isNew) {
    Principal principal = session.principal;
    if (principal == null || !principal.maySubscribe(s.topicFilter())) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    boolean full = isNew && session.subscriptions.size() >= config.maxSubscriptions();
    return full ? ReasonCode.QUOTA_EXCEEDED : null;
  }

  private void subscribe(Session session, Subscription s) {
    session.subscriptions.put(s.filter(), s);
    trie.add(session, s);
    if (session.logged) {
      log.append(new SessionEvent.Subscribed(session.number, s));
    }
  }

  private void replayRetained(Session session, Subscription s) {
    retained.match(s.topicFilter(), m -> distributor.deliverRetained(session, s, m));
  }

  void unsubscribe(
      Session session,
      Client client,
      List<String> filters,
      BiConsumer<Connection, List<Short>> answer) {
    loop.execute(() -> {
      List<Short> codes = new ArrayList<>(filters.size());
      for (String filter : filters) {
        boolean existed = unsubscribe(session, filter);
        ReasonCode code = existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
        codes.add((short) code.value());
      }
      whenDurable(session, () -> post(client, c -> answer.accept(c, codes)));
    });
  }

  private boolean unsubscribe(Session session, String filter) {
    Subscription s = session.subscriptions.remove(filter);
    if (s == null) {
      return false;
    }
    trie.remove(session, s);
    if (session.logged) {
      log.append(new SessionEvent.Unsubscribed(session.number, filter));
    }
    return true;
  }
}
