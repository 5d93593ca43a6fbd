package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.RegistryListener;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * The roots of vendors whose hardware identities (IDevID, IEEE 802.1AR) may enrol, from memory: a
 * handshake asks for them. Thread-safe.
 */
final class VendorRoots implements RegistryListener {
  private static final int MAX_CHAIN = 5;

  private final EnrolmentBatches batches;
  private volatile Map<X509Certificate, List<String>> batchesByRoot;

  VendorRoots(EnrolmentBatches batches) {
    this.batches = batches;
    this.batchesByRoot = read();
  }

  private Map<X509Certificate, List<String>> read() {
    Map<X509Certificate, List<String>> found = new LinkedHashMap<>();
    for (EnrolmentBatch batch : batches.all()) {
      batch
          .vendorRoot()
          .ifPresent(pem ->
              found.computeIfAbsent(certificate(pem), r -> new ArrayList<>()).add(batch.id()));
    }
    return found;
  }

  @Override
  public void batchSaved(String batch) {
    batchesByRoot = read();
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  @Override
  public void applicationChanged(String name) {}

  /**
   * What an operator gave as a vendor's root.
   *
   * @throws VagusException INVALID_REQUEST unless it is an authority's certificate, PEM
   */
  static X509Certificate certificate(String pem) {
    try {
      X509Certificate root =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(Pem.decode(pem)));
      if (root.getBasicConstraints() >= 0) {
        return root;
      }
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "vendorRoot: is no authority (expected: CA:TRUE)");
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "vendorRoot: cannot be read (expected: X.509, PEM)", e);
    }
  }

  boolean isEmpty() {
    return batchesByRoot.isEmpty();
  }

  List<X509Certificate> certificates() {
    return List.copyOf(batchesByRoot.keySet());
  }

  /** The root that a chain ends at, when one does and the chain is in order. */
  Optional<X509Certificate> vouchesFor(List<X509Certificate> chain, Instant now) {
    Map<X509Certificate, List<String>> roots = batchesByRoot;
    List<X509Certificate> path = chain.stream().filter(c -> !roots.containsKey(c)).toList();
    if (path.isEmpty() || path.size() > MAX_CHAIN || roots.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CertificatePath.require(path, roots.keySet(), now));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** The batches of the root with that fingerprint. */
  List<String> batches(String fingerprint) {
    return batchesByRoot.entrySet().stream()
        .filter(e -> Digests.of(e.getKey()).equals(fingerprint))
        .flatMap(e -> e.getValue().stream())
        .toList();
  }

  /** What 802.1AR §8.6 calls the device's serial number: an attribute of the subject. */
  static Optional<String> serialNumber(X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    RDN[] found = subject.getRDNs(BCStyle.SERIALNUMBER);
    return found.length == 1
        ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
        : Optional.empty();
  }
}
