package io.vagus.trust;

import static io.vagus.trust.CredentialAudit.error;
import static io.vagus.trust.CredentialAudit.warning;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.Registry;
import io.vagus.trust.CredentialAudit.Finding;
import io.vagus.trust.CredentialAudit.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What around the credentials lies open or is weak. Thread-safe. */
final class Exposures {
  private final Registry registry;
  private final Optional<DeviceCertificates> authority;
  private final Surroundings around;

  Exposures(Registry registry, Optional<DeviceCertificates> authority, Surroundings around) {
    this.registry = registry;
    this.authority = authority;
    this.around = around;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (String listener : around.plaintext()) {
      findings.add(
          error(
              Kind.PLAINTEXT_LISTENER,
              "listener:" + listener,
              "other machines reach it without TLS (expected: loopback, or off)"));
    }
    weakKeys(findings);
    plaintextSecrets(findings);
    return findings;
  }

  /**
   * Of the server's own certificates, of the authority's, and of the vendors' roots. Those of
   * devices are made for strong keys only ({@link SigningRequest}).
   */
  private void weakKeys(List<Finding> findings) {
    for (Path file : around.certificates()) {
      if (Files.exists(file)) {
        weak(findings, "file:" + file, certificate(file));
      }
    }
    for (EnrolmentBatch batch : registry.batches().all()) {
      batch
          .vendorRoot()
          .ifPresent(pem -> weak(findings, "batch:" + batch.id(), VendorRoots.certificate(pem)));
    }
    authority.ifPresent(
        ca -> ca.trusted().forEach(root -> weak(findings, "authority:" + Digests.of(root), root)));
  }

  private static X509Certificate certificate(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | CertificateException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "certificate " + file + ": " + e, e);
    }
  }

  private static void weak(List<Finding> findings, String subject, X509Certificate certificate) {
    WeakKeys.why(certificate).ifPresent(why -> findings.add(error(Kind.WEAK_KEY, subject, why)));
  }

  private void plaintextSecrets(List<Finding> findings) {
    for (Path file : PlaintextSecrets.open(around.secretFiles())) {
      findings.add(
          error(
              Kind.PLAINTEXT_SECRET,
              "file:" + file,
              "every user of this machine may read it (expected: mode 0600)"));
    }
    for (String setting : around.openSettings()) {
      findings.add(
          warning(
              Kind.PLAINTEXT_SECRET,
              "setting:" + setting,
              "holds the secret itself (expected: " + setting + "-file)"));
    }
    PlaintextSecrets.in(registry, around.reported(), CredentialAudit.MOST)
        .forEach(place ->
            findings.add(
                warning(
                    Kind.PLAINTEXT_SECRET,
                    place.subject(),
                    place.where() + " seems to hold a secret, which all who see it read")));
  }
}
