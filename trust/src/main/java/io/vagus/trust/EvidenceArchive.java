package io.vagus.trust;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * An archive of evidence on its way out: a ZIP of files of lines, then {@code MANIFEST} with the
 * SHA-256 of each, in the form of sha256sum, and {@code MANIFEST.p7s}, its signature (CMS). Nothing
 * of it is held in memory but the manifest. Not thread-safe.
 */
public final class EvidenceArchive {
  static final String MANIFEST = "MANIFEST";
  static final String SIGNATURE = "MANIFEST.p7s";
  static final String FORM = "# vagus evidence 1";

  /** Of all files before they are packed. */
  public static final long MAX_BYTES = 1L << 30;

  private final EvidenceSigner signer;
  private final ZipOutputStream zip;
  private final StringBuilder manifest = new StringBuilder(FORM).append('\n');
  private final List<String> cut = new ArrayList<>();
  private long bytes;

  EvidenceArchive(EvidenceSigner signer, OutputStream out, Map<String, String> head) {
    this.signer = signer;
    this.zip = new ZipOutputStream(out);
    head.forEach(this::say);
  }

  private void say(String name, String value) {
    manifest.append("# ").append(name).append(": ").append(value.replaceAll("\\p{Cntrl}", "?"));
    manifest.append('\n');
  }

  /** Writes a file's lines. */
  @FunctionalInterface
  public interface Lines {
    void writeTo(Sink sink) throws IOException;
  }

  /** Where lines go. */
  @FunctionalInterface
  public interface Sink {
    /** False when the archive has no room for it: nothing more may follow in this file. */
    boolean line(byte[] json) throws IOException;
  }

  /**
   * A file; one that the archive has no room for ends where it is full, and the manifest says so.
   */
  public void file(String name, Lines lines) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    DigestOutputStream digest = new DigestOutputStream(zip, sha256());
    lines.writeTo(json -> {
      if (bytes + json.length + 1 > MAX_BYTES) {
        cut(name);
        return false;
      }
      bytes += json.length + 1;
      digest.write(json);
      digest.write('\n');
      return true;
    });
    digest.flush();
    zip.closeEntry();
    manifest
        .append(HexFormat.of().formatHex(digest.getMessageDigest().digest()))
        .append("  ")
        .append(name)
        .append('\n');
  }

  /** The file does not hold all that there was. */
  public void cut(String name) {
    if (!cut.contains(name)) {
      cut.add(name);
      say("cut", name);
    }
  }

  /**
   * Signs and ends it; the stream stays open.
   *
   * @return SHA-256 of the manifest, hexadecimal
   */
  public String finish(Instant now) throws IOException {
    byte[] content = manifest.toString().getBytes(StandardCharsets.UTF_8);
    put(MANIFEST, content);
    put(SIGNATURE, signer.sign(content, now));
    zip.finish();
    return Digests.of(content);
  }

  private void put(String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
