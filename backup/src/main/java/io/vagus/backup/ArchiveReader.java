package io.vagus.backup;

import com.github.luben.zstd.ZstdInputStream;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an archive from its beginning to its end, and holds each file against what the manifest
 * says. Whatever is wrong is DATA_CORRUPT with the file's name; what a later version wrote is
 * DATA_TOO_NEW.
 */
public final class ArchiveReader {
  private static final int MAX_JSON_BYTES = 256 << 20;

  private final TarArchiveInputStream tar;
  private final int newestDataFormat;
  private final Target target;
  private String at = ArchiveWriter.HEADER;

  /** Where the files go. */
  public interface Target {

    /** Before the first file. */
    void begin(ArchiveHeader header) throws IOException;

    /** The next file; closed when it is whole, and perhaps not what it should be. */
    OutputStream file(String name) throws IOException;
  }

  private ArchiveReader(TarArchiveInputStream tar, int newestDataFormat, Target target) {
    this.tar = tar;
    this.newestDataFormat = newestDataFormat;
    this.target = target;
  }

  /** Returns when all is read and right. */
  public static ArchiveHeader read(InputStream in, int newestDataFormat, Target target)
      throws IOException {
    try (ZstdInputStream compressed = new ZstdInputStream(in);
        TarArchiveInputStream tar = new TarArchiveInputStream(compressed, "UTF-8")) {
      ArchiveHeader header = new ArchiveReader(tar, newestDataFormat, target).read();
      requireEnd(compressed);
      return header;
    }
  }

  /** The frame's checksum, over all that was read, stands at its end. */
  private static void requireEnd(InputStream compressed) {
    try {
      compressed.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw corrupt("at its end: " + e.getMessage());
    }
  }

  /** Reads and forgets: for a look whether all is right. */
  public static Target nowhere() {
    return new Target() {
      @Override
      public void begin(ArchiveHeader header) {}

      @Override
      public OutputStream file(String name) {
        return OutputStream.nullOutputStream();
      }
    };
  }

  private ArchiveHeader read() throws IOException {
    ArchiveHeader header = header();
    target.begin(header);
    List<Manifest.Entry> found = new ArrayList<>();
    TarArchiveEntry entry = next();
    while (entry != null && !entry.getName().equals(ArchiveWriter.MANIFEST)) {
      found.add(file(entry));
      entry = next();
    }
    if (entry == null) {
      throw corrupt("it ends after " + at + ", without its manifest");
    }
    compare(found, json(entry, Manifest.class).files());
    if (next() != null) {
      throw corrupt(at + ": after the end");
    }
    return header;
  }

  private ArchiveHeader header() throws IOException {
    TarArchiveEntry entry = next();
    if (entry == null || !entry.getName().equals(ArchiveWriter.HEADER)) {
      throw corrupt("it does not begin with " + ArchiveWriter.HEADER + ": no backup of Vagus");
    }
    ArchiveHeader header = json(entry, ArchiveHeader.class);
    requireKnown("format", header.format(), ArchiveHeader.FORMAT);
    requireKnown("dataFormat", header.dataFormat(), newestDataFormat);
    return header;
  }

  private static void requireKnown(String name, int value, int newest) {
    if (value > newest) {
      throw new VagusException(
          ErrorCode.DATA_TOO_NEW,
          "backup: %s %d (expected: <= %d): a newer Vagus made it, restore it with that one"
              .formatted(name, value, newest));
    }
  }

  private Manifest.Entry file(TarArchiveEntry entry) throws IOException {
    String name = name(entry);
    DigestOutputStream out = new DigestOutputStream(begin(name), Sha256.start());
    try (out) {
      copy(out);
    }
    return new Manifest.Entry(
        name, entry.getSize(), HexFormat.of().formatHex(out.getMessageDigest().digest()));
  }

  private OutputStream begin(String name) throws IOException {
    try {
      return target.file(name);
    } catch (FileAlreadyExistsException e) {
      throw corrupt(name + ": twice, or a file and a folder");
    } catch (InvalidPathException e) {
      throw corrupt(name + ": no name of a file");
    }
  }

  /** Below the data folder, never beside it. */
  private String name(TarArchiveEntry entry) {
    String name = entry.getName();
    String below = name.startsWith(ArchiveWriter.DATA) ? name.substring(5) : "";
    boolean good =
        entry.isFile()
            && !entry.isLink()
            && !entry.isSymbolicLink()
            && Arrays.stream(below.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!good) {
      throw corrupt(name + ": not a file below " + ArchiveWriter.DATA);
    }
    return below;
  }

  private void copy(OutputStream out) throws IOException {
    byte[] chunk = new byte[128 << 10];
    int n;
    while ((n = read(chunk)) > 0) {
      out.write(chunk, 0, n);
    }
  }

  /** What fails to be read is damage; what fails to be written is not. */
  private int read(byte[] chunk) {
    try {
      return tar.read(chunk);
    } catch (IOException e) {
      throw corrupt(at + ": " + e.getMessage());
    }
  }

  private @Nullable TarArchiveEntry next() {
    try {
      TarArchiveEntry entry = tar.getNextEntry();
      at = entry == null ? at : entry.getName();
      return entry;
    } catch (IOException | IllegalArgumentException e) {
      throw corrupt("after " + at + ": " + e.getMessage());
    }
  }

  private <T> T json(TarArchiveEntry entry, Class<T> type) throws IOException {
    if (entry.getSize() > MAX_JSON_BYTES) {
      throw corrupt(
          "%s: %d bytes (expected: <= %d)".formatted(at, entry.getSize(), MAX_JSON_BYTES));
    }
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    copy(bytes);
    try {
      return JsonMapper.shared().readValue(bytes.toByteArray(), type);
    } catch (JacksonException e) {
      throw corrupt(at + ": " + e.getOriginalMessage());
    }
  }

  private static void compare(List<Manifest.Entry> found, List<Manifest.Entry> expected) {
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      if (!found.get(i).equals(expected.get(i))) {
        throw corrupt(
            "%s: is not what the manifest says (%s)"
                .formatted(found.get(i).name(), expected.get(i)));
      }
    }
    if (found.size() != expected.size()) {
      throw corrupt("files: %d (expected: %d)".formatted(found.size(), expected.size()));
    }
  }

  private static VagusException corrupt(String what) {
    return new VagusException(ErrorCode.DATA_CORRUPT, "the backup is damaged: " + what);
  }
}
