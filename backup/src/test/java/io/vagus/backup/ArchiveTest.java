package io.vagus.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFile;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
  private static final String NUMBERS = "journal/00000000000000000000.log";

  @TempDir Path folder;

  @Test
  void whatIsRestoredIsWhatWasKept() throws IOException {
    byte[] archive = archive();

    ArchiveHeader header = restore(archive);

    assertThat(header.files()).isEqualTo(4);
    assertThat(header.sizeBytes()).isEqualTo(3 + 1000 + 5000 + 0);
    assertThat(restored("format")).hasContent("abc");
    // The first bytes of a file that grew, and zeros for what one gave back.
    assertThat(restored(NUMBERS)).hasBinaryContent(numbers(1000));
    assertThat(restored("series/raw/value.d")).hasBinaryContent(Arrays.copyOf(numbers(4000), 5000));
    assertThat(restored("a/very/" + "long".repeat(40))).isEmptyFile();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored("format"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored(""))))
        .isEqualTo("rwx------");
    assertThat(restored(Restore.UNFINISHED)).doesNotExist();
  }

  @Test
  void anArchiveThatEndsEarlyIsRefusedAndNothingIsLeft() throws IOException {
    byte[] archive = archive();
    for (int length = 0; length < archive.length; length += 1 + length / 16) {
      byte[] part = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> restore(part))
          .as("%d of %d bytes", length, archive.length)
          .isInstanceOfSatisfying(
              VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_CORRUPT));
      assertThat(folder.resolve("new")).doesNotExist();
    }
  }

  @Test
  void anArchiveWithAByteChangedIsRefusedUnlessTheByteSaysNothing() throws IOException {
    byte[] archive = archive();
    restore(archive);
    String kept = restored();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] changed = archive.clone();
      changed[random.nextInt(archive.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        restore(changed);
        assertThat(restored()).as("seed %d, round %d", seed, i).isEqualTo(kept);
      } catch (VagusException e) {
        assertThat(e.code())
            .as("seed %d, round %d: %s", seed, i, e)
            .isIn(ErrorCode.DATA_CORRUPT, ErrorCode.DATA_TOO_NEW);
        assertThat(folder.resolve("new")).doesNotExist();
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(900);
  }

  /** All that was restored, by name; and takes it away. */
  private String restored() throws IOException {
    Path root = folder.resolve("new");
    StringBuilder all = new StringBuilder();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        all.append(root.relativize(path)).append(' ');
        all.append(HexFormat.of().formatHex(Files.readAllBytes(path))).append('\n');
      }
    }
    SnapshotFolder.remove(root);
    return all.toString();
  }

  @Test
  void namesTheFileThatIsNotWhatItWas() throws IOException {
    byte[] changed =
        repacked(
            archive(),
            entry -> {
              if (entry.name().endsWith(NUMBERS)) {
                entry.content()[500] ^= 1;
              }
              return entry;
            });

    assertThatThrownBy(() -> restore(changed))
        .hasMessageStartingWith("the backup is damaged: " + NUMBERS);
  }

  @Test
  void refusesAFileThatWouldGoElsewhere() throws IOException {
    for (String name : List.of("data/../../evil", "/etc/evil", "evil", "data//evil")) {
      byte[] changed =
          repacked(
              archive(),
              entry ->
                  entry.name().equals("data/format") ? new Entry(name, entry.content()) : entry);
      assertThatThrownBy(() -> restore(changed)).as(name).hasMessageContaining("not a file below");
      assertThat(folder.resolve("evil")).doesNotExist();
    }
  }

  @Test
  void refusesWhatANewerVersionWrote() throws IOException {
    byte[] newer =
        repacked(
            archive(),
            entry ->
                entry.name().equals(ArchiveWriter.HEADER)
                    ? new Entry(
                        entry.name(),
                        new String(entry.content(), StandardCharsets.UTF_8)
                            .replace("\"format\":1", "\"format\":2")
                            .getBytes(StandardCharsets.UTF_8))
                    : entry);

    assertThatThrownBy(() -> restore(newer)).hasMessageContaining("format 2 (expected: <= 1)");
    assertThatThrownBy(
            () -> Restore.into(folder.resolve("new"), new ByteArrayInputStream(archive()), 2))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_TOO_NEW))
        .hasMessageContaining("dataFormat 3 (expected: <= 2)");
  }

  @Test
  void refusesAFolderThatIsNotEmptyAndTakesAnEmptyOne() throws IOException {
    Path data = Files.createDirectory(folder.resolve("new"));
    Files.createDirectory(data.resolve("lost+found"));
    Path mine = Files.writeString(data.resolve("mine"), "x");

    assertThatThrownBy(() -> restore(archive()))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThat(mine).hasContent("x");

    Files.delete(mine);
    assertThatThrownBy(() -> restore(new byte[0])).isInstanceOf(VagusException.class);
    assertThat(data).exists();
    restore(archive());
    assertThat(restored("format")).hasContent("abc");
  }

  private byte[] archive() throws IOException {
    Path files = Files.createDirectories(folder.resolve("files"));
    Path format = Files.writeString(files.resolve("format"), "abc");
    Path log = Files.write(files.resolve("log"), numbers(4000));
    Path empty = Files.write(files.resolve("empty"), new byte[0]);
    List<SnapshotFile> kept =
        List.of(
            new SnapshotFile("format", format, 3),
            new SnapshotFile(NUMBERS, log, 1000),
            new SnapshotFile("series/raw/value.d", log, 5000),
            new SnapshotFile("a/very/" + "long".repeat(40), empty, 0));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveWriter.write(new ArchiveHeader(1, 3, "2026-11-25T10:00:00Z", 4, 6003), kept, out);
    return out.toByteArray();
  }

  private static byte[] numbers(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    return bytes;
  }

  private ArchiveHeader restore(byte[] archive) {
    return Restore.into(folder.resolve("new"), new ByteArrayInputStream(archive), 3);
  }

  private Path restored(String name) {
    return folder.resolve("new").resolve(name);
  }

  private record Entry(String name, byte[] content) {}

  /** As somebody would who knows the format. */
  private static byte[] repacked(byte[] archive, UnaryOperator<Entry> change) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveInputStream from =
            new TarArchiveInputStream(new ZstdInputStream(new ByteArrayInputStream(archive)));
        TarArchiveOutputStream to = new TarArchiveOutputStream(new ZstdOutputStream(out))) {
      to.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (TarArchiveEntry next = from.getNextEntry(); next != null; next = from.getNextEntry()) {
        Entry entry = change.apply(new Entry(next.getName(), from.readAllBytes()));
        TarArchiveEntry copy = new TarArchiveEntry(entry.name(), true);
        copy.setSize(entry.content().length);
        to.putArchiveEntry(copy);
        to.write(entry.content());
        to.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }
}
