package io.vagus.trust;

import io.vagus.kit.WallClock;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a TLS handshake asks of a client's certificate: that the issuing authority signed it, for
 * TLS clients, for a device (RFC 5280 §6). Whether it has ended or was revoked is asked after the
 * handshake, where the device can be told. Thread-safe.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int DIGITAL_SIGNATURE = 0;

  private final X509Certificate issuer;
  private final X509Certificate root;
  private final WallClock clock;
  private final Refusals refusals;

  ClientTrust(X509Certificate issuer, X509Certificate root, WallClock clock, Refusals refusals) {
    this.issuer = issuer;
    this.root = root;
    this.clock = clock;
    this.refusals = refusals;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    X509Certificate leaf = chain[0];
    if (!leaf.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw refused(Refusal.UNKNOWN_CA, "issuer: " + leaf.getIssuerX500Principal());
    }
    requireSigned(leaf);
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
    if (DeviceUrn.in(leaf).isEmpty()) {
      throw refused(Refusal.NO_DEVICE_NAME, "subject: " + leaf.getSubjectX500Principal());
    }
    requirePath(leaf, now);
  }

  private void requireSigned(X509Certificate leaf) throws CertificateException {
    try {
      leaf.verify(issuer.getPublicKey());
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw refused(Refusal.FORGED, "signature: " + leaf.getSigAlgName());
    } catch (GeneralSecurityException e) {
      throw refused(Refusal.FORGED, "signature: not the issuer's");
    }
  }

  /** The rest of the standard's checks, as of a time at which the certificate was valid. */
  private void requirePath(X509Certificate leaf, Instant now) throws CertificateException {
    Instant end = leaf.getNotAfter().toInstant();
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now.isAfter(end) ? end : now));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
    } catch (GeneralSecurityException e) {
      throw refused(Refusal.FORGED, "path: " + e.getMessage());
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
    return new X509Certificate[] {issuer, root};
  }
}
