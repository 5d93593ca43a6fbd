package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.TpmEnrolment.Challenge;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Enrolment by a TPM in JSON: a challenge that only that TPM can answer, and its answer. Who asks
 * is proved by the answer, so that no listener proves it before.
 */
final class TpmShape {
  static final String CHALLENGE = "/enrol/tpm/challenge";
  static final String ACTIVATE = "/enrol/tpm/activate";

  private TpmShape() {}

  static Reply challenge(DeviceCertificates ca, Request request, byte[] body) throws IOException {
    requireTls(request);
    JsonObject json = JsonObject.parse(body);
    String chain = json.require("ekCertificate", json.string("ekCertificate"));
    byte[] key = bytes(json, "key");
    json.end();
    Challenge made = ca.tpm().challenge(chain, key);
    return Reply.json(
        201,
        out -> {
          out.writeStringProperty("challenge", made.text());
          out.writeStringProperty("credentialBlob", text(made.blob()));
          out.writeStringProperty("encryptedSecret", text(made.seed()));
          out.writeStringProperty("file", text(made.file()));
          out.writeStringProperty("expires", made.expires().toString());
        });
  }

  static Reply activate(DeviceCertificates ca, Request request, byte[] body) throws IOException {
    requireTls(request);
    JsonObject json = JsonObject.parse(body);
    String challenge = json.require("challenge", json.string("challenge"));
    byte[] secret = bytes(json, "secret");
    String csr = json.require("csr", json.string("csr"));
    Optional<DeviceId> device = json.string("device").map(id -> Call.deviceId("device", id));
    json.end();
    return TrustEndpoints.issued(
        ca, ca.tpm().activate(challenge, secret, device, csr.getBytes(StandardCharsets.UTF_8)));
  }

  private static void requireTls(Request request) {
    if (!request.isSecure()) {
      throw new VagusException(ErrorCode.NOT_AUTHORIZED, "listener: http (expected: https)");
    }
  }

  private static byte[] bytes(JsonObject json, String name) {
    String text = json.require(name, json.string(name));
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(name, "is not base64");
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
