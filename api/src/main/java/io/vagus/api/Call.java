package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.registry.Caller;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * One request on its way to its handler, allowed and well formed so far.
 *
 * @param caller who asks; empty when nobody said
 * @param sight what of the fleet he may see and change by it
 * @param allowed whether he still may: what lasts asks again and again
 */
record Call(
    Request request,
    Route route,
    Map<String, String> parameters,
    Query query,
    Optional<Caller> caller,
    Sight sight,
    RequestBody body,
    BooleanSupplier allowed) {

  /** The answer; none that does not know whose it is. */
  Reply handle() throws IOException {
    Reply reply = route.handler().handle(this);
    if (RouteRights.of(route) instanceof RouteRights.Needs needs
        && needs.extent() == RouteRights.Extent.WITHIN) {
      sight.requireAsked(route);
    }
    return reply;
  }

  /** A segment of the path. */
  String path(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** The device that the path names. */
  DeviceId device() {
    return deviceId("id", path("id"));
  }

  /** The device that the query names, when it does. */
  Optional<DeviceId> queriedDevice() {
    return query.string("device").map(id -> deviceId("device", id));
  }

  JsonObject json() throws IOException {
    return JsonObject.parse(body.bytes());
  }

  /** The version that {@code If-Match} asks for (RFC 9110 §13.1.1). */
  OptionalLong ifVersion() {
    String tag = request.header("If-Match").orElse("*").strip();
    if (tag.equals("*")) {
      return OptionalLong.empty();
    }
    if (!tag.matches("\"\\d{1,18}\"")) {
      throw Problem.invalid("If-Match", Problem.shown(tag) + " (expected: an ETag such as \"3\")");
    }
    return OptionalLong.of(Long.parseLong(tag.substring(1, tag.length() - 1)));
  }

  static DeviceId deviceId(String field, String value) {
    if (!DeviceId.isValid(value)) {
      throw Problem.invalid(
          field,
          Problem.shown(value)
              + " (expected: 1 to 128 of letters, digits and . _ : -, starting with a letter or"
              + " digit)");
    }
    return new DeviceId(value);
  }
}
