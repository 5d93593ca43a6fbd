package io.vagus.ingest.mqtt;

import io.vagus.ingest.Admission;
import io.vagus.ingest.ListenerParts;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import java.util.Optional;

/** What all connections share. Thread-safe. */
record Shared(
    ListenerParts parts, MqttConfig config, Broker broker, SubscriptionTrie<Session> trie) {

  WallClock wallClock() {
    return parts.wallClock();
  }

  MonotonicClock monotonicClock() {
    return parts.clock();
  }

  Admission.Decision admit(Optional<Device> sender, Route.Ingest route, int payloadBytes) {
    return admit(parts.admission(), sender, route, payloadBytes);
  }

  Admission.Decision admit(Optional<Device> sender, Route.Back route, int payloadBytes) {
    return sender.isPresent()
        ? parts.admission().decide(sender.get(), route.gateway(), route.device(), payloadBytes)
        : parts.admission().decideOpen(route.device(), payloadBytes);
  }

  /**
   * Whether a device's message may pass.
   *
   * @param sender who is connected; empty in open mode
   */
  static Admission.Decision admit(
      Admission admission, Optional<Device> sender, Route.Ingest route, int payloadBytes) {
    return sender.isPresent()
        ? admission.decide(sender.get(), route.gateway(), route.device(), payloadBytes)
        : admission.decideOpen(route.device(), payloadBytes);
  }
}
