package io.vagus.trust;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/** Whose signature an archive bears: the other side of {@link EvidenceSigner}. */
final class EvidenceSignature {
  private EvidenceSignature() {}

  /** Who signed, and the root that vouches for it. */
  record Signed(X509Certificate signer, X509Certificate root) {}

  /**
   * Checks signature and path; what it throws says what is wrong.
   *
   * @param signature CMS, detached
   */
  static Signed check(byte[] content, byte[] signature, Collection<X509Certificate> roots)
      throws GeneralSecurityException {
    try {
      CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(content), signature);
      List<X509Certificate> certificates = certificates(data);
      Collection<SignerInformation> signers = data.getSignerInfos().getSigners();
      if (signers.size() != 1) {
        throw new GeneralSecurityException(signers.size() + " signers (expected: 1)");
      }
      SignerInformation signer = signers.iterator().next();
      X509Certificate leaf = leaf(certificates, signer);
      requireEvidence(leaf);
      if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(leaf))) {
        throw new GeneralSecurityException("is not of the manifest");
      }
      return new Signed(leaf, root(certificates, leaf, roots, signedAt(signer)));
    } catch (CMSException | OperatorCreationException | IllegalArgumentException e) {
      throw new GeneralSecurityException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<X509Certificate> certificates(CMSSignedData data)
      throws GeneralSecurityException {
    List<X509Certificate> found = new ArrayList<>();
    for (X509CertificateHolder holder : data.getCertificates().getMatches(null)) {
      found.add(new JcaX509CertificateConverter().getCertificate(holder));
    }
    return found;
  }

  private static X509Certificate leaf(List<X509Certificate> all, SignerInformation signer)
      throws GeneralSecurityException {
    for (X509Certificate one : all) {
      if (one.getSerialNumber().equals(signer.getSID().getSerialNumber())) {
        return one;
      }
    }
    throw new GeneralSecurityException("the signer's certificate is missing");
  }

  /** Of all that the authority signs only such a key may: a device's could be stolen. */
  private static void requireEvidence(X509Certificate leaf) throws GeneralSecurityException {
    List<String> purposes = leaf.getExtendedKeyUsage();
    if (purposes == null || !purposes.contains(EvidenceSigner.PURPOSE.getId())) {
      throw new GeneralSecurityException(
          "signed by " + leaf.getSubjectX500Principal() + ", whose key is not for evidence");
    }
  }

  private static Instant signedAt(SignerInformation signer) throws GeneralSecurityException {
    Attribute time =
        signer.getSignedAttributes() == null
            ? null
            : signer.getSignedAttributes().get(CMSAttributes.signingTime);
    if (time == null) {
      throw new GeneralSecurityException("says no time");
    }
    ASN1Encodable value = time.getAttrValues().getObjectAt(0);
    return Time.getInstance(value).getDate().toInstant();
  }

  private static X509Certificate root(
      List<X509Certificate> all,
      X509Certificate leaf,
      Collection<X509Certificate> roots,
      Instant when)
      throws GeneralSecurityException {
    List<X509Certificate> path = new ArrayList<>(List.of(leaf));
    all.stream()
        .filter(c -> c.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
        .findFirst()
        .ifPresent(path::add);
    try {
      return CertificatePath.require(path, roots, when);
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(
          "by \""
              + leaf.getIssuerX500Principal()
              + "\", for whom no given root vouches ("
              + e.getMessage()
              + ")",
          e);
    }
  }
}
