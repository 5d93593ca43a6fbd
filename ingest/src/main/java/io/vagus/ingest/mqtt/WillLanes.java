package io.vagus.ingest.mqtt;

import io.vagus.ingest.Admission;
import io.vagus.ingest.Lane;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.Receipt;
import io.vagus.ingest.mqtt.SessionEvent.WillDue;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes wills to the platform as any message of their sender, through the lane of one event loop.
 * Thread-safe.
 */
final class WillLanes implements WillPublisher.WillIngest {

  /** A lane and where it lives. */
  record LoopLane(Executor loop, Lane lane) {}

  private final ListenerParts parts;
  private final Supplier<LoopLane> lanes;

  WillLanes(ListenerParts parts, Supplier<LoopLane> lanes) {
    this.parts = parts;
    this.lanes = lanes;
  }

  @Override
  public void ingest(WillDue will, @Nullable Principal sender, WillPublisher.Done done) {
    LoopLane lane = lanes.get();
    lane.loop()
        .execute(() -> {
          Optional<Principal> principal =
              sender == null ? named(will.sender()) : Optional.of(sender);
          submit(lane.lane(), principal, will, done);
        });
  }

  /** Who has the name now; looks a device up, which may block on disk. */
  private Optional<Principal> named(String name) {
    return name.isEmpty() && parts.open()
        ? Optional.of(new Principal.Anonymous())
        : Principal.OfDevice.idOf(name)
            .flatMap(parts.registry()::device)
            .map(Principal.OfDevice::new);
  }

  private void submit(
      Lane lane, Optional<Principal> principal, WillDue due, WillPublisher.Done done) {
    if (principal.isEmpty()) {
      refuse(lane, ErrorCode.NOT_AUTHORIZED, done); // its device is deleted
    } else if (principal.get() instanceof Principal.OfDevice d
        && !d.device().status().mayConnect()) {
      refuse(lane, d.device().status().refusal().orElseThrow(), done);
    } else if (Route.of(principal.get(), due.will().topic()) instanceof Route.Ingest route) {
      Optional<Device> sender =
          principal.get() instanceof Principal.OfDevice d
              ? Optional.of(d.device())
              : Optional.empty();
      submit(lane, sender, route, due, done);
    } else {
      done.accept(true); // for subscribers only
    }
  }

  private void submit(
      Lane lane,
      Optional<Device> sender,
      Route.Ingest route,
      WillDue due,
      WillPublisher.Done done) {
    int bytes = due.will().payload().length;
    switch (Shared.admit(parts.admission(), sender, route, bytes)) {
      case Admission.Denied denied -> refuse(lane, denied.code(), done);
      case Admission.Admitted admitted -> {
        lane.submit(envelope(route, admitted, due), new Settled(done));
        lane.flush();
      }
    }
  }

  private static void refuse(Lane lane, ErrorCode why, WillPublisher.Done done) {
    lane.refused(Transport.MQTT, why);
    done.accept(true);
  }

  private static Envelope envelope(Route.Ingest route, Admission.Admitted admitted, WillDue due) {
    Message will = due.will();
    String contentType = Objects.requireNonNullElse(will.properties().contentType(), "");
    return new Envelope(
        route.device(),
        route.gateway(),
        route.channel(),
        Transport.MQTT,
        will.publishedMicros(),
        contentType.toLowerCase(Locale.ROOT),
        Optional.of(messageId(due)),
        admitted.model().id(),
        admitted.model().version(),
        false,
        0,
        will.payload());
  }

  /** Its own, or one by which the same will is known when it is handed over again. */
  private static String messageId(WillDue due) {
    return due.will().properties().user().stream()
        .filter(p -> p.name().equals("message-id"))
        .map(Message.UserProperty::value)
        .findFirst()
        .orElseGet(() -> "will-" + due.number() + "-" + due.will().publishedMicros());
  }

  private record Settled(WillPublisher.Done done) implements Receipt {
    @Override
    public void durable(long offset) {
      done.accept(true);
    }

    @Override
    public void deadLettered(long offset, ErrorCode reason, String why) {
      done.accept(true);
    }

    @Override
    public void abandoned() {
      done.accept(false);
    }

    @Override
    public boolean wantsVerdict() {
      return false;
    }
  }
}
