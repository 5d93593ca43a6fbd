package io.vagus.ingest.mqtt;

import io.vagus.model.DeviceId;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session (MQTT 5.0 §4.1), connected or not. Owned by the broker thread; event loops hold it as a
 * handle and read {@link #number} only.
 */
final class Session {
  /** An expiry interval that never ends (§3.1.2.11.2). */
  static final long NEVER = 0xFFFF_FFFFL;

  final long number;

  /** Name of the principal and client identifier: what makes it the same session. */
  final String key;

  final Map<String, Subscription> subscriptions = new LinkedHashMap<>(2);
  final OutboundQueue outbound;

  /** QoS 2 packet identifiers received and not yet released (§4.3.3). */
  final BitSet received = new BitSet();

  long expirySeconds;

  /** Whether the log knows it. */
  boolean logged;

  /** Devices for which its connection listens to the platform. */
  final Set<DeviceId> listensFor = new HashSet<>(1);

  @Nullable Client client;
  @Nullable Principal principal;
  @Nullable Will will;
  long disconnectedMicros;
  BrokerLoop.@Nullable Timer expiryTimer;
  BrokerLoop.@Nullable Timer willTimer;

  Session(long number, String key, ByteBudget budget) {
    this.outbound = new OutboundQueue(budget);
    this.number = number;
    this.key = key;
  }

  /** Whether it outlives its connection, and therefore restarts. */
  boolean isPersistent() {
    return expirySeconds > 0;
  }

  String principalName() {
    return key.substring(0, key.indexOf('\0'));
  }

  void cancelTimers() {
    if (expiryTimer != null) {
      expiryTimer.cancel();
      expiryTimer = null;
    }
    if (willTimer != null) {
      willTimer.cancel();
      willTimer = null;
    }
  }
}
