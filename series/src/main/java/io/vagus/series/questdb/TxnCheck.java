package io.vagus.series.questdb;

import io.questdb.cairo.TableUtils;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Whether what a table's {@code _txn} file points to lies within it. The engine follows these
 * pointers in mapped memory unchecked: where they are damaged it takes the whole process down.
 */
final class TxnCheck {
  private TxnCheck() {}

  /** {@link ErrorCode#DATA_CORRUPT} when a table below the root has pointers that lead out. */
  static void run(Path root) throws IOException {
    try (Stream<Path> tables = Files.list(root)) {
      for (Path table : tables.toList()) {
        Path file = table.resolve(TableUtils.TXN_FILE_NAME);
        if (Files.exists(file)) {
          check(table, file);
        }
      }
    }
  }

  private static void check(Path table, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head =
          ByteBuffer.allocate(TableUtils.TX_BASE_HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
      while (head.hasRemaining() && channel.read(head, head.position()) > 0) {}
      long length = channel.size();
      boolean isA = (head.getLong(0) & 1) == 0;
      int at = (int) (isA ? TableUtils.TX_BASE_OFFSET_A_32 : TableUtils.TX_BASE_OFFSET_B_32);
      long record = head.getInt(at);
      long symbols = head.getInt(at + 4);
      long partitions = head.getInt(at + 8);
      if (head.hasRemaining()
          || record < TableUtils.TX_BASE_HEADER_SIZE
          || symbols < 0
          || partitions < 0
          || record + TableUtils.TX_RECORD_HEADER_SIZE + symbols + partitions > length) {
        throw new VagusException(
            ErrorCode.DATA_CORRUPT,
            "table %s, _txn: record at %d of %d and %d bytes (expected: within %d)"
                .formatted(table.getFileName(), record, symbols, partitions, length));
      }
    }
  }
}
