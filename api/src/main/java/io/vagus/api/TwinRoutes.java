package io.vagus.api;

import io.vagus.expression.Guard;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.model.Reported;
import io.vagus.registry.Registry;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.ReportedPast;
import io.vagus.twin.ReportedTwins;
import io.vagus.wire.CommandCodec;
import io.vagus.wire.DocumentCodec;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What devices are, and what they are wanted to be. Thread-safe. */
final class TwinRoutes {
  private static final String ONE = "/api/v1/devices/{id}/twin";

  private final Registry registry;
  private final DesiredChanges desired;
  private final ReportedTwins reported;
  private final ReportedPast reportedPast;
  private final TwinShape shape;

  TwinRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.desired = parts.desired();
    this.reported = parts.reported();
    this.reportedPast = parts.reportedPast();
    this.shape = new TwinShape(parts.twins(), parts.watch(), parts.wallClock());
  }

  List<Route> routes() {
    return List.of(
        Route.get(ONE, Set.of("at"), this::read),
        Route.write("PATCH", ONE + "/desired", Route.Body.JSON, this::change));
  }

  private Reply read(Call call) {
    DeviceId device = existing(call.device());
    long at = call.query().timeMicros("at", Long.MAX_VALUE);
    if (at != Long.MAX_VALUE) {
      Instant time = Instant.EPOCH.plus(at, ChronoUnit.MICROS);
      return TwinShape.past(
          registry.desired().asOf(device, time), reportedPast.asOf(device, at), time);
    }
    Reported said = reported.of(device).orElse(Reported.none(device));
    return shape.now(registry.desired().of(device), said);
  }

  /** A JSON merge patch (RFC 7386). */
  private Reply change(Call call) throws IOException {
    DeviceId device = existing(call.device());
    DocumentPatch patch = DocumentCodec.readPatch(call.body().bytes());
    return switch (desired.change(device, patch, call.ifVersion())) {
      case DesiredChanges.Changed(Desired after) -> shape.desired(after);
      case DesiredChanges.Refused(Guard.Refusal why) ->
          Problem.refused(
              why.interlock(), why.detail(), CommandCodec.seen(why.seen()), Optional.empty());
    };
  }

  private DeviceId existing(DeviceId device) {
    if (registry.device(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
    return device;
  }
}
