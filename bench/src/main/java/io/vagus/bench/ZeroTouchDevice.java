package io.vagus.bench;

import io.vagus.kit.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device that is switched on for the first time: makes a key, enrols with its batch's claim
 * certificate, connects with its own, and sends. Blocking; comes again when it is told to.
 *
 * @param claim TLS with the claim certificate, of this device's own
 * @param trust in the server
 */
record ZeroTouchDevice(
    String id, URI enrolment, HostPort mqtts, SSLContext claim, TrustManager[] trust) {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int TRIES = 20;

  /** Nanoseconds of each step, and how often it had to come again. */
  record Times(long request, long enrol, long connect, long accept, int again) {}

  private interface Step<T> {
    T run() throws IOException;
  }

  /** What a step gave, and how often it had to be tried again. */
  private record Tried<T>(T value, int again) {}

  Times run() throws IOException {
    long began = System.nanoTime();
    DeviceKey key = DeviceKey.make();
    String request = key.request(id);
    long asked = System.nanoTime();
    Tried<String> certificate = patiently(() -> enrol(request));
    long enrolled = System.nanoTime();
    SSLContext own = key.tls(certificate.value(), trust);
    Tried<BlockingMqtt> mqtt =
        patiently(() -> BlockingMqtt.connect(own, mqtts.port(), id, TIMEOUT_MILLIS));
    long connected = System.nanoTime();
    try (BlockingMqtt open = mqtt.value()) {
      open.publish("{\"m0\":21.5}");
    }
    long accepted = System.nanoTime();
    return new Times(
        asked - began,
        enrolled - asked,
        connected - enrolled,
        accepted - connected,
        certificate.again() + mqtt.again());
  }

  private static <T> Tried<T> patiently(Step<T> step) throws IOException {
    for (int again = 0; ; again++) {
      try {
        return new Tried<>(step.run(), again);
      } catch (BlockingMqtt.BusyException e) {
        if (again == TRIES) {
          throw e;
        }
        Pause.of(java.time.Duration.ofMillis(200L << Math.min(again, 4)));
      }
    }
  }

  private String enrol(String request) throws IOException {
    HttpsURLConnection http = (HttpsURLConnection) enrolment.toURL().openConnection();
    http.setSSLSocketFactory(claim.getSocketFactory());
    http.setConnectTimeout(TIMEOUT_MILLIS);
    http.setReadTimeout(TIMEOUT_MILLIS);
    http.setRequestMethod("POST");
    http.setRequestProperty("Content-Type", "application/json");
    http.setRequestProperty("Connection", "close");
    http.setDoOutput(true);
    String body =
        JsonMapper.shared().createObjectNode().put("device", id).put("csr", request).toString();
    try (OutputStream out = http.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    int status = http.getResponseCode();
    if (status == 429 || status == 503) {
      throw new BlockingMqtt.BusyException("enrolment: " + status);
    }
    try (InputStream in = status == 201 ? http.getInputStream() : http.getErrorStream()) {
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (status != 201) {
        throw new IOException(id + ": enrolment answered " + status + ": " + answer);
      }
      JsonNode json = JsonMapper.shared().readTree(answer);
      return json.path("certificate").asString();
    }
  }
}
