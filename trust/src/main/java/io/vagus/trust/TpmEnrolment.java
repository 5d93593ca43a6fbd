package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.trust.DeviceCertificates.Issued;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Enrolment by a TPM's endorsement key (TCG TPM 2.0 Keys for Device Identity and Attestation §5.2):
 *
 * <pre>
 * device                                   here
 * EK certificate, public area of its key → a vendor's root vouches for the EK; the key was made in a
 *                                          TPM, stays there, signs
 *                                        ← challenge; a secret, for that EK and that key only
 * challenge, secret, request by the key  → the same key, in the same TPM: certificate
 * </pre>
 *
 * A challenge is a text that only this process can have made: nothing is kept of it until it was
 * answered, and then that, so that nobody answers it twice. Its lock guards those, {@link
 * #MAX_ANSWERED} at most. Thread-safe.
 */
public final class TpmEnrolment {
  static final Duration LIFE = Duration.ofMinutes(5);
  static final int MAX_ANSWERED = 100_000;

  private static final String EK_PURPOSE = "2.23.133.8.1";
  private static final int MAX_CHAIN_CHARS = 16_384;
  private static final int SECRET_BYTES = 32;

  private final VendorRoots vendors;
  private final Enrolment enrolment;
  private final WallClock clock;
  private final Seal seal = new Seal();
  private final SecureRandom random = new SecureRandom();
  private final LinkedHashMap<String, Instant> answered = new LinkedHashMap<>();

  TpmEnrolment(VendorRoots vendors, Enrolment enrolment, WallClock clock) {
    this.vendors = vendors;
    this.enrolment = enrolment;
    this.clock = clock;
  }

  /**
   * What the TPM is to answer.
   *
   * @param text to be sent back
   * @param blob {@code TPM2B_ID_OBJECT} without its length
   * @param seed {@code TPM2B_ENCRYPTED_SECRET} without its length
   * @param file both, as tpm2-tools read them
   */
  public record Challenge(String text, byte[] blob, byte[] seed, byte[] file, Instant expires) {
    @Override
    public String toString() {
      return "Challenge[" + expires + "]";
    }
  }

  /** What a challenge says of itself. */
  private record Said(
      String nonce, String secret, String key, Enrollee.ByHardware who, Instant expires) {}

  /**
   * Challenges a TPM.
   *
   * @param chain the endorsement key's certificate and those between it and its vendor's root, PEM
   * @param key public area of the key that is to be certified ({@code TPM2B_PUBLIC})
   */
  public Challenge challenge(String chain, byte[] key) {
    return enrolment.refusable(
        hardware(chain),
        who -> {
          X509Certificate endorsement = read(chain).getFirst();
          TpmPublic attested = TpmPublic.read(key);
          byte[] secret = new byte[SECRET_BYTES];
          random.nextBytes(secret);
          byte[] nonce = new byte[16];
          random.nextBytes(nonce);
          Instant expires = clock.now().plus(LIFE);
          TpmCredential credential =
              TpmCredential.make(endorsement.getPublicKey(), attested.name(), secret);
          String text =
              seal.words(
                  List.of(
                      HexFormat.of().formatHex(nonce),
                      Digests.of(secret),
                      Digests.of(attested.key().getEncoded()),
                      who.root(),
                      who.serialNumber(),
                      who.fingerprint(),
                      Long.toString(expires.toEpochMilli())));
          return new Challenge(
              text, credential.blob(), credential.seed(), credential.file(), expires);
        });
  }

  /**
   * The certificate, for who answers right.
   *
   * @param secret that the TPM gave up
   * @param device that is to be; empty: the one that the request or the batch's list names
   */
  public Issued activate(String text, byte[] secret, Optional<DeviceId> device, byte[] request) {
    Said said = said(text);
    SigningRequest asked = SigningRequest.read(request);
    enrolment.refusable(
        said.who(),
        who -> {
          requireAnswer(said, secret, asked);
          return who;
        });
    return enrolment.enrol(said.who(), device, request);
  }

  private void requireAnswer(Said said, byte[] secret, SigningRequest asked) {
    Instant now = clock.now();
    if (now.isAfter(said.expires())) {
      throw Refusal.TPM_CHALLENGE.because("challenge: ended at " + said.expires());
    }
    byte[] given = Digests.of(secret).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(given, said.secret().getBytes(StandardCharsets.US_ASCII))) {
      throw Refusal.TPM_CHALLENGE.because("secret: is not the one that this TPM was sent");
    }
    if (!asked.keyDigest().equals(said.key())) {
      throw Refusal.OTHER_KEY.because("csr: its key is not the one that the TPM attested");
    }
    if (!isFirst(said, now)) {
      throw Refusal.TPM_CHALLENGE.because("challenge: was answered before");
    }
  }

  private synchronized boolean isFirst(Said said, Instant now) {
    answered.values().removeIf(now::isAfter);
    if (answered.size() >= MAX_ANSWERED) {
      throw new VagusException(
          ErrorCode.BUSY, "challenges: " + MAX_ANSWERED + " answered lately; try again later");
    }
    return answered.putIfAbsent(said.nonce(), said.expires()) == null;
  }

  private Said said(String text) {
    List<String> parts =
        seal.opened(text)
            .filter(p -> p.size() == 7)
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.INVALID_REQUEST,
                    "challenge: not one of this server's since its start (expected: a new one)"));
    return new Said(
        parts.get(0),
        parts.get(1),
        parts.get(2),
        new Enrollee.ByHardware(parts.get(3), parts.get(4), parts.get(5)),
        Instant.ofEpochMilli(Long.parseLong(parts.get(6))));
  }

  /** By its endorsement key's digest: what its vendor's list and a batch's know it by. */
  private Enrollee.ByHardware hardware(String pem) {
    List<X509Certificate> chain = read(pem);
    X509Certificate endorsement = chain.getFirst();
    Enrollee.ByHardware unknown =
        new Enrollee.ByHardware("", serialNumber(endorsement), Digests.of(endorsement));
    return enrolment.refusable(
        unknown,
        who -> {
          requireEndorsement(endorsement);
          X509Certificate root =
              vendors
                  .vouchesFor(chain, clock.now())
                  .orElseThrow(() ->
                      Refusal.TPM_VENDOR.because(
                          "ekCertificate: no batch's vendor root vouches for it, issuer "
                              + endorsement.getIssuerX500Principal()));
          return new Enrollee.ByHardware(Digests.of(root), who.serialNumber(), who.fingerprint());
        });
  }

  private static String serialNumber(X509Certificate endorsement) {
    return Digests.of(endorsement.getPublicKey().getEncoded());
  }

  /** Of all that a vendor's root may have signed only such a key is in a TPM. */
  private static void requireEndorsement(X509Certificate certificate) {
    List<String> purposes;
    try {
      purposes = certificate.getExtendedKeyUsage();
    } catch (GeneralSecurityException e) {
      purposes = List.of();
    }
    if (certificate.getBasicConstraints() >= 0
        || purposes == null
        || !purposes.contains(EK_PURPOSE)) {
      throw Refusal.TPM_VENDOR.because(
          "ekCertificate: is of no endorsement key (expected: purpose " + EK_PURPOSE + ")");
    }
    if (!TpmCredential.isEndorsement(certificate.getPublicKey())) {
      throw Refusal.TPM_VENDOR.because(
          "ekCertificate: key "
              + certificate.getPublicKey().getAlgorithm()
              + " (expected: RSA 2048 or P-256)");
    }
  }

  private static List<X509Certificate> read(String pem) {
    if (pem.length() > MAX_CHAIN_CHARS) {
      throw invalid(pem.length() + " characters (expected: <= " + MAX_CHAIN_CHARS + ")");
    }
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
        chain.add((X509Certificate) one);
      }
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (GeneralSecurityException e) {
      throw invalid("cannot be read (expected: X.509, PEM)");
    }
    throw invalid("has no certificate (expected: X.509, PEM)");
  }

  private static VagusException invalid(String what) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "ekCertificate: " + what);
  }
}
