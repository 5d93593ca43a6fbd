package io.vagus.backup;

import com.github.luben.zstd.ZstdOutputStream;
import io.vagus.kit.SnapshotFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an archive: a tar in one zstd frame with a checksum, so that common tools read it too.
 *
 * <pre>
 * backup.json     the {@link ArchiveHeader}
 * data/…          the files
 * manifest.json   names, sizes and SHA-256 of all files
 * </pre>
 *
 * <p>Holds a few hundred kilobytes, whatever the size of the files.
 */
public final class ArchiveWriter {
  static final String HEADER = "backup.json";
  static final String MANIFEST = "manifest.json";
  static final String DATA = "data/";

  private static final int CHUNK_BYTES = 128 << 10;
  private static final int LEVEL = 3;
  private static final int PRIVATE_FILE = 0100600;

  private final TarArchiveOutputStream tar;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  private ArchiveWriter(TarArchiveOutputStream tar) {
    this.tar = tar;
  }

  /** Writes all of it and leaves the stream open. */
  public static void write(ArchiveHeader header, List<SnapshotFile> files, OutputStream out)
      throws IOException {
    ZstdOutputStream compressed = new ZstdOutputStream(out, LEVEL);
    try (compressed;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(compressed, "UTF-8")) {
      compressed.setChecksum(true).setCloseFrameOnFlush(false);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      ArchiveWriter writer = new ArchiveWriter(tar);
      writer.json(HEADER, header);
      List<Manifest.Entry> entries = new ArrayList<>(files.size());
      for (SnapshotFile file : files) {
        entries.add(writer.file(file));
      }
      writer.json(MANIFEST, new Manifest(entries));
      tar.finish();
    }
  }

  private void json(String name, Object value) throws IOException {
    byte[] bytes = JsonMapper.shared().writeValueAsBytes(value);
    begin(name, bytes.length);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private void begin(String name, long sizeBytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(sizeBytes);
    entry.setMode(PRIVATE_FILE);
    tar.putArchiveEntry(entry);
  }

  private Manifest.Entry file(SnapshotFile file) throws IOException {
    begin(DATA + file.name(), file.sizeBytes());
    DigestOutputStream out = new DigestOutputStream(tar, Sha256.start());
    try (InputStream in = Files.newInputStream(file.path())) {
      long left = file.sizeBytes();
      while (left > 0) {
        int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (n < 0) {
          // Room that an engine had set aside behind its rows, and gave back meanwhile.
          java.util.Arrays.fill(chunk, (byte) 0);
          n = (int) Math.min(chunk.length, left);
        }
        out.write(chunk, 0, n);
        left -= n;
      }
    }
    tar.closeArchiveEntry();
    String sha256 = HexFormat.of().formatHex(out.getMessageDigest().digest());
    return new Manifest.Entry(file.name(), file.sizeBytes(), sha256);
  }
}
