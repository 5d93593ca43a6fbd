package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;

/** The issuing authority's key at work. Immutable. */
final class Issuer {
  private static final int MAX_COMMON_NAME = 64;

  private final CertificateForms.Signer signer;
  private final Instant end;

  private Issuer(CertificateForms.Signer signer, Instant end) {
    this.signer = signer;
    this.end = end;
  }

  /** Reads the key: only when something is to be signed. */
  static Issuer open(CaFolder files, X509Certificate certificate) {
    KeyKind kind = KeyKind.of(certificate.getPublicKey()).orElseThrow();
    CaFolder.IssuerKey key = files.issuerKey(kind);
    try {
      return new Issuer(
          new CertificateForms.Signer(
              new JcaX509CertificateHolder(certificate).getSubject(),
              certificate.getPublicKey(),
              key.key(),
              kind,
              key.provider()),
          certificate.getNotAfter().toInstant());
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "issuer's certificate: " + e, e);
    }
  }

  CertificateForms.Signer signer() {
    return signer;
  }

  ContentSigner signature() throws OperatorCreationException {
    return CertificateForms.signature(signer);
  }

  /** A device's certificate: for TLS clients, bound to the device's id. */
  X509Certificate sign(PublicKey key, DeviceId device, Instant now, Instant wanted) {
    return sign(
        key,
        device.value(),
        SubjectUri.ofDevice(device),
        KeyPurposeId.id_kp_clientAuth,
        now,
        wanted);
  }

  /** A batch's claim certificate. */
  X509Certificate signClaim(PublicKey key, String batch, Instant now, Instant wanted) {
    return sign(key, batch, SubjectUri.ofClaim(batch), KeyPurposeId.id_kp_clientAuth, now, wanted);
  }

  /** Of a key that signs one archive of evidence, as long as the issuer itself lasts. */
  X509Certificate signEvidence(PublicKey key, Instant now) {
    return sign(key, "Vagus Evidence", SubjectUri.EVIDENCE, EvidenceSigner.PURPOSE, now, end);
  }

  private X509Certificate sign(
      PublicKey key, String name, String uri, KeyPurposeId purpose, Instant now, Instant wanted) {
    if (now.isAfter(end)) {
      throw new VagusException(
          ErrorCode.CONFLICT, "issuer: ended at " + end + " (expected: ./vagus ca renew)");
    }
    Instant until = wanted.isBefore(end) ? wanted : end;
    boolean named = name.length() <= MAX_COMMON_NAME;
    X500Name subject = new X500Name(named ? "CN=" + name : "");
    try {
      X509v3CertificateBuilder builder =
          CertificateForms.begin(signer, subject, key, Serials.next(), now, until);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.subjectAlternativeName,
          !named, // RFC 5280 §4.1.2.6: critical when there is no subject
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      return CertificateForms.finish(builder, signer);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot sign: " + e, e);
    }
  }
}
