package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.Secret;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.DeviceCertificates.Issued;
import io.vagus.trust.Enrollee;
import io.vagus.trust.EstServer;
import io.vagus.watch.ListenerWatch;
import io.vagus.wire.JsonObject;
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
  private static final String LIST_OF = STATES + "crl/";

  /** The same for devices that speak JSON. */
  private static final String ENROL = "/enrol";

  /** In lines that base64 and openssl both take. */
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private static final int MAX_BODY_BYTES = 32_768;

  private interface Handler {
    Reply handle(DeviceCertificates ca, Request request) throws IOException;
  }

  private record Endpoint(String method, String contentType, Handler handler) {}

  private static final Endpoint LIST = new Endpoint("GET", "", TrustEndpoints::listOf);

  private final Optional<DeviceCertificates> authority;
  private final ListenerWatch watch;
  private final Map<String, Endpoint> endpoints =
      Map.of(
          EST + "cacerts",
          new Endpoint("GET", "", (ca, r) -> certificates(ca.est().authorities())),
          EST + "csrattrs",
          new Endpoint("GET", "", (ca, r) -> attributes(ca)),
          EST + "simpleenroll",
          new Endpoint("POST", "application/pkcs10", TrustEndpoints::enrol),
          EST + "simplereenroll",
          new Endpoint("POST", "application/pkcs10", TrustEndpoints::renew),
          ENROL,
          new Endpoint("POST", "application/json", TrustEndpoints::enrolSimply),
          TpmShape.CHALLENGE,
          new Endpoint("POST", "application/json", (ca, r) -> TpmShape.challenge(ca, r, body(r))),
          TpmShape.ACTIVATE,
          new Endpoint("POST", "application/json", (ca, r) -> TpmShape.activate(ca, r, body(r))),
          STATES + "crl",
          new Endpoint("GET", "", TrustEndpoints::revoked),
          STATES + "ocsp",
          new Endpoint("POST", "application/ocsp-request", TrustEndpoints::state));

  TrustEndpoints(Optional<DeviceCertificates> authority, ListenerWatch watch) {
    this.authority = authority;
    this.watch = watch;
  }

  boolean serves(Request request) {
    return request.rawPath().equals(ENROL)
        || request.rawPath().startsWith(ENROL + "/")
        || request.rawPath().startsWith(EST)
        || request.rawPath().startsWith(STATES);
  }

  Dispatcher.Answer answer(Request request) {
    boolean isListOf = request.rawPath().startsWith(LIST_OF);
    Endpoint endpoint = isListOf ? LIST : endpoints.get(request.rawPath());
    if (endpoint == null || authority.isEmpty()) {
      String why = authority.isEmpty() ? "no certificate authority is set up" : "is not known";
      return new Dispatcher.Answer(
          Dispatcher.NO_ROUTE,
          Problem.of(
              ErrorCode.NOT_FOUND, "path: " + Problem.shown(request.rawPath()) + ", " + why));
    }
    String route = isListOf ? LIST_OF + "{issuer}" : request.rawPath();
    return new Dispatcher.Answer(route, answer(endpoint, authority.get(), request));
  }

  private Reply answer(Endpoint endpoint, DeviceCertificates ca, Request request) {
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
      if (e.code() == ErrorCode.ENROLMENT_REFUSED) {
        watch.refused(
            Transport.HTTPS, e.code().code(), source(request), "", String.valueOf(e.getMessage()));
      }
      return Problem.of(e);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, request.rawPath(), e);
      return Problem.of(ErrorCode.INTERNAL, "the server's log says why");
    }
  }

  /** The listener adds the address that it saw to whatever the client said. */
  private static String source(Request request) {
    String all = request.header("X-Forwarded-For").orElse("");
    return all.substring(all.lastIndexOf(' ') + 1);
  }

  /** A certificate for who brings a request, a secret for who brings none. */
  private static Reply enrolSimply(DeviceCertificates ca, Request request) throws IOException {
    Enrollee who = enrollee(ca, request);
    JsonObject json = JsonObject.parse(body(request));
    Optional<DeviceId> device = json.string("device").map(id -> Call.deviceId("device", id));
    Optional<String> csr = json.string("csr");
    json.end();
    if (csr.isEmpty()) {
      DeviceId named = json.require("device", device);
      Secret secret = ca.enrolment().enrolBySecret(who, named);
      return Reply.json(
          201,
          out -> {
            out.writeStringProperty("device", named.value());
            out.writeStringProperty("secret", secret.text());
          });
    }
    Issued issued = ca.enrolment().enrol(who, device, csr.get().getBytes(StandardCharsets.UTF_8));
    return issued(ca, issued);
  }

  static Reply issued(DeviceCertificates ca, Issued issued) {
    return Reply.json(
        201,
        out -> {
          out.writeStringProperty("device", issued.entry().device().value());
          out.writeStringProperty("serial", issued.entry().serial());
          out.writeStringProperty("notAfter", issued.entry().notAfter().toString());
          out.writeStringProperty("certificate", issued.pem());
          out.writeStringProperty("chain", CertificateShape.pem(ca.chain()));
        });
  }

  private static Reply attributes(DeviceCertificates ca) {
    return base64("application/csrattrs", ca.est().requestAttributes());
  }

  private static Reply enrol(DeviceCertificates ca, Request request) throws IOException {
    Enrollee enrollee = enrollee(ca, request);
    byte[] csr = csr(request);
    return certificates(ca.est().enrol(enrollee, csr));
  }

  private static Reply renew(DeviceCertificates ca, Request request) throws IOException {
    Enrollee enrollee = enrollee(ca, request);
    byte[] csr = csr(request);
    return certificates(ca.est().renew(enrollee, csr));
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

  private static Reply listOf(DeviceCertificates ca, Request request) {
    String issuer = request.rawPath().substring(LIST_OF.length());
    return ca.states()
        .revocationList(issuer)
        .map(list -> Reply.bytes(200, "application/pkix-crl", list))
        .orElseThrow(() -> Problem.notFound("issuer", issuer));
  }

  private static Reply revoked(DeviceCertificates ca, Request request) {
    return Reply.bytes(200, "application/pkix-crl", ca.states().revocationList());
  }

  private static Reply state(DeviceCertificates ca, Request request) throws IOException {
    return Reply.bytes(200, "application/ocsp-response", ca.states().answer(body(request)));
  }
}
