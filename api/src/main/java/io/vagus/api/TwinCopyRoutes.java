package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.registry.Registry;
import io.vagus.twin.TwinCopies;
import io.vagus.twin.TwinCopies.Copy;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Copies of twins, to see what a change would do. Thread-safe. */
final class TwinCopyRoutes {
  private static final String ONE = "/api/v1/twins/copies/{copy}";
  private static final DocumentPatch NOTHING = new DocumentPatch(List.of());

  private final Registry registry;
  private final TwinCopies copies;

  TwinCopyRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.copies = parts.twinCopies();
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", "/api/v1/devices/{id}/twin/copies", Route.Body.NONE, this::make),
        Route.get(ONE, call -> reply(200, existing(call))),
        Route.write("PATCH", ONE, Route.Body.JSON, this::change),
        Route.write("DELETE", ONE, Route.Body.NONE, this::remove));
  }

  private Reply make(Call call) {
    DeviceId device = call.device();
    if (registry.device(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
    Copy copy = copies.make(device);
    return reply(201, copy).with("Location", ONE.replace("{copy}", copy.id()));
  }

  private Copy existing(Call call) {
    boolean everything = call.sight().isEverything(); // asked in any case
    return copies
        .find(call.path("copy"))
        .filter(copy -> everything || call.sight().sees(copy.device()))
        .orElseThrow(() -> notFound(call));
  }

  private static RuntimeException notFound(Call call) {
    return Problem.notFound("copy", call.path("copy"));
  }

  private Reply change(Call call) throws IOException {
    Copy known = existing(call);
    JsonObject json = call.json();
    DocumentPatch desired = patch(json, "desired");
    DocumentPatch reported = patch(json, "reported");
    json.end();
    return reply(
        200, copies.change(known.id(), desired, reported).orElseThrow(() -> notFound(call)));
  }

  /** A JSON merge patch (RFC 7386). */
  private static DocumentPatch patch(JsonObject json, String name) {
    return json.text(name)
        .map(text -> DocumentCodec.readPatch(text.getBytes(StandardCharsets.UTF_8)))
        .orElse(NOTHING);
  }

  private Reply remove(Call call) {
    copies.remove(existing(call).id());
    return Reply.noContent();
  }

  private static Reply reply(int status, Copy copy) {
    return Reply.json(
        status,
        out -> {
          out.writeStringProperty("id", copy.id());
          out.writeStringProperty("device", copy.device().value());
          out.writeStringProperty("expiresAt", Shape.time(copy.untilMicros()));
          document(out, "desired", copy.desired().document());
          Document reported = copy.reported().document();
          document(out, "reported", reported);
          Document delta = copy.desired().document().missingIn(reported);
          document(out, "delta", delta);
          out.writeBooleanProperty("follows", delta.isEmpty());
          document(out, "taken", copy.taken());
        });
  }

  private static void document(JsonGenerator out, String name, Document document) {
    out.writeName(name);
    out.writeRawValue(DocumentCodec.text(document));
  }
}
