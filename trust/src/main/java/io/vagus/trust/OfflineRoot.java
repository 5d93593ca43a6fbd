package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The root of trust. Its key signs the issuing authority and then leaves: it is written to a PKCS
 * #12 file under a passphrase, which the operator takes away, and nowhere else. It comes back when
 * the issuer, or the root itself, gives way to a new one: the old issuer stays trusted until nobody
 * needs it.
 */
public final class OfflineRoot {
  private OfflineRoot() {}

  /** Makes root and issuing authority, the issuer's key in a file. */
  public static String create(
      Path folder, Path keyFile, char[] passphrase, KeyKind kind, Instant now) {
    return create(folder, keyFile, passphrase, kind, Optional.empty(), now);
  }

  /**
   * Makes root and issuing authority.
   *
   * @param folder of the authority, below the data folder; CONFLICT when one is there
   * @param keyFile where the root's key goes; must not exist
   * @param token where the issuer's key is made; empty: in a file of the folder
   * @return the root's fingerprint, SHA-256, hexadecimal
   */
  public static String create(
      Path folder,
      Path keyFile,
      char[] passphrase,
      KeyKind kind,
      Optional<Pkcs11Token> token,
      Instant now) {
    CaFolder files = new CaFolder(folder);
    RootKey.requirePassphrase(passphrase);
    requireNew(List.of(files.issuer(), files.root(), files.key(), files.pkcs11(), keyFile));
    try {
      RootKey root = RootKey.make(kind, now);
      root.write(keyFile, passphrase);
      root.issue(files, token, now);
      return Digests.of(root.certificate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot make the authority: " + e, e);
    }
  }

  /**
   * A new issuing authority under the same root. A running server takes it when told to.
   *
   * @return its serial number
   */
  public static String renewIssuer(
      Path folder, Path keyFile, char[] passphrase, Optional<Pkcs11Token> token, Instant now) {
    CaFolder files = new CaFolder(folder);
    try {
      RootKey root = current(files, keyFile, passphrase);
      return Serials.of(root.issue(files.next(), token, now));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot renew the issuer: " + e, e);
    }
  }

  /**
   * A new root with a new issuing authority below it. Each root vouches for the other's issuer, so
   * that who knows one of them can check what was issued under the other.
   *
   * @return the new root's fingerprint
   */
  public static String renewRoot(
      Path folder,
      Path keyFile,
      char[] passphrase,
      Path newKeyFile,
      Optional<Pkcs11Token> token,
      Instant now) {
    CaFolder files = new CaFolder(folder);
    requireNew(List.of(newKeyFile));
    try {
      RootKey old = current(files, keyFile, passphrase);
      CaFolder before = files.generations().getFirst();
      RootKey fresh = RootKey.make(old.signer().kind(), now);
      fresh.write(newKeyFile, passphrase);
      CaFolder next = files.next();
      X509Certificate issuer = fresh.issue(next, token, now);
      next.createCross();
      write(next.cross("new-issuer-by-old-root.crt"), old.vouchFor(issuer));
      write(
          next.cross("old-issuer-by-new-root.crt"),
          fresh.vouchFor(before.certificate(before.issuer())));
      return Digests.of(fresh.certificate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot renew the root: " + e, e);
    }
  }

  private static void write(Path file, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    CaFolder.writePublic(file, Pem.encode("CERTIFICATE", certificate.getEncoded()));
  }

  private static RootKey current(CaFolder files, Path keyFile, char[] passphrase)
      throws GeneralSecurityException {
    if (files.generations().isEmpty()) {
      throw new VagusException(
          ErrorCode.NOT_FOUND, "ca: none in " + files.folder() + " (expected: ./vagus ca init)");
    }
    RootKey root = RootKey.read(keyFile, passphrase);
    CaFolder current = files.generations().getFirst();
    if (!root.isOf(current.certificate(current.root()))) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "root key: " + keyFile + " is of another root than the one in use; nothing was changed");
    }
    return root;
  }

  private static void requireNew(List<Path> paths) {
    for (Path file : paths) {
      if (Files.exists(file)) {
        throw new VagusException(ErrorCode.CONFLICT, file + " exists already; nothing was changed");
      }
    }
  }
}
