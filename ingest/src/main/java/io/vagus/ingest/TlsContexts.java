package io.vagus.ingest;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Optional;

/** The server's TLS identity: the one configured, or its own self-signed one, made once. */
final class TlsContexts {
  private static final System.Logger LOG = System.getLogger(TlsContexts.class.getName());

  private TlsContexts() {}

  /** TLS 1.3 and 1.2 (RFC 8446, RFC 5246) on the JDK's provider. */
  static SslContext server(
      TlsConfig config,
      Path dataDirectory,
      WallClock clock,
      Optional<DeviceCertificates> authority) {
    Path certificate = config.certificate();
    Path key = config.key();
    if (!config.isGiven()) {
      Path folder = dataDirectory.resolve("tls");
      certificate = folder.resolve("server.crt");
      key = folder.resolve("server.key");
      SelfSigned.makeIfAbsent(certificate, key, clock.now());
    }
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2");
      askClients(builder, config.clientAuth(), authority);
      SslContext context = builder.build();
      LOG.log(
          System.Logger.Level.INFO,
          "TLS certificate {0}, SHA-256 {1}",
          certificate,
          fingerprint(certificate));
      return context;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING,
          "tls.certificate: " + certificate + ", tls.key: " + key + ": " + e.getMessage(),
          e);
    }
  }

  private static void askClients(
      SslContextBuilder builder, ClientAuth asked, Optional<DeviceCertificates> authority) {
    if (authority.isPresent()) {
      builder
          .trustManager(authority.get().clients())
          .clientAuth(
              switch (asked) {
                case OFF -> io.netty.handler.ssl.ClientAuth.NONE;
                case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
                case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
              });
    } else if (asked == ClientAuth.REQUIRED) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING,
          "tls.client-auth: required (expected: off or optional, until ./vagus ca init has made an"
              + " authority)");
    }
  }

  private static String fingerprint(Path certificate) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(certificate)) {
      byte[] der = CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(der);
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }
  }
}
