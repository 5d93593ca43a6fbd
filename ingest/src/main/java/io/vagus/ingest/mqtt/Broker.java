package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.Distributor.Outcome;
import java.util.List;
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

  private final BrokerLoop loop;
  private final SessionLog log;
  private final Outboxes outboxes;
  private final Sessions sessions;
  private final SessionLife life;
  private final Distributor distributor;
  private final Delivery delivery;
  private final Subscriptions subscriptions;
  private final Arrivals arrivals;

  Broker(
      BrokerParts parts,
      SessionLife life,
      Distributor distributor,
      Subscriptions subscriptions,
      Arrivals arrivals) {
    this.loop = parts.loop();
    this.log = parts.log();
    this.outboxes = parts.outboxes();
    this.sessions = parts.state().sessions();
    this.life = life;
    this.distributor = distributor;
    this.delivery = distributor.delivery();
    this.subscriptions = subscriptions;
    this.arrivals = arrivals;
  }

  /** Hands the round's work over: to the journal and to the event loops. */
  void afterBatch() {
    log.flush();
    outboxes.flush();
  }

  private void whenDurable(Session session, Runnable action) {
    if (session.logged) {
      log.whenDurable(action);
    } else {
      action.run();
    }
  }

  /** Something to do on the client's event loop. On the broker thread. */
  void post(Client client, Consumer<Connection> action) {
    outboxes.post(client, action);
  }

  // ---- connecting (any event loop)

  /**
   * Begins or resumes a session.
   *
   * @param answer on the event loop: the session, and whether it was present; null when there are
   *     too many
   */
  void connect(Connect request, Client client, BiConsumer<@Nullable Session, Boolean> answer) {
    loop.execute(() -> life.connected(request, client, answer));
  }

  // ---- the end of a connection (any event loop)

  /** The connection is gone. */
  void disconnected(Session session, Client client, Goodbye goodbye) {
    loop.execute(() -> {
      if (session.client == client) {
        life.disconnected(session, goodbye);
      }
    });
  }

  /** Ends connections whose session the condition holds for. Any thread. */
  void disconnectAll(java.util.function.Predicate<Session> which, ReasonCode reason) {
    loop.execute(() -> {
      for (Session session : sessions.all()) {
        if (session.client != null && which.test(session)) {
          outboxes.post(session.client, c -> c.disconnect(reason));
        }
      }
    });
  }

  // ---- messages (any event loop)

  /**
   * Publishes what a client sent. A QoS 2 message of a connection that was taken over is left to
   * the next, where the client repeats it.
   *
   * @param receivedPacketId of QoS 2, to be remembered for a persistent session; or 0
   * @param done on the broker thread, when the message is durable if it has to be
   */
  void publish(
      Session from, Client client, Message message, int receivedPacketId, Consumer<Outcome> done) {
    loop.execute(() -> {
      boolean exactlyOnce = receivedPacketId != 0 && from.isPersistent();
      if (exactlyOnce && from.client == client) {
        from.received.set(receivedPacketId);
        publish(message, from.number, receivedPacketId, done);
      } else if (!exactlyOnce) {
        publish(message, 0, 0, done);
      }
    });
  }

  /** Publishes what the server itself has to say. */
  void publish(Message message, Consumer<Outcome> done) {
    loop.execute(() -> publish(message, 0, 0, done));
  }

  private void publish(
      Message message, long receivedBy, int receivedPacketId, Consumer<Outcome> done) {
    Outcome outcome = distributor.publish(message, receivedBy, receivedPacketId);
    if (outcome == Outcome.LOGGED) {
      log.whenDurable(() -> done.accept(outcome));
    } else {
      done.accept(outcome);
    }
  }

  /** Remembers a QoS 2 packet identifier; then the action, on the event loop. */
  void received(Session session, Client client, int packetId, Consumer<Connection> then) {
    loop.execute(() -> {
      session.received.set(packetId);
      if (session.logged) {
        log.append(new SessionEvent.Received(session.number, packetId));
      }
      whenDurable(session, () -> outboxes.post(client, then));
    });
  }

  /** Forgets it, durably before the client hears so and may use it again; then the action. */
  void released(Session session, Client client, int packetId, Consumer<Connection> then) {
    loop.execute(() -> {
      session.received.clear(packetId);
      if (session.logged) {
        log.append(new SessionEvent.Released(session.number, packetId));
      }
      whenDurable(session, () -> outboxes.post(client, then));
    });
  }

  /** PUBACK or PUBCOMP, or a PUBREC that refuses the message. */
  void acknowledged(Session session, Client client, int packetId, Outgoing.Awaited what) {
    loop.execute(() -> {
      Outgoing outgoing = session.outbound.inflight(packetId);
      if (session.client != client || outgoing == null) {
        return;
      }
      if (outgoing.awaited() == what) {
        delivery.acknowledged(session, outgoing);
      } else {
        post(client, c -> c.disconnect(ReasonCode.PROTOCOL_ERROR)); // §4.3
      }
    });
  }

  /** PUBREC: PUBREL follows when that is durable. */
  void confirmed(Session session, Client client, int packetId) {
    loop.execute(() -> {
      Outgoing outgoing = session.outbound.inflight(packetId);
      if (session.client != client || outgoing == null) {
        outboxes.post(
            client, c -> c.writer().pubRel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        return;
      }
      if (outgoing.awaited() == Outgoing.Awaited.PUBACK) {
        post(client, c -> c.disconnect(ReasonCode.PROTOCOL_ERROR)); // §4.3
        return;
      }
      outgoing.released = true;
      if (session.logged) {
        log.append(new SessionEvent.Confirmed(session.number, packetId));
      }
      whenDurable(
          session,
          () -> outboxes.post(client, c -> c.writer().pubRel(packetId, ReasonCode.SUCCESS)));
    });
  }

  /** The client takes more again. */
  void drain(Session session, Client client) {
    loop.execute(() -> {
      if (session.client == client) {
        delivery.drain(session);
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
      Subscriptions.Granted granted = subscriptions.subscribe(session, wanted);
      whenDurable(
          session,
          () -> {
            outboxes.post(client, c -> answer.accept(c, granted.codes()));
            subscriptions.replayRetained(session, granted.toReplay());
            if (session.client == client) {
              arrivals.listens(session, granted.granted());
            }
          });
    });
  }

  void unsubscribe(
      Session session,
      Client client,
      List<String> filters,
      BiConsumer<Connection, List<Short>> answer) {
    loop.execute(() -> {
      List<Short> codes = subscriptions.unsubscribe(session, filters);
      whenDurable(session, () -> outboxes.post(client, c -> answer.accept(c, codes)));
    });
  }
}
