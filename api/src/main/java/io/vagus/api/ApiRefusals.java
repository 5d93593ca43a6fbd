package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Transport;
import io.vagus.registry.Caller;
import io.vagus.watch.ListenerWatch;
import java.util.Optional;

/** Tells who was refused by the API and why, beside those that the listeners refuse. */
record ApiRefusals(ListenerWatch watch) {

  void refused(
      Request request, Route route, Optional<Caller> caller, ErrorCode code, String detail) {
    if (code != ErrorCode.UNAUTHENTICATED
        && code != ErrorCode.FORBIDDEN
        && code != ErrorCode.RATE_EXCEEDED) {
      return;
    }
    watch.refused(
        request.isSecure() ? Transport.HTTPS : Transport.HTTP,
        code.code(),
        request.address(),
        caller.map(Caller::actor).orElse(""),
        route.method() + " " + route.template() + ": " + detail);
  }
}
