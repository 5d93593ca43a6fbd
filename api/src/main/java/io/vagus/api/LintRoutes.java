package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Paging;
import io.vagus.registry.Registry;
import io.vagus.watch.Lint;
import io.vagus.watch.Misuse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** What devices were seen to do that MQTT allows and that will hurt. Thread-safe. */
final class LintRoutes {
  private static final Map<String, Misuse> RULES =
      Arrays.stream(Misuse.values())
          .collect(Collectors.toUnmodifiableMap(Misuse::word, Function.identity()));

  private final Registry registry;
  private final Lint lint;

  LintRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.lint = parts.watch().lint();
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/lint", Set.of("rule", "cursor", "limit"), this::list),
        Route.get("/api/v1/devices/{id}/lint", this::ofDevice));
  }

  private Reply list(Call call) {
    int limit = call.query().integer("limit", 100, 1, 1000);
    Optional<DeviceId> after = call.query().string("cursor").map(Paging::cursorDevice);
    List<Lint.OfDevice> found =
        lint.devices(call.sight().devices(), call.query().choice("rule", RULES), after, limit + 1);
    boolean more = found.size() > limit;
    List<Lint.OfDevice> page = more ? found.subList(0, limit) : found;
    Optional<String> next = more ? Optional.of(page.getLast().device().value()) : Optional.empty();
    return Shape.page(new Page<>(page, next), LintRoutes::write);
  }

  private Reply ofDevice(Call call) {
    DeviceId device = call.device();
    if (registry.device(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
    return Reply.json(200, out -> write(out, new Lint.OfDevice(device, lint.of(device))));
  }

  private static void write(JsonGenerator out, Lint.OfDevice one) {
    out.writeStringProperty("device", one.device().value());
    Shape.items(out, "findings", one.findings(), LintRoutes::write);
  }

  private static void write(JsonGenerator out, Lint.Finding finding) {
    out.writeStringProperty("rule", finding.misuse().word());
    out.writeNumberProperty("count", finding.count());
    out.writeStringProperty("firstAt", Shape.time(finding.firstMicros()));
    out.writeStringProperty("lastAt", Shape.time(finding.lastMicros()));
    if (!finding.topic().isEmpty()) {
      out.writeStringProperty("topic", finding.topic());
    }
    out.writeStringProperty("advice", finding.misuse().advice());
  }
}
