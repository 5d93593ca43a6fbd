package io.vagus.ingest.mqtt;

import io.vagus.ingest.Admission;
import io.vagus.ingest.Lane;
import io.vagus.ingest.ListenerParts;
import io.vagus.model.Device;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes wills whose topic is a device's own to the platform, through the lane of one event loop.
 * Called on the broker thread. A will that comes due after a restart has no known sender and goes
 * to subscribers only.
 */
final class WillLanes implements SessionLife.WillIngest {

  /** A lane and where it lives. */
  record LoopLane(Executor loop, Lane lane) {}

  private final ListenerParts parts;
  private final Supplier<LoopLane> lanes;

  WillLanes(ListenerParts parts, Supplier<LoopLane> lanes) {
    this.parts = parts;
    this.lanes = lanes;
  }

  @Override
  public void ingest(@Nullable Principal principal, Message will) {
    if (principal != null && Route.of(principal, will.topic()) instanceof Route.Ingest route) {
      Optional<Device> sender =
          principal instanceof Principal.OfDevice d ? Optional.of(d.device()) : Optional.empty();
      LoopLane lane = lanes.get();
      lane.loop().execute(() -> submit(lane.lane(), sender, route, will));
    }
  }

  private void submit(Lane lane, Optional<Device> sender, Route.Ingest route, Message will) {
    switch (Shared.admit(parts.admission(), sender, route.device(), will.payload().length)) {
      case Admission.Denied denied -> lane.refused(Transport.MQTT, denied.code());
      case Admission.Admitted admitted -> {
        lane.submit(envelope(route, admitted, will), Unacknowledged.RECEIPT);
        lane.flush();
      }
    }
  }

  private static Envelope envelope(Route.Ingest route, Admission.Admitted admitted, Message will) {
    String contentType = will.properties().contentType();
    return new Envelope(
        route.device(),
        route.gateway(),
        route.channel(),
        Transport.MQTT,
        will.publishedMicros(),
        contentType == null ? "" : contentType.toLowerCase(Locale.ROOT),
        Optional.empty(),
        admitted.model().id(),
        admitted.model().version(),
        false,
        0,
        will.payload());
  }
}
