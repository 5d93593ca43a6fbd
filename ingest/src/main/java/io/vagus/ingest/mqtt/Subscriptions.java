package io.vagus.ingest.mqtt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds and removes subscriptions (MQTT 5.0 §3.8 to §3.11). Owned by the broker thread. */
final class Subscriptions {

  /**
   * What a SUBSCRIBE led to.
   *
   * @param codes reason codes in order (§3.9.3)
   * @param granted those that were not refused
   * @param toReplay those that want the retained messages
   */
  record Granted(List<Integer> codes, List<Subscription> granted, List<Subscription> toReplay) {}

  private final MqttConfig config;
  private final BrokerState state;
  private final SessionLog log;
  private final Distributor distributor;

  Subscriptions(MqttConfig config, BrokerState state, SessionLog log, Distributor distributor) {
    this.config = config;
    this.state = state;
    this.log = log;
    this.distributor = distributor;
  }

  Granted subscribe(Session session, List<Subscription> wanted) {
    List<Integer> codes = new ArrayList<>(wanted.size());
    List<Subscription> accepted = new ArrayList<>(wanted.size());
    List<Subscription> toReplay = new ArrayList<>();
    for (Subscription s : wanted) {
      boolean isNew = !session.subscriptions.containsKey(s.filter());
      ReasonCode refusal = refusal(session, s, isNew);
      codes.add(refusal == null ? s.qos() : refusal.value());
      if (refusal == null) {
        add(session, s);
        accepted.add(s);
        if (!s.isShared() && (s.retainHandling() == 0 || (s.retainHandling() == 1 && isNew))) {
          toReplay.add(s);
        }
      }
    }
    return new Granted(codes, accepted, toReplay);
  }

  private @Nullable ReasonCode refusal(Session session, Subscription s, boolean isNew) {
    Principal principal = session.principal;
    if (principal == null || !principal.maySubscribe(s.topicFilter())) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    boolean full = isNew && session.subscriptions.size() >= config.maxSubscriptions();
    return full ? ReasonCode.QUOTA_EXCEEDED : null;
  }

  private void add(Session session, Subscription s) {
    session.subscriptions.put(s.filter(), s);
    state.trie().add(session, s);
    if (session.logged) {
      log.append(new SessionEvent.Subscribed(session.number, s));
    }
  }

  void replayRetained(Session session, List<Subscription> subscriptions) {
    for (Subscription s : subscriptions) {
      state.retained().match(s.topicFilter(), m -> distributor.deliverRetained(session, s, m));
    }
  }

  List<Short> unsubscribe(Session session, List<String> filters) {
    List<Short> codes = new ArrayList<>(filters.size());
    for (String filter : filters) {
      ReasonCode code =
          remove(session, filter) ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
      codes.add((short) code.value());
    }
    return codes;
  }

  private boolean remove(Session session, String filter) {
    Subscription s = session.subscriptions.remove(filter);
    if (s == null) {
      return false;
    }
    state.trie().remove(session, s);
    if (session.logged) {
      log.append(new SessionEvent.Unsubscribed(session.number, filter));
    }
    return true;
  }

  /** Takes away what the principal may no longer have. */
  void keepAllowed(Session session, Principal principal) {
    List<String> lost =
        session.subscriptions.values().stream()
            .filter(s -> !principal.maySubscribe(s.topicFilter()))
            .map(Subscription::filter)
            .toList();
    unsubscribe(session, lost);
  }
}
