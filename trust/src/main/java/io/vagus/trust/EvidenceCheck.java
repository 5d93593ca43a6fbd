package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Whether an archive of evidence is as it was made, and by whom: needs no server, only the root of
 * the authority that it is believed to come from.
 */
public final class EvidenceCheck {
  private static final int MAX_MANIFEST_BYTES = 1 << 20;
  private static final int MAX_FILES = 1000;

  private EvidenceCheck() {}

  /** What was found. */
  public sealed interface Finding {}

  /**
   * It is whole and signed.
   *
   * @param head what the manifest says of it, such as whom it is about
   * @param signer whose key signed it
   * @param root that vouches for the signer
   */
  public record Genuine(
      Map<String, List<String>> head,
      List<String> files,
      X509Certificate signer,
      X509Certificate root)
      implements Finding {}

  /** It is not to be believed. */
  public record Broken(String why) implements Finding {}

  /** Breaks the check off. */
  private static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenException(String why) {
      super(why);
    }
  }

  /** A file's digest, and its content when that is wanted. */
  private record Content(String digest, byte[] kept) {}

  /** The roots of an authority's folder, those that count no more too. */
  public static List<X509Certificate> roots(Path folder) {
    return new CaFolder(folder).roots();
  }

  /** Certificates from a PEM file. */
  public static List<X509Certificate> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found = new ArrayList<>();
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) one);
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "cannot read " + file + ": " + e, e);
    }
  }

  public static Finding check(Path archive, Collection<X509Certificate> roots) {
    try {
      Map<String, Content> files = directory(archive);
      // Two tools may look at a ZIP in two ways: they must see the same.
      if (!digests(files).equals(digests(stream(archive)))) {
        return new Broken("the archive's directory and its content differ");
      }
      return judge(files, roots);
    } catch (BrokenException e) {
      return new Broken(String.valueOf(e.getMessage()));
    } catch (ZipException e) {
      return new Broken("no whole archive: " + e.getMessage());
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + archive + ": " + e, e);
    }
  }

  private static Finding judge(Map<String, Content> files, Collection<X509Certificate> roots)
      throws BrokenException {
    byte[] manifest = required(files, EvidenceArchive.MANIFEST);
    byte[] signature = required(files, EvidenceArchive.SIGNATURE);
    EvidenceSignature.Signed signed;
    try {
      signed = EvidenceSignature.check(manifest, signature, roots);
    } catch (GeneralSecurityException e) {
      throw new BrokenException("signature: " + e.getMessage());
    }
    Map<String, List<String>> head = new LinkedHashMap<>();
    Map<String, String> listed = new LinkedHashMap<>();
    read(manifest, head, listed);
    Map<String, String> found = digests(files);
    found.remove(EvidenceArchive.MANIFEST);
    found.remove(EvidenceArchive.SIGNATURE);
    compare(listed, found);
    return new Genuine(head, List.copyOf(listed.keySet()), signed.signer(), signed.root());
  }

  private static byte[] required(Map<String, Content> files, String name) throws BrokenException {
    Content content = files.get(name);
    if (content == null) {
      throw new BrokenException(name + ": is missing");
    }
    return content.kept();
  }

  private static void read(
      byte[] manifest, Map<String, List<String>> head, Map<String, String> listed)
      throws BrokenException {
    List<String> lines = new String(manifest, StandardCharsets.UTF_8).lines().toList();
    if (!lines.getFirst().equals(EvidenceArchive.FORM)) {
      throw new BrokenException(
          "manifest: \"" + lines.getFirst() + "\" (expected: " + EvidenceArchive.FORM + ")");
    }
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(": ");
      if (line.startsWith("# ") && colon > 0) {
        head.computeIfAbsent(line.substring(2, colon), n -> new ArrayList<>())
            .add(line.substring(colon + 2));
      } else if (line.matches("[0-9a-f]{64}  [a-z-]+\\.ndjson")) {
        listed.put(line.substring(66), line.substring(0, 64));
      } else {
        throw new BrokenException("manifest: a line of no known form");
      }
    }
  }

  private static void compare(Map<String, String> listed, Map<String, String> found)
      throws BrokenException {
    for (Map.Entry<String, String> one : listed.entrySet()) {
      String digest = found.remove(one.getKey());
      if (digest == null) {
        throw new BrokenException(one.getKey() + ": is missing");
      }
      if (!digest.equals(one.getValue())) {
        throw new BrokenException(one.getKey() + ": was changed");
      }
    }
    Optional<String> more = found.keySet().stream().findFirst();
    if (more.isPresent()) {
      throw new BrokenException(more.get() + ": was added");
    }
  }

  private static Map<String, String> digests(Map<String, Content> files) {
    Map<String, String> digests = new LinkedHashMap<>();
    files.forEach((name, content) -> digests.put(name, content.digest()));
    return digests;
  }

  private static Map<String, Content> directory(Path archive) throws IOException, BrokenException {
    Map<String, Content> files = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          add(files, entry.getName(), in);
        }
      }
    }
    return files;
  }

  private static Map<String, Content> stream(Path archive) throws IOException, BrokenException {
    Map<String, Content> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        add(files, entry.getName(), zip);
      }
    }
    return files;
  }

  private static void add(Map<String, Content> files, String name, InputStream in)
      throws IOException, BrokenException {
    if (files.containsKey(name) || files.size() == MAX_FILES) {
      throw new BrokenException(
          name.replaceAll("\\p{Cntrl}", "?") + ": is there twice, or too many");
    }
    MessageDigest digest = EvidenceArchive.sha256();
    DigestInputStream digesting = new DigestInputStream(in, digest);
    byte[] kept = {};
    if (name.equals(EvidenceArchive.MANIFEST) || name.equals(EvidenceArchive.SIGNATURE)) {
      kept = digesting.readNBytes(MAX_MANIFEST_BYTES);
    }
    digesting.transferTo(OutputStream.nullOutputStream());
    files.put(name, new Content(HexFormat.of().formatHex(digest.digest()), kept));
  }
}
