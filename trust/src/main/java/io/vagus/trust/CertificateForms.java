package io.vagus.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The three kinds of certificates that there are here, extension by extension (RFC 5280 §4.2). */
final class CertificateForms {
  /** A certificate begins before it is made: others' clocks may be late. */
  static final Duration CLOCK_SLACK = Duration.ofMinutes(5);

  /** Who signs. */
  record Signer(X500Name name, PublicKey publicKey, PrivateKey key, KeyKind kind) {}

  private CertificateForms() {}

  static X509v3CertificateBuilder begin(
      Signer signer, X500Name subject, PublicKey key, BigInteger serial, Instant now, Instant end)
      throws IOException, GeneralSecurityException {
    var builder =
        new JcaX509v3CertificateBuilder(
            signer.name(), serial, Date.from(now.minus(CLOCK_SLACK)), Date.from(end), subject, key);
    JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(signer.publicKey()));
    return builder;
  }

  /**
   * An authority's.
   *
   * @param below how many authorities may follow below it
   */
  static X509Certificate authority(
      Signer signer, X500Name subject, PublicKey key, int below, Instant now, Instant end)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X509v3CertificateBuilder builder = begin(signer, subject, key, Serials.next(), now, end);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(below));
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
    return finish(builder, signer);
  }

  static X509Certificate finish(X509v3CertificateBuilder builder, Signer signer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter().getCertificate(builder.build(signature(signer)));
  }

  static ContentSigner signature(Signer signer) throws OperatorCreationException {
    return new JcaContentSignerBuilder(signer.kind().signature()).build(signer.key());
  }
}
