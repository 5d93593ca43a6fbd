package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/** What enrolment over secure transport says (EST, RFC 7030), DER. */
final class EstMessages {
  private EstMessages() {}

  /** Certificates and nothing else in a CMS message (RFC 7030 §4.1.3). */
  static byte[] certsOnly(List<X509Certificate> certificates) {
    try {
      var message = new CMSSignedDataGenerator();
      message.addCertificates(new JcaCertStore(certificates));
      return message.generate(new CMSAbsentContent()).getEncoded(ASN1Encoding.DER);
    } catch (IOException | CMSException | GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot encode certificates: " + e, e);
    }
  }

  /** What a request should be like (RFC 7030 §4.5.2): for a key on P-256, signed with SHA-256. */
  static byte[] requestAttributes() {
    ASN1EncodableVector key = new ASN1EncodableVector();
    key.add(X9ObjectIdentifiers.id_ecPublicKey);
    key.add(new DERSet(SECObjectIdentifiers.secp256r1));
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(new DERSequence(key));
    attributes.add(X9ObjectIdentifiers.ecdsa_with_SHA256);
    try {
      return new DERSequence(attributes).getEncoded();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot encode attributes: " + e, e);
    }
  }
}
