package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the online authority keeps: both certificates and the issuer's key, never the root's. */
record CaFolder(Path folder) {
  private static final String GENERATIONS = "generations";
  private static final String CROSS = "cross";

  /** The issuer's key, and who signs with it when that is no provider of the JDK's own. */
  record IssuerKey(PrivateKey key, Optional<Provider> provider) {}

  Path root() {
    return folder.resolve("root.crt");
  }

  Path issuer() {
    return folder.resolve("issuer.crt");
  }

  Path key() {
    return folder.resolve("issuer.key");
  }

  /** Says where the key is, when a token (PKCS #11) has it. */
  Path pkcs11() {
    return folder.resolve("issuer.pkcs11");
  }

  /** All that count, the newest first: a folder each, the first one's files stand here. */
  List<CaFolder> generations() {
    return Stream.concat(
            list(folder.resolve(GENERATIONS)).stream()
                .sorted(Comparator.reverseOrder())
                .map(CaFolder::new),
            Stream.of(this))
        .filter(f -> f.isComplete() && !Files.exists(f.retired()))
        .toList();
  }

  /** All roots there ever were, each once: what was signed under one stays signed. */
  List<X509Certificate> roots() {
    return Stream.concat(
            list(folder.resolve(GENERATIONS)).stream().map(CaFolder::new), Stream.of(this))
        .map(CaFolder::root)
        .filter(Files::exists)
        .map(this::certificate)
        .distinct()
        .toList();
  }

  /** Where the next generation goes; it counts from when it is complete. */
  CaFolder next() {
    Path all = folder.resolve(GENERATIONS);
    int number = 2;
    while (Files.exists(all.resolve("%04d".formatted(number)))) {
      number++;
    }
    return new CaFolder(all.resolve("%04d".formatted(number)));
  }

  private Path retired() {
    return folder.resolve("retired");
  }

  /** It counts no more, and its key is gone. */
  void retire() throws IOException {
    writePublic(retired(), "");
    Files.deleteIfExists(key());
  }

  /** Where one root vouches for another's issuer. */
  List<X509Certificate> crossCertificates() {
    return list(folder.resolve(CROSS)).stream().sorted().map(this::certificate).toList();
  }

  Path cross(String name) {
    return folder.resolve(CROSS).resolve(name);
  }

  void createCross() throws IOException {
    Files.createDirectories(folder.resolve(CROSS));
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** The issuer's certificate is written last. */
  boolean isComplete() {
    return Files.exists(issuer());
  }

  X509Certificate certificate(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(file, e);
    }
  }

  IssuerKey issuerKey(KeyKind kind) {
    if (!Files.exists(pkcs11())) {
      return new IssuerKey(privateKey(kind), Optional.empty());
    }
    try {
      Pkcs11Token.Key key = Pkcs11Token.referred(Files.readString(pkcs11()));
      return new IssuerKey(key.key(), Optional.of(key.provider()));
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(pkcs11(), e);
    }
  }

  /** PKCS #8; the key's own certificate says of which kind it is. */
  private PrivateKey privateKey(KeyKind kind) {
    try {
      byte[] pkcs8 = Pem.decode(Files.readString(key()));
      return KeyFactory.getInstance(kind.algorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(key(), e);
    }
  }

  private static VagusException unreadable(Path file, Exception e) {
    return new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
  }

  void create() throws IOException {
    Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(permissions("rwx------")));
  }

  static void writeSecret(Path file, byte[] content) throws IOException {
    write(file, content, "rw-------");
  }

  static void writePublic(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.US_ASCII), "rw-r--r--");
  }

  /** On disk when this returns; never over a file that is there. */
  private static void write(Path file, byte[] content, String mode) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(permissions(mode)))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  private static Set<java.nio.file.attribute.PosixFilePermission> permissions(String mode) {
    return PosixFilePermissions.fromString(mode);
  }
}
