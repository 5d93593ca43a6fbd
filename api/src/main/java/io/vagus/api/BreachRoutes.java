package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Actor;
import io.vagus.registry.EventHead;
import io.vagus.registry.Fact;
import io.vagus.registry.Registry;
import io.vagus.trust.Containment;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.EvidenceArchive;
import io.vagus.watch.Watch;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Devices in wrong hands: shut out, and what is known of them taken along. Thread-safe. */
final class BreachRoutes {
  private static final String DEVICE = "/api/v1/devices/{id}";
  private static final String GROUP = "/api/v1/groups/{group}";
  private static final int MAX_REASON = 500;
  private static final Set<String> RANGE = Set.of("from", "to");

  /** Sessions end within a second, or the answer says that one did not. */
  private static final Duration SESSION_END = Duration.ofSeconds(1);

  private final Registry registry;
  private final Optional<DeviceCertificates> authority;
  private final Watch watch;
  private final Containment containment;
  private final Evidence evidence;
  private final WallClock clock;
  private final MonotonicClock monotonic;

  BreachRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.authority = parts.certificates();
    this.watch = parts.watch();
    this.containment = new Containment(parts.registry());
    this.evidence = new Evidence(parts);
    this.clock = parts.wallClock();
    this.monotonic = parts.monotonicClock();
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", DEVICE + "/breach", Route.Body.JSON, this::containDevice),
        Route.write("POST", GROUP + "/breach", Route.Body.JSON, this::containGroup),
        Route.get(DEVICE + "/evidence", RANGE, call -> export(call, device(call))),
        Route.get(GROUP + "/evidence", RANGE, call -> export(call, group(call))));
  }

  private FleetPart.One device(Call call) {
    DeviceId id = call.device();
    return registry
        .device(id)
        .map(found -> new FleetPart.One(found.id()))
        .orElseThrow(() -> Problem.notFound("device", id.value()));
  }

  private FleetPart.OfGroup group(Call call) {
    GroupId id = DeviceShape.groupId("group", call.path("group"));
    if (registry.groups().find(id).isEmpty()) {
      throw Problem.notFound("group", id.value());
    }
    return new FleetPart.OfGroup(id);
  }

  private static String reason(Call call) throws IOException {
    JsonObject json = call.json();
    String reason = json.require("reason", json.string("reason"));
    json.end();
    if (reason.isBlank() || reason.length() > MAX_REASON) {
      throw Problem.invalid(
          "reason", reason.length() + " characters (expected: 1 to " + MAX_REASON + ")");
    }
    return reason;
  }

  /** What became of a device, and of the session that it had. */
  private record Done(Containment.Outcome outcome, boolean connected, OptionalLong endedMillis) {}

  private Reply containDevice(Call call) throws IOException {
    DeviceId device = device(call).device();
    String reason = reason(call);
    return streamed(call, Reply.JSON, out -> contain(List.of(device), reason, new Lines(out)));
  }

  /** A line for each device as it is done; goes on when the client does not. */
  private Reply containGroup(Call call) throws IOException {
    FleetPart.OfGroup group = group(call);
    String reason = reason(call);
    List<DeviceId> devices = group.ids(registry);
    return streamed(call, DeviceBulk.NDJSON, out -> contain(devices, reason, new Lines(out)));
  }

  private interface Work {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The work is done as the answer is written: outside whatever transaction the call is in. */
  private static Reply streamed(Call call, String contentType, Work work) {
    Actor actor = Access.actor(call.caller());
    return Reply.stream(
        contentType,
        out ->
            actor.call(() -> {
              work.writeTo(out);
              return actor;
            }));
  }

  /** All are shut out before the first is gone through: then there is time. */
  private void contain(List<DeviceId> devices, String reason, Lines lines) {
    long beganMicros = clock.micros();
    Set<DeviceId> connected = new HashSet<>();
    Map<DeviceId, Device.Status> before = new HashMap<>();
    for (List<DeviceId> some : parts(devices)) {
      some.stream().filter(d -> watch.contact(d).connected()).forEach(connected::add);
      before.putAll(containment.shutOut(some));
    }
    long dueNanos = monotonic.nanos() + SESSION_END.toNanos();
    for (List<DeviceId> some : parts(devices)) {
      for (Containment.Outcome outcome : containment.contain(some, before, reason)) {
        boolean had = connected.contains(outcome.device());
        Done done =
            new Done(
                outcome,
                had,
                had ? ended(outcome.device(), beganMicros, dueNanos) : OptionalLong.empty());
        lines.write(Reply.jsonBytes(json -> write(json, done)));
      }
      lines.flush();
    }
  }

  private static List<List<DeviceId>> parts(List<DeviceId> devices) {
    List<List<DeviceId>> parts = new ArrayList<>();
    for (int from = 0; from < devices.size(); from += Containment.AT_ONCE) {
      parts.add(devices.subList(from, Math.min(devices.size(), from + Containment.AT_ONCE)));
    }
    return parts;
  }

  /** How long after the call its last session ended; empty when one is open. */
  private OptionalLong ended(DeviceId device, long beganMicros, long dueNanos) {
    try {
      if (!watch.awaitClosed(device, Duration.ofNanos(dueNanos - monotonic.nanos()))) {
        return OptionalLong.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
    long last =
        watch.connections(device).stream()
            .mapToLong(c -> c.closedMicros().orElse(beganMicros))
            .max()
            .orElse(beganMicros);
    return OptionalLong.of(Math.max(0, last - beganMicros) / 1000);
  }

  private static void write(JsonGenerator out, Done done) {
    Containment.Outcome outcome = done.outcome();
    out.writeStringProperty("device", outcome.device().value());
    out.writeStringProperty("result", Shape.word(outcome.result()));
    outcome.before().ifPresent(b -> out.writeStringProperty("before", Shape.word(b)));
    out.writeNumberProperty("certificatesRevoked", outcome.certificates());
    out.writeNumberProperty("tokensRevoked", outcome.tokens());
    out.writeBooleanProperty("secretTaken", outcome.secret());
    out.writeBooleanProperty("connected", done.connected());
    done.endedMillis().ifPresent(millis -> out.writeNumberProperty("disconnectedMillis", millis));
    if (!outcome.why().isEmpty()) {
      out.writeStringProperty("why", outcome.why());
    }
  }

  private Reply export(Call call, FleetPart part) {
    DeviceCertificates ca = CertificateShape.required(authority);
    Evidence.Range range = new Evidence.Range(call.query().fromMicros(), call.query().toMicros());
    Map<String, String> head = head(call, part, range);
    String file = part.subject().text().replaceAll("[^A-Za-z0-9._-]", "-");
    return streamed(call, "application/zip", out -> export(ca, part, range, head, out))
        .with("Content-Disposition", "attachment; filename=\"" + file + ".evidence.zip\"");
  }

  private Map<String, String> head(Call call, FleetPart part, Evidence.Range range) {
    Map<String, String> head = new LinkedHashMap<>();
    head.put("about", part.subject().text());
    head.put("made", clock.now().toString());
    head.put("by", Access.actor(call.caller()).text());
    if (range.fromMicros() != Long.MIN_VALUE) {
      head.put("from", Shape.time(range.fromMicros()));
    }
    if (range.toMicros() != Long.MAX_VALUE) {
      head.put("to", Shape.time(range.toMicros()));
    }
    EventHead log = registry.events().head();
    head.put("log", log.sequence() + ":" + log.hash());
    return head;
  }

  private void export(
      DeviceCertificates ca,
      FleetPart part,
      Evidence.Range range,
      Map<String, String> head,
      OutputStream out)
      throws IOException {
    EvidenceArchive archive = ca.evidence(out, head);
    evidence.write(archive, part, range);
    String manifest = archive.finish(clock.now());
    registry
        .events()
        .append(Fact.noted(part.subject(), "breach.exported", Map.of("manifest", manifest)));
  }

  /** Lines to a client that may be gone: the work they tell of goes on. Not thread-safe. */
  private static final class Lines {
    private final OutputStream out;
    private boolean gone;

    Lines(OutputStream out) {
      this.out = out;
    }

    void write(byte[] line) {
      tell(() -> {
        out.write(line);
        out.write("\n".getBytes(StandardCharsets.US_ASCII));
      });
    }

    void flush() {
      tell(out::flush);
    }

    private interface Step {
      void run() throws IOException;
    }

    private void tell(Step step) {
      try {
        if (!gone) {
          step.run();
        }
      } catch (IOException | UncheckedIOException e) {
        gone = true;
      }
    }
  }
}
