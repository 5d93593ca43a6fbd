package io.vagus.ingest;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Transport;
import io.vagus.trust.DeviceCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The server's TLS identity: the one configured, or its own self-signed one, made once. */
final class TlsContexts {
  private static final System.Logger LOG = System.getLogger(TlsContexts.class.getName());

  private TlsContexts() {}

  /** TLS 1.3 and 1.2 (RFC 8446, RFC 5246) on the JDK's provider, as the policy has it. */
  static TlsPolicy server(
      TlsConfig config,
      Transport listener,
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
              .protocols(config.versions());
      if (!config.cipherList().isEmpty()) {
        builder.ciphers(known("ciphers", config.cipherList(), supported().getCipherSuites()));
      }
      askClients(builder, config.clientAuth(listener), authority);
      SslContext context = builder.build();
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: TLS certificate {1}, SHA-256 {2}",
          listener.label(),
          certificate,
          fingerprint(certificate));
      return new TlsPolicy(
          context,
          known("groups", config.groupList(), supported().getNamedGroups()),
          config.handshakeTimeout().toMillis());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING,
          "tls.certificate: " + certificate + ", tls.key: " + key + ": " + e.getMessage(),
          e);
    }
  }

  private static SSLParameters supported() throws NoSuchAlgorithmException {
    return SSLContext.getDefault().getSupportedSSLParameters();
  }

  /** Refuses what this JDK has not: it would be left out without a word. */
  private static List<String> known(String key, List<String> wanted, String[] supported) {
    for (String word : wanted) {
      if (!List.of(supported).contains(word)) {
        throw new VagusException(
            ErrorCode.INVALID_SETTING,
            "tls." + key + ": \"" + word + "\" (expected: of " + List.of(supported) + ")");
      }
    }
    return wanted;
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
