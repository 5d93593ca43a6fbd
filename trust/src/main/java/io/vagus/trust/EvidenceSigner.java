package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs one archive with a key made for it, which the issuer certifies and which is kept nowhere:
 * there is none to steal, and none that could sign another. Immutable.
 */
final class EvidenceSigner {
  /** Document signing (RFC 9336): a device's certificate, which is for TLS clients, has it not. */
  static final KeyPurposeId PURPOSE =
      KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.36"));

  private final KeyPair pair;
  private final X509Certificate certificate;
  private final X509Certificate issuer;

  private EvidenceSigner(KeyPair pair, X509Certificate certificate, X509Certificate issuer) {
    this.pair = pair;
    this.certificate = certificate;
    this.issuer = issuer;
  }

  static EvidenceSigner make(Authority authority, Instant now) {
    try {
      KeyPair pair = KeyKind.P256.generate();
      return new EvidenceSigner(
          pair, authority.issuer().signEvidence(pair.getPublic(), now), authority.certificate());
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot make a key: " + e, e);
    }
  }

  /** Detached (CMS, RFC 5652), with its certificate and the issuer's. */
  byte[] sign(byte[] content, Instant now) {
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(now)))));
    try {
      var generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .setSignedAttributeGenerator(
                  new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)))
              .build(
                  new JcaContentSignerBuilder(KeyKind.P256.signature()).build(pair.getPrivate()),
                  certificate));
      generator.addCertificates(new JcaCertStore(List.of(certificate, issuer)));
      return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    } catch (CMSException | GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot sign: " + e, e);
    }
  }
}
