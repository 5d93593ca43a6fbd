package io.vagus.api;

import io.vagus.kit.WallClock;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.Reported;
import io.vagus.twin.ReportedPast.Forgotten;
import io.vagus.twin.ReportedPast.Known;
import io.vagus.twin.ReportedPast.Past;
import io.vagus.twin.Twins;
import io.vagus.watch.Contact;
import io.vagus.watch.Watch;
import io.vagus.wire.DocumentCodec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonGenerator;

/** A twin as JSON. */
final class TwinShape {
  private final Twins twins;
  private final Watch watch;
  private final WallClock wall;

  TwinShape(Twins twins, Watch watch, WallClock wall) {
    this.twins = twins;
    this.watch = watch;
    this.wall = wall;
  }

  /** As it is now, its version as ETag. */
  Reply now(Desired desired, Reported reported) {
    return withVersion(
        Reply.json(
            200,
            out -> {
              write(out, desired);
              document(out, "reported", reported.document());
              times(out, "reportedTimes", reported.fields(), Reported.Field::timeMicros);
              if (reported.receivedMicros() > 0) {
                out.writeStringProperty("reportedAt", Shape.time(reported.receivedMicros()));
              }
              out.writeNumberProperty("answeredVersion", reported.desiredVersion());
              document(out, "delta", desired.document().missingIn(reported.document()));
              sync(out, desired, reported);
              contact(out, desired.device(), reported);
            }),
        desired);
  }

  private void sync(JsonGenerator out, Desired desired, Reported reported) {
    boolean follows = desired.document().missingIn(reported.document()).isEmpty();
    out.writeStringProperty(
        "sync", Shape.word(Standings.sync(desired.version(), reported.desiredVersion(), follows)));
    Optional<Twins.Follow> follow = twins.follow(desired.device());
    if (!follows && follow.isPresent() && !follow.get().follows()) {
      out.writeNumberProperty(
          "lagSeconds", Math.max(0, wall.micros() - follow.get().behindMicros()) / 1e6);
    }
  }

  /** What is reported is as old as the last word of a device that is out of touch. */
  private void contact(JsonGenerator out, DeviceId device, Reported reported) {
    Contact contact = watch.contact(device);
    boolean stale = !contact.connected() && reported.receivedMicros() > 0;
    out.writeBooleanProperty("stale", stale);
    if (reported.receivedMicros() > 0) {
      long seen = contact.lastSeenMicros().orElse(reported.receivedMicros());
      long since = contact.connected() ? reported.receivedMicros() : seen;
      out.writeNumberProperty("ageSeconds", Math.max(0, wall.micros() - since) / 1e6);
    }
  }

  Reply desired(Desired desired) {
    return withVersion(Reply.json(200, out -> write(out, desired)), desired);
  }

  /** As the platform knew it then; times say since when a reported value was so. */
  static Reply past(Desired desired, Past reported, Instant at) {
    return Reply.json(
        200,
        out -> {
          out.writeStringProperty("at", at.toString());
          write(out, desired);
          switch (reported) {
            case Known known -> past(out, known.reported());
            case Forgotten forgotten ->
                out.writeStringProperty("reportedKeptFrom", Shape.time(forgotten.keptFromMicros()));
          }
        });
  }

  private static void past(JsonGenerator out, Reported reported) {
    document(out, "reported", reported.document());
    times(out, "reportedTimes", reported.fields(), Reported.Field::changedMicros);
    out.writeNumberProperty("answeredVersion", reported.desiredVersion());
  }

  private static Reply withVersion(Reply reply, Desired desired) {
    return reply.with("ETag", "\"" + desired.version() + "\"");
  }

  private static void write(JsonGenerator out, Desired desired) {
    out.writeStringProperty("device", desired.device().value());
    out.writeNumberProperty("version", desired.version());
    document(out, "desired", desired.document());
    times(out, "desiredTimes", desired.changedMicros(), Long::longValue);
    if (desired.version() > 0) {
      out.writeStringProperty("desiredAt", Shape.time(desired.updatedMicros()));
    }
  }

  private static void document(JsonGenerator out, String name, Document document) {
    out.writeName(name);
    out.writeRawValue(DocumentCodec.text(document));
  }

  private static <T> void times(
      JsonGenerator out, String name, Map<String, T> fields, ToLongFunction<T> micros) {
    out.writeObjectPropertyStart(name);
    fields.forEach((pointer, field) ->
        out.writeStringProperty(pointer, Shape.time(micros.applyAsLong(field))));
    out.writeEndObject();
  }
}
