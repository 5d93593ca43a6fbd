package io.vagus.watch;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Refusals in a file, as a whole: 8 bytes of format, the entries, the totals, a CRC32C. It is
 * replaced, never changed. One that cannot be read is put aside: what it held is no record that
 * anything else depends on.
 */
final class RefusalFile {
  private static final System.Logger LOG = System.getLogger(RefusalFile.class.getName());
  private static final long FORMAT = 0x5641475245463031L; // VAGREF01

  /** What it holds. */
  record Kept(List<Refusal> refusals, List<RefusalTotals.Total> totals) {
    static final Kept NOTHING = new Kept(List.of(), List.of());
  }

  private final Path path;

  RefusalFile(Path path) {
    this.path = path;
  }

  Kept read() {
    if (!Files.exists(path)) {
      return Kept.NOTHING;
    }
    try {
      return parse(Files.readAllBytes(path));
    } catch (IOException | IllegalArgumentException | NegativeArraySizeException e) {
      LOG.log(System.Logger.Level.WARNING, path + " cannot be read, and is put aside: " + e);
      move(path, path.resolveSibling(path.getFileName() + ".unreadable"));
      return Kept.NOTHING;
    }
  }

  private static Kept parse(byte[] bytes) throws IOException {
    int end = bytes.length - Long.BYTES;
    if (end < Long.BYTES || crc(bytes, end) != ByteBuffer.wrap(bytes).getLong(end)) {
      throw new IOException("crc: does not match");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
    if (in.readLong() != FORMAT) {
      throw new IOException("format: of another release");
    }
    List<Refusal> refusals = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      refusals.add(
          new Refusal(
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              listener(in.readUTF()),
              in.readUTF(),
              in.readUTF(),
              in.readUTF(),
              in.readUTF()));
    }
    List<RefusalTotals.Total> totals = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      DeviceId device = new DeviceId(in.readUTF());
      totals.add(
          new RefusalTotals.Total(
              device, new Tally(in.readUTF(), in.readLong(), in.readLong(), in.readLong())));
    }
    return new Kept(refusals, totals);
  }

  private static Transport listener(String label) {
    return Arrays.stream(Transport.values())
        .filter(transport -> transport.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("listener: " + label));
  }

  void write(Kept kept) {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(kept));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot write " + fresh + ": " + e, e);
    }
    move(fresh, path);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot move " + from + ": " + e, e);
    }
  }

  private static byte[] bytes(Kept kept) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(FORMAT);
    out.writeInt(kept.refusals().size());
    for (Refusal r : kept.refusals()) {
      out.writeLong(r.sequence());
      out.writeLong(r.firstMicros());
      out.writeLong(r.lastMicros());
      out.writeLong(r.count());
      for (String text :
          List.of(r.listener().label(), r.reason(), r.source(), r.name(), r.detail())) {
        out.writeUTF(text);
      }
    }
    out.writeInt(kept.totals().size());
    for (RefusalTotals.Total total : kept.totals()) {
      out.writeUTF(total.device().value());
      out.writeUTF(total.tally().reason());
      out.writeLong(total.tally().count());
      out.writeLong(total.tally().firstMicros());
      out.writeLong(total.tally().lastMicros());
    }
    out.writeLong(crc(bytes.toByteArray(), bytes.size()));
    return bytes.toByteArray();
  }

  private static long crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
