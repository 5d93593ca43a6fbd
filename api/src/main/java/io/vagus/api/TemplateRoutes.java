package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Actor;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.twin.TemplateChange;
import io.vagus.twin.Templates;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Twins moved to a new version of their product's template. Thread-safe. */
final class TemplateRoutes {
  private final Registry registry;
  private final Templates templates;

  TemplateRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.templates = parts.templates();
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", "/api/v1/products/{id}/twin/migrate", Route.Body.JSON, this::migrate));
  }

  private Reply migrate(Call call) throws IOException {
    String id = call.path("id");
    Sight sight = call.sight();
    JsonObject json = call.json();
    boolean dry = json.bool("dryRun").orElse(false);
    Optional<GroupId> group =
        sight.place(
            "group", json.string("group").map(g -> json.make("group", () -> new GroupId(g))));
    json.end();
    ProductModel product = registry.model(id).orElseThrow(() -> Problem.notFound("product", id));
    DeviceFilter filter = DeviceFilter.ALL.inGroup(group).withProduct(product.id());
    Actor actor = Access.actor(call.caller());
    return Reply.stream(
        DeviceBulk.NDJSON,
        out -> actor.call(() -> new Run(out, sight, product, filter, dry).toTheEnd()));
  }

  /** Goes through the devices, a page in a transaction; goes on when the client does not. */
  private final class Run {
    private final OutputStream out;
    private final Sight sight;
    private final ProductModel product;
    private final DeviceFilter filter;
    private final boolean dry;
    private boolean gone;
    private int devices;
    private int changed;
    private int failed;

    Run(OutputStream out, Sight sight, ProductModel product, DeviceFilter filter, boolean dry) {
      this.out = out;
      this.sight = sight;
      this.product = product;
      this.filter = filter;
      this.dry = dry;
    }

    int toTheEnd() {
      Optional<String> cursor = Optional.empty();
      do {
        Page<Device> page = sight.devices(filter, cursor, Templates.AT_ONCE);
        List<TemplateChange> plan = templates.plan(product, page.items());
        (dry ? plan : templates.apply(plan)).forEach(this::take);
        cursor = page.next();
        boolean done = cursor.isEmpty();
        line(json -> progress(json, done));
      } while (cursor.isPresent());
      return devices;
    }

    private void take(TemplateChange change) {
      devices++;
      if (!change.violations().isEmpty()) {
        failed++;
        line(json -> {
          json.writeStringProperty("device", change.device().value());
          json.writeStringProperty("result", "failed");
          Shape.strings(json, "why", change.violations());
        });
      } else if (!change.patch().isEmpty()) {
        changed++;
        line(json -> {
          json.writeStringProperty("device", change.device().value());
          json.writeStringProperty("result", dry ? "would-change" : "changed");
          json.writeName("patch");
          json.writeRawValue(
              new String(DocumentCodec.encode(change.patch()), StandardCharsets.UTF_8));
        });
      }
    }

    private void progress(JsonGenerator json, boolean done) {
      json.writeNumberProperty("version", product.version());
      json.writeNumberProperty("devices", devices);
      json.writeNumberProperty("changed", changed);
      json.writeNumberProperty("unchanged", devices - changed - failed);
      json.writeNumberProperty("failed", failed);
      json.writeBooleanProperty("dryRun", dry);
      json.writeBooleanProperty("done", done);
    }

    private void line(Consumer<JsonGenerator> object) {
      if (gone) {
        return;
      }
      try {
        out.write(Reply.jsonBytes(object));
        out.write('\n');
        out.flush();
      } catch (IOException | UncheckedIOException e) {
        gone = true; // the work is not half done for it
      }
    }
  }
}
