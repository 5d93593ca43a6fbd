package io.vagus.trust;

import io.vagus.kit.WallClock;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a TLS handshake asks of a client's certificate: that an issuing authority signed it, for TLS
 * clients, for a device or a batch's claim, or that a vendor vouches for it (RFC 5280 §6). Whether
 * it has ended or was revoked is asked after the handshake, where the device can be told.
 * Thread-safe.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int DIGITAL_SIGNATURE = 0;

  private final Authorities authorities;
  private final VendorRoots vendors;
  private final WallClock clock;
  private final Refusals refusals;

  ClientTrust(Authorities authorities, VendorRoots vendors, WallClock clock, Refusals refusals) {
    this.authorities = authorities;
    this.vendors = vendors;
    this.clock = clock;
    this.refusals = refusals;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    X509Certificate leaf = chain[0];
    Optional<Authority> signer = authorities.named(leaf.getIssuerX500Principal());
    if (signer.isPresent()) {
      requireOurs(leaf, signer.get().certificate());
    } else if (vendors.isEmpty()) {
      throw refused(Refusal.UNKNOWN_CA, "issuer: " + leaf.getIssuerX500Principal());
    } else {
      requireVendors(chain);
    }
  }

  private void requireOurs(X509Certificate leaf, X509Certificate issuer)
      throws CertificateException {
    requireSigned(leaf, issuer);
    Instant now = clock.now();
    if (now.isBefore(leaf.getNotBefore().toInstant())) {
      throw refused(Refusal.NOT_YET_VALID, "notBefore: " + leaf.getNotBefore().toInstant());
    }
    List<String> purposes = leaf.getExtendedKeyUsage();
    boolean[] usage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() >= 0
        || purposes == null
        || !purposes.contains(CLIENT_AUTH)
        || usage == null
        || !usage[DIGITAL_SIGNATURE]) {
      throw refused(Refusal.WRONG_USAGE, "purposes: " + purposes);
    }
    if (SubjectUri.device(leaf).isEmpty() && SubjectUri.claim(leaf).isEmpty()) {
      throw refused(Refusal.NO_DEVICE_NAME, "subject: " + leaf.getSubjectX500Principal());
    }
    Instant end = leaf.getNotAfter().toInstant();
    try {
      // As of a time at which the certificate was valid.
      CertificatePath.require(List.of(leaf), Set.of(issuer), now.isAfter(end) ? end : now);
    } catch (GeneralSecurityException e) {
      throw refused(Refusal.FORGED, "path: " + e.getMessage());
    }
  }

  private void requireVendors(X509Certificate[] chain) throws CertificateException {
    X509Certificate leaf = chain[0];
    List<String> purposes = leaf.getExtendedKeyUsage();
    boolean[] usage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() >= 0
        || (purposes != null && !purposes.contains(CLIENT_AUTH))
        || (usage != null && !usage[DIGITAL_SIGNATURE])) {
      throw refused(Refusal.WRONG_USAGE, "purposes: " + purposes);
    }
    if (vendors.vouchesFor(List.of(chain), clock.now()).isEmpty()) {
      throw refused(Refusal.UNKNOWN_CA, "issuer: " + leaf.getIssuerX500Principal());
    }
    if (VendorRoots.serialNumber(leaf).isEmpty()) {
      throw refused(Refusal.NO_DEVICE_NAME, "subject: has no serialNumber");
    }
  }

  private void requireSigned(X509Certificate leaf, X509Certificate issuer)
      throws CertificateException {
    try {
      leaf.verify(issuer.getPublicKey());
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw refused(Refusal.FORGED, "signature: " + leaf.getSigAlgName());
    } catch (GeneralSecurityException e) {
      throw refused(Refusal.FORGED, "signature: not the issuer's");
    }
  }

  private CertificateException refused(Refusal reason, String why) {
    refusals.count(reason);
    return new CertificateException(reason.label() + ", " + why);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("clients only");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients only");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients only");
  }

  /** Told to clients, so that they choose the certificate to show (RFC 8446 §4.2.4). */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return Stream.concat(authorities.certificates().stream(), vendors.certificates().stream())
        .toArray(X509Certificate[]::new);
  }
}
