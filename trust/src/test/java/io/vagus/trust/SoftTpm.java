package io.vagus.trust;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What a TPM does with a credential, and its vendor's certificates, for clocks of our own. */
final class SoftTpm {
  static final int SIGNING = 0x00040072;

  final KeyPair endorsement;
  final KeyPair key;
  final X509Certificate root;
  final X509Certificate certificate;

  SoftTpm(String endorsementKind, Instant now, String purpose) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(endorsementKind);
    if (endorsementKind.equals("EC")) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    } else {
      generator.initialize(2048);
    }
    endorsement = generator.generateKeyPair();
    key = KeyKind.P256.generate();
    KeyPair vendor = KeyKind.P256.generate();
    X500Name name = new X500Name("CN=TPM Vendor");
    var authority =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(999_999)),
            name,
            vendor.getPublic());
    authority.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    root = sign(authority, vendor);
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.TWO,
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(999_999)),
            new X500Name("CN=unknown"),
            endorsement.getPublic());
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(purpose))));
    certificate = sign(builder, vendor);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair vendor)
      throws Exception {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(vendor.getPrivate())));
  }

  /** TPM2B_PUBLIC of its key. */
  byte[] publicArea(int attributes) {
    ECPoint point = ((ECPublicKey) key.getPublic()).getW();
    ByteBuffer area = ByteBuffer.allocate(200);
    area.putShort((short) 0x0023).putShort((short) 0x000B).putInt(attributes).putShort((short) 0);
    area.putShort((short) 0x0010).putShort((short) 0x0010).putShort((short) 0x0003);
    area.putShort((short) 0x0010);
    for (BigInteger coordinate : new BigInteger[] {point.getAffineX(), point.getAffineY()}) {
      area.putShort((short) 32).put(fixed(coordinate));
    }
    byte[] bytes = Arrays.copyOf(area.array(), area.position());
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  private static byte[] fixed(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
    return fixed;
  }

  /** TPM2_ActivateCredential. */
  byte[] activate(TpmEnrolment.Challenge challenge, byte[] area) throws Exception {
    byte[] name =
        concat(
            new byte[] {0, 0x0B}, TpmCredential.sha256(Arrays.copyOfRange(area, 2, area.length)));
    byte[] seed = seed(challenge.seed());
    ByteBuffer blob = ByteBuffer.wrap(challenge.blob());
    byte[] mac = new byte[blob.getShort()];
    blob.get(mac);
    byte[] identity = new byte[blob.remaining()];
    blob.get(identity);
    byte[] integrity = kdfa(seed, "INTEGRITY", new byte[0], 256);
    if (!Arrays.equals(mac, hmac(integrity, identity, name))) {
      throw new IllegalStateException("TPM_RC_INTEGRITY");
    }
    Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
    aes.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(kdfa(seed, "STORAGE", name, 128), "AES"),
        new IvParameterSpec(new byte[16]));
    byte[] sized = aes.doFinal(identity);
    return Arrays.copyOfRange(sized, 2, sized.length);
  }

  private byte[] seed(byte[] encrypted) throws Exception {
    PrivateKey own = endorsement.getPrivate();
    byte[] label = "IDENTITY\0".getBytes(StandardCharsets.US_ASCII);
    if (own.getAlgorithm().equals("RSA")) {
      Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
      rsa.init(
          Cipher.DECRYPT_MODE,
          own,
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(label)));
      return rsa.doFinal(encrypted);
    }
    ByteBuffer in = ByteBuffer.wrap(encrypted);
    byte[] x = new byte[in.getShort()];
    in.get(x);
    byte[] y = new byte[in.getShort()];
    in.get(y);
    ECPublicKey mine = (ECPublicKey) endorsement.getPublic();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own);
    agreement.doPhase(
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(new BigInteger(1, x), new BigInteger(1, y)), mine.getParams())),
        true);
    return TpmCredential.sha256(
        new byte[] {0, 0, 0, 1},
        agreement.generateSecret(),
        label,
        x,
        fixed(mine.getW().getAffineX()));
  }

  private static byte[] kdfa(byte[] seed, String use, byte[] context, int bits) throws Exception {
    byte[] length = ByteBuffer.allocate(4).putInt(bits).array();
    byte[] label = (use + "\0").getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(
        hmac(seed, new byte[] {0, 0, 0, 1}, concat(label, context), length), bits / 8);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }
}
