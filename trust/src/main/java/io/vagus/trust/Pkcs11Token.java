package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Properties;

/**
 * A token (PKCS #11) that holds the issuer's key and signs with it: the key never leaves it.
 *
 * @param config of the JDK's provider: its {@code name}, {@code library} and {@code slotListIndex}
 * @param pinFile its first line opens the token
 */
public record Pkcs11Token(Path config, Path pinFile) {
  private static final String CONFIG = "config";
  private static final String PIN_FILE = "pin-file";
  private static final String ALIAS = "alias";

  /** A token that is open. */
  private record Opened(Provider provider, KeyStore keys) {}

  /** A key in a token, under its name there. */
  record Key(PrivateKey key, Provider provider) {}

  private Opened open() {
    try {
      Provider provider = Security.getProvider("SunPKCS11").configure(config.toString());
      char[] pin = Files.readAllLines(pinFile).getFirst().toCharArray();
      KeyStore keys = KeyStore.getInstance("PKCS11", provider);
      keys.load(null, pin);
      Arrays.fill(pin, ' ');
      return new Opened(provider, keys);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "PKCS #11 token of " + config + " cannot be opened: " + e, e);
    }
  }

  /** Signs a certificate for a key that was just made. */
  interface Certifier {
    X509Certificate certify(KeyPair key) throws IOException, GeneralSecurityException;
  }

  /** Makes a key in the token; it is kept there under the certificate that is made for it. */
  X509Certificate make(KeyKind kind, String alias, Certifier certifier)
      throws IOException, GeneralSecurityException {
    if (kind != KeyKind.P256) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "key: " + kind.label() + " in a token (expected: p256)");
    }
    Opened token = open();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", token.provider());
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X509Certificate certificate = certifier.certify(pair);
    token.keys().setKeyEntry(alias, pair.getPrivate(), null, new Certificate[] {certificate});
    return certificate;
  }

  Key key(String alias) throws GeneralSecurityException {
    Opened token = open();
    if (token.keys().getKey(alias, null) instanceof PrivateKey key) {
      return new Key(key, token.provider());
    }
    throw new GeneralSecurityException("no key \"" + alias + "\" in the token of " + config);
  }

  /** What a folder keeps in the place of a key. */
  String reference(String alias) {
    return "%s=%s\n%s=%s\n%s=%s\n"
        .formatted(
            CONFIG, config.toAbsolutePath(), PIN_FILE, pinFile.toAbsolutePath(), ALIAS, alias);
  }

  /** The key that a folder's reference means. */
  static Key referred(String reference) throws IOException, GeneralSecurityException {
    Properties properties = new Properties();
    properties.load(new StringReader(reference));
    return new Pkcs11Token(
            Path.of(properties.getProperty(CONFIG, "")),
            Path.of(properties.getProperty(PIN_FILE, "")))
        .key(properties.getProperty(ALIAS, ""));
  }
}
