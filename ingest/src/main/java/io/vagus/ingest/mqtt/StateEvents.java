package io.vagus.ingest.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The shortest sequence of events that leads to a state. On the broker thread. */
final class StateEvents {
  private final BrokerState state;
  private final List<SessionEvent> events = new ArrayList<>();

  /** By order of publication: a message and all who wait for it. */
  private final Map<Long, SessionEvent.Published> queued = new TreeMap<>();

  private final List<SessionEvent> confirmed = new ArrayList<>();

  StateEvents(BrokerState state) {
    this.state = state;
  }

  List<SessionEvent> all() {
    for (Session session : state.sessions().all()) {
      if (session.isPersistent() && session.logged) {
        add(session);
      }
    }
    state.retained().forEach(m -> events.add(new SessionEvent.Published(m, true, 0, 0, List.of())));
    events.addAll(state.dueWills().all());
    events.addAll(queued.values());
    events.addAll(confirmed);
    return events;
  }

  private void add(Session session) {
    long number = session.number;
    events.add(new SessionEvent.Opened(number, session.key));
    events.add(new SessionEvent.Connected(number, session.expirySeconds, session.will));
    if (session.client == null) {
      events.add(
          new SessionEvent.Disconnected(
              number, session.disconnectedMicros, session.expirySeconds, session.will != null));
    }
    session.subscriptions.values().forEach(s -> events.add(new SessionEvent.Subscribed(number, s)));
    session.received.stream().forEach(id -> events.add(new SessionEvent.Received(number, id)));
    session.outbound.forEach(o -> {
      if (!o.message.isKeptElsewhere()) {
        add(number, o);
      }
    });
  }

  private void add(long session, Outgoing o) {
    queued
        .computeIfAbsent(
            o.order, n -> new SessionEvent.Published(o.message, false, 0, 0, new ArrayList<>()))
        .queued()
        .add(
            new SessionEvent.Queued(
                session, o.packetId, o.qos, o.retain, o.subscriptionIdentifiers));
    if (o.released) {
      confirmed.add(new SessionEvent.Confirmed(session, o.packetId));
    }
  }
}
