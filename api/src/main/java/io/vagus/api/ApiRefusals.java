package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.Caller;
import io.vagus.registry.Credentials;
import io.vagus.watch.ListenerWatch;
import io.vagus.watch.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Tells who was refused by the API and why, beside those that the listeners refuse. */
record ApiRefusals(ListenerWatch watch, Credentials credentials) {
  private static final String BASIC = "Basic ";
  private static final int MAX_CHARS = 2048;

  void refused(
      Request request, Route route, Optional<Caller> caller, ErrorCode code, String detail) {
    if (code != ErrorCode.UNAUTHENTICATED
        && code != ErrorCode.FORBIDDEN
        && code != ErrorCode.RATE_EXCEEDED) {
      return;
    }
    Transport listener = request.isSecure() ? Transport.HTTPS : Transport.HTTP;
    String tried = route.method() + " " + route.template();
    Optional<DeviceId> device = caller.isEmpty() ? device(request) : Optional.empty();
    if (device.isPresent()) {
      watch.refused(listener, Refusal.LATERAL, request.address(), device.get(), tried);
    } else {
      watch.refused(
          listener,
          code.code(),
          request.address(),
          caller.map(Caller::actor).orElse(""),
          tried + ": " + detail);
    }
  }

  /** Whose credential was shown, which opens nothing here. Looks at no slow one. */
  private Optional<DeviceId> device(Request request) {
    Optional<Proof> shown = basic(request).or(() -> bound(request));
    return shown
        .flatMap(proof ->
            credentials
                .recognise(proof.name(), proof.secret())
                .or(() ->
                    credentials.isQuick(proof.secret())
                        ? Optional.of(credentials.check(proof.name(), proof.secret()))
                        : Optional.empty()))
        .filter(Credentials.DeviceVerdict.class::isInstance)
        .map(verdict -> ((Credentials.DeviceVerdict) verdict).device().id());
  }

  private record Proof(String name, byte[] secret) {}

  /** RFC 7617. */
  private static Optional<Proof> basic(Request request) {
    String header = request.header("Authorization").orElse("");
    if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length()) || header.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      String pair = new String(bytes, StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 1
          ? Optional.empty()
          : Optional.of(
              new Proof(
                  pair.substring(0, colon),
                  pair.substring(colon + 1).getBytes(StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Proof> bound(Request request) {
    return Access.bearer(request)
        .flatMap(token ->
            Credentials.deviceOf(token)
                .map(name -> new Proof(name, token.getBytes(StandardCharsets.UTF_8))));
  }
}
