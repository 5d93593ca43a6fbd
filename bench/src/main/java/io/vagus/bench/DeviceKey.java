package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** A key of a device, P-256, and what it asks for and shows with it. Immutable. */
record DeviceKey(KeyPair pair) {

  static DeviceKey make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new DeviceKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no key: " + e, e);
    }
  }

  /** PKCS #10 for that common name, PEM. */
  String request(String name) {
    try {
      byte[] der =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=" + name), pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded();
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
      return "-----BEGIN CERTIFICATE REQUEST-----\n"
          + base64
          + "\n-----END CERTIFICATE REQUEST-----\n";
    } catch (java.io.IOException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no request: " + e, e);
    }
  }

  /**
   * TLS of a client that shows the certificate; nothing is resumed from another's.
   *
   * @param pem the key's certificate
   */
  SSLContext tls(String pem, TrustManager[] trust) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new OneKey(certificate, pair.getPrivate())}, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no TLS client: " + e, e);
    }
  }

  /** Shows the one certificate that there is. */
  private static final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "device";

    private final X509Certificate certificate;
    private final PrivateKey key;

    OneKey(X509Certificate certificate, PrivateKey key) {
      this.certificate = certificate;
      this.key = key;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] keyTypes, Principal[] issuers, javax.net.ssl.SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
