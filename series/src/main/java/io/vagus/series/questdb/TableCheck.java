package io.vagus.series.questdb;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.ColumnType;
import io.questdb.cairo.TableReader;
import io.questdb.cairo.TableToken;
import io.questdb.cairo.TableUtils;
import io.questdb.cairo.vm.api.MemoryCR;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.series.Times;
import java.nio.file.Path;

/**
 * Whether a table's files are all there, long enough for its rows, and begin and end with times of
 * their partition. The engine itself maps what is too short and reads zeros. What changed within a
 * column is not seen: raw columns have no checksums.
 */
final class TableCheck {
  private final TableReader reader;
  private final String table;
  private final Path root;

  private TableCheck(TableReader reader, TableToken table, Path root) {
    this.reader = reader;
    this.table = table.getTableName();
    this.root = root.resolve(table.getDirName());
  }

  /** {@link ErrorCode#DATA_CORRUPT}, or the engine's own error, when the table is damaged. */
  static void run(CairoEngine engine, TableToken token, Path root) {
    try (TableReader reader = engine.getReader(token)) {
      TableCheck check = new TableCheck(reader, token, root);
      for (int i = 0; i < reader.getPartitionCount(); i++) {
        long rows = reader.openPartition(i);
        if (rows > 0) {
          check.requireColumns(i, rows);
          check.requireTimes(i, rows);
        }
      }
    }
  }

  private void requireColumns(int partition, long rows) {
    for (int column = 0; column < reader.getMetadata().getColumnCount(); column++) {
      int type = reader.getMetadata().getColumnType(column);
      if (ColumnType.isVarSize(type)) {
        continue;
      }
      String name = reader.getMetadata().getColumnName(column) + ".d";
      long length = directory(partition).resolve(name).toFile().length();
      require(
          length >= rows * ColumnType.sizeOf(type),
          partition,
          "%s: %d bytes for %d rows".formatted(name, length, rows));
    }
  }

  private void requireTimes(int partition, long rows) {
    int base = reader.getColumnBase(partition);
    MemoryCR times = reader.getColumn(TableReader.getPrimaryColumnIndex(base, 0));
    long first = times.getLong(0);
    long last = times.getLong((rows - 1) * Long.BYTES);
    long start = reader.getPartitionTimestampByIndex(partition);
    require(
        start <= first && first <= last && last < start + Times.DAY_MICROS,
        partition,
        "times " + first + " to " + last);
  }

  private Path directory(int partition) {
    return directory(reader, root, partition);
  }

  /** Where a partition is, in the version that the reader sees. */
  static Path directory(TableReader reader, Path root, int partition) {
    try (io.questdb.std.str.Path path = new io.questdb.std.str.Path()) {
      path.of(root.toString());
      TableUtils.setPathForNativePartition(
          path,
          reader.getMetadata().getTimestampType(),
          reader.getPartitionedBy(),
          reader.getPartitionTimestampByIndex(partition),
          reader.getTxFile().getPartitionNameTxn(partition));
      return Path.of(path.toString());
    }
  }

  private void require(boolean holds, int partition, String found) {
    if (!holds) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "table %s, partition %d: %s (expected: whole)".formatted(table, partition, found));
    }
  }
}
