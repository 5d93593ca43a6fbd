package io.vagus.series.questdb;

import io.vagus.series.Bucket;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a {@link RollupFile} beside the one it replaces and puts it in place when it is durable.
 * Owned by one thread.
 */
final class RollupWriter implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final DataOutputStream out;
  private final long spanStartMicros;
  private final long widthMicros;
  private ByteBuffer index = ByteBuffer.allocate(RollupFile.ENTRY_BYTES * 256);
  private long written;

  RollupWriter(Path target, long spanStartMicros, long widthMicros) throws IOException {
    this.target = target;
    this.temporary = target.resolveSibling(target.getFileName() + ".tmp");
    this.spanStartMicros = spanStartMicros;
    this.widthMicros = widthMicros;
    this.channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    this.out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
  }

  /** Series must come in ascending order; one without buckets leaves nothing. */
  void add(int id, List<Bucket> buckets) throws IOException {
    if (buckets.isEmpty()) {
      return;
    }
    ByteBuffer block =
        ByteBuffer.allocate(
            RollupFile.BLOCK_HEADER_BYTES + buckets.size() * RollupFile.MAX_BUCKET_BYTES);
    block.putInt(0).putInt(id);
    buckets.forEach(b -> RollupFile.encode(b, spanStartMicros, widthMicros, block));
    block.flip();
    block.putInt(0, crc(block.slice(4, block.limit() - 4)));
    addBlock(id, block);
  }

  /** A block of another file of the same span, as it is. */
  void addBlock(int id, ByteBuffer block) throws IOException {
    if (!index.hasRemaining()) {
      index =
          ByteBuffer.wrap(Arrays.copyOf(index.array(), index.capacity() * 2))
              .position(index.position());
    }
    index.putInt(id).putLong(written);
    byte[] bytes = new byte[block.remaining()];
    block.get(bytes);
    out.write(bytes);
    written += bytes.length;
  }

  /** Durable and in place; false when there was nothing to write and the target is gone. */
  boolean finish() throws IOException {
    index.flip();
    out.write(index.array(), 0, index.limit());
    out.writeLong(written);
    out.writeInt(index.limit() / RollupFile.ENTRY_BYTES);
    out.writeInt(crc(index.duplicate()));
    out.writeInt(RollupFile.MAGIC);
    out.flush();
    channel.force(true);
    boolean empty = index.limit() == 0;
    if (empty) {
      Files.deleteIfExists(target);
    } else {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
    DurableFiles.syncParent(target);
    return !empty;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
