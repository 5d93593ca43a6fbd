package io.vagus.device.est;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Asks an authority for certificates. Its calls block, 30 seconds at the most each; what is refused
 * or cannot be reached is a {@link VagusException} that says why. Thread-safe.
 */
public final class EstClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MAX_ANSWER_BYTES = 262_144;
  private static final int MAX_SHOWN = 300;

  private final HostPort server;
  private final HttpClient http;
  private final Optional<String> credentials;

  /**
   * @param tls whom it trusts, and what certificate it shows
   * @param password of the device, or a provisioning token in its place; empty: the certificate
   *     that it shows must do
   */
  public EstClient(HostPort server, SSLContext tls, String device, Optional<String> password) {
    this.server = server;
    this.http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    this.credentials = password.map(secret -> "Basic " + base64(device + ":" + secret));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The authority's own certificates: its roots, its issuers, and what joins old ones to new. */
  public List<X509Certificate> authorities() {
    return certificates(answer(HttpRequest.newBuilder(path("cacerts")).GET()));
  }

  /**
   * The first certificate.
   *
   * @param request PKCS #10, DER
   */
  public X509Certificate enrol(byte[] request) {
    return issued("simpleenroll", request);
  }

  /** The next one, of who shows the one before. */
  public X509Certificate renew(byte[] request) {
    return issued("simplereenroll", request);
  }

  private X509Certificate issued(String operation, byte[] request) {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(path(operation))
            .header("Content-Type", "application/pkcs10")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Base64.getMimeEncoder().encodeToString(request)));
    credentials.ifPresent(proof -> post.header("Authorization", proof));
    return certificates(answer(post)).getFirst();
  }

  private URI path(String operation) {
    return URI.create("https://" + server + "/.well-known/est/" + operation);
  }

  private String answer(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(
              request.timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_ANSWER_BYTES));
      if (answer.statusCode() != 200) {
        String said = answer.body().substring(0, Math.min(MAX_SHOWN, answer.body().length()));
        throw new VagusException(
            ErrorCode.ENROLMENT_REFUSED, server + " answers " + answer.statusCode() + ": " + said);
      }
      return answer.body();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot ask " + server + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted while asking " + server, e);
    }
  }

  /** Certificates and nothing else in a CMS message (RFC 7030 §4.1.3), in base64. */
  private List<X509Certificate> certificates(String answer) {
    try {
      byte[] message = Base64.getMimeDecoder().decode(answer);
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(message))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new CertificateException("none is in it");
      }
      return certificates;
    } catch (CertificateException | IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, server + " answers no certificates: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
