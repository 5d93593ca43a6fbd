package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.registry.Certificates;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.IssuedCertificate.Revocation;
import io.vagus.registry.Registry;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** What the issuers say of the certificates they issued, to whom it may concern. Thread-safe. */
public final class CertificateStates {

  private static final Duration LIST_LIFETIME = Duration.ofDays(1);
  private static final Duration LIST_REUSE = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIFETIME = Duration.ofMinutes(10);
  private static final int MAX_ASKED = 16;
  private static final int MAX_NONCE_BYTES = 64;

  private final Authorities authorities;
  private final Certificates inventory;
  private final EnrolmentBatches batches;
  private final WallClock clock;
  private final Map<Authority, SignedList> newest = new ConcurrentHashMap<>();

  private record SignedList(byte[] der, Instant made) {}

  CertificateStates(Authorities authorities, Registry registry, WallClock clock) {
    this.authorities = authorities;
    this.inventory = registry.certificates();
    this.batches = registry.batches();
    this.clock = clock;
  }

  /** The list of those revoked that have not ended (RFC 5280 §5), DER; at most 10 s old. */
  public byte[] revocationList() {
    return list(authorities.current()).der();
  }

  /**
   * The list of an authority that issued before, or issues now.
   *
   * @param issuer serial number of the authority's certificate
   */
  public Optional<byte[]> revocationList(String issuer) {
    return authorities.all().stream()
        .filter(a -> a.serial().equals(issuer))
        .findAny()
        .map(a -> list(a).der());
  }

  private SignedList list(Authority authority) {
    Instant now = clock.now();
    SignedList list = newest.get(authority);
    if (list == null || list.made().isBefore(now.minus(LIST_REUSE))) {
      list = new SignedList(sign(authority, now), now);
      newest.keySet().retainAll(authorities.all());
      newest.put(authority, list);
    }
    return list;
  }

  private byte[] sign(Authority authority, Instant now) {
    try {
      X509Certificate issuer = authority.certificate();
      var list = new JcaX509v2CRLBuilder(issuer, Date.from(now));
      list.setNextUpdate(Date.from(now.plus(LIST_LIFETIME)));
      for (IssuedCertificate revoked : inventory.revoked(now)) {
        if (authorities.isOf(revoked.issuer(), authority)) {
          add(list, revoked.serial(), revoked.revocation().orElseThrow());
        }
      }
      for (ClaimCertificate revoked : batches.revokedClaims(now)) {
        if (authorities.isOf(revoked.issuer(), authority)) {
          add(list, revoked.serial(), revoked.revocation().orElseThrow());
        }
      }
      list.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
      list.addExtension(Extension.cRLNumber, false, new ASN1Integer(now.toEpochMilli()));
      return list.build(authority.issuer().signature()).getEncoded();
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot sign the list: " + e, e);
    }
  }

  private static void add(JcaX509v2CRLBuilder list, String serial, Revocation why) {
    list.addCRLEntry(new BigInteger(serial, 16), Date.from(why.at()), why.reason().code());
  }

  /** An answer of OCSP (RFC 6960), DER, also to what is no request. */
  public byte[] answer(byte[] request) {
    try {
      Optional<OCSPReq> asked = read(request);
      return (asked.isEmpty()
              ? new OCSPRespBuilder().build(OCSPRespBuilder.MALFORMED_REQUEST, null)
              : new OCSPRespBuilder()
                  .build(OCSPRespBuilder.SUCCESSFUL, states(asked.get(), clock.now())))
          .getEncoded();
    } catch (IOException | OCSPException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot sign the answer: " + e, e);
    }
  }

  private static Optional<OCSPReq> read(byte[] request) {
    try {
      OCSPReq asked = new OCSPReq(request);
      int count = asked.getRequestList().length;
      return count >= 1 && count <= MAX_ASKED ? Optional.of(asked) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // Bouncy Castle's parser throws what it likes on junk
    }
  }

  private Object states(OCSPReq asked, Instant now)
      throws OCSPException, GeneralSecurityException, OperatorCreationException {
    Authority authority = signerOf(asked.getRequestList()[0].getCertID());
    X509CertificateHolder holder = new JcaX509CertificateHolder(authority.certificate());
    var answer = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
    Date until = Date.from(now.plus(ANSWER_LIFETIME));
    for (Req one : asked.getRequestList()) {
      answer.addResponse(one.getCertID(), state(one.getCertID(), holder), Date.from(now), until);
    }
    Extension nonce = asked.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    if (nonce != null && nonce.getExtnValue().getOctets().length <= MAX_NONCE_BYTES) {
      answer.setResponseExtensions(new Extensions(nonce));
    }
    return answer.build(
        authority.issuer().signature(), new X509CertificateHolder[0], Date.from(now));
  }

  /** The current one answers for those it does not know. */
  private Authority signerOf(CertificateID id) throws OCSPException, OperatorCreationException {
    for (Authority authority : authorities.all()) {
      if (isOf(id, authority)) {
        return authority;
      }
    }
    return authorities.current();
  }

  private static boolean isOf(CertificateID id, Authority authority)
      throws OCSPException, OperatorCreationException {
    try {
      return id.matchesIssuer(
          new JcaX509CertificateHolder(authority.certificate()),
          new JcaDigestCalculatorProviderBuilder().build());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  private CertificateStatus state(CertificateID id, X509CertificateHolder holder)
      throws OCSPException, OperatorCreationException {
    if (!id.matchesIssuer(holder, new JcaDigestCalculatorProviderBuilder().build())) {
      return new UnknownStatus();
    }
    String serial = Serials.text(id.getSerialNumber());
    Optional<Optional<Revocation>> known =
        inventory
            .find(serial)
            .map(IssuedCertificate::revocation)
            .or(() -> batches.claim(serial).map(ClaimCertificate::revocation));
    if (known.isEmpty()) {
      return new UnknownStatus();
    }
    return known
        .get()
        .<CertificateStatus>map(r -> new RevokedStatus(Date.from(r.at()), r.reason().code()))
        .orElse(CertificateStatus.GOOD);
  }
}
