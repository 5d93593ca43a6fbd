package io.vagus.ingest.mqtt;

import io.vagus.model.Device;
import io.vagus.watch.ListenerWatch;
import io.vagus.watch.Misuse;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notes what one connection's device does that MQTT allows and that will hurt. On its event loop.
 *
 * @param sender empty when it is no device: of others nothing is noted
 */
record TrafficLint(ListenerWatch watch, Optional<Device> sender, LongSupplier nowMicros) {
  private static final String DESIRED = "twin/desired";

  /** A message for the platform; on the way of every message. */
  void published(Route route, int qos, boolean retained) {
    if (qos == 2) {
      note(Misuse.QOS_2, route.topic());
    }
    if (retained) {
      note(Misuse.RETAINED, route.topic());
    }
    if (qos == 0 && route instanceof Route.Back back && back.word() instanceof Route.Answers) {
      note(Misuse.ANSWER_QOS_0, route.topic());
    }
  }

  void subscribed(List<Subscription> wanted) {
    for (Subscription subscription : wanted) {
      if (subscription.qos() == 0) {
        subscribed(subscription.topicFilter());
      }
    }
  }

  private void subscribed(String filter) {
    int end = filter.startsWith(Route.DEVICE_TOPICS) ? filter.indexOf('/', 3) : -1;
    String rest = end < 0 ? "" : filter.substring(end + 1);
    if (rest.startsWith("via/")) {
      rest = rest.substring(rest.indexOf('/', 4) + 1);
    }
    boolean all = rest.startsWith("#") || rest.startsWith("+");
    if (all || rest.startsWith(Route.COMMANDS)) {
      note(Misuse.COMMANDS_QOS_0, filter);
    }
    if (all || rest.startsWith("twin/#") || rest.startsWith("twin/+") || rest.equals(DESIRED)) {
      note(Misuse.DESIRED_QOS_0, filter);
    }
  }

  private void note(Misuse misuse, String topic) {
    sender.ifPresent(device -> watch.misused(device.id(), misuse, topic, nowMicros.getAsLong()));
  }
}
