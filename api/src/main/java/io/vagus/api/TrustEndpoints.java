package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Actor;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.Enrollee;
import io.vagus.trust.EstServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * What devices and others ask of the certificate authority in the standards' own words: enrolment
 * (EST, RFC 7030), the list of revoked certificates (RFC 5280) and single states (OCSP, RFC 6960).
 * Who enrols was proved by the listener. Thread-safe.
 */
final class TrustEndpoints {
  private static final System.Logger LOG = System.getLogger(TrustEndpoints.class.getName());
  private static final String EST = "/.well-known/est/";
  private static final String STATES = "/trust/";

  /** In lines that base64 and openssl both take. */
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private static final int MAX_BODY_BYTES = 32_768;

  private interface Handler {
    Reply handle(DeviceCertificates ca, Request request) throws IOException;
  }

  private record Endpoint(String method, String contentType, Handler handler) {}

  private final Optional<DeviceCertificates> authority;
  private final Map<String, Endpoint> endpoints =
      Map.of(
          EST + "cacerts", new Endpoint("GET", "", (ca, r) -> certificates(ca.est().authorities())),
          EST + "csrattrs", new Endpoint("GET", "", (ca, r) -> attributes(ca)),
          EST + "simpleenroll", new Endpoint("POST", "application/pkcs10", TrustEndpoints::enrol),
          EST + "simplereenroll", new Endpoint("POST", "application/pkcs10", TrustEndpoints::renew),
          STATES + "crl", new Endpoint("GET", "", TrustEndpoints::revoked),
          STATES + "ocsp", new Endpoint("POST", "application/ocsp-request", TrustEndpoints::state));

  TrustEndpoints(Optional<DeviceCertificates> authority) {
    this.authority = authority;
  }

  boolean serves(Request request) {
    return request.rawPath().startsWith(EST) || request.rawPath().startsWith(STATES);
  }

  Dispatcher.Answer answer(Request request) {
    Endpoint endpoint = endpoints.get(request.rawPath());
    if (endpoint == null || authority.isEmpty()) {
      String why = authority.isEmpty() ? "no certificate authority is set up" : "is not known";
      return new Dispatcher.Answer(
          Dispatcher.NO_ROUTE,
          Problem.of(
              ErrorCode.NOT_FOUND, "path: " + Problem.shown(request.rawPath()) + ", " + why));
    }
    return new Dispatcher.Answer(request.rawPath(), answer(endpoint, authority.get(), request));
  }

  private static Reply answer(Endpoint endpoint, DeviceCertificates ca, Request request) {
    try {
      if (!request.method().equals(endpoint.method())) {
        return Problem.of(
                ErrorCode.METHOD_NOT_ALLOWED,
                "method: "
                    + Problem.shown(request.method())
                    + " (expected: "
                    + endpoint.method()
                    + ")")
            .with("Allow", endpoint.method());
      }
      String type = request.header("Content-Type").orElse("").split(";")[0].strip();
      if (!endpoint.contentType().isEmpty() && !type.equalsIgnoreCase(endpoint.contentType())) {
        return Problem.of(
            ErrorCode.CONTENT_TYPE_UNKNOWN,
            "Content-Type: " + Problem.shown(type) + " (expected: " + endpoint.contentType() + ")");
      }
      return endpoint.handler().handle(ca, request);
    } catch (VagusException e) {
      return Problem.of(e);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, request.rawPath(), e);
      return Problem.of(ErrorCode.INTERNAL, "the server's log says why");
    }
  }

  private static Reply attributes(DeviceCertificates ca) {
    return base64("application/csrattrs", ca.est().requestAttributes());
  }

  private static Reply enrol(DeviceCertificates ca, Request request) throws IOException {
    Enrollee enrollee = enrollee(ca, request);
    byte[] csr = csr(request);
    return certificates(Actor.device(enrollee.device()).call(() -> ca.est().enrol(enrollee, csr)));
  }

  private static Reply renew(DeviceCertificates ca, Request request) throws IOException {
    Enrollee enrollee = enrollee(ca, request);
    byte[] csr = csr(request);
    return certificates(Actor.device(enrollee.device()).call(() -> ca.est().renew(enrollee, csr)));
  }

  private static Enrollee enrollee(DeviceCertificates ca, Request request) {
    return request
        .header(EstServer.ENROLLEE_HEADER)
        .flatMap(ca.est()::enrollee)
        .orElseThrow(() ->
            new VagusException(
                ErrorCode.UNAUTHENTICATED, "device: not proved (expected: by the listener)"));
  }

  /** DER in base64, which RFC 8951 wants whatever the transfer encoding says; or PEM. */
  private static byte[] csr(Request request) throws IOException {
    byte[] body = body(request);
    String text = new String(body, StandardCharsets.ISO_8859_1);
    if (text.contains("-----BEGIN ")) {
      return body;
    }
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("csr", "cannot be read (expected: PKCS #10 in base64)");
    }
  }

  private static byte[] body(Request request) throws IOException {
    byte[] body = request.body().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "body: more than " + MAX_BODY_BYTES + " bytes (expected: <= " + MAX_BODY_BYTES + ")");
    }
    return body;
  }

  private static Reply certificates(byte[] certsOnly) {
    return base64("application/pkcs7-mime; smime-type=certs-only", certsOnly);
  }

  private static Reply base64(String type, byte[] der) {
    byte[] text = BASE64.encode(der);
    return Reply.bytes(200, type, text).with("Content-Transfer-Encoding", "base64");
  }

  private static Reply revoked(DeviceCertificates ca, Request request) {
    return Reply.bytes(200, "application/pkix-crl", ca.states().revocationList());
  }

  private static Reply state(DeviceCertificates ca, Request request) throws IOException {
    return Reply.bytes(200, "application/ocsp-response", ca.states().answer(body(request)));
  }
}
