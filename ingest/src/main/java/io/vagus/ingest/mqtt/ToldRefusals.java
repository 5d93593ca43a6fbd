package io.vagus.ingest.mqtt;

import io.vagus.ingest.Lateral;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.watch.ListenerWatch;
import io.vagus.watch.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * Tells who watches what one connection was refused, and by whom it was tried.
 *
 * @param sender empty when it is no device
 */
record ToldRefusals(ListenerWatch watch, Origin origin, Optional<Device> sender, Ways ways) {

  /** A message; without a reason in words it was the topic. */
  void message(Route route, ErrorCode code, String why) {
    String detail = why.isEmpty() ? "topic: \"" + route.topic() + "\"" : why;
    if (sender.isPresent()) {
      tell(sender.get().id(), route.topic(), code, detail);
    } else {
      String name = ways.principalName();
      watch.refused(origin.transport(), code.code(), origin.address(), name, detail);
    }
  }

  /** Of what a device wants to be sent, what the broker will refuse. */
  void subscriptions(List<Subscription> wanted) {
    for (Subscription s : wanted) {
      if (sender.isPresent() && !ways.maySubscribe(s.topicFilter())) {
        String detail = "topicFilter: \"" + s.topicFilter() + "\"";
        tell(sender.get().id(), s.topicFilter(), ErrorCode.NOT_AUTHORIZED, detail);
      }
    }
  }

  private void tell(DeviceId device, String topic, ErrorCode code, String detail) {
    boolean lateral = code == ErrorCode.NOT_AUTHORIZED && Lateral.is(device, topic);
    String reason = lateral ? Refusal.LATERAL : code.code();
    watch.refused(origin.transport(), reason, origin.address(), device, detail);
  }
}
